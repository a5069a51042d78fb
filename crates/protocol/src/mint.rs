//! Mints tokens for an entitlement (RFC 6749 §5.1, RFC 9068, OpenID Connect Core §2).

use std::cell::OnceCell;

use model::{Fault, FaultKind, Resource, Seconds, TenantId, User, UserId};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Authentication, Entitlement, Spent, Subject,
    client_auth::AuthenticatedClient,
    context::RuleContext,
    keys::{AT_JWT, JWT, TenantKeys},
    scope,
    sealed_token::RefreshToken,
    subject,
};

mod access_token_claims;
mod id_token_claims;
mod preview;
mod tenant;

pub use access_token_claims::{AccessTokenClaims, Cnf};
pub use preview::TokenPreview;

/// The lifetime of ID tokens, and of access tokens for UserInfo only.
const LIFETIME: Seconds = Seconds::hours(1);
/// The time by which `iat` and `nbf` of a token are before its issue, so that a library without
/// leeway accepts it if its clock is behind by less. ID tokens have no `nbf`, because OpenID
/// Connect does not define it.
const DATED_BACK: Seconds = Seconds::new(60);
/// The length of the claims of most tokens as JSON.
const CLAIMS_BYTES_EXPECTED: usize = 1_024;
/// The algorithm of access tokens for UserInfo only, if the tenant signs with it.
const USERINFO_ALG: &str = "ES256";

/// The response of the token endpoint, with its members in the order of Microsoft's.
#[derive(Debug, Serialize)]
pub struct TokenResponse {
    /// `Bearer` or `DPoP`.
    ///
    /// Source: RFC 6749 §5.1, RFC 9449 §5.
    pub token_type: &'static str,
    /// The granted scopes. Absent for client credentials if they are the requested ones.
    ///
    /// Present: for users; for an app if it got another scope than it requested. Source: RFC 6749
    /// §5.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The lifetime of the access token in seconds.
    ///
    /// Source: RFC 6749 §5.1. Option: `token_lifetime` of the resource.
    pub expires_in: i64,
    /// Equals `expires_in`, because there is no extended lifetime.
    ///
    /// Source: Microsoft.
    pub ext_expires_in: i64,
    /// The access token (RFC 9068).
    ///
    /// Source: RFC 6749 §5.1.
    pub access_token: String,
    /// The sealed refresh token.
    ///
    /// Present: if `offline_access` is granted. Source: RFC 6749 §5.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The seconds until the refresh token expires.
    ///
    /// Present: with a refresh token. Source: Admit. Option: `grant_lifetime` and
    /// `single_page_grant_lifetime` of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_expires_in: Option<i64>,
    /// The ID token (OpenID Connect Core §2).
    ///
    /// Present: if `openid` is granted. Source: OpenID Connect Core §3.1.3.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The user (`uid`, which equals `oid`) and the tenant (`utid`), by which Microsoft's libraries
    /// identify an account.
    ///
    /// Present: for users, if the request has `client_info=1`. Source: Microsoft. Option: `oid` and
    /// `subject_type` of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_info: Option<String>,
}

/// Mints the tokens of one request.
pub struct Mint<'a> {
    /// The client.
    pub client: &'a AuthenticatedClient,
    /// The resource; `None` for UserInfo.
    pub resource: Option<&'a Resource>,
    /// The keys of the tenant.
    pub keys: &'a TenantKeys,
    /// Whether the request asks for `client_info`.
    pub client_info: bool,
    /// `scope` of the request, as it was sent.
    pub requested_scope: &'a str,
    /// `Bearer` or `DPoP`.
    pub token_type: &'static str,
    /// The context of the request.
    pub context: &'a RuleContext<'a>,
    /// The id of the user that the client gets. Both tokens contain it, and it takes many hashes.
    pub(crate) object_id: OnceCell<UserId>,
}

impl Mint<'_> {
    /// Signs and seals the tokens of an entitlement, for a request whose one-time values are spent.
    ///
    /// # Errors
    /// A signing key is missing, or something is of another tenant.
    pub fn tokens(&self, entitlement: &Entitlement, _spent: Spent) -> Result<TokenResponse, Fault> {
        self.check_tenant(entitlement)?;
        let (alg, typ, _) = self.access_token_settings();
        let (access_token, expires_in) = self.access_token(entitlement);
        let user = user(entitlement);
        let id_token = self
            .id_token(entitlement)
            .map(|claims| self.sign(&self.client.client().id_token_alg, JWT, &claims));
        let refresh_token = refresh_token(entitlement);
        Ok(TokenResponse {
            token_type: self.token_type,
            scope: self.scope(entitlement),
            expires_in,
            ext_expires_in: expires_in,
            access_token: self.sign(alg, typ, &access_token)?,
            id_token: id_token.transpose()?,
            refresh_token: refresh_token.map(|it| it.seal(self.context.tenant)).transpose()?,
            refresh_token_expires_in: self.refresh_token_expires_in(entitlement),
            client_info: user
                .filter(|_| self.client_info)
                .map(|user| client_info(self.object_id(user), user.tenant)),
        })
    }

    /// Returns the claims of the tokens without signing or sealing them.
    ///
    /// # Errors
    /// The claims cannot be serialized, or something is of another tenant.
    pub fn preview(&self, entitlement: &Entitlement) -> Result<TokenPreview, Fault> {
        self.check_tenant(entitlement)?;
        let (access_token, expires_in) = self.access_token(entitlement);
        let id_token = self.id_token(entitlement);
        Ok(TokenPreview {
            token_type: self.token_type,
            scope: self.scope(entitlement),
            expires_in,
            access_token: claims_json(&access_token)?,
            id_token: id_token.map(|claims| claims_json(&claims)).transpose()?,
            refresh_token: refresh_token(entitlement).is_some(),
            refresh_token_expires_in: self.refresh_token_expires_in(entitlement),
        })
    }

    /// Checks that the tenant has the keys to sign the tokens.
    ///
    /// # Errors
    /// A signing key is missing, or something is of another tenant.
    pub fn check_signing_keys(&self, entitlement: &Entitlement) -> Result<(), Fault> {
        self.check_tenant(entitlement)?;
        let (alg, typ, _) = self.access_token_settings();
        self.keys.signer(alg, typ)?;
        if id_token_authentication(entitlement).is_some() {
            self.keys.signer(&self.client.client().id_token_alg, JWT)?;
        }
        Ok(())
    }

    /// Returns `alg`, `typ` and lifetime of access tokens.
    fn access_token_settings(&self) -> (&str, &str, Seconds) {
        match self.resource {
            Some(resource) => (&resource.token_alg, &resource.token_typ, resource.token_lifetime),
            None => (self.context.tenant.row.signing_alg(USERINFO_ALG), AT_JWT, LIFETIME),
        }
    }

    /// Returns the claims of the access token, and its lifetime in seconds.
    fn access_token(&self, entitlement: &Entitlement) -> (AccessTokenClaims, i64) {
        let (_, _, lifetime) = self.access_token_settings();
        // An access token expires no later than its grant.
        let remaining = entitlement.expires_at.map(|end| end - self.context.now);
        let lifetime = remaining.map_or(lifetime, |remaining| lifetime.min(remaining));
        (AccessTokenClaims::new(self, entitlement, lifetime), lifetime.get())
    }

    fn id_token<'a>(
        &'a self,
        entitlement: &'a Entitlement,
    ) -> Option<id_token_claims::IdTokenClaims<'a>> {
        let (user, authentication) = (user(entitlement)?, id_token_authentication(entitlement)?);
        Some(id_token_claims::IdTokenClaims::new(self, entitlement, (user, authentication)))
    }

    fn refresh_token_expires_in(&self, entitlement: &Entitlement) -> Option<i64> {
        refresh_token(entitlement)?;
        entitlement.expires_at.map(|end| (end - self.context.now).get())
    }

    fn sign(&self, alg: &str, typ: &str, claims: &impl Serialize) -> Result<String, Fault> {
        let mut payload = Vec::with_capacity(CLAIMS_BYTES_EXPECTED);
        serde_json::to_writer(&mut payload, claims).map_err(|error| internal(&error))?;
        let signer = self.keys.signer(alg, typ)?;
        signer.sign(&payload).map_err(|error| internal(&error))
    }

    /// Returns the scope of the response (RFC 6749 §5.1).
    fn scope(&self, entitlement: &Entitlement) -> Option<String> {
        match &entitlement.subject {
            Subject::User(_) => Some(self.user_scope(entitlement)),
            Subject::Client => self.client_scope(entitlement),
        }
    }

    /// Formats the scopes as this request spells them, or else the request for the grant. A scope
    /// that the client did not send has the resource in front (Microsoft's form).
    fn user_scope(&self, entitlement: &Entitlement) -> String {
        let resource = &entitlement.resource;
        let default = entitlement.default_scope.then_some(scope::DEFAULT);
        let values = entitlement.scopes.iter().map(String::as_str).chain(default);
        let scopes = values.map(|value| {
            let requested = self.requested_scope.split(' ');
            let mut sent = requested.chain(entitlement.scope_spellings.iter().map(String::as_str));
            let spelling = sent.find(|token| scope::is_spelling(token, resource, value));
            spelling.map_or_else(|| scope::qualified(resource, value), str::to_owned)
        });
        let openid = entitlement.openid_scopes.iter().cloned();
        scopes.chain(openid).collect::<Vec<_>>().join(" ")
    }

    /// Returns the scopes of a client that acts for itself, as it spells them, if it requested
    /// others too.
    fn client_scope(&self, entitlement: &Entitlement) -> Option<String> {
        let mut granted = entitlement.scope_spellings.join(" ");
        if granted.is_empty() {
            granted = scope::qualified(&entitlement.resource, scope::DEFAULT);
        }
        let is_partial = !self.requested_scope.is_empty() && granted != self.requested_scope;
        is_partial.then_some(granted)
    }

    /// Returns the id of the user of the tokens that the client gets.
    fn object_id(&self, user: &User) -> UserId {
        let of_user =
            || subject::object_id(user.id, self.client.client(), &self.context.tenant.row);
        *self.object_id.get_or_init(of_user)
    }

    fn subject(&self, subject: &Subject) -> String {
        let client = self.client.client();
        match subject {
            Subject::Client => client.id.to_string(),
            Subject::User(user) => subject::of_user(user.id, client, &self.context.tenant.row),
        }
    }
}

/// Returns the user of the tokens; `None` for client credentials.
fn user(entitlement: &Entitlement) -> Option<&User> {
    match &entitlement.subject {
        Subject::User(user) => Some(user),
        Subject::Client => None,
    }
}

/// Returns the refresh token to issue; never for client credentials.
fn refresh_token(entitlement: &Entitlement) -> Option<&RefreshToken> {
    entitlement.refresh_token.as_ref().filter(|_| user(entitlement).is_some())
}

fn claims_json(claims: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(claims).map_err(|error| internal(&error))
}

fn internal(error: &(dyn std::error::Error + 'static)) -> Fault {
    Fault::new(FaultKind::Internal, error)
}

/// Returns the authentication for the ID token, if an ID token was requested.
fn id_token_authentication(entitlement: &Entitlement) -> Option<&Authentication> {
    let requested = entitlement.openid_scopes.iter().any(|scope| scope == "openid");
    entitlement.authentication.as_ref().filter(|_| requested)
}

/// Returns the parameter `client_info`: user and tenant, in the encoding of Microsoft's libraries.
pub fn client_info(object_id: UserId, tenant: TenantId) -> String {
    let json = format!(r#"{{"uid":"{object_id}","utid":"{tenant}"}}"#);
    jose::digest::base64url(json)
}

/// Derives sixteen random bytes as text, for `jti` and `uti`.
fn token_id(context: &RuleContext<'_>, label: &str) -> String {
    jose::digest::base64url(context.seed.derive(label))
}

/// Returns the claim `auth_time`: the true time, which clients compare with `max_age` and with the
/// time of their request, and which must not change on refresh (OpenID Connect Core §12.2).
const fn auth_time(authentication: &Authentication) -> i64 {
    authentication.auth_time.seconds()
}
