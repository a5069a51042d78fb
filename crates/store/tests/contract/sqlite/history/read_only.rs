//! Read-only opening: no file is created or changed, also with a concurrent writer or without write
//! permission.

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

use model::{
    Change, ChangedRows, Directory, DirectoryChange, Ledger, OpenTicketOutcome, RecordQuery,
    Records, Tickets,
};
use store::{OpenError, SqliteHistory, SqliteStore};
use tokio::runtime::Runtime;

use crate::{
    history::{success, tickets::ticket},
    rows::{at, client, grant, grant_id, tenant, tenant_id},
};

const ALL: fn() -> RecordQuery = || RecordQuery { limit: u32::MAX, ..RecordQuery::default() };

/// Returns every file with its content.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

async fn fill(store: &SqliteStore, history: &SqliteHistory) {
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let _ = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
    history.record(vec![success(1)]).await.unwrap();
    assert_eq!(
        history.open_ticket(ticket(1), Vec::new(), 9).await.unwrap(),
        OpenTicketOutcome::Opened
    );
}

async fn assert_complete(store: &SqliteStore, history: &SqliteHistory) {
    assert_eq!(store.clients(tenant_id(1)).await.unwrap(), [client(1, "app")]);
    assert_eq!(store.grant(tenant_id(1), grant_id(1)).await.unwrap(), Some(grant(1, 1)));
    assert_eq!(history.find(ALL()).await.unwrap(), [success(1)]);
    assert_eq!(history.ticket(ticket(1).id).await.unwrap(), Some(ticket(1)));
}

fn open_read_only(directory: &Path) -> (SqliteStore, SqliteHistory) {
    (
        SqliteStore::open_read_only(directory).unwrap(),
        SqliteHistory::open_read_only(directory).unwrap(),
    )
}

#[tokio::test]
async fn read_only_open_reads_closed_files_and_changes_no_byte() {
    // Opens a directory whose name needs escaping in a URI, reads, tries to write, and compares
    // every byte of every file.
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a b?c#d%41\u{e9}");
    {
        let history = SqliteHistory::open(&directory).unwrap();
        fill(&SqliteStore::open(&directory).unwrap(), &history).await;
    }
    let before = contents(&directory);
    assert_eq!(before.len(), 3);
    let (store, history) = open_read_only(&directory);
    assert_complete(&store, &history).await;
    assert!(store.apply(vec![DirectoryChange::PutTenant(tenant(2, "two"))]).await.is_err());
    assert!(store.commit(vec![Change::OpenGrant(grant(1, 2))]).await.is_err());
    let fault = history.record(vec![success(2)]).await.unwrap_err();
    assert!(fault.cause().contains("read-only"), "{fault}");
    assert!(history.open_ticket(ticket(2), Vec::new(), 9).await.is_err());
    assert!(history.lease_due(at(100), at(200), 9).await.is_err());
    // Every row may have changed at every call, so that caches never trust their rows.
    let version = store.external_changes(0).await.unwrap().version;
    let changes = store.external_changes(version).await.unwrap();
    assert_eq!(changes.changed, ChangedRows::All);
    assert!(contents(&directory) == before);
}

#[tokio::test]
async fn read_only_open_of_missing_files_is_empty_and_creates_none() {
    // Opens a directory that does not exist, an empty one, and one without a history.
    let parent = tempfile::tempdir().unwrap();
    for directory in [parent.path().join("nowhere"), parent.path().to_owned()] {
        let (store, history) = open_read_only(&directory);
        assert_eq!(store.tenants().await.unwrap(), []);
        assert_eq!(store.grant(tenant_id(1), grant_id(1)).await.unwrap(), None);
        assert_eq!(history.find(ALL()).await.unwrap(), []);
        assert_eq!(history.ticket(ticket(1).id).await.unwrap(), None);
    }
    assert_eq!(contents(parent.path()).len(), 0);
    drop(SqliteStore::open(parent.path()).unwrap());
    let (store, history) = open_read_only(parent.path());
    assert_eq!(store.tenants().await.unwrap(), []);
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    assert_eq!(contents(parent.path()).len(), 2);

    // A process that is killed while it creates a file leaves an empty file.
    fs::write(parent.path().join("history.db"), "").unwrap();
    let (_, history) = open_read_only(parent.path());
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    assert_eq!(fs::metadata(parent.path().join("history.db")).unwrap().len(), 0);
}

#[tokio::test]
async fn read_only_store_sees_concurrent_writes() {
    // Opens before there are files, and reads while a writer runs, after it has ended, and while
    // the next one runs.
    let directory = tempfile::tempdir().unwrap();
    let (store, history) = open_read_only(directory.path());
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    let writer = (
        SqliteStore::open(directory.path()).unwrap(),
        SqliteHistory::open(directory.path()).unwrap(),
    );
    assert_eq!(store.tenants().await.unwrap(), []);
    fill(&writer.0, &writer.1).await;
    assert_complete(&store, &history).await;
    let second = open_read_only(directory.path());
    assert_complete(&second.0, &second.1).await;
    drop(writer);
    assert_complete(&store, &history).await;
    assert_complete(&second.0, &second.1).await;
    drop(second);
    let (store, history) = open_read_only(directory.path());
    assert_complete(&store, &history).await;

    let next_writer = SqliteHistory::open(directory.path()).unwrap();
    next_writer.record(vec![success(2)]).await.unwrap();
    assert_eq!(history.find(ALL()).await.unwrap(), [success(2), success(1)]);
    drop(next_writer);
    assert_eq!(history.find(ALL()).await.unwrap(), [success(2), success(1)]);
}

#[tokio::test]
async fn newer_history_opens_read_only_unless_it_excludes_this_binary() {
    // Raises `user_version`, and then `schema.oldest`.
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteHistory::open(directory.path()).unwrap());
    let execute = |statements| {
        let connection = rusqlite::Connection::open(directory.path().join("history.db")).unwrap();
        connection.execute_batch(statements).unwrap();
    };
    execute("PRAGMA user_version = 1000;");
    let history = SqliteHistory::open_read_only(directory.path()).unwrap();
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    drop(history);
    execute("UPDATE schema SET oldest = 1000");
    let error = SqliteHistory::open_read_only(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::TooNew { found: 1_000, .. }), "{error}");
}

/// The variable with the data directory of the child. A test that finds it set is the child.
const CHILD: &str = "ADMIT_READ_ONLY_TEST_CHILD";

#[test]
fn read_only_open_works_without_write_permission() {
    // Runs a child that may read everything and write nothing, while the writer runs and after it
    // has ended. If the test runs as root, which ignores file modes, the child runs as another
    // user.
    let runtime = Runtime::new().unwrap();
    if let Some(directory) = env::var_os(CHILD) {
        let directory = Path::new(&directory);
        assert!(fs::write(directory.join("probe"), "").is_err());
        let (store, history) = open_read_only(directory);
        return runtime.block_on(assert_complete(&store, &history));
    }
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("data");
    // A copy that another user can execute.
    let program = parent.path().join("program");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let set_modes = |file, directory_mode| {
        fs::set_permissions(parent.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for entry in fs::read_dir(&directory).unwrap() {
            let mode = fs::Permissions::from_mode(file);
            fs::set_permissions(entry.unwrap().path(), mode).unwrap();
        }
        fs::set_permissions(&directory, fs::Permissions::from_mode(directory_mode)).unwrap();
    };
    let child = || {
        let mut command = Command::new(&program);
        let test = "sqlite::history::read_only::read_only_open_works_without_write_permission";
        command.args(["--exact", test]).env(CHILD, &directory).current_dir("/");
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.uid(65_534).gid(65_534);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{output:?}");
    };
    {
        let writer =
            (SqliteStore::open(&directory).unwrap(), SqliteHistory::open(&directory).unwrap());
        runtime.block_on(fill(&writer.0, &writer.1));
        set_modes(0o444, 0o555);
        child();
        set_modes(0o600, 0o700);
    }
    set_modes(0o444, 0o555);
    let before = contents(&directory);
    assert_eq!(before.len(), 3);
    child();
    assert!(contents(&directory) == before);
    set_modes(0o600, 0o700);
}
