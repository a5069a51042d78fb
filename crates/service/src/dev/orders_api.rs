//! `/demo-app/orders`: an API that takes access tokens for `api://orders`, as APIs of others do.
//!
//! It validates the token with the keys of the tenant (RFC 9068 §4) and refuses by RFC 6750 §3. Its
//! large orders need a sign-in with two factors (RFC 9470).

use std::sync::Arc;

use axum::{
    http::{Method, StatusCode, header::AUTHORIZATION},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
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
/// The path of the orders that need a stronger sign-in.
pub(super) const LARGE_PATH: &str = "/demo-app/orders/large";
const AUDIENCE: &str = "api://orders";
const SCOPE: &str = "orders.read";
/// The values of `acr` of a sign-in with two factors.
const TWO_FACTORS: [&str; 2] = ["mfa", "phr"];
/// The authentication context of large orders, which `admit dev` declares.
const LARGE_ORDERS: &str = "c1";
/// The capability of a client that handles claims challenges (`xms_cc`).
const CLAIMS_CHALLENGES: &str = "cp1";

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
    respond(api, incoming, |claims| {
        response::json(&json!({
            "orders": [{ "id": 1, "item": "A cup of tea", "amount": 3 }],
            "for": claims.get("sub"),
        }))
    })
    .await
}

/// Returns the large orders of the user, who must have signed in with two factors.
pub(crate) async fn large_orders(api: Arc<OrdersApi>, incoming: IncomingRequest) -> Response {
    respond(api, incoming, |claims| {
        if !has_two_factors(claims) {
            return challenge(claims);
        }
        response::json(&json!({
            "orders": [{ "id": 2, "item": "A tea garden", "amount": 90_000 }],
            "for": claims.get("sub"),
        }))
    })
    .await
}

async fn respond(
    api: Arc<OrdersApi>,
    incoming: IncomingRequest,
    answer: impl FnOnce(&Map<String, Value>) -> Response,
) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let mut response = match incoming.check_request(&[Method::GET, Method::HEAD]) {
        Ok(()) => match authorize(&api, &incoming).await {
            Ok(claims) => answer(&claims),
            Err(refusal) => refuse(refusal),
        },
        Err(refusal) => response::error(&incoming.context, &refusal.into()),
    };
    cors::allow_any(&mut response);
    cors::expose_headers(&mut response);
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

/// Returns whether the user signed in with two factors: by `acr` (RFC 9470 §6.1), or by the
/// authentication context of the Microsoft identity platform.
fn has_two_factors(claims: &Map<String, Value>) -> bool {
    let acr = claims.get("acr").and_then(Value::as_str).unwrap_or_default();
    TWO_FACTORS.contains(&acr) || has_value(claims, "acrs", LARGE_ORDERS)
}

fn has_value(claims: &Map<String, Value>, name: &str, value: &str) -> bool {
    let values = claims.get(name).and_then(Value::as_array);
    values.is_some_and(|values| values.iter().any(|it| it == value))
}

/// Requires two factors: by a claims challenge of a client that handles it, otherwise by RFC 9470
/// §3.
fn challenge(claims: &Map<String, Value>) -> Response {
    let description = "Large orders need a sign-in with two factors.";
    if !has_value(claims, "xms_cc", CLAIMS_CHALLENGES) {
        let refusal = (StatusCode::UNAUTHORIZED, "insufficient_user_authentication", description);
        return refuse_with(refusal, "acr_values=\"mfa\"");
    }
    let required = json!({ "essential": true, "value": LARGE_ORDERS });
    let required = json!({ "access_token": { "acrs": required } }).to_string();
    let required = STANDARD.encode(required);
    let refusal = (StatusCode::UNAUTHORIZED, "insufficient_claims", description);
    refuse_with(refusal, &format!("claims=\"{required}\""))
}

fn refuse(refusal: ApiRefusal) -> Response {
    refuse_with(refusal, "")
}

/// Refuses with a further parameter of the challenge; empty for none.
fn refuse_with((status, error, description): ApiRefusal, parameter: &str) -> Response {
    let mut response = response::json(&json!({ "error": error, "error_description": description }));
    *response.status_mut() = status;
    let separator = if parameter.is_empty() { "" } else { ", " };
    let challenge = format!(
        "Bearer error=\"{error}\", error_description=\"{description}\"{separator}{parameter}"
    );
    response::add_challenge(&mut response, &challenge);
    response
}
