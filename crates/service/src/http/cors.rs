//! CORS: which browser origins may read a response (Fetch standard).
//!
//! A response is never readable with credentials: no header allows them. The endpoints that a page
//! may call ignore cookies, so their errors say nothing about the user of the browser.

use axum::{
    http::{
        HeaderName, HeaderValue, StatusCode,
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

use crate::http::{incoming::IncomingRequest, response};

const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-ms-request-id, client-request-id, dpop-nonce, www-authenticate, retry-after",
);
const ANY: HeaderValue = HeaderValue::from_static("*");
const VARY_ORIGIN: HeaderValue = HeaderValue::from_static("Origin");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
const DAY_SECONDS: HeaderValue = HeaderValue::from_static("86400");

/// Lets any origin read a public response.
pub fn allow_any(response: &mut Response) {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
}

/// Lets scripts read the headers that clients need, such as a challenge.
pub fn expose_headers(response: &mut Response) {
    response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Lets the origin of the request read the response if the client registered that origin.
///
/// If the client is unknown or switched off, an origin of any client of the tenant is enough.
///
/// # Errors
/// A fault of the store.
pub async fn allow_registered(
    response: &mut Response,
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    client: Option<&ClientId>,
) -> Result<(), Fault> {
    response.headers_mut().append(VARY, VARY_ORIGIN);
    let Some(origin) = incoming.parts().headers.get(ORIGIN) else { return Ok(()) };
    let Ok(text) = origin.to_str() else { return Ok(()) };
    let store = incoming.service.store_of(tenant);
    let client = match client {
        // One that is switched off is answered as an unknown one.
        Some(id) => store.client(id).await?.filter(|client| client.enabled),
        None => None,
    };
    let is_registered = match client {
        Some(client) => client.has_origin(text),
        None => store.has_origin(text).await?,
    };
    if is_registered {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    Ok(())
}

/// Lets any origin read an error of the endpoints that pages call, whichever step returned it:
/// otherwise the developer of a page that is not registered sees "Failed to fetch" only. Applies to
/// refusals and to faults. A success stays limited to registered origins.
pub(super) fn make_error_readable(response: &mut Response) {
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    if is_error && !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        headers.insert(VARY, VARY_ORIGIN);
    }
}

/// Responds to a preflight request. It names no client, so every origin is allowed to send the
/// request itself, which is refused if its origin is not registered ([`protocol::origin`]).
pub fn preflight(incoming: &IncomingRequest) -> Response {
    let mut response = response::empty();
    *response.status_mut() = StatusCode::NO_CONTENT;
    allow_any(&mut response);
    let allowed = response.headers_mut();
    allowed.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    allowed.insert(ACCESS_CONTROL_MAX_AGE, DAY_SECONDS);
    // Any request header is allowed: access depends on the origin only. Only well-formed names are
    // echoed.
    let names = incoming.parts().headers.get(ACCESS_CONTROL_REQUEST_HEADERS);
    let names = names.and_then(|value| value.to_str().ok());
    let is_name = |name: &&str| HeaderName::from_bytes(name.as_bytes()).is_ok();
    let names: Vec<&str> =
        names.unwrap_or_default().split(',').map(str::trim).filter(is_name).take(32).collect();
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        allowed.insert(ACCESS_CONTROL_ALLOW_HEADERS, value);
    }
    response
}
