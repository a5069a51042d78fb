//! Grants of a user, which the authorization code and refresh token grants share.

use std::sync::Arc;

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Client, Grant, Revocation, RevocationReason, SessionId, Timestamp, User, format_utc};

use crate::{
    Strength,
    context::RuleContext,
    decision::{Authentication, Entitlement, Subject},
    difference, inactive_user,
};

/// Returns everything that a grant entitles to. The request may narrow it.
pub(super) fn entitlement(grant: &Grant, user: Arc<User>) -> Entitlement {
    let roles = user.roles.iter().filter(|assignment| assignment.resource == grant.resource);
    Entitlement {
        roles: roles.map(|assignment| assignment.role.clone()).collect(),
        subject: Subject::User(user),
        resource: grant.resource.clone(),
        scopes: grant.scopes.clone(),
        default_scope: false,
        scope_spellings: grant.details.scope_spellings.clone(),
        openid_scopes: grant.openid_scopes.clone(),
        claims: grant.details.claims.as_deref().cloned().unwrap_or_default(),
        refresh_token: None,
        authentication: Some(authentication(grant)),
        confirmation: grant.confirmation,
        single_page: grant.single_page,
        grant: Some(grant.id),
        granted_at: Some(grant.opened_at),
        expires_at: Some(grant.expires_at),
    }
}

/// Returns the authentication of the user from which the grant comes.
pub(super) fn authentication(grant: &Grant) -> Authentication {
    Authentication {
        nonce: None,
        auth_time: grant.auth_time,
        amr: grant.amr.clone(),
        session: grant.session,
    }
}

/// Checks that the user exists, is enabled and not expired, and has not revoked what was given at a
/// time in a session.
pub(crate) fn check_user(
    user: Option<Arc<User>>,
    session: SessionId,
    (auth_time, given_at): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<Arc<User>, Refusal> {
    let user = user.ok_or_else(user_deleted)?;
    inactive_user::check(&user, now)?;
    if !user.accepts_grant(session, auth_time, given_at) {
        return Err(before_revocation(auth_time, user.tokens_not_before));
    }
    Ok(user)
}

/// Checks that the user gave a second factor if the policy requires one of them now. Browsers ask
/// for it at the next sign-in; a grant of before would last for months.
pub(super) fn check_strength(
    grant: &Grant,
    user: &User,
    client: &Client,
    context: &RuleContext<'_>,
) -> Result<(), Refusal> {
    let is_required = client.requires_second_factor(user, &context.tenant.row, context.now);
    if is_required && Strength::of(&grant.amr) < Strength::TwoFactors {
        let difference = Difference::new("second_factor");
        let comparison = Comparison::new("amr").received(grant.amr.join(" "));
        return Err(refusal::second_factor_required().with(comparison.with_difference(difference)));
    }
    Ok(())
}

/// Refuses a deleted user like a disabled one. Only the operator sees which of the two it is.
fn user_deleted() -> Refusal {
    let comparison = Comparison::new("user").with_difference(Difference::new("account_deleted"));
    refusal::user_disabled().with(comparison.operator_only())
}

/// Refuses a code, grant or sign-in that is older than `tokens_not_before` of its tenant or user.
pub(crate) fn before_revocation(issued: Timestamp, revoked: Timestamp) -> Refusal {
    let (issued, revoked) = (format_utc(issued), format_utc(revoked));
    let comparison = Comparison::mismatch("auth_time", format!("after {revoked}"), &issued);
    refusal::issued_before_revocation(issued, revoked)
        .with(comparison.with_difference(Difference::new("before_revocation")))
}

/// Refuses a code or refresh token that was issued, or comes from a sign-in, in the future: it
/// would be newer than every revocation until then.
pub(super) fn check_not_future(
    name: &'static str,
    times: [Timestamp; 2],
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(future) = times.into_iter().find(|time| time.is_future(now)) else { return Ok(()) };
    let (future, now) = (format_utc(future), format_utc(now));
    let comparison = Comparison::mismatch(name, format!("until {now}"), &future)
        .with_difference(Difference::new("of_the_future"));
    Err(refusal::issued_in_the_future(future).with(comparison))
}

/// Describes why a grant was revoked, and how long ago.
pub(crate) fn revocation(name: &'static str, revocation: Revocation, now: Timestamp) -> Comparison {
    let kind = match revocation.reason {
        RevocationReason::RefreshTokenReplayed => "revoked_token_replayed",
        RevocationReason::CodeReplayed => "revoked_code_replayed",
        RevocationReason::ByClient => "revoked_by_client",
        RevocationReason::ByAdministrator => "revoked_by_administrator",
        RevocationReason::SignedOut => "revoked_by_sign_out",
    };
    Comparison::new(name)
        .received(format!("revoked {}", format_utc(revocation.at)))
        .with_difference(Difference::new(kind).with("ago", difference::span(now - revocation.at)))
}
