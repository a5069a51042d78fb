//! Which browser origins may read an answer (Fetch standard, CORS protocol).

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
use protocol::context::Realm;

use crate::call::Call;

const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-ms-request-id, client-request-id, dpop-nonce, www-authenticate, retry-after",
);
const ANY: HeaderValue = HeaderValue::from_static("*");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
const DAY_SECONDS: HeaderValue = HeaderValue::from_static("86400");

/// Lets any origin read an answer that holds nothing of anybody's.
pub fn allow_any(response: &mut Response) {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
}

/// Lets the caller's origin read the answer if the client registered it; where the client is not
/// known, if any client of the tenant did, so that its developer can read the refusal.
///
/// # Errors
/// A fault of the store.
pub async fn allow_registered(
    response: &mut Response,
    call: &Call,
    realm: &Realm,
    client: Option<&ClientId>,
) -> Result<(), Fault> {
    response.headers_mut().append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = call.parts.headers.get(ORIGIN) else { return Ok(()) };
    let Ok(text) = origin.to_str() else { return Ok(()) };
    let (store, tenant) = (&call.service.store, realm.tenant.id);
    let client = match client {
        Some(id) => store.client(tenant, id).await?,
        None => None,
    };
    let registered = match client {
        Some(client) => client.has_origin(text),
        None => store.has_origin(tenant, text).await?,
    };
    if registered {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    Ok(())
}

/// Answers a preflight for an answer that any origin may read.
pub fn preflight_any(call: &Call) -> Response {
    let mut response = preflight(&call.parts.headers);
    allow_any(&mut response);
    response
}

/// Answers a preflight, which names no client: for the origins of all the tenant's clients.
pub async fn preflight_registered(call: &Call) -> Response {
    let mut response = preflight(&call.parts.headers);
    if let Ok(realm) = call.service.realm(&call.tenant).await
        && let Err(fault) = allow_registered(&mut response, call, &realm, None).await
    {
        return crate::render::failure(&call.exchange, &fault.into());
    }
    response
}

fn preflight(asked: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, DAY_SECONDS);
    // Every header is harmless here: what counts is the origin. Only names are echoed.
    let names = asked.get(ACCESS_CONTROL_REQUEST_HEADERS).and_then(|value| value.to_str().ok());
    let is_name = |name: &&str| HeaderName::from_bytes(name.as_bytes()).is_ok();
    let names: Vec<&str> =
        names.unwrap_or_default().split(',').map(str::trim).filter(is_name).take(32).collect();
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, value);
    }
    response
}
