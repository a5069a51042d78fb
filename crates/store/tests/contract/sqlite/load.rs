//! Under load: the queue and the log have their bounds.

use std::{fs, sync::Arc};

use model::{Change, FaultKind, Grant, GrantId, Ledger, Outcome};
use rusqlite::Connection;
use store::Sqlite;
use tokio::task::JoinSet;

use crate::rows::{grant, tenant_id};

fn open(number: u32) -> Change {
    let mut row = grant(1, 0);
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
    row.id = GrantId::new(id);
    Change::OpenGrant(row)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_when_too_many_wait_is_told_so_at_once_and_the_others_are_served() {
    // Holds the write lock while 6,000 commits arrive, and lets go.
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(directory.path()).unwrap());
    let holder = Connection::open(directory.path().join("ledger.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut commits = JoinSet::new();
    for number in 0..6_000 {
        let store = Arc::clone(&store);
        commits.spawn(async move { store.commit(vec![open(number)]).await });
    }
    let first = commits.join_next().await.unwrap().unwrap();
    let fault = first.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreUnavailable);
    // Not the fault of a commit that waited in vain for the lock.
    assert!(fault.cause().contains("too many"), "{fault}");
    holder.execute_batch("ROLLBACK").unwrap();

    let answers = commits.join_all().await;
    let done = answers.iter().filter(|answer| matches!(answer, Ok(Outcome::Done))).count();
    let turned_away = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(done >= 4_000, "{done}");
    assert!(turned_away.clone().all(|fault| fault.kind() == FaultKind::StoreUnavailable));
    assert_eq!(done + turned_away.count() + 1, 6_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_does_not_grow_without_end() {
    // Opens grants from 64 tasks until the log was written several times over.
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(directory.path()).unwrap());
    let mut tasks = JoinSet::new();
    for first in 0..64 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            for number in (first..40_000).step_by(64) {
                let opened = store.commit(vec![open(number)]).await.unwrap();
                assert_eq!(opened, Outcome::Done);
            }
        });
    }
    tasks.join_all().await;
    let log = fs::metadata(directory.path().join("ledger.db-wal")).unwrap().len();
    assert!(log < 40 << 20, "{log} bytes");
    let stored = fs::metadata(directory.path().join("ledger.db")).unwrap().len();
    assert!(stored > 8 << 20, "{stored} bytes");
    for number in (0..40_000).step_by(97) {
        let Change::OpenGrant(row) = open(number) else { unreachable!() };
        assert_eq!(store.grant(tenant_id(1), row.id).await.unwrap(), Some(row));
    }
}

#[tokio::test]
async fn an_import_opens_the_grants_that_are_not_there() {
    // Imports 3,000 grants over one that is open and rotated, twice.
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let row = |number: u16| {
        let mut id = [7; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        Grant { id: GrantId::new(id), ..grant(1, 0) }
    };
    let rotated = Grant { generation: 5, ..row(1_000) };
    let opened = store.commit(vec![Change::OpenGrant(rotated.clone())]).await.unwrap();
    assert_eq!(opened, Outcome::Done);
    let rows: Vec<Grant> = (0..3_000).map(row).collect();
    assert_eq!(store.import_grants(rows.clone()).await.unwrap(), 2_999);
    assert_eq!(store.import_grants(rows.clone()).await.unwrap(), 0);
    for row in rows {
        let expected = if row.id == rotated.id { &rotated } else { &row };
        assert_eq!(store.grant(row.tenant, row.id).await.unwrap().as_ref(), Some(expected));
    }
}
