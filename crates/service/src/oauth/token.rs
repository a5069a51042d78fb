//! `/{tenant}/oauth2/v2.0/token` (RFC 6749 §3.2).

use axum::{
    http::{HeaderName, HeaderValue, Method},
    response::Response,
};
use catalogue::refusal;
use protocol::{
    Error, RequestSummary, context::TenantContext, mint::TokenResponse, sender_constraint, token,
};

use crate::{
    http::{
        cors, error_simulation, finish::finish, ignored_parameters, incoming::IncomingRequest,
        response,
    },
    oauth::token_query::basic_challenge,
};

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Handles token requests and the CORS preflights of single-page apps.
pub(crate) async fn token(mut incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let tenant = match incoming.resolve_tenant(&[Method::POST]).await {
        Ok(tenant) => tenant,
        Err(error) => {
            let error = refine_suspension(&mut incoming, error).await;
            return response::error(&incoming.context, &error);
        }
    };
    let mut summary = RequestSummary::default();
    let mut response = match handle(&mut incoming, &tenant, &mut summary).await {
        Ok(tokens) => {
            incoming.context.annotate(|annotations| annotations.success = Some("tokens"));
            response::json(&tokens)
        }
        Err(error) => {
            let mut response = error_simulation::error(&incoming, &error);
            basic_challenge(&mut response, &incoming, &tenant, &error);
            response
        }
    };
    add_dpop_nonce(&mut response, &incoming, &tenant);
    finish(response, &incoming, &tenant, summary).await
}

async fn handle(
    incoming: &mut IncomingRequest,
    tenant: &TenantContext,
    summary: &mut RequestSummary,
) -> Result<TokenResponse, Error> {
    let parameters = incoming.form().await?;
    ignored_parameters::warn(incoming, &parameters, ignored_parameters::TOKEN);
    error_simulation::check(incoming, tenant, &parameters).await?;
    let keys = incoming.service.keys(tenant).await?;
    let head = incoming.head();
    let context = incoming.rule_context(tenant)?;
    token::handle_token_request(
        (&head, &parameters),
        incoming.service.store_of(tenant),
        &keys,
        &context,
        summary,
    )
    .await
}

/// Refuses a code or refresh token of a suspended tenant as an invalid grant: the client must
/// discard it, which `tenant_suspended` does not say.
async fn refine_suspension(incoming: &mut IncomingRequest, error: Error) -> Error {
    let name = match &error {
        Error::Refused(refusal) if refusal.entry().constructor == "tenant_suspended" => {
            refusal.arguments().first().map(|(_, name)| name.clone()).unwrap_or_default()
        }
        _ => {
            incoming.read_and_record_claimed_client().await;
            return error;
        }
    };
    match incoming.form().await {
        Ok(parameters) if parameters.get("code").or(parameters.get("refresh_token")).is_some() => {
            refusal::tenant_suspended_since_grant(name).into()
        }
        _ => error,
    }
}

/// Adds a fresh `DPoP-Nonce` header to the response if the request carried a DPoP proof (RFC 9449
/// §8.2).
pub(super) fn add_dpop_nonce(
    response: &mut Response,
    incoming: &IncomingRequest,
    tenant: &TenantContext,
) {
    if incoming.parts().headers.contains_key("dpop")
        && let Ok(context) = incoming.rule_context(tenant)
        && let Some(nonce) = sender_constraint::fresh_nonce(&context)
        && let Ok(value) = HeaderValue::from_str(&nonce)
    {
        response.headers_mut().insert(DPOP_NONCE, value);
    }
}
