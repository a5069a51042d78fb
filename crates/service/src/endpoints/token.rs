//! `/{tenant}/oauth2/v2.0/token` (RFC 6749 §3.2).

use axum::{
    http::{HeaderName, HeaderValue, Method},
    response::Response,
};
use catalogue::refusal;
use protocol::{
    Failure, binding,
    context::Realm,
    mint::TokenResponse,
    token::{self, Account},
};

use super::{authenticated::basic_challenge, closing::close, ignored, rehearsal};
use crate::{call::Call, cors, render};

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Answers token requests, and the preflights of single-page apps.
pub(super) async fn token(mut call: Call) -> Response {
    if call.parts.method == Method::OPTIONS {
        return cors::preflight_registered(&call).await;
    }
    let realm = match call.admit(&[Method::POST]).await {
        Ok(realm) => realm,
        Err(failure) => {
            let failure = ended_by_suspension(&mut call, failure).await;
            return render::failure(&call.exchange, &failure);
        }
    };
    let mut account = Account::default();
    let mut response = match answer(&mut call, &realm, &mut account).await {
        Ok(tokens) => {
            call.exchange.note(|traces| traces.outcome = Some("tokens"));
            render::json(&tokens)
        }
        Err(failure) => {
            let mut response = rehearsal::failure(&call, &failure);
            basic_challenge(&mut response, &call, &realm, &failure);
            response
        }
    };
    add_dpop_nonce(&mut response, &call, &realm);
    close(response, &call, &realm, account).await
}

async fn answer(
    call: &mut Call,
    realm: &Realm,
    account: &mut Account,
) -> Result<TokenResponse, Failure> {
    let form = call.form().await?;
    ignored::note(call, &form, ignored::TOKEN);
    rehearsal::check(call, realm, &form).await?;
    let keys = call.service.keys(realm).await?;
    let head = call.head();
    let context = call.context(realm);
    token::answer((&head, &form), &*call.service.store, &keys, &context, account).await
}

/// To whoever comes back with what a tenant gave, the tenant's suspension is the end of the grant.
async fn ended_by_suspension(call: &mut Call, failure: Failure) -> Failure {
    let name = match &failure {
        Failure::Refused(refusal) if refusal.entry().constructor == "tenant_suspended" => {
            refusal.arguments().first().map(|(_, name)| name.clone()).unwrap_or_default()
        }
        _ => {
            call.claim_unread().await;
            return failure;
        }
    };
    match call.form().await {
        Ok(form) if form.get("code").or(form.get("refresh_token")).is_some() => {
            refusal::tenant_suspended_since_grant(name).into()
        }
        _ => failure,
    }
}

/// Whoever speaks DPoP gets the nonce for the next proof with every answer (RFC 9449 §8.2).
pub(super) fn add_dpop_nonce(response: &mut Response, call: &Call, realm: &Realm) {
    if call.parts.headers.contains_key("dpop")
        && let Some(nonce) = binding::fresh_nonce(&call.context(realm))
        && let Ok(value) = HeaderValue::from_str(&nonce)
    {
        response.headers_mut().insert(DPOP_NONCE, value);
    }
}
