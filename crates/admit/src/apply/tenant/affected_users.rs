//! The users whom a changed policy of sign-in concerns: the plan counts them before the change.

use std::collections::HashSet;

use model::{Authenticators, Client, Passkey, SecondFactor, Tenant, User, UserId};

use signin::factor::password::MustReplace;

use super::TenantComparison;
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
}

/// The enabled users of a tenant, and their second factors.
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
    let changes = policy_changes(comparison, stored, (tenant, clients));
    let loses_passkeys = stored.passkeys && !tenant.passkeys;
    let loses_models = tenant.passkeys
        && !tenant.passkey_authenticators.is_empty()
        && stored.passkey_authenticators != tenant.passkey_authenticators;
    let expires_passwords = match (stored.password_lifetime, tenant.password_lifetime) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(after)) => after < before,
    };
    if changes.is_empty() && !loses_passkeys && !loses_models && !expires_passwords {
        return Ok(());
    }
    let counted = CountedUsers::read((stored, tenant), plan).await?;
    if expires_passwords {
        plan.concerned.extend(counted.with_expired_password((stored, tenant), plan).await?);
    }
    for change in &changes {
        plan.concerned.extend(counted.without_required_factor(change));
    }
    if loses_passkeys {
        plan.concerned.extend(counted.without_passkeys(tenant));
    }
    if loses_models {
        plan.concerned.extend(counted.with_refused_passkeys(tenant));
    }
    Ok(())
}

/// Returns the policies that require a second factor of more users than before.
fn policy_changes(
    comparison: &TenantComparison<'_>,
    stored: &Tenant,
    (tenant, clients): (&Tenant, &[Client]),
) -> Vec<PolicyChange> {
    let mut changes = Vec::new();
    let mut add = |place: String, before: SecondFactor, after: SecondFactor| {
        if after != before && after.may_require() {
            changes.push(PolicyChange { place, before, after });
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

impl CountedUsers {
    /// Reads the users of a tenant, which is given before and after the change.
    async fn read(
        (stored, tenant): (&Tenant, &Tenant),
        plan: &Plan<'_>,
    ) -> Result<Self, CommandError> {
        let mut users = plan.store.users(tenant.id, USERS_MAX + 1).await?;
        let is_incomplete = users.len() > USERS_MAX as usize;
        users.truncate(USERS_MAX as usize);
        users.retain(|user| user.enabled);
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
        let PolicyChange { place, before, after } = change;
        let is_concerned = |user: &&User| {
            after.is_required_of(user)
                && !before.is_required_of(user)
                && !self.with_second_factor.contains(&user.id)
        };
        let users = self.number(self.users.iter().filter(is_concerned).count())?;
        Some(format!(
            "{place}: {users} without a second factor: they set one up at the next sign-in, and \
             refresh tokens from a password alone are refused"
        ))
    }

    /// Returns the line about users who lose their only second factor. `None` without such users.
    fn without_passkeys(&self, tenant: &Tenant) -> Option<String> {
        let is_concerned = |user: &&User| self.with_passkeys_only.contains(&user.id);
        let users = self.number(self.users.iter().filter(is_concerned).count())?;
        Some(format!(
            "tenant {}: {users} whose only second factor is a passkey: they need a recovery code, \
             or `admit user reset-second-factor`",
            tenant.name
        ))
    }

    /// Returns the line about users with a passkey that is refused. `None` without such users.
    fn with_refused_passkeys(&self, tenant: &Tenant) -> Option<String> {
        let count = |of: &HashSet<UserId>| {
            self.number(self.users.iter().filter(|user| of.contains(&user.id)).count())
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
        Ok(self.number(count).map(line))
    }

    /// Returns a number of users in words. `None` if there is none.
    fn number(&self, count: usize) -> Option<String> {
        let at_least = if self.is_incomplete { "at least " } else { "" };
        match count {
            0 => None,
            1 => Some(format!("{at_least}1 user")),
            more => Some(format!("{at_least}{more} users")),
        }
    }
}
