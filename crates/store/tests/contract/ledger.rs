//! The ledger: the effect and the condition of every change.

use std::sync::Arc;

use model::{
    Change, CommitOutcome, FailedSignIns, FaultKind, Grant, GrantDetails, PushedRequest,
    RevocationReason, Session, SessionGrant, SessionGrantQuery, SessionOrigin, Store,
    UsedValueKind,
};

use crate::rows::{
    at, failed_sign_ins, grant, grant_id, pushed_request, pushed_request_id, revocation, session,
    session_grant, session_id, tenant_id, used_value, user_id,
};

crate::on_every_store! {
    empty_ledger_has_no_rows_and_ignores_changes_of_missing_rows
    grant_id_is_opened_once
    rotation_conflicts_unless_the_generation_is_current
    first_revocation_of_a_grant_stays_and_prevents_rotation
    every_revocation_reason_is_stored
    one_time_value_is_used_once_per_kind_and_tenant
    pushed_request_is_stored_once_per_id_and_tenant
    session_is_opened_once_extended_and_ended_once
    active_sessions_of_a_user_are_found_newest_first
    session_grants_are_found_by_user_and_by_session_in_pages
    failed_sign_ins_conflict_unless_the_count_is_current
    failed_sign_ins_conflict_unless_the_last_failure_is_current
    conflict_rolls_back_every_change_of_the_decision
    all_changes_of_a_decision_are_committed
    two_guarded_changes_are_refused_and_nothing_is_written
    ledger_keys_of_different_tenants_are_independent
    grants_with_large_or_empty_fields_are_stored_unchanged
}

async fn commit(store: &Arc<dyn Store>, change: Change) -> CommitOutcome {
    store.commit(vec![change]).await.unwrap()
}

async fn stored(store: &Arc<dyn Store>, number: u8) -> Option<Grant> {
    store.grant(tenant_id(1), grant_id(number)).await.unwrap()
}

fn rotate(tenant: u8, number: u8, generation: u32) -> Change {
    Change::RotateGrant {
        tenant: tenant_id(tenant),
        grant: grant_id(number),
        generation,
        at: at(50),
    }
}

fn revoke(tenant: u8, number: u8, seconds: i64, reason: RevocationReason) -> Change {
    Change::RevokeGrant {
        tenant: tenant_id(tenant),
        grant: grant_id(number),
        revocation: revocation(seconds, reason),
    }
}

async fn empty_ledger_has_no_rows_and_ignores_changes_of_missing_rows(store: &Arc<dyn Store>) {
    // Looks up each kind of row in an empty ledger, changes missing rows, and sweeps.
    let (one, id) = (tenant_id(1), session_id(1));
    assert_eq!(stored(store, 1).await, None);
    assert_eq!(store.session(one, id).await.unwrap(), None);
    assert_eq!(store.failed_sign_ins(one, [1; 32]).await.unwrap(), None);
    assert_eq!(store.commit(Vec::new()).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(commit(store, rotate(1, 1, 0)).await, CommitOutcome::Conflict);
    let changes = vec![
        revoke(1, 1, 5, RevocationReason::ByClient),
        Change::ExtendSession { tenant: one, session: id, expires_at: at(9), persistent: true },
        Change::EndSession { tenant: one, session: id, at: at(9) },
        Change::ClearFailedSignIns { tenant: one, key: [1; 32] },
    ];
    assert_eq!(store.commit(changes).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(stored(store, 1).await, None);
    assert_eq!(store.session(one, id).await.unwrap(), None);
    assert_eq!(store.sweep(at(i64::from(u32::MAX)), 100).await.unwrap(), 0);
}

async fn grant_id_is_opened_once(store: &Arc<dyn Store>) {
    // Opens another grant with the same id. The first one must stay.
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, CommitOutcome::Committed);
    let other = Grant { resource: "https://other.test".to_owned(), ..grant(1, 1) };
    assert_eq!(commit(store, Change::OpenGrant(other)).await, CommitOutcome::Conflict);
    assert_eq!(stored(store, 1).await, Some(grant(1, 1)));
}

async fn rotation_conflicts_unless_the_generation_is_current(store: &Arc<dyn Store>) {
    // Rotates from the current generation, and from those before and after it.
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, CommitOutcome::Committed);
    assert_eq!(commit(store, rotate(1, 1, 1)).await, CommitOutcome::Conflict);
    assert_eq!(commit(store, rotate(1, 1, 0)).await, CommitOutcome::Committed);
    assert_eq!(commit(store, rotate(1, 1, 0)).await, CommitOutcome::Conflict);
    let rotated = Grant { generation: 1, rotated_at: at(50), ..grant(1, 1) };
    assert_eq!(stored(store, 1).await, Some(rotated));

    let last = Grant { generation: u32::MAX, ..grant(1, 2) };
    assert_eq!(commit(store, Change::OpenGrant(last.clone())).await, CommitOutcome::Committed);
    assert_eq!(commit(store, rotate(1, 2, u32::MAX)).await, CommitOutcome::Conflict);
    assert_eq!(stored(store, 2).await, Some(last));
}

async fn first_revocation_of_a_grant_stays_and_prevents_rotation(store: &Arc<dyn Store>) {
    // Revokes twice for different reasons, then rotates from the stored generation.
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, CommitOutcome::Committed);
    let first = revoke(1, 1, 60, RevocationReason::CodeReplayed);
    assert_eq!(commit(store, first).await, CommitOutcome::Committed);
    let second = revoke(1, 1, 61, RevocationReason::ByAdministrator);
    assert_eq!(commit(store, second).await, CommitOutcome::Committed);
    assert_eq!(commit(store, rotate(1, 1, 0)).await, CommitOutcome::Conflict);
    let revoked = Some(revocation(60, RevocationReason::CodeReplayed));
    assert_eq!(stored(store, 1).await, Some(Grant { revoked, ..grant(1, 1) }));
}

async fn every_revocation_reason_is_stored(store: &Arc<dyn Store>) {
    // Opens a grant for each reason. Half of them are revoked when they are opened.
    let reasons = [
        RevocationReason::CodeReplayed,
        RevocationReason::RefreshTokenReplayed,
        RevocationReason::ByClient,
        RevocationReason::ByAdministrator,
        RevocationReason::SignedOut,
    ];
    for (number, reason) in (1..).zip(reasons) {
        let revoked = Some(revocation(7, reason));
        let initially_revoked = (number % 2 == 0).then_some(()).and(revoked);
        let open = Change::OpenGrant(Grant { revoked: initially_revoked, ..grant(1, number) });
        assert_eq!(commit(store, open).await, CommitOutcome::Committed);
        assert_eq!(commit(store, revoke(1, number, 7, reason)).await, CommitOutcome::Committed);
        assert_eq!(stored(store, number).await.unwrap().revoked, revoked);
    }
}

async fn one_time_value_is_used_once_per_kind_and_tenant(store: &Arc<dyn Store>) {
    // Uses a value twice as one kind and twice as the other, and another value once.
    let (assertion, proof) = (UsedValueKind::ClientAssertion, UsedValueKind::DpopProof);
    assert!(!store.is_used(&used_value(1, assertion, 1)).await.unwrap());
    assert_eq!(
        commit(store, Change::MarkUsed(used_value(1, assertion, 1))).await,
        CommitOutcome::Committed
    );
    assert!(store.is_used(&used_value(1, assertion, 1)).await.unwrap());
    for other in [used_value(1, proof, 1), used_value(1, assertion, 2), used_value(2, assertion, 1)]
    {
        assert!(!store.is_used(&other).await.unwrap(), "{other:?}");
    }
    assert_eq!(
        commit(store, Change::MarkUsed(used_value(1, assertion, 1))).await,
        CommitOutcome::Conflict
    );
    assert_eq!(
        commit(store, Change::MarkUsed(used_value(1, proof, 1))).await,
        CommitOutcome::Committed
    );
    assert_eq!(
        commit(store, Change::MarkUsed(used_value(1, assertion, 2))).await,
        CommitOutcome::Committed
    );
    assert_eq!(
        commit(store, Change::MarkUsed(used_value(1, proof, 1))).await,
        CommitOutcome::Conflict
    );
}

async fn pushed_request_is_stored_once_per_id_and_tenant(store: &Arc<dyn Store>) {
    // Pushes another request under the same id: the first one stays. Looks up other keys too.
    let request = pushed_request(1, 1);
    let push = |request| commit(store, Change::PushRequest(request));
    assert_eq!(push(request.clone()).await, CommitOutcome::Committed);
    let other = PushedRequest { parameters: "client_id=web".to_owned(), ..request.clone() };
    assert_eq!(push(other).await, CommitOutcome::Conflict);
    let id = pushed_request_id(1);
    assert_eq!(store.pushed_request(tenant_id(1), id).await.unwrap(), Some(request));
    assert_eq!(store.pushed_request(tenant_id(2), id).await.unwrap(), None);
    assert_eq!(store.pushed_request(tenant_id(1), pushed_request_id(2)).await.unwrap(), None);
    assert_eq!(push(pushed_request(2, 1)).await, CommitOutcome::Committed);
}

async fn session_is_opened_once_extended_and_ended_once(store: &Arc<dyn Store>) {
    // Opens, extends and ends one session, and repeats each step.
    let (one, id) = (tenant_id(1), session_id(1));
    let extend =
        Change::ExtendSession { tenant: one, session: id, expires_at: at(2_000), persistent: true };
    assert_eq!(commit(store, Change::OpenSession(session(1, 1))).await, CommitOutcome::Committed);
    assert_eq!(store.session(one, id).await.unwrap(), Some(session(1, 1)));
    assert_eq!(commit(store, Change::OpenSession(session(1, 1))).await, CommitOutcome::Conflict);

    assert_eq!(commit(store, extend.clone()).await, CommitOutcome::Committed);
    let mut expected = session(1, 1);
    (expected.expires_at, expected.persistent) = (at(2_000), true);
    assert_eq!(store.session(one, id).await.unwrap(), Some(expected.clone()));

    for seconds in [70, 71] {
        let end = Change::EndSession { tenant: one, session: id, at: at(seconds) };
        assert_eq!(commit(store, end).await, CommitOutcome::Committed);
    }
    assert_eq!(commit(store, extend).await, CommitOutcome::Committed);
    expected.ended_at = Some(at(70));
    assert_eq!(store.session(one, id).await.unwrap(), Some(expected));
    assert_eq!(commit(store, Change::OpenSession(session(1, 1))).await, CommitOutcome::Conflict);
}

async fn active_sessions_of_a_user_are_found_newest_first(store: &Arc<dyn Store>) {
    // Opens sessions of one time each, and of them ends one and lets one expire. Others are of
    // another user or tenant, or have no origin. A session that lasts longer is still one.
    let opened = |number: u8| Session { auth_time: at(number.into()), ..session(1, number) };
    let expired = Session { expires_at: at(9), ..opened(4) };
    let of_other = Session { user: user_id(2), ..opened(5) };
    let unnamed = Session { origin: Some(SessionOrigin::default()), ..opened(7) };
    let earlier = Session { origin: None, ..opened(6) };
    let all = [opened(1), opened(2), opened(3), expired, of_other, earlier, unnamed.clone()];
    for row in all.into_iter().chain([session(2, 8)]) {
        assert_eq!(commit(store, Change::OpenSession(row)).await, CommitOutcome::Committed);
    }
    let (tenant, session) = (tenant_id(1), session_id(2));
    let end = Change::EndSession { tenant, session, at: at(8) };
    let (expires_at, session) = (at(2_000), session_id(1));
    let extend = Change::ExtendSession { tenant, session, expires_at, persistent: true };
    for change in [end, extend] {
        assert_eq!(commit(store, change).await, CommitOutcome::Committed);
    }
    let find = async |seconds, limit| {
        store.sessions_of_user((tenant, user_id(1)), at(seconds), limit).await.unwrap()
    };
    let extended = Session { expires_at, persistent: true, ..opened(1) };
    assert_eq!(find(9, 10).await, [unnamed.clone(), opened(3), extended.clone()]);
    assert_eq!(find(9, 2).await, [unnamed, opened(3)]);
    assert_eq!(find(1_500, 10).await, [extended]);
    assert_eq!(find(2_000, 10).await, []);
}

async fn session_grants_are_found_by_user_and_by_session_in_pages(store: &Arc<dyn Store>) {
    // Adds three grants of one session, one of them twice, one of another session, one of another
    // user and one of another tenant. Reads the session and the user, two grants at a time.
    let of_session =
        |session, number| SessionGrant { session: session_id(session), ..session_grant(1, number) };
    let other_user = SessionGrant { user: user_id(2), ..session_grant(1, 7) };
    let rows = [of_session(2, 3), of_session(2, 1), of_session(2, 9), of_session(5, 2), other_user];
    for row in rows.into_iter().chain([session_grant(2, 8), of_session(2, 3)]) {
        let again = SessionGrant { offline: !row.offline, ..row.clone() };
        assert_eq!(commit(store, Change::AddSessionGrant(row)).await, CommitOutcome::Committed);
        assert_eq!(commit(store, Change::AddSessionGrant(again)).await, CommitOutcome::Committed);
    }
    let find = async |session: Option<u8>, after: Option<&SessionGrant>| {
        let query = SessionGrantQuery {
            tenant: tenant_id(1),
            user: user_id(1),
            session: session.map(session_id),
            after: after.map(SessionGrant::position),
            limit: 2,
        };
        store.session_grants(query).await.unwrap()
    };
    let first = find(Some(2), None).await;
    assert_eq!(first, [of_session(2, 1), of_session(2, 3)]);
    let second = find(Some(2), first.last()).await;
    assert_eq!(second, [of_session(2, 9)]);
    assert_eq!(find(Some(2), second.last()).await, []);
    let first = find(None, None).await;
    assert_eq!(first, [of_session(2, 1), of_session(2, 3)]);
    assert_eq!(find(None, first.last()).await, [of_session(2, 9), of_session(5, 2)]);
    assert_eq!(find(Some(6), None).await, []);
}

async fn failed_sign_ins_conflict_unless_the_count_is_current(store: &Arc<dyn Store>) {
    // Counts from current and stale counts, down to zero as after a long pause, and clears.
    let key = (tenant_id(1), [1; 32]);
    let count = |before, count| Change::CountFailedSignIns {
        before: (before > 0).then(|| failed_sign_ins(1, 1, before)),
        failed_sign_ins: failed_sign_ins(1, 1, count),
    };
    assert_eq!(commit(store, count(1, 2)).await, CommitOutcome::Conflict);
    assert_eq!(store.failed_sign_ins(key.0, key.1).await.unwrap(), None);
    let steps = [
        (0, 1, CommitOutcome::Committed, 1),
        (0, 1, CommitOutcome::Conflict, 1),
        (1, 2, CommitOutcome::Committed, 2),
        (3, 4, CommitOutcome::Conflict, 2),
        (2, 0, CommitOutcome::Committed, 0),
        (0, 1, CommitOutcome::Committed, 1),
    ];
    for (before, after, outcome, stored) in steps {
        assert_eq!(commit(store, count(before, after)).await, outcome, "{before} to {after}");
        assert_eq!(
            store.failed_sign_ins(key.0, key.1).await.unwrap(),
            Some(failed_sign_ins(1, 1, stored))
        );
    }
    let clear = Change::ClearFailedSignIns { tenant: key.0, key: key.1 };
    assert_eq!(commit(store, clear).await, CommitOutcome::Committed);
    assert_eq!(store.failed_sign_ins(key.0, key.1).await.unwrap(), None);
    assert_eq!(commit(store, count(0, 1)).await, CommitOutcome::Committed);
}

async fn failed_sign_ins_conflict_unless_the_last_failure_is_current(store: &Arc<dyn Store>) {
    // Two callers read a count of one that has decayed since, and both count one failure: the count
    // stays one, and the second caller has to count again.
    let earlier = failed_sign_ins(1, 1, 1);
    let count = |before: &FailedSignIns, count, seconds| Change::CountFailedSignIns {
        before: Some(before.clone()),
        failed_sign_ins: FailedSignIns { count, last_failed_at: at(seconds), ..earlier.clone() },
    };
    let first = Change::CountFailedSignIns { before: None, failed_sign_ins: earlier.clone() };
    assert_eq!(commit(store, first).await, CommitOutcome::Committed);
    assert_eq!(commit(store, count(&earlier, 1, 500)).await, CommitOutcome::Committed);
    assert_eq!(commit(store, count(&earlier, 1, 501)).await, CommitOutcome::Conflict);
    let now = store.failed_sign_ins(tenant_id(1), [1; 32]).await.unwrap().unwrap();
    assert_eq!((now.count, now.last_failed_at), (1, at(500)));
    assert_eq!(commit(store, count(&now, 2, 501)).await, CommitOutcome::Committed);
}

async fn conflict_rolls_back_every_change_of_the_decision(store: &Arc<dyn Store>) {
    // Puts a conflicting change at each position of a list whose other changes would be visible.
    let one = tenant_id(1);
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, CommitOutcome::Committed);
    assert_eq!(commit(store, Change::OpenSession(session(1, 1))).await, CommitOutcome::Committed);
    for position in 0..=2 {
        let mut changes = vec![
            revoke(1, 1, 5, RevocationReason::ByClient),
            Change::EndSession { tenant: one, session: session_id(1), at: at(5) },
        ];
        changes.insert(position, Change::OpenSession(session(1, 1)));
        assert_eq!(store.commit(changes).await.unwrap(), CommitOutcome::Conflict);
        assert_eq!(stored(store, 1).await, Some(grant(1, 1)));
        assert_eq!(store.session(one, session_id(1)).await.unwrap(), Some(session(1, 1)));
    }
}

async fn all_changes_of_a_decision_are_committed(store: &Arc<dyn Store>) {
    // Opens a grant, revokes it and revokes another one in one decision, the guarded change last.
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, CommitOutcome::Committed);
    let reason = RevocationReason::RefreshTokenReplayed;
    let changes =
        vec![revoke(1, 1, 5, reason), revoke(1, 2, 6, reason), Change::OpenGrant(grant(1, 2))];
    assert_eq!(store.commit(changes).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(stored(store, 1).await.unwrap().revoked, Some(revocation(5, reason)));
    assert_eq!(stored(store, 2).await.unwrap().revoked, Some(revocation(6, reason)));
}

async fn two_guarded_changes_are_refused_and_nothing_is_written(store: &Arc<dyn Store>) {
    // Commits two guarded changes that would both succeed alone.
    let changes = vec![Change::OpenGrant(grant(1, 1)), Change::OpenSession(session(1, 1))];
    let fault = store.commit(changes).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Internal);
    assert_eq!(stored(store, 1).await, None);
    assert_eq!(store.session(tenant_id(1), session_id(1)).await.unwrap(), None);
}

async fn ledger_keys_of_different_tenants_are_independent(store: &Arc<dyn Store>) {
    // Uses every key in one tenant, then each of them in another.
    let proof = UsedValueKind::DpopProof;
    for number in [1, 2] {
        for change in [
            Change::OpenGrant(grant(number, 1)),
            Change::OpenSession(session(number, 1)),
            Change::MarkUsed(used_value(number, proof, 1)),
            Change::CountFailedSignIns {
                before: None,
                failed_sign_ins: failed_sign_ins(number, 1, 1),
            },
        ] {
            assert_eq!(commit(store, change).await, CommitOutcome::Committed);
        }
    }
    let two = tenant_id(2);
    let reason = RevocationReason::ByClient;
    let of_two = vec![
        revoke(2, 1, 5, reason),
        Change::EndSession { tenant: two, session: session_id(1), at: at(5) },
        Change::ClearFailedSignIns { tenant: two, key: [1; 32] },
        Change::ExtendSession {
            tenant: two,
            session: session_id(1),
            expires_at: at(9),
            persistent: true,
        },
    ];
    assert_eq!(store.commit(of_two).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(stored(store, 1).await, Some(grant(1, 1)));
    let one = tenant_id(1);
    assert_eq!(store.session(one, session_id(1)).await.unwrap(), Some(session(1, 1)));
    assert_eq!(store.failed_sign_ins(one, [1; 32]).await.unwrap(), Some(failed_sign_ins(1, 1, 1)));
    assert_eq!(commit(store, rotate(1, 1, 0)).await, CommitOutcome::Committed);
    assert_eq!(store.grant(two, grant_id(1)).await.unwrap().unwrap().generation, 0);
    assert_eq!(store.grant(tenant_id(3), grant_id(1)).await.unwrap(), None);
}

async fn grants_with_large_or_empty_fields_are_stored_unchanged(store: &Arc<dyn Store>) {
    // Stores a grant that is larger than many pages, and one with empty fields.
    let odd = "'\"\\\n%_🦊 ".repeat(10_000);
    let large = Grant {
        resource: odd.clone(),
        scopes: vec![odd.clone(); 10],
        generation: 4_000_000_000,
        ..grant(1, 1)
    };
    let bare = Grant {
        resource: String::new(),
        scopes: Vec::new(),
        openid_scopes: Vec::new(),
        amr: Vec::new(),
        confirmation: None,
        single_page: false,
        details: GrantDetails::default(),
        ..grant(1, 2)
    };
    for row in [&large, &bare] {
        assert_eq!(commit(store, Change::OpenGrant(row.clone())).await, CommitOutcome::Committed);
    }
    assert_eq!(commit(store, rotate(1, 1, 4_000_000_000)).await, CommitOutcome::Committed);
    let rotated = Grant { generation: 4_000_000_001, rotated_at: at(50), ..large };
    assert_eq!(stored(store, 1).await, Some(rotated));
    assert_eq!(stored(store, 2).await, Some(bare));
}
