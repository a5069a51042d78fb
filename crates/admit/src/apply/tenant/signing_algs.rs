//! The signature algorithms of clients and resources: the tenant must sign with them.

use model::{Resource, Tenant};

use super::TenantComparison;
use crate::apply::plan::Plan;
use crate::toml_document::Problem;

/// Adds a problem for each client and resource whose algorithm the tenant does not sign with.
/// `resources` has every resource after the file is applied.
pub(super) fn check(
    comparison: &TenantComparison<'_>,
    tenant: &Tenant,
    resources: &[Resource],
    plan: &Plan<'_>,
) {
    let declared = comparison.declared;
    let clients = declared.clients.iter().filter_map(|client| client.id_token_alg.value());
    let apis = declared.resources.iter().filter_map(|resource| resource.token_alg.value());
    for algorithm in clients.chain(apis).filter(|it| !tenant.signs_with(it.as_str())) {
        let message = format!("this tenant does not sign with {}", algorithm.as_str());
        let problem = Problem::new(algorithm.span.clone(), message, signs_with(tenant));
        plan.refuse(problem.allowed("use one of them, or add the algorithm to `signing_algs`"));
    }
    let span = match declared.signing_algs.value().and_then(|algorithms| algorithms.first()) {
        Some(first) => &first.span,
        None => &declared.name.span,
    };
    for user in undeclared_users_of_others(comparison, tenant, (resources, plan.prune)) {
        let problem = Problem::new(span.clone(), user, signs_with(tenant));
        let help = "declare it in this file, so that it gets an algorithm of the tenant";
        plan.refuse(problem.allowed(help));
    }
}

/// Describes each stored client and resource that the file does not declare, that stays, and whose
/// algorithm the tenant does not sign with.
fn undeclared_users_of_others(
    comparison: &TenantComparison<'_>,
    tenant: &Tenant,
    (resources, prune): (&[Resource], bool),
) -> Vec<String> {
    let clients = comparison.clients.iter().filter(|client| {
        !prune
            && !comparison.client_ids.contains(&client.id)
            && !tenant.signs_with(&client.id_token_alg)
    });
    // The declared resources are the first ones.
    let resources = resources.iter().skip(comparison.declared.resources.len());
    let resources = resources.filter(|resource| !tenant.signs_with(&resource.token_alg));
    let clients = clients
        .map(|client| format!("ID tokens of client `{}` use {}", client.name, client.id_token_alg));
    let resources = resources.map(|resource| {
        format!("access tokens of resource `{}` use {}", resource.identifier, resource.token_alg)
    });
    clients.chain(resources).collect()
}

fn signs_with(tenant: &Tenant) -> String {
    format!("the tenant `{}` signs with {}", tenant.name, tenant.signing_algs.join(", "))
}
