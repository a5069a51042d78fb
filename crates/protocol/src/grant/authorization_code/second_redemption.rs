//! The second redemption of a code.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Change, Grant, Revocation, RevocationReason, Seconds, format_utc};

use super::{expired, user_grant};
use crate::{
    context::RuleContext, decision::Decision, difference, pkce, sealed_token::AuthorizationCode,
};

/// The time after the expiry of a code in which a second redemption still revokes the grant: the
/// first one may have waited for a slow network.
const MARGIN: Seconds = Seconds::minutes(1);

/// Refuses the redemption. If it shows that the code was stolen, revokes the grant of the first one
/// (RFC 9700 §4.5).
pub(super) fn decide(
    grant: &Grant,
    (code, verifier): (&AuthorizationCode, Option<&str>),
    context: &RuleContext<'_>,
) -> Decision {
    if !shows_theft(code, verifier, context) {
        return expired(code, context).into();
    }
    let refusal = already_redeemed(grant, context);
    // One replay revokes the grant. Further ones must not make the ledger write.
    if grant.revoked.is_some() {
        return refusal.into();
    }
    let revocation = Revocation { at: context.now, reason: RevocationReason::CodeReplayed };
    let change = Change::RevokeGrant { tenant: grant.tenant, grant: grant.id, revocation };
    Decision::refuse_with_change(change, refusal)
}

/// Returns whether the redemption shows that the code was stolen: a thief could have redeemed it,
/// or the request has the verifier. Codes of long ago are in logs and browser histories; who finds
/// one must not end the grant with it.
fn shows_theft(
    code: &AuthorizationCode,
    verifier: Option<&str>,
    context: &RuleContext<'_>,
) -> bool {
    let proof = verifier.zip(code.code_challenge.as_deref());
    let has_verifier =
        proof.is_some_and(|(verifier, challenge)| pkce::matches(verifier, challenge));
    has_verifier || context.now < code.expires_at + MARGIN
}

fn already_redeemed(grant: &Grant, context: &RuleContext<'_>) -> Refusal {
    let age = context.now - grant.opened_at;
    let comparison = Comparison::new("code")
        .received(format!("redeemed {}", format_utc(grant.opened_at)))
        .with_difference(Difference::new("redeemed").with("ago", difference::span(age)));
    let refusal = refusal::code_already_redeemed(age).with(comparison);
    match grant.revoked {
        Some(revocation) => refusal.with(user_grant::revocation("grant", revocation, context.now)),
        None => refusal,
    }
}
