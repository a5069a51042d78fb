//! Declared passwords: hashes of other systems, the rules for new ones, and the cost of hashes.

use rusqlite::Connection;

use crate::fixtures::TestDir;

const CONFIGURATION: &str = "origin = \"https://login.example.com\"\ndata_dir = \"data\"\n\
     root_key_file = \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:8080\"\n";
/// SSHA of `correct horse battery staple`, as passlib wrote it.
const SSHA: &str = "{SSHA}yzwtDZN5MDxUkUZpKxvpTi+VCkSSUsrZ";

fn directory() -> TestDir {
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("root.key");
    dir.write("admit.toml", CONFIGURATION);
    dir
}

/// Returns a declaration of a tenant with the user Ana.
fn ana(tenant: &str, user: &str) -> String {
    format!(
        "[[tenants]]\nname = \"acme\"\n{tenant}\n\n[[tenants.users]]\n\
         username = \"ana.wibisonohadi@acme.test\"\n{user}\n"
    )
}

fn stored_hash(dir: &TestDir) -> String {
    let directory = Connection::open(dir.path().join("data/directory.db")).expect("a database");
    directory.query_row("SELECT hash FROM passwords", [], |row| row.get(0)).expect("a row")
}

#[test]
fn hash_of_another_system_is_stored_as_it_is() {
    // Declares a hash of SSHA. It is stored, exported, and unchanged if it is declared again.
    let dir = directory();
    dir.write("users.toml", &ana("", &format!("password_hash = \"{SSHA}\"")));
    dir.run(&["apply", "users.toml"]).success();
    assert_eq!(stored_hash(&dir), SSHA);
    let differences = dir.run(&["apply", "users.toml", "--dry-run"]).success();
    assert!(differences.contains("0 to change, 2 unchanged"), "{differences}");
    dir.run(&["export", "--with-credentials", "all.toml"]).success();
    let exported = std::fs::read_to_string(dir.path().join("all.toml")).expect("a file");
    assert!(exported.contains(SSHA), "{exported}");
    // The password itself is recognized, too.
    dir.write("plain.toml", &ana("", "password = \"correct horse battery staple\""));
    let differences = dir.run(&["apply", "plain.toml", "--dry-run"]).success();
    assert!(differences.contains("0 to change, 2 unchanged"), "{differences}");
}

#[test]
fn unusable_hash_is_refused_with_its_reason() {
    // Declares hashes that are unknown, malformed and too costly. The report has the reason and no
    // part of the hash.
    let dir = directory();
    let characters = "A".repeat(53);
    for (hash, reason) in [
        ("e10adc3949ba59abbe56e057f20f883e", "it has the form of no known kind of hash"),
        ("$pbkdf2-sha256$1000$AAAA$AAAA", "the part after its salt is malformed"),
        (&format!("$2b$14${characters}"), "its cost is 14, and the limit is 13"),
    ] {
        dir.write("users.toml", &ana("", &format!("password_hash = \"{hash}\"")));
        let report = dir.run(&["apply", "users.toml"]).failure();
        assert!(report.contains(reason), "{report}");
        assert!(report.contains("import-users.md"), "{report}");
        assert!(!report.contains(hash), "the hash is shown: {report}");
    }
}

#[test]
fn new_password_follows_the_rules_of_the_tenant() {
    // Declares passwords that are too short, common and made of names, and a minimum length. A
    // password that is set already is not checked again.
    let dir = directory();
    for (tenant, password, reason) in [
        ("", "Xq7-vLr2#mT", "has 11 characters, and at least 12 are needed"),
        ("password_minimum_length = 8", "iloveyou", "one of the most common passwords"),
        ("", "WibisonoHadi", "consists mostly of names that belong to the account"),
        ("", "aaaaaaaaaaaaaaaa", "would be guessed with fewer than"),
        ("password_minimum_length = 30", "correct horse battery staple", "at least 30"),
    ] {
        dir.write("users.toml", &ana(tenant, &format!("password = \"{password}\"")));
        let report = dir.run(&["apply", "users.toml"]).failure();
        assert!(report.contains(reason), "{report}");
        assert!(!report.contains(password), "the password is shown: {report}");
    }
    dir.write("users.toml", &ana("", "password = \"correct horse battery staple\""));
    dir.run(&["apply", "users.toml"]).success();
    let longer = ana("password_minimum_length = 30", "password = \"correct horse battery staple\"");
    dir.write("users.toml", &longer);
    dir.run(&["apply", "users.toml"]).success();
    dir.write("users.toml", &ana("password_minimum_length = 7", ""));
    let report = dir.run(&["apply", "users.toml"]).failure();
    assert!(report.contains("expected 8 to 64"), "{report}");
}

#[test]
fn cost_of_hashes_is_an_option_within_limits() {
    // Sets a password with a higher cost, and configures costs outside of the limits.
    let dir = directory();
    dir.write("admit.toml", &format!("{CONFIGURATION}\n[passwords]\npasses = 3\n"));
    dir.write("users.toml", &ana("", "password = \"correct horse battery staple\""));
    dir.run(&["apply", "users.toml"]).success();
    let hash = stored_hash(&dir);
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=3,p=1$"), "{hash}");
    for options in ["passes = 1", "memory_kib = 4096", "memory_kib = 131072\npasses = 9"] {
        dir.write("admit.toml", &format!("{CONFIGURATION}\n[passwords]\n{options}\n"));
        let report = dir.run(&["check", "--config", "admit.toml"]).failure();
        assert!(report.contains("expected `memory_kib` from 19456 to 131072"), "{report}");
    }
}

#[test]
fn declared_hash_leaves_a_password_that_the_user_set_since() {
    // Declares a hash, and stores another password as a reset by the user does. The declaration
    // changes nothing until it has another hash; one in plain text says what it replaces.
    let dir = directory();
    dir.write("users.toml", &ana("", &format!("password_hash = \"{SSHA}\"")));
    dir.run(&["apply", "users.toml"]).success();
    let digest = serde_json::json!(jose::digest::sha256(SSHA.as_bytes())).to_string();
    let file = dir.path().join("data/directory.db");
    let connection = Connection::open(file).expect("a database");
    let marked = "UPDATE users SET document = json_set(document, '$.replaced_password', json(?1))";
    connection.execute(marked, [digest]).expect("a user");
    connection.execute("UPDATE passwords SET hash = 'of the user'", []).expect("a password");
    let differences = dir.run(&["apply", "users.toml"]).success();
    assert!(differences.contains("0 to change, 2 unchanged"), "{differences}");
    assert_eq!(stored_hash(&dir), "of the user");
    dir.write("plain.toml", &ana("", "password = \"seven purple lanterns drift\""));
    let differences = dir.run(&["apply", "plain.toml", "--dry-run"]).success();
    assert!(differences.contains("~ password = changed, which the user set;"), "{differences}");
    let other = SSHA.replace("yzwt", "yzwu");
    dir.write("users.toml", &ana("", &format!("password_hash = \"{other}\"")));
    dir.run(&["apply", "users.toml"]).success();
    assert_eq!(stored_hash(&dir), other);
}

/// Returns whether Ana has to replace her password.
fn must_change(dir: &TestDir) -> bool {
    let directory = Connection::open(dir.path().join("data/directory.db")).expect("a database");
    let row = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    let user = directory.query_row("SELECT document FROM users", [], row).expect("a row");
    user.contains("\"must_change_password\":true")
}

#[test]
fn temporary_password_is_one_that_a_command_or_a_declaration_sets() {
    // Declares a user with a temporary password, and sets others with and without the option. The
    // option alone changes nothing.
    let dir = directory();
    let temporary = "password = \"correct horse battery staple\"\nmust_change_password = true";
    dir.write("users.toml", &ana("", temporary));
    dir.run(&["apply", "users.toml"]).success();
    assert!(must_change(&dir));
    let set = |more: &[&str], file: &str| {
        let fixed = ["user", "password", "ana.wibisonohadi@acme.test", "--generate"];
        dir.run(&[&fixed[..], &["--secrets-file", file], more].concat()).success();
    };
    set(&[], "first");
    assert!(!must_change(&dir));
    dir.write("option.toml", &ana("", "must_change_password = true"));
    dir.run(&["apply", "option.toml"]).success();
    assert!(!must_change(&dir));
    set(&["--temporary"], "second");
    assert!(must_change(&dir));
}

#[test]
fn lifetime_of_passwords_is_planned_with_the_number_of_expired_ones() {
    // Plans lifetimes for a password that was set ten days ago, and one outside of the limits.
    let dir = directory();
    let password = "password = \"correct horse battery staple\"";
    dir.write("users.toml", &ana("", password));
    dir.run(&["apply", "users.toml"]).success();
    let directory = Connection::open(dir.path().join("data/directory.db")).expect("a database");
    let aged = directory.execute("UPDATE passwords SET set_at = set_at - 864000000000", []);
    assert_eq!(aged.expect("a change"), 1);
    let plan = |lifetime: &str| {
        dir.write("next.toml", &ana(&format!("password_lifetime = \"{lifetime}\""), ""));
        dir.run(&["apply", "next.toml", "--dry-run"]).success()
    };
    let expired = plan("9d");
    assert!(expired.contains("acme: 1 user with an expired password"), "{expired}");
    let valid = plan("11d");
    assert!(!valid.contains("with an expired password"), "{valid}");
    dir.write("next.toml", &ana("password_lifetime = \"12h\"", ""));
    let refused = dir.run(&["apply", "next.toml"]).failure();
    assert!(refused.contains("expected \"1d\" to \"3650d\""), "{refused}");
}
