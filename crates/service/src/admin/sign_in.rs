//! Sign-in and sign-out of administrators.

use axum::{http::Method, response::Response};
use model::{ChangeEvent, is_tenant_path_segment};
use pages::{AdminSignIn, LanguageSwitch, Layout, PageKind};
use protocol::Error;

use super::{
    access::{AccessDenied, Administrator, PAGES},
    error_page,
    page_context::post,
    start_sign_in::{HOME, return_path, start},
};
use crate::{
    http::{cookies, incoming::IncomingRequest, response},
    logout,
    own_sign_in::{callback::complete_sign_in, session::PageSession},
};

/// The part of a malformed tenant name that the form shows again, in characters.
const TENANT_SHOWN_MAX: usize = 128;

/// `/admin`: shows a form for the tenant name, and redirects to the sign-in of that tenant.
pub(crate) async fn sign_in(incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    match tenant_form_or_redirect(&incoming).await {
        Ok(response) => response,
        Err(error) => error_page::render(&incoming, language, &error),
    }
}

async fn tenant_form_or_redirect(incoming: &IncomingRequest) -> Result<Response, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD])?;
    let query = incoming.query()?;
    let next = return_path(query.get("next").unwrap_or_default());
    let Some(tenant) = query.get("tenant").map(str::trim) else {
        return match Administrator::authenticate(incoming).await? {
            Ok(_) => Ok(response::redirect(&next)?),
            Err(AccessDenied::SignedOut(tenant)) => {
                Ok(form(incoming, tenant.unwrap_or_default(), next, None))
            }
            Err(AccessDenied::NotAdministrator(tenant, _)) => {
                Ok(form(incoming, tenant.row.name.clone(), next, None))
            }
        };
    };
    if query.get("edit").is_some() {
        // The language switch submits the form: the page shows the typed name again.
        let shown = tenant.chars().take(TENANT_SHOWN_MAX).collect();
        return Ok(form(incoming, shown, next, None));
    }
    if !is_tenant_path_segment(tenant) {
        let shown: String = tenant.chars().take(TENANT_SHOWN_MAX).collect();
        return Ok(form(incoming, shown, next, Some(FormMessage::MalformedTenant)));
    }
    // Discovery tells anyone which tenants exist, so the form may tell it too.
    if incoming.service.store_of_named(tenant).await?.is_none() {
        return Ok(form(incoming, tenant.to_owned(), next, Some(FormMessage::UnknownTenant)));
    }
    Ok(start(incoming, tenant, next, query.get("other").is_some())?)
}

/// A message above the form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FormMessage {
    MalformedTenant,
    UnknownTenant,
    SignedOut,
}

fn form(
    incoming: &IncomingRequest,
    tenant: String,
    next: String,
    message: Option<FormMessage>,
) -> Response {
    let page = AdminSignIn {
        layout: Layout {
            language_switch: LanguageSwitch::in_search("/admin?edit=1"),
            tenant: None,
        },
        tenant,
        next,
        malformed: message == Some(FormMessage::MalformedTenant),
        unknown: message == Some(FormMessage::UnknownTenant),
        signed_out: message == Some(FormMessage::SignedOut),
    };
    response::html(page.render(incoming.context.language()), PageKind::Admin)
}

/// `/admin/signed-in`: the redirect URI. Receives the authorization response.
pub(crate) async fn callback(incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    match complete(&incoming).await {
        Ok(response) => response,
        Err(error) => error_page::render(&incoming, language, &error),
    }
}

async fn complete(incoming: &IncomingRequest) -> Result<Response, Error> {
    let (session, response) = complete_sign_in(incoming, PAGES).await?;
    let signed_in = ("administrator_signed_in", &*session.user.to_string(), "1");
    let signed_in = ChangeEvent::new(incoming.context.now(), Some(session.tenant), signed_in);
    incoming.service.recorder.add_security_event(signed_in);
    Ok(response)
}

/// Ends the sign-in session, which also ends it for every app that uses it, and deletes the cookie.
pub(crate) async fn sign_out(incoming: IncomingRequest) -> Response {
    post(incoming, async |admin, _| {
        let tenant = admin.administrator.tenant_context();
        let (service, at) = (&admin.incoming.service, admin.request_context().now());
        if let Some(session) = admin.store().session(admin.administrator.session().session).await? {
            logout::end_session(service, tenant, &session, at).await?;
        }
        let tenant = tenant.row.name.clone();
        let mut response =
            form(admin.incoming, tenant, HOME.to_owned(), Some(FormMessage::SignedOut));
        cookies::append(response.headers_mut(), vec![PageSession::clear(PAGES)?]);
        Ok(response)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_name_with_a_path_separator_is_malformed() {
        // Names pass; texts that would change the path of the redirect do not.
        assert!(is_tenant_path_segment("demo") && is_tenant_path_segment("Acme-1.example_x"));
        for text in ["", ".", "..", ".a", "a/b", "../x", "a?b", "a#b", "a b", "a%2fb", "\u{e9}"] {
            assert!(!is_tenant_path_segment(text), "{text:?}");
        }
        assert!(!is_tenant_path_segment(&"x".repeat(129)));
    }
}
