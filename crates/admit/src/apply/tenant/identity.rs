//! The ids of declared rows: declared, of the stored row with the same name, or new.
//!
//! A new id is derived from the root key, the tenant and the name. A dry run and the change after
//! it therefore give the same id, and it cannot be predicted without the root key.

use std::sync::Arc;

use model::{Client, ClientId, IssuerForm, Tenant, TenantId, User, UserId, username_key};
use uuid::Uuid;

use crate::apply::declaration::{ClientDeclaration, TenantDeclaration, UserDeclaration};
use crate::apply::plan::Plan;
use crate::error::CommandError;
use crate::random;
use crate::toml_document::{Problem, Spanned};

/// The number of derived ids that are tried. One is in use if its row was renamed.
const ATTEMPTS: u32 = 100;

/// Returns the stored tenant, if there is one, and the row of a new tenant with this name and id.
/// Returns `None` if the declared id is refused.
pub(super) async fn tenant(
    declared: &TenantDeclaration,
    plan: &Plan<'_>,
) -> Result<Option<(Option<Arc<Tenant>>, Tenant)>, CommandError> {
    let stored = plan.store.tenant(&declared.name).await?;
    if let Some(id) = &declared.id {
        let holder = plan.store.tenant(&id.value.to_string()).await?;
        let conflict = match (&stored, holder) {
            (Some(stored), _) if stored.id == id.value => None,
            (Some(stored), _) => Some(format!("the tenant has the id {}", stored.id)),
            (None, Some(holder)) => Some(format!("the tenant `{}` has this id", holder.name)),
            (None, None) => None,
        };
        if let Some(found) = conflict {
            refuse_id("tenant", id, found, plan);
            return Ok(None);
        }
    }
    let id = match (&stored, &declared.id) {
        (Some(stored), _) => stored.id,
        (None, Some(id)) => id.value,
        (None, None) => new_tenant_id(&declared.name, plan).await?,
    };
    let salt = match (&stored, &declared.pairwise_salt) {
        (Some(stored), Some(salt)) if salt.value != stored.pairwise_salt => {
            let message = "the salt of a tenant cannot be changed";
            let found = "every pairwise `sub` would change";
            plan.refuse(Problem::new(salt.span.clone(), message, found));
            stored.pairwise_salt
        }
        (Some(stored), _) => stored.pairwise_salt,
        (None, Some(salt)) => salt.value,
        (None, None) => random::bytes()?,
    };
    let defaults = Tenant::new(id, &declared.name, salt);
    Ok(Some((stored, defaults)))
}

/// Refuses another form of the issuer than that of the stored tenant.
pub(super) fn check_issuer(
    declared: &TenantDeclaration,
    stored: Option<&Tenant>,
    tenant: &Tenant,
    plan: &Plan<'_>,
) {
    let Some(stored) = stored.filter(|stored| stored.issuer != tenant.issuer) else { return };
    let (form, own) = match stored.issuer {
        IssuerForm::Id => ("id", stored.id.to_string()),
        IssuerForm::Name => ("name", stored.name.clone()),
    };
    let span = declared.issuer.value().map_or(&declared.name.span, |issuer| &issuer.span);
    let found = format!("the issuer of this tenant ends in `/{own}/v2.0`, and every token has it");
    let message = "the issuer of a tenant cannot be changed";
    let problem = Problem::new(span.clone(), message, found);
    plan.refuse(problem.allowed(format!("write `issuer = \"{form}\"`, or leave it out")));
}

/// Returns the ids of the declared clients, in their order.
pub(super) fn clients(
    declared: &TenantDeclaration,
    tenant: &Tenant,
    stored: &[Client],
    plan: &Plan<'_>,
) -> Result<Vec<ClientId>, CommandError> {
    declared.clients.iter().map(|client| client_id(client, tenant, stored, plan)).collect()
}

/// Returns the id of a declared user.
pub(super) async fn user(
    declared: &UserDeclaration,
    stored: Option<&User>,
    tenant: &Tenant,
    plan: &Plan<'_>,
) -> Result<UserId, CommandError> {
    if let Some(id) = &declared.id {
        let holder = plan.store.user(tenant.id, id.value).await?;
        let conflict = match (stored, holder) {
            (Some(stored), _) if stored.id == id.value => None,
            (Some(stored), _) => Some(format!("the user has the id {}", stored.id)),
            (None, Some(holder)) => Some(format!("the user `{}` has this id", holder.username)),
            (None, None) => None,
        };
        if let Some(found) = conflict {
            refuse_id("user", id, found, plan);
        }
        return Ok(id.value);
    }
    if let Some(stored) = stored {
        return Ok(stored.id);
    }
    for attempt in 0..ATTEMPTS {
        let name = username_key(&declared.username);
        let id = UserId::new(derive(("user", &name), tenant, attempt, plan)?);
        if plan.store.user(tenant.id, id).await?.is_none() {
            return Ok(id);
        }
    }
    Err(no_id())
}

fn refuse_id<T>(kind: &str, id: &Spanned<T>, found: String, plan: &Plan<'_>) {
    let message = format!("the id of a {kind} cannot be changed");
    plan.refuse(Problem::new(id.span.clone(), message, found));
}

async fn new_tenant_id(name: &str, plan: &Plan<'_>) -> Result<TenantId, CommandError> {
    for attempt in 0..ATTEMPTS {
        let parts = ["tenant", name, &attempt.to_string()];
        let id = TenantId::new(plan.service.derived_uuid(&parts)?);
        if plan.store.tenant(&id.to_string()).await?.is_none() {
            return Ok(id);
        }
    }
    Err(no_id())
}

fn client_id(
    declared: &ClientDeclaration,
    tenant: &Tenant,
    stored: &[Client],
    plan: &Plan<'_>,
) -> Result<ClientId, CommandError> {
    if let Some(id) = &declared.client_id {
        return Ok(id.value.clone());
    }
    let mut namesakes = stored.iter().filter(|client| client.name == declared.name.value);
    match (namesakes.next(), namesakes.next()) {
        (Some(client), None) => return Ok(client.id.clone()),
        (Some(client), Some(_)) => {
            let message = "several clients have this name";
            let problem = Problem::new(declared.name.span.clone(), message, "");
            plan.refuse(problem.allowed("add `client_id` to identify one"));
            return Ok(client.id.clone());
        }
        (None, _) => {}
    }
    for attempt in 0..ATTEMPTS {
        let id = derive(("client", &declared.name), tenant, attempt, plan)?.to_string();
        if stored.iter().all(|client| client.id.as_str() != id) {
            return ClientId::try_from(id).map_err(CommandError::message);
        }
    }
    Err(no_id())
}

/// Derives the id of a new row. The number of removals is part of it, so that the id of a removed
/// row, to which tokens and consents may still refer, is not given again.
fn derive(
    (kind, name): (&str, &str),
    tenant: &Tenant,
    attempt: u32,
    plan: &Plan<'_>,
) -> Result<Uuid, CommandError> {
    let parts =
        [kind, &tenant.id.to_string(), &tenant.removals.to_string(), name, &attempt.to_string()];
    Ok(plan.service.derived_uuid(&parts)?)
}

fn no_id() -> CommandError {
    CommandError::message("no id could be derived for a new row")
}
