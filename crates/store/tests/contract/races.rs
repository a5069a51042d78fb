//! Fifty at once: what may happen once happens once.

use std::sync::Arc;

use model::{Change, DirectoryChange, MarkPurpose, Outcome, Store, Timestamp};
use tokio::{sync::Barrier, task::JoinSet};

use crate::rows::{
    at, attempts, client, client_id, grant, grant_id, mark, session, tenant, tenant_id,
};

crate::on_every_store! {
    of_fifty_that_open_one_grant_one_succeeds
    of_fifty_that_rotate_one_generation_one_succeeds
    of_fifty_that_use_one_value_one_succeeds
    of_fifty_that_open_one_session_one_succeeds
    of_fifty_that_count_from_one_number_one_succeeds
    commits_that_meet_nobody_all_succeed
    who_asks_after_a_change_sees_the_change
}

/// How many of fifty commits, started at the same moment, were done.
async fn done_of_fifty(store: &Arc<dyn Store>, change: impl Fn(u8) -> Change) -> usize {
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
    outcomes.into_iter().filter(|outcome| *outcome == Outcome::Done).count()
}

async fn of_fifty_that_open_one_grant_one_succeeds(store: &Arc<dyn Store>) {
    // Each of the fifty opens the grant for another moment; one of those moments must be stored.
    let opened_at = |number: u8| at(i64::from(number) + 100);
    for id in 0..20 {
        let open = |number| {
            let mut row = grant(1, id);
            row.opened_at = opened_at(number);
            Change::OpenGrant(row)
        };
        assert_eq!(done_of_fifty(store, open).await, 1);
        let stored = store.grant(tenant_id(1), grant_id(id)).await.unwrap().unwrap();
        assert!((0..50).map(opened_at).any(|moment| moment == stored.opened_at));
    }
}

async fn of_fifty_that_rotate_one_generation_one_succeeds(store: &Arc<dyn Store>) {
    // Races for generation after generation of one grant, which must grow by one each time.
    let open = Change::OpenGrant(grant(1, 1));
    assert_eq!(store.commit(vec![open]).await.unwrap(), Outcome::Done);
    for generation in 0..20 {
        let rotate = |number: u8| Change::RotateGrant {
            tenant: tenant_id(1),
            grant: grant_id(1),
            generation,
            at: Timestamp::from_seconds(i64::from(number)),
        };
        assert_eq!(done_of_fifty(store, rotate).await, 1);
        let stored = store.grant(tenant_id(1), grant_id(1)).await.unwrap().unwrap();
        assert_eq!(stored.generation, generation + 1);
    }
}

async fn of_fifty_that_use_one_value_one_succeeds(store: &Arc<dyn Store>) {
    // Marks one value as used, fifty times at once.
    let used = |_| Change::MarkUsed(mark(1, MarkPurpose::DpopProof, 1));
    assert_eq!(done_of_fifty(store, used).await, 1);
}

async fn of_fifty_that_open_one_session_one_succeeds(store: &Arc<dyn Store>) {
    // Opens one session, fifty times at once.
    assert_eq!(done_of_fifty(store, |_| Change::OpenSession(session(1, 1))).await, 1);
}

async fn of_fifty_that_count_from_one_number_one_succeeds(store: &Arc<dyn Store>) {
    // Counts the first and then the second failure, fifty times at once each.
    for failed_before in [0, 1] {
        let count = |_| Change::CountAttempts {
            failed_before,
            attempts: attempts(1, 1, failed_before + 1),
        };
        assert_eq!(done_of_fifty(store, count).await, 1);
    }
}

async fn commits_that_meet_nobody_all_succeed(store: &Arc<dyn Store>) {
    // Opens fifty grants under fifty ids at once: batches must not mix up their answers.
    assert_eq!(done_of_fifty(store, |number| Change::OpenGrant(grant(1, number))).await, 50);
    let every_other_is_new = |number: u8| {
        Change::OpenGrant(grant(1, if number.is_multiple_of(2) { 0 } else { number + 100 }))
    };
    assert_eq!(done_of_fifty(store, every_other_is_new).await, 25);
}

async fn who_asks_after_a_change_sees_the_change(store: &Arc<dyn Store>) {
    // Eight tasks read a client without a pause while it is renamed two hundred times; after
    // each renaming the next reading must show the new name.
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
        let seen = store.client(one, &app).await.unwrap().unwrap();
        assert_eq!(seen.name, number.to_string());
    }
    readers.shutdown().await;
}
