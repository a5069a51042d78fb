//! Sign-in and sign-out of administrators, with the authorization code flow of the tenant
//! (RFC 6749 §4.1, RFC 7636, RFC 9207). The code is redeemed in process, without HTTP.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use jose::digest;
use model::{ChangeEvent, Fault, FaultKind, is_tenant_path_segment};
use pages::{AdminSignIn, LanguageSwitch, Layout, PageKind};
use protocol::{
    Error, RequestSummary, context::TenantContext, parameters::Parameters,
    request_head::RequestHead, sealed_token::AuthorizationCode, token,
};

use super::{
    access::{AccessDenied, Administrator},
    error_page,
    page_context::post,
    session::{AdminSession, PendingSignIn},
    start_sign_in::{HOME, encode_query, return_path, start_sign_in},
};
use crate::{
    http::{
        cookies::{self, RequestCookies},
        finish,
        incoming::IncomingRequest,
        response,
    },
    logout,
    tenants::admin_client,
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
    Ok(start_sign_in(incoming, tenant, next, query.get("other").is_some())?)
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
    let pending = PendingSignIn::from_cookies(
        &incoming.service,
        &RequestCookies::parse(&incoming.parts().headers),
        incoming.context.now(),
    );
    match complete_sign_in(&incoming, pending).await {
        Ok(response) => response,
        Err(error) => error_page::render(&incoming, language, &error),
    }
}

async fn complete_sign_in(
    incoming: &IncomingRequest,
    pending: Option<PendingSignIn>,
) -> Result<Response, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD])?;
    let query = incoming.query()?;
    let state = query.get("state").unwrap_or_default();
    let has_state = |pending: &PendingSignIn| {
        digest::constant_time_eq(pending.state.as_bytes(), state.as_bytes())
    };
    let pending = pending.filter(has_state).ok_or_else(refusal::admin_sign_in_not_found)?;
    let tenant = incoming.service.tenant_context(&pending.tenant).await?;
    finish::annotate(incoming, &tenant, None);
    if query.get("iss") != Some(tenant.endpoints.issuer.as_str()) {
        return Err(refusal::admin_sign_in_not_found().into());
    }
    let Some(code) = query.get("code") else {
        return Err(callback_error(&query).into());
    };
    let session = redeem(incoming, &tenant, code, &pending).await?;
    let signed_in = ("administrator_signed_in", &*session.user.to_string(), "1");
    let signed_in = ChangeEvent::new(incoming.context.now(), Some(tenant.id()), signed_in);
    incoming.service.recorder.add_security_event(signed_in);
    let mut response = response::redirect(&pending.next)?;
    let cookies =
        vec![session.cookie(&incoming.service, incoming.context.now())?, PendingSignIn::clear()?];
    cookies::append(response.headers_mut(), cookies);
    Ok(response)
}

/// Redeems the code as a client does: it is consumed, so it cannot be used twice. The tokens are
/// dropped; user and session come from the sealed code.
async fn redeem(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    code: &str,
    pending: &PendingSignIn,
) -> Result<AdminSession, Error> {
    let redirect_uri = admin_client::redirect_uri(&incoming.service.settings.origin);
    let parameters = [
        ("grant_type", "authorization_code"),
        ("client_id", admin_client::CLIENT_ID),
        ("client_secret", incoming.service.admin_client_secret()?),
        ("code", code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", &pending.code_verifier),
    ];
    let form = Parameters::parse(encode_query(&parameters).as_bytes())?;
    let head = RequestHead {
        method: "POST",
        url: tenant.endpoints.token.clone(),
        content_type: Some("application/x-www-form-urlencoded"),
        ..RequestHead::default()
    };
    let (keys, context) = (incoming.service.keys(tenant).await?, incoming.rule_context(tenant)?);
    let (store, mut summary) = (incoming.service.store_of(tenant), RequestSummary::default());
    token::handle_token_request((&head, &form), store, &keys, &context, &mut summary).await?;
    let code = AuthorizationCode::open(code, tenant);
    let cause = "a redeemed code cannot be opened";
    let code = code.map_err(|_| Fault::from_message(FaultKind::Internal, cause))?;
    incoming.context.annotate(|annotations| {
        annotations.user = Some(code.user);
        annotations.grant = Some(code.grant);
        annotations.set_client(&code.client);
    });
    Ok(AdminSession {
        tenant: tenant.id(),
        user: code.user,
        session: code.session,
        auth_time: code.auth_time,
        used_at: incoming.context.now(),
    })
}

/// Returns the refusal for an authorization response with an error.
fn callback_error(query: &Parameters) -> Refusal {
    let error = query.get("error").unwrap_or("none");
    refusal::admin_sign_in_failed(error)
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
        cookies::append(response.headers_mut(), vec![AdminSession::clear()?]);
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
