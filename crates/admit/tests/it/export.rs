//! `admit export`: the directory as a declaration.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::apply::dir;
use crate::directory_rows::{Rows, last_event, rows};
use crate::fixtures::TestDir;

const EVERY_OPTION: &str = include_str!("declarations/every_option.toml");

fn apply(dir: &TestDir, file: &str) -> String {
    dir.run(&["apply", file, "--data", "data", "--secrets-file", &format!("{file}.secrets")])
        .success()
}

fn export(dir: &TestDir, more: &[&str]) -> String {
    dir.run(&[&["export", "--data", "data"][..], more].concat()).success()
}

/// Returns a directory in which every option has another value than its default.
fn full_dir() -> TestDir {
    let dir = dir();
    let params = rcgen::CertificateParams::new(vec!["nightly".to_owned()]).expect("parameters");
    let key = rcgen::KeyPair::generate().expect("a key");
    dir.write("nightly.crt", &params.self_signed(&key).expect("a certificate").pem());
    dir.write("full.toml", EVERY_OPTION);
    apply(&dir, "full.toml");
    dir
}

/// Returns the options of each table of the reference: the path of the table, and the name.
fn reference() -> Vec<(Vec<String>, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/declaration.md");
    let text = std::fs::read_to_string(page).expect("a reference");
    let (mut path, mut options) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let table = heading.split('`').nth(1).expect("a table").trim_matches(['[', ']']);
            path = table.split('.').map(str::to_owned).collect();
        }
        if let Some(option) = line.strip_prefix("### ") {
            options.push((path.clone(), option.trim_matches('`').to_owned()));
        }
    }
    assert!(options.len() > 60, "{options:?}");
    options
}

/// Returns whether a table at the path has the option.
fn has_option(value: &toml::Value, path: &[String], names: &[&str]) -> bool {
    match (value, path) {
        (toml::Value::Array(items), _) => items.iter().any(|item| has_option(item, path, names)),
        (toml::Value::Table(table), [first, rest @ ..]) => {
            table.get(first).is_some_and(|inner| has_option(inner, rest, names))
        }
        (toml::Value::Table(table), []) => names.iter().any(|name| table.contains_key(*name)),
        _ => false,
    }
}

#[test]
fn every_option_of_the_reference_is_exported() {
    // Looks for each option in a file that declares all of them and in the export of its rows.
    let dir = full_dir();
    export(&dir, &["--with-credentials", "all.toml"]);
    let exported = std::fs::read_to_string(dir.path().join("all.toml")).expect("a file");
    let declared: toml::Value = toml::from_str(EVERY_OPTION).expect("TOML");
    let exported: toml::Value = toml::from_str(&exported).expect("TOML");
    for (path, option) in reference() {
        let names: &[&str] = match option.as_str() {
            "password" => &["password", "password_hash"],
            "secret" => &["secret", "generate"],
            // An export has no files.
            "logo_file" => &["logo"],
            "passkey_attestation_roots_file" => &["passkey_attestation_roots"],
            option => &[option],
        };
        let place = format!("`{option}` of {path:?}");
        assert!(has_option(&declared, &path, names), "every_option.toml has no {place}");
        // Only what this installation gave could be revoked.
        let is_exported = option != "revoke_before";
        assert_eq!(has_option(&exported, &path, names), is_exported, "in the export: {place}");
    }
}

#[test]
fn an_export_that_is_applied_changes_nothing() {
    // Applies the export without and with credentials, also with `--prune`.
    let dir = full_dir();
    let before = rows(&dir);
    let plain = export(&dir, &[]);
    dir.write("plain.toml", &plain);
    export(&dir, &["--with-credentials", "all.toml"]);
    for file in ["plain.toml", "all.toml"] {
        for prune in [&[][..], &["--prune"]] {
            let arguments = [&["apply", file, "--data", "data"][..], prune].concat();
            let output = dir.run(&arguments).success();
            assert!(output.contains("0 to create, 0 to change, 7 unchanged"), "{file}: {output}");
            assert_eq!(rows(&dir), before, "{file}");
        }
    }
    assert_eq!(export(&dir, &[]), plain);
}

#[test]
fn an_export_without_credentials_has_none() {
    // Searches the export for each stored digest, hash and secret.
    let dir = full_dir();
    let text = export(&dir, &[]);
    let generated = std::fs::read_to_string(dir.path().join("full.toml.secrets")).expect("a file");
    for line in generated.lines() {
        let (_, secret) = line.rsplit_once(": ").expect("a secret");
        assert!(!text.contains(secret), "{text}");
    }
    for word in ["sha256", "hash", "whsec_", "$argon2", "00112233", "salt"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(text.contains("{ id = \"first\", generate = true, expires = 2030-01-01T00:00:00Z }"));
}

#[test]
fn credentials_are_exported_to_a_new_file_as_a_change_event() {
    // Exports to a new file, whose mode, counts and event are read, then to the same file again.
    let dir = full_dir();
    let output = export(&dir, &["--with-credentials", "all.toml", "--tenant", "acme"]);
    let counts = "2 digests of client secrets, 1 hashes of passwords, 1 secrets of webhooks";
    assert!(output.contains(counts), "{output}");
    let file = dir.path().join("all.toml");
    assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let event = last_event(&dir, "credentials_exported").expect("an event");
    assert_eq!((event.subject.as_str(), event.detail.as_str()), ("acme", "4"));
    let text = std::fs::read_to_string(&file).expect("text");
    let again = dir.run(&["export", "--data", "data", "--with-credentials", "all.toml"]).failure();
    assert!(again.starts_with("admit: all.toml cannot be written: "), "{again}");
    assert_eq!(std::fs::read_to_string(&file).expect("text"), text);
    let last = last_event(&dir, "credentials_exported").expect("an event");
    assert_eq!(last.at, event.at, "a refused export made an event");
}

#[test]
fn credentials_are_not_exported_without_a_history() {
    // Puts a directory in the place of the history, so that no event can be stored.
    let dir = full_dir();
    for name in ["history.db", "history.db-wal", "history.db-shm"] {
        std::fs::remove_file(dir.path().join("data").join(name)).unwrap_or_default();
    }
    std::fs::create_dir(dir.path().join("data/history.db")).expect("a directory");
    let output = dir.run(&["export", "--data", "data", "--with-credentials", "all.toml"]);
    let error = output.failure();
    assert!(error.contains("not exported without a change event"), "{error}");
    assert!(!dir.path().join("all.toml").exists());
}

/// Returns the rows without what belongs to one installation: times and sealed secrets.
fn portable(rows: Rows) -> Rows {
    let strip = |mut row: Value| {
        let members = row.as_object_mut().expect("an object");
        for name in ["tokens_not_before", "updated_at", "disabled_at", "set_at"] {
            members.remove(name);
        }
        if let Some(webhook) = members.get_mut("support").and_then(|it| it.get_mut("webhook"))
            && let Some(webhook) = webhook.as_object_mut()
        {
            webhook.remove("sealed_secret");
        }
        row
    };
    rows.into_iter().map(|(name, row)| (name, strip(row))).collect()
}

/// Returns an empty directory with another root key, and the file in it.
fn other_installation(text: &str) -> TestDir {
    let other = dir();
    std::fs::write(other.path().join("data/root.key"), [9; 32]).expect("another root key");
    other.write("moved.toml", text);
    other
}

#[test]
fn a_tenant_is_moved_with_its_ids_and_credentials() {
    // Applies the export of one tenant under another root key: all that `sub` is derived from, and
    // every credential, is equal, and the export of the copy is the same text.
    let dir = full_dir();
    export(&dir, &["--with-credentials", "all.toml", "--tenant", "acme"]);
    let text = std::fs::read_to_string(dir.path().join("all.toml")).expect("text");
    let other = other_installation(&text);
    apply(&other, "moved.toml");
    let mut expected = portable(rows(&dir));
    expected.retain(|name, _| !name.contains("other"));
    assert_eq!(portable(rows(&other)), expected);
    export(&other, &["--with-credentials", "again.toml"]);
    assert_eq!(std::fs::read_to_string(other.path().join("again.toml")).expect("text"), text);
}

#[test]
fn an_export_without_credentials_makes_a_tenant_with_new_secrets() {
    // Applies it under another root key: client ids stay, user ids and secrets are new.
    let dir = full_dir();
    let text = export(&dir, &["--tenant", "acme"]);
    assert!(!text.contains("other"), "{text}");
    let other = other_installation(&text);
    apply(&other, "moved.toml");
    let (here, there) = (rows(&dir), rows(&other));
    let (client, user) = ("client acme/web", "user acme/ana@acme.example");
    assert_eq!(here[client]["id"], there[client]["id"]);
    assert_eq!(here[client]["redirect_uris"], there[client]["redirect_uris"]);
    assert_ne!(here[client]["credentials"], there[client]["credentials"]);
    assert!(here["tenant acme"]["branding"]["logo"].is_object());
    assert_eq!(here["tenant acme"]["branding"], there["tenant acme"]["branding"]);
    assert_ne!(here[user]["id"], there[user]["id"]);
    assert!(!there.contains_key("password acme/ana@acme.example"));
    let generated = std::fs::read_to_string(other.path().join("moved.toml.secrets")).expect("text");
    assert_eq!(generated.lines().count(), 3, "{generated}");
}

#[test]
fn an_export_leaves_out_what_no_longer_exists() {
    // Removes a scope and a role that a client and a user have; the export is still accepted.
    let dir = full_dir();
    let resource = "[[tenants]]\nname = \"acme\"\n[[tenants.resources]]\n\
                    identifier = \"api://orders\"\nscopes = []\nroles = []\n";
    dir.write("less.toml", resource);
    apply(&dir, "less.toml");
    let text = export(&dir, &[]);
    assert!(text.contains("# left out: read at api://orders, which does not exist"), "{text}");
    dir.write("exported.toml", &text);
    apply(&dir, "exported.toml");
}

#[test]
fn export_names_an_unknown_tenant_and_a_missing_directory() {
    // Exports a tenant that does not exist, and a directory that does not exist.
    let dir = full_dir();
    let output = dir.run(&["export", "--data", "data", "--tenant", "none"]).failure();
    assert_eq!(output, "admit: there is no tenant `none`\n");
    let output = dir.run(&["export", "--data", "nowhere"]).failure();
    assert!(output.contains("nowhere is not an Admit data directory"), "{output}");
    assert!(!dir.path().join("nowhere").exists());
}

#[test]
fn the_salt_of_a_tenant_cannot_be_changed() {
    // Applies the file with another salt.
    let dir = full_dir();
    let text = EVERY_OPTION.replace("pairwise_salt = \"00", "pairwise_salt = \"ff");
    dir.write("salt.toml", &text);
    let output = dir.run(&["apply", "salt.toml", "--data", "data"]).failure();
    assert!(output.contains("the salt of a tenant cannot be changed"), "{output}");
    assert!(!output.contains("ff112233"), "{output}");
}
