//! Error pages below `/admin`.

use axum::{http::HeaderValue, response::Response};
use catalogue::Language;
use model::Tenant;
use pages::PageKind;
use protocol::{Error, context::TenantContext};

use crate::http::{finish, incoming::IncomingRequest, response};

/// Renders an error page for a user without an administrator session.
pub(super) fn render(incoming: &IncomingRequest, language: Language, error: &Error) -> Response {
    respond(incoming, (None, language), error, "/admin")
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
    respond(incoming, (Some(&tenant.row), language), error, retry)
}

fn respond(
    incoming: &IncomingRequest,
    (tenant, language): (Option<&Tenant>, Language),
    error: &Error,
    retry: &str,
) -> Response {
    let layout = (tenant, Some(retry.to_owned()));
    let mut response = response::error_page_in(&incoming.context, error, language, layout);
    for (name, value) in pages::headers(PageKind::Admin) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
