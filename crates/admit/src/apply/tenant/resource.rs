//! The plan for declared resources.

use model::{ClientId, DirectoryChange};

use super::{TenantComparison, reference};
use crate::apply::plan::{Plan, Row};
use crate::toml_document::{Problem, Spanned};

/// Adds the changes of the declared resources to the plan.
pub(super) fn plan(comparison: &TenantComparison<'_>, plan: &mut Plan<'_>) {
    for declared in &comparison.declared.resources {
        let mut row = declared.row(comparison.id);
        let clients = declared.introspection_clients.iter();
        row.introspection_clients =
            clients.filter_map(|name| find_client(name, comparison, plan)).collect();
        if row.default {
            check_default(&declared.identifier, comparison, plan);
        }
        let before = comparison.resources.iter().find(|stored| stored.identifier == row.identifier);
        let name = format!("resource {}", row.identifier);
        plan.put(
            Row { name, before, after: &row, extra_change: None },
            DirectoryChange::PutResource,
        );
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
    let stored = comparison.clients.iter().map(|client| (client.name.as_str(), &client.id));
    let all: Vec<(&str, &ClientId)> = declared.chain(stored).collect();
    let found = all.iter().find(|(client, id)| *client == name.value || id.as_str() == name.value);
    if found.is_none() {
        reference::add_unknown("client", name, all.iter().map(|(name, _)| *name), plan);
    }
    found.map(|(_, id)| (*id).clone())
}

/// Adds a problem if a stored resource that the file does not declare is the default.
fn check_default(identifier: &Spanned<String>, comparison: &TenantComparison<'_>, plan: &Plan<'_>) {
    let is_declared = |other: &str| {
        comparison.declared.resources.iter().any(|resource| resource.identifier.value == other)
    };
    let mut stored = comparison.resources.iter();
    let Some(other) = stored.find(|stored| stored.default && !is_declared(&stored.identifier))
    else {
        return;
    };
    let found = format!("`{}` is the default; declare it with `default = false`", other.identifier);
    let message = "a tenant can have only one default resource";
    plan.refuse(Problem::new(identifier.span.clone(), message, found));
}
