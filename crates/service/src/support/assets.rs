//! `/assets/…`: the style sheet, the mark and the one script.

use axum::{
    body::Body,
    http::{
        HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::Response,
};
use catalogue::refusal;

use crate::{call::Call, render};

/// A file by its content's name, to be kept for ever.
pub(super) async fn asset(call: Call) -> Response {
    if let Err(refusal) = call.expect(&[Method::GET, Method::HEAD]) {
        return render::failure(&call.exchange, &refusal.into());
    }
    let path = call.parts.uri.path();
    let Some(asset) = pages::asset(path) else {
        return render::failure(&call.exchange, &refusal::endpoint_not_found(path).into());
    };
    let mut response = Response::new(Body::from(asset.body));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(asset.cache_control));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
