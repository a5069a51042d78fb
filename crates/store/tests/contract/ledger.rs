//! The ledger: every change, its guard, and what stays as it was.

use std::sync::Arc;

use model::{Change, FaultKind, Grant, MarkPurpose, Outcome, RevocationReason, Store};

use crate::rows::{
    at, attempts, grant, grant_id, mark, revocation, session, session_id, tenant_id,
};

crate::on_every_store! {
    an_empty_ledger_holds_nothing
    a_grant_is_opened_once
    a_grant_is_rotated_only_from_the_generation_that_was_seen
    a_grant_is_revoked_once_and_never_rotated_again
    every_reason_for_a_revocation_comes_back
    a_one_time_value_is_used_once_for_each_purpose
    a_session_is_opened_once_extended_and_ended
    attempts_are_counted_only_from_the_number_that_was_seen
    a_conflict_changes_nothing
    the_changes_of_a_decision_are_all_made
    two_guarded_changes_are_refused_and_change_nothing
    nothing_is_shared_between_tenants
    large_and_bare_grants_come_back_as_they_were
}

async fn commit(store: &Arc<dyn Store>, change: Change) -> Outcome {
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

async fn an_empty_ledger_holds_nothing(store: &Arc<dyn Store>) {
    // Asks an empty ledger for one of everything, changes what is not there, and sweeps.
    let (one, id) = (tenant_id(1), session_id(1));
    assert_eq!(stored(store, 1).await, None);
    assert_eq!(store.session(one, id).await.unwrap(), None);
    assert_eq!(store.attempts(one, [1; 32]).await.unwrap(), None);
    assert_eq!(store.commit(Vec::new()).await.unwrap(), Outcome::Done);
    assert_eq!(commit(store, rotate(1, 1, 0)).await, Outcome::Conflict);
    let changes = vec![
        revoke(1, 1, 5, RevocationReason::ByClient),
        Change::ExtendSession { tenant: one, session: id, expires_at: at(9), persistent: true },
        Change::EndSession { tenant: one, session: id, at: at(9) },
        Change::ForgetAttempts { tenant: one, key: [1; 32] },
    ];
    assert_eq!(store.commit(changes).await.unwrap(), Outcome::Done);
    assert_eq!(stored(store, 1).await, None);
    assert_eq!(store.session(one, id).await.unwrap(), None);
    assert_eq!(store.sweep(at(i64::from(u32::MAX)), 100).await.unwrap(), 0);
}

async fn a_grant_is_opened_once(store: &Arc<dyn Store>) {
    // Opens another grant under the same id; the first must still be there.
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, Outcome::Done);
    let other = Grant { resource: "https://other.test".to_owned(), ..grant(1, 1) };
    assert_eq!(commit(store, Change::OpenGrant(other)).await, Outcome::Conflict);
    assert_eq!(stored(store, 1).await, Some(grant(1, 1)));
}

async fn a_grant_is_rotated_only_from_the_generation_that_was_seen(store: &Arc<dyn Store>) {
    // Rotates from the right generation, and from those before and after it.
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, Outcome::Done);
    assert_eq!(commit(store, rotate(1, 1, 1)).await, Outcome::Conflict);
    assert_eq!(commit(store, rotate(1, 1, 0)).await, Outcome::Done);
    assert_eq!(commit(store, rotate(1, 1, 0)).await, Outcome::Conflict);
    let rotated = Grant { generation: 1, rotated_at: at(50), ..grant(1, 1) };
    assert_eq!(stored(store, 1).await, Some(rotated));

    let last = Grant { generation: u32::MAX, ..grant(1, 2) };
    assert_eq!(commit(store, Change::OpenGrant(last.clone())).await, Outcome::Done);
    assert_eq!(commit(store, rotate(1, 2, u32::MAX)).await, Outcome::Conflict);
    assert_eq!(stored(store, 2).await, Some(last));
}

async fn a_grant_is_revoked_once_and_never_rotated_again(store: &Arc<dyn Store>) {
    // Revokes twice for different reasons, then rotates from the stored generation.
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, Outcome::Done);
    let first = revoke(1, 1, 60, RevocationReason::CodeReplayed);
    assert_eq!(commit(store, first).await, Outcome::Done);
    let second = revoke(1, 1, 61, RevocationReason::ByAdministrator);
    assert_eq!(commit(store, second).await, Outcome::Done);
    assert_eq!(commit(store, rotate(1, 1, 0)).await, Outcome::Conflict);
    let revoked = Some(revocation(60, RevocationReason::CodeReplayed));
    assert_eq!(stored(store, 1).await, Some(Grant { revoked, ..grant(1, 1) }));
}

async fn every_reason_for_a_revocation_comes_back(store: &Arc<dyn Store>) {
    // Opens a grant for each reason, half of them revoked from the start.
    let reasons = [
        RevocationReason::CodeReplayed,
        RevocationReason::RefreshTokenReplayed,
        RevocationReason::ByClient,
        RevocationReason::ByAdministrator,
    ];
    for (number, reason) in (1..).zip(reasons) {
        let revoked = Some(revocation(7, reason));
        let born = (number % 2 == 0).then_some(()).and(revoked);
        let open = Change::OpenGrant(Grant { revoked: born, ..grant(1, number) });
        assert_eq!(commit(store, open).await, Outcome::Done);
        assert_eq!(commit(store, revoke(1, number, 7, reason)).await, Outcome::Done);
        assert_eq!(stored(store, number).await.unwrap().revoked, revoked);
    }
}

async fn a_one_time_value_is_used_once_for_each_purpose(store: &Arc<dyn Store>) {
    // Uses a value twice for one purpose, once for the other, and another value.
    let (assertion, proof) = (MarkPurpose::ClientAssertion, MarkPurpose::DpopProof);
    assert!(!store.is_marked(&mark(1, assertion, 1)).await.unwrap());
    assert_eq!(commit(store, Change::MarkUsed(mark(1, assertion, 1))).await, Outcome::Done);
    assert!(store.is_marked(&mark(1, assertion, 1)).await.unwrap());
    for other in [mark(1, proof, 1), mark(1, assertion, 2), mark(2, assertion, 1)] {
        assert!(!store.is_marked(&other).await.unwrap(), "{other:?}");
    }
    assert_eq!(commit(store, Change::MarkUsed(mark(1, assertion, 1))).await, Outcome::Conflict);
    assert_eq!(commit(store, Change::MarkUsed(mark(1, proof, 1))).await, Outcome::Done);
    assert_eq!(commit(store, Change::MarkUsed(mark(1, assertion, 2))).await, Outcome::Done);
    assert_eq!(commit(store, Change::MarkUsed(mark(1, proof, 1))).await, Outcome::Conflict);
}

async fn a_session_is_opened_once_extended_and_ended(store: &Arc<dyn Store>) {
    // Follows one session through its life, with each step repeated.
    let (one, id) = (tenant_id(1), session_id(1));
    let extend =
        Change::ExtendSession { tenant: one, session: id, expires_at: at(2_000), persistent: true };
    assert_eq!(commit(store, Change::OpenSession(session(1, 1))).await, Outcome::Done);
    assert_eq!(store.session(one, id).await.unwrap(), Some(session(1, 1)));
    assert_eq!(commit(store, Change::OpenSession(session(1, 1))).await, Outcome::Conflict);

    assert_eq!(commit(store, extend.clone()).await, Outcome::Done);
    let mut expected = session(1, 1);
    (expected.expires_at, expected.persistent) = (at(2_000), true);
    assert_eq!(store.session(one, id).await.unwrap(), Some(expected.clone()));

    for seconds in [70, 71] {
        let end = Change::EndSession { tenant: one, session: id, at: at(seconds) };
        assert_eq!(commit(store, end).await, Outcome::Done);
    }
    assert_eq!(commit(store, extend).await, Outcome::Done);
    expected.ended_at = Some(at(70));
    assert_eq!(store.session(one, id).await.unwrap(), Some(expected));
    assert_eq!(commit(store, Change::OpenSession(session(1, 1))).await, Outcome::Conflict);
}

async fn attempts_are_counted_only_from_the_number_that_was_seen(store: &Arc<dyn Store>) {
    // Counts from right and wrong numbers, down to zero as after a long pause, and forgets.
    let key = (tenant_id(1), [1; 32]);
    let count = |failed_before, failed| Change::CountAttempts {
        failed_before,
        attempts: attempts(1, 1, failed),
    };
    assert_eq!(commit(store, count(1, 2)).await, Outcome::Conflict);
    assert_eq!(store.attempts(key.0, key.1).await.unwrap(), None);
    let steps = [
        (0, 1, Outcome::Done, 1),
        (0, 1, Outcome::Conflict, 1),
        (1, 2, Outcome::Done, 2),
        (3, 4, Outcome::Conflict, 2),
        (2, 0, Outcome::Done, 0),
        (0, 1, Outcome::Done, 1),
    ];
    for (before, after, outcome, stored) in steps {
        assert_eq!(commit(store, count(before, after)).await, outcome, "{before} to {after}");
        assert_eq!(store.attempts(key.0, key.1).await.unwrap(), Some(attempts(1, 1, stored)));
    }
    let forget = Change::ForgetAttempts { tenant: key.0, key: key.1 };
    assert_eq!(commit(store, forget).await, Outcome::Done);
    assert_eq!(store.attempts(key.0, key.1).await.unwrap(), None);
    assert_eq!(commit(store, count(0, 1)).await, Outcome::Done);
}

async fn a_conflict_changes_nothing(store: &Arc<dyn Store>) {
    // Puts a guard that fails at each place of a list whose other changes would show.
    let one = tenant_id(1);
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, Outcome::Done);
    assert_eq!(commit(store, Change::OpenSession(session(1, 1))).await, Outcome::Done);
    for place in 0..=2 {
        let mut changes = vec![
            revoke(1, 1, 5, RevocationReason::ByClient),
            Change::EndSession { tenant: one, session: session_id(1), at: at(5) },
        ];
        changes.insert(place, Change::OpenSession(session(1, 1)));
        assert_eq!(store.commit(changes).await.unwrap(), Outcome::Conflict);
        assert_eq!(stored(store, 1).await, Some(grant(1, 1)));
        assert_eq!(store.session(one, session_id(1)).await.unwrap(), Some(session(1, 1)));
    }
}

async fn the_changes_of_a_decision_are_all_made(store: &Arc<dyn Store>) {
    // Opens one grant and revokes it and another in one decision, the guarded change last.
    assert_eq!(commit(store, Change::OpenGrant(grant(1, 1))).await, Outcome::Done);
    let reason = RevocationReason::RefreshTokenReplayed;
    let changes =
        vec![revoke(1, 1, 5, reason), revoke(1, 2, 6, reason), Change::OpenGrant(grant(1, 2))];
    assert_eq!(store.commit(changes).await.unwrap(), Outcome::Done);
    assert_eq!(stored(store, 1).await.unwrap().revoked, Some(revocation(5, reason)));
    assert_eq!(stored(store, 2).await.unwrap().revoked, Some(revocation(6, reason)));
}

async fn two_guarded_changes_are_refused_and_change_nothing(store: &Arc<dyn Store>) {
    // Asks for two guarded changes that would both succeed alone.
    let changes = vec![Change::OpenGrant(grant(1, 1)), Change::OpenSession(session(1, 1))];
    let fault = store.commit(changes).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Internal);
    assert_eq!(stored(store, 1).await, None);
    assert_eq!(store.session(tenant_id(1), session_id(1)).await.unwrap(), None);
}

async fn nothing_is_shared_between_tenants(store: &Arc<dyn Store>) {
    // Uses every key in one tenant, then each of them in another.
    let proof = MarkPurpose::DpopProof;
    for number in [1, 2] {
        for change in [
            Change::OpenGrant(grant(number, 1)),
            Change::OpenSession(session(number, 1)),
            Change::MarkUsed(mark(number, proof, 1)),
            Change::CountAttempts { failed_before: 0, attempts: attempts(number, 1, 1) },
        ] {
            assert_eq!(commit(store, change).await, Outcome::Done);
        }
    }
    let two = tenant_id(2);
    let reason = RevocationReason::ByClient;
    let of_two = vec![
        revoke(2, 1, 5, reason),
        Change::EndSession { tenant: two, session: session_id(1), at: at(5) },
        Change::ForgetAttempts { tenant: two, key: [1; 32] },
        Change::ExtendSession {
            tenant: two,
            session: session_id(1),
            expires_at: at(9),
            persistent: true,
        },
    ];
    assert_eq!(store.commit(of_two).await.unwrap(), Outcome::Done);
    assert_eq!(stored(store, 1).await, Some(grant(1, 1)));
    let one = tenant_id(1);
    assert_eq!(store.session(one, session_id(1)).await.unwrap(), Some(session(1, 1)));
    assert_eq!(store.attempts(one, [1; 32]).await.unwrap(), Some(attempts(1, 1, 1)));
    assert_eq!(commit(store, rotate(1, 1, 0)).await, Outcome::Done);
    assert_eq!(store.grant(two, grant_id(1)).await.unwrap().unwrap().generation, 0);
    assert_eq!(store.grant(tenant_id(3), grant_id(1)).await.unwrap(), None);
}

async fn large_and_bare_grants_come_back_as_they_were(store: &Arc<dyn Store>) {
    // Stores a grant larger than many pages, and one with everything empty.
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
        ..grant(1, 2)
    };
    for row in [&large, &bare] {
        assert_eq!(commit(store, Change::OpenGrant(row.clone())).await, Outcome::Done);
    }
    assert_eq!(commit(store, rotate(1, 1, 4_000_000_000)).await, Outcome::Done);
    let rotated = Grant { generation: 4_000_000_001, rotated_at: at(50), ..large };
    assert_eq!(stored(store, 1).await, Some(rotated));
    assert_eq!(stored(store, 2).await, Some(bare));
}
