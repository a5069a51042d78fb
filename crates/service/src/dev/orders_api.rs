//! `/demo-app/orders`: an API that takes access tokens for `api://orders`, as APIs of others do.
//!
//! It validates the token with the keys of the tenant (RFC 9068 §4) and refuses by RFC 6750 §3.

use std::sync::Arc;

use axum::{
    http::{Method, StatusCode, header::AUTHORIZATION},
    response::Response,
};
use model::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    http_client::HttpClient,
    tenant_endpoints::{issuer, keys},
    token,
};
use crate::{
    http::{cors, incoming::IncomingRequest, response, routes::Routes},
    settings::Settings,
};

/// The path of the API.
pub(super) const PATH: &str = "/demo-app/orders";
const AUDIENCE: &str = "api://orders";
const SCOPE: &str = "orders.read";

/// The API, which gets the keys of the tenant from the service.
pub(crate) struct OrdersApi {
    http: HttpClient,
}

impl OrdersApi {
    /// Creates the API. `routes` are the endpoints of the service.
    pub(crate) fn new(routes: Routes, settings: &Settings) -> Arc<Self> {
        Arc::new(Self { http: HttpClient::new(routes, settings.host()) })
    }
}

/// A refusal of the API: status, `error` and `error_description`.
type ApiRefusal = (StatusCode, &'static str, &'static str);

/// Returns the orders of the user.
pub(crate) async fn orders(api: Arc<OrdersApi>, incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let mut response = match incoming.check_request(&[Method::GET, Method::HEAD]) {
        Ok(()) => match authorize(&api, &incoming).await {
            Ok(claims) => response::json(&json!({
                "orders": [{ "id": 1, "item": "A cup of tea" }],
                "for": claims.get("sub"),
            })),
            Err(refusal) => refuse(refusal),
        },
        Err(refusal) => response::error(&incoming.context, &refusal.into()),
    };
    cors::allow_any(&mut response);
    response
}

async fn authorize(
    api: &OrdersApi,
    incoming: &IncomingRequest,
) -> Result<Map<String, Value>, ApiRefusal> {
    let header = incoming.parts().headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let access_token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or((
        StatusCode::UNAUTHORIZED,
        "invalid_request",
        "The header Authorization has no bearer token.",
    ))?;
    let (keys, issuer) = (keys(&api.http).await, issuer(&api.http).await);
    let claims = token::verify(access_token, &keys).ok_or((
        StatusCode::UNAUTHORIZED,
        "invalid_token",
        "No key of the tenant verifies the signature of the token.",
    ))?;
    check(&claims, issuer.as_deref(), incoming.context.now())?;
    Ok(claims)
}

/// Checks the claims of a token whose signature is valid.
fn check(
    claims: &Map<String, Value>,
    issuer: Option<&str>,
    now: Timestamp,
) -> Result<(), ApiRefusal> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let invalid = |reason| Err((StatusCode::UNAUTHORIZED, "invalid_token", reason));
    if issuer.is_none() || text("iss") != issuer {
        return invalid("The issuer of the token is another one.");
    }
    if text("aud") != Some(AUDIENCE) {
        return invalid("The token is for another API: `aud` is not api://orders.");
    }
    if claims.get("exp").and_then(Value::as_i64).is_none_or(|exp| exp <= now.seconds()) {
        return invalid("The token has expired.");
    }
    let scopes = text("scope").or(text("scp")).unwrap_or_default();
    if !scopes.split(' ').any(|scope| scope == SCOPE || scope.ends_with("/orders.read")) {
        let reason = "The token has not the scope orders.read.";
        return Err((StatusCode::FORBIDDEN, "insufficient_scope", reason));
    }
    Ok(())
}

fn refuse((status, error, description): ApiRefusal) -> Response {
    let mut response = response::json(&json!({ "error": error, "error_description": description }));
    *response.status_mut() = status;
    let challenge = format!("Bearer error=\"{error}\", error_description=\"{description}\"");
    response::add_challenge(&mut response, &challenge);
    response
}
