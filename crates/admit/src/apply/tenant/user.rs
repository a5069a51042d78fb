//! The plan for declared users.

use std::sync::Arc;

use catalogue::Language;
use model::{
    DirectoryChange, Password, PasswordPreparation, PasswordReset, ProfileAttribute, Resource,
    RoleAssignment, StoredRow, Tenant, Timestamp, User, UsernameFlaw, after_revocation_of_user,
    username_flaw,
};
use signin::factor::password::{HashCost, SubmittedPassword, hash, policy};
use signin::profile::deleted_name;

use super::{TenantComparison, identity, own_values, reference, revocation};
use crate::apply::declaration::{PasswordDeclaration, UserDeclaration};
use crate::apply::generated_secret::GeneratedSecret;
use crate::apply::plan::{Plan, Row};
use crate::error::CommandError;
use crate::random;
use crate::toml_document::Problem;

/// A declared user with their stored row.
pub(super) struct PlannedUser {
    /// The stored row.
    stored: Option<Arc<User>>,
    /// The row after the file is applied.
    pub(super) row: User,
    /// The attributes whose stored value the user has set and the declaration replaces.
    set_by_user: Vec<ProfileAttribute>,
    /// The hash of a new password, and how the password was prepared.
    password: Option<(String, PasswordPreparation)>,
    /// The stored password.
    stored_password: Option<Password>,
}

/// Returns the rows of the declared users after the file is applied, in their order. Those who were
/// deleted are left out, and the plan says so.
pub(super) async fn merge(
    comparison: &TenantComparison<'_>,
    (tenant, resources): (&Tenant, &[Resource]),
    plan: &mut Plan<'_>,
) -> Result<Vec<PlannedUser>, CommandError> {
    let mut users = Vec::new();
    for declared in &comparison.declared.users {
        check_roles(declared, resources, plan);
        users.extend(merge_user(declared, (comparison, tenant), plan).await?);
    }
    Ok(users)
}

async fn merge_user(
    declared: &UserDeclaration,
    (comparison, tenant_row): (&TenantComparison<'_>, &Tenant),
    plan: &mut Plan<'_>,
) -> Result<Option<PlannedUser>, CommandError> {
    let tenant = comparison.id();
    let stored = match comparison.stored {
        Some(_) => plan.store.user_named(tenant, &declared.username).await?,
        None => None,
    };
    let numbered = comparison.stored.as_deref().unwrap_or(&comparison.defaults);
    let id = identity::user(declared, stored.as_deref(), numbered, plan).await?;
    let defaults = User::new(tenant, id, &declared.username);
    let is_deleted = tenant_row.deleted_users.contains(&deleted_name(&defaults));
    if stored.is_none() && is_deleted && !plan.restores_deleted {
        let name = &declared.username.value;
        plan.add_unchanged(format!(
            "user {name}: not added, because the account was deleted; `admit user add` adds it \
             again"
        ));
        return Ok(None);
    }
    let stored_password = match &stored {
        Some(_) => plan.store.password(tenant, id).await?,
        None => None,
    };
    if stored.is_none() {
        check_new_username(declared, plan);
    }
    let rows = (stored.as_deref(), tenant_row);
    let password = password(declared, rows, stored_password.as_ref(), plan)?;
    let revoked = stored.as_ref().map(|stored| stored.tokens_not_before).unwrap_or_default();
    let revoked = revocation::not_before(&declared.revoke_before, revoked, plan);
    let tokens_not_before = match stored.as_ref().filter(|_| password.is_some()) {
        Some(stored) => after_revocation_of_user(plan.now, revoked.max(stored.generation())),
        None => revoked,
    };
    let mut row = declared.merge(stored.as_deref(), &defaults, tokens_not_before, plan.prune);
    row.replaced_password = row.replaced_password.filter(|_| password.is_none());
    if password.is_some() {
        row.must_change_password = declared.must_change_password.value() == Some(&true);
    }
    let set_by_user = match &stored {
        Some(stored) => own_values::keep(&mut row, stored, (declared, tenant_row)),
        None => Vec::new(),
    };
    let row = row.changed_at(stored.as_deref(), plan.now);
    check_password_reset(declared, (tenant_row, &row), plan);
    Ok(Some(PlannedUser { stored, row, set_by_user, password, stored_password }))
}

/// Adds the changes of the users to the plan.
pub(super) fn put(users: Vec<PlannedUser>, plan: &mut Plan<'_>) {
    for user in users {
        user.add_read_rows(plan);
        user.put(plan);
    }
}

impl PlannedUser {
    /// Returns whether the user could sign in before, and has expired after the file is applied.
    pub(super) fn becomes_expired(&self, now: Timestamp) -> bool {
        let was_active = self.stored.as_ref().is_some_and(|stored| stored.is_active(now));
        was_active && self.row.enabled && self.row.expired_at(now).is_some()
    }

    /// Returns the name by which the tenant would know the user if they had been deleted. `None`
    /// for a stored user.
    pub(super) fn added_name(&self) -> Option<u64> {
        self.stored.is_none().then(|| deleted_name(&self.row))
    }

    /// Adds the rows to the plan that the change of the user depends on.
    fn add_read_rows(&self, plan: &mut Plan<'_>) {
        let (tenant, id, name) = (self.row.tenant, self.row.id, &self.row.username);
        let row = StoredRow::User(tenant, id, self.stored.as_deref().cloned());
        plan.changes.read(format!("the user {name}"), row);
        if self.stored.is_none() {
            let row = StoredRow::Username(tenant, name.clone(), None);
            plan.changes.read(format!("the user {name}"), row);
        }
        if self.password.is_some() {
            let row = StoredRow::Password(tenant, id, self.stored_password.clone());
            plan.changes.read(format!("the password of the user {name}"), row);
        }
    }

    fn put(self, plan: &mut Plan<'_>) {
        let Self { stored, row, set_by_user, password, stored_password: _ } = self;
        let extra_change = match (&password, &stored) {
            (Some(_), Some(stored)) if stored.replaced_password.is_some() => {
                Some("~ password = changed, which the user set; ends sessions and revokes grants")
            }
            (Some(_), Some(_)) => Some("~ password = changed; ends sessions and revokes grants"),
            (Some(_), None) => Some("+ password = set"),
            (None, _) => None,
        };
        let (tenant, user) = (row.tenant, row.id);
        let name = format!("user {} ({user})", row.username);
        let before = stored.as_deref();
        for lost in before.into_iter().flat_map(|before| &before.roles) {
            if !row.roles.contains(lost) {
                let RoleAssignment { resource, role } = lost;
                plan.add_removal(format!("role {role} at {resource} of user {}", row.username));
            }
        }
        let after = &row;
        let changed = Row { name, before, after, extra_change, set_by_user };
        plan.put(changed, DirectoryChange::PutUser);
        if let Some((hash, preparation)) = password {
            let password = Password { hash, set_at: plan.now, preparation, rehashed_from: None };
            plan.changes.change(DirectoryChange::PutPassword { tenant, user, password });
        }
    }
}

/// Checks that a user who may reset their password is not excluded by the policy of the tenant.
fn check_password_reset(
    declared: &UserDeclaration,
    (tenant, row): (&Tenant, &User),
    plan: &Plan<'_>,
) {
    let Some(option) = declared.password_reset.value().filter(|option| option.value) else {
        return;
    };
    if tenant.password_reset.excludes(row) {
        let message = "the tenant lets this user not reset their password";
        let found = match tenant.password_reset {
            PasswordReset::MailExceptAdministrators => "the user is an administrator",
            PasswordReset::Mail | PasswordReset::Off => "it has switched resets off",
        };
        let allowed = "leave `password_reset` of the user out, or change that of the tenant";
        plan.refuse(Problem::new(option.span.clone(), message, found).allowed(allowed));
    }
}

/// Checks the characters and the directions of a new user name. Names of earlier releases stay as
/// they are.
fn check_new_username(declared: &UserDeclaration, plan: &Plan<'_>) {
    let Some(flaw) = username_flaw(&declared.username) else { return };
    let message = "this user name is not allowed";
    let (found, allowed) = match flaw {
        UsernameFlaw::Character(character) => (
            format!("it has the character U+{:04X}", u32::from(character)),
            "expected letters, digits, marks and printable ASCII (RFC 8265 §3.3)",
        ),
        UsernameFlaw::Direction(part) => (
            format!("the part `{part}` can be read in two orders"),
            "expected right-to-left and left-to-right letters in separate parts, each beginning \
             with a letter (RFC 5893 §2)",
        ),
    };
    plan.refuse(Problem::new(declared.username.span.clone(), message, found).allowed(allowed));
}

/// Returns the hash to store with its preparation, or `None` if the stored hash belongs to the
/// declared password.
fn password(
    declared: &UserDeclaration,
    rows: (Option<&User>, &Tenant),
    stored: Option<&Password>,
    plan: &mut Plan<'_>,
) -> Result<Option<(String, PasswordPreparation)>, CommandError> {
    let prepared = |hash| Some((hash, PasswordPreparation::Nfc));
    let cost = plan.service.settings.password_cost;
    match &declared.password {
        None => Ok(None),
        Some(PasswordDeclaration::Hash(hash, preparation)) => {
            // A sign-in may have replaced the hash by one of the prepared password.
            let digest = jose::digest::sha256(hash.as_bytes());
            let is_same =
                |stored: &Password| stored.hash == *hash || stored.rehashed_from == Some(digest);
            // The user may have replaced the declared password since.
            let is_replaced = rows.0.is_some_and(|user| user.replaced_password == Some(digest));
            let stays = is_replaced || stored.is_some_and(is_same);
            Ok((!stays).then(|| (hash.clone(), *preparation)))
        }
        Some(PasswordDeclaration::Plain(plain)) => {
            let is_same = stored.is_some_and(|stored| {
                SubmittedPassword::new(&declared.username, plain)
                    .and_then(|submitted| submitted.verify(Some(stored), cost))
                    .is_ok()
            });
            if is_same {
                return Ok(None);
            }
            check_new_password(plain, declared, rows)?;
            hash_password(plain, cost).map(prepared)
        }
        Some(PasswordDeclaration::Generate) if stored.is_some() => Ok(None),
        Some(PasswordDeclaration::Generate) => {
            let owner = format!("password of user {}", declared.username.value);
            let generated = GeneratedSecret::password(owner)?;
            let hash = hash_password(&generated.secret, cost)?;
            plan.generated.push(generated);
            Ok(prepared(hash))
        }
    }
}

/// Checks a new password against the policy of the tenant.
fn check_new_password(
    plain: &str,
    declared: &UserDeclaration,
    (stored, tenant): (Option<&User>, &Tenant),
) -> Result<(), CommandError> {
    let username = declared.username.value.as_str();
    let mut names = vec![username, tenant.name.as_str()];
    names.push(tenant.display_name.as_str());
    names.extend(declared.name.value().map(String::as_str));
    names.extend(declared.email.value().map(String::as_str));
    names.extend(stored.map(|user| user.name.as_str()));
    names.extend(stored.and_then(|user| user.email.as_deref()));
    let checked = policy::check(plain, tenant.password_minimum_length, &names);
    checked.map_err(|refusal| {
        let [description, remedy] =
            [refusal.description(Language::ENGLISH), refusal.remedy(Language::ENGLISH)];
        CommandError::message(format!("the password of user {username}: {description}\n{remedy}"))
    })
}

fn hash_password(plain: &str, cost: HashCost) -> Result<String, CommandError> {
    hash(plain, random::bytes()?, cost)
        .ok_or_else(|| CommandError::message("a password could not be hashed"))
}

fn check_roles(declared: &UserDeclaration, resources: &[Resource], plan: &Plan<'_>) {
    for assigned in declared.roles.value().into_iter().flatten() {
        if let Some(resource) = reference::resource(&assigned.resource, resources, plan) {
            reference::check_role(&assigned.role, resource, plan);
        }
    }
}
