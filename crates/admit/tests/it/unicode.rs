//! User names, passwords and domain names beyond ASCII (RFC 8265, UTS #46).

use rusqlite::Connection;

use crate::fixtures::TestDir;

const CONFIGURATION: &str = "origin = \"https://login.example.com\"\ndata_dir = \"data\"\n\
     root_key_file = \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:8080\"\n";

fn directory() -> TestDir {
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("root.key");
    dir.write("admit.toml", CONFIGURATION);
    dir
}

fn users(users: &[(&str, &str)]) -> String {
    let user = |(name, options): &(&str, &str)| {
        format!("\n[[tenants.users]]\nusername = \"{name}\"\n{options}\n")
    };
    "[[tenants]]\nname = \"acme\"\n".to_owned() + &users.iter().map(user).collect::<String>()
}

#[test]
fn equal_or_malformed_user_names_are_refused() {
    // Applies two spellings of one name in one file, and new names with characters that a user name
    // may not have. Nothing is applied.
    let dir = directory();
    for (text, message) in [
        (users(&[("änne", ""), ("A\u{308}NNE", "")]), "is declared twice"),
        (users(&[("ana", ""), ("ａｎａ", "")]), "is declared twice"),
        (users(&[("ana\u{200b}", "")]), "it has the character U+200B"),
        (users(&[("ana♥", "password = \"correct horse\"")]), "it has the character U+2665"),
        (users(&[("אביana@acme.test", "")]), "the part `אביana` can be read in two orders"),
    ] {
        dir.write("wrong.toml", &text);
        let report = dir.run(&["apply", "wrong.toml"]).failure();
        assert!(report.contains(message), "{report}");
        assert!(!report.contains("correct horse"), "the password is shown: {report}");
    }
    dir.write("right.toml", &users(&[("änne", "name = \"Änne\"")]));
    dir.run(&["apply", "right.toml"]).success();
    dir.write("right.toml", &users(&[("A\u{308}nne", "name = \"Änne\"")]));
    let differences = dir.run(&["apply", "right.toml", "--dry-run"]).success();
    assert!(differences.contains("~ user"), "another spelling made another user: {differences}");
}

#[test]
fn new_passwords_have_no_control_characters_and_old_ones_keep_them() {
    // Declares a new password with a tab, which is refused. Stores it as an earlier release did:
    // the declaration then changes nothing.
    let dir = directory();
    let tab = "password = \"correct\\thorse\"";
    dir.write("users.toml", &users(&[("ana", tab)]));
    let report = dir.run(&["apply", "users.toml"]).failure();
    assert!(
        report.contains("the password of user ana: The new password has a control character"),
        "{report}"
    );
    assert!(!report.contains("horse"), "{report}");
    // The Argon2id hash of `correct\thorse`, unprepared.
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$\
        BwcHBwcHBwcHBwcHBwcHBw$a3l5sKSb56bm7vi9jWc7+0Tv9oBJybpsAI7e+sLX4X8";
    let raw = format!("password_hash = \"{hash}\"");
    dir.write("hash.toml", &users(&[("ana", &raw)]));
    dir.run(&["apply", "hash.toml"]).success();
    let differences = dir.run(&["apply", "users.toml", "--dry-run"]).success();
    assert!(differences.contains("0 to change, 2 unchanged"), "{differences}");
    assert!(!differences.contains("password"), "{differences}");
}

#[test]
fn preparation_of_a_password_belongs_to_a_hash() {
    // Declares the preparation of a plain password, and an unknown one.
    let dir = directory();
    for (options, message) in [
        (
            "password = \"correct horse\"\npassword_preparation = \"nfc\"",
            "requires `password_hash`",
        ),
        ("password_hash = \"x\"\npassword_preparation = \"nfd\"", "\"raw\" or \"nfc\""),
    ] {
        dir.write("users.toml", &users(&[("ana", options)]));
        let report = dir.run(&["apply", "users.toml"]).failure();
        assert!(report.contains(message), "{report}");
    }
}

#[test]
fn check_lists_stored_user_names_that_are_equal() {
    // Gives a stored user the name that an earlier release allowed beside another one.
    let dir = directory();
    dir.write("users.toml", &users(&[("ana", ""), ("bea", "")]));
    dir.run(&["apply", "users.toml"]).success();
    let before = dir.run(&["check", "--config", "admit.toml"]).success();
    assert!(!before.contains("note:"), "{before}");
    let connection = Connection::open(dir.path().join("data/directory.db")).expect("a database");
    let statement = "UPDATE users SET username_key = 'ａｎａ', \
         document = replace(document, '\"bea\"', '\"ａｎａ\"') WHERE username_key = 'bea'";
    assert_eq!(connection.execute(statement, []).expect("updated"), 1);
    drop(connection);
    let after = dir.run(&["check", "--config", "admit.toml"]).success();
    assert!(after.contains("in the tenant `acme`, the user name `ａｎａ`"), "{after}");
}

#[test]
fn stored_name_of_two_directions_is_listed_and_stays_usable() {
    // Gives a stored user a name that mixes directions, as an earlier release allowed. `check`
    // lists it, and a declaration changes, renames and keeps it. No other user gets such a name.
    let dir = directory();
    dir.write("users.toml", &users(&[("ana", ""), ("bea", "")]));
    dir.run(&["apply", "users.toml"]).success();
    let connection = Connection::open(dir.path().join("data/directory.db")).expect("a database");
    let statement = "UPDATE users SET username_key = 'beaאבי', \
         document = replace(document, '\"bea\"', '\"beaאבי\"') WHERE username_key = 'bea'";
    assert_eq!(connection.execute(statement, []).expect("updated"), 1);
    drop(connection);
    let report = dir.run(&["check", "--config", "admit.toml"]).success();
    assert!(report.contains("the user name `beaאבי`"), "{report}");
    assert!(report.contains("can be read in two orders"), "{report}");
    dir.write("users.toml", &users(&[("beaאבי", "name = \"Bea\"")]));
    let differences = dir.run(&["apply", "users.toml"]).success();
    assert!(differences.contains("name"), "{differences}");
    let rename = |from: &str, to: &str| {
        dir.run(&["user", "rename", from, to, "--tenant", "acme", "--config", "admit.toml"])
    };
    let refused = rename("ana", "anaאבי").failure();
    assert!(refused.contains("can be read in two orders"), "{refused}");
    dir.write("new.csv", "username\n3אבי\n");
    let add = ["user", "add", "--csv", "new.csv", "--tenant", "acme", "--config", "admit.toml"];
    let refused = dir.run(&add).failure();
    assert!(refused.contains("can be read in two orders"), "{refused}");
    rename("beaאבי", "אבי").success();
    let report = dir.run(&["check", "--config", "admit.toml"]).success();
    assert!(!report.contains("two orders"), "{report}");
}

#[test]
fn check_accepts_a_store_of_an_earlier_schema() {
    // Marks the directory file as one of the first schema: `serve` migrates it, `check` does not.
    let dir = directory();
    dir.write("users.toml", &users(&[("ana", "")]));
    dir.run(&["apply", "users.toml"]).success();
    let connection = Connection::open(dir.path().join("data/directory.db")).expect("a database");
    connection.pragma_update(None, "user_version", 1).expect("updated");
    drop(connection);
    let output = dir.run(&["check", "--config", "admit.toml"]).success();
    assert!(output.contains("no errors found"), "{output}");
}

#[test]
fn international_domain_names_are_refused_with_their_ascii_form() {
    // Writes one as the origin and one in a redirect URI.
    let dir = directory();
    dir.write("other.toml", &CONFIGURATION.replace("login.example.com", "löwe.example"));
    let report = dir.run(&["check", "--config", "other.toml"]).failure();
    assert!(report.contains("write `https://xn--lwe-sna.example`"), "{report}");
    let client = "\n[[tenants.clients]]\nname = \"app\"\npublic = true\n\
         redirect_uris = { web = [\"https://löwe.example/cb\"] }\n";
    dir.write("clients.toml", &(users(&[]) + client));
    let report = dir.run(&["apply", "clients.toml"]).failure();
    assert!(report.contains("write `https://xn--lwe-sna.example/cb`"), "{report}");
}
