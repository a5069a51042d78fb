//! A server in a scenario: its address, its requests, and the check of its responses.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jose::digest::sha256;
use model::GrantId;
use parking_lot::Mutex;
use protocol::context::TenantContext;
use protocol::sealed_token::RefreshToken;

use crate::Result;
use crate::dataset::{self, Dataset};
use crate::http::{Connection, Response, get, post};
use crate::minimal::SealedToken;
use crate::request_keys::RequestKeys;
use crate::scenario::Scenario;
use crate::sealed_code::sealed_code;
use crate::tls::TlsClient;

/// The number of users whose access tokens are sent to UserInfo.
const USERS: u64 = 256;

/// A running server, and what its requests are made of.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
    pub(crate) pid: u32,
    pub(crate) dataset: Dataset,
    /// The way to create its codes and refresh tokens.
    pub(crate) sealing: TokenSealing,
    pub(crate) keys: Arc<RequestKeys>,
    pub(crate) tls: Arc<TlsClient>,
}

/// The way to create a server's codes and refresh tokens. The load generator seals them with the
/// key of the server, so that the measurement includes no sign-in.
#[derive(Clone)]
pub(crate) enum TokenSealing {
    Service(Arc<TenantContext>),
    Minimal,
}

/// A server in one scenario.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) server: Server,
    pub(crate) scenario: Scenario,
    /// Numbers the requests, so that no one-time value is sent twice.
    next: Arc<AtomicU64>,
    access_tokens: Arc<Vec<String>>,
    /// The nonce for the next DPoP proof.
    nonce: Arc<Mutex<Option<String>>>,
}

impl Target {
    /// Prepares a scenario: gets the access tokens or the nonce that its requests need.
    pub(crate) async fn new(server: &Server, scenario: Scenario) -> Result<Self> {
        let mut target = Self {
            server: server.clone(),
            scenario,
            next: Arc::default(),
            access_tokens: Arc::default(),
            nonce: Arc::default(),
        };
        match scenario {
            Scenario::Userinfo => target.access_tokens = Arc::new(target.redeem_codes().await?),
            Scenario::Dpop => {
                let mut connection = target.connect().await?;
                let request = target.request(target.take_number())?.ok_or("no request")?;
                target.keep_nonce(&connection.send(&request).await?);
            }
            _ => {}
        }
        Ok(target)
    }

    /// Opens a connection.
    pub(crate) async fn connect(&self) -> Result<Connection> {
        let Server { port, tls_port, tls, .. } = &self.server;
        match self.scenario {
            Scenario::TlsConnection => Connection::open_tls(*tls_port, tls).await,
            _ => Connection::open(*port).await,
        }
    }

    /// Returns whether each request has a connection of its own.
    pub(crate) fn reconnects(&self) -> bool {
        self.scenario == Scenario::TlsConnection
    }

    /// Returns the next request, or `None` if there are no further ones.
    pub(crate) fn next_request(&self) -> Result<Option<Vec<u8>>> {
        self.request(self.take_number())
    }

    fn take_number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Checks that the response has the expected status and content.
    pub(crate) fn check(&self, response: &Response<'_>) -> Result<()> {
        self.keep_nonce(response);
        let expected = self.scenario.expected_text().as_bytes();
        let has_expected = expected.is_empty()
            || response.body.windows(expected.len()).any(|part| part == expected);
        if response.status == self.scenario.expected_status() && has_expected {
            return Ok(());
        }
        let body = String::from_utf8_lossy(response.body);
        Err(format!("{}: status {}: {body}", self.scenario, response.status).into())
    }

    fn keep_nonce(&self, response: &Response<'_>) {
        if self.scenario == Scenario::Dpop
            && let Some(nonce) = response.header("dpop-nonce")
        {
            *self.nonce.lock() = Some(nonce.to_owned());
        }
    }

    fn request(&self, number: u64) -> Result<Option<Vec<u8>>> {
        let dataset = self.server.dataset;
        let form = match self.scenario {
            Scenario::Jwks => return Ok(Some(self.get("/discovery/v2.0/keys", ""))),
            Scenario::Discovery => {
                return Ok(Some(self.get("/v2.0/.well-known/openid-configuration", "")));
            }
            Scenario::Userinfo => return self.userinfo(number).map(Some),
            Scenario::Dpop => return self.with_proof(number).map(Some),
            Scenario::Introspection => return self.introspection(number).map(Some),
            Scenario::Revocation => return self.revocation(number),
            Scenario::ClientCredentialsEs256 | Scenario::TlsConnection => {
                client_credentials(&credentials(dataset.confidential(number))?, "es256")
            }
            Scenario::ClientCredentialsRs256 => {
                client_credentials(&credentials(dataset.confidential(number))?, "rs256")
            }
            Scenario::PrivateKeyJwt => self.with_assertion(number)?,
            Scenario::WrongSecret => {
                let client = dataset::client_id(dataset.confidential(number))?;
                let secret = dataset::secret(u64::MAX);
                client_credentials(&format!("client_id={client}&client_secret={secret}"), "es256")
            }
            Scenario::UnknownClient => {
                client_credentials(&credentials(dataset.clients + number)?, "es256")
            }
            Scenario::Code => self.code(number)?,
            Scenario::Refresh => match dataset.public_grant(number) {
                None => return Ok(None),
                Some(grant) => self.refresh(grant)?,
            },
        };
        Ok(Some(self.post("token", "", &form)))
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.server.port)
    }

    fn get(&self, path: &str, headers: &str) -> Vec<u8> {
        get(&self.host(), &format!("/{}{path}", dataset::tenant_id()), headers)
    }

    fn post(&self, endpoint: &str, headers: &str, form: &str) -> Vec<u8> {
        let path = format!("/{}/oauth2/v2.0/{endpoint}", dataset::tenant_id());
        post(&self.host(), &path, headers, form)
    }

    fn with_assertion(&self, number: u64) -> Result<String> {
        let client = dataset::client_id(self.server.dataset.confidential(number))?;
        let issuer = format!("http://{}/{}/v2.0", self.host(), dataset::tenant_id());
        let assertion = self.server.keys.assertion(client.as_str(), &issuer)?;
        let client = format!(
            "client_id={client}&client_assertion={assertion}&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        );
        Ok(client_credentials(&client, "es256"))
    }

    fn with_proof(&self, number: u64) -> Result<Vec<u8>> {
        let (host, tenant) = (self.host(), dataset::tenant_id());
        let uri = format!("http://{host}/{tenant}/oauth2/v2.0/token");
        let nonce = self.nonce.lock().clone();
        let proof = self.server.keys.proof(&uri, nonce.as_deref())?;
        let client = credentials(self.server.dataset.confidential(number))?;
        let form = client_credentials(&client, "es256");
        Ok(self.post("token", &format!("dpop: {proof}\r\n"), &form))
    }

    fn userinfo(&self, number: u64) -> Result<Vec<u8>> {
        let tokens = &self.access_tokens;
        let index = usize::try_from(number)? % tokens.len().max(1);
        let token = tokens.get(index).ok_or("no access token")?;
        Ok(self.get("/oidc/userinfo", &format!("authorization: Bearer {token}\r\n")))
    }

    fn code(&self, number: u64) -> Result<String> {
        let client = self.server.dataset.confidential(number);
        let challenge = sha256(dataset::VERIFIER.as_bytes());
        let grant = GrantId::new(dataset::derive_16("code", number));
        let code = match &self.server.sealing {
            TokenSealing::Service(tenant) => {
                sealed_code(tenant, client, (grant, &challenge), service::now())?
            }
            TokenSealing::Minimal => SealedToken::code(grant, challenge).seal()?,
        };
        let client = credentials(client)?;
        let redirect_uri: String =
            form_urlencoded::byte_serialize(dataset::REDIRECT_URI.as_bytes()).collect();
        Ok(format!(
            "grant_type=authorization_code&{client}&code={code}&redirect_uri={redirect_uri}\
             &code_verifier={}",
            dataset::VERIFIER
        ))
    }

    /// Redeems codes whose numbers no other scenario uses, and returns the access tokens.
    async fn redeem_codes(&self) -> Result<Vec<String>> {
        let mut connection = self.connect().await?;
        let mut tokens = Vec::new();
        for user in 0..USERS {
            let form = self.code(u64::MAX / 2 + user)?;
            let response = connection.send(&self.post("token", "", &form)).await?;
            let body: serde_json::Value = serde_json::from_slice(response.body)?;
            let token = body.get("access_token").and_then(|token| token.as_str());
            tokens.push(token.ok_or_else(|| format!("no access token: {body}"))?.to_owned());
        }
        Ok(tokens)
    }

    fn refresh(&self, grant: u64) -> Result<String> {
        let client = dataset::client_id(self.server.dataset.client_of(grant))?;
        let token = self.refresh_token(grant)?;
        Ok(format!("grant_type=refresh_token&client_id={client}&refresh_token={token}"))
    }

    fn introspection(&self, number: u64) -> Result<Vec<u8>> {
        let form = self.token_form(self.server.dataset.confidential_grant(number))?;
        Ok(self.post("introspect", "", &form))
    }

    fn revocation(&self, number: u64) -> Result<Option<Vec<u8>>> {
        let dataset = self.server.dataset;
        if number >= dataset.grants / 2 {
            return Ok(None);
        }
        let form = self.token_form(dataset.confidential_grant(number))?;
        Ok(Some(self.post("revoke", "", &form)))
    }

    /// Returns a refresh token with the credentials of its client.
    fn token_form(&self, grant: u64) -> Result<String> {
        let client = credentials(self.server.dataset.client_of(grant))?;
        Ok(format!("{client}&token={}", self.refresh_token(grant)?))
    }

    fn refresh_token(&self, grant: u64) -> Result<String> {
        let grant = dataset::grant_id(grant);
        match &self.server.sealing {
            TokenSealing::Service(tenant) => RefreshToken { grant, generation: 0 }
                .seal(tenant)
                .map_err(|fault| fault.cause().to_owned().into()),
            TokenSealing::Minimal => SealedToken::refresh_token(grant, 0).seal(),
        }
    }
}

fn client_credentials(client: &str, api: &str) -> String {
    format!("grant_type=client_credentials&{client}&scope=api%3A%2F%2F{api}%2F.default")
}

/// Returns a client's id and secret as parameters.
fn credentials(client: u64) -> Result<String> {
    Ok(format!(
        "client_id={}&client_secret={}",
        dataset::client_id(client)?,
        dataset::secret(client)
    ))
}
