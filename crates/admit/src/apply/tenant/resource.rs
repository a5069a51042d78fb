//! The plan for declared resources.

use model::{ClientId, DirectoryChange, Resource, Tenant};

use super::{TenantComparison, reference, revocation};
use crate::apply::plan::{Plan, Row};
use crate::toml_document::{Problem, Spanned};

/// Returns every resource of the tenant after the file is applied.
pub(super) fn merge(
    comparison: &TenantComparison<'_>,
    tenant: &Tenant,
    plan: &Plan<'_>,
) -> Vec<Resource> {
    let mut rows = Vec::new();
    for declared in &comparison.declared.resources {
        let defaults = Resource::new(comparison.id(), &declared.identifier);
        let identifier = &declared.identifier.value;
        let stored = comparison.resources.iter().find(|stored| stored.identifier == *identifier);
        let clients = declared.introspection_clients.clone().map(|names| {
            names.iter().filter_map(|name| find_client(name, comparison, plan)).collect()
        });
        let mut row = declared.merge(stored, &defaults, &clients);
        if declared.token_alg.value().is_none() {
            tenant.signing_alg(&row.token_alg.clone()).clone_into(&mut row.token_alg);
        }
        if plan.prune {
            row.introspection_clients.retain(|client| comparison.client_ids.contains(client));
        }
        row.tokens_not_before =
            revocation::not_before(&declared.revoke_before, row.tokens_not_before, plan);
        rows.push((row.changed_at(stored, plan.now), &declared.identifier));
    }
    let unnamed = comparison.resources.iter().filter(|stored| {
        !plan.prune && rows.iter().all(|(row, _)| row.identifier != stored.identifier)
    });
    let unnamed: Vec<Resource> = unnamed.cloned().collect();
    check_default(&rows, &unnamed, plan);
    rows.into_iter().map(|(row, _)| row).chain(unnamed).collect()
}

/// Adds the changes of the declared rows to the plan.
pub(super) fn put(comparison: &TenantComparison<'_>, rows: &[Resource], plan: &mut Plan<'_>) {
    // The declared rows are the first ones.
    for row in rows.iter().take(comparison.declared.resources.len()) {
        let before = comparison.resources.iter().find(|stored| stored.identifier == row.identifier);
        let name = format!("resource {}", row.identifier);
        let row = Row::new(name, before, row);
        plan.put(row, DirectoryChange::PutResource);
    }
}

/// Returns the declared or stored client with this name or id.
fn find_client(
    name: &Spanned<String>,
    comparison: &TenantComparison<'_>,
    plan: &Plan<'_>,
) -> Option<ClientId> {
    let declared = comparison.declared.clients.iter().zip(&comparison.client_ids);
    let declared = declared.map(|(client, id)| (client.name.as_str(), id));
    let stored = comparison.clients.iter().filter(|_| !plan.prune);
    let stored = stored.map(|client| (client.name.as_str(), &client.id));
    let all: Vec<(&str, &ClientId)> = declared.chain(stored).collect();
    let by_id = all.iter().find(|(_, id)| id.as_str() == name.value);
    let found = by_id.or_else(|| all.iter().find(|(client, _)| *client == name.value));
    if found.is_none() {
        reference::add_unknown("client", name, all.iter().map(|(name, _)| *name), plan);
    }
    found.map(|(_, id)| (*id).clone())
}

/// Adds a problem for each further default resource.
fn check_default(rows: &[(Resource, &Spanned<String>)], unnamed: &[Resource], plan: &Plan<'_>) {
    let mut defaults = rows.iter().filter(|(row, _)| row.default);
    let Some((_, first)) = defaults.next() else { return };
    let message = "a tenant can have only one default resource";
    if let Some(other) = unnamed.iter().find(|other| other.default) {
        let found =
            format!("`{}` is the default; declare it with `default = false`", other.identifier);
        plan.refuse(Problem::new(first.span.clone(), message, found));
    }
    for (_, identifier) in defaults {
        let found = format!("`{}` is the default as well", first.value);
        let problem = Problem::new(identifier.span.clone(), message, found);
        plan.refuse(problem.allowed("declare one of them with `default = false`"));
    }
}
