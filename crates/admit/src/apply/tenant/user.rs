//! The plan for declared users.

use std::sync::Arc;

use model::{DirectoryChange, Password, RoleAssignment, Timestamp, User, UserId};
use signin::factor::password::{SubmittedPassword, hash};

use super::{TenantComparison, reference};
use crate::apply::declaration::{PasswordDeclaration, UserDeclaration};
use crate::apply::generated_secret::GeneratedSecret;
use crate::apply::plan::{Plan, Row};
use crate::error::CommandError;
use crate::random;

/// Adds the changes of the declared users to the plan.
pub(super) async fn plan(
    comparison: &TenantComparison<'_>,
    exists: bool,
    plan: &mut Plan<'_>,
) -> Result<(), CommandError> {
    for declared in &comparison.declared.users {
        let before = if exists {
            plan.store.user_named(comparison.id, &declared.username).await?
        } else {
            None
        };
        plan_user(declared, before, comparison, plan).await?;
    }
    Ok(())
}

async fn plan_user(
    declared: &UserDeclaration,
    before: Option<Arc<User>>,
    comparison: &TenantComparison<'_>,
    plan: &mut Plan<'_>,
) -> Result<(), CommandError> {
    let id = match &before {
        Some(before) => before.id,
        None => UserId::new(random::uuid_at(plan.now)?),
    };
    let stored = match &before {
        Some(_) => plan.store.password(comparison.id, id).await?,
        None => None,
    };
    let password = password(declared, stored.as_ref(), plan)?;
    let tokens_not_before = match &before {
        Some(_) if password.is_some() => plan.now,
        Some(before) => before.tokens_not_before,
        None => Timestamp::default(),
    };
    let row = User {
        profile: declared.profile.row(before.as_deref().map(|before| &before.profile)),
        updated_at: None,
        tenant: comparison.id,
        id,
        username: declared.username.value.clone(),
        name: declared.name.clone().unwrap_or_else(|| declared.username.value.clone()),
        email: declared.email.clone(),
        email_verified: declared.email_verified,
        enabled: declared.enabled,
        disabled_at: disabled_at(declared, before.as_deref(), plan.now),
        tokens_not_before,
        roles: roles(declared, comparison, plan),
        administrator: declared.administrator,
    };
    let row = User { updated_at: updated_at(&row, before.as_deref(), plan.now), ..row };
    let extra_change = match (&password, &before) {
        (Some(_), Some(_)) => Some("~ password = changed; ends sessions and revokes grants"),
        (Some(_), None) => Some("+ password = set"),
        (None, _) => None,
    };
    let name = format!("user {} ({id})", row.username);
    let before = before.as_deref();
    plan.put(Row { name, before, after: &row, extra_change }, DirectoryChange::PutUser);
    if let Some(hash) = password {
        let password = Password { hash, set_at: plan.now };
        plan.changes.push(DirectoryChange::PutPassword { tenant: row.tenant, user: id, password });
    }
    Ok(())
}

/// Returns the time of the last change: now, if a claim of the user changes.
fn updated_at(row: &User, before: Option<&User>, now: Timestamp) -> Option<Timestamp> {
    let Some(before) = before else { return Some(now) };
    let claims = |user: &User| {
        let User { username, name, email, email_verified, profile, .. } = user.clone();
        (username, name, email, email_verified, profile)
    };
    if claims(row) == claims(before) { before.updated_at } else { Some(now) }
}

/// Returns when the user was disabled: now, if the declaration disables an enabled user.
fn disabled_at(
    declared: &UserDeclaration,
    before: Option<&User>,
    now: Timestamp,
) -> Option<Timestamp> {
    if declared.enabled {
        return None;
    }
    before.filter(|before| !before.enabled).map_or(Some(now), |before| before.disabled_at)
}

/// Returns the hash to store, or `None` if the stored hash belongs to the declared password.
fn password(
    declared: &UserDeclaration,
    stored: Option<&Password>,
    plan: &mut Plan<'_>,
) -> Result<Option<String>, CommandError> {
    match &declared.password {
        None => Ok(None),
        Some(PasswordDeclaration::Hash(hash)) => {
            Ok((stored.map(|stored| &stored.hash) != Some(hash)).then(|| hash.clone()))
        }
        Some(PasswordDeclaration::Plain(plain)) => {
            let is_same = stored.is_some_and(|stored| {
                SubmittedPassword::new(&declared.username, plain)
                    .and_then(|submitted| submitted.verify(Some(&stored.hash)))
                    .is_ok()
            });
            if is_same { Ok(None) } else { hash_password(plain).map(Some) }
        }
        Some(PasswordDeclaration::Generate) if stored.is_some() => Ok(None),
        Some(PasswordDeclaration::Generate) => {
            let owner = format!("password of user {}", declared.username.value);
            let generated = GeneratedSecret::password(owner)?;
            let hash = hash_password(&generated.secret)?;
            plan.generated.push(generated);
            Ok(Some(hash))
        }
    }
}

fn hash_password(plain: &str) -> Result<String, CommandError> {
    hash(plain, random::bytes()?)
        .ok_or_else(|| CommandError::message("a password could not be hashed"))
}

fn roles(
    declared: &UserDeclaration,
    comparison: &TenantComparison<'_>,
    plan: &Plan<'_>,
) -> Vec<RoleAssignment> {
    for assigned in &declared.roles {
        if let Some(resource) = comparison.resource(&assigned.resource, plan) {
            reference::check_role(&assigned.role, &resource, plan);
        }
    }
    declared
        .roles
        .iter()
        .map(|assigned| RoleAssignment {
            resource: assigned.resource.value.clone(),
            role: assigned.role.value.clone(),
        })
        .collect()
}
