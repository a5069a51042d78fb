//! Token introspection (RFC 7662): the state of a token, for those who may know.

use model::{Fault, Grant, GrantId, Resource, Store, UserId};
use serde::Serialize;

use crate::{
    bearer::{self, Bearer},
    client_auth::AuthenticatedClient,
    context::Context,
    grant::is_idle,
    handle::RefreshToken,
    keys::TenantKeys,
    mint::Cnf,
    subject,
};

/// What is answered (§2.2). A token that is not good, or not the asker's business, is inactive,
/// and nothing more is said.
#[derive(Debug, Default, Serialize)]
pub struct Introspection {
    /// Whether it is good now.
    pub active: bool,
    /// What it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Who it was given to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Who it speaks for, for people to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `Bearer` or `DPoP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// NumericDate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// NumericDate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// NumericDate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Who it speaks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// What it is good at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Unique.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// Roles at the resource.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The key that it is bound to (RFC 9449 §6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Cnf>,
    /// What it comes from: for the record, not for the asker.
    #[serde(skip)]
    pub grant: Option<GrantId>,
    /// Who it speaks for: for the record, not for the asker.
    #[serde(skip)]
    pub user: Option<UserId>,
}

/// Answers for one token.
///
/// # Errors
/// A fault.
pub async fn answer(
    token: &str,
    asker: &AuthenticatedClient,
    store: &dyn Store,
    keys: &TenantKeys,
    context: &Context<'_>,
) -> Result<Introspection, Fault> {
    if RefreshToken::is_form_of(token) {
        return refresh_token(token, asker, store, context).await;
    }
    let Some(bearer) = bearer::inspect(token, store, keys, context).await? else {
        return Ok(Introspection::default());
    };
    let resources = store.resources(context.realm.tenant.id).await?;
    if !may_know(&bearer, asker, &resources) {
        return Ok(Introspection::default());
    }
    Ok(access_token(bearer))
}

/// The client that a token was given to, and the API that it is for.
fn may_know(bearer: &Bearer, asker: &AuthenticatedClient, resources: &[Resource]) -> bool {
    let asker = &asker.client().id;
    let audience = resources.iter().find(|resource| resource.identifier == bearer.claims.aud);
    bearer.client.id == *asker
        || audience.is_some_and(|resource| resource.introspection_clients.contains(asker))
}

fn access_token(bearer: Bearer) -> Introspection {
    let claims = bearer.claims;
    Introspection {
        active: true,
        grant: bearer.grant,
        user: bearer.user.as_ref().map(|user| user.id),
        scope: claims.scope,
        client_id: Some(claims.client_id),
        username: bearer.user.map(|user| user.username.clone()),
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

/// A refresh token is the business of its own client only.
async fn refresh_token(
    token: &str,
    asker: &AuthenticatedClient,
    store: &dyn Store,
    context: &Context<'_>,
) -> Result<Introspection, Fault> {
    let tenant = &context.realm.tenant;
    let Ok(presented) = RefreshToken::open(token, context.realm) else {
        return Ok(Introspection::default());
    };
    let inactive = Introspection { grant: Some(presented.grant), ..Introspection::default() };
    let Some(grant) = store.grant(tenant.id, presented.grant).await? else { return Ok(inactive) };
    let current = presented.generation == grant.generation && !grant.is_over(context.now);
    let kept =
        tenant.tokens_not_before <= grant.opened_at && !is_idle(&grant, asker.client(), context);
    if !current || !kept || grant.client != asker.client().id {
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
        sub: Some(subject::of_user(&user, asker.client(), tenant)),
        iss: Some(context.realm.endpoints.issuer.clone()),
        ..inactive
    })
}

fn scope_of(grant: &Grant) -> String {
    let scopes = grant.scopes.iter().chain(&grant.openid_scopes).map(String::as_str);
    scopes.collect::<Vec<_>>().join(" ")
}
