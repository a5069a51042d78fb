//! From an entitlement to tokens (RFC 6749 §5.1, RFC 9068, OpenID Connect Core §2).

use model::{Fault, FaultKind, Resource, Seconds, User};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Entitlement, IdTokenFacts, Subject,
    client_auth::AuthenticatedClient,
    context::Context,
    handle::RefreshToken,
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

/// What would be given, before anything is signed or sealed.
#[derive(Debug, Serialize)]
pub struct Preview {
    /// `Bearer` or `DPoP`.
    pub token_type: &'static str,
    /// What would be given; absent where a client asks for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Seconds.
    pub expires_in: i64,
    /// The claims of the access token, unsigned.
    pub access_token: Value,
    /// Whether a refresh token would be given.
    pub refresh_token: bool,
    /// Seconds until nothing would come of the refresh token any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_expires_in: Option<i64>,
    /// The claims of the ID token, unsigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Value>,
}

impl Mint<'_> {
    /// Signs and seals what the entitlement calls for.
    ///
    /// # Errors
    /// No key may sign.
    pub fn tokens(&self, entitlement: &Entitlement) -> Result<TokenResponse, Fault> {
        let (alg, typ, _) = self.access_token_form();
        let (access_token, expires_in) = self.access_token(entitlement);
        let user = user(entitlement);
        let id_token = self
            .id_token(entitlement)
            .map(|claims| self.sign(&self.client.client().id_token_alg, JWT, &claims));
        let refresh_token = refresh_token(entitlement);
        Ok(TokenResponse {
            token_type: self.token_type,
            scope: user.map(|_| self.scope(entitlement)),
            expires_in,
            ext_expires_in: expires_in,
            access_token: self.sign(alg, typ, &access_token)?,
            id_token: id_token.transpose()?,
            refresh_token: refresh_token.map(|it| it.seal(self.context.realm)).transpose()?,
            refresh_token_expires_in: self.refresh_token_expires_in(entitlement),
            client_info: user.map(client_info),
        })
    }

    /// What the entitlement calls for, told and not made.
    ///
    /// # Errors
    /// The claims cannot be written.
    pub fn preview(&self, entitlement: &Entitlement) -> Result<Preview, Fault> {
        let (access_token, expires_in) = self.access_token(entitlement);
        let id_token = self.id_token(entitlement);
        Ok(Preview {
            token_type: self.token_type,
            scope: user(entitlement).map(|_| self.scope(entitlement)),
            expires_in,
            access_token: told(&access_token)?,
            id_token: id_token.map(|claims| told(&claims)).transpose()?,
            refresh_token: refresh_token(entitlement).is_some(),
            refresh_token_expires_in: self.refresh_token_expires_in(entitlement),
        })
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

    /// The access token's claims, and how many seconds it lasts.
    fn access_token(&self, entitlement: &Entitlement) -> (AccessToken, i64) {
        let (_, _, lifetime) = self.access_token_form();
        // What stands behind a token must last as long as the token.
        let rest = entitlement.expires_at.map(|end| end - self.context.now);
        let lifetime = rest.map_or(lifetime, |rest| lifetime.min(rest));
        (AccessToken::new(self, entitlement, lifetime), lifetime.get())
    }

    fn id_token<'a>(&'a self, entitlement: &'a Entitlement) -> Option<id_token::IdToken<'a>> {
        let (user, facts) = (user(entitlement)?, id_token_facts(entitlement)?);
        Some(id_token::IdToken::new(self, entitlement, (user, facts)))
    }

    fn refresh_token_expires_in(&self, entitlement: &Entitlement) -> Option<i64> {
        refresh_token(entitlement)?;
        entitlement.expires_at.map(|end| (end - self.context.now).get())
    }

    fn sign(&self, alg: &str, typ: &str, claims: &impl Serialize) -> Result<String, Fault> {
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

/// The person that tokens would speak for, if one.
fn user(entitlement: &Entitlement) -> Option<&User> {
    match &entitlement.subject {
        Subject::User(user) => Some(user),
        Subject::Client => None,
    }
}

/// The refresh token that goes with the tokens; none where a client asks for itself.
fn refresh_token(entitlement: &Entitlement) -> Option<&RefreshToken> {
    entitlement.refresh_token.as_ref().filter(|_| user(entitlement).is_some())
}

fn told(claims: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(claims).map_err(|error| internal(&error))
}

fn internal(error: &(dyn std::error::Error + 'static)) -> Fault {
    Fault::new(FaultKind::Internal, error)
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
