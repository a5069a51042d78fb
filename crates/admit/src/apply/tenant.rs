//! Compares one declared tenant with the store.

mod client;
mod reference;
mod resource;
mod support;
mod user;

use std::sync::Arc;

use model::{Client, ClientId, DirectoryChange, Resource, Tenant, TenantId};

use super::declaration::TenantDeclaration;
use super::plan::{Plan, Row};
use crate::chance;
use crate::document::Problem;
use crate::failure::Failure;

/// A declared tenant beside what the store have of it.
struct Compared<'d> {
    declared: &'d TenantDeclaration,
    id: TenantId,
    clients: Vec<Client>,
    resources: Vec<Resource>,
    /// The id of each declared client, in their order.
    client_ids: Vec<ClientId>,
}

/// Adds to the plan what one declared tenant needs.
pub(super) async fn plan(declared: &TenantDeclaration, plan: &mut Plan<'_>) -> Result<(), Failure> {
    let Some((before, row)) = tenant(declared, plan).await? else { return Ok(()) };
    let exists = before.is_some();
    let what = format!("tenant {} ({})", row.name, row.id);
    let compared = Row { what, before: before.as_deref(), after: &row, extra: None };
    plan.put(compared, DirectoryChange::PutTenant);
    let clients = if exists { plan.store.clients(row.id).await? } else { Vec::new() };
    let resources = if exists { plan.store.resources(row.id).await?.to_vec() } else { Vec::new() };
    let client_ids = client::ids(declared, &clients, plan)?;
    let compared = Compared { declared, id: row.id, clients, resources, client_ids };
    signing_keys(&compared, exists, plan).await?;
    resource::plan(&compared, plan);
    client::plan(&compared, plan)?;
    user::plan(&compared, exists, plan).await
}

/// The tenant as it is, if it is, and as it shall be.
async fn tenant(
    declared: &TenantDeclaration,
    plan: &mut Plan<'_>,
) -> Result<Option<(Option<Arc<Tenant>>, Tenant)>, Failure> {
    let before = plan.store.tenant(&declared.name).await?;
    if let Some(id) = &declared.id {
        let holder = plan.store.tenant(&id.value.to_string()).await?;
        let message = match (&before, holder) {
            (Some(before), _) if before.id == id.value => None,
            (Some(before), _) => Some(format!("the tenant has the id {} already", before.id)),
            (None, Some(holder)) => Some(format!("the tenant `{}` has this id", holder.name)),
            (None, None) => None,
        };
        if let Some(found) = message {
            plan.refuse(Problem::new(id.span.clone(), "the id of a tenant never changes", found));
            return Ok(None);
        }
    }
    let known = before.as_ref().map(|before| before.id);
    let id = known.or_else(|| declared.id.as_ref().map(|id| id.value));
    let id = match id {
        Some(id) => id,
        None => TenantId::new(chance::uuid_at(plan.now)?),
    };
    let salt = match &before {
        Some(before) => before.pairwise_salt,
        None => chance::bytes()?,
    };
    let not_before = before.as_ref().map(|before| before.tokens_not_before).unwrap_or_default();
    let mut row = declared.row(id, salt, not_before);
    row.support = support::plan(&declared.support, before.as_deref(), &row, plan)?;
    Ok(Some((before, row)))
}

/// Says which signing keys are still to be made.
async fn signing_keys(
    compared: &Compared<'_>,
    exists: bool,
    plan: &mut Plan<'_>,
) -> Result<(), Failure> {
    let rows = if exists { plan.store.signing_keys(compared.id).await? } else { Arc::default() };
    for algorithm in service::keys::ALGORITHMS {
        if rows.iter().all(|row| row.algorithm != algorithm.as_str()) {
            plan.also_makes(format!("signing key {algorithm} of {}", compared.declared.name.value));
        }
    }
    Ok(())
}
