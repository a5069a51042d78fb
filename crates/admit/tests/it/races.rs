//! Two processes that change one directory at the same time.

use std::io::Read;
use std::process::{Child, Stdio};

use crate::apply::dir;
use crate::directory_rows::rows;
use crate::fixtures::{CommandOutput, TestDir};

/// The number of users whose differences fill a pipe several times: 64 KiB on Linux.
const USERS: usize = 2_000;

/// Returns a declaration of many users. `name` is part of the name of each.
fn many_users(name: &str) -> String {
    let user = |number| {
        let user = format!("username = \"user-{number}\"\nname = \"{name} {number}\"\n");
        format!("\n[[tenants.users]]\n{user}")
    };
    let users: Vec<String> = (0..USERS).map(user).collect();
    format!("[[tenants]]\nname = \"acme\"\n{}", users.concat())
}

/// Starts a command without waiting for its end.
fn start(dir: &TestDir, arguments: &[&str]) -> Child {
    let mut command = dir.command(&[arguments, &["--data", "data"]].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
}

fn finish(child: Child) -> CommandOutput {
    CommandOutput::new(&child.wait_with_output().expect("it ends"))
}

fn run(dir: &TestDir, arguments: &[&str]) -> String {
    dir.run(&[arguments, &["--data", "data"]].concat()).success()
}

/// Returns a directory with many users, and `admit apply` in the middle: it has compared the file
/// with the store and waits until its differences are read.
fn waiting_apply(more: &[&str]) -> (TestDir, Child) {
    let dir = dir();
    dir.write("users.toml", &many_users("User"));
    run(&dir, &["apply", "users.toml"]);
    dir.write("renamed.toml", &many_users("Renamed"));
    let mut child = start(&dir, &[&["apply", "renamed.toml"], more].concat());
    let mut first = [0];
    child.stdout.as_mut().expect("an output").read_exact(&mut first).expect("a difference");
    (dir, child)
}

#[test]
fn apply_changes_nothing_if_a_row_was_changed_after_the_comparison() {
    // Revokes the tokens of one of the users whom `apply` is about to rename, then lets it go on.
    let (dir, apply) = waiting_apply(&[]);
    run(&dir, &["revoke", "--user", "user-7"]);
    let before = rows(&dir);
    assert_ne!(before["user acme/user-7"]["tokens_not_before"], 0);
    let refused = finish(apply).failure();
    assert!(refused.contains("the user user-7 was changed by the service or another"), "{refused}");
    assert!(refused.contains("nothing was changed; run the command again"), "{refused}");
    assert_eq!(rows(&dir), before);
    run(&dir, &["apply", "renamed.toml"]);
    let after = rows(&dir);
    let user = &after["user acme/user-7"];
    assert_eq!(user["name"], "Renamed 7");
    assert_eq!(user["tokens_not_before"], before["user acme/user-7"]["tokens_not_before"]);
}

#[test]
fn apply_keeps_a_change_of_a_row_that_the_file_does_not_name() {
    // Adds a user meanwhile, who is not in the file.
    let (dir, apply) = waiting_apply(&[]);
    run(&dir, &["user", "add", "budi", "--generate", "--secrets-file", "secret"]);
    finish(apply).success();
    let rows = rows(&dir);
    assert!(rows.contains_key("user acme/budi"));
    assert_eq!(rows["user acme/user-0"]["name"], "Renamed 0");
}

#[test]
fn a_refused_apply_leaves_no_file_with_secrets_that_are_not_in_use() {
    // The file declares a generated password, too, and one user is disabled meanwhile.
    let dir = dir();
    dir.write("users.toml", &many_users("User"));
    run(&dir, &["apply", "users.toml"]);
    let added = "\n[[tenants.users]]\nusername = \"citi\"\ngenerate_password = true\n";
    dir.write("renamed.toml", &(many_users("Renamed") + added));
    let mut apply = start(&dir, &["apply", "renamed.toml", "--secrets-file", "secrets"]);
    let mut first = [0];
    apply.stdout.as_mut().expect("an output").read_exact(&mut first).expect("a difference");
    run(&dir, &["user", "disable", "user-0"]);
    finish(apply).failure();
    assert!(!dir.path().join("secrets").exists());
    assert!(!rows(&dir).contains_key("user acme/citi"));
}

#[test]
fn concurrent_commands_for_one_app_are_all_applied() {
    // Removes four secrets of one app with four commands at once.
    let dir = dir();
    let ids = ["a", "b", "c", "d"];
    let secrets = ids.map(|id| format!("{{ id = \"{id}\", generate = true }}")).join(", ");
    let client = format!("[[tenants.clients]]\nname = \"shop\"\nsecrets = [{secrets}]\n");
    dir.write("acme.toml", &format!("[[tenants]]\nname = \"acme\"\n{client}"));
    run(&dir, &["apply", "acme.toml", "--secrets-file", "secrets"]);
    let removals = ids.map(|id| start(&dir, &["app", "secret", "remove", "shop", id]));
    for removal in removals {
        finish(removal).success();
    }
    assert_eq!(rows(&dir)["client acme/shop"]["credentials"], serde_json::json!([]));
}

#[test]
fn one_of_two_commands_that_add_the_same_user_is_refused() {
    // Adds one user with two commands at once. The password of the first must not be replaced.
    let dir = dir();
    dir.write("acme.toml", "[[tenants]]\nname = \"acme\"\n");
    run(&dir, &["apply", "acme.toml"]);
    let add = |file| start(&dir, &["user", "add", "budi", "--generate", "--secrets-file", file]);
    let outputs = [add("one"), add("two")].map(finish);
    let added = outputs.iter().filter(|output| output.status == Some(0)).count();
    assert_eq!(added, 1, "{} {}", outputs[0].err, outputs[1].err);
    let files = ["one", "two"].map(|file| dir.path().join(file).exists());
    assert_eq!(files.iter().filter(|exists| **exists).count(), 1);
}
