//! The users of a tenant whom a stricter policy concerns, and the lines of the plan about them.

use std::collections::HashSet;

use model::{Authenticators, IpNetwork, Passkey, Tenant, User, UserId, format_utc};
use signin::factor::password::MustReplace;

use super::stricter_policy::PolicyChange;
use crate::apply::plan::Plan;
use crate::error::CommandError;

/// Maximum number of users that are counted. They bound the memory of the command.
const USERS_MAX: u32 = 100_000;
/// The rows that are read at once.
const PAGE_MAX: u32 = 1_000;

/// The active users of a tenant, and their second factors.
pub(super) struct CountedUsers {
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

impl CountedUsers {
    /// Reads the users of a tenant, which is given before and after the change.
    pub(super) async fn read(
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
    pub(super) fn without_required_factor(&self, change: &PolicyChange) -> Option<String> {
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
    pub(super) fn elsewhere(&self, place: &str, networks: &[IpNetwork]) -> Option<String> {
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
    pub(super) fn in_known_browsers(&self, tenant: &Tenant, days: i64) -> Option<String> {
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
    pub(super) fn without_passkeys(&self, tenant: &Tenant) -> Option<String> {
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
    pub(super) fn with_refused_passkeys(&self, tenant: &Tenant) -> Option<String> {
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
    pub(super) async fn with_expired_password(
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
pub(super) fn number(count: usize, is_incomplete: bool) -> Option<String> {
    let at_least = if is_incomplete { "at least " } else { "" };
    match count {
        0 => None,
        1 => Some(format!("{at_least}1 user")),
        more => Some(format!("{at_least}{more} users")),
    }
}
