//! Token introspection (RFC 7662).

use catalogue::{Comparison, refusal};
use model::{Fault, Grant, GrantId, TenantStore, UserId};
use serde::Serialize;

use crate::{
    Checks, Error, TokenQuery,
    access_token::{self, IssuedTokenInfo, ValidAccessToken},
    acr,
    client_auth::AuthenticatedClient,
    context::RuleContext,
    inactive_token,
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
    ///
    /// Source: RFC 7662 §2.2.
    pub active: bool,
    /// The granted scopes.
    ///
    /// Present: for users. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client to which the token was issued.
    ///
    /// Present: if active. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The user name.
    ///
    /// Present: for users. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `Bearer` or `DPoP`.
    ///
    /// Present: for access tokens. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// When the token expires, in seconds.
    ///
    /// Present: if active. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When the token was issued, in seconds: the true time, which its claim `iat` dates back.
    ///
    /// Present: if active. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// When the token becomes valid, in seconds.
    ///
    /// Present: for access tokens. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The subject.
    ///
    /// Present: if active. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The audience.
    ///
    /// Present: for access tokens. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// The issuer.
    ///
    /// Present: if active. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The unique id.
    ///
    /// Present: for access tokens. Source: RFC 7662 §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// Roles at the resource.
    ///
    /// Present: if the access token has `roles`. Source: Microsoft.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// When the user authenticated, in seconds.
    ///
    /// Present: for access tokens for users. Source: RFC 9470 §6.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The strength of the authentication: `1`, `mfa` or `phr`.
    ///
    /// Present: for access tokens for users. Source: RFC 9470 §6.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The satisfied authentication contexts.
    ///
    /// Present: if the access token has `acrs`. Source: Microsoft.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acrs: Vec<String>,
    /// The key to which the token is bound (RFC 9449 §6.2).
    ///
    /// Present: if the access token is bound to a key. Source: RFC 9449 §6.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Cnf>,
    /// The grant, for the request record only.
    #[serde(skip)]
    pub grant: Option<GrantId>,
    /// The user, for the request record only.
    #[serde(skip)]
    pub user: Option<UserId>,
    /// Why the token is inactive, for the request record only.
    #[serde(skip)]
    pub inactive: Vec<Comparison>,
}

/// Introspects a token for an authenticated caller. The answer is given only after the assertion of
/// the caller is spent.
///
/// # Errors
/// The caller is a public client, or the assertion was used before; or a fault.
pub async fn introspect(
    query: TokenQuery,
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<Introspection, Error> {
    let caller = query.client.client();
    // Anyone can send the client id of a public client, which would allow token scanning (§2.1).
    if caller.public {
        return Err(refusal::introspection_by_public_client(&caller.name).into());
    }
    checks.pass("client_confidential");
    let answer = answer(&query.token, &query.client, store, keys, context).await?;
    query.one_time_values.spend(store).await?.record(checks);
    Ok(answer)
}

async fn answer(
    token: &str,
    caller: &AuthenticatedClient,
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
) -> Result<Introspection, Fault> {
    if RefreshToken::has_prefix(token) {
        return refresh_token(token, caller, store, context).await;
    }
    let valid = access_token::validate_for_introspection(token, store, keys, context).await?;
    let resources = store.resources().await?;
    Ok(match valid {
        Ok(valid) => {
            let of_token = (&valid.client.id, Some(valid.claims.aud.as_str()));
            if inactive_token::may_introspect(of_token, caller, &resources) {
                access_token(valid)
            } else {
                Introspection::inactive(inactive_token::not_introspectable(&valid, caller))
            }
        }
        Err(reasons) => {
            let issued = IssuedTokenInfo::from_token(token, keys);
            let reasons = inactive_token::restrict(reasons, issued.as_ref(), caller, &resources);
            Introspection::inactive(reasons)
        }
    })
}

impl Introspection {
    fn inactive(reasons: Vec<Comparison>) -> Self {
        Self { inactive: reasons, ..Self::default() }
    }
}

fn access_token(token: ValidAccessToken) -> Introspection {
    let claims = token.claims;
    let issued_at = claims.issued_at();
    let has_profile =
        || claims.scope.iter().any(|it| it.split(' ').any(|scope| scope == "profile"));
    let names_user = !subject::is_pairwise(&token.client) || has_profile();
    Introspection {
        active: true,
        inactive: Vec::new(),
        grant: token.grant,
        user: token.user.as_ref().map(|user| user.id),
        scope: claims.scope,
        client_id: Some(claims.client_id),
        username: token.user.filter(|_| names_user).map(|user| user.username.clone()),
        token_type: Some(if claims.cnf.is_some() { "DPoP" } else { "Bearer" }),
        exp: Some(claims.exp),
        iat: Some(issued_at.seconds()),
        nbf: Some(claims.nbf),
        sub: Some(claims.sub),
        aud: Some(claims.aud),
        iss: Some(claims.iss),
        jti: Some(claims.jti),
        roles: claims.roles,
        auth_time: claims.auth_time,
        // Tokens of earlier releases have the methods only.
        acr: claims.acr.or_else(|| acr::of(&claims.amr).map(str::to_owned)),
        acrs: claims.acrs,
        cnf: claims.cnf,
    }
}

/// Introspects a refresh token. Only its own client may do that.
async fn refresh_token(
    token: &str,
    caller: &AuthenticatedClient,
    store: TenantStore<'_>,
    context: &RuleContext<'_>,
) -> Result<Introspection, Fault> {
    let tenant = &context.tenant.row;
    let presented = match RefreshToken::open(token, context.tenant) {
        Ok(presented) => presented,
        Err(error) => {
            let reasons = inactive_token::not_opened(token, error, context);
            return Ok(Introspection::inactive(reasons));
        }
    };
    let of_grant = |reasons| Introspection {
        grant: Some(presented.grant),
        ..Introspection::inactive(reasons)
    };
    let Some(grant) = store.grant(presented.grant).await? else {
        return Ok(of_grant(inactive_token::without_grant()));
    };
    let user = store.user(grant.user).await?;
    let user = match inactive_token::check_refresh_token(presented, (&grant, user), caller, context)
    {
        Ok(user) => user,
        Err(reasons) => return Ok(of_grant(reasons)),
    };
    Ok(Introspection {
        active: true,
        user: Some(user.id),
        scope: Some(scope_of(&grant)),
        client_id: Some(grant.client.to_string()),
        username: Some(user.username.clone()),
        exp: Some(grant.expires_at.seconds()),
        iat: Some(grant.rotated_at.seconds()),
        sub: Some(subject::of_user(user.id, caller.client(), tenant)),
        iss: Some(context.tenant.endpoints.issuer.clone()),
        ..of_grant(Vec::new())
    })
}

fn scope_of(grant: &Grant) -> String {
    let scopes = grant.scopes.iter().chain(&grant.openid_scopes).map(String::as_str);
    scopes.collect::<Vec<_>>().join(" ")
}
