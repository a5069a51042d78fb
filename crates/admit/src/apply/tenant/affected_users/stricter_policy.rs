//! The policies of sign-in that become stricter by a change, of a tenant and its apps.

use model::{Client, IpNetwork, SecondFactor, Tenant, Timestamp};

use super::super::TenantComparison;

const DAY: i64 = 24 * 60 * 60;

/// A change of the option `second_factor` that is in effect.
pub(super) struct PolicyChange {
    /// The tenant or app at which users are asked.
    pub(super) place: String,
    /// The option before.
    pub(super) before: SecondFactor,
    /// The option after the change.
    pub(super) after: SecondFactor,
    /// Whether the users of before may postpone the set-up for a shorter time than before.
    pub(super) is_sooner: bool,
    /// Until when users may postpone the set-up.
    pub(super) postponable_until: Option<Timestamp>,
}

/// Returns the policies that require a second factor of more users than before.
pub(super) fn policy_changes(
    comparison: &TenantComparison<'_>,
    stored: &Tenant,
    (tenant, clients): (&Tenant, &[Client]),
    now: Timestamp,
) -> Vec<PolicyChange> {
    let mut changes = Vec::new();
    let postponable_until = tenant.second_factor_grace(now);
    let until = stored.second_factor_grace(now);
    let is_sooner = until.is_some_and(|until| postponable_until.is_none_or(|new| new < until));
    let mut add = |place: String, before: SecondFactor, after: SecondFactor| {
        if after.may_require() && (after != before || is_sooner) {
            changes.push(PolicyChange { place, before, after, is_sooner, postponable_until });
        }
    };
    add(format!("tenant {}", tenant.name), stored.second_factor, tenant.second_factor);
    for client in clients {
        let before = comparison.clients.iter().find(|before| before.id == client.id);
        let had_policy = before.is_some_and(|before| before.second_factor.is_some());
        if !had_policy && client.second_factor.is_none() {
            // The line of the tenant counts its users.
            continue;
        }
        let before = before.map_or(stored.second_factor, |it| it.second_factor_in(stored));
        add(format!("app {}", client.name), before, client.second_factor_in(tenant));
    }
    changes
}

/// Returns the time in days for which a browser counts as known, if it becomes shorter and a policy
/// depends on it.
pub(super) fn shorter_trust(
    stored: &Tenant,
    (tenant, clients): (&Tenant, &[Client]),
) -> Option<i64> {
    let days = |tenant: &Tenant| {
        tenant.second_factor_browser_lifetime.map_or(i64::MAX, |it| it.get() / DAY)
    };
    let is_used = |policy| policy == SecondFactor::OnNewBrowser;
    let policies = clients.iter().map(|client| client.second_factor_in(tenant));
    let is_used = policies.chain([tenant.second_factor]).any(is_used);
    (is_used && days(tenant) < days(stored)).then(|| days(tenant))
}

/// Returns the tenant or apps that may be used from fewer networks than before, with those after.
pub(super) fn narrowed_networks<'r>(
    comparison: &TenantComparison<'_>,
    stored: &Tenant,
    (tenant, clients): (&'r Tenant, &'r [Client]),
) -> Vec<(String, &'r [IpNetwork])> {
    let mut narrowed = Vec::new();
    if is_narrowed(&stored.allowed_networks, &tenant.allowed_networks) {
        narrowed.push((format!("tenant {}", tenant.name), &*tenant.allowed_networks));
    }
    for client in clients {
        let before = comparison.clients.iter().find(|before| before.id == client.id);
        let had_networks = before.is_some_and(|before| !before.allowed_networks.is_empty());
        if !had_networks && client.allowed_networks.is_empty() {
            // The line of the tenant counts its users.
            continue;
        }
        let before = before.map_or(&*stored.allowed_networks, |it| it.allowed_networks_in(stored));
        let after = client.allowed_networks_in(tenant);
        if is_narrowed(before, after) {
            narrowed.push((format!("app {}", client.name), after));
        }
    }
    narrowed
}

/// Returns whether a network is left out from which users could sign in before.
fn is_narrowed(before: &[IpNetwork], after: &[IpNetwork]) -> bool {
    let is_covered = |network: &IpNetwork| after.iter().any(|allowed| allowed.covers(network));
    !after.is_empty() && (before.is_empty() || !before.iter().all(is_covered))
}
