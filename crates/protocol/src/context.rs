//! What a rule may know of its surroundings: the time, the place, and some chance.

use jose::seal::{Keyring, SealError, Sealer};
use model::{Tenant, TenantId, Timestamp};

/// The surroundings of one request. The rules read no clock, no socket and no random source:
/// all of that is here.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// The tenant that the request is for.
    pub realm: &'a Realm,
    /// The random bytes of this request.
    pub entropy: Entropy,
}

/// A tenant with what follows from it and never changes while the tenant does not.
pub struct Realm {
    /// The tenant.
    pub tenant: Tenant,
    /// Its URLs.
    pub endpoints: Endpoints,
    /// What it seals handles with.
    pub seals: Seals,
}

/// Every URL of a tenant, made from configuration and never from a request's `Host`.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// `{origin}`, without a slash at the end.
    pub origin: String,
    /// The tenant's name in URLs.
    pub tenant_name: String,
    /// `iss` (RFC 9207, OpenID Connect Core §2): `{origin}/{tenant id}/v2.0`.
    pub issuer: String,
    /// RFC 6749 §3.1.
    pub authorization: String,
    /// RFC 6749 §3.2.
    pub token: String,
    /// The token endpoint under the tenant's name, which clients use too.
    pub token_by_name: String,
    /// RFC 7662.
    pub introspection: String,
    /// RFC 7009.
    pub revocation: String,
    /// OpenID Connect Core §5.3.
    pub userinfo: String,
    /// RFC 7517.
    pub jwks: String,
}

impl Endpoints {
    /// The URLs of a tenant at an origin.
    pub fn new(origin: &str, tenant: TenantId, name: &str) -> Self {
        let base = format!("{origin}/{tenant}");
        Self {
            origin: origin.to_owned(),
            tenant_name: name.to_owned(),
            issuer: format!("{base}/v2.0"),
            authorization: format!("{base}/oauth2/v2.0/authorize"),
            token: format!("{base}/oauth2/v2.0/token"),
            token_by_name: format!("{origin}/{name}/oauth2/v2.0/token"),
            introspection: format!("{base}/oauth2/v2.0/introspect"),
            revocation: format!("{base}/oauth2/v2.0/revoke"),
            userinfo: format!("{base}/oidc/userinfo"),
            jwks: format!("{base}/discovery/v2.0/keys"),
        }
    }
}

/// The sealers of one tenant, one for each purpose: a handle of one kind, or of one tenant, can
/// never pass for another.
pub struct Seals {
    /// Authorization codes.
    pub code: Sealer,
    /// Refresh tokens.
    pub refresh_token: Sealer,
    /// DPoP nonces.
    pub dpop_nonce: Sealer,
    /// The pending sign-in in a page's form.
    pub flow: Sealer,
    /// The cookie that binds a pending sign-in to a browser.
    pub flow_cookie: Sealer,
    /// The cookie that holds a browser's sessions.
    pub session_cookie: Sealer,
    /// The cookie by which accounts know a browser again.
    pub browser_cookie: Sealer,
    /// Signing keys at rest.
    pub signing_keys: Sealer,
    /// The secret of the tenant's webhook at rest.
    pub webhook_secret: Sealer,
}

impl Realm {
    /// The realm of a tenant.
    ///
    /// # Errors
    /// No key could be derived for the tenant.
    pub fn new(tenant: Tenant, origin: &str, keyring: &Keyring) -> Result<Self, SealError> {
        let sealer = |purpose| keyring.sealer(tenant.id.into_bytes(), purpose);
        let seals = Seals {
            code: sealer("code")?,
            refresh_token: sealer("refresh_token")?,
            dpop_nonce: sealer("dpop_nonce")?,
            flow: sealer("flow")?,
            flow_cookie: sealer("flow_cookie")?,
            session_cookie: sealer("session_cookie")?,
            browser_cookie: sealer("browser_cookie")?,
            signing_keys: sealer("signing_keys")?,
            webhook_secret: sealer("webhook_secret")?,
        };
        let endpoints = Endpoints::new(origin, tenant.id, &tenant.name);
        Ok(Self { tenant, endpoints, seals })
    }
}

/// Thirty-two random bytes, from which a request draws all the chance that it needs.
#[derive(Clone, Copy)]
pub struct Entropy([u8; 32]);

impl Entropy {
    /// Takes fresh random bytes. Never use the same ones for two requests.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// Sixteen bytes for one purpose; another label gives bytes that are independent of these.
    pub fn draw(&self, label: &str) -> [u8; 16] {
        let digest = jose::digest::sha256(&[&self.0[..], label.as_bytes()].concat());
        let mut drawn = [0; 16];
        drawn.copy_from_slice(&digest[..16]);
        drawn
    }
}
