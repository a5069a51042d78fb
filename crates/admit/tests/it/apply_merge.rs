//! A declaration changes what it names and nothing else.

use std::path::Path;

use toml::Value;

use crate::apply::dir;
use crate::directory_rows::{Rows, changed_members, rows};
use crate::fixtures::TestDir;

fn apply(dir: &TestDir, text: &str) -> String {
    dir.write("next.toml", text);
    dir.run(&["apply", "next.toml", "--data", "data"]).success()
}

fn refused(dir: &TestDir, text: &str) -> String {
    dir.write("next.toml", text);
    let before = rows(dir);
    let output = dir.run(&["apply", "next.toml", "--data", "data"]).failure();
    assert_eq!(rows(dir), before, "a part of it was applied");
    output
}

/// Returns every declaration of the documentation, and the one of `admit dev` for the tenant acme.
fn examples() -> Vec<(String, String)> {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let demo = std::fs::read_to_string(crate_dir.join("src/dev/demo.toml")).expect("a file");
    let mut examples =
        vec![("demo.toml".to_owned(), demo.replace("name = \"demo\"", "name = \"acme\""))];
    for entry in std::fs::read_dir(crate_dir.join("../../docs/guides")).expect("guides") {
        let path = entry.expect("a guide").path();
        if path.is_dir() {
            continue;
        }
        let page = std::fs::read_to_string(&path).expect("text");
        let blocks = page.split("```toml").skip(1).filter_map(|rest| rest.split_once("```"));
        for (number, (block, _)) in blocks.enumerate() {
            let text = block.split_once('\n').map_or("", |(_, text)| text);
            if text.contains("[[tenants]]") {
                examples.push((format!("{} {number}", path.display()), text.to_owned()));
            }
        }
    }
    examples.sort();
    assert!(examples.len() >= 4, "{examples:?}");
    examples
}

/// Applies an example with everything that it refers to.
fn apply_example(dir: &TestDir, text: &str) {
    dir.write("next.toml", text);
    dir.write("acme.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>");
    let mut command =
        dir.command(&["apply", "next.toml", "--data", "data", "--secrets-file", "generated.txt"]);
    std::fs::remove_file(dir.path().join("generated.txt")).unwrap_or_default();
    for name in [
        "WEB_SECRET",
        "DAEMON_SECRET",
        "DEMO_APP_SECRET",
        "ANA_PASSWORD",
        "BUDI_PASSWORD",
        "ADMIN_PASSWORD",
    ] {
        command.env(name, format!("{name}-0123456789-0123456789"));
    }
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

/// Returns a directory with the files that the examples refer to.
fn example_dir() -> TestDir {
    let dir = dir();
    dir.write_private("orders-api.secret", "a-secret-of-another-program-0123456789\n");
    for name in ["nightly.crt", "web-certificate.crt", "security-key-roots.pem"] {
        let params = rcgen::CertificateParams::new(vec!["nightly".to_owned()]).expect("parameters");
        let key = rcgen::KeyPair::generate().expect("a key");
        dir.write(name, &params.self_signed(&key).expect("a certificate").pem());
    }
    dir
}

/// Returns the tables of a list in a declaration.
fn tables<'v>(value: &'v Value, name: &str) -> Vec<&'v toml::Table> {
    let items = value.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_table).collect()
}

/// Returns the members of a row that a table of a declaration names.
fn named_members(table: &toml::Table) -> Vec<String> {
    let mut names = Vec::new();
    for name in table.keys() {
        names.extend(match name.as_str() {
            "secrets" | "keys" => vec!["credentials".to_owned()],
            "logo_file" | "logo" | "colour" => vec!["branding".to_owned()],
            "email" => vec!["email".to_owned(), "email_verified".to_owned()],
            "passkey_attestation_roots_file" => vec!["passkey_attestation_roots".to_owned()],
            "password_reset"
            | "password_minimum_length"
            | "password_lifetime"
            | "must_change_password"
            | "password_minimum_length_with_second_factor" => vec![name.clone()],
            name if name.contains("password") => {
                vec!["tokens_not_before".to_owned(), "hash".to_owned(), "set_at".to_owned()]
            }
            name if is_attribute(name) => vec!["profile".to_owned()],
            name => vec![name.to_owned()],
        });
    }
    names.extend(["updated_at", "disabled_at"].map(str::to_owned));
    names
}

/// Returns whether an option of a user is an attribute of their profile.
fn is_attribute(option: &str) -> bool {
    serde_json::json!(model::UserProfile::default()).get(option).is_some()
}

/// Asserts that only named members of named rows differ.
fn assert_only_named_changed(text: &str, before: &Rows, after: &Rows, context: &str) {
    let value: Value = toml::from_str(text).expect("TOML");
    let mut named = std::collections::BTreeMap::new();
    for tenant in tables(&value, "tenants") {
        let tenant_name = tenant["name"].as_str().expect("a name");
        named.insert(format!("tenant {tenant_name}"), named_members(tenant));
        let tenant_value = Value::Table(tenant.clone());
        for (list, kind, key) in [
            ("clients", "client", "name"),
            ("resources", "resource", "identifier"),
            ("users", "user", "username"),
        ] {
            for table in tables(&tenant_value, list) {
                let name = table[key].as_str().expect("a name");
                named.insert(format!("{kind} {tenant_name}/{name}"), named_members(table));
                if kind == "user" {
                    let name = format!("password {tenant_name}/{name}");
                    named.insert(name, named_members(table));
                }
            }
        }
    }
    for (name, row) in before {
        let changed = changed_members(row, after.get(name).expect("no row is removed"));
        let allowed = named.get(name).cloned().unwrap_or_default();
        for member in changed {
            assert!(allowed.contains(&member), "{context}: {name} {member} was not named");
        }
    }
}

#[test]
fn examples_applied_over_one_another_change_only_named_options() {
    // Applies each example of the documentation after each other one and compares full rows.
    for (first_name, first) in examples() {
        for (second_name, second) in examples() {
            let dir = example_dir();
            apply_example(&dir, &first);
            let before = rows(&dir);
            apply_example(&dir, &second);
            let after = rows(&dir);
            let context = format!("{second_name} over {first_name}");
            assert_only_named_changed(&second, &before, &after, &context);
            if first_name == second_name {
                assert_eq!(before, after, "{context}");
            }
        }
    }
}

/// A tenant that uses many options.
const FULL: &str = r#"
[[tenants]]
name = "acme"
display_name = "Acme"
suspended = true
session_lifetime = "12h"

[tenants.support]
address = "support@acme.example"
webhook = { url = "https://hooks.acme.example/x", generate = true }

[[tenants.resources]]
identifier = "api://orders"
name = "Orders"
token_alg = "RS256"
token_lifetime = "5m"
scopes = [{ value = "read", description = "Read", admin_only = true, access = "write" }]
roles = [{ value = "Reader", description = "Reads" }]
introspection_clients = ["web"]

[[tenants.resources]]
identifier = "api://bills"

[[tenants.clients]]
name = "web"
enabled = false
redirect_uris = { web = ["https://app.example/cb"], native = ["http://localhost"] }
grant_types = ["authorization_code"]
secrets = [{ generate = true, expires = 2030-01-01T00:00:00Z }]
permissions = [
    { resource = "api://orders", scopes = ["read"], roles = ["Reader"] },
    { resource = "api://bills" },
]
dpop_required = true
refresh_token_rotation = false

[[tenants.users]]
username = "ana@acme.example"
name = "Ana"
email = "ana@acme.example"
email_verified = true
enabled = false
administrator = true
roles = [{ resource = "api://orders", role = "Reader" }]
password = "correct horse battery"
"#;

#[test]
fn a_file_with_names_alone_changes_nothing() {
    // Names every row of a directory without an option, then every credential by its id.
    let dir = dir();
    apply(&dir, FULL);
    let before = rows(&dir);
    let names = r#"
[[tenants]]
name = "acme"
support = { webhook = { url = "https://hooks.acme.example/x" } }
[[tenants.resources]]
identifier = "api://orders"
[[tenants.clients]]
name = "web"
secrets = [{ id = "generated" }]
permissions = [{ resource = "api://bills" }]
[[tenants.users]]
username = "ana@acme.example"
"#;
    let output = apply(&dir, names);
    assert_eq!(rows(&dir), before, "{output}");
    assert!(output.contains("0 to create, 0 to change, 4 unchanged"), "{output}");
}

#[test]
fn unset_and_empty_options_have_their_defaults_again() {
    // Takes options away by `unset` and by empty values, and compares with new rows.
    let dir = dir();
    apply(&dir, FULL);
    let unset = r#"
[[tenants]]
name = "acme"
display_name = ""
support = {}
unset = ["suspended", "session_lifetime"]
[[tenants.resources]]
identifier = "api://orders"
unset = ["name", "token_alg", "token_lifetime", "scopes", "roles", "introspection_clients"]
[[tenants.clients]]
name = "web"
secrets = []
redirect_uris = {}
permissions = []
public = true
grant_types = []
unset = ["enabled", "dpop_required", "refresh_token_rotation"]
[[tenants.users]]
username = "ana@acme.example"
email = ""
roles = []
unset = ["name", "email_verified", "enabled", "administrator"]
"#;
    apply(&dir, unset);
    let rows = rows(&dir);
    let of = |name: &str| rows.get(name).expect("a row").clone();
    let (tenant, client) = (of("tenant acme"), of("client acme/web"));
    assert_eq!(tenant["display_name"], "acme");
    assert_eq!(tenant["suspended"], false);
    assert_eq!(tenant["session_lifetime"], 86_400);
    assert_eq!(tenant["support"], serde_json::json!(model::Support::default()));
    let resource = of("resource acme/api://orders");
    let id = serde_json::from_value(tenant["id"].clone()).expect("an id");
    let time = |row: &serde_json::Value| -> model::Timestamp {
        serde_json::from_value(row["tokens_not_before"].clone()).expect("a time")
    };
    let expected = model::Resource {
        tokens_not_before: time(&resource),
        ..model::Resource::new(id, "api://orders")
    };
    assert_eq!(resource, serde_json::json!(expected));
    let client_id = serde_json::from_value(client["id"].clone()).expect("an id");
    let expected = model::Client {
        public: true,
        tokens_not_before: time(&client),
        ..model::Client::new(id, client_id, "web")
    };
    assert_eq!(client, serde_json::json!(expected));
    let user = of("user acme/ana@acme.example");
    let user_id = serde_json::from_value(user["id"].clone()).expect("an id");
    let updated_at = serde_json::from_value(user["updated_at"].clone()).expect("a time");
    let expected = model::User {
        updated_at,
        tokens_not_before: time(&user),
        ..model::User::new(id, user_id, "ana@acme.example")
    };
    assert_eq!(user, serde_json::json!(expected));
    assert!(rows.contains_key("password acme/ana@acme.example"), "the password stays");
}

#[test]
fn unset_refuses_unknown_required_and_declared_options() {
    // Misspells an option, names a required one, one that is declared, and no text.
    let dir = dir();
    apply(&dir, FULL);
    let with = |line: &str| format!("[[tenants]]\nname = \"acme\"\n{line}\n");
    let output = refused(&dir, &with("unset = [\"suport\"]"));
    assert!(output.contains("unknown option `suport` in `unset`"), "{output}");
    assert!(output.contains("did you mean `support`?"), "{output}");
    let output = refused(&dir, &with("unset = [\"name\"]"));
    assert!(output.contains("`name` cannot be unset"), "{output}");
    let output = refused(&dir, &with("display_name = \"A\"\nunset = [\"display_name\"]"));
    assert!(output.contains("`display_name` is both declared and unset"), "{output}");
    let output = refused(&dir, &with("unset = \"support\""));
    assert!(output.contains("`unset` has a value of the wrong type"), "{output}");
    let user = "[[tenants.users]]\nusername = \"ana@acme.example\"\nunset = [\"password\"]";
    let output = refused(&dir, &with(user));
    assert!(output.contains("`password` cannot be unset"), "{output}");
}

#[test]
fn lists_replace_and_named_items_keep_what_they_leave_out() {
    // Changes one scope, one permission and the expiry of one secret; their other options stay.
    let dir = dir();
    apply(&dir, FULL);
    apply(
        &dir,
        r#"
[[tenants]]
name = "acme"
[[tenants.resources]]
identifier = "api://orders"
scopes = [
    { value = "read", description = "Read all" },
    { value = "write", description = "Write" },
]
[[tenants.clients]]
name = "web"
redirect_uris = { web = ["https://app.example/other"] }
secrets = [{ id = "generated", unset = ["expires"] }, { id = "second", generate = true }]
permissions = [{ resource = "api://orders", scopes = ["write"] }]
"#,
    );
    let rows = rows(&dir);
    let scopes = &rows["resource acme/api://orders"]["scopes"];
    assert_eq!(scopes[0]["admin_only"], true, "an option of a scope was reset");
    assert_eq!(scopes[0]["access"], "write", "an option of a scope was reset");
    assert_eq!(scopes[0]["description"], "Read all");
    assert_eq!(scopes[1]["admin_only"], false);
    let client = &rows["client acme/web"];
    assert_eq!(client["redirect_uris"].as_array().map(Vec::len), Some(1));
    assert_eq!(client["credentials"][0]["id"], "generated");
    assert_eq!(client["credentials"][0]["expires"], serde_json::Value::Null);
    assert_eq!(client["credentials"][1]["id"], "second");
    let permissions = &client["permissions"];
    assert_eq!(permissions[0]["scopes"], serde_json::json!(["write"]));
    assert_eq!(permissions[0]["roles"], serde_json::json!(["Reader"]));
    assert_eq!(permissions[1]["resource"], "api://bills");
}

#[test]
fn a_new_address_is_not_verified_unless_that_is_declared() {
    // Changes the verified address alone, and together with the flag.
    let dir = dir();
    apply(&dir, FULL);
    let user = |more: &str| {
        format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.users]]\n\
             username = \"ana@acme.example\"\n{more}"
        )
    };
    apply(&dir, &user("email = \"new@acme.example\"\n"));
    assert_eq!(rows(&dir)["user acme/ana@acme.example"]["email_verified"], false);
    apply(&dir, &user("email = \"third@acme.example\"\nemail_verified = true\n"));
    assert_eq!(rows(&dir)["user acme/ana@acme.example"]["email_verified"], true);
}

#[test]
fn rules_between_options_hold_for_the_merged_row() {
    // Breaks each rule with an option that is stored and one that is declared.
    let dir = dir();
    apply(&dir, FULL);
    let client = |more: &str| {
        format!("[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"web\"\n{more}\n")
    };
    for (more, message) in [
        ("public = true", "a public client cannot have credentials"),
        (
            "public = true\nsecrets = []\ndpop_required = false",
            "a stolen refresh token would stay valid",
        ),
        (
            "secrets = []\ngrant_types = [\"client_credentials\"]",
            "`client_credentials` requires a client that can authenticate",
        ),
        ("redirect_uris = {}", "`authorization_code` requires a redirect URI"),
        ("secrets = [{ id = \"other\" }]", "the client has no secret with the id `other`"),
        ("keys = [{ id = \"other\" }]", "the client has no key with the id `other`"),
        (
            "secrets = [{ generate = true }, { generate = true }]",
            "the id `generated` is used twice",
        ),
    ] {
        let output = refused(&dir, &client(more));
        assert!(output.contains(message), "{more}: {output}");
        assert!(output.ends_with("next.toml: 1 problem\n"), "{more}: {output}");
    }
}

#[test]
fn a_dry_run_shows_the_ids_that_are_given() {
    // Compares the ids of a dry run, of another dry run, and of the rows; then renames a client.
    let dir = dir();
    dir.write("next.toml", FULL);
    let dry_run = || dir.run(&["apply", "next.toml", "--data", "data", "--dry-run"]).success();
    let (first, second) = (dry_run(), dry_run());
    assert_eq!(first, second);
    apply(&dir, FULL);
    let before = rows(&dir);
    for name in ["tenant acme", "client acme/web", "user acme/ana@acme.example"] {
        let id = before[name]["id"].as_str().expect("an id");
        assert!(first.contains(&format!("({id})")), "{name}: {first}");
    }
    let id = before["client acme/web"]["id"].as_str().expect("an id");
    let client = "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\n";
    apply(&dir, &format!("{client}name = \"shop\"\nclient_id = \"{id}\"\n"));
    let new =
        "name = \"web\"\npublic = true\nredirect_uris = { native = [\"http://localhost\"] }\n";
    apply(&dir, &format!("{client}{new}"));
    let after = rows(&dir);
    assert_eq!(after["client acme/shop"]["id"], id);
    assert_ne!(after["client acme/web"]["id"], id, "an id was given twice");
}

#[test]
fn the_id_of_a_user_is_declared_or_stays() {
    // Creates a user with an id, changes it, and gives it to another user.
    let dir = dir();
    let user = |name: &str, last: u32| {
        format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.users]]\nusername = \"{name}\"\n\
             id = \"0192f0c1-2b7d-7c3e-9a51-3f1d5a7b9c0{last}\"\n"
        )
    };
    apply(&dir, &user("ana", 1));
    assert_eq!(rows(&dir)["user acme/ana"]["id"], "0192f0c1-2b7d-7c3e-9a51-3f1d5a7b9c01");
    apply(&dir, &user("ANA", 1));
    let output = refused(&dir, &user("ana", 2));
    assert!(output.contains("the id of a user cannot be changed"), "{output}");
    let output = refused(&dir, &user("budi", 1));
    assert!(output.contains("the user `ANA` has this id"), "{output}");
}

#[test]
fn a_thousand_users_are_applied_together_or_not_at_all() {
    // Applies a thousand users, the last of which is refused, then without the last one.
    let dir = dir();
    let users = |count: usize| {
        let users = (0..count)
            .map(|number| format!("[[tenants.users]]\nusername = \"user{number}@acme.example\"\n"));
        "[[tenants]]\nname = \"acme\"\n".to_owned() + &users.collect::<String>()
    };
    apply(&dir, &users(1));
    let wrong = users(1_000) + "roles = [{ resource = \"api://none\", role = \"x\" }]\n";
    assert!(refused(&dir, &wrong).contains("unknown resource `api://none`"));
    assert!(apply(&dir, &users(1_000)).contains("999 to create, 0 to change, 2 unchanged"));
}
