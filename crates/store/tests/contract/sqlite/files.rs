//! The files: who may read them, and which are refused.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use model::{Change, Directory, DirectoryChange, FaultKind, Ledger, Outcome};
use rusqlite::Connection;
use store::{OpenError, Sqlite};

use crate::rows::{client, grant, grant_id, tenant, tenant_id};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn execute(directory: &Path, file: &str, statements: &str) {
    let connection = Connection::open(directory.join(file)).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    // Opens store in a directory that is not there yet, writes, and reads every mode.
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a/b");
    let store = Sqlite::open(&directory).unwrap();
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    let opened = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
    assert_eq!(opened, Outcome::Done);

    assert_eq!(mode(&directory), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&directory).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
        names.push(entry.file_name());
    }
    for name in ["directory.db", "directory.db-wal", "ledger.db", "ledger.db-wal"] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    // Closes and opens the store twice; the second closing must have left no log behind.
    let directory = tempfile::tempdir().unwrap();
    for round in 0..2 {
        let store = Sqlite::open(directory.path()).unwrap();
        if round == 0 {
            store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
            store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
            let opened = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
            assert_eq!(opened, Outcome::Done);
        }
        assert_eq!(store.clients(tenant_id(1)).await.unwrap(), [client(1, "app")]);
        let stored = store.grant(tenant_id(1), grant_id(1)).await.unwrap();
        assert_eq!(stored, Some(grant(1, 1)));
        drop(store);
        assert!(!directory.path().join("ledger.db-wal").exists());
        assert!(!directory.path().join("directory.db-wal").exists());
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_by_its_path() {
    // Writes a text in the place of a file.
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ledger.db");
    fs::write(&file, "This is no database, however long one looks at it. ".repeat(100)).unwrap();
    let error = Sqlite::open(directory.path()).err().unwrap();
    assert!(matches!(&error, OpenError::Database { path, .. } if *path == file), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("ledger.db") && text.contains("not a database"), "{text}");
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    // Makes a database with a table of its own; and exchanges the two store.
    let directory = tempfile::tempdir().unwrap();
    execute(directory.path(), "directory.db", "CREATE TABLE theirs (value)");
    let file = directory.path().join("directory.db");
    let theirs = fs::read(&file).unwrap();
    let error = Sqlite::open(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
    assert!(fs::read(&file).unwrap() == theirs);

    let directory = tempfile::tempdir().unwrap();
    drop(Sqlite::open(directory.path()).unwrap());
    let (one, other) = (directory.path().join("directory.db"), directory.path().join("ledger.db"));
    fs::copy(&one, &other).unwrap();
    let error = Sqlite::open(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::Foreign { path } if path == other));
}

#[tokio::test]
async fn a_file_of_a_newer_binary_is_used_unless_it_says_otherwise() {
    // Expands the schema as a newer binary would, and then contracts it.
    let directory = tempfile::tempdir().unwrap();
    drop(Sqlite::open(directory.path()).unwrap());
    let expand = "ALTER TABLE clients ADD COLUMN more TEXT NOT NULL DEFAULT '';
        PRAGMA user_version = 1000;";
    execute(directory.path(), "directory.db", expand);
    let store = Sqlite::open(directory.path()).unwrap();
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    drop(store);

    execute(directory.path(), "directory.db", "UPDATE schema SET oldest = 1000");
    let error = Sqlite::open(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::TooNew { found: 1_000, .. }), "{error:?}");
}

#[tokio::test]
async fn a_document_with_members_of_a_newer_binary_is_read() {
    // Adds a member to the stored document of a client.
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let add = "UPDATE clients SET document = json_set(document, '$.colour', json('[1, 2]'))";
    execute(directory.path(), "directory.db", add);
    let found = store.client(tenant_id(1), &client(1, "app").id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&client(1, "app")));
}

#[tokio::test]
async fn a_damaged_row_is_a_fault_that_names_the_damage() {
    // Damages a document and a grant's reason behind the store's back, and reads both.
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let opened = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
    assert_eq!(opened, Outcome::Done);
    execute(directory.path(), "directory.db", "UPDATE clients SET document = '{\"tenant\": 1'");
    let revoke = "UPDATE grants SET revoked_at = 1, revoked_reason = 'boredom'";
    execute(directory.path(), "ledger.db", revoke);

    let fault = store.client(tenant_id(1), &client(1, "app").id).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreBroken, "{fault}");
    let fault = store.grant(tenant_id(1), grant_id(1)).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreBroken);
    assert!(fault.cause().contains("not a reason"), "{fault}");
}
