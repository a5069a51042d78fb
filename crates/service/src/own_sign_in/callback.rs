//! Completes the sign-in to the service's own pages, with the authorization code flow of the tenant
//! (RFC 6749 §4.1, RFC 7636, RFC 9207). The code is redeemed in process, without HTTP.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Fault, FaultKind};
use protocol::{
    Error, RequestSummary, context::TenantContext, parameters::Parameters,
    request_head::RequestHead, sealed_token::AuthorizationCode, token,
};

use super::{
    session::{PageSession, PendingSignIn},
    start::encode_query,
};
use crate::{
    http::{
        cookies::{self, RequestCookies},
        finish,
        incoming::IncomingRequest,
        response,
    },
    tenants::built_in_client::BuiltInClient,
};

/// Completes a sign-in with the authorization response that the query contains. Returns the
/// session, and the redirect to the page that the user opened.
///
/// # Errors
/// The response does not belong to a sign-in that this browser started, or is an error.
pub(crate) async fn complete_sign_in(
    incoming: &IncomingRequest,
    pages: BuiltInClient,
) -> Result<(PageSession, Response), Error> {
    incoming.check_request(&[Method::GET, Method::HEAD])?;
    let (service, now) = (&incoming.service, incoming.context.now());
    let cookies = RequestCookies::parse(&incoming.parts().headers);
    let pending = PendingSignIn::from_cookies((service, pages), &cookies, now);
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
    let session = redeem((incoming, pages), &tenant, code, &pending).await?;
    let mut response = response::redirect(&pending.next)?;
    let cookies = vec![session.cookie((service, pages), now)?, PendingSignIn::clear(pages)?];
    cookies::append(response.headers_mut(), cookies);
    Ok((session, response))
}

/// Redeems the code as a client does: it is consumed, so it cannot be used twice. The tokens are
/// dropped; user and session come from the sealed code.
async fn redeem(
    (incoming, pages): (&IncomingRequest, BuiltInClient),
    tenant: &TenantContext,
    code: &str,
    pending: &PendingSignIn,
) -> Result<PageSession, Error> {
    let redirect_uri = pages.redirect_uri(&incoming.service.settings.origin);
    let parameters = [
        ("grant_type", "authorization_code"),
        ("client_id", pages.id()),
        ("client_secret", incoming.service.built_in_client_secret()?),
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
    Ok(PageSession {
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
