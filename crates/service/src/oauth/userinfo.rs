//! `/{tenant}/oidc/userinfo` (OpenID Connect Core §5.3).

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use catalogue::{Refusal, refusal};
use protocol::{
    Error, RequestSummary, access_token,
    context::TenantContext,
    parameters::Parameters,
    sender_constraint::DPOP_ALGORITHMS,
    subject,
    user_claims::{ClaimSet, UserClaims},
    userinfo::UserInfo,
};

use crate::{
    http::{cors, finish::finish, incoming::IncomingRequest, response},
    oauth::token::add_dpop_nonce,
};

/// Returns the claims about the user that the access token's scopes request, and those that the
/// client requested by name.
pub(crate) async fn userinfo(mut incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let tenant = match incoming.resolve_tenant(&[Method::GET, Method::HEAD, Method::POST]).await {
        Ok(tenant) => tenant,
        Err(error) => return response::error(&incoming.context, &error),
    };
    let mut summary = RequestSummary::default();
    let mut response = match handle(&mut incoming, &tenant, &mut summary).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = response::error(&incoming.context, &error);
            if let Error::Refused(refusal) = &error {
                add_challenges(&mut response, refusal, &incoming, &tenant);
            }
            response
        }
    };
    add_dpop_nonce(&mut response, &incoming, &tenant);
    finish(response, &incoming, &tenant, summary).await
}

async fn handle(
    incoming: &mut IncomingRequest,
    tenant: &TenantContext,
    summary: &mut RequestSummary,
) -> Result<Response, Error> {
    let is_post = incoming.parts().method == Method::POST;
    let parameters = if is_post { incoming.form().await? } else { Parameters::default() };
    let keys = incoming.service.keys(tenant).await?;
    let head = incoming.head();
    let store = incoming.service.store_of(tenant);
    let (context, checks) = (incoming.rule_context(tenant)?, &mut summary.checks);
    let result =
        access_token::authenticate((&head, &parameters), store, &keys, &context, checks).await;
    let (token, one_time_values) = result.inspect_err(|_| {
        if let Some(info) = access_token::issued_token_info((&head, &parameters), &keys) {
            (summary.client, summary.grant) = (Some(info.client), info.grant);
        }
    })?;
    summary.client = Some(token.client.id.clone());
    summary.grant = token.grant;
    summary.user = token.user.as_ref().map(|user| user.id);
    summary.checks.record("token_scope", token.require_scope("openid"))?;
    let user = token.user.as_ref().ok_or_else(refusal::access_token_revoked)?;
    let scope = token.claims.scope.as_deref().unwrap_or_default();
    let is_granted = |name: &str| scope.split(' ').any(|scope| scope == name);
    let selected = ClaimSet::of_scopes(is_granted).union(ClaimSet::named(&token.userinfo_claims));
    let object_id = subject::object_id(user.id, &token.client, &tenant.row);
    let claims = UserClaims::new((user, object_id), selected);
    let spent = one_time_values.spend(store).await?;
    spent.record(&mut summary.checks);
    Ok(response::json(&UserInfo::new(&token.claims.sub, claims, &spent)))
}

/// Adds `WWW-Authenticate` challenges (RFC 6750 §3, RFC 9449 §7.1).
///
/// Without a token: one for each scheme, without an error. After a DPoP error: the DPoP challenge
/// only, with the error. Otherwise: both, and the Bearer challenge has the error.
fn add_challenges(
    response: &mut Response,
    refusal: &Refusal,
    incoming: &IncomingRequest,
    tenant: &TenantContext,
) {
    if refusal.entry().error.contains("dpop") {
        // A refused DPoP proof is a bad request at the token endpoint, but 401 here.
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    if !matches!(response.status().as_u16(), 400 | 401 | 403) {
        return;
    }
    let algorithms: Vec<&str> = DPOP_ALGORITHMS.iter().map(|it| it.as_str()).collect();
    let (id, algorithms) = (tenant.id(), algorithms.join(" "));
    let (bearer, dpop) =
        (format!("Bearer realm=\"{id}\""), format!("DPoP realm=\"{id}\", algs=\"{algorithms}\""));
    let error = refusal.entry().error;
    let sentence = incoming.context.refusal_sentence().unwrap_or_default();
    let error = format!(", error=\"{error}\", error_description=\"{sentence}\"");
    let is_missing = refusal.entry().constructor == "access_token_missing";
    if is_missing {
        response::add_challenge(response, &bearer);
        response::add_challenge(response, &dpop);
    } else if is_about_dpop(refusal, incoming) {
        response::add_challenge(response, &(dpop + &error));
    } else {
        response::add_challenge(response, &(bearer + &error));
        response::add_challenge(response, &dpop);
    }
}

/// Returns whether the refusal is about a DPoP proof, or the request used the scheme `DPoP`.
fn is_about_dpop(refusal: &Refusal, incoming: &IncomingRequest) -> bool {
    let head = incoming.head();
    let scheme = head.authorization.first().and_then(|header| header.split(' ').next());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("DPoP"))
        || refusal.entry().constructor.contains("dpop")
}
