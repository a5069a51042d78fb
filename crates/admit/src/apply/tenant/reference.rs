//! Names in one declaration of what another declares.

use model::Resource;

use super::Compared;
use crate::apply::plan::Plan;
use crate::document::{At, Problem, nearest};

impl Compared<'_> {
    /// The resource of this identifier, declared or in the store already.
    pub(super) fn resource(&self, written: &At<String>, plan: &Plan<'_>) -> Option<Resource> {
        let declared = self.declared.resources.iter().map(|resource| resource.row(self.id));
        let all: Vec<Resource> = declared.chain(self.resources.iter().cloned()).collect();
        let found = all.iter().find(|resource| resource.identifier == written.value);
        if found.is_none() {
            let names = all.iter().map(|resource| resource.identifier.as_str());
            refuse("resource", written, names, plan);
        }
        found.cloned()
    }
}

/// Refuses each scope that the resource does not have.
pub(super) fn check_scopes(scopes: &[At<String>], resource: &Resource, plan: &Plan<'_>) {
    for scope in scopes.iter().filter(|scope| resource.scope(scope).is_none()) {
        refuse("scope", scope, resource.scopes.iter().map(|scope| scope.value.as_str()), plan);
    }
}

/// Refuses a role that the resource does not have.
pub(super) fn check_role(role: &At<String>, resource: &Resource, plan: &Plan<'_>) {
    if resource.roles.iter().all(|known| known.value != role.value) {
        refuse("role", role, resource.roles.iter().map(|role| role.value.as_str()), plan);
    }
}

/// Refuses a name that nothing has.
pub(super) fn refuse<'a>(
    kind: &str,
    written: &At<String>,
    names: impl Iterator<Item = &'a str>,
    plan: &Plan<'_>,
) {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    let all = match names.len() {
        0 => format!("there is no {kind} at all"),
        _ => format!("there is: {}", names.join(", ")),
    };
    let help = match nearest(written, names.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? {all}"),
        None => all,
    };
    let message = format!("unknown {kind} `{}`", written.value);
    plan.refuse(Problem::new(written.span.clone(), message, "").allowed(help));
}
