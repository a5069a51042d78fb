//! Compares declared resources with the store.

use model::{ClientId, DirectoryChange};

use super::{Compared, reference};
use crate::apply::plan::{Plan, Row};
use crate::document::{At, Problem};

/// Adds to the plan what the declared resources need.
pub(super) fn plan(compared: &Compared<'_>, plan: &mut Plan<'_>) {
    for declared in &compared.declared.resources {
        let mut row = declared.row(compared.id);
        let named = declared.introspection_clients.iter();
        row.introspection_clients =
            named.filter_map(|name| client_named(name, compared, plan)).collect();
        if row.default {
            check_default(&declared.identifier, compared, plan);
        }
        let before = compared.resources.iter().find(|known| known.identifier == row.identifier);
        let what = format!("resource {}", row.identifier);
        plan.put(Row { what, before, after: &row, extra: None }, DirectoryChange::PutResource);
    }
}

/// The client of this name or this id, declared or in the store already.
fn client_named(name: &At<String>, compared: &Compared<'_>, plan: &Plan<'_>) -> Option<ClientId> {
    let declared = compared.declared.clients.iter().zip(&compared.client_ids);
    let declared = declared.map(|(client, id)| (client.name.as_str(), id));
    let known = compared.clients.iter().map(|client| (client.name.as_str(), &client.id));
    let all: Vec<(&str, &ClientId)> = declared.chain(known).collect();
    let found = all.iter().find(|(known, id)| *known == name.value || id.as_str() == name.value);
    if found.is_none() {
        reference::refuse("client", name, all.iter().map(|(name, _)| *name), plan);
    }
    found.map(|(_, id)| (*id).clone())
}

/// Refuses a default beside one that the file does not name.
fn check_default(identifier: &At<String>, compared: &Compared<'_>, plan: &Plan<'_>) {
    let declared = |other: &str| {
        compared.declared.resources.iter().any(|resource| resource.identifier.value == other)
    };
    let mut known = compared.resources.iter();
    let Some(other) = known.find(|known| known.default && !declared(&known.identifier)) else {
        return;
    };
    let found = format!("`{}` is the default; declare it with `default = false`", other.identifier);
    let message = "a tenant has one default resource";
    plan.refuse(Problem::new(identifier.span.clone(), message, found));
}
