//! Load: the limits of the queue and of the WAL, and imports.

use std::{fs, sync::Arc};

use model::{Change, CommitOutcome, FaultKind, Grant, GrantId, Ledger};
use rusqlite::Connection;
use store::SqliteStore;
use tokio::task::JoinSet;

use crate::rows::{grant, tenant_id};

fn open(number: u32) -> Change {
    open_in(1, number)
}

fn open_in(tenant: u8, number: u32) -> Change {
    let mut row = grant(tenant, 0);
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
    row.id = GrantId::new(id);
    Change::OpenGrant(row)
}

#[tokio::test(flavor = "multi_thread")]
async fn commit_is_refused_at_once_if_the_queue_is_full() {
    // Holds the write lock while 6,000 commits arrive, and releases it after the first refusal.
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
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
    // A commit that waited for the lock until its timeout has another fault.
    assert!(fault.cause().contains("too many"), "{fault}");
    holder.execute_batch("ROLLBACK").unwrap();

    let results = commits.join_all().await;
    let committed =
        results.iter().filter(|result| matches!(result, Ok(CommitOutcome::Committed))).count();
    let refused = results.iter().filter_map(|result| result.as_ref().err());
    assert!(committed >= 4_000, "{committed}");
    assert!(refused.clone().all(|fault| fault.kind() == FaultKind::StoreUnavailable));
    assert_eq!(committed + refused.count() + 1, 6_000);
}

#[tokio::test]
async fn commits_of_a_tenant_pass_while_another_fills_the_queue() {
    // Hostile input LG21: holds the write lock while a tenant sends 6,000 commits, which fill the
    // queue, and then another one sends 50. The lock is released after 1,900 refusals, which is
    // nearly all: the queue and a batch of the writer hold the others. All of the 50 are committed,
    // before most of the others. Those that are refused are counted.
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let holder = Connection::open(directory.path().join("ledger.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut tasks = JoinSet::new();
    for (tenant, numbers) in [(1, 0..6_000), (2, 6_000..6_050)] {
        for number in numbers {
            let store = Arc::clone(&store);
            tasks.spawn(async move { (tenant, store.commit(vec![open_in(tenant, number)]).await) });
        }
        tokio::task::yield_now().await;
    }
    let releases_at = tasks.len() - 1_900;
    let (mut committed_before, mut committed, mut refused) = (0, [0, 0], 0);
    let mut holder = Some(holder);
    while let Some(done) = tasks.join_next().await {
        let (tenant, result) = done.unwrap();
        match result {
            Ok(_) if tenant == 2 => {
                committed[1] += 1;
                committed_before = committed[0];
            }
            Ok(_) => committed[0] += 1,
            Err(fault) => {
                assert_eq!(tenant, 1, "{fault}");
                assert!(fault.cause().contains("too many"), "{fault}");
                refused += 1;
            }
        }
        if tasks.len() <= releases_at
            && let Some(holder) = holder.take()
        {
            holder.execute_batch("ROLLBACK").unwrap();
        }
    }
    assert_eq!((committed[1], committed[0] + refused), (50, 6_000));
    assert!(committed_before < 1_000, "{committed_before}");
    assert!(refused >= 1_900, "{refused}");
    assert_eq!(store.commits_refused(), refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn wal_stays_bounded_under_load() {
    // Opens 40,000 grants from 64 tasks: several times the limit of the WAL.
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let mut tasks = JoinSet::new();
    for first in 0..64 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            for number in (first..40_000).step_by(64) {
                let opened = store.commit(vec![open(number)]).await.unwrap();
                assert_eq!(opened, CommitOutcome::Committed);
            }
        });
    }
    tasks.join_all().await;
    let wal = fs::metadata(directory.path().join("ledger.db-wal")).unwrap().len();
    assert!(wal < 40 << 20, "{wal} bytes");
    let stored = fs::metadata(directory.path().join("ledger.db")).unwrap().len();
    assert!(stored > 8 << 20, "{stored} bytes");
    for number in (0..40_000).step_by(97) {
        let Change::OpenGrant(row) = open(number) else { unreachable!() };
        assert_eq!(store.grant(tenant_id(1), row.id).await.unwrap(), Some(row));
    }
}

#[tokio::test]
async fn import_inserts_only_grants_that_do_not_exist() {
    // Imports 3,000 grants twice. One of them exists already and is rotated.
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let row = |number: u16| {
        let mut id = [7; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        Grant { id: GrantId::new(id), ..grant(1, 0) }
    };
    let rotated = Grant { generation: 5, ..row(1_000) };
    let opened = store.commit(vec![Change::OpenGrant(rotated.clone())]).await.unwrap();
    assert_eq!(opened, CommitOutcome::Committed);
    let rows: Vec<Grant> = (0..3_000).map(row).collect();
    assert_eq!(store.import_grants(rows.clone()).await.unwrap(), 2_999);
    assert_eq!(store.import_grants(rows.clone()).await.unwrap(), 0);
    for row in rows {
        let expected = if row.id == rotated.id { &rotated } else { &row };
        assert_eq!(store.grant(row.tenant, row.id).await.unwrap().as_ref(), Some(expected));
    }
}
