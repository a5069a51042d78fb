//! `admit apply`: what differs, and that it is so only once.

use insta::assert_snapshot;

use crate::run::Place;

/// A place with a root key, where `--data data` is all that a command needs.
fn place() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path().join("data")).expect("a directory");
    place.root_key("data/root.key");
    place
}

fn apply(place: &Place, more: &[&str]) -> String {
    place.run(&[&["apply", "directory.toml", "--data", "data"][..], more].concat()).done()
}

/// Without what is random: ids and secrets.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    for word in text.split_inclusive([' ', '\n', '(', ')', '"']) {
        let (bare, end) = word.split_at(word.trim_end_matches([' ', '\n', '(', ')', '"']).len());
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
fn the_second_time_nothing_differs() {
    // Applies the same file twice: the second run changes nothing and prints no secret.
    let place = place();
    place.write("directory.toml", DIRECTORY);
    assert_snapshot!("first", masked(&apply(&place, &[])));
    assert_snapshot!("second", masked(&apply(&place, &[])));
}

#[test]
fn a_dry_run_changes_nothing_and_makes_no_secret() {
    // Runs dry twice and then in earnest: the third still has everything to make.
    let place = place();
    place.write("directory.toml", DIRECTORY);
    let first = apply(&place, &["--dry-run"]);
    let second = apply(&place, &["--dry-run"]);
    assert_eq!(masked(&first), masked(&second));
    assert!(first.contains("(made when applied)"), "{first}");
    assert!(!first.contains("Made just now"), "{first}");
    assert!(!place.path().join("data/directory.db").exists(), "store were made");
    let third = apply(&place, &[]);
    assert!(third.contains("6 to make, 0 to change, 0 as declared"), "{third}");
    assert!(third.contains("Made just now"), "{third}");
}

#[test]
fn secrets_that_nobody_takes_are_not_made() {
    // Closes the output before anything is printed, names a file that exists, then a new one.
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    place.write("directory.toml", DIRECTORY);
    let mut command = place.command(&["apply", "directory.toml", "--data", "data"]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    assert!(!command.stdout(writer).status().expect("the binary runs").success());
    let named = |file| ["apply", "directory.toml", "--data", "data", "--secrets-file", file];
    let said = place.run(&named("directory.toml")).refused();
    assert!(said.starts_with("admit: directory.toml cannot be written: "), "{said}");
    let done = place.run(&named("made.txt")).done();
    assert!(done.contains("6 to make, 0 to change"), "something was made before: {done}");
    assert!(done.ends_with("the secrets that were made just now are in made.txt\n"), "{done}");
    let file = place.path().join("made.txt");
    let made = std::fs::read_to_string(&file).expect("a file");
    assert_eq!(made.lines().count(), 2, "{made}");
    assert!(made.lines().all(|line| !done.contains(line)));
    assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_differs_is_shown_field_by_field() {
    // Changes a name, adds a URI, takes one away, and replaces a secret by another.
    let place = place();
    place.write("directory.toml", DIRECTORY);
    apply(&place, &[]);
    let changed = DIRECTORY
        .replace(
            "name = \"acme\"",
            "name = \"acme\"\ndisplay_name = \"Acme\"\ngrant_lifetime = \"30d\"",
        )
        .replace("callback", "callback2")
        .replace("id = \"first\"", "id = \"second\"")
        .replace("generate_password = true", "name = \"Ana\"\npassword = \"correct horse\"");
    place.write("directory.toml", &changed);
    let said = apply(&place, &[]);
    assert_snapshot!(masked(&said));
    assert!(!said.contains("correct horse"));
    let again = apply(&place, &[]);
    assert!(again.contains("0 to make, 0 to change, 4 as declared"), "{again}");
}

#[test]
fn a_secret_that_is_given_is_never_shown() {
    // Gives one in each way, and looks for it in all that is printed, refusals too.
    let place = place();
    let secret = "a-secret-made-by-a-machine-0123456789";
    place.write("given.secret", &format!("{secret}\n"));
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
        place.write("directory.toml", &text);
        let mut command = place.command(&["apply", "directory.toml", "--data", "data"]);
        let output = command.env("GIVEN", secret).output().expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!said.contains(secret), "{said}");
        let refused = String::from_utf8_lossy(&output.stderr);
        assert!(!refused.contains(secret), "{refused}");
        if index == 3 {
            assert!(refused.contains("are no digest"), "{refused}");
        } else {
            // The same secret in another way is the same secret.
            let expected = if index == 0 { "4 to make" } else { "0 to make, 0 to change" };
            assert!(said.contains(expected), "{said}{refused}");
        }
    }
}

#[test]
fn a_new_password_ends_what_the_old_one_began() {
    // The difference says so; the same password again is no difference.
    let place = place();
    let with = |password: &str| {
        format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.users]]\nusername = \"Ana@acme.example\"\n\
             password = \"{password}\"\n"
        )
    };
    place.write("directory.toml", &with("first password"));
    apply(&place, &[]);
    assert!(apply(&place, &[]).contains("= user Ana@acme.example"));
    place.write("directory.toml", &with("second password"));
    let said = apply(&place, &[]);
    assert!(said.contains("~ password = set anew, which ends sessions and grants"), "{said}");
}

#[test]
fn a_secret_that_is_no_longer_declared_is_taken_away() {
    // Declares two secrets, then one.
    let place = place();
    let with = |ids: &[&str]| {
        let secrets: Vec<String> =
            ids.iter().map(|id| format!("{{ id = \"{id}\", generate = true }}")).collect();
        format!(
            "[[tenants]]\nname = \"acme\"\n[[tenants.clients]]\nname = \"job\"\nsecrets = [{}]\n",
            secrets.join(", ")
        )
    };
    place.write("directory.toml", &with(&["old", "new"]));
    apply(&place, &[]);
    place.write("directory.toml", &with(&["new"]));
    let said = apply(&place, &[]);
    assert!(said.contains("- credentials[old].sha256 = "), "{said}");
    assert!(!said.contains("credentials[new]"), "{said}");
}
