//! Temporary access passes, in place of the password and of the second factor.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{AccessPass, Fault, FaultKind, TenantStore, Timestamp, User, UserId, format_utc};
use protocol::{Error, difference, inactive_user};
use signin::factor::{
    VerifiedFactor,
    access_pass::{AcceptedPass, AccessPassCode, PassMismatch, PassUse},
};

use crate::{authenticators, sign_in::flow_context::FlowContext, state::Service};

/// Number of times that a pass is checked if other requests change the row meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// A pass whose use is stored.
pub(super) struct UsedPass {
    pub(super) factor: VerifiedFactor,
    /// When the pass expires: the session ends then, too.
    pub(super) expires_at: Timestamp,
    /// Whether the user has a second factor, which they may have lost.
    pub(super) has_second_factor: bool,
}

/// Checks a typed pass and stores its use. `None` if the user has another one or none. An unknown
/// user (`None`) costs the same look-up, so that timing does not allow enumeration.
///
/// # Errors
/// The value is right, and the pass has expired, was used or revoked, or its user is disabled or
/// expired. A
/// sender who does not know the value learns none of that.
pub(super) async fn spend(
    (service, store): (&Service, TenantStore<'_>),
    user: Option<&User>,
    (typed, used): (&AccessPassCode, PassUse),
) -> Result<Option<UsedPass>, Error> {
    let id = user.map_or_else(|| UserId::new(uuid::Uuid::nil()), |user| user.id);
    let revoked_until = user.map(|user| user.tokens_not_before.max(user.sessions_not_before));
    let not_before = used.not_before.max(revoked_until.unwrap_or_default());
    let used = PassUse { not_before, ..used };
    for _ in 0..ATTEMPTS_MAX {
        let Some(stored) = store.authenticators(id).await? else { return Ok(None) };
        let checked = typed.check(&stored, used);
        if let Some(user) = user.filter(|_| checked != Err(PassMismatch::Wrong)) {
            inactive_user::check(user, used.now)?;
        }
        let AcceptedPass { stored: new, factor, expires_at } = match checked {
            Ok(accepted) => accepted,
            Err(PassMismatch::Wrong) => return Ok(None),
            Err(PassMismatch::Expired(pass)) => return Err(expired(&pass, used.now).into()),
            Err(PassMismatch::Used(pass)) => return Err(used_before(&pass).into()),
            Err(PassMismatch::Revoked(pass)) => return Err(revoked(&pass, not_before).into()),
        };
        let has_second_factor = new.has_second_factor();
        let is_stored = new == stored
            || authenticators::replace(service, store, (Some(stored), new), used.now).await?;
        if is_stored {
            return Ok(Some(UsedPass { factor, expires_at, has_second_factor }));
        }
    }
    let cause = "the authenticators changed during every attempt to use an access pass";
    Err(Fault::from_message(FaultKind::Conflict, cause).into())
}

/// Returns the use of a pass in a flow. A pass is revoked with everything of the tenant: by a
/// command, or because the ledger was lost or the directory restored.
pub(super) fn pass_use(flow_context: &FlowContext<'_>) -> PassUse {
    let tenant = flow_context.tenant;
    PassUse {
        flow: flow_context.flow.id().into_bytes(),
        not_before: tenant.row.tokens_not_before.max(tenant.remembered_since),
        now: flow_context.rule_context().now,
    }
}

fn expired(pass: &AccessPass, now: Timestamp) -> Refusal {
    let end = format_utc(pass.expires_at);
    let comparison = Comparison::mismatch("access_pass", format!("before {end}"), format_utc(now));
    let comparison = comparison.with_difference(difference::expired(pass.expires_at, now));
    refusal::access_pass_expired(end).with(comparison)
}

fn used_before(pass: &AccessPass) -> Refusal {
    let at = pass.last_used_at.map(format_utc).unwrap_or_default();
    let comparison = Comparison::mismatch("access_pass", "never used before", format!("used {at}"));
    refusal::access_pass_used(at).with(comparison)
}

fn revoked(pass: &AccessPass, not_before: Timestamp) -> Refusal {
    let (created, revoked) = (format_utc(pass.created_at), format_utc(not_before));
    let comparison = Comparison::mismatch("access_pass", format!("after {revoked}"), created);
    let difference = Difference::new("before_revocation");
    refusal::access_pass_revoked().with(comparison.with_difference(difference))
}
