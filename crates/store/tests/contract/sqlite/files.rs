//! The store files: their modes, and which files are refused.

use std::{fs, io::Write, os::unix::fs::PermissionsExt, path::Path};

use model::{Change, CommitOutcome, Directory, DirectoryChange, FaultKind, Ledger};
use rusqlite::Connection;
use store::{OpenError, SqliteHistory, SqliteStore};

use crate::rows::{client, grant, grant_id, tenant, tenant_id};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn execute(directory: &Path, file: &str, statements: &str) {
    let connection = Connection::open(directory.join(file)).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[tokio::test]
async fn only_the_owner_can_read_the_store_files() {
    // Opens a store in a directory that does not exist, writes, and reads every file mode.
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a/b");
    let store = SqliteStore::open(&directory).unwrap();
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    let opened = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
    assert_eq!(opened, CommitOutcome::Committed);

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
async fn rows_survive_a_restart_and_no_wal_is_left() {
    // Opens, reads and closes the store twice. No WAL may be left after closing.
    let directory = tempfile::tempdir().unwrap();
    for round in 0..2 {
        let store = SqliteStore::open(directory.path()).unwrap();
        if round == 0 {
            store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
            store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
            let opened = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
            assert_eq!(opened, CommitOutcome::Committed);
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
fn file_that_is_not_a_database_is_refused_with_its_path() {
    // Writes a text into `ledger.db`.
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ledger.db");
    fs::write(&file, "This text is not a database. ".repeat(200)).unwrap();
    let error = SqliteStore::open(directory.path()).err().unwrap();
    assert!(matches!(&error, OpenError::Database { path, .. } if *path == file), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("ledger.db") && text.contains("not a database"), "{text}");
}

#[test]
fn unexpected_database_is_refused_and_left_unchanged() {
    // Opens a database with another table, and a ledger that is a copy of the directory.
    let directory = tempfile::tempdir().unwrap();
    execute(directory.path(), "directory.db", "CREATE TABLE other (value)");
    let file = directory.path().join("directory.db");
    let before = fs::read(&file).unwrap();
    let error = SqliteStore::open(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::UnexpectedDatabase { .. }), "{error:?}");
    assert!(fs::read(&file).unwrap() == before);

    let directory = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    let (one, other) = (directory.path().join("directory.db"), directory.path().join("ledger.db"));
    fs::copy(&one, &other).unwrap();
    let error = SqliteStore::open(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::UnexpectedDatabase { path } if path == other));
}

#[tokio::test]
async fn file_of_a_newer_binary_is_refused_only_if_it_excludes_this_one() {
    // Adds a column as a newer binary would, and then raises `schema.oldest`.
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    let expand = "ALTER TABLE clients ADD COLUMN more TEXT NOT NULL DEFAULT '';
        PRAGMA user_version = 1000;";
    execute(directory.path(), "directory.db", expand);
    let store = SqliteStore::open(directory.path()).unwrap();
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    drop(store);

    execute(directory.path(), "directory.db", "UPDATE schema SET oldest = 1000");
    let error = SqliteStore::open(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::TooNew { found: 1_000, .. }), "{error:?}");
}

#[tokio::test]
async fn unknown_members_of_a_document_are_ignored() {
    // Adds a member to the stored document of a client and reads the client.
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let add = "UPDATE clients SET document = json_set(document, '$.colour', json('[1, 2]'))";
    execute(directory.path(), "directory.db", add);
    let found = store.client(tenant_id(1), &client(1, "app").id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&client(1, "app")));
}

#[tokio::test]
async fn damaged_row_is_a_fault_that_names_the_damage() {
    // Damages the document of a client and the revocation reason of a grant, and reads both.
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let opened = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
    assert_eq!(opened, CommitOutcome::Committed);
    execute(directory.path(), "directory.db", "UPDATE clients SET document = '{\"tenant\": 1'");
    let revoke = "UPDATE grants SET revoked_at = 1, revoked_reason = 'other'";
    execute(directory.path(), "ledger.db", revoke);

    let fault = store.client(tenant_id(1), &client(1, "app").id).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreBroken, "{fault}");
    let fault = store.grant(tenant_id(1), grant_id(1)).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreBroken);
    assert!(fault.cause().contains("not a reason"), "{fault}");
}

#[test]
fn file_without_the_end_of_its_last_page_is_refused() {
    // Hostile input LG26: creates the files, and cuts each one within the first or the last page.
    // SQLite would accept that. A copy with a WAL that ends within a page is completed from it.
    for file in ["directory.db", "ledger.db", "history.db"] {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(directory.path()).unwrap();
        let history = SqliteHistory::open(directory.path()).unwrap();
        let path = directory.path().join(file);
        let copy = tempfile::tempdir().unwrap();
        for name in [file.to_owned(), format!("{file}-wal")] {
            fs::copy(directory.path().join(&name), copy.path().join(&name)).unwrap();
        }
        drop((store, history));
        let complete = fs::read(&path).unwrap();
        for length in [1, complete.len() - 4_095, complete.len() - 1] {
            fs::write(&path, &complete[..length]).unwrap();
            for error in open_errors(directory.path(), file) {
                assert!(matches!(&error, OpenError::Incomplete { path: named } if *named == path));
                assert!(error.to_string().contains("the end of the file is missing"), "{error}");
            }
            assert_eq!(fs::read(&path).unwrap(), complete[..length], "nothing is changed");
        }
        let mut torn = fs::OpenOptions::new().append(true).open(copy.path().join(file)).unwrap();
        torn.write_all(&[0; 100]).unwrap();
        if file == "history.db" {
            assert!(SqliteHistory::open(copy.path()).is_ok());
        } else {
            assert!(SqliteStore::open(copy.path()).is_ok());
        }
    }
}

#[test]
fn data_directory_of_an_earlier_build_is_refused() {
    // Gives each file the application id that earlier builds wrote, and then leaves only the file
    // in which they stored the history. Nothing may be changed or created.
    let earlier_ids =
        [("directory.db", 0x4144_4d44), ("ledger.db", 0x4144_4d4c), ("history.db", 0x4144_4d4a)];
    for (file, id) in earlier_ids {
        let directory = tempfile::tempdir().unwrap();
        let set_id = format!("CREATE TABLE marks (value); PRAGMA application_id = {id};");
        execute(directory.path(), file, &set_id);
        assert_earlier_build(directory.path(), file);
    }
    let directory = tempfile::tempdir().unwrap();
    execute(directory.path(), "journal.db", "CREATE TABLE blocks (value)");
    let path = directory.path().join("journal.db");
    let before = fs::read(&path).unwrap();
    for error in open_errors(directory.path(), "directory.db")
        .into_iter()
        .chain(open_errors(directory.path(), "history.db"))
    {
        assert!(matches!(&error, OpenError::EarlierBuild { path: named } if *named == path));
    }
    assert!(fs::read(&path).unwrap() == before);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

/// Checks that a file is refused with its path and one sentence, and stays as it is.
fn assert_earlier_build(directory: &Path, file: &str) {
    let path = directory.join(file);
    let before = fs::read(&path).unwrap();
    for error in open_errors(directory, file) {
        assert!(matches!(&error, OpenError::EarlierBuild { path: named } if *named == path));
        let text = error.to_string();
        assert!(text.contains(file) && text.contains("earlier build"), "{text}");
        assert!(text.contains("start with an empty data directory"), "{text}");
    }
    assert!(fs::read(&path).unwrap() == before);
}

/// Opens the store or the history that has this file, for writing and read-only.
fn open_errors(directory: &Path, file: &str) -> [OpenError; 2] {
    if file == "history.db" {
        let opened = [SqliteHistory::open(directory), SqliteHistory::open_read_only(directory)];
        opened.map(|opened| opened.err().unwrap())
    } else {
        let opened = [SqliteStore::open(directory), SqliteStore::open_read_only(directory)];
        opened.map(|opened| opened.err().unwrap())
    }
}
