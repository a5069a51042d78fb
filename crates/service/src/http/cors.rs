//! CORS: which browser origins may read a response (Fetch standard).

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, VARY,
        },
    },
    response::Response,
};
use model::{ClientId, Fault};
use protocol::context::TenantContext;

use crate::http::incoming::IncomingRequest;

const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-ms-request-id, client-request-id, dpop-nonce, www-authenticate, retry-after",
);
const ANY: HeaderValue = HeaderValue::from_static("*");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
const DAY_SECONDS: HeaderValue = HeaderValue::from_static("86400");

/// Lets any origin read a public response.
pub fn allow_any(response: &mut Response) {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
}

/// Lets the origin of the request read the response if the client registered that origin.
///
/// If the client is unknown, an origin of any client of the tenant is enough, so that the developer
/// can read the refusal.
///
/// # Errors
/// A fault of the store.
pub async fn allow_registered(
    response: &mut Response,
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    client: Option<&ClientId>,
) -> Result<(), Fault> {
    response.headers_mut().append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = incoming.parts.headers.get(ORIGIN) else { return Ok(()) };
    let Ok(text) = origin.to_str() else { return Ok(()) };
    let (store, tenant) = (&incoming.service.store, tenant.id());
    let client = match client {
        Some(id) => store.client(tenant, id).await?,
        None => None,
    };
    let is_registered = match client {
        Some(client) => client.has_origin(text),
        None => store.has_origin(tenant, text).await?,
    };
    if is_registered {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    Ok(())
}

/// Responds to a preflight request for a public response.
pub fn preflight_any(incoming: &IncomingRequest) -> Response {
    let mut response = preflight(&incoming.parts.headers);
    allow_any(&mut response);
    response
}

/// Responds to a preflight request. It names no client, so the origins of all clients of the tenant
/// are allowed.
pub async fn preflight_registered(incoming: &IncomingRequest) -> Response {
    let mut response = preflight(&incoming.parts.headers);
    if let Ok(tenant) = incoming.service.tenant_context(&incoming.tenant).await
        && let Err(fault) = allow_registered(&mut response, incoming, &tenant, None).await
    {
        return crate::http::response::error(&incoming.context, &fault.into());
    }
    response
}

fn preflight(headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let allowed = response.headers_mut();
    allowed.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    allowed.insert(ACCESS_CONTROL_MAX_AGE, DAY_SECONDS);
    // Any request header is allowed: access depends on the origin only. Only well-formed names are
    // echoed.
    let names = headers.get(ACCESS_CONTROL_REQUEST_HEADERS).and_then(|value| value.to_str().ok());
    let is_name = |name: &&str| HeaderName::from_bytes(name.as_bytes()).is_ok();
    let names: Vec<&str> =
        names.unwrap_or_default().split(',').map(str::trim).filter(is_name).take(32).collect();
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        allowed.insert(ACCESS_CONTROL_ALLOW_HEADERS, value);
    }
    response
}
