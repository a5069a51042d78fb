//! The service under test: in memory, with one tenant, users, clients and resources.

use std::sync::{Arc, OnceLock};

use axum::body::{Body, HttpBody as _};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use jose::{
    Algorithm, digest,
    seal::{Keyring, RootKey},
};
use listener::{Handler as _, Peer};
use model::{
    Client, ClientCredential, ClientId, Directory, DirectoryChange, GrantId, Permission, Platform,
    RedirectUri, Resource, Role, RoleAssignment, Scope, SealedSigningKey, Seconds, SessionId,
    Store, Tenant, TenantId, User, UserId,
};
use protocol::{context::TenantContext, pkce, sealed_token::AuthorizationCode};
use serde_json::Value;
use service::{Routes, Service, Settings};
use store::{CachedStore, MemoryHistory, MemoryStore};
use uuid::Uuid;

use crate::signed_requests::{public_jwk, registered_key, rsa};

/// The origin that the service is configured with.
pub const ORIGIN: &str = "https://id.test";
/// The tenant's id.
pub const TENANT: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
/// The id of the user Alice.
pub const ALICE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00a1);
/// The default resource.
pub const ORDERS: &str = "api://orders";
/// Another resource.
pub const BILLING: &str = "api://billing";
/// The secret of every client that has one.
pub const SECRET: &str = "a-secret-of-many-random-characters-0123456789";
/// A PKCE code verifier. [`challenge`] returns its code challenge.
pub const VERIFIER: &str = "a-verifier-of-more-than-43-characters-0123456789";

static KEYS: OnceLock<Vec<SealedSigningKey>> = OnceLock::new();

/// The service under test, with access to its internals.
pub struct TestService {
    /// The router that serves every request.
    pub router: Routes,
    /// The application state.
    pub state: Arc<Service>,
    /// The tenant context, with the sealers of the tenant.
    pub tenant: Arc<TenantContext>,
}

/// A request as the test sent it.
#[derive(Debug)]
pub struct SentRequest {
    /// Its method.
    pub method: Method,
    /// Its path and query.
    pub target: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; `None` if the test streamed it.
    pub body: Option<String>,
}

/// A response that was read to its end.
#[derive(Debug)]
pub struct TestResponse {
    /// The request that it belongs to.
    pub sent: SentRequest,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as text.
    pub text: String,
    /// Its body as JSON; null if it is not JSON.
    pub json: Value,
}

impl TestService {
    /// Builds it over an empty store in memory.
    pub async fn new() -> Self {
        Self::over(Arc::new(MemoryStore::new())).await
    }

    /// Builds it over the given store.
    pub async fn over(store: Arc<dyn Store>) -> Self {
        Self::with_settings(store, Settings::new(ORIGIN.to_owned())).await
    }

    /// Builds it over the given store, with settings.
    pub async fn with_settings(store: Arc<dyn Store>, settings: Settings) -> Self {
        let root = || RootKey::from_bytes([7; 32]);
        let keyring = Keyring::new(root(), Vec::new()).expect("a keyring");
        let cached = Arc::new(CachedStore::new(store));
        cached.apply(directory()).await.expect("a directory");
        let state =
            Service::new(settings, Arc::clone(&cached), Arc::new(MemoryHistory::new()), keyring);
        let service = Self::from_state(state).await;
        // Generating an RSA key is slow. Every test service has the same root key, so keys are
        // reused.
        let store = &service.state.store;
        let keys = KEYS.get().cloned().unwrap_or_default();
        let put = keys.into_iter().map(DirectoryChange::PutSigningKey).collect();
        store.apply(put).await.expect("applied");
        service::key_rotation::ensure(&**store, &service.tenant, service::now())
            .await
            .expect("keys");
        let keys = store.signing_keys(service.tenant.id()).await.expect("a store");
        KEYS.get_or_init(|| keys.to_vec());
        service
    }

    /// Wraps an application state whose store has the tenant.
    pub async fn from_state(state: Arc<Service>) -> Self {
        let tenant = state.tenant_context(&TENANT.to_string()).await.expect("a tenant context");
        Self { router: service::router(Arc::clone(&state)), state, tenant }
    }

    /// Sends a request and reads the whole response.
    pub async fn send(&self, request: Request<Body>) -> TestResponse {
        let (sent, request) = capture(request).await;
        let peer = request.extensions().get::<Peer>().copied();
        let response = self.router.respond(request, peer).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        TestResponse { sent, status: parts.status, headers: parts.headers, text, json }
    }

    /// Posts parameters to an endpoint of the tenant.
    pub async fn post(&self, endpoint: &str, parameters: &[(&str, &str)]) -> TestResponse {
        self.send(post(endpoint, parameters)).await
    }

    /// Posts parameters to the token endpoint.
    pub async fn token(&self, parameters: &[(&str, &str)]) -> TestResponse {
        self.post("oauth2/v2.0/token", parameters).await
    }

    /// Returns a sealed code for a client, as the authorization endpoint would. `with` changes it.
    pub fn code(&self, client: &str, with: impl FnOnce(&mut AuthorizationCode)) -> String {
        let now = service::now();
        let mut code = AuthorizationCode {
            grant: GrantId::new(Uuid::new_v4().into_bytes()),
            client: ClientId::new(client).expect("a client id"),
            user: UserId::new(ALICE),
            session: SessionId::new([1; 16]),
            redirect_uri: redirect_uri(client).to_owned(),
            redirect_uri_was_sent: true,
            single_page: client == "spa",
            resource: ORDERS.to_owned(),
            scopes: vec!["read".to_owned()],
            default_scope: false,
            scope_spellings: Vec::new(),
            openid_scopes: ["openid", "profile", "email", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
            claims: model::RequestedClaims::default(),
            nonce: Some("n-1".to_owned()),
            code_challenge: Some(challenge()),
            dpop_jkt: None,
            auth_time: now - Seconds::new(5),
            amr: vec!["pwd".to_owned()],
            expires_at: now + Seconds::new(60),
            grant_ends_at: None,
            issued_at: now,
        };
        with(&mut code);
        code.seal(&self.tenant).expect("a code")
    }

    /// Returns the parameters that redeem a code of the client `web`.
    #[expect(clippy::unused_self, reason = "reads as an action on this service")]
    pub fn redeem<'a>(&self, code: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("grant_type", "authorization_code"),
            ("client_id", "web"),
            ("client_secret", SECRET),
            ("code", code),
            ("redirect_uri", redirect_uri("web")),
            ("code_verifier", VERIFIER),
        ]
    }

    /// Returns the parameters that redeem a code of any client.
    pub fn redeem_as<'a>(&self, client: &'a str, code: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut parameters = self.redeem(code);
        parameters.retain(|(name, _)| {
            *name != "client_secret" || !matches!(client, "spa" | "native" | "keyed")
        });
        for (name, value) in &mut parameters {
            match *name {
                "client_id" => *value = client,
                "redirect_uri" => *value = redirect_uri(client),
                _ => {}
            }
        }
        parameters
    }

    /// Changes one client.
    pub async fn change_client(&self, id: &str, with: impl FnOnce(&mut Client)) {
        let id = ClientId::new(id).expect("a client id");
        let client = self.state.store.client(TenantId::new(TENANT), &id).await.expect("a store");
        let mut client = Client::clone(&client.expect("a client"));
        with(&mut client);
        self.apply(DirectoryChange::PutClient(client)).await;
    }

    /// Changes Alice.
    pub async fn change_user(&self, with: impl FnOnce(&mut User)) {
        let user = self.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
        let mut user = User::clone(&user.expect("a store").expect("a user"));
        with(&mut user);
        self.apply(DirectoryChange::PutUser(user)).await;
    }

    /// Changes the tenant.
    pub async fn change_tenant(&self, with: impl FnOnce(&mut Tenant)) {
        let mut tenant = self.tenant.row.clone();
        with(&mut tenant);
        self.apply(DirectoryChange::PutTenant(tenant)).await;
    }

    /// Applies one change to the directory.
    pub async fn apply(&self, change: DirectoryChange) {
        self.state.store.apply(vec![change]).await.expect("applied");
    }
}

impl TestResponse {
    /// Asserts status, `error` and number of a refusal.
    #[track_caller]
    pub fn assert_refused(&self, status: u16, error: &str, number: u64) {
        let got = (self.status.as_u16(), self.error(), self.error_number());
        assert_eq!(got, (status, error, number), "{}", self.text);
    }

    /// Asserts status 200.
    #[track_caller]
    pub fn assert_ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self
    }

    /// The number of a refusal; 0 if it is none.
    pub fn error_number(&self) -> u64 {
        self.json["error_codes"][0].as_u64().unwrap_or_default()
    }

    /// `error` of a refusal.
    pub fn error(&self) -> &str {
        self.json["error"].as_str().unwrap_or_default()
    }

    /// A member of the body as text.
    pub fn member(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_default()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The claims of a token in the body, unverified.
    pub fn claims(&self, name: &str) -> Value {
        let payload = self.member(name).split('.').nth(1).unwrap_or_default();
        let bytes = digest::base64url_decode(payload).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}

/// Copies what a request contains. A body without a known length is not read, because some tests
/// are about reading it.
async fn capture(request: Request<Body>) -> (SentRequest, Request<Body>) {
    let (parts, body) = request.into_parts();
    let (body, content) = if body.size_hint().exact().is_some() {
        let bytes = body.collect().await.expect("a body").to_bytes();
        let content = String::from_utf8_lossy(&bytes).into_owned();
        (Body::from(bytes), Some(content))
    } else {
        (body, None)
    };
    let sent = SentRequest {
        method: parts.method.clone(),
        target: parts.uri.to_string(),
        headers: parts.headers.clone(),
        body: content,
    };
    (sent, Request::from_parts(parts, body))
}

/// Returns the code challenge of [`VERIFIER`].
pub fn challenge() -> String {
    pkce::challenge(VERIFIER)
}

/// Returns a request that posts parameters to an endpoint of the tenant.
pub fn post(endpoint: &str, parameters: &[(&str, &str)]) -> Request<Body> {
    let body = encode(parameters);
    Request::post(format!("/{TENANT}/{endpoint}"))
        .header("host", "id.test")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request")
}

/// Returns a GET request for a path.
pub fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "id.test").body(Body::empty()).expect("a request")
}

/// Form-encodes parameters.
pub fn encode(parameters: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// Returns the redirect URI that is registered for a client.
pub fn redirect_uri(client: &str) -> &'static str {
    match client {
        "spa" => "https://spa.test/",
        "native" => "http://127.0.0.1/callback",
        "keyed" => "https://keyed.test/callback",
        _ => "https://web.test/callback",
    }
}

/// Returns the tenant with the id [`TENANT`].
pub fn tenant() -> Tenant {
    Tenant { display_name: "Demo".into(), ..Tenant::new(TenantId::new(TENANT), "demo", [3; 32]) }
}

/// Returns a client with a secret, or a public one. It has admin consent.
pub fn client(id: &str, platform: Platform, public: bool) -> Client {
    let secret = ClientCredential::Secret {
        id: "5f0c1d3e-0000-4000-8000-000000000001".to_owned(),
        sha256: digest::sha256(SECRET.as_bytes()),
        expires: None,
    };
    let client_id = ClientId::new(id).expect("a client id");
    Client {
        public,
        redirect_uris: vec![RedirectUri { uri: redirect_uri(id).to_owned(), platform }],
        credentials: if public { Vec::new() } else { vec![secret] },
        grant_types: ["authorization_code", "refresh_token", "client_credentials"]
            .map(str::to_owned)
            .to_vec(),
        permissions: vec![Permission {
            resource: ORDERS.to_owned(),
            scopes: vec!["read".to_owned(), "write".to_owned()],
            roles: if public { Vec::new() } else { vec!["Orders.Read.All".to_owned()] },
        }],
        admin_consent: true,
        oid: true,
        ..Client::new(TenantId::new(TENANT), client_id, &format!("The {id} app"))
    }
}

fn keyed() -> Client {
    let credentials = vec![registered_key(&public_jwk(&rsa(Algorithm::Rs256)))];
    Client { credentials, ..client("keyed", Platform::Web, false) }
}

fn resource(identifier: &str, default: bool) -> Resource {
    let scope =
        |value: &str, admin_only| Scope { admin_only, ..Scope::new(value, format!("May {value}")) };
    Resource {
        name: format!("The API {identifier}").into(),
        default,
        scopes: vec![scope("read", false), scope("write", false), scope("manage", true)],
        roles: vec![Role {
            value: "Orders.Read.All".to_owned(),
            description: "Read all orders".into(),
        }],
        introspection_clients: vec![ClientId::new("api").expect("a client id")],
        ..Resource::new(TenantId::new(TENANT), identifier)
    }
}

fn alice() -> User {
    User {
        name: "Alice".to_owned(),
        email: Some("alice@demo.test".to_owned()),
        email_verified: true,
        roles: vec![RoleAssignment {
            resource: ORDERS.to_owned(),
            role: "Orders.Read.All".to_owned(),
        }],
        ..User::new(TenantId::new(TENANT), UserId::new(ALICE), "alice@demo.test")
    }
}

fn directory() -> Vec<DirectoryChange> {
    vec![
        DirectoryChange::PutTenant(tenant()),
        DirectoryChange::PutResource(resource(ORDERS, true)),
        DirectoryChange::PutResource(resource(BILLING, false)),
        DirectoryChange::PutClient(client("web", Platform::Web, false)),
        DirectoryChange::PutClient(client("daemon", Platform::Web, false)),
        DirectoryChange::PutClient(client("api", Platform::Web, false)),
        DirectoryChange::PutClient(client("spa", Platform::SinglePage, true)),
        DirectoryChange::PutClient(client("native", Platform::Native, true)),
        DirectoryChange::PutClient(keyed()),
        DirectoryChange::PutUser(alice()),
    ]
}
