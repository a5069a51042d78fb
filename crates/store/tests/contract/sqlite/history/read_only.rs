//! Looking only: nothing is made or changed, whoever owns the directory and whoever writes.

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use model::{Change, Directory, DirectoryChange, Ledger, Opening, Records, Search, Tickets};
use store::{OpenError, Sqlite, SqliteHistory};
use tokio::runtime::Runtime;

use crate::{
    history::{success, tickets::ticket},
    rows::{at, client, grant, grant_id, tenant, tenant_id},
};

const ALL: fn() -> Search = || Search { limit: u32::MAX, ..Search::default() };

/// Every file with its content.
fn everything(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

async fn fill(store: &Sqlite, history: &SqliteHistory) {
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let _ = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
    history.record(vec![success(1)]).await.unwrap();
    assert_eq!(history.open_ticket(ticket(1), Vec::new(), 9).await.unwrap(), Opening::Opened);
}

async fn all_is_seen(store: &Sqlite, history: &SqliteHistory) {
    assert_eq!(store.clients(tenant_id(1)).await.unwrap(), [client(1, "app")]);
    assert_eq!(store.grant(tenant_id(1), grant_id(1)).await.unwrap(), Some(grant(1, 1)));
    assert_eq!(history.find(ALL()).await.unwrap(), [success(1)]);
    assert_eq!(history.ticket(ticket(1).id).await.unwrap(), Some(ticket(1)));
}

fn look(directory: &Path) -> (Sqlite, SqliteHistory) {
    (Sqlite::look(directory).unwrap(), SqliteHistory::look(directory).unwrap())
}

#[tokio::test]
async fn what_was_closed_is_read_and_left_as_it_is() {
    // Looks, in a directory whose name has to be escaped, and compares every byte of every file.
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a b?c#d%41\u{e9}");
    {
        let history = SqliteHistory::open(&directory).unwrap();
        fill(&Sqlite::open(&directory).unwrap(), &history).await;
    }
    let before = everything(&directory);
    assert_eq!(before.len(), 3);
    let (store, history) = look(&directory);
    all_is_seen(&store, &history).await;
    assert!(store.apply(vec![DirectoryChange::PutTenant(tenant(2, "two"))]).await.is_err());
    assert!(store.commit(vec![Change::OpenGrant(grant(1, 2))]).await.is_err());
    let fault = history.record(vec![success(2)]).await.unwrap_err();
    assert!(fault.cause().contains("looked at only"), "{fault}");
    assert!(history.open_ticket(ticket(2), Vec::new(), 9).await.is_err());
    assert!(history.claim(at(100), at(200), 9).await.is_err());
    // Whoever keeps what they read learns that it may be old.
    assert_ne!(store.foreign_version().await.unwrap(), store.foreign_version().await.unwrap());
    assert!(everything(&directory) == before);
}

#[tokio::test]
async fn books_that_are_not_there_are_empty_and_are_not_made() {
    // Looks at a directory that is not there, at an empty one, and at one without a history.
    let parent = tempfile::tempdir().unwrap();
    for directory in [parent.path().join("nowhere"), parent.path().to_owned()] {
        let (store, history) = look(&directory);
        assert_eq!(store.tenants().await.unwrap(), []);
        assert_eq!(store.grant(tenant_id(1), grant_id(1)).await.unwrap(), None);
        assert_eq!(history.find(ALL()).await.unwrap(), []);
        assert_eq!(history.ticket(ticket(1).id).await.unwrap(), None);
    }
    assert_eq!(everything(parent.path()).len(), 0);
    drop(Sqlite::open(parent.path()).unwrap());
    let (store, history) = look(parent.path());
    assert_eq!(store.tenants().await.unwrap(), []);
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    assert_eq!(everything(parent.path()).len(), 2);

    // An empty file is what a process leaves that was killed while it made one.
    fs::write(parent.path().join("history.db"), "").unwrap();
    let (_, history) = look(parent.path());
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    assert_eq!(fs::metadata(parent.path().join("history.db")).unwrap().len(), 0);
}

#[tokio::test]
async fn who_looks_sees_what_is_written_meanwhile() {
    // Looks before there is anything, while a server runs, after it has ended, and while the
    // next one runs, always with the same value.
    let directory = tempfile::tempdir().unwrap();
    let (store, history) = look(directory.path());
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    let written =
        (Sqlite::open(directory.path()).unwrap(), SqliteHistory::open(directory.path()).unwrap());
    assert_eq!(store.tenants().await.unwrap(), []);
    fill(&written.0, &written.1).await;
    all_is_seen(&store, &history).await;
    let beside = look(directory.path());
    all_is_seen(&beside.0, &beside.1).await;
    drop(written);
    all_is_seen(&store, &history).await;
    all_is_seen(&beside.0, &beside.1).await;
    drop(beside);
    let (store, history) = look(directory.path());
    all_is_seen(&store, &history).await;

    let again = SqliteHistory::open(directory.path()).unwrap();
    again.record(vec![success(2)]).await.unwrap();
    assert_eq!(history.find(ALL()).await.unwrap(), [success(2), success(1)]);
    drop(again);
    assert_eq!(history.find(ALL()).await.unwrap(), [success(2), success(1)]);
}

#[tokio::test]
async fn a_newer_file_is_read_unless_it_says_otherwise() {
    // Raises the schema's number, and then the oldest that can work with it.
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteHistory::open(directory.path()).unwrap());
    let execute = |statements| {
        let connection = rusqlite::Connection::open(directory.path().join("history.db")).unwrap();
        connection.execute_batch(statements).unwrap();
    };
    execute("PRAGMA user_version = 1000;");
    let history = SqliteHistory::look(directory.path()).unwrap();
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    drop(history);
    execute("UPDATE schema SET oldest = 1000");
    let error = SqliteHistory::look(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::TooNew { found: 1_000, .. }), "{error}");
}

/// Where the child finds the store; a test that finds it set is the child.
const CHILD: &str = "ADMIT_LOOK_TEST_CHILD";

#[test]
fn a_directory_that_cannot_be_written_is_no_hindrance() {
    // Runs a child that may read everything and write nothing: as another user, where we are
    // root, to whom modes mean nothing. Once after the server has ended, once while it runs.
    let runtime = Runtime::new().unwrap();
    if let Some(directory) = env::var_os(CHILD) {
        let directory = Path::new(&directory);
        assert!(fs::write(directory.join("probe"), "").is_err());
        let (store, history) = look(directory);
        return runtime.block_on(all_is_seen(&store, &history));
    }
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("data");
    // Where another user can start it from.
    let program = parent.path().join("program");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let modes = |file, above| {
        fs::set_permissions(parent.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for entry in fs::read_dir(&directory).unwrap() {
            let mode = fs::Permissions::from_mode(file);
            fs::set_permissions(entry.unwrap().path(), mode).unwrap();
        }
        fs::set_permissions(&directory, fs::Permissions::from_mode(above)).unwrap();
    };
    let child = || {
        let mut command = Command::new(&program);
        let test = "history::sqlite::look::a_directory_that_cannot_be_written_is_no_hindrance";
        command.args(["--exact", test]).env(CHILD, &directory).current_dir("/");
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.uid(65_534).gid(65_534);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{output:?}");
    };
    {
        let written = (Sqlite::open(&directory).unwrap(), SqliteHistory::open(&directory).unwrap());
        runtime.block_on(fill(&written.0, &written.1));
        modes(0o444, 0o555);
        child();
        modes(0o600, 0o700);
    }
    modes(0o444, 0o555);
    let before = everything(&directory);
    assert_eq!(before.len(), 3);
    child();
    assert!(everything(&directory) == before);
    modes(0o600, 0o700);
}
