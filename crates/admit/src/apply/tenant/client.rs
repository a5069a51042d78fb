//! The plan for declared clients.

use model::{Client, DirectoryChange, Resource, StoredRow, Tenant};

use super::{TenantComparison, client_rules, credential, reference, revocation};
use crate::apply::declaration::{ClientDeclaration, PermissionDeclaration};
use crate::apply::plan::{Plan, Row};
use crate::error::CommandError;

/// Returns the rows of the declared clients after the file is applied, in their order.
pub(super) fn merge(
    comparison: &TenantComparison<'_>,
    (tenant, resources): (&Tenant, &[Resource]),
    plan: &mut Plan<'_>,
) -> Result<Vec<Client>, CommandError> {
    let mut rows = Vec::new();
    for (declared, id) in comparison.declared.clients.iter().zip(&comparison.client_ids) {
        let stored = comparison.clients.iter().find(|stored| stored.id == *id);
        let defaults = Client::new(comparison.id(), id.clone(), &declared.name);
        let credentials = credential::merge(declared, stored, plan)?;
        let mut row = declared.merge(stored, &defaults, credentials, plan.prune);
        if declared.id_token_alg.value().is_none() {
            tenant.signing_alg(&row.id_token_alg.clone()).clone_into(&mut row.id_token_alg);
        }
        check_permissions(declared, resources, plan);
        client_rules::check(declared, &row, plan);
        row.tokens_not_before =
            revocation::not_before(&declared.revoke_before, row.tokens_not_before, plan);
        rows.push(row.changed_at(stored, plan.now));
    }
    Ok(rows)
}

/// Adds the changes of the rows to the plan.
pub(super) fn put(comparison: &TenantComparison<'_>, rows: &[Client], plan: &mut Plan<'_>) {
    for row in rows {
        let before = comparison.clients.iter().find(|stored| stored.id == row.id);
        let name = format!("client {} ({})", row.name, row.id);
        let read = StoredRow::Client(row.tenant, row.id.clone(), before.cloned());
        plan.changes.read(format!("the client {}", row.name), read);
        if let Some(before) = before {
            add_removals(before, row, plan);
        }
        plan.put(Row::new(name, before, row), DirectoryChange::PutClient);
    }
}

/// Lists the credentials and permissions that the row loses.
fn add_removals(before: &Client, row: &Client, plan: &mut Plan<'_>) {
    let is_kept = |id: &str| row.credentials.iter().any(|kept| credential::id(kept) == id);
    for id in before.credentials.iter().map(credential::id).filter(|id| !is_kept(id)) {
        plan.add_removal(format!("credential `{id}` of client {}", row.name));
    }
    for permission in &before.permissions {
        if row.permission(&permission.resource).is_none() {
            let resource = &permission.resource;
            plan.add_removal(format!("permission of client {} at {resource}", row.name));
        }
    }
}

fn check_permissions(declared: &ClientDeclaration, resources: &[Resource], plan: &Plan<'_>) {
    for permission in declared.permissions.value().into_iter().flatten() {
        let Some(resource) = reference::resource(&permission.resource, resources, plan) else {
            continue;
        };
        let PermissionDeclaration { resource: _, scopes, roles } = &permission.value;
        reference::check_scopes(
            scopes.value().map(Vec::as_slice).unwrap_or_default(),
            resource,
            plan,
        );
        for role in roles.value().into_iter().flatten() {
            reference::check_role(role, resource, plan);
        }
    }
}
