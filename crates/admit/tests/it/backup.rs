//! `admit backup` and `admit restore`.

use std::fs;
use std::path::Path;

use crate::fixtures::{TestDir, curl};
use crate::serve::free_port;

const TENANT: &str = r#"
[[tenants]]
name = "acme"
[[tenants.clients]]
name = "job"
client_id = "job"
secrets = [{ id = "one", generate = true }, { id = "two", generate = true }]
[[tenants.users]]
username = "ana"
administrator = true
[[tenants.users]]
username = "budi"
"#;

/// A data directory with one tenant, and the key outside of it.
fn installation() -> TestDir {
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write("acme.toml", TENANT);
    run(&dir, &["apply", "acme.toml"], "data").success();
    dir
}

/// Runs a command on a data directory.
fn run(dir: &TestDir, arguments: &[&str], data: &str) -> crate::fixtures::CommandOutput {
    dir.run(&[arguments, &["--data", data, "--root-key", "root.key"]].concat())
}

/// Returns the ids of the signing keys.
fn kids(dir: &TestDir, data: &str) -> Vec<String> {
    let listed = run(dir, &["key", "list"], data).success();
    let keys = listed.lines().filter_map(|line| line.strip_prefix("  "));
    keys.map(|line| line.split(' ').nth(1).expect("a kid").to_owned()).collect()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into()).collect();
    names.sort();
    names
}

fn configure(dir: &TestDir, data: &str, port: u16) {
    let text = format!(
        "origin = \"http://localhost:{port}\"\ndata_dir = \"{data}\"\nroot_key_file = \
         \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n"
    );
    dir.write("admit.toml", &text);
}

const READY: &str = "\"message\":\"ready\"";

#[test]
fn restored_backup_serves_and_lists_what_came_back() {
    // LG7: makes a backup while the service runs, then removes a secret, disables a user and
    // replaces the keys. The restored directory lists all of that, has keys of neither time, and
    // is served. The backup has no root key.
    let dir = installation();
    let port = free_port();
    configure(&dir, "data", port);
    let running = dir.start(&["serve", "--config", "admit.toml"], READY);
    let made = dir.run(&["backup", "b1", "--config", "admit.toml"]).success();
    assert!(made.contains("directory.db and history.db") && made.contains("root.key is not"));
    assert_eq!(running.stop(), Some(0));
    assert_eq!(names(&dir.path().join("b1")), ["directory.db", "history.db", "manifest.json"]);
    let before = kids(&dir, "data");
    run(&dir, &["app", "secret", "remove", "job", "one"], "data").success();
    run(&dir, &["user", "disable", "budi"], "data").success();
    run(&dir, &["key", "rotate", "--now", "--revoke-old"], "data").success();
    let replaced = kids(&dir, "data");

    let restored = run(&dir, &["restore", "b1", "--earlier", "data"], "new").success();
    for expected in ["budi", "one", "secret two", "administrators: ana", "2 enabled users"] {
        assert!(restored.contains(expected), "{expected}: {restored}");
    }
    for kid in kids(&dir, "new") {
        assert!(!before.contains(&kid) && !replaced.contains(&kid), "{kid}");
    }
    configure(&dir, "new", port);
    let running = dir.start(&["serve", "--config", "admit.toml"], READY);
    let url = format!("http://localhost:{port}/acme/v2.0/.well-known/openid-configuration");
    assert_eq!(curl(&[&url]).0, 200);
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn copy_of_a_backup_is_served_only_after_a_restore() {
    // Copies the files of a backup by hand: `serve` and `apply` refuse them with one line.
    let dir = installation();
    run(&dir, &["backup", "b1"], "data").success();
    fs::create_dir(dir.path().join("copy")).expect("a directory");
    fs::copy(dir.path().join("b1/directory.db"), dir.path().join("copy/directory.db"))
        .expect("copied");
    configure(&dir, "copy", free_port());
    for command in [&["serve", "--config", "admit.toml"][..], &["apply", "acme.toml"]] {
        let output = match command {
            ["serve", ..] => dir.run(command),
            _ => dir.run(&[command, &["--config", "admit.toml"]].concat()),
        };
        let message = output.failure();
        assert!(message.contains("restore the backup with `admit restore`"), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn older_directory_is_served_only_after_it_is_accepted() {
    // LG6: puts back the directory from before a user was disabled. `serve` names both generations
    // and the command, which lists the change; afterwards the service starts.
    let dir = installation();
    let file = dir.path().join("data/directory.db");
    let older = fs::read(&file).expect("a directory");
    run(&dir, &["user", "disable", "budi"], "data").success();
    fs::write(&file, older).expect("written");
    configure(&dir, "data", free_port());
    let message = dir.run(&["serve", "--config", "admit.toml"]).failure();
    assert!(message.contains("is older than the ledger knows"), "{message}");
    assert!(message.contains("`admit restore`"), "{message}");
    let checked = dir.run(&["check", "--config", "admit.toml"]).failure();
    assert!(checked.contains("is older than the ledger knows"), "{checked}");
    let accepted = dir.run(&["restore", "--config", "admit.toml"]).success();
    assert!(accepted.contains("budi"), "{accepted}");
    let running = dir.start(&["serve", "--config", "admit.toml"], READY);
    assert_eq!(running.stop(), Some(0));
    let again = dir.run(&["restore", "--config", "admit.toml"]).failure();
    assert!(again.contains("is the newest one"), "{again}");
}

#[test]
fn broken_or_foreign_backup_is_refused_and_nothing_is_written() {
    // LG8: cuts and changes each file, removes one, changes the manifest, and names another root
    // key, a newer format and a directory that is no backup. Each is refused with one line.
    let dir = installation();
    run(&dir, &["backup", "good"], "data").success();
    dir.write_private("other.key", &"k".repeat(32));
    let good = |name: &str| fs::read(dir.path().join("good").join(name)).expect("a file");
    let cut = |name: &str| good(name)[..good(name).len() / 2].to_vec();
    let text = String::from_utf8(good("manifest.json")).expect("text");
    let flipped = |name: &str| {
        let mut bytes = good(name);
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    };
    let rows: [(&str, Option<Vec<u8>>, &str); 8] = [
        ("directory.db", Some(cut("directory.db")), "is damaged or incomplete"),
        ("directory.db", Some(flipped("directory.db")), "is damaged or incomplete"),
        ("history.db", None, "cannot be read"),
        ("manifest.json", Some(cut("manifest.json")), "is incomplete or malformed"),
        ("manifest.json", None, "cannot be read"),
        (
            "manifest.json",
            Some(text.replace("\"generation\": ", "\"generation\": 9").into_bytes()),
            "was changed after the backup was made",
        ),
        (
            "manifest.json",
            Some(text.replace("\"format\": 1", "\"format\": 2").into_bytes()),
            "in a newer format",
        ),
        (
            "manifest.json",
            Some(text.replace("history.db", "../data/x").into_bytes()),
            "was changed after the backup was made",
        ),
    ];
    let refuse = |arguments: &[&str], expected: &str| {
        let message = dir.run(arguments).failure();
        assert!(message.contains(expected), "{expected}: {message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(!dir.path().join("new").exists(), "{expected}");
    };
    let restore = ["restore", "bad", "--data", "new", "--root-key", "root.key"];
    for (name, content, expected) in rows {
        let bad = dir.path().join("bad");
        fs::create_dir(&bad).expect("a directory");
        for name in names(&dir.path().join("good")) {
            fs::write(bad.join(&name), good(&name)).expect("written");
        }
        match content {
            Some(content) => fs::write(bad.join(name), content).expect("written"),
            None => fs::remove_file(bad.join(name)).expect("removed"),
        }
        refuse(&restore, expected);
        fs::remove_dir_all(&bad).expect("removed");
    }
    let other = ["restore", "good", "--data", "new", "--root-key", "other.key"];
    refuse(&other, "another root key");
    refuse(&["restore", "data", "--data", "new", "--root-key", "root.key"], "cannot be read");
}

#[test]
fn backup_of_a_newer_schema_is_refused() {
    // LG8: raises the schema of the data directory beyond this release before the backup: neither
    // command reads it.
    let dir = installation();
    run(&dir, &["backup", "good"], "data").success();
    let connection = rusqlite::Connection::open(dir.path().join("data/directory.db"));
    connection
        .expect("a database")
        .execute_batch("PRAGMA user_version = 999; UPDATE schema SET oldest = 999;")
        .expect("changed");
    let message = run(&dir, &["backup", "newer"], "data").failure();
    assert!(message.contains("written for schema 999"), "{message}");
    assert!(!dir.path().join("newer").exists());
}

#[test]
fn restore_refuses_a_data_directory_with_files() {
    // Restores over the data directory itself: nothing in it changes.
    let dir = installation();
    run(&dir, &["backup", "good"], "data").success();
    let before = names(&dir.path().join("data"));
    let message = run(&dir, &["restore", "good"], "data").failure();
    assert!(message.contains("is not empty"), "{message}");
    assert_eq!(names(&dir.path().join("data")), before);
    let message = run(&dir, &["backup", "good"], "data").failure();
    assert!(message.contains("good cannot be written"), "{message}");
}
