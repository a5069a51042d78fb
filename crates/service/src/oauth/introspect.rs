//! `/{tenant}/oauth2/v2.0/introspect` (RFC 7662).

use axum::response::Response;
use protocol::{
    Error, RequestSummary,
    context::TenantContext,
    introspection::{self, Introspection},
};

use crate::{
    http::{error_simulation, finish, incoming::IncomingRequest, response},
    oauth::token_query::{METHODS, basic_challenge, read_token_query},
};

/// Handles introspection requests of protected resources, and of clients about their own tokens.
/// Never allows CORS.
pub(crate) async fn introspect(mut incoming: IncomingRequest) -> Response {
    let tenant = match incoming.resolve_tenant(&METHODS).await {
        Ok(tenant) => tenant,
        Err(error) => {
            incoming.read_and_record_claimed_client().await;
            return response::error(&incoming.context, &error);
        }
    };
    let mut summary = RequestSummary::default();
    let response = match handle(&mut incoming, &tenant, &mut summary).await {
        Ok(introspection) => response::json(&introspection),
        Err(error) => {
            let mut response = error_simulation::error(&incoming, &error);
            basic_challenge(&mut response, &incoming, &tenant, &error);
            response
        }
    };
    finish::annotate_summary(&incoming, summary);
    response
}

async fn handle(
    incoming: &mut IncomingRequest,
    tenant: &TenantContext,
    summary: &mut RequestSummary,
) -> Result<Introspection, Error> {
    // A gateway in front of a resource server may forward the `Origin` of the page that called it.
    let (query, keys) = read_token_query(incoming, tenant, |_, _| Ok(()), summary).await?;
    let (store, context) = (incoming.service.store_of(tenant), incoming.rule_context(tenant)?);
    let checks = &mut summary.checks;
    let mut result = introspection::introspect(query, store, &keys, &context, checks).await?;
    (summary.grant, summary.user) = (result.grant, result.user);
    summary.no_effect = std::mem::take(&mut result.inactive);
    if !result.active {
        summary.checks.warn("token_inactive", "");
    }
    Ok(result)
}
