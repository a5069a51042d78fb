//! `admit check` on databases of PostgreSQL, good ones and those with a flaw.

use postgres_server::{Durability, Pair};

use crate::postgres::{configure, database, execute, name_of, node, unbroken};
use crate::serve::free_port;

/// A database with a flaw.
struct Flaw {
    /// The URL in the configuration.
    url: String,
    /// The statements that cause the flaw, executed in the database.
    statements: String,
    /// A part of the problem.
    expected: &'static str,
    /// Whether `serve` cannot start, either.
    refuses_serve: bool,
}

/// Returns the URL with another role.
fn with_role(url: &str, role: &str) -> String {
    url.replace("//admit@", &format!("//{role}@"))
}

/// Creates a role that can log in, with a name of its own.
fn role(url: &str, name: &str) -> String {
    execute(url, &format!("CREATE ROLE {name} LOGIN"));
    with_role(url, name)
}

/// Returns the URL of a database over TCP.
fn over_tcp(url: &str, port: u16) -> String {
    let name = name_of(url);
    format!("postgres://admit@127.0.0.1:{port}/{name}?sslmode=disable")
}

fn server_port() -> u16 {
    postgres_server::Server::shared().port()
}

/// Checks and serves each database, and compares the one problem.
fn refuse(flaws: Vec<Flaw>) {
    for Flaw { url, statements, expected, refuses_serve } in flaws {
        let dir = node();
        configure(&dir, &url, "");
        if !statements.is_empty() {
            // The superuser owns the database.
            let owner = url.replace(url.split_once('@').expect("a role").0, "postgres://admit");
            execute(&owner, &statements);
        }
        let report = dir.run(&["check"]).failure();
        assert!(unbroken(&report).contains(expected), "{expected}: {report}");
        assert!(report.contains("the database cannot be used"), "{report}");
        assert!(report.ends_with("admit.toml: 1 problem\n"), "{report}");
        if refuses_serve {
            let refused = dir.run(&["serve"]).failure();
            assert!(refused.starts_with("admit: the database "), "{refused}");
            assert_eq!(refused.lines().count(), 1, "{refused}");
        }
    }
}

fn flaw(statements: &str, expected: &'static str) -> Flaw {
    Flaw { url: database(), statements: statements.to_owned(), expected, refuses_serve: true }
}

#[test]
fn check_describes_the_server_and_names_missing_tables() {
    // Checks an empty database, and one whose tables are of an older schema.
    let (dir, url) = (node(), database());
    configure(&dir, &url, "");
    let report = dir.run(&["check"]).success();
    let line = report.lines().nth(1).expect("a line");
    assert!(line.starts_with("database /"), "{report}");
    assert!(line.contains("(directory, ledger, history): PostgreSQL 1"), "{report}");
    assert!(
        line.contains(", without TLS; ") && line.ends_with(" connections are free"),
        "{report}"
    );
    let missing = "has no tables of this release yet (directory, ledger, history)";
    assert!(report.contains(missing), "{report}");
    let create = "CREATE TABLE admit_schema (component text PRIMARY KEY, version bigint NOT NULL, \
                  oldest bigint NOT NULL);";
    let rows = "INSERT INTO admit_schema VALUES ('directory', 0, 0), ('ledger', 3, 0), \
                ('history', 99, 1)";
    execute(&url, &format!("{create} {rows}"));
    let report = dir.run(&["check"]).success();
    assert!(report.contains("has no tables of this release yet (directory)"), "{report}");
}

#[test]
fn check_inspects_each_database_that_is_named() {
    // Names a database of its own for the history, and checks both.
    let (dir, url, history) = (node(), database(), database());
    configure(&dir, &url, &format!("history = \"{history}\"\nconnections_max = 200"));
    let report = dir.run(&["check"]).success();
    assert!(report.contains("(directory, ledger): PostgreSQL"), "{report}");
    assert!(report.contains("(history): PostgreSQL"), "{report}");
    assert!(report.contains("and this node opens up to 400"), "{report}");
}

#[test]
fn a_server_that_cannot_be_reached_or_refuses_is_named_without_password() {
    // Names a port where nothing listens, a database that does not exist, a server without TLS, and
    // a wrong and a missing password.
    let url = database();
    let closed = over_tcp(&url, free_port());
    let without_tls = over_tcp(&url, server_port()).replace("?sslmode=disable", "");
    let missing = url.replace("/test_", "/no_test_");
    for (url, expected) in [
        (&closed, "check that PostgreSQL accepts connections there"),
        (&without_tls, "server does not support TLS; check the certificate of the server"),
        (&missing, "does not exist; create it with CREATE DATABASE"),
    ] {
        let url = url.clone();
        refuse(vec![Flaw { url, statements: String::new(), expected, refuses_serve: true }]);
    }
    // Roles need a password from now on, apart from the superuser.
    let rule = "DO $$ BEGIN EXECUTE format('COPY (SELECT ''local all admit trust'' UNION ALL \
                SELECT ''local all all trust'' UNION ALL SELECT ''host all admit all trust'' \
                UNION ALL SELECT ''host all all all scram-sha-256'') TO %L', \
                current_setting('hba_file')); PERFORM pg_reload_conf(); END $$";
    execute(&url, rule);
    execute(&url, "CREATE ROLE guarded LOGIN PASSWORD 'right-password'");
    let dir = node();
    let guarded = with_role(&over_tcp(&url, server_port()), "guarded");
    dir.write_private("password", "wrong-password\n");
    configure(&dir, &guarded, "");
    let is_reloaded = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        unbroken(&dir.run(&["check"]).err).contains("password missing")
    });
    assert!(is_reloaded);
    for (option, reason) in [
        ("password_file = \"password\"", "password authentication failed for user \"guarded\""),
        ("", "password missing"),
    ] {
        configure(&dir, &guarded, option);
        let refused = dir.run(&["serve"]).failure();
        assert!(refused.contains(reason), "{refused}");
        assert!(refused.contains("; check the role in the URL, `password_file`, and"), "{refused}");
        assert!(!refused.contains("wrong-password"), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
        let report = dir.run(&["check"]).failure();
        assert!(report.ends_with("admit.toml: 1 problem\n"), "{report}");
        assert!(!report.contains("wrong-password"), "{report}");
    }
    dir.write_private("password", "right-password\n");
    configure(&dir, &guarded, "password_file = \"password\"");
    execute(&url, "GRANT CREATE ON SCHEMA public TO guarded");
    dir.run(&["check"]).success();
}

#[test]
fn a_database_that_cannot_be_written_is_refused() {
    // Checks a read-only database, a role without rights, and one with tables of another role.
    let url = database();
    let name = name_of(&url);
    let read_only = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    refuse(vec![Flaw {
        url: url.clone(),
        statements: read_only,
        expected: "is read-only for the role admit: default_transaction_read_only is on",
        refuses_serve: true,
    }]);
    let without_rights = role(&database(), "without_rights");
    refuse(vec![Flaw {
        url: without_rights,
        statements: String::new(),
        expected: "the role without_rights may not create tables in the schema public",
        refuses_serve: true,
    }]);
    let other = role(&database(), "other_owner");
    refuse(vec![Flaw {
        url: other,
        statements: "GRANT CREATE ON SCHEMA public TO other_owner; CREATE TABLE tenants (id uuid)"
            .to_owned(),
        expected: "has tables of another role (tenants), which other_owner may not change",
        refuses_serve: true,
    }]);
}

#[test]
fn a_database_that_is_not_durable_or_not_of_utf8_is_refused() {
    // Checks commits that wait for nothing, and a database whose encoding is LATIN1.
    let url = database();
    let name = name_of(&url);
    refuse(vec![Flaw {
        url: url.clone(),
        statements: format!("ALTER DATABASE {name} SET synchronous_commit = off"),
        expected: "has synchronous_commit = off",
        refuses_serve: false,
    }]);
    execute(&url, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    refuse(vec![Flaw {
        url: url.replace(&format!("/{name}?"), "/latin?"),
        statements: String::new(),
        expected: "has the encoding LATIN1, which cannot store every text",
        refuses_serve: false,
    }]);
}

#[test]
fn a_standby_is_accepted_beside_its_primary_only() {
    // Checks a primary with its synchronous standby, and the standby alone.
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let pair = runtime.block_on(Pair::start(Durability::Synced)).expect("two servers");
    let dir = node();
    let both = pair.url("postgres");
    configure(&dir, &both, "");
    let report = dir.run(&["check"]).success();
    assert!(!report.contains("waits for a standby"), "{report}");
    let (_, standby) = both.split_once(',').expect("two servers");
    refuse(vec![Flaw {
        url: format!("postgres://admit@{standby}"),
        statements: String::new(),
        expected: "no server that answers is the primary: promote one, or name the primary",
        refuses_serve: true,
    }]);
}

#[test]
fn tables_of_a_newer_release_are_refused() {
    // Writes schema numbers that this release does not know.
    refuse(vec![flaw(
        "CREATE TABLE admit_schema (component text PRIMARY KEY, version bigint NOT NULL, oldest \
         bigint NOT NULL); INSERT INTO admit_schema VALUES ('directory', 99, 99)",
        "the tables of the directory in the database",
    )]);
}
