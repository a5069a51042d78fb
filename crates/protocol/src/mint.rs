//! From an entitlement to tokens (RFC 6749 §5.1, RFC 9068, OpenID Connect Core §2).

use facts::{Fault, FaultKind, Resource, Seconds, User};
use serde::Serialize;

use crate::{
    Entitlement, IdTokenFacts, Subject,
    client_auth::AuthenticatedClient,
    context::Context,
    keys::{AT_JWT, JWT, TenantKeys},
    scope, subject,
};

mod access_token;
mod id_token;

pub use access_token::{AccessToken, Cnf};

/// How long an ID token lasts, and an access token that is good at UserInfo only.
const LIFETIME: Seconds = Seconds::hours(1);
/// Signs access tokens that are good at UserInfo only.
const USERINFO_ALG: &str = "ES256";

/// What the token endpoint answers, in the order in which Microsoft's does.
#[derive(Debug, Serialize)]
pub struct TokenResponse {
    /// `Bearer` or `DPoP`.
    pub token_type: &'static str,
    /// What was given; absent where a client asked for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Seconds.
    pub expires_in: i64,
    /// Seconds; the same, as there is no extended life.
    pub ext_expires_in: i64,
    /// RFC 9068.
    pub access_token: String,
    /// Sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Seconds until nothing comes of the refresh token any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_expires_in: Option<i64>,
    /// OpenID Connect Core §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// Tells Microsoft's clients which account this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_info: Option<String>,
}

/// Makes tokens for one request.
pub struct Mint<'a> {
    /// For which client.
    pub client: &'a AuthenticatedClient,
    /// For which resource; `None`: for UserInfo.
    pub resource: Option<&'a Resource>,
    /// With which keys.
    pub keys: &'a TenantKeys,
    /// `scope` of the request, as it was sent.
    pub asked: &'a str,
    /// `Bearer` or `DPoP`.
    pub token_type: &'static str,
    /// When and where.
    pub context: &'a Context<'a>,
}

impl Mint<'_> {
    /// Signs and seals what the entitlement calls for.
    ///
    /// # Errors
    /// No key may sign.
    pub fn tokens(&self, entitlement: &Entitlement) -> Result<TokenResponse, Fault> {
        let (alg, typ, lifetime) = self.access_token_form();
        // What stands behind a token must last as long as the token.
        let rest = entitlement.expires_at.map(|end| end - self.context.now);
        let lifetime = rest.map_or(lifetime, |rest| lifetime.min(rest));
        let access_token = AccessToken::new(self, entitlement, lifetime);
        let expires_in = lifetime.get();
        let mut response = TokenResponse {
            token_type: self.token_type,
            scope: None,
            expires_in,
            ext_expires_in: expires_in,
            access_token: self.sign(alg, typ, &access_token)?,
            refresh_token: None,
            refresh_token_expires_in: None,
            id_token: None,
            client_info: None,
        };
        if let Subject::User(user) = &entitlement.subject {
            response.scope = Some(self.scope(entitlement));
            response.client_info = Some(client_info(user));
            response.id_token = self.id_token(entitlement, user)?;
            if let Some(refresh_token) = &entitlement.refresh_token {
                response.refresh_token = Some(refresh_token.seal(self.context.realm)?);
                response.refresh_token_expires_in =
                    entitlement.expires_at.map(|end| (end - self.context.now).get());
            }
        }
        Ok(response)
    }

    /// Whether everything that the entitlement calls for can be signed.
    ///
    /// # Errors
    /// A key that would sign is missing.
    pub fn expect_signers(&self, entitlement: &Entitlement) -> Result<(), Fault> {
        let (alg, typ, _) = self.access_token_form();
        self.keys.signer(alg, typ)?;
        if id_token_facts(entitlement).is_some() {
            self.keys.signer(&self.client.client().id_token_alg, JWT)?;
        }
        Ok(())
    }

    /// `alg`, `typ` and lifetime.
    fn access_token_form(&self) -> (&str, &str, Seconds) {
        self.resource.map_or((USERINFO_ALG, AT_JWT, LIFETIME), |resource| {
            (&*resource.token_alg, &*resource.token_typ, resource.token_lifetime)
        })
    }

    fn id_token(&self, entitlement: &Entitlement, user: &User) -> Result<Option<String>, Fault> {
        let Some(facts) = id_token_facts(entitlement) else { return Ok(None) };
        let claims = id_token::IdToken::new(self, entitlement, (user, facts));
        self.sign(&self.client.client().id_token_alg, JWT, &claims).map(Some)
    }

    fn sign(&self, alg: &str, typ: &str, claims: &impl Serialize) -> Result<String, Fault> {
        let internal =
            |error: &(dyn std::error::Error + 'static)| Fault::new(FaultKind::Internal, error);
        let payload = serde_json::to_vec(claims).map_err(|error| internal(&error))?;
        let signer = self.keys.signer(alg, typ)?;
        signer.sign(&payload).map_err(|error| internal(&error))
    }

    /// Scopes as this client compares them: as it wrote them, and with the resource in front
    /// (Microsoft's form) where it did not name them.
    fn scope(&self, entitlement: &Entitlement) -> String {
        let default = entitlement.default_scope.then_some(scope::DEFAULT);
        let values = entitlement.scopes.iter().map(String::as_str).chain(default);
        let named = values.map(|value| {
            if self.asked.split(' ').any(|asked| asked == value) {
                value.to_owned()
            } else {
                scope::qualified(&entitlement.resource, value)
            }
        });
        let openid = entitlement.openid_scopes.iter().cloned();
        named.chain(openid).collect::<Vec<_>>().join(" ")
    }

    fn subject(&self, subject: &Subject) -> String {
        let client = self.client.client();
        match subject {
            Subject::Client => client.id.to_string(),
            Subject::User(user) => subject::of_user(user, client, &self.context.realm.tenant),
        }
    }
}

/// What an ID token says, where one was asked for.
fn id_token_facts(entitlement: &Entitlement) -> Option<&IdTokenFacts> {
    let asked = entitlement.openid_scopes.iter().any(|scope| scope == "openid");
    entitlement.id_token.as_ref().filter(|_| asked)
}

/// The account, as Microsoft's clients name it: user and tenant.
pub fn client_info(user: &User) -> String {
    let json = format!(r#"{{"uid":"{}","utid":"{}"}}"#, user.id, user.tenant);
    jose::digest::base64url(json)
}

/// Sixteen random bytes as text: `jti`, `uti`.
fn token_id(context: &Context<'_>, label: &str) -> String {
    jose::digest::base64url(context.entropy.draw(label))
}

/// Unused by tokens that say nothing of a sign-in.
const fn auth_time(facts: &IdTokenFacts) -> i64 {
    facts.auth_time.seconds()
}
