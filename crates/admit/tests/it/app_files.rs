//! `admit app add --for --into`: the files of a new app.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::fixtures::{TestDir, TestServer};

const ADD: [&str; 6] = ["app", "add", "shop", "--for", "express", "--into"];
const CALLBACK: &str = "http://localhost:5000/callback";

/// Starts `admit dev` on its own data directory in this directory.
fn start_dev(dir: &TestDir) -> TestServer {
    dir.start(&["dev", "--http", "--port", "0", "--json"], "ready")
}

fn read(dir: &TestDir, name: &str) -> String {
    std::fs::read_to_string(dir.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn app_names(dir: &TestDir) -> String {
    dir.run(&["export"]).success()
}

#[test]
fn app_add_into_a_folder_writes_the_program_and_its_values() {
    // Adds an app beside a running `admit dev`, without naming its data, its address or a URI.
    let dir = TestDir::new();
    let running = start_dev(&dir);
    let summary: Value = serde_json::from_str(&running.lines[0]).expect("JSON");
    let issuer = summary["tenants"][0]["issuer"].as_str().expect("an issuer");
    let out = dir.run(&[&ADD[..], &["app"]].concat()).success();
    for expected in [issuer, CALLBACK, "app/app.mjs, app/.env, app/.gitignore"] {
        assert!(out.contains(expected), "no {expected} in {out}");
    }
    assert!(out.contains("\nnode --env-file=.env app.mjs\n"), "{out}");
    assert!(read(&dir, "app/app.mjs").contains("from \"express-openid-connect\""));
    assert!(read(&dir, "app/.gitignore").starts_with(".env\n"));
    let values = read(&dir, "app/.env");
    assert!(values.contains(&format!("ADMIT_ISSUER={issuer}\n")), "{values}");
    let (_, secret) = values.split_once("ADMIT_CLIENT_SECRET=").expect("a secret");
    assert_eq!(secret.trim_end().len(), 43);
    assert!(!out.contains(secret.trim_end()), "the secret is in the output");
    let metadata = std::fs::metadata(dir.path().join("app/.env")).expect("the file");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert!(app_names(&dir).contains("name = \"shop\""));
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn app_add_into_a_folder_with_a_file_of_the_app_changes_nothing() {
    // Has `.env` already, the last file that would be written: no app, and no other file.
    let dir = TestDir::new();
    let running = start_dev(&dir);
    dir.write(".env", "MINE=1\n");
    let refused = dir.run(&[&ADD[..], &["."]].concat()).failure();
    assert!(refused.contains(".env cannot be written"), "{refused}");
    assert_eq!(read(&dir, ".env"), "MINE=1\n");
    assert!(!dir.path().join("app.mjs").exists());
    assert!(!app_names(&dir).contains("name = \"shop\""));
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn app_add_warns_if_an_existing_gitignore_does_not_name_the_secret() {
    // Adds one app to a folder whose `.gitignore` has other lines, and one where it names `.env`.
    let dir = TestDir::new();
    let running = start_dev(&dir);
    for (app, ignored, warns) in [("one", "node_modules/\n", true), ("two", "/.env\n", false)] {
        std::fs::create_dir(dir.path().join(app)).expect("a folder");
        dir.write(&format!("{app}/.gitignore"), ignored);
        let out = dir.run(&["app", "add", app, "--for", "express", "--into", app]).success();
        assert_eq!(out.contains("Warning: ") && out.contains("does not name .env"), warns, "{out}");
        assert_eq!(read(&dir, &format!("{app}/.gitignore")), ignored);
    }
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn app_add_with_a_wrong_scope_writes_no_file() {
    // Names an API that does not exist, so that the plan is refused.
    let dir = TestDir::new();
    let running = start_dev(&dir);
    let refused = dir.run(&[&ADD[..], &["app", "--scopes", "api://x=y"]].concat()).failure();
    assert!(refused.contains("api://x"), "{refused}");
    assert!(!dir.path().join("app").exists());
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn commands_use_the_data_of_dev_in_this_directory_only_if_it_is_marked() {
    // Lists keys without naming a directory: beside `admit-data`, and after its marker is damaged.
    let dir = TestDir::new();
    assert_eq!(start_dev(&dir).stop(), Some(0));
    assert!(dir.run(&["key", "list"]).success().contains("demo"));
    let marker = "admit-data/development.json";
    let text = read(&dir, marker);
    let origin = text.lines().find(|line| line.contains("origin")).expect("an origin");
    dir.write(marker, &text.replace(origin, "\"origin\": \"https://login.example.com\","));
    let refused = dir.run(&["key", "list"]).failure();
    assert!(refused.contains("`origin` is not like"), "{refused}");
    std::fs::remove_file(dir.path().join(marker)).expect("removed");
    let refused = dir.run(&["key", "list"]).failure();
    assert!(refused.contains("neither admit.toml nor the data of `admit dev`"), "{refused}");
}
