//! Resolution of names that refer to other declarations.

use model::Resource;

use crate::apply::plan::Plan;
use crate::toml_document::{Problem, Spanned, nearest};

/// Returns the resource with this identifier.
pub(super) fn resource<'r>(
    name: &Spanned<String>,
    resources: &'r [Resource],
    plan: &Plan<'_>,
) -> Option<&'r Resource> {
    let found = resources.iter().find(|resource| resource.identifier == name.value);
    if found.is_none() {
        let names = resources.iter().map(|resource| resource.identifier.as_str());
        add_unknown("resource", name, names, plan);
    }
    found
}

/// Adds a problem for each scope that the resource does not have.
pub(super) fn check_scopes(scopes: &[Spanned<String>], resource: &Resource, plan: &Plan<'_>) {
    for scope in scopes.iter().filter(|scope| resource.scope(scope).is_none()) {
        add_unknown("scope", scope, resource.scopes.iter().map(|scope| scope.value.as_str()), plan);
    }
}

/// Adds a problem if the resource does not have the role.
pub(super) fn check_role(role: &Spanned<String>, resource: &Resource, plan: &Plan<'_>) {
    if resource.roles.iter().all(|existing| existing.value != role.value) {
        add_unknown("role", role, resource.roles.iter().map(|role| role.value.as_str()), plan);
    }
}

/// Adds the problem of an unknown name.
pub(super) fn add_unknown<'a>(
    kind: &str,
    name: &Spanned<String>,
    names: impl Iterator<Item = &'a str>,
    plan: &Plan<'_>,
) {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    let all = match names.len() {
        0 => format!("no {kind} exists"),
        _ => format!("existing: {}", names.join(", ")),
    };
    let help = match nearest(name, names.iter().copied()) {
        Some(suggestion) => format!("did you mean `{suggestion}`? {all}"),
        None => all,
    };
    let message = format!("unknown {kind} `{}`", name.value);
    plan.refuse(Problem::new(name.span.clone(), message, "").allowed(help));
}
