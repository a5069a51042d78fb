//! The 404 handler.

use axum::{http::StatusCode, response::Response};
use catalogue::refusal;
use pages::{Layout, NotFound, PageKind};

use crate::http::{incoming::IncomingRequest, page_layout, response};

/// Responds to a request for an unknown path: with JSON for paths like those of the endpoints for
/// clients, otherwise with a page.
pub(crate) async fn not_found(incoming: IncomingRequest) -> Response {
    let path = incoming.parts().uri.path();
    if ["/oauth2/", "/oidc/", "/discovery/", "/.well-known/"].iter().any(|it| path.contains(it)) {
        let refusal = refusal::endpoint_not_found(path);
        return response::error(&incoming.context, &refusal.into());
    }
    let language_switch = page_layout::language_switch(incoming.parts());
    let layout = Layout { tenant: None, language_switch };
    let page = NotFound { layout }.render(incoming.context.language());
    let mut response = response::html(page, PageKind::Public);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
