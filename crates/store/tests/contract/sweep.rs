//! Sweeping: rows that are over go, a bounded number at a time; others stay.

use std::sync::Arc;

use model::{Change, Grant, GrantId, MarkPurpose, Outcome, RevocationReason, Store, Timestamp};
use tokio::task::JoinSet;

use crate::rows::{
    at, attempts, grant, grant_id, mark, revocation, session, session_id, tenant_id,
};

crate::on_every_store! {
    a_row_is_over_from_its_very_moment_on
    a_sweep_removes_no_more_than_its_limit
    sweeps_find_every_row_that_is_over_among_those_that_are_not
}

async fn commit(store: &Arc<dyn Store>, change: Change) {
    assert_eq!(store.commit(vec![change]).await.unwrap(), Outcome::Done);
}

/// One row of each kind, all over at `at(1_000)`; the grant is revoked long before.
async fn fill(store: &Arc<dyn Store>, tenant: u8) {
    let revoked = Some(revocation(3, RevocationReason::ByClient));
    commit(store, Change::OpenGrant(Grant { revoked, ..grant(tenant, 1) })).await;
    commit(store, Change::OpenSession(session(tenant, 1))).await;
    commit(store, Change::MarkUsed(mark(tenant, MarkPurpose::DpopProof, 1))).await;
    let count = Change::CountAttempts { failed_before: 0, attempts: attempts(tenant, 1, 1) };
    commit(store, count).await;
}

async fn a_row_is_over_from_its_very_moment_on(store: &Arc<dyn Store>) {
    // Sweeps one microsecond before the end of each kind of row, and at it.
    fill(store, 1).await;
    let end = at(1_000);
    let before = Timestamp::from_microseconds(end.microseconds() - 1);
    assert_eq!(store.sweep(before, 100).await.unwrap(), 0);
    let one = tenant_id(1);
    assert!(store.grant(one, grant_id(1)).await.unwrap().is_some());

    assert_eq!(store.sweep(end, 100).await.unwrap(), 4);
    assert_eq!(store.grant(one, grant_id(1)).await.unwrap(), None);
    assert_eq!(store.session(one, session_id(1)).await.unwrap(), None);
    assert_eq!(store.attempts(one, [1; 32]).await.unwrap(), None);
    commit(store, Change::MarkUsed(mark(1, MarkPurpose::DpopProof, 1))).await;
}

async fn a_sweep_removes_no_more_than_its_limit(store: &Arc<dyn Store>) {
    // Sweeps twelve rows with a limit of five: 0, 5, 5, 2, 0.
    for tenant in [1, 2, 3] {
        fill(store, tenant).await;
    }
    assert_eq!(store.sweep(at(2_000), 0).await.unwrap(), 0);
    for removed in [5, 5, 2, 0] {
        assert_eq!(store.sweep(at(2_000), 5).await.unwrap(), removed);
    }
}

async fn sweeps_find_every_row_that_is_over_among_those_that_are_not(store: &Arc<dyn Store>) {
    // Opens 3,000 grants of which every third is over, and sweeps until nothing is removed.
    let row = |number: u32| {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
        let expires_at = if number.is_multiple_of(3) { at(100) } else { at(1_000) };
        Grant { id: GrantId::new(id), expires_at, ..grant(1, 0) }
    };
    let mut tasks = JoinSet::new();
    for first in 0..100 {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            for number in (first..3_000).step_by(100) {
                commit(&store, Change::OpenGrant(row(number))).await;
            }
        });
    }
    tasks.join_all().await;

    let mut removed = 0;
    loop {
        let now = store.sweep(at(500), 64).await.unwrap();
        assert!(now <= 64);
        removed += now;
        if now == 0 {
            break;
        }
    }
    assert_eq!(removed, 1_000);
    for number in 0..3_000 {
        let stored = store.grant(tenant_id(1), row(number).id).await.unwrap();
        assert_eq!(stored.is_some(), !number.is_multiple_of(3));
    }
}
