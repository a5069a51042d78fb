//! The limits on what commands read. A larger input is refused, and changes nothing.

use crate::apply::dir;
use crate::directory_rows::rows;
use crate::fixtures::TestDir;

const KIB: usize = 1_024;
const MIB: usize = 1_024 * KIB;

/// Returns a directory with a tenant.
fn acme() -> TestDir {
    let dir = dir();
    dir.write("acme.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "acme.toml", "--data", "data"]).success();
    dir
}

#[test]
fn a_file_beyond_its_limit_is_refused_by_the_command_that_reads_it() {
    // Passes each kind of file with a byte too many, and a device without an end.
    let dir = acme();
    let before = rows(&dir);
    let comment = |bytes: usize| "#".repeat(bytes + 1);
    dir.write("large.toml", &comment(32 * MIB));
    dir.write("admit.toml", &comment(256 * KIB));
    dir.write("users.csv", &("username\n".to_owned() + &"u".repeat(16 * MIB)));
    let add = ["user", "add", "--data", "data", "--csv", "users.csv", "--secrets-file", "secrets"];
    for (arguments, expected) in [
        (&["apply", "large.toml", "--data", "data"][..], "large.toml is larger than 32 MiB; split"),
        (&["apply", "/dev/zero", "--data", "data"], "/dev/zero is larger than 32 MiB"),
        (&["check", "--config", "admit.toml"], "admit.toml is larger than 256 KiB"),
        (&["serve", "--config", "admit.toml"], "admit.toml is larger than 256 KiB"),
        (&["apply", "acme.toml"], "admit.toml is larger than 256 KiB"),
        (&add, "users.csv is larger than 16 MiB; split it"),
    ] {
        let refused = dir.run(arguments).failure();
        assert!(refused.contains(expected), "{arguments:?}: {refused}");
    }
    assert_eq!(rows(&dir), before);
}

#[test]
fn a_file_that_a_declaration_names_has_a_limit_with_its_place() {
    // Names a file with a byte too many in each option that reads one.
    let dir = acme();
    for (name, bytes) in [("logo.png", 64 * KIB), ("key.pem", 64 * KIB), ("secret", 256 * KIB)] {
        dir.write_private(name, &"a".repeat(bytes + 1));
    }
    let client = "[[tenants.clients]]\nname = \"app\"\n";
    for (option, expected) in [
        ("logo_file = \"logo.png\"".to_owned(), "logo.png is larger than 64 KiB"),
        (format!("logo = \"{}\"", "A".repeat(90 * KIB)), "it is larger than 64 KiB"),
        (
            format!("{client}keys = [{{ certificate_file = \"key.pem\" }}]"),
            "key.pem is larger than 64 KiB",
        ),
        (
            format!("{client}secrets = [{{ id = \"a\", secret_file = \"secret\" }}]"),
            "secret is larger than 256 KiB",
        ),
    ] {
        dir.write("wrong.toml", &format!("[[tenants]]\nname = \"acme\"\n{option}\n"));
        let refused = dir.run(&["apply", "wrong.toml", "--data", "data"]).failure();
        let words: Vec<&str> =
            refused.split(['\n', '│', ' ']).filter(|it| !it.is_empty()).collect();
        assert!(words.join(" ").contains(expected), "{expected}: {refused}");
        assert!(refused.contains("[wrong.toml:"), "{refused}");
    }
}

#[test]
fn a_list_of_a_declaration_has_a_limit_with_its_place() {
    // Declares as many redirect URIs as are allowed, then one more.
    let dir = acme();
    let declare = |count: usize| {
        let uris = (0..count).map(|at| format!("  \"https://app.test/{at}\""));
        let uris = uris.collect::<Vec<_>>().join(",\n");
        let client = "[[tenants.clients]]\nname = \"app\"\npublic = true\n";
        let text = format!("[[tenants]]\nname = \"acme\"\n{client}");
        dir.write("uris.toml", &format!("{text}redirect_uris = {{ web = [\n{uris}] }}\n"));
        dir.run(&["apply", "uris.toml", "--data", "data"])
    };
    declare(1_000).success();
    let before = rows(&dir);
    let refused = declare(1_001).failure();
    assert!(refused.contains("item 1001 of 1001"), "{refused}");
    assert!(refused.contains("expected at most 1000 items"), "{refused}");
    assert_eq!(rows(&dir), before);
}

#[test]
fn a_password_on_standard_input_is_read_whole_or_refused() {
    // Passes a line of more than 4 KiB. A part of it must not become the password.
    let dir = acme();
    let add = ["user", "add", "budi", "--data", "data"];
    let refused = dir.run_with(&add, &"correct horse ".repeat(300)).failure();
    assert!(refused.contains("standard input is larger than 4 KiB"), "{refused}");
    assert!(!rows(&dir).contains_key("user acme/budi"));
}
