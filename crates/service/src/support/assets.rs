//! `/assets/…`: the style sheet, the logo and the script.

use axum::{http::Method, response::Response};
use catalogue::refusal;

use crate::http::{
    incoming::IncomingRequest,
    new_response::{self, Content},
    response,
};

/// Serves an asset. Its name contains the digest of its content, so caches never need to
/// revalidate it.
pub(crate) async fn asset(incoming: IncomingRequest) -> Response {
    if let Err(refusal) = incoming.check_request(&[Method::GET, Method::HEAD]) {
        return response::error(&incoming.context, &refusal.into());
    }
    let path = incoming.parts().uri.path();
    let Some(asset) = pages::asset(path) else {
        return response::error(&incoming.context, &refusal::endpoint_not_found(path).into());
    };
    new_response::new(Content::File(asset.content_type), asset.body)
}
