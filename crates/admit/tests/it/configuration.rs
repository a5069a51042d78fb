//! Error reports of configuration files.

use insta::assert_snapshot;

use crate::fixtures::TestDir;

#[test]
fn all_problems_of_a_configuration_are_reported_at_once() {
    // Checks a file with misspelled, missing and invalid options and an open listener.
    let dir = TestDir::new();
    dir.write(
        "admit.toml",
        r#"orign = "https://login.example.com"
data_dir = 5
root_key_file = "root.key"

[[listeners]]
adress = "0.0.0.0:443"

[[listeners]]
address = "0.0.0.0:80"

[[listeners]]
address = "somewhere"
tls = { certificate = "tls.crt", kye = "tls.key" }

[log]
format = "xml"
"#,
    );
    assert_snapshot!(dir.run(&["check", "--config", "admit.toml"]).failure());
}

#[test]
fn a_toml_syntax_error_is_reported_at_its_position() {
    // Checks a file with an unclosed string and a duplicate option.
    let dir = TestDir::new();
    dir.write("admit.toml", "origin = \"https://a.example\ndata_dir = \"x\"\ndata_dir = \"y\"\n");
    assert_snapshot!(dir.run(&["check", "--config", "admit.toml"]).failure());
}

#[test]
fn a_configuration_without_listeners_is_refused() {
    // Starts with a missing list and with an empty one.
    let dir = TestDir::new();
    for listeners in ["", "listeners = []"] {
        let text = format!(
            "origin = \"https://a.example\"\ndata_dir = \"d\"\nroot_key_file = \"k\"\n{listeners}\n"
        );
        dir.write("admit.toml", &text);
        let output = dir.run(&["serve", "--config", "admit.toml"]).failure();
        assert!(output.contains("`listeners` is missing"), "{output}");
        assert!(output.ends_with("admit.toml: 1 problem\n"), "{output}");
    }
}

#[test]
fn a_misspelled_option_is_reported_once_with_the_right_name() {
    // Misspells a required option of the file and one of a table: each is one problem, and not also
    // a missing option. A missing one of another table is still a problem.
    let dir = TestDir::new();
    let listener = "[[listeners]]\nadress = \"127.0.0.1:1\"\n[[listeners]]\n";
    let text = format!(
        "origin = \"https://a.example\"\ndata_dirr = \"d\"\nroot_key_file = \"k\"\n{listener}"
    );
    dir.write("admit.toml", &text);
    let output = dir.run(&["check", "--config", "admit.toml"]).failure();
    assert!(output.contains("unknown option `data_dirr`"), "{output}");
    assert!(output.contains("unknown option `adress`"), "{output}");
    assert!(!output.contains("`data_dir` is missing"), "{output}");
    assert_eq!(output.matches("`address` is missing").count(), 1, "{output}");
    assert!(output.ends_with("admit.toml: 3 problems\n"), "{output}");
}

/// Checks a configuration with these lines before and in `[store.postgres]`.
fn check_postgres(dir: &TestDir, before: &str, lines: &str) -> String {
    let text = format!(
        "origin = \"https://a.example\"\nroot_key_file = \"root.key\"\n{before}\n{lines}\n\
         [[listeners]]\naddress = \"127.0.0.1:8443\"\n"
    );
    dir.write("admit.toml", &text);
    dir.run(&["check"]).failure()
}

#[test]
fn a_password_in_a_url_is_refused_and_not_repeated() {
    // Writes a password into URLs that are valid otherwise, into one that is not, and into a file
    // with a syntax error.
    let dir = TestDir::new();
    dir.root_key("root.key");
    for (line, expected) in [
        ("url = \"postgres://admit:hunter2@db.test/admit\"", "`url` contains a password"),
        ("url = \"postgres://admit@db.test/admit?password=hunter2\"", "`url` contains a password"),
        ("url = \"postgres://admit:hunter2@db.test:x/admit\"", "and contains a password"),
        (
            "url = \"postgres://db.test/a\"\nhistory = \"postgres://a:hunter2@db.test/b\"",
            "`history` contains a password",
        ),
        ("url = \"postgres://a:hunter2@db.test/a", "TOML syntax error"),
    ] {
        let report = check_postgres(&dir, "", &format!("[store.postgres]\n{line}"));
        assert!(report.contains(expected), "{line}: {report}");
        assert!(!report.contains("hunter2"), "{report}");
        let is_read = !expected.starts_with("TOML");
        assert!(!is_read || report.ends_with("admit.toml: 1 problem\n"), "{report}");
        assert_eq!(report.contains("in `password_file`"), expected.starts_with('`'), "{report}");
    }
}

#[test]
fn each_wrong_option_of_postgres_is_one_problem() {
    // Writes each wrong value, and both kinds of storage.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let url = "url = \"postgres://admit@db.test/admit\"";
    let ledgers = |ledgers: &[(u8, &str)]| {
        let tables = ledgers.iter().map(|(number, name)| {
            format!(
                "[[store.postgres.ledgers]]\nnumber = {number}\n\
                 url = \"postgres://admit@{name}.test/admit\"\n"
            )
        });
        format!("{url}\n{}", tables.collect::<String>())
    };
    for (lines, expected) in [
        ("url = \"mysql://admit@db.test/admit\"", "does not begin with `postgres://`"),
        ("url = \"postgres://admit@db.test\"", "it names no database"),
        ("url = \"postgres:///admit\"", "it names no server"),
        ("url = \"postgres://db.test/admit?sslrootcert=ca\"", "`sslrootcert` has no effect"),
        ("connections_max = 8", "`url` is missing"),
        (&format!("{url}\nconnections_max = 4"), "`connections_max` is too low"),
        (&format!("{url}\nstatements = \"none\""), "expected \"named\" or \"unnamed\""),
        (&format!("{url}\nhost = \"db.test\""), "unknown option `host`"),
        (&format!("{url}\npassword_file = \"missing\""), "the database cannot be used"),
        (&format!("{url}\npassword = \"hunter2\""), "unknown option `password`"),
        (&ledgers(&[(1, "a")]), "no database of the ledger has the number 0"),
        (&ledgers(&[(0, "a"), (0, "b")]), "two databases of the ledger have one number"),
        (&ledgers(&[(0, "a"), (1, "a")]), "two databases of the ledger are the same"),
        (
            &(ledgers(&[(0, "a")])
                + "opens_at = 2027-01-02T00:00:00Z\ncloses_at = 2027-01-01T00:00:00Z"),
            "`closes_at` is not later than `opens_at`",
        ),
        (
            &format!("ledger = \"postgres://db.test/b\"\n{}", ledgers(&[(0, "a")])),
            "cannot be combined",
        ),
        (
            &format!("{url}\ncertificate_authorities_file = \"missing\""),
            "the database cannot be used",
        ),
    ] {
        let report = check_postgres(&dir, "", &format!("[store.postgres]\n{lines}"));
        assert!(report.contains(expected), "{lines}: {report}");
        assert!(report.ends_with("admit.toml: 1 problem\n"), "{report}");
        assert!(!report.contains("hunter2"), "{report}");
    }
    let both = format!("[store.postgres]\n{url}");
    let report = check_postgres(&dir, "data_dir = \"data\"", &both);
    assert!(report.contains("`data_dir` and `[store.postgres]` are both set"), "{report}");
    assert!(report.ends_with("admit.toml: 1 problem\n"), "{report}");
    let report = check_postgres(&dir, "", "[store]");
    assert!(report.contains("`postgres` is missing"), "{report}");
    assert!(report.ends_with("admit.toml: 1 problem\n"), "{report}");
}

#[test]
fn plain_http_off_loopback_requires_a_trusted_proxy() {
    // Checks a public address without a proxy, a loopback address, and a public address with one.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let check = |address: &str, proxies: &str| {
        let text = format!(
            "origin = \"https://a.example\"\ndata_dir = \"d\"\nroot_key_file = \"root.key\"\n\
             [[listeners]]\naddress = \"{address}:8080\"\ntrusted_proxies = [{proxies}]\n"
        );
        dir.write("admit.toml", &text);
        dir.run(&["check"])
    };
    let refused = check("0.0.0.0", "").failure();
    assert!(refused.contains("plain HTTP would be open to the network"), "{refused}");
    check("127.0.0.1", "").success();
    check("0.0.0.0", "\"10.0.0.1\"").success();
}

#[test]
fn trusted_proxies_are_addresses_networks_or_unix() {
    // Checks each kind on a public address and at a UNIX socket, then wrong ones.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let check = |address: &str, proxies: &str| {
        let text = format!(
            "origin = \"https://a.example\"\ndata_dir = \"d\"\nroot_key_file = \"root.key\"\n\
             [[listeners]]\naddress = \"{address}\"\ntrusted_proxies = [{proxies}]\n\
             forwarded_header = \"forwarded\"\n"
        );
        dir.write("admit.toml", &text);
        dir.run(&["check"])
    };
    let listed = "\"10.0.0.1\", \"10.1.0.0/16\", \"2001:db8::/32\", \"unix\"";
    check("0.0.0.0:8080", listed).success();
    check("unix:admit.sock", "\"unix\"").success();
    for (address, proxies, expected) in [
        ("0.0.0.0:8080", "\"10.1.2.3/16\"", "the network is 10.1.0.0/16"),
        ("0.0.0.0:8080", "\"0.0.0.0/0\"", "each client could name any sender"),
        ("0.0.0.0:8080", "\"unix\"", "plain HTTP would be open to the network"),
        ("unix:", "\"unix\"", "the UNIX socket has no path"),
    ] {
        let output = check(address, proxies).failure();
        assert!(output.contains(expected), "{output}");
    }
}

#[test]
fn plain_http_behind_an_unnamed_proxy_causes_advice() {
    // Checks a loopback listener of an https origin with a proxy and without.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let check = |scheme: &str, proxies: &str| {
        let text = format!(
            "origin = \"{scheme}://localhost\"\ndata_dir = \"d\"\nroot_key_file = \"root.key\"\n\
             [[listeners]]\naddress = \"127.0.0.1:8080\"\ntrusted_proxies = [{proxies}]\n"
        );
        dir.write("admit.toml", &text);
        dir.run(&["check"]).success()
    };
    let advice = check("https", "");
    assert!(advice.contains("no errors found\nadvice: the listener 127.0.0.1:8080"), "{advice}");
    assert!(advice.contains("Add `trusted_proxies = [\"127.0.0.1\"]`"), "{advice}");
    for (scheme, proxies) in [("https", "\"127.0.0.1\""), ("http", "")] {
        assert_eq!(check(scheme, proxies), "admit.toml: no errors found\n");
    }
}

#[test]
fn a_tls_key_that_others_can_read_is_refused_with_the_command() {
    // Checks and serves with a key of mode 0644, then runs the command.
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write(
        "admit.toml",
        "origin = \"https://login.example.com\"\ndata_dir = \"data\"\n\
         root_key_file = \"root.key\"\n[[listeners]]\naddress = \"127.0.0.1:8443\"\n\
         tls = { certificate = \"tls.crt\", key = \"tls.key\" }\n",
    );
    let key = certify(&dir, [2001, 2101]);
    dir.write("tls.key", &key);
    dir.set_mode("tls.key", 0o644);
    for command in ["check", "serve"] {
        let output = dir.run(&[command, "--config", "admit.toml"]).failure();
        assert!(output.contains("tls.key has mode 0644"), "{output}");
        assert!(output.contains("  chmod 600 tls.key\n"), "{output}");
    }
    dir.set_mode("tls.key", 0o600);
    dir.run(&["check", "--config", "admit.toml"]).success();
}

#[test]
fn an_origin_without_https_is_refused() {
    // Runs `check` and `serve` with each invalid origin.
    let dir = TestDir::new();
    for origin in ["http://login.example.com", "https://a.example/", "https://a.example/x", "a"] {
        let text = format!(
            "origin = \"{origin}\"\ndata_dir = \"d\"\nroot_key_file = \"k\"\n\
             [[listeners]]\naddress = \"127.0.0.1:1\"\n"
        );
        dir.write("admit.toml", &text);
        for command in ["check", "serve"] {
            let output = dir.run(&[command, "--config", "admit.toml"]).failure();
            assert!(output.contains("`origin` has an invalid value"), "{output}");
            assert!(output.contains("admit.toml:1:10"), "{output}");
        }
    }
}

#[test]
fn check_reports_problems_of_all_named_files_and_addresses() {
    // Checks a file that names missing files and the same address twice.
    let dir = TestDir::new();
    dir.write(
        "admit.toml",
        r#"origin = "https://login.example.com"
data_dir = "missing/data"
root_key_file = "root.key"

[[listeners]]
address = "127.0.0.1:9999"
tls = { certificate = "tls.crt", key = "tls.key" }

[metrics]
address = "127.0.0.1:9999"
"#,
    );
    let output = dir.run(&["check", "--config", "admit.toml"]).failure();
    assert_snapshot!(output);
    assert!(!dir.path().join("missing").exists());
}

#[test]
fn check_refuses_an_invalid_or_mismatched_certificate() {
    // Checks an expired certificate, one that is not valid yet, and one with the key of another.
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write(
        "admit.toml",
        r#"origin = "https://login.example.com"
data_dir = "data"
root_key_file = "root.key"

[[listeners]]
address = "127.0.0.1:8443"
tls = { certificate = "tls.crt", key = "tls.key" }
"#,
    );
    let other = rcgen::KeyPair::generate().expect("a key").serialize_pem();
    for (years, own_key, expected) in [
        ([2001, 2002], true, "the certificate has expired"),
        ([2101, 2102], true, "the certificate is not valid yet"),
        ([2001, 2101], false, "certificate and key do not belong together"),
    ] {
        let key = certify(&dir, years);
        dir.write_private("tls.key", if own_key { &key } else { &other });
        let output = dir.run(&["check", "--config", "admit.toml"]).failure();
        assert!(output.contains(expected), "{output}");
        assert!(output.ends_with("admit.toml: 1 problem\n"), "{output}");
    }
    let key = certify(&dir, [2001, 2101]);
    dir.write_private("tls.key", &key);
    let output = dir.run(&["check", "--config", "admit.toml"]).success();
    assert_eq!(output, "admit.toml: no errors found\n");
    assert!(!dir.path().join("data").exists(), "check created something");
}

fn certify(dir: &TestDir, [from, until]: [i32; 2]) -> String {
    let mut params =
        rcgen::CertificateParams::new(vec!["login.example.com".to_owned()]).expect("parameters");
    params.not_before = rcgen::date_time_ymd(from, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let key = rcgen::KeyPair::generate().expect("a key");
    dir.write("tls.crt", &params.self_signed(&key).expect("a certificate").pem());
    key.serialize_pem()
}

#[test]
fn renamed_configuration_options_are_refused_with_the_new_name() {
    // Checks a file with the old name of an option in each table.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let file = |more: &str| {
        format!(
            "origin = \"https://a.example\"\ndata_dir = \"d\"\nroot_key_file = \"root.key\"\n\
             {more}\n[[listeners]]\naddress = \"127.0.0.1:9\"\n"
        )
    };
    let in_table = |more: &str| format!("{}{more}\n", file(""));
    for (text, old, new) in [
        (file("").replace("data_dir", "data"), "data", "data_dir"),
        (file("allow_rehearsal = true"), "allow_rehearsal", "allow_error_simulation"),
        (in_table("behind_proxies = []"), "behind_proxies", "trusted_proxies"),
        (in_table("[outbound]\nallow = []"), "allow", "allowed_addresses"),
        (in_table("[records]\nrecords_max = 1"), "records_max", "max_records"),
        (in_table("[records]\nbytes_max = 1"), "bytes_max", "max_bytes"),
        (in_table("[records]\ndays = 1"), "days", "retention_days"),
    ] {
        dir.write("admit.toml", &text);
        let output = dir.run(&["check"]).failure();
        assert!(output.contains(&format!("unknown option `{old}`")), "{old}: {output}");
        assert!(output.contains(&format!("`{old}` was renamed to `{new}`")), "{old}: {output}");
        assert!(output.ends_with("admit.toml: 1 problem\n"), "{old}: {output}");
    }
}
