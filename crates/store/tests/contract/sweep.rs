//! The sweep: deletes expired rows, a bounded number at a time.

use std::sync::Arc;

use model::{
    Change, CommitOutcome, Grant, GrantId, RevocationReason, Store, Timestamp, UsedValueKind,
};
use tokio::task::JoinSet;

use crate::rows::{
    at, failed_sign_ins, grant, grant_id, pushed_request, pushed_request_id, revocation, session,
    session_grant, session_id, tenant_id, used_value,
};

crate::on_every_store! {
    row_expires_exactly_at_its_expiry_time
    sweep_deletes_at_most_its_limit
    repeated_sweeps_delete_every_expired_row_and_no_other
}

async fn commit(store: &Arc<dyn Store>, change: Change) {
    assert_eq!(store.commit(vec![change]).await.unwrap(), CommitOutcome::Committed);
}

/// Stores one row of each kind. All expire at `at(1_000)`; the grant is revoked long before.
async fn fill(store: &Arc<dyn Store>, tenant: u8) {
    let revoked = Some(revocation(3, RevocationReason::ByClient));
    commit(store, Change::OpenGrant(Grant { revoked, ..grant(tenant, 1) })).await;
    commit(store, Change::OpenSession(session(tenant, 1))).await;
    commit(store, Change::AddSessionGrant(session_grant(tenant, 1))).await;
    commit(store, Change::PushRequest(pushed_request(tenant, 1))).await;
    commit(store, Change::MarkUsed(used_value(tenant, UsedValueKind::DpopProof, 1))).await;
    let count =
        Change::CountFailedSignIns { before: None, failed_sign_ins: failed_sign_ins(tenant, 1, 1) };
    commit(store, count).await;
}

async fn row_expires_exactly_at_its_expiry_time(store: &Arc<dyn Store>) {
    // Sweeps one microsecond before the expiry of each kind of row, and at the expiry.
    fill(store, 1).await;
    let end = at(1_000);
    let before = Timestamp::from_microseconds(end.microseconds() - 1);
    assert_eq!(store.sweep(before, 100).await.unwrap(), 0);
    let one = tenant_id(1);
    assert!(store.grant(one, grant_id(1)).await.unwrap().is_some());

    assert_eq!(store.sweep(end, 100).await.unwrap(), 6);
    assert_eq!(store.grant(one, grant_id(1)).await.unwrap(), None);
    assert_eq!(store.session(one, session_id(1)).await.unwrap(), None);
    assert_eq!(store.pushed_request(one, pushed_request_id(1)).await.unwrap(), None);
    assert_eq!(store.failed_sign_ins(one, [1; 32]).await.unwrap(), None);
    commit(store, Change::MarkUsed(used_value(1, UsedValueKind::DpopProof, 1))).await;
}

async fn sweep_deletes_at_most_its_limit(store: &Arc<dyn Store>) {
    // Sweeps eighteen rows with a limit of 0, then of 7: deletes 0, 7, 7, 4 and 0 rows.
    for tenant in [1, 2, 3] {
        fill(store, tenant).await;
    }
    assert_eq!(store.sweep(at(2_000), 0).await.unwrap(), 0);
    for deleted in [7, 7, 4, 0] {
        assert_eq!(store.sweep(at(2_000), 7).await.unwrap(), deleted);
    }
}

async fn repeated_sweeps_delete_every_expired_row_and_no_other(store: &Arc<dyn Store>) {
    // Opens 3,000 grants of which every third expires, and sweeps until nothing is deleted.
    let row = |number: u32| {
        let mut id = [0; 16];
        id[4..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
        let expires_at = if number.is_multiple_of(3) { at(100) } else { at(1_000) };
        Grant { id: GrantId::with_end(id, expires_at, 0), expires_at, ..grant(1, 0) }
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

    let mut total = 0;
    loop {
        let deleted = store.sweep(at(500), 64).await.unwrap();
        assert!(deleted <= 64);
        total += deleted;
        if deleted == 0 {
            break;
        }
    }
    assert_eq!(total, 1_000);
    for number in 0..3_000 {
        let stored = store.grant(tenant_id(1), row(number).id).await.unwrap();
        assert_eq!(stored.is_some(), !number.is_multiple_of(3));
    }
}
