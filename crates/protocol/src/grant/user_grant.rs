//! What the grant types that act for a person share: what a grant is worth, and whether the
//! person behind it still stands.

use std::sync::Arc;

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Grant, Revocation, RevocationReason, Timestamp, User};

use crate::{
    decision::{Entitlement, IdTokenFacts, Subject},
    difference, moment,
};

/// What a grant is worth, before the request narrows it.
pub(super) fn entitlement(grant: &Grant, user: Arc<User>) -> Entitlement {
    let roles = user.roles.iter().filter(|assignment| assignment.resource == grant.resource);
    Entitlement {
        roles: roles.map(|assignment| assignment.role.clone()).collect(),
        subject: Subject::User(user),
        resource: grant.resource.clone(),
        scopes: grant.scopes.clone(),
        default_scope: false,
        openid_scopes: grant.openid_scopes.clone(),
        refresh_token: None,
        id_token: Some(sign_in(grant)),
        confirmation: grant.confirmation,
        single_page: grant.single_page,
        grant: Some(grant.id),
        expires_at: Some(grant.expires_at),
    }
}

/// What an ID token says of the sign-in behind a grant.
pub(super) fn sign_in(grant: &Grant) -> IdTokenFacts {
    IdTokenFacts {
        nonce: None,
        auth_time: grant.auth_time,
        amr: grant.amr.clone(),
        session: grant.session.to_string(),
    }
}

/// The person is still there, still allowed, and has not withdrawn earlier sign-ins.
pub(super) fn person(user: Option<Arc<User>>, auth_time: Timestamp) -> Result<Arc<User>, Refusal> {
    let user = user.ok_or_else(|| user_disabled("account_gone"))?;
    if !user.enabled {
        return Err(user_disabled("account_disabled"));
    }
    if auth_time < user.tokens_not_before {
        return Err(before_revocation(auth_time, user.tokens_not_before));
    }
    Ok(user)
}

/// Which of the two it is, is for the operator.
fn user_disabled(kind: &'static str) -> Refusal {
    let fact = Fact::about("user").differing(Difference::of(kind));
    refusal::user_disabled().with(fact.for_operators())
}

/// Given before everything given until then was revoked.
pub(super) fn before_revocation(issued: Timestamp, revoked: Timestamp) -> Refusal {
    let (issued, revoked) = (moment::shown(issued), moment::shown(revoked));
    let fact = Fact::mismatch("auth_time", format!("after {revoked}"), &issued);
    refusal::grant_before_revocation(issued, revoked)
        .with(fact.differing(Difference::of("before_revocation")))
}

/// Why a grant ended early, and how long ago.
pub(crate) fn revocation(name: &'static str, it: Revocation, now: Timestamp) -> Fact {
    let why = match it.reason {
        RevocationReason::RefreshTokenReplayed => "revoked_token_replayed",
        RevocationReason::CodeReplayed => "revoked_code_replayed",
        RevocationReason::ByClient => "revoked_by_client",
        RevocationReason::ByAdministrator => "revoked_by_administrator",
    };
    Fact::about(name)
        .received(format!("revoked {}", moment::shown(it.at)))
        .differing(Difference::of(why).with("ago", difference::span(now - it.at)))
}
