//! The users whom a changed policy of sign-in concerns: the plan counts them before the change.

use std::collections::HashSet;

use model::{
    Authenticators, Client, IpNetwork, Passkey, SecondFactor, Tenant, Timestamp, User, UserId,
    format_utc,
};
use signin::factor::password::MustReplace;

use super::{TenantComparison, user::PlannedUser};
use crate::apply::plan::Plan;
use crate::error::CommandError;

/// Maximum number of users that are counted. They bound the memory of the command.
const USERS_MAX: u32 = 100_000;
/// The rows that are read at once.
const PAGE_MAX: u32 = 1_000;

/// A change of the option `second_factor` that is in effect.
struct PolicyChange {
    /// The tenant or app at which users are asked.
    place: String,
    before: SecondFactor,
    after: SecondFactor,
    /// Whether the users of before may postpone the set-up for a shorter time than before.
    is_sooner: bool,
    /// Until when users may postpone the set-up.
    postponable_until: Option<Timestamp>,
}

/// The active users of a tenant, and their second factors.
struct CountedUsers {
    users: Vec<User>,
    /// Whether the tenant has more users than are counted.
    is_incomplete: bool,
    /// The users who have a second factor.
    with_second_factor: HashSet<UserId>,
    /// The users whose second factors are passkeys only.
    with_passkeys_only: HashSet<UserId>,
    /// The users who have a passkey that the tenant allows before the change and not after it.
    with_refused_passkey: HashSet<UserId>,
    /// Those of them who have no other second factor after the change.
    without_allowed_factor: HashSet<UserId>,
}

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

/// The effect on users who have expired after the change.
const EXPIRED: &str = "they cannot sign in, and their sessions and refresh tokens are refused";

/// Returns the policies that require a second factor of more users than before.
fn policy_changes(
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
fn shorter_trust(stored: &Tenant, (tenant, clients): (&Tenant, &[Client])) -> Option<i64> {
    let days = |tenant: &Tenant| {
        tenant.second_factor_browser_lifetime.map_or(i64::MAX, |it| it.get() / DAY)
    };
    let is_used = |policy| policy == SecondFactor::OnNewBrowser;
    let policies = clients.iter().map(|client| client.second_factor_in(tenant));
    let is_used = policies.chain([tenant.second_factor]).any(is_used);
    (is_used && days(tenant) < days(stored)).then(|| days(tenant))
}

const DAY: i64 = 24 * 60 * 60;

/// Returns the tenant or apps that may be used from fewer networks than before, with those after.
fn narrowed_networks<'r>(
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

impl CountedUsers {
    /// Reads the users of a tenant, which is given before and after the change.
    async fn read(
        (stored, tenant): (&Tenant, &Tenant),
        plan: &Plan<'_>,
    ) -> Result<Self, CommandError> {
        let mut users = plan.store.users(tenant.id, USERS_MAX + 1).await?;
        let is_incomplete = users.len() > USERS_MAX as usize;
        users.truncate(USERS_MAX as usize);
        users.retain(|user| user.is_active(plan.now));
        let mut counted = Self {
            users,
            is_incomplete,
            with_second_factor: HashSet::new(),
            with_passkeys_only: HashSet::new(),
            with_refused_passkey: HashSet::new(),
            without_allowed_factor: HashSet::new(),
        };
        let mut after = None;
        while counted.with_second_factor.len() <= USERS_MAX as usize {
            let page = plan.store.authenticators_after(tenant.id, after, PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.user);
            for row in page.iter().filter(|row| row.has_second_factor()) {
                counted.add(row, (stored, tenant));
            }
        }
        Ok(counted)
    }

    /// Adds the authenticators of a user.
    fn add(&mut self, row: &Authenticators, (stored, tenant): (&Tenant, &Tenant)) {
        self.with_second_factor.insert(row.user);
        if row.apps.is_empty() {
            self.with_passkeys_only.insert(row.user);
        }
        let is_allowed = |passkey: &&Passkey| passkey.is_of_model(&tenant.passkey_authenticators);
        let mut refused = row.passkeys.iter().filter(|passkey| !is_allowed(passkey));
        if refused.any(|passkey| passkey.is_of_model(&stored.passkey_authenticators)) {
            self.with_refused_passkey.insert(row.user);
            if row.apps.is_empty() && !row.passkeys.iter().any(|passkey| is_allowed(&passkey)) {
                self.without_allowed_factor.insert(row.user);
            }
        }
    }

    /// Returns the line about users who have to set up a second factor. `None` without such users.
    fn without_required_factor(&self, change: &PolicyChange) -> Option<String> {
        let PolicyChange { place, before, after, is_sooner, postponable_until } = change;
        let is_concerned = |user: &&User| {
            after.is_required_of(user)
                && (*is_sooner || !before.is_required_of(user))
                && !self.with_second_factor.contains(&user.id)
        };
        let count = self.users.iter().filter(is_concerned).count();
        let users = number(count, self.is_incomplete)?;
        Some(match postponable_until {
            None => format!(
                "{place}: {users} without a second factor: they set one up at the next sign-in, \
                 and refresh tokens from a password alone are refused"
            ),
            Some(until) => format!(
                "{place}: {users} without a second factor: they can postpone the set-up until \
                 {}; from then on, refresh tokens from a password alone are refused",
                format_utc(*until)
            ),
        })
    }

    /// Returns the line about users who may be in other networks. `None` without users.
    fn elsewhere(&self, place: &str, networks: &[IpNetwork]) -> Option<String> {
        let users = number(self.users.len(), self.is_incomplete)?;
        let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
        Some(format!(
            "{place}: {users}: from elsewhere than {} they cannot sign in, and refresh tokens are \
             refused, also those of apps on servers",
            networks.join(", ")
        ))
    }

    /// Returns the line about users who are asked for a second factor again. `None` without such
    /// users.
    fn in_known_browsers(&self, tenant: &Tenant, days: i64) -> Option<String> {
        let is_concerned = |user: &&User| self.with_second_factor.contains(&user.id);
        let count = self.users.iter().filter(is_concerned).count();
        let users = number(count, self.is_incomplete)?;
        Some(format!(
            "tenant {}: {users} with a second factor: they are asked for it again in a browser, \
             {days} days after they gave it there",
            tenant.name
        ))
    }

    /// Returns the line about users who lose their only second factor. `None` without such users.
    fn without_passkeys(&self, tenant: &Tenant) -> Option<String> {
        let is_concerned = |user: &&User| self.with_passkeys_only.contains(&user.id);
        let count = self.users.iter().filter(is_concerned).count();
        let users = number(count, self.is_incomplete)?;
        Some(format!(
            "tenant {}: {users} whose only second factor is a passkey: they need a recovery code, \
             or `admit user reset-second-factor`",
            tenant.name
        ))
    }

    /// Returns the line about users with a passkey that is refused. `None` without such users.
    fn with_refused_passkeys(&self, tenant: &Tenant) -> Option<String> {
        let count = |of: &HashSet<UserId>| {
            number(
                self.users.iter().filter(|user| of.contains(&user.id)).count(),
                self.is_incomplete,
            )
        };
        let (users, alone) =
            (count(&self.with_refused_passkey)?, count(&self.without_allowed_factor));
        let alone = alone.map_or(String::new(), |alone| {
            format!(
                ", of whom {alone} without another second factor: they need a recovery code, or \
                 `admit user reset-second-factor`"
            )
        });
        let name = &tenant.name;
        Some(format!("tenant {name}: {users} with a passkey that is refused from then on{alone}"))
    }

    /// Returns the line about users whose password expires by the change. `None` without such
    /// users.
    async fn with_expired_password(
        &self,
        (stored, tenant): (&Tenant, &Tenant),
        plan: &Plan<'_>,
    ) -> Result<Option<String>, CommandError> {
        let mut count = 0;
        for user in &self.users {
            let Some(password) = plan.store.password(tenant.id, user.id).await? else { continue };
            let check = |lifetime| MustReplace::check(user, &password, lifetime, plan.now);
            if check(tenant.password_lifetime).is_some()
                && check(stored.password_lifetime).is_none()
            {
                count += 1;
            }
        }
        let name = &tenant.name;
        let line = |users: String| {
            format!(
                "tenant {name}: {users} with an expired password: they replace it at the \
                 next sign-in"
            )
        };
        Ok(number(count, self.is_incomplete).map(line))
    }
}

/// Returns a number of users in words. `None` if there is none.
fn number(count: usize, is_incomplete: bool) -> Option<String> {
    let at_least = if is_incomplete { "at least " } else { "" };
    match count {
        0 => None,
        1 => Some(format!("{at_least}1 user")),
        more => Some(format!("{at_least}{more} users")),
    }
}
