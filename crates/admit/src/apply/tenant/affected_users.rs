//! The users whom a changed policy of sign-in concerns: the plan counts them before the change.

mod counted_users;
mod stricter_policy;

use model::{Client, Tenant};

use super::{TenantComparison, user::PlannedUser};
use crate::apply::plan::Plan;
use crate::error::CommandError;
use counted_users::{CountedUsers, number};
use stricter_policy::{narrowed_networks, policy_changes, shorter_trust};

/// The effect on users who have expired after the change.
const EXPIRED: &str = "they cannot sign in, and their sessions and refresh tokens are refused";

/// Adds the numbers of users to the plan whom the changed policies concern. Reads users only if a
/// policy becomes stricter.
pub(super) async fn add(
    comparison: &TenantComparison<'_>,
    (tenant, clients): (&Tenant, &[Client]),
    plan: &mut Plan<'_>,
) -> Result<(), CommandError> {
    let Some(stored) = comparison.stored.as_deref() else { return Ok(()) };
    let changes = policy_changes(comparison, stored, (tenant, clients), plan.now);
    let narrowed = narrowed_networks(comparison, stored, (tenant, clients));
    let loses_passkeys = stored.passkeys && !tenant.passkeys;
    let trust = shorter_trust(stored, (tenant, clients));
    let loses_models = tenant.passkeys
        && !tenant.passkey_authenticators.is_empty()
        && stored.passkey_authenticators != tenant.passkey_authenticators;
    let expires_passwords = match (stored.password_lifetime, tenant.password_lifetime) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(after)) => after < before,
    };
    let concerns_factors = !changes.is_empty() || loses_passkeys || loses_models;
    if !concerns_factors && !expires_passwords && narrowed.is_empty() && trust.is_none() {
        return Ok(());
    }
    let counted = CountedUsers::read((stored, tenant), plan).await?;
    if expires_passwords {
        plan.concerned.extend(counted.with_expired_password((stored, tenant), plan).await?);
    }
    for change in &changes {
        plan.concerned.extend(counted.without_required_factor(change));
    }
    for (place, networks) in &narrowed {
        plan.concerned.extend(counted.elsewhere(place, networks));
    }
    plan.concerned.extend(trust.and_then(|days| counted.in_known_browsers(tenant, days)));
    if loses_passkeys {
        plan.concerned.extend(counted.without_passkeys(tenant));
    }
    if loses_models {
        plan.concerned.extend(counted.with_refused_passkeys(tenant));
    }
    Ok(())
}

/// Adds the number of declared users to the plan who have expired after the change.
pub(super) fn add_expired(tenant: &Tenant, users: &[PlannedUser], plan: &mut Plan<'_>) {
    let count = users.iter().filter(|user| user.becomes_expired(plan.now)).count();
    let Some(users) = number(count, false) else { return };
    let name = &tenant.name;
    plan.concerned.push(format!("tenant {name}: {users} whose `expires` has passed: {EXPIRED}"));
}
