//! `/{tenant}/oidc/userinfo` (OpenID Connect Core §5.3).

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use catalogue::{Refusal, refusal};
use protocol::{
    Failure, bearer,
    binding::DPOP_ALGORITHMS,
    context::Realm,
    form::Form,
    token::Account,
    userinfo::{Profile, UserInfo},
};

use super::{closing::close, token::add_dpop_nonce};
use crate::{call::Call, cors, render};

/// Tells what the access token's scopes allow of the person it speaks for.
pub(super) async fn userinfo(mut call: Call) -> Response {
    if call.parts.method == Method::OPTIONS {
        return cors::preflight_registered(&call).await;
    }
    let realm = match call.admit(&[Method::GET, Method::HEAD, Method::POST]).await {
        Ok(realm) => realm,
        Err(failure) => return render::failure(&call.exchange, &failure),
    };
    let mut account = Account::default();
    let mut response = match answer(&mut call, &realm, &mut account).await {
        Ok(response) => response,
        Err(failure) => {
            let mut response = render::failure(&call.exchange, &failure);
            if let Failure::Refused(refusal) = &failure {
                add_challenges(&mut response, refusal, &call, &realm);
            }
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
) -> Result<Response, Failure> {
    let is_post = call.parts.method == Method::POST;
    let form = if is_post { call.form().await? } else { Form::default() };
    let keys = call.service.keys(realm).await?;
    let head = call.head();
    let store = &*call.service.store;
    let (context, checks) = (call.context(realm), &mut account.checks);
    let answer = bearer::authenticate((&head, &form), store, &keys, &context, checks).await;
    let bearer = answer.inspect_err(|_| {
        if let Some(origin) = bearer::origin((&head, &form), &keys) {
            (account.client, account.grant) = (Some(origin.client), origin.grant);
        }
    })?;
    account.client = Some(bearer.client.id.clone());
    account.grant = bearer.grant;
    account.user = bearer.user.as_ref().map(|user| user.id);
    account.checks.note("token_scope", bearer.require_scope("openid"))?;
    let user = bearer.user.as_ref().ok_or_else(refusal::access_token_revoked)?;
    let scope = bearer.claims.scope.as_deref().unwrap_or_default();
    let given = |name: &str| scope.split(' ').any(|scope| scope == name);
    let profile = Profile::of(user, given);
    Ok(render::json(&UserInfo { sub: &bearer.claims.sub, profile }))
}

/// RFC 6750 §3 and RFC 9449 §7.1: both schemes are offered; what was wrong is said with the one
/// that it was wrong with, and not at all where no token came.
fn add_challenges(response: &mut Response, refusal: &Refusal, call: &Call, realm: &Realm) {
    if refusal.entry().error.contains("dpop") {
        // What is a bad request at the token endpoint is a failed authentication here.
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    if !matches!(response.status().as_u16(), 400 | 401 | 403) {
        return;
    }
    let algorithms: Vec<&str> = DPOP_ALGORITHMS.iter().map(|it| it.as_str()).collect();
    let (id, algorithms) = (realm.tenant.id, algorithms.join(" "));
    let (bearer, dpop) =
        (format!("Bearer realm=\"{id}\""), format!("DPoP realm=\"{id}\", algs=\"{algorithms}\""));
    let error = refusal.entry().error;
    let sentence = call.exchange.sayable(refusal.clone()).wire_sentence();
    let what = format!(", error=\"{error}\", error_description=\"{sentence}\"");
    let is_missing = refusal.entry().constructor == "access_token_missing";
    if is_missing {
        render::challenge(response, &bearer);
        render::challenge(response, &dpop);
    } else if is_about_dpop(refusal, call) {
        render::challenge(response, &(dpop + &what));
    } else {
        render::challenge(response, &(bearer + &what));
        render::challenge(response, &dpop);
    }
}

/// The proof was wrong, the token wants one, or the request used the scheme.
fn is_about_dpop(refusal: &Refusal, call: &Call) -> bool {
    let head = call.head();
    let scheme = head.authorization.first().and_then(|header| header.split(' ').next());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("DPoP"))
        || refusal.entry().constructor.contains("dpop")
}
