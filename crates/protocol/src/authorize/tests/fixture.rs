//! A tenant with a few clients and one resource, and a valid request that tests can modify.

use std::{collections::BTreeMap, sync::Arc};

use jose::{Algorithm, SigningKey, seal};
use model::{
    Client, ClientId, Permission, PkceMode, Platform, RedirectUri, Resource, Scope,
    SealedSigningKey, Seconds, Session, SessionId, Tenant, TenantId, Timestamp, User, UserId,
};
use uuid::Uuid;

use super::super::{AuthorizationInputs, AuthorizationRequest, AuthorizeError, check};
use crate::{
    Checks,
    context::{RequestSeed, RuleContext, Sender, TenantContext},
    keys::TenantKeys,
};

/// A tenant with its context and keys.
pub(super) struct Fixture {
    pub(super) tenant: TenantContext,
    pub(super) now: Timestamp,
    key: SigningKey,
    keys: Arc<TenantKeys>,
}

/// The parameters of a request.
#[derive(Clone)]
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    /// Returns a valid request of the client `web`.
    pub(super) fn good() -> Self {
        Self(BTreeMap::new())
            .with("client_id", "web")
            .with("redirect_uri", "https://app.test/cb")
            .with("response_type", "code")
            .with("scope", "openid profile api://orders/orders.read")
            .with("state", "s +1")
            .with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .with("code_challenge_method", "S256")
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    pub(super) fn encoded(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={}", encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

impl Fixture {
    pub(super) fn new() -> Self {
        let tenant = Tenant::new(TenantId::new(Uuid::from_u128(7)), "demo", [5; 32]);
        let root = seal::RootKey::from_bytes([9; 32]);
        let keyring = seal::Keyring::new(root, Vec::new()).expect("a keyring");
        let tenant =
            TenantContext::new(tenant, "https://admit.test", &keyring).expect("a tenant context");
        let now = Timestamp::from_seconds(1_790_000_000);
        let (key, pkcs8) = SigningKey::generate(Algorithm::Es256).expect("a key");
        let row = SealedSigningKey {
            tenant: tenant.id(),
            kid: key.kid().to_owned(),
            algorithm: "ES256".to_owned(),
            sealed_private_key: tenant
                .sealers
                .signing_keys
                .seal_bytes(pkcs8.as_ref())
                .expect("sealed"),
            jwk: key.public_jwk().to_json().to_string(),
            published_at: Timestamp::default(),
            active_from: Timestamp::default(),
            retired_at: now + Seconds::days(1),
        };
        let keys = TenantKeys::new(&[row], &tenant, now).expect("keys");
        Self { tenant, now, key, keys: Arc::new(keys) }
    }

    pub(super) fn context(&self) -> RuleContext<'_> {
        RuleContext {
            now: self.now,
            tenant: &self.tenant,
            seed: RequestSeed::new([3; 32]),
            sender: Sender::Process,
        }
    }

    pub(super) fn check(&self, query: &Query) -> Result<AuthorizationRequest, AuthorizeError> {
        self.check_encoded(query.encoded().as_bytes())
    }

    pub(super) fn check_encoded(
        &self,
        encoded: &[u8],
    ) -> Result<AuthorizationRequest, AuthorizeError> {
        let text = String::from_utf8_lossy(encoded);
        let id = text.split('&').find_map(|pair| pair.strip_prefix("client_id="));
        check(
            encoded,
            &self.inputs(id.unwrap_or_default()),
            &self.context(),
            &mut Checks::default(),
        )
    }

    /// Returns the inputs of the checks for a client id.
    pub(super) fn inputs(&self, client_id: &str) -> AuthorizationInputs {
        let known = ["web", "web-with-query", "native", "disabled", "daemon", "optional"]
            .contains(&client_id);
        AuthorizationInputs {
            client: known.then(|| Arc::new(self.client(client_id))),
            resources: Arc::new(vec![self.resource()]),
            keys: Arc::clone(&self.keys),
        }
    }

    pub(super) fn client(&self, id: &str) -> Client {
        let uri = |uri: &str, platform| RedirectUri { uri: uri.to_owned(), platform };
        let redirect_uris = match id {
            "web-with-query" => vec![uri("https://app.test/q?a=1", Platform::Web)],
            "native" => vec![
                uri("http://localhost", Platform::Native),
                uri("com.example.app:/cb", Platform::Native),
            ],
            _ => vec![uri("https://app.test/cb", Platform::Web)],
        };
        let client_id = ClientId::new(id).expect("an id");
        Client {
            enabled: id != "disabled",
            public: id == "native",
            redirect_uris,
            grant_types: match id {
                "daemon" => vec!["client_credentials".to_owned()],
                _ => vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            },
            permissions: vec![Permission {
                resource: "api://orders".to_owned(),
                scopes: vec!["orders.read".to_owned(), "orders.purge".to_owned()],
                roles: Vec::new(),
            }],
            pkce: match id {
                "optional" => PkceMode::Optional,
                _ => PkceMode::Required,
            },
            ..Client::new(self.tenant.id(), client_id, "Web app")
        }
    }

    /// Returns a session of a minute ago, and its user.
    pub(super) fn signed_in(&self) -> (Session, User) {
        let id = UserId::new(Uuid::from_u128(42));
        let user = User {
            name: "Rina".to_owned(),
            ..User::new(self.tenant.id(), id, "rina@demo.example")
        };
        let session = Session {
            tenant: user.tenant,
            id: SessionId::new([1; 16]),
            user: user.id,
            auth_time: self.now - Seconds::new(60),
            amr: vec!["pwd".to_owned()],
            expires_at: self.now + Seconds::hours(1),
            persistent: false,
            ended_at: None,
            replaces: None,
            origin: None,
        };
        (session, user)
    }

    /// Signs a token with the tenant's key.
    pub(super) fn signed(&self, typ: &str, claims: &str) -> String {
        let header = serde_json::json!({ "typ": typ, "alg": "ES256", "kid": self.key.kid() });
        self.key.sign(&header, claims.as_bytes()).expect("signed")
    }

    pub(super) fn issuer_encoded(&self) -> String {
        encode(&self.tenant.endpoints.issuer)
    }

    fn resource(&self) -> Resource {
        let scope = |value: &str, admin_only| Scope { admin_only, ..Scope::new(value, value) };
        Resource {
            name: "Orders".into(),
            scopes: vec![scope("orders.read", false), scope("orders.purge", true)],
            ..Resource::new(self.tenant.id(), "api://orders")
        }
    }
}

fn encode(value: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    value.bytes().map(escape).collect()
}
