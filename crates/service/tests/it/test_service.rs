//! A whole service in memory, with one tenant and a few of everything, for tests to knock at.

use std::sync::{Arc, OnceLock};

use axum::body::HttpBody as _;
use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use jose::{
    Algorithm, digest,
    seal::{Keyring, RootKey},
};
use model::{
    Client, ClientCredential, ClientId, Directory, DirectoryChange, GrantId, Permission, Platform,
    RedirectUri, Resource, Role, RoleAssignment, Scope, Seconds, SessionId, SigningKeyRow, Store,
    SubjectType, Tenant, TenantId, Timestamp, User, UserId,
};
use protocol::{context::Realm, handle::Code, pkce};
use serde_json::Value;
use service::{Service, Settings};
use store::{Cached, Memory, MemoryHistory};
use tower::ServiceExt;
use uuid::Uuid;

use crate::signed::{bare, registered, rsa};

/// Where the service believes to be.
pub const ORIGIN: &str = "https://id.test";
/// The tenant's id.
pub const TENANT: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
/// The person's id.
pub const ALICE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00a1);
/// The default resource.
pub const ORDERS: &str = "api://orders";
/// Another resource.
pub const BILLING: &str = "api://billing";
/// The secret of every client that has one.
pub const SECRET: &str = "a-secret-of-many-random-characters-0123456789";
/// A verifier, and through [`challenge`] its challenge.
pub const VERIFIER: &str = "a-verifier-of-more-than-43-characters-0123456789";

static KEYS: OnceLock<Vec<SigningKeyRow>> = OnceLock::new();

/// The service and what a test may reach behind its back.
pub struct House {
    /// The routes.
    pub router: Router,
    /// The service.
    pub service: Arc<Service>,
    /// What everything is sealed with.
    pub realm: Arc<Realm>,
}

/// A request, as it was sent.
#[derive(Debug)]
pub struct Asked {
    /// Its method.
    pub method: Method,
    /// Its path and query.
    pub target: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; none where it came bit by bit.
    pub body: Option<String>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// What it answers.
    pub asked: Asked,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as text.
    pub text: String,
    /// Its body as JSON; null if it is none.
    pub json: Value,
}

impl House {
    /// Builds it over a store in memory.
    pub async fn new() -> Self {
        Self::over(Arc::new(Memory::new())).await
    }

    /// Builds it over any store.
    pub async fn over(store: Arc<dyn Store>) -> Self {
        let root = || RootKey::from_bytes([7; 32]);
        let keyring = Keyring::new(root(), Vec::new()).expect("a keyring");
        let cached = Arc::new(Cached::new(store));
        cached.apply(directory()).await.expect("a directory");
        let settings = Settings::new(ORIGIN.to_owned());
        let service =
            Service::new(settings, Arc::clone(&cached), Arc::new(MemoryHistory::new()), keyring);
        let realm = service.realm(&TENANT.to_string()).await.expect("a realm");
        // Making an RSA key takes long, and every house is sealed with the same root key.
        let made = KEYS.get().cloned().unwrap_or_default();
        let put = made.into_iter().map(DirectoryChange::PutSigningKey).collect();
        service.store.apply(put).await.expect("applied");
        service::keys::ensure(&*service.store, &realm, service::now()).await.expect("keys");
        let made = service.store.signing_keys(realm.tenant.id).await.expect("a book");
        KEYS.get_or_init(|| made.to_vec());
        let router = service::router(Arc::clone(&service));
        Self { router, service, realm }
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (asked, request) = noted(request).await;
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { asked, status: parts.status, headers: parts.headers, text, json }
    }

    /// Posts parameters to an endpoint of the tenant.
    pub async fn post(&self, endpoint: &str, parameters: &[(&str, &str)]) -> Answer {
        self.send(post(endpoint, parameters)).await
    }

    /// Posts parameters to the token endpoint.
    pub async fn token(&self, parameters: &[(&str, &str)]) -> Answer {
        self.post("oauth2/v2.0/token", parameters).await
    }

    /// A code for a client, as the authorization endpoint would have made it, changed by `with`.
    pub fn code(&self, client: &str, with: impl FnOnce(&mut Code)) -> String {
        let now = service::now();
        let mut code = Code {
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
            openid_scopes: ["openid", "profile", "email", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
            nonce: Some("n-1".to_owned()),
            code_challenge: challenge(),
            dpop_jkt: None,
            auth_time: now - Seconds::new(5),
            amr: vec!["pwd".to_owned()],
            expires_at: now + Seconds::new(60),
            issued_at: now,
        };
        with(&mut code);
        code.seal(&self.realm).expect("a code")
    }

    /// The parameters that redeem a code of the client `web`.
    #[expect(clippy::unused_self, reason = "reads as what is done at this house")]
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

    /// The parameters that redeem a code of any client.
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
        let client = self.service.store.client(TenantId::new(TENANT), &id).await.expect("a book");
        let mut client = Client::clone(&client.expect("a client"));
        with(&mut client);
        self.apply(DirectoryChange::PutClient(client)).await;
    }

    /// Changes Alice.
    pub async fn change_user(&self, with: impl FnOnce(&mut User)) {
        let user = self.service.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
        let mut user = User::clone(&user.expect("a book").expect("a user"));
        with(&mut user);
        self.apply(DirectoryChange::PutUser(user)).await;
    }

    /// Changes the tenant.
    pub async fn change_tenant(&self, with: impl FnOnce(&mut Tenant)) {
        let mut tenant = self.realm.tenant.clone();
        with(&mut tenant);
        self.apply(DirectoryChange::PutTenant(tenant)).await;
    }

    /// Makes one change of the directory.
    pub async fn apply(&self, change: DirectoryChange) {
        self.service.store.apply(vec![change]).await.expect("applied");
    }
}

impl Answer {
    /// Holds a refusal against what is expected: status, `error` and number.
    #[track_caller]
    pub fn refused(&self, status: u16, error: &str, number: u64) {
        let got = (self.status.as_u16(), self.error(), self.number());
        assert_eq!(got, (status, error, number), "{}", self.text);
    }

    /// Holds the answer against being a good one.
    #[track_caller]
    pub fn good(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self
    }

    /// The number of a refusal; 0 if it is none.
    pub fn number(&self) -> u64 {
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

/// A request, and what it says. A body without a known length is left alone: reading it is what
/// some tests are about.
async fn noted(request: Request<Body>) -> (Asked, Request<Body>) {
    let (parts, body) = request.into_parts();
    let (body, said) = if body.size_hint().exact().is_some() {
        let bytes = body.collect().await.expect("a body").to_bytes();
        let said = String::from_utf8_lossy(&bytes).into_owned();
        (Body::from(bytes), Some(said))
    } else {
        (body, None)
    };
    let asked = Asked {
        method: parts.method.clone(),
        target: parts.uri.to_string(),
        headers: parts.headers.clone(),
        body: said,
    };
    (asked, Request::from_parts(parts, body))
}

/// The challenge of [`VERIFIER`].
pub fn challenge() -> String {
    pkce::challenge(VERIFIER)
}

/// A request that posts parameters to an endpoint of the tenant.
pub fn post(endpoint: &str, parameters: &[(&str, &str)]) -> Request<Body> {
    let body = encode(parameters);
    Request::post(format!("/{TENANT}/{endpoint}"))
        .header("host", "id.test")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request")
}

/// A request that gets a path.
pub fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "id.test").body(Body::empty()).expect("a request")
}

/// Form encoding.
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

/// Where a client's answers go.
pub fn redirect_uri(client: &str) -> &'static str {
    match client {
        "spa" => "https://spa.test/",
        "native" => "http://127.0.0.1/callback",
        "keyed" => "https://keyed.test/callback",
        _ => "https://web.test/callback",
    }
}

/// The tenant that [`TENANT`] names.
pub fn tenant() -> Tenant {
    Tenant {
        display_name: "Demo".to_owned(),
        ..Tenant::new(TenantId::new(TENANT), "demo", [3; 32])
    }
}

/// A client with a secret, or a public one; consent is given by the administrator.
pub fn client(id: &str, platform: Platform, public: bool) -> Client {
    let secret = ClientCredential::Secret {
        id: "5f0c1d3e-0000-4000-8000-000000000001".to_owned(),
        sha256: digest::sha256(SECRET.as_bytes()),
        expires: None,
    };
    Client {
        tenant: TenantId::new(TENANT),
        id: ClientId::new(id).expect("a client id"),
        name: format!("The {id} app"),
        enabled: true,
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
        consent_granted: true,
        subject_type: SubjectType::Pairwise,
        id_token_alg: "RS256".to_owned(),
        refresh_token_rotation: None,
        dpop_required: false,
        rehearsal: false,
    }
}

fn keyed() -> Client {
    let credentials = vec![registered(&bare(&rsa(Algorithm::Rs256)))];
    Client { credentials, ..client("keyed", Platform::Web, false) }
}

fn resource(identifier: &str, default: bool) -> Resource {
    let scope = |value: &str, admin_only| Scope {
        value: value.to_owned(),
        description: format!("May {value}"),
        admin_only,
    };
    Resource {
        tenant: TenantId::new(TENANT),
        identifier: identifier.to_owned(),
        name: format!("The API {identifier}"),
        enabled: true,
        default,
        scopes: vec![scope("read", false), scope("write", false), scope("manage", true)],
        roles: vec![Role {
            value: "Orders.Read.All".to_owned(),
            description: "Read all orders".to_owned(),
        }],
        token_alg: "ES256".to_owned(),
        token_typ: "at+jwt".to_owned(),
        token_lifetime: Seconds::hours(1),
        introspection_clients: vec![ClientId::new("api").expect("a client id")],
    }
}

fn alice() -> User {
    User {
        administrator: false,
        tenant: TenantId::new(TENANT),
        id: UserId::new(ALICE),
        username: "alice@demo.test".to_owned(),
        name: "Alice".to_owned(),
        email: Some("alice@demo.test".to_owned()),
        email_verified: true,
        enabled: true,
        tokens_not_before: Timestamp::default(),
        roles: vec![RoleAssignment {
            resource: ORDERS.to_owned(),
            role: "Orders.Read.All".to_owned(),
        }],
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
