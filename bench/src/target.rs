//! A server in a scenario: its address, its requests, and the check of its responses.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::Result;
use crate::dataset;
use crate::http::{Connection, Response};
use crate::overload::{Attempts, OVERLOADED, in_time};
use crate::refresh_generations::RefreshGenerations;
use crate::scenario::Scenario;
use crate::server::{Server, client_credentials, credentials};

/// The number of users whose access tokens are sent to UserInfo.
const USERS: usize = 256;

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
    refresh_generations: Arc<RefreshGenerations>,
}

/// A request of a scenario.
pub(crate) struct Request {
    pub(crate) bytes: Vec<u8>,
    /// The grant that it refreshes, by its number among those of public clients, and the generation
    /// of the refresh token.
    refreshed: Option<(u64, u32)>,
}

/// The content of a response that is not wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Correct,
    /// The server refused the request (503) or the connection, because it was overloaded.
    Overloaded,
}

impl Target {
    /// Prepares a scenario: gets the access tokens or the nonce that its requests need. A running
    /// server gets one target for each scenario, because the targets number their requests.
    pub(crate) async fn new(server: &Server, scenario: Scenario) -> Result<Self> {
        let mut target = Self {
            server: server.clone(),
            scenario,
            next: Arc::default(),
            access_tokens: Arc::default(),
            nonce: Arc::default(),
            refresh_generations: Arc::new(match scenario {
                Scenario::Refresh => RefreshGenerations::new(server.dataset.grants / 2)?,
                _ => RefreshGenerations::default(),
            }),
        };
        match scenario {
            Scenario::Userinfo => target.access_tokens = Arc::new(target.redeem_codes().await?),
            Scenario::Dpop => target.receive_nonce().await?,
            _ => {}
        }
        Ok(target)
    }

    /// Opens a connection. Returns `None` if the server was overloaded and refused it.
    pub(crate) async fn connect(&self) -> Result<Option<Connection>> {
        let Server { port, tls_port, tls, .. } = &self.server;
        match self.scenario {
            Scenario::TlsConnection => in_time(Connection::open_tls(*tls_port, tls)).await,
            _ => Ok(Some(Connection::open(*port).await?)),
        }
    }

    /// Returns whether each request has a connection of its own.
    pub(crate) fn reconnects(&self) -> bool {
        self.scenario == Scenario::TlsConnection
    }

    /// Returns the next request, or `None` if there are no further ones.
    pub(crate) fn next_request(&self) -> Result<Option<Request>> {
        if self.scenario == Scenario::Refresh {
            return self.next_refresh();
        }
        let bytes = self.request(self.take_number())?;
        Ok(bytes.map(|bytes| Request { bytes, refreshed: None }))
    }

    /// Refreshes another grant each time, until all have been refreshed. Leaves out those that are
    /// being refreshed: the response has their next refresh token.
    fn next_refresh(&self) -> Result<Option<Request>> {
        let public = self.server.dataset.grants / 2;
        for _ in 0..public {
            let index = self.server.dataset.public_index(self.take_number());
            if let Some(generation) = self.refresh_generations.take(index) {
                let form = self.refresh(index * 2 + 1, generation)?;
                let bytes = self.server.post("token", "", &form);
                return Ok(Some(Request { bytes, refreshed: Some((index, generation)) }));
            }
        }
        Ok(None)
    }

    fn take_number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Checks that the response has the expected status and content, or is that of an overloaded
    /// server. After the latter it is unknown whether the grant was refreshed, so it is not used
    /// again. There is no response if the server refused the connection.
    pub(crate) fn check(
        &self,
        request: &Request,
        response: Option<&Response<'_>>,
    ) -> Result<Outcome> {
        let Some(response) = response else { return Ok(Outcome::Overloaded) };
        self.keep_nonce(response);
        if response.status == OVERLOADED {
            return Ok(Outcome::Overloaded);
        }
        let expected = self.scenario.expected_text().as_bytes();
        let has_expected = expected.is_empty()
            || response.body.windows(expected.len()).any(|part| part == expected);
        if response.status == self.scenario.expected_status() && has_expected {
            if let Some((index, generation)) = request.refreshed {
                self.refresh_generations.put(index, generation + 1);
            }
            return Ok(Outcome::Correct);
        }
        let body = String::from_utf8_lossy(response.body);
        Err(format!("wrong response: status {}: {body}", response.status).into())
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
            Scenario::Jwks => return Ok(Some(self.server.get("/discovery/v2.0/keys", ""))),
            Scenario::Discovery => {
                return Ok(Some(self.server.get("/v2.0/.well-known/openid-configuration", "")));
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
            Scenario::Code => self.server.code(number)?,
            Scenario::Refresh => return Ok(None),
        };
        Ok(Some(self.server.post("token", "", &form)))
    }

    fn with_assertion(&self, number: u64) -> Result<String> {
        let client = dataset::client_id(self.server.dataset.confidential(number))?;
        let issuer = format!("http://{}/{}/v2.0", self.server.host(), dataset::tenant_id());
        let assertion = self.server.keys.assertion(client.as_str(), &issuer)?;
        let client = format!(
            "client_id={client}&client_assertion={assertion}&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        );
        Ok(client_credentials(&client, "es256"))
    }

    fn with_proof(&self, number: u64) -> Result<Vec<u8>> {
        let (host, tenant) = (self.server.host(), dataset::tenant_id());
        let uri = format!("http://{host}/{tenant}/oauth2/v2.0/token");
        let nonce = self.nonce.lock().clone();
        let proof = self.server.keys.proof(&uri, nonce.as_deref())?;
        let client = credentials(self.server.dataset.confidential(number))?;
        let form = client_credentials(&client, "es256");
        Ok(self.server.post("token", &format!("dpop: {proof}\r\n"), &form))
    }

    fn userinfo(&self, number: u64) -> Result<Vec<u8>> {
        let tokens = &self.access_tokens;
        let index = usize::try_from(number)? % tokens.len().max(1);
        let token = tokens.get(index).ok_or("no access token")?;
        Ok(self.server.get("/oidc/userinfo", &format!("authorization: Bearer {token}\r\n")))
    }

    /// Sends requests until one is answered, whose response has a nonce for the next proof.
    async fn receive_nonce(&self) -> Result<()> {
        let mut connection = Connection::open(self.server.port).await?;
        let mut attempts = Attempts::default();
        loop {
            let request = self.next_request()?.ok_or("no request")?;
            let response = in_time(connection.send(&request.bytes)).await?;
            if response.status != OVERLOADED {
                self.keep_nonce(&response);
                return Ok(());
            }
            attempts.wait().await?;
        }
    }

    /// Redeems codes whose numbers no other scenario uses, and returns the access tokens. After a
    /// refusal for overload it redeems another code instead.
    async fn redeem_codes(&self) -> Result<Vec<String>> {
        let mut connection = Connection::open(self.server.port).await?;
        let (mut tokens, mut attempts) = (Vec::new(), Attempts::default());
        let mut number = u64::MAX / 2;
        while tokens.len() < USERS {
            let form = self.server.code(number)?;
            number += 1;
            match self.redeem(&mut connection, &form).await? {
                Some(token) => {
                    tokens.push(token);
                    attempts = Attempts::default();
                }
                None => attempts.wait().await?,
            }
        }
        Ok(tokens)
    }

    /// Redeems a code and returns the access token, or `None` if the server is overloaded.
    async fn redeem(&self, connection: &mut Connection, form: &str) -> Result<Option<String>> {
        let request = self.server.post("token", "", form);
        let response = in_time(connection.send(&request)).await?;
        if response.status == OVERLOADED {
            return Ok(None);
        }
        let body: serde_json::Value = serde_json::from_slice(response.body)?;
        let token = body.get("access_token").and_then(|token| token.as_str());
        Ok(Some(token.ok_or_else(|| format!("no access token: {body}"))?.to_owned()))
    }

    fn refresh(&self, grant: u64, generation: u32) -> Result<String> {
        let client = dataset::client_id(self.server.dataset.client_of(grant))?;
        let token = self.server.refresh_token(grant, generation)?;
        Ok(format!("grant_type=refresh_token&client_id={client}&refresh_token={token}"))
    }

    fn introspection(&self, number: u64) -> Result<Vec<u8>> {
        let form = self.token_form(self.server.dataset.confidential_grant(number))?;
        Ok(self.server.post("introspect", "", &form))
    }

    fn revocation(&self, number: u64) -> Result<Option<Vec<u8>>> {
        let dataset = self.server.dataset;
        if number >= dataset.grants / 2 {
            return Ok(None);
        }
        let form = self.token_form(dataset.confidential_grant(number))?;
        Ok(Some(self.server.post("revoke", "", &form)))
    }

    /// Returns a refresh token with the credentials of its client.
    fn token_form(&self, grant: u64) -> Result<String> {
        let client = credentials(self.server.dataset.client_of(grant))?;
        Ok(format!("{client}&token={}", self.server.refresh_token(grant, 0)?))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.scenario, self.server)
    }
}
