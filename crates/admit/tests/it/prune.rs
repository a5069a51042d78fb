//! `admit apply --prune` removes what the file does not name, inside the tenants that it names.

use model::Actor;

use crate::apply::dir;
use crate::directory_rows::{last_event, rows};
use crate::fixtures::TestDir;

const DIRECTORY: &str = r#"
[[tenants]]
name = "acme"
[[tenants.resources]]
identifier = "api://orders"
scopes = [{ value = "read", description = "Read" }]
roles = [{ value = "Reader", description = "Reads" }]
introspection_clients = ["job", "web"]
[[tenants.resources]]
identifier = "api://bills"
[[tenants.clients]]
name = "web"
redirect_uris = { web = ["https://app.example/cb"] }
secrets = [{ id = "one", generate = true }, { id = "two", generate = true }]
permissions = [{ resource = "api://orders", scopes = ["read"] }, { resource = "api://bills" }]
[[tenants.clients]]
name = "job"
secrets = [{ generate = true }]
[[tenants.users]]
username = "ana"
roles = [{ resource = "api://orders", role = "Reader" }]
[[tenants.users]]
username = "root"
administrator = true

[[tenants]]
name = "other"
[[tenants.clients]]
name = "app"
secrets = [{ generate = true }]
"#;

/// Names one of everything.
const PART: &str = r#"
[[tenants]]
name = "acme"
[[tenants.resources]]
identifier = "api://orders"
[[tenants.clients]]
name = "web"
secrets = [{ id = "two" }]
permissions = [{ resource = "api://orders" }]
[[tenants.users]]
username = "ana"
"#;

fn run(dir: &TestDir, text: &str, more: &[&str]) -> crate::fixtures::CommandOutput {
    dir.write("next.toml", text);
    dir.run(&[&["apply", "next.toml", "--data", "data"][..], more].concat())
}

#[test]
fn prune_removes_unnamed_rows_credentials_and_permissions() {
    // Applies a part of a directory: without --yes nothing, with it only the named rows stay.
    let dir = dir();
    run(&dir, DIRECTORY, &[]).success();
    let before = rows(&dir);
    let dry = run(&dir, PART, &["--prune", "--dry-run"]).success();
    let refused = run(&dir, PART, &["--prune"]);
    assert_eq!(rows(&dir), before, "something was removed without --yes");
    for line in [
        "  - client job (",
        "  - resource api://bills\n",
        "  - credential `one` of client web\n",
        "  - permission of client web at api://bills\n",
        "  - role Reader at api://orders of user ana\n",
    ] {
        assert!(dry.contains(line), "{line}: {dry}");
        assert!(refused.out.contains(line), "{line}: {}", refused.out);
    }
    let error = refused.failure();
    assert!(error.contains("--prune would remove 5 things, more than 3"), "{error}");
    assert!(error.contains("add --yes"), "{error}");
    run(&dir, PART, &["--prune", "--yes"]).success();
    let after = rows(&dir);
    let names: Vec<&str> = after.keys().map(String::as_str).collect();
    let expected = [
        "client acme/web",
        "client other/app",
        "resource acme/api://orders",
        "tenant acme",
        "tenant other",
        "user acme/ana",
        "user acme/root",
    ];
    assert_eq!(names, expected);
    let client = &after["client acme/web"];
    assert_eq!(client["credentials"].as_array().map(Vec::len), Some(1));
    assert_eq!(client["permissions"].as_array().map(Vec::len), Some(1));
    assert_eq!(client["permissions"][0]["scopes"][0], "read");
    let introspection = &after["resource acme/api://orders"]["introspection_clients"];
    assert_eq!(introspection, &serde_json::json!([client["id"]]), "a removed client is named");
    for name in ["client other/app", "tenant other", "user acme/root"] {
        assert_eq!(after[name], before[name], "{name}");
    }
}

#[test]
fn prune_removes_three_things_without_yes() {
    // Leaves a client, and then a user as well, out of a file with all else.
    let dir = dir();
    run(&dir, DIRECTORY, &[]).success();
    let text = DIRECTORY
        .replace("[[tenants.users]]\nusername = \"ana\"", "[[tenants.users]]\nusername = \"eva\"")
        .replace("[[tenants.clients]]\nname = \"app\"\nsecrets = [{ generate = true }]\n", "");
    let output = run(&dir, &text, &["--prune"]).success();
    assert!(output.contains("1 to create, 0 to change, 2 to remove, "), "{output}");
    let after = rows(&dir);
    assert!(!after.contains_key("client other/app") && !after.contains_key("user acme/ana"));
}

#[test]
fn prune_never_removes_the_last_administrator() {
    // Leaves the only administrator out, then declares another one, and a disabled one.
    let dir = dir();
    run(&dir, DIRECTORY, &[]).success();
    let output = run(&dir, PART, &["--prune", "--yes"]).success();
    assert!(output.contains("kept, the last administrator"), "{output}");
    let disabled = format!("{PART}administrator = true\nenabled = false\n");
    run(&dir, &disabled, &["--prune", "--yes"]).success();
    assert!(rows(&dir).contains_key("user acme/root"));
    let other = format!("{PART}administrator = true\nenabled = true\n");
    run(&dir, &other, &["--prune"]).success();
    assert!(!rows(&dir).contains_key("user acme/root"));
}

#[test]
fn the_id_of_a_removed_row_is_not_given_again() {
    // Removes a client and a user, and declares them again.
    let dir = dir();
    run(&dir, DIRECTORY, &[]).success();
    let before = rows(&dir);
    let part = PART.replace("username = \"ana\"", "username = \"root\"");
    run(&dir, &part, &["--prune", "--yes"]).success();
    run(&dir, DIRECTORY, &[]).success();
    let after = rows(&dir);
    for name in ["client acme/job", "user acme/ana"] {
        assert_ne!(before[name]["id"], after[name]["id"], "{name}");
    }
    assert_eq!(before["user acme/root"]["id"], after["user acme/root"]["id"]);
}

#[test]
fn prune_refuses_references_to_rows_that_it_would_remove() {
    // Names a stored resource and a stored client that are not declared.
    let dir = dir();
    run(&dir, DIRECTORY, &[]).success();
    let text = "[[tenants]]\nname = \"acme\"\n\
                [[tenants.resources]]\nidentifier = \"api://orders\"\n\
                introspection_clients = [\"job\"]\n[[tenants.users]]\nusername = \"ana\"\n\
                roles = [{ resource = \"api://bills\", role = \"x\" }]\n";
    let output = run(&dir, text, &["--prune", "--yes"]).failure();
    assert!(output.contains("unknown client `job`"), "{output}");
    assert!(output.contains("unknown resource `api://bills`"), "{output}");
    assert!(rows(&dir).contains_key("client acme/job"));
}

#[test]
fn removals_are_change_events() {
    // Removes a client, a resource and a user, and reads the history of the service.
    let dir = dir();
    run(&dir, DIRECTORY, &[]).success();
    let part = PART.replace("username = \"ana\"", "username = \"root\"");
    run(&dir, &part, &["--prune", "--yes"]).success();
    for kind in ["client_removed", "resource_removed", "user_removed", "secret_removed"] {
        assert!(last_event(&dir, kind).is_some(), "{kind}");
    }
    let event = last_event(&dir, "user_removed").expect("an event");
    assert_eq!(event.subject, "ana");
    let Some(Actor::Command { name, host, user, run }) = event.actor else {
        panic!("no command: {:?}", event.actor)
    };
    assert_eq!(name, "apply");
    assert!(!host.is_empty() && !user.is_empty());
    let other = last_event(&dir, "client_removed").and_then(|event| event.actor);
    let is_same_run = matches!(other, Some(Actor::Command { run: other, .. }) if other == run);
    assert!(is_same_run, "{other:?}");
}
