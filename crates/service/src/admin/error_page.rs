//! Error pages below `/admin`.

use axum::{http::HeaderValue, response::Response};
use catalogue::Language;
use pages::{Layout, PageKind};
use protocol::{Error, context::TenantContext};

use crate::http::{finish, incoming::IncomingRequest, page_layout, response};

/// Renders an error page for a user without an administrator session.
pub(super) fn render(incoming: &IncomingRequest, language: Language, error: &Error) -> Response {
    let language_switch = page_layout::language_switch(&incoming.parts);
    let layout = Layout { tenant: None, language_switch };
    respond(incoming, (layout, language), error, "/admin")
}

/// Renders an error page of a tenant. `retry` is the path of the link that tries again.
pub(super) fn render_for_tenant(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    language: Language,
    error: &Error,
    retry: &str,
) -> Response {
    finish::annotate(incoming, tenant, None);
    let language_switch = page_layout::language_switch(&incoming.parts);
    let layout = Layout { language_switch, ..page_layout::of_tenant(&tenant.row, language) };
    respond(incoming, (layout, language), error, retry)
}

fn respond(
    incoming: &IncomingRequest,
    (layout, language): (Layout, Language),
    error: &Error,
    retry: &str,
) -> Response {
    let layout = (layout, Some(retry.to_owned()));
    let mut response = response::error_page_in(&incoming.context, error, language, layout);
    for (name, value) in pages::headers(PageKind::Admin) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
