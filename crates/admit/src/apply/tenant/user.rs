//! Compares declared users with the store.

use std::sync::Arc;

use model::{DirectoryChange, Password, RoleAssignment, User, UserId};
use signin::factor::password::{Typed, hash};

use super::{Compared, reference};
use crate::apply::declaration::{PasswordDeclaration, UserDeclaration};
use crate::apply::made::Made;
use crate::apply::plan::{Plan, Row};
use crate::chance;
use crate::failure::Failure;

/// Adds to the plan what the declared users need.
pub(super) async fn plan(
    compared: &Compared<'_>,
    exists: bool,
    plan: &mut Plan<'_>,
) -> Result<(), Failure> {
    for declared in &compared.declared.users {
        let before = if exists {
            plan.store.user_named(compared.id, &declared.username).await?
        } else {
            None
        };
        user(declared, before, compared, plan).await?;
    }
    Ok(())
}

async fn user(
    declared: &UserDeclaration,
    before: Option<Arc<User>>,
    compared: &Compared<'_>,
    plan: &mut Plan<'_>,
) -> Result<(), Failure> {
    let id = match &before {
        Some(before) => before.id,
        None => UserId::new(chance::uuid_at(plan.now)?),
    };
    let stored = match &before {
        Some(_) => plan.store.password(compared.id, id).await?,
        None => None,
    };
    let password = password(declared, stored.as_ref(), plan)?;
    let tokens_not_before = match &before {
        Some(_) if password.is_some() => plan.now,
        Some(before) => before.tokens_not_before,
        None => model::Timestamp::default(),
    };
    let row = User {
        tenant: compared.id,
        id,
        username: declared.username.value.clone(),
        name: declared.name.clone().unwrap_or_else(|| declared.username.value.clone()),
        email: declared.email.clone(),
        email_verified: declared.email_verified,
        enabled: declared.enabled,
        tokens_not_before,
        roles: roles(declared, compared, plan),
        administrator: declared.administrator,
    };
    let extra = match (&password, &before) {
        (Some(_), Some(_)) => Some("~ password = set anew, which ends sessions and grants"),
        (Some(_), None) => Some("+ password = set"),
        (None, _) => None,
    };
    let what = format!("user {} ({id})", row.username);
    let before = before.as_deref();
    plan.put(Row { what, before, after: &row, extra }, DirectoryChange::PutUser);
    if let Some(hash) = password {
        let password = Password { hash, set_at: plan.now };
        plan.changes.push(DirectoryChange::PutPassword { tenant: row.tenant, user: id, password });
    }
    Ok(())
}

/// The hash to store, if the stored one is not of the declared password already.
fn password(
    declared: &UserDeclaration,
    stored: Option<&Password>,
    plan: &mut Plan<'_>,
) -> Result<Option<String>, Failure> {
    match &declared.password {
        None => Ok(None),
        Some(PasswordDeclaration::Hash(hash)) => {
            Ok((stored.map(|stored| &stored.hash) != Some(hash)).then(|| hash.clone()))
        }
        Some(PasswordDeclaration::Plain(plain)) => {
            let same = stored.is_some_and(|stored| {
                Typed::new(&declared.username, plain)
                    .and_then(|typed| typed.check(Some(&stored.hash)))
                    .is_ok()
            });
            if same { Ok(None) } else { hashed(plain).map(Some) }
        }
        Some(PasswordDeclaration::Made) if stored.is_some() => Ok(None),
        Some(PasswordDeclaration::Made) => {
            let owner = format!("password of user {}", declared.username.value);
            let made = Made::password(owner)?;
            let hashed = hashed(&made.secret)?;
            plan.made.push(made);
            Ok(Some(hashed))
        }
    }
}

fn hashed(plain: &str) -> Result<String, Failure> {
    hash(plain, chance::bytes()?).ok_or_else(|| Failure::said("a password could not be hashed"))
}

fn roles(
    declared: &UserDeclaration,
    compared: &Compared<'_>,
    plan: &Plan<'_>,
) -> Vec<RoleAssignment> {
    for assigned in &declared.roles {
        if let Some(resource) = compared.resource(&assigned.resource, plan) {
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
