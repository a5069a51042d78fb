//! Concurrency: a guarded change succeeds for one of fifty concurrent commits.

use std::sync::Arc;

use model::{Change, CommitOutcome, DirectoryChange, Store, Timestamp, UsedValueKind};
use tokio::{sync::Barrier, task::JoinSet};

use crate::rows::{
    at, client, client_id, failed_sign_ins, grant, grant_id, session, tenant, tenant_id, used_value,
};

crate::on_every_store! {
    one_of_fifty_concurrent_openings_of_a_grant_succeeds
    one_of_fifty_concurrent_rotations_of_a_generation_succeeds
    one_of_fifty_concurrent_uses_of_a_one_time_value_succeeds
    one_of_fifty_concurrent_openings_of_a_session_succeeds
    one_of_fifty_concurrent_counts_of_a_failed_sign_in_succeeds
    concurrent_commits_of_different_rows_all_succeed
    read_after_a_directory_change_returns_the_new_row
}

/// Starts fifty commits at the same moment and returns how many succeeded.
async fn committed_of_fifty(store: &Arc<dyn Store>, change: impl Fn(u8) -> Change) -> usize {
    let start = Arc::new(Barrier::new(50));
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let (store, start, change) = (Arc::clone(store), Arc::clone(&start), change(number));
        tasks.spawn(async move {
            start.wait().await;
            store.commit(vec![change]).await.unwrap()
        });
    }
    let outcomes = tasks.join_all().await;
    outcomes.into_iter().filter(|outcome| *outcome == CommitOutcome::Committed).count()
}

async fn one_of_fifty_concurrent_openings_of_a_grant_succeeds(store: &Arc<dyn Store>) {
    // Each of the fifty opens the grant with another time. One of these times must be stored.
    let opened_at = |number: u8| at(i64::from(number) + 100);
    for id in 0..20 {
        let open = |number| {
            let mut row = grant(1, id);
            row.opened_at = opened_at(number);
            Change::OpenGrant(row)
        };
        assert_eq!(committed_of_fifty(store, open).await, 1);
        let stored = store.grant(tenant_id(1), grant_id(id)).await.unwrap().unwrap();
        assert!((0..50).map(opened_at).any(|time| time == stored.opened_at));
    }
}

async fn one_of_fifty_concurrent_rotations_of_a_generation_succeeds(store: &Arc<dyn Store>) {
    // Rotates one grant through twenty generations. Each time, the generation must grow by one.
    let open = Change::OpenGrant(grant(1, 1));
    assert_eq!(store.commit(vec![open]).await.unwrap(), CommitOutcome::Committed);
    for generation in 0..20 {
        let rotate = |number: u8| Change::RotateGrant {
            tenant: tenant_id(1),
            grant: grant_id(1),
            generation,
            at: Timestamp::from_seconds(i64::from(number)),
        };
        assert_eq!(committed_of_fifty(store, rotate).await, 1);
        let stored = store.grant(tenant_id(1), grant_id(1)).await.unwrap().unwrap();
        assert_eq!(stored.generation, generation + 1);
    }
}

async fn one_of_fifty_concurrent_uses_of_a_one_time_value_succeeds(store: &Arc<dyn Store>) {
    // Uses one value, fifty times at once.
    let mark_used = |_| Change::MarkUsed(used_value(1, UsedValueKind::DpopProof, 1));
    assert_eq!(committed_of_fifty(store, mark_used).await, 1);
}

async fn one_of_fifty_concurrent_openings_of_a_session_succeeds(store: &Arc<dyn Store>) {
    // Opens one session, fifty times at once.
    assert_eq!(committed_of_fifty(store, |_| Change::OpenSession(session(1, 1))).await, 1);
}

async fn one_of_fifty_concurrent_counts_of_a_failed_sign_in_succeeds(store: &Arc<dyn Store>) {
    // Counts the first and then the second failure, fifty times at once each.
    for before in [0, 1] {
        let count = |_| Change::CountFailedSignIns {
            before: (before > 0).then(|| failed_sign_ins(1, 1, before)),
            failed_sign_ins: failed_sign_ins(1, 1, before + 1),
        };
        assert_eq!(committed_of_fifty(store, count).await, 1);
    }
}

async fn concurrent_commits_of_different_rows_all_succeed(store: &Arc<dyn Store>) {
    // Opens fifty grants with fifty ids at once. The results of a batch must not be mixed up.
    assert_eq!(committed_of_fifty(store, |number| Change::OpenGrant(grant(1, number))).await, 50);
    let every_other_is_new = |number: u8| {
        Change::OpenGrant(grant(1, if number.is_multiple_of(2) { 0 } else { number + 100 }))
    };
    assert_eq!(committed_of_fifty(store, every_other_is_new).await, 25);
}

async fn read_after_a_directory_change_returns_the_new_row(store: &Arc<dyn Store>) {
    // Eight tasks read a client without a pause while it is renamed two hundred times. After each
    // rename, the next read must return the new name.
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    let (one, app) = (tenant_id(1), client_id("app"));
    let mut readers = JoinSet::new();
    for _ in 0..8 {
        let (store, app) = (Arc::clone(store), app.clone());
        readers.spawn(async move {
            loop {
                store.client(one, &app).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    for number in 0..200 {
        let mut row = client(1, "app");
        row.name = number.to_string();
        store.apply(vec![DirectoryChange::PutClient(row)]).await.unwrap();
        let stored = store.client(one, &app).await.unwrap().unwrap();
        assert_eq!(stored.name, number.to_string());
    }
    readers.shutdown().await;
}
