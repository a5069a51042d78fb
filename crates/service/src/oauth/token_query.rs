//! The request that introspection and revocation share: an authenticated client and a token.

use std::sync::Arc;

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use catalogue::Refusal;
use model::Client;
use protocol::{
    Error, RequestSummary, TokenQuery, client_auth::ClientAuthentication, context::TenantContext,
    keys::TenantKeys,
};

use crate::http::{error_simulation, incoming::IncomingRequest, response};

/// The check of the header `Origin` for a client.
type OriginCheck = fn(Option<&str>, &Client) -> Result<(), Refusal>;

/// Authenticates the client, checks the origin and reads the token. On failure, the summary still
/// names the client and the checks that passed. Returns the keys of the tenant, too.
pub(super) async fn read_token_query(
    incoming: &mut IncomingRequest,
    tenant: &TenantContext,
    check_origin: OriginCheck,
    summary: &mut RequestSummary,
) -> Result<(TokenQuery, Arc<TenantKeys>), Error> {
    let parameters = incoming.form().await?;
    error_simulation::check(incoming, tenant, &parameters).await?;
    let head = incoming.head();
    let store = incoming.service.store_of(tenant);
    let credentials =
        summary.checks.record("client_named", ClientAuthentication::extract(&head, &parameters))?;
    let (client, one_time_values) =
        credentials.authenticate(store, &incoming.rule_context(tenant)?, summary).await?;
    let checks = &mut summary.checks;
    checks.record("origin", check_origin(head.origin, client.client()))?;
    let token = checks.record("token_presented", parameters.require("token"))?.to_owned();
    let keys = incoming.service.keys(tenant).await?;
    Ok((TokenQuery { client, one_time_values, token }, keys))
}

/// Adds a `Basic` challenge to a 401 response, whichever method the client tried: every 401 has a
/// challenge (RFC 6749 §5.2, RFC 9110 §15.5.2). It repeats the refusal, because openid-client shows
/// the challenge to its developer instead of the body.
pub(super) fn basic_challenge(
    response: &mut Response,
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    error: &Error,
) {
    if let Error::Refused(refusal) = error
        && response.status() == StatusCode::UNAUTHORIZED
    {
        let (id, error) = (tenant.id().to_string(), refusal.entry().error);
        let description = incoming.context.refusal_sentence().unwrap_or_default();
        let parts = ["Basic realm=\"", &id, "\", error=\"", error, "\", error_description=\""];
        response::add_challenge(response, &[&parts.concat(), &*description, "\""].concat());
    }
}

/// The HTTP methods of both endpoints.
pub(super) const METHODS: [Method; 1] = [Method::POST];
