//! `admit user invite`, and the users who are in no declaration.

use crate::apply::dir;
use crate::directory_rows::{last_event, rows};
use crate::fixtures::{CommandOutput, TestDir};

const DIRECTORY: &str = r#"
[[tenants]]
name = "acme"

[tenants.sign_up]
mode = "invited"

[[tenants.resources]]
identifier = "api://orders"
roles = [{ value = "Reader", description = "Reads" }]

[[tenants.clients]]
name = "shop"
redirect_uris = { web = ["https://shop.example/callback?x=1"] }

[[tenants.users]]
username = "ana@acme.example"
administrator = true
"#;

const RINA: &str = "rina@new.example";

fn acme() -> TestDir {
    let dir = dir();
    dir.write("directory.toml", DIRECTORY);
    dir.run(&["apply", "directory.toml", "--data", "data"]).success();
    dir
}

fn invite(dir: &TestDir, arguments: &[&str]) -> CommandOutput {
    dir.run(&[&["user", "invite", RINA, "--data", "data"], arguments].concat())
}

fn link(output: &str) -> String {
    let link = output.split_whitespace().find(|word| word.contains("/acme/invitation?mail_token="));
    link.unwrap_or_else(|| panic!("no link in {output}")).to_owned()
}

#[test]
fn invitation_is_stored_by_the_digest_of_its_link_and_can_be_replaced() {
    // Invites a user with a role, an app and a language; then again, which replaces the link.
    let dir = acme();
    let more = ["--role", "api://orders=Reader", "--app", "shop", "--language", "id"];
    let first = link(&invite(&dir, &[&["--name", "Rina"][..], &more].concat()).success());
    let row = rows(&dir)[&format!("user acme/{RINA}")].clone();
    assert_eq!((&row["name"], &row["email"]), (&"Rina".into(), &RINA.into()));
    assert_eq!(row["email_verified"], false);
    assert_eq!(row["roles"][0]["role"], "Reader");
    assert_eq!(row["profile"]["locale"], "id");
    assert_eq!(row["invitation"]["app"], "https://shop.example/");
    let (_, token) = first.split_once("mail_token=").expect("a token");
    assert_eq!(token.len(), 43);
    assert!(!row.to_string().contains(token), "{row}");
    assert!(last_event(&dir, "user_invited").is_some());
    let json = invite(&dir, &["--json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let second = json["link"].as_str().expect("a link");
    assert_ne!(first, second);
    assert_eq!(json["mailed"], false);
    let replaced = rows(&dir)[&format!("user acme/{RINA}")].clone();
    assert_eq!(replaced["id"], row["id"]);
    assert_ne!(replaced["invitation"]["digest"], row["invitation"]["digest"]);
}

#[test]
fn revoked_invitation_removes_its_user_and_no_other() {
    // Revokes an open invitation, then one that does not exist and one of a user who has none.
    let dir = acme();
    invite(&dir, &[]).success();
    invite(&dir, &["--revoke"]).success();
    assert!(!rows(&dir).contains_key(&format!("user acme/{RINA}")));
    invite(&dir, &["--revoke"]).failure();
    let arguments = ["user", "invite", "ana@acme.example", "--revoke", "--data", "data"];
    let refused = dir.run(&arguments).failure();
    assert!(refused.contains("has no open invitation"), "{refused}");
    assert!(rows(&dir).contains_key("user acme/ana@acme.example"));
}

#[test]
fn invitation_with_a_wrong_argument_is_refused() {
    // Hostile inputs of the command: each is named, and nothing is stored.
    let dir = acme();
    let before = rows(&dir);
    for (arguments, message) in [
        (["--valid", "91d"], "expected 1s to 90d"),
        (["--valid", "soon"], "expected 1s to 90d"),
        (["--role", "api://orders=Writer"], "a role that an API has"),
        (["--role", "Reader"], "a role that an API has"),
        (["--app", "shops"], "did you mean `shop`"),
        (["--language", "xx"], "expected one of en"),
        (["--name", "a\nb"], "expected a name"),
    ] {
        let refused = invite(&dir, &arguments).failure();
        assert!(refused.contains(message), "{arguments:?}: {refused}");
    }
    for (address, message) in [
        ("rina", "is not a single e-mail address"),
        ("Rina <rina@new.example>", "is not a single e-mail address"),
        ("ana@acme.example", "has a user `ana@acme.example` already"),
    ] {
        let refused = dir.run(&["user", "invite", address, "--data", "data"]).failure();
        assert!(refused.contains(message), "{address}: {refused}");
    }
    assert_eq!(rows(&dir), before);
    dir.write("closed.toml", "[[tenants]]\nname = \"acme\"\nsign_up = { mode = \"closed\" }\n");
    dir.run(&["apply", "closed.toml", "--data", "data"]).success();
    let refused = invite(&dir, &[]).failure();
    assert!(refused.contains("accepts no invitations"), "{refused}");
}

#[test]
fn prune_leaves_invited_users_and_counts_them_in_the_plan() {
    // Invites a user, adds another one, and prunes: the invited one stays, and the plan counts it.
    let dir = acme();
    invite(&dir, &[]).success();
    let add = ["user", "add", "budi", "--data", "data"];
    dir.run_with(&add, "another long password\n").success();
    let pruned = dir.run(&["apply", "directory.toml", "--prune", "--data", "data"]).success();
    assert!(pruned.contains("= users who signed up or were invited: 1 kept\n"), "{pruned}");
    assert!(pruned.contains("- user budi "), "{pruned}");
    assert!(rows(&dir).contains_key(&format!("user acme/{RINA}")));
    assert!(!rows(&dir).contains_key("user acme/budi"));
}

#[test]
fn sign_up_is_declared_with_terms_that_are_complete_and_domains() {
    // Declares a part of the terms, what is no URL, no domain, and an attribute twice.
    let dir = acme();
    for (options, message) in [
        ("terms_version = \"1\"", "terms_url is missing"),
        ("terms_url = \"https://a.example/t\"", "terms_version is missing"),
        ("terms_version = \"1\"\nterms_url = \"http://a.example/t\"", "expected an https URL"),
        ("domains = [\"@acme.example\"]", "this is no domain"),
        ("domains = [\"localhost\"]", "this is no domain"),
        ("attributes = [\"nickname\", \"nickname\"]", "needed once only"),
        ("mode = \"opened\"", "open"),
    ] {
        let text = format!("[[tenants]]\nname = \"acme\"\n[tenants.sign_up]\n{options}\n");
        dir.write("wrong.toml", &text);
        let refused = dir.run(&["apply", "wrong.toml", "--data", "data"]).failure();
        assert!(refused.contains(message), "{options}: {refused}");
    }
}
