//! `/{tenant}/oauth2/v2.0/revoke` (RFC 7009).

use axum::{http::Method, response::Response};
use protocol::{Error, RequestSummary, context::TenantContext, origin, revocation};

use crate::{
    http::{cors, error_simulation, finish::finish, incoming::IncomingRequest, response},
    oauth::token_query::{METHODS, basic_challenge, read_token_query},
};

/// Handles revocation requests: revokes the grant of the token.
pub(crate) async fn revoke(mut incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let tenant = match incoming.resolve_tenant(&METHODS).await {
        Ok(tenant) => tenant,
        Err(error) => {
            incoming.read_and_record_claimed_client().await;
            return response::error(&incoming.context, &error);
        }
    };
    let mut summary = RequestSummary::default();
    let response = match handle(&mut incoming, &tenant, &mut summary).await {
        Ok(()) => response::empty(),
        Err(error) => {
            let mut response = error_simulation::error(&incoming, &error);
            basic_challenge(&mut response, &incoming, &tenant, &error);
            response
        }
    };
    finish(response, &incoming, &tenant, summary).await
}

async fn handle(
    incoming: &mut IncomingRequest,
    tenant: &TenantContext,
    summary: &mut RequestSummary,
) -> Result<(), Error> {
    let (query, keys) = read_token_query(incoming, tenant, origin::check, summary).await?;
    let store = incoming.service.store_of(tenant);
    let context = incoming.rule_context(tenant)?;
    let checks = &mut summary.checks;
    let result = revocation::revoke(query, store, &keys, &context, checks).await;
    let result = checks.record("token_client", result)?;
    summary.grant = result.grant;
    if !result.no_effect.is_empty() {
        summary.checks.warn("revocation_without_effect", "");
    }
    summary.no_effect = result.no_effect;
    Ok(())
}
