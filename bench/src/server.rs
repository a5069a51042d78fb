//! A running server under test: its address, and the codes and refresh tokens that it accepts.

use std::fmt;
use std::sync::Arc;

use jose::digest::sha256;
use protocol::context::TenantContext;
use protocol::sealed_token::RefreshToken;

use crate::Result;
use crate::database_servers::Database;
use crate::dataset::{self, Dataset, GrantIds};
use crate::http::{get, post};
use crate::minimal::SealedToken;
use crate::request_keys::RequestKeys;
use crate::sealed_code::sealed_code;
use crate::tls::TlsClient;

/// A running server, and what its requests are made of.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
    pub(crate) pid: u32,
    pub(crate) dataset: Dataset,
    pub(crate) grant_ids: GrantIds,
    /// `None` if the data is in files.
    pub(crate) database: Option<Database>,
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
    /// The peer knows every code and refresh token by its text.
    Peer,
}

impl Server {
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn get(&self, path: &str, headers: &str) -> Vec<u8> {
        get(&self.host(), &format!("/{}{path}", dataset::tenant_id()), headers)
    }

    pub(crate) fn post(&self, endpoint: &str, headers: &str, form: &str) -> Vec<u8> {
        let path = format!("/{}/oauth2/v2.0/{endpoint}", dataset::tenant_id());
        post(&self.host(), &path, headers, form)
    }

    /// Returns the form with which a fresh code is redeemed.
    pub(crate) fn code(&self, number: u64) -> Result<String> {
        let client = self.dataset.confidential(number);
        let challenge = sha256(dataset::VERIFIER.as_bytes());
        let grant = self.grant_ids.code(number);
        let code = match &self.sealing {
            TokenSealing::Service(tenant) => {
                sealed_code(tenant, client, (grant, &challenge), service::now())?
            }
            TokenSealing::Minimal => SealedToken::code(grant, challenge).seal()?,
            TokenSealing::Peer => peer_token("code", client, number),
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

    /// Returns a refresh token of a grant.
    pub(crate) fn refresh_token(&self, number: u64, generation: u32) -> Result<String> {
        let grant = self.grant_ids.grant(number);
        match &self.sealing {
            TokenSealing::Service(tenant) => RefreshToken { grant, generation }
                .seal(tenant)
                .map_err(|fault| fault.cause().to_owned().into()),
            TokenSealing::Minimal => SealedToken::refresh_token(grant, generation).seal(),
            TokenSealing::Peer => {
                let name = format!("refresh-{generation}");
                Ok(peer_token(&name, self.dataset.client_of(number), number))
            }
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.sealing {
            TokenSealing::Service(_) => "the service",
            TokenSealing::Minimal => "the minimal server",
            TokenSealing::Peer => "the peer",
        })
    }
}

/// Returns a token with as many characters as the peer's own ones.
fn peer_token(name: &str, client: u64, number: u64) -> String {
    format!("{name}-{client}-{number:020}-padding-padding")
}

/// Returns the form of the client credentials grant.
pub(crate) fn client_credentials(client: &str, api: &str) -> String {
    format!("grant_type=client_credentials&{client}&scope=api%3A%2F%2F{api}%2F.default")
}

/// Returns a client's id and secret as parameters.
pub(crate) fn credentials(client: u64) -> Result<String> {
    Ok(format!(
        "client_id={}&client_secret={}",
        dataset::client_id(client)?,
        dataset::secret(client)
    ))
}
