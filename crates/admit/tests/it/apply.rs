//! `admit apply`: differences, secrets and idempotence.

use insta::assert_snapshot;

use crate::fixtures::TestDir;

/// Creates a directory with the data directory `data` and its root key.
pub(crate) fn dir() -> TestDir {
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir
}

fn apply(dir: &TestDir, more: &[&str]) -> String {
    dir.run(&[&["apply", "directory.toml", "--data", "data"][..], more].concat()).success()
}

/// Masks random values: ids and secrets.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    for word in text.split_inclusive([' ', '\n', '(', ')', '"', '/']) {
        let (bare, end) =
            word.split_at(word.trim_end_matches([' ', '\n', '(', ')', '"', '/']).len());
        let hyphens = bare.bytes().filter(|byte| *byte == b'-').count();
        let uuid = bare.len() == 36 && hyphens == 4;
        let password = bare.len() == 23 && hyphens == 3;
        let secret = bare.len() == 43 && bare.bytes().any(|byte| byte.is_ascii_digit());
        let digest = bare.ends_with('…');
        masked.push_str(match (uuid, password, secret, digest) {
            (true, _, _, _) => "<uuid>",
            (_, true, _, _) => "<password>",
            (_, _, true, _) => "<secret>",
            (_, _, _, true) => "<digest>",
            _ => bare,
        });
        masked.push_str(end);
    }
    masked
}

const DIRECTORY: &str = r#"
[[tenants]]
name = "acme"

[[tenants.resources]]
identifier = "api://orders"
default = true
scopes = [{ value = "orders.read", description = "See your orders" }]
roles = [{ value = "Orders.Read.All", description = "See every order" }]

[[tenants.clients]]
name = "shop"
redirect_uris = { web = ["https://shop.example.com/callback"] }
secrets = [{ id = "first", generate = true }]
permissions = [{ resource = "api://orders", scopes = ["orders.read"] }]

[[tenants.users]]
username = "ana@acme.example"
generate_password = true
"#;

#[test]
fn a_second_apply_changes_nothing() {
    // Applies the same file twice; the second output has no change and no secret.
    let dir = dir();
    dir.write("directory.toml", DIRECTORY);
    assert_snapshot!("first", masked(&apply(&dir, &[])));
    assert_snapshot!("second", masked(&apply(&dir, &[])));
}

#[test]
fn an_apply_dry_run_changes_nothing_and_prints_no_secret() {
    // Runs two dry runs, then applies: everything is still to be created.
    let dir = dir();
    dir.write("directory.toml", DIRECTORY);
    let first = apply(&dir, &["--dry-run"]);
    let second = apply(&dir, &["--dry-run"]);
    assert_eq!(masked(&first), masked(&second));
    assert!(first.contains("(generated when applied)"), "{first}");
    assert!(!first.contains("Generated secrets"), "{first}");
    assert!(!dir.path().join("data/directory.db").exists(), "data were created");
    let third = apply(&dir, &[]);
    assert!(third.contains("6 to create, 0 to change, 0 unchanged"), "{third}");
    assert!(third.contains("Generated secrets"), "{third}");
}

#[test]
fn apply_changes_nothing_if_secrets_cannot_be_written() {
    // Applies with a closed standard output, with an existing secrets file, then with a new one.
    use std::os::unix::fs::PermissionsExt;
    let dir = dir();
    dir.write("directory.toml", DIRECTORY);
    let mut command = dir.command(&["apply", "directory.toml", "--data", "data"]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    assert!(!command.stdout(writer).status().expect("the binary runs").success());
    let named = |file| ["apply", "directory.toml", "--data", "data", "--secrets-file", file];
    let output = dir.run(&named("directory.toml")).failure();
    assert!(output.starts_with("admit: directory.toml cannot be written: "), "{output}");
    let done = dir.run(&named("generated.txt")).success();
    assert!(done.contains("6 to create, 0 to change"), "something was created before: {done}");
    assert!(done.contains("\nThe generated secrets are in generated.txt\n"), "{done}");
    let file = dir.path().join("generated.txt");
    let secrets = std::fs::read_to_string(&file).expect("a file");
    assert_eq!(secrets.lines().count(), 2, "{secrets}");
    assert!(secrets.lines().all(|line| !done.contains(line)));
    assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
}

#[test]
fn apply_shows_differences_field_by_field() {
    // Applies a changed name, lifetime, redirect URI, secret and password.
    let dir = dir();
    dir.write("directory.toml", DIRECTORY);
    apply(&dir, &[]);
    let changed = DIRECTORY
        .replace(
            "name = \"acme\"",
            "name = \"acme\"\ndisplay_name = \"Acme\"\ngrant_lifetime = \"30d\"",
        )
        .replace("callback", "callback2")
        .replace("id = \"first\"", "id = \"second\"")
        .replace("generate_password = true", "name = \"Ana\"\npassword = \"correct horse\"");
    dir.write("directory.toml", &changed);
    let output = apply(&dir, &[]);
    assert_snapshot!(masked(&output));
    assert!(!output.contains("correct horse"));
    let again = apply(&dir, &[]);
    assert!(again.contains("0 to create, 0 to change, 4 unchanged"), "{again}");
}

#[test]
fn a_given_secret_is_never_printed() {
    // Applies a secret from each source and searches the output and the errors for it.
    let dir = dir();
    let secret = "a-secret-made-by-a-machine-0123456789";
    // As an editor of Windows saves it, with spaces pasted along.
    dir.write_private("given.secret", &format!("\u{feff} {secret} \r\n"));
    let given = [
        format!("secret = \"{secret}\""),
        "secret_file = \"given.secret\"".to_owned(),
        "secret_env = \"GIVEN\"".to_owned(),
        format!("secret_sha256 = \"{secret}\""),
    ];
    for (index, given) in given.iter().enumerate() {
        let text = format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"job\"\n\
             secrets = [{{ id = \"one\", {given} }}]\n"
        );
        dir.write("directory.toml", &text);
        let mut command = dir.command(&["apply", "directory.toml", "--data", "data"]);
        let output = command.env("GIVEN", secret).output().expect("the binary runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!printed.contains(secret), "{printed}");
        let refused = String::from_utf8_lossy(&output.stderr);
        assert!(!refused.contains(secret), "{refused}");
        if index == 3 {
            assert!(refused.contains("are not a digest"), "{refused}");
        } else {
            // The same secret in another way is the same secret.
            let expected = if index == 0 { "4 to create" } else { "0 to create, 0 to change" };
            assert!(printed.contains(expected), "{printed}{refused}");
        }
    }
}

#[test]
fn a_new_password_is_announced_to_end_sessions_and_grants() {
    // Applies a password twice, then another one, and reads the differences.
    let dir = dir();
    let with = |password: &str| {
        format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.users]]\nusername = \"Ana@acme.example\"\n\
             password = \"{password}\"\n"
        )
    };
    dir.write("directory.toml", &with("first password"));
    apply(&dir, &[]);
    assert!(apply(&dir, &[]).contains("= user Ana@acme.example"));
    dir.write("directory.toml", &with("second password"));
    let output = apply(&dir, &[]);
    assert!(output.contains("~ password = changed; ends sessions and revokes grants"), "{output}");
}

#[test]
fn a_secret_that_is_no_longer_declared_stays_unless_pruned() {
    // Applies two secrets, then one of them, without and with `--prune`.
    let dir = dir();
    let with = |ids: &[&str]| {
        let secrets: Vec<String> =
            ids.iter().map(|id| format!("{{ id = \"{id}\", generate = true }}")).collect();
        format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"job\"\nsecrets = [{}]\n",
            secrets.join(", ")
        )
    };
    dir.write("directory.toml", &with(&["old", "new"]));
    apply(&dir, &[]);
    dir.write("directory.toml", &with(&["new"]));
    let output = apply(&dir, &[]);
    assert!(output.contains("0 to create, 0 to change"), "{output}");
    let output = apply(&dir, &["--prune"]);
    assert!(output.contains("- credentials[old].sha256 = "), "{output}");
    assert!(output.contains("  - credential `old` of client job\n"), "{output}");
    assert!(!output.contains("credentials[new]"), "{output}");
}
