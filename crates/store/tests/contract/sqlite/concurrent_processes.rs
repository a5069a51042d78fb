//! Two stores on the same files, such as those of a service and of a command.

use model::{
    Change, ChangedRows, CommitOutcome, Directory, DirectoryChange, ExternalChanges, Ledger,
};
use rusqlite::Connection;
use store::SqliteStore;

use crate::rows::{client, client_id, grant, grant_id, tenant, tenant_id};

#[tokio::test]
async fn each_process_sees_the_writes_of_the_other() {
    // Opens the same data directory twice and writes both files from both sides in turn.
    let directory = tempfile::tempdir().unwrap();
    let one = SqliteStore::open(directory.path()).unwrap();
    let other = SqliteStore::open(directory.path()).unwrap();
    one.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    other.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let found = one.client(tenant_id(1), &client_id("app")).await.unwrap();
    assert_eq!(found.as_deref(), Some(&client(1, "app")));

    let open = || vec![Change::OpenGrant(grant(1, 1))];
    assert_eq!(one.commit(open()).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(other.grant(tenant_id(1), grant_id(1)).await.unwrap(), Some(grant(1, 1)));
    assert_eq!(other.commit(open()).await.unwrap(), CommitOutcome::Conflict);
}

#[tokio::test]
async fn every_row_is_changed_after_writes_of_other_processes_only() {
    // Reads the changes again without a write, after an own write, and after one of the other.
    let directory = tempfile::tempdir().unwrap();
    let one = SqliteStore::open(directory.path()).unwrap();
    let other = SqliteStore::open(directory.path()).unwrap();
    let version = one.external_changes(0).await.unwrap().version;
    let unchanged = ExternalChanges { version, changed: ChangedRows::Rows(Vec::new()) };
    assert_eq!(one.external_changes(version).await.unwrap(), unchanged);
    one.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    assert_eq!(one.external_changes(version).await.unwrap(), unchanged);

    other.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let changes = one.external_changes(version).await.unwrap();
    assert_eq!(changes.changed, ChangedRows::All);
    let again = one.external_changes(changes.version).await.unwrap();
    assert_eq!(again.changed, ChangedRows::Rows(Vec::new()));
}

#[tokio::test]
async fn store_opens_and_reads_while_another_process_writes() {
    // Opens the store while the write locks of both files are held.
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    let holders = ["directory.db", "ledger.db"].map(|file| {
        let holder = Connection::open(directory.path().join(file)).unwrap();
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        holder
    });
    let store = SqliteStore::open(directory.path()).unwrap();
    assert_eq!(store.grant(tenant_id(1), grant_id(1)).await.unwrap(), None);
    assert_eq!(store.tenant("one").await.unwrap(), None);
    drop(holders);
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
}

#[test]
fn eight_threads_can_create_the_same_store_at_once() {
    // Opens one empty data directory from eight threads, ten times.
    for _ in 0..10 {
        let directory = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| drop(SqliteStore::open(directory.path()).unwrap()));
            }
        });
    }
}
