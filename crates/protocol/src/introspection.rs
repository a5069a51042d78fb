//! Token introspection (RFC 7662).

use model::{Fault, Grant, GrantId, Resource, Store, UserId};
use serde::Serialize;

use crate::{
    access_token::{self, ValidAccessToken},
    client_auth::AuthenticatedClient,
    context::RuleContext,
    grant::is_idle,
    keys::TenantKeys,
    mint::Cnf,
    sealed_token::RefreshToken,
    subject,
};

/// The response of the endpoint (§2.2). An invalid token is inactive, and so is a token that the
/// caller may not introspect. The response says nothing else about them.
#[derive(Debug, Default, Serialize)]
pub struct Introspection {
    /// Whether the token is valid now.
    pub active: bool,
    /// The granted scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client to which the token was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `Bearer` or `DPoP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// When the token expires, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When the token was issued, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// When the token becomes valid, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The audience.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// The issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The unique id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// Roles at the resource.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The key to which the token is bound (RFC 9449 §6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Cnf>,
    /// The grant, for the request record only.
    #[serde(skip)]
    pub grant: Option<GrantId>,
    /// The user, for the request record only.
    #[serde(skip)]
    pub user: Option<UserId>,
}

/// Introspects a token for an authenticated caller.
///
/// # Errors
/// A fault.
pub async fn introspect(
    token: &str,
    caller: &AuthenticatedClient,
    store: &dyn Store,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
) -> Result<Introspection, Fault> {
    if RefreshToken::has_prefix(token) {
        return refresh_token(token, caller, store, context).await;
    }
    let valid = access_token::validate_for_introspection(token, store, keys, context).await?;
    let Some(valid) = valid else {
        return Ok(Introspection::default());
    };
    let resources = store.resources(context.tenant.id()).await?;
    if !may_introspect(&valid, caller, &resources) {
        return Ok(Introspection::default());
    }
    Ok(access_token(valid))
}

/// Returns whether the caller is the client of the token, or the API for which the token is.
fn may_introspect(
    token: &ValidAccessToken,
    caller: &AuthenticatedClient,
    resources: &[Resource],
) -> bool {
    let caller = &caller.client().id;
    let audience = resources.iter().find(|resource| resource.identifier == token.claims.aud);
    token.client.id == *caller
        || audience.is_some_and(|resource| resource.introspection_clients.contains(caller))
}

fn access_token(token: ValidAccessToken) -> Introspection {
    let claims = token.claims;
    Introspection {
        active: true,
        grant: token.grant,
        user: token.user.as_ref().map(|user| user.id),
        scope: claims.scope,
        client_id: Some(claims.client_id),
        username: token.user.map(|user| user.username.clone()),
        token_type: Some(if claims.cnf.is_some() { "DPoP" } else { "Bearer" }),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        nbf: Some(claims.nbf),
        sub: Some(claims.sub),
        aud: Some(claims.aud),
        iss: Some(claims.iss),
        jti: Some(claims.jti),
        roles: claims.roles,
        cnf: claims.cnf,
    }
}

/// Introspects a refresh token. Only its own client may do that.
async fn refresh_token(
    token: &str,
    caller: &AuthenticatedClient,
    store: &dyn Store,
    context: &RuleContext<'_>,
) -> Result<Introspection, Fault> {
    let tenant = &context.tenant.row;
    let Ok(presented) = RefreshToken::open(token, context.tenant) else {
        return Ok(Introspection::default());
    };
    let inactive = Introspection { grant: Some(presented.grant), ..Introspection::default() };
    let Some(grant) = store.grant(tenant.id, presented.grant).await? else { return Ok(inactive) };
    let is_newest = presented.generation == grant.generation;
    let is_revoked_by_tenant = grant.opened_at < tenant.tokens_not_before;
    let is_active = grant.is_active(context.now)
        && !is_revoked_by_tenant
        && !is_idle(&grant, caller.client(), context);
    if !is_newest || !is_active || grant.client != caller.client().id {
        return Ok(inactive);
    }
    let user = store.user(tenant.id, grant.user).await?;
    let user = user.filter(|user| user.enabled && user.tokens_not_before <= grant.auth_time);
    let Some(user) = user else { return Ok(inactive) };
    Ok(Introspection {
        active: true,
        user: Some(user.id),
        scope: Some(scope_of(&grant)),
        client_id: Some(grant.client.to_string()),
        username: Some(user.username.clone()),
        exp: Some(grant.expires_at.seconds()),
        iat: Some(grant.rotated_at.seconds()),
        sub: Some(subject::of_user(&user, caller.client(), tenant)),
        iss: Some(context.tenant.endpoints.issuer.clone()),
        ..inactive
    })
}

fn scope_of(grant: &Grant) -> String {
    let scopes = grant.scopes.iter().chain(&grant.openid_scopes).map(String::as_str);
    scopes.collect::<Vec<_>>().join(" ")
}
