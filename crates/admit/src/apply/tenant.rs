//! The plan for one declared tenant.

mod client;
mod reference;
mod resource;
mod support;
mod user;

use std::sync::Arc;

use model::{Client, ClientId, DirectoryChange, Resource, Tenant, TenantId};

use super::declaration::TenantDeclaration;
use super::plan::{Plan, Row};
use crate::error::CommandError;
use crate::random;
use crate::toml_document::Problem;

/// A declared tenant with its stored rows.
struct TenantComparison<'d> {
    declared: &'d TenantDeclaration,
    id: TenantId,
    clients: Vec<Client>,
    resources: Vec<Resource>,
    /// The id of each declared client, in their order.
    client_ids: Vec<ClientId>,
}

/// Adds the changes of a declared tenant to the plan.
pub(super) async fn plan(
    declared: &TenantDeclaration,
    plan: &mut Plan<'_>,
) -> Result<(), CommandError> {
    let Some((before, row)) = tenant_row(declared, plan).await? else { return Ok(()) };
    let exists = before.is_some();
    let name = format!("tenant {} ({})", row.name, row.id);
    let tenant = Row { name, before: before.as_deref(), after: &row, extra_change: None };
    plan.put(tenant, DirectoryChange::PutTenant);
    let clients = if exists { plan.store.clients(row.id).await? } else { Vec::new() };
    let resources = if exists { plan.store.resources(row.id).await?.to_vec() } else { Vec::new() };
    let client_ids = client::client_ids(declared, &clients, plan)?;
    let comparison = TenantComparison { declared, id: row.id, clients, resources, client_ids };
    add_signing_keys(&comparison, exists, plan).await?;
    resource::plan(&comparison, plan);
    client::plan(&comparison, plan)?;
    user::plan(&comparison, exists, plan).await
}

/// Returns the stored tenant, if there is one, and the declared one.
async fn tenant_row(
    declared: &TenantDeclaration,
    plan: &mut Plan<'_>,
) -> Result<Option<(Option<Arc<Tenant>>, Tenant)>, CommandError> {
    let before = plan.store.tenant(&declared.name).await?;
    if let Some(id) = &declared.id {
        let holder = plan.store.tenant(&id.value.to_string()).await?;
        let conflict = match (&before, holder) {
            (Some(before), _) if before.id == id.value => None,
            (Some(before), _) => Some(format!("the tenant has the id {}", before.id)),
            (None, Some(holder)) => Some(format!("the tenant `{}` has this id", holder.name)),
            (None, None) => None,
        };
        if let Some(found) = conflict {
            plan.refuse(Problem::new(
                id.span.clone(),
                "the id of a tenant cannot be changed",
                found,
            ));
            return Ok(None);
        }
    }
    let stored_id = before.as_ref().map(|before| before.id);
    let id = stored_id.or_else(|| declared.id.as_ref().map(|id| id.value));
    let id = match id {
        Some(id) => id,
        None => TenantId::new(random::uuid_at(plan.now)?),
    };
    let salt = match &before {
        Some(before) => before.pairwise_salt,
        None => random::bytes()?,
    };
    let not_before = before.as_ref().map(|before| before.tokens_not_before).unwrap_or_default();
    let mut row = declared.row(id, salt, not_before);
    row.support = support::plan(&declared.support, before.as_deref(), &row, plan)?;
    Ok(Some((before, row)))
}

/// Adds the signing keys that will be created to the plan.
async fn add_signing_keys(
    comparison: &TenantComparison<'_>,
    exists: bool,
    plan: &mut Plan<'_>,
) -> Result<(), CommandError> {
    let rows = if exists { plan.store.signing_keys(comparison.id).await? } else { Arc::default() };
    for algorithm in service::key_rotation::ALGORITHMS {
        if rows.iter().all(|row| row.algorithm != algorithm.as_str()) {
            plan.add_created(format!(
                "signing key {algorithm} of {}",
                comparison.declared.name.value
            ));
        }
    }
    Ok(())
}
