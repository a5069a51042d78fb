//! `/assets/…`: the style sheet, the logo and the script.

use axum::{
    body::Body,
    http::{
        HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::Response,
};
use catalogue::refusal;

use crate::http::{incoming::IncomingRequest, response};

/// Serves an asset. Its name contains the digest of its content, so caches never need to
/// revalidate it.
pub(crate) async fn asset(incoming: IncomingRequest) -> Response {
    if let Err(refusal) = incoming.check_request(&[Method::GET, Method::HEAD]) {
        return response::error(&incoming.context, &refusal.into());
    }
    let path = incoming.parts.uri.path();
    let Some(asset) = pages::asset(path) else {
        return response::error(&incoming.context, &refusal::endpoint_not_found(path).into());
    };
    let mut response = Response::new(Body::from(asset.body));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(asset.cache_control));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
