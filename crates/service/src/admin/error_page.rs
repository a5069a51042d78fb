//! Error pages below `/admin`, and the language of the user.

use axum::{
    http::{HeaderValue, header::ACCEPT_LANGUAGE},
    response::Response,
};
use catalogue::Language;
use pages::{Layout, PageKind};
use protocol::{Error, context::TenantContext, parameters::Parameters};

use crate::{
    admin::session::AdminSession,
    http::{finish, incoming::IncomingRequest, response},
};

/// Renders an error page for a user without an administrator session.
pub(super) fn render(incoming: &IncomingRequest, language: Language, error: &Error) -> Response {
    let layout = Layout { tenant: None, languages: response::languages(&incoming.parts) };
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
    let tenant = Some(tenant.row.display_name.in_language(language.tag()).to_owned());
    let layout = Layout { tenant, languages: response::languages(&incoming.parts) };
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

/// Returns the user's language: by the link's `ui_locales`, then by an earlier choice in the
/// session cookie, then by the browser's `Accept-Language`.
pub(super) fn language(incoming: &IncomingRequest, session: Option<&AdminSession>) -> Language {
    let query = Parameters::parse(incoming.parts.uri.query().unwrap_or_default().as_bytes());
    let query = query.unwrap_or_default();
    let chosen = session.and_then(|session| session.language.as_deref());
    let accepted =
        incoming.parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(query.get("ui_locales"), chosen, accepted)
}
