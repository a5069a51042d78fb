//! Two that have the same files open: a service and a command beside it.

use model::{Change, Directory, DirectoryChange, Ledger, Outcome};
use rusqlite::Connection;
use store::Sqlite;

use crate::rows::{client, client_id, grant, grant_id, tenant, tenant_id};

#[tokio::test]
async fn each_sees_what_the_other_wrote() {
    // Opens the same directory twice and writes both store from both sides in turn.
    let directory = tempfile::tempdir().unwrap();
    let one = Sqlite::open(directory.path()).unwrap();
    let other = Sqlite::open(directory.path()).unwrap();
    one.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    other.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let found = one.client(tenant_id(1), &client_id("app")).await.unwrap();
    assert_eq!(found.as_deref(), Some(&client(1, "app")));

    let open = || vec![Change::OpenGrant(grant(1, 1))];
    assert_eq!(one.commit(open()).await.unwrap(), Outcome::Done);
    assert_eq!(other.grant(tenant_id(1), grant_id(1)).await.unwrap(), Some(grant(1, 1)));
    assert_eq!(other.commit(open()).await.unwrap(), Outcome::Conflict);
}

#[tokio::test]
async fn the_foreign_version_moves_with_the_writes_of_others_alone() {
    // Reads the version after nothing, after a write of one's own, and after one of the other.
    let directory = tempfile::tempdir().unwrap();
    let one = Sqlite::open(directory.path()).unwrap();
    let other = Sqlite::open(directory.path()).unwrap();
    let version = one.foreign_version().await.unwrap();
    assert_eq!(one.foreign_version().await.unwrap(), version);
    one.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    assert_eq!(one.foreign_version().await.unwrap(), version);

    other.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    let moved = one.foreign_version().await.unwrap();
    assert_ne!(moved, version);
    assert_eq!(one.foreign_version().await.unwrap(), moved);
}

#[tokio::test]
async fn books_can_be_opened_and_read_while_another_writes() {
    // Opens them while the write locks of both files are held.
    let directory = tempfile::tempdir().unwrap();
    drop(Sqlite::open(directory.path()).unwrap());
    let holders = ["directory.db", "ledger.db"].map(|file| {
        let holder = Connection::open(directory.path().join(file)).unwrap();
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        holder
    });
    let store = Sqlite::open(directory.path()).unwrap();
    assert_eq!(store.grant(tenant_id(1), grant_id(1)).await.unwrap(), None);
    assert_eq!(store.tenant("one").await.unwrap(), None);
    drop(holders);
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
}

#[test]
fn many_can_make_the_same_books_at_once() {
    // Opens one empty directory from eight threads, ten times.
    for _ in 0..10 {
        let directory = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| drop(Sqlite::open(directory.path()).unwrap()));
            }
        });
    }
}
