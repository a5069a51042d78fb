//! The context of a rule: the current time, the tenant and a random seed.

use std::{net::IpAddr, sync::OnceLock};

use jose::seal::{Keyring, Purpose, SealError, Sealer};
use model::{IssuerForm, Store, Tenant, TenantId, TenantStore, Timestamp};

/// The context of one request. Rules read no clock, no socket and no random source: they take
/// time and randomness from here.
#[derive(Clone, Copy)]
pub struct RuleContext<'a> {
    /// The current time.
    pub now: Timestamp,
    /// The tenant in the path of the request.
    pub tenant: &'a TenantContext,
    /// The random seed of this request.
    pub seed: RequestSeed,
    /// The sender of this request.
    pub sender: Sender,
}

/// The sender of a request, for the policy of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A host with this address, as the listener determined it.
    Host(IpAddr),
    /// A process at a UNIX socket, whose request named no address.
    Process,
    /// None: a dry run, in which the networks are not checked.
    DryRun,
}

/// A tenant with its URLs and sealers, which are derived once per version of the tenant.
pub struct TenantContext {
    /// The row of the tenant in the directory.
    pub row: Tenant,
    /// The time since which the ledger remembers everything that was used. Nothing that was issued
    /// before is accepted. The start of time unless a ledger was lost.
    pub remembered_since: Timestamp,
    /// The URLs of the tenant.
    pub endpoints: Endpoints,
    /// The sealers of the tenant.
    pub sealers: Sealers,
    /// The metadata as JSON, once it was requested.
    pub(crate) metadata: OnceLock<String>,
}

/// Every URL of a tenant, built from configuration and never from a request's `Host`.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// `{origin}`, without a slash at the end.
    pub origin: String,
    /// The tenant's name in URLs.
    pub tenant_name: String,
    /// `iss` (RFC 9207, OpenID Connect Core §2): `{origin}/{tenant}/v2.0`, with the tenant's id or
    /// name.
    pub issuer: String,
    /// The authorization endpoint (RFC 6749 §3.1).
    pub authorization: String,
    /// The token endpoint (RFC 6749 §3.2).
    pub token: String,
    /// The token endpoint under the other form of the tenant, which clients use too.
    pub token_by_other_form: String,
    /// The introspection endpoint (RFC 7662).
    pub introspection: String,
    /// The revocation endpoint (RFC 7009).
    pub revocation: String,
    /// The endpoint for signing out (OpenID Connect RP-Initiated Logout §2).
    pub end_session: String,
    /// The UserInfo endpoint (OpenID Connect Core §5.3).
    pub userinfo: String,
    /// The JWK Set (RFC 7517).
    pub jwks: String,
    /// The metadata, at the address that OpenID Connect Discovery §4 derives from the issuer.
    pub discovery: String,
}

impl Endpoints {
    /// Builds the URLs of a tenant at an origin.
    pub fn new(origin: &str, tenant: &Tenant) -> Self {
        let by_id = format!("{origin}/{}", tenant.id);
        let by_name = format!("{origin}/{}", tenant.name);
        let (base, other) = match tenant.issuer {
            IssuerForm::Id => (by_id, by_name),
            IssuerForm::Name => (by_name, by_id),
        };
        Self {
            origin: origin.to_owned(),
            tenant_name: tenant.name.clone(),
            issuer: format!("{base}/v2.0"),
            authorization: format!("{base}/oauth2/v2.0/authorize"),
            token: format!("{base}/oauth2/v2.0/token"),
            token_by_other_form: format!("{other}/oauth2/v2.0/token"),
            introspection: format!("{base}/oauth2/v2.0/introspect"),
            revocation: format!("{base}/oauth2/v2.0/revoke"),
            end_session: format!("{base}/oauth2/v2.0/logout"),
            userinfo: format!("{base}/oidc/userinfo"),
            jwks: format!("{base}/discovery/v2.0/keys"),
            discovery: format!("{base}/v2.0/.well-known/openid-configuration"),
        }
    }
}

/// The sealers of one tenant, one for each purpose. Text that is sealed for one purpose or tenant
/// cannot be opened for another.
pub struct Sealers {
    /// Seals authorization codes.
    pub code: Sealer,
    /// Seals refresh tokens.
    pub refresh_token: Sealer,
    /// Seals DPoP nonces.
    pub dpop_nonce: Sealer,
    /// Seals the cookie with the state of a sign-in flow.
    pub flow_cookie: Sealer,
    /// Seals the cookie that holds a browser's sessions.
    pub session_cookie: Sealer,
    /// Seals the cookie by which accounts recognize a browser.
    pub browser_cookie: Sealer,
    /// Seals requests to sign out, and what follows them, into addresses.
    pub sign_out: Sealer,
    /// Seals signing keys at rest.
    pub signing_keys: Sealer,
    /// Seals the secret of the tenant's webhook at rest.
    pub webhook_secret: Sealer,
    /// Seals the secrets of authenticator apps at rest.
    pub totp_secret: Sealer,
    /// Computes the keyed digests from which codes in mails are made.
    pub mailed_code: Sealer,
    /// Seals links in mails.
    pub mailed_link: Sealer,
    /// Computes keyed digests of typed user names.
    typed_username: Sealer,
}

impl TenantContext {
    /// Derives the URLs and sealers of a tenant.
    ///
    /// # Errors
    /// No key could be derived for the tenant.
    pub fn new(row: Tenant, origin: &str, keyring: &Keyring) -> Result<Self, SealError> {
        let sealer = |purpose| keyring.sealer(row.id.into_bytes(), purpose);
        let sealers = Sealers {
            code: sealer(Purpose::Code)?,
            refresh_token: sealer(Purpose::RefreshToken)?,
            dpop_nonce: sealer(Purpose::DpopNonce)?,
            flow_cookie: sealer(Purpose::FlowCookie)?,
            session_cookie: sealer(Purpose::SessionCookie)?,
            browser_cookie: sealer(Purpose::BrowserCookie)?,
            sign_out: sealer(Purpose::SignOut)?,
            signing_keys: sealer(Purpose::SigningKeys)?,
            webhook_secret: sealer(Purpose::WebhookSecret)?,
            totp_secret: sealer(Purpose::TotpSecret)?,
            mailed_code: sealer(Purpose::MailedCode)?,
            mailed_link: sealer(Purpose::MailedLink)?,
            typed_username: sealer(Purpose::TypedUsername)?,
        };
        let endpoints = Endpoints::new(origin, &row);
        let (remembered_since, metadata) = (Timestamp::default(), OnceLock::new());
        Ok(Self { row, remembered_since, endpoints, sealers, metadata })
    }

    /// Sets the time since which the ledger remembers everything that was used.
    #[must_use]
    pub fn remembering_since(self, remembered_since: Timestamp) -> Self {
        Self { remembered_since, ..self }
    }

    /// Returns the keyed digests of a user name: that of the current root key first, then those
    /// under which records of earlier root keys have the name.
    pub fn username_digests(&self, username: &str) -> impl Iterator<Item = [u8; 16]> {
        let digests = self.sealers.typed_username.digests(username.as_bytes());
        digests.filter_map(|digest| digest.first_chunk().copied())
    }

    /// Returns the rows of the tenant in a store.
    pub const fn store_in<'a>(&self, store: &'a dyn Store) -> TenantStore<'a> {
        TenantStore::new(store, self.row.id)
    }

    /// Returns the id of the tenant.
    pub const fn id(&self) -> TenantId {
        self.row.id
    }
}

/// The random seed of one request: 32 bytes, from which all its random values are derived.
#[derive(Clone, Copy)]
pub struct RequestSeed([u8; 32]);

impl RequestSeed {
    /// Wraps fresh random bytes. Two requests must never share a seed.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// Derives sixteen bytes for one purpose. Bytes of different labels are independent.
    pub fn derive(&self, label: &str) -> [u8; 16] {
        let digest = jose::digest::sha256(&[&self.0[..], label.as_bytes()].concat());
        let mut derived = [0; 16];
        derived.copy_from_slice(&digest[..16]);
        derived
    }
}
