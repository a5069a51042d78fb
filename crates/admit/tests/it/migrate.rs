//! `admit migrate`.

use crate::postgres::{configure, database, execute, node, tables};

#[test]
fn plan_lists_what_is_missing_and_changes_nothing() {
    // Plans for an empty database, applies, and plans again.
    let (dir, url) = (node(), database());
    configure(&dir, &url, "");
    let plan = dir.run(&["migrate"]).success();
    assert_eq!(plan, dir.run(&["migrate", "--plan"]).success());
    assert!(plan.contains("\ndirectory: no tables; schema 3 is needed\n"), "{plan}");
    assert!(plan.contains("\n-- ledger, migration 1\n"), "{plan}");
    assert!(plan.contains("\nCREATE TABLE used_values ("), "{plan}");
    assert!(plan.contains("\nNothing was changed. `admit migrate --apply` applies this"), "{plan}");
    assert_eq!(tables(&url), Vec::<String>::new());
    let applied = dir.run(&["migrate", "--apply"]).success();
    assert!(applied.contains("\nhistory: migrated from schema 0 to 3\n"), "{applied}");
    let applied = dir.run(&["migrate", "--apply"]).success();
    assert!(applied.contains("\nledger: schema 3, nothing to do\n"), "{applied}");
    let plan = dir.run(&["migrate"]).success();
    assert!(
        plan.ends_with(
            "\ndirectory: schema 3, as needed\nledger: schema 3, as needed\n\
        history: schema 3, as needed\n"
        ),
        "{plan}"
    );
}

#[test]
fn migration_of_tables_that_cannot_be_used_is_refused_in_one_line() {
    // Plans and applies on tables of a newer release, on a database that may only be read, and
    // with another root key.
    let (dir, url) = (node(), database());
    configure(&dir, &url, "");
    dir.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "tenant.toml"]).success();
    assert_eq!(dir.start(&["serve"], "\"message\":\"ready\"").stop(), Some(0));
    let refused = |arguments: &[&str], message: &str| {
        let refused = dir.run(arguments).failure();
        assert!(refused.contains(message), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    };
    execute(&url, "UPDATE admit_schema SET version = 9, oldest = 8 WHERE component = 'ledger'");
    let message = "the tables of the ledger have schema 9; this Admit supports schemas up to 3";
    refused(&["migrate"], message);
    refused(&["migrate", "--apply"], message);
    execute(&url, "UPDATE admit_schema SET version = 3, oldest = 0 WHERE component = 'ledger'");
    execute(
        &url,
        "ALTER DATABASE current SET default_transaction_read_only = on"
            .replace("current", crate::postgres::name_of(&url))
            .as_str(),
    );
    refused(&["migrate", "--apply"], "set default_transaction_read_only to off");
    assert!(dir.run(&["migrate"]).success().contains("ledger: schema 3, as needed"));
    std::fs::write(dir.path().join("root.key"), [8; 32]).expect("written");
    refused(&["migrate", "--apply"], "does not decrypt");
}

#[test]
fn files_of_an_earlier_release_are_planned_and_migrated() {
    // Puts the schema number of a directory back, as an earlier release left it, and applies the
    // last migration of the history. A served directory is refused.
    let dir = node();
    let data = dir.path().join("data");
    let arguments = |command: &[&str]| -> Vec<String> {
        let root_key = dir.path().join("root.key").display().to_string();
        let store =
            ["--data".to_owned(), data.display().to_string(), "--root-key".to_owned(), root_key];
        command.iter().map(|&word| word.to_owned()).chain(store).collect()
    };
    let run = |command: &[&str]| {
        let arguments = arguments(command);
        dir.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let plan = run(&["migrate"]).success();
    assert!(plan.contains("\ndirectory: no tables; schema 6 is needed\n"), "{plan}");
    assert!(plan.contains("\n-- Then Admit converts the stored rows.\n"), "{plan}");
    assert!(!data.exists());
    assert!(run(&["migrate", "--apply"]).success().contains("ledger: migrated from schema 0 to 7"));
    let file = rusqlite::Connection::open(data.join("history.db")).expect("a file");
    file.execute_batch(
        "DROP INDEX events_by_user; ALTER TABLE events DROP COLUMN user_id;
        PRAGMA user_version = 4",
    )
    .expect("changed");
    drop(file);
    let plan = run(&["migrate"]).success();
    assert!(plan.contains("\nhistory: schema 4; schema 5 is needed\n"), "{plan}");
    assert!(plan.contains("\n-- history, migration 5\n"), "{plan}");
    let applied = run(&["migrate", "--apply"]).success();
    assert!(applied.contains("\nhistory: migrated from schema 4 to 5\n"), "{applied}");
    assert!(run(&["migrate"]).success().contains("\nhistory: schema 5, as needed\n"));
}
