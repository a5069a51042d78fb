//! A server in a scenario: its address, its requests, and the check of its responses.

use std::sync::Arc;

use jose::digest::{base64url, sha256};
use model::{RequestedClaims, Seconds, SessionId, Timestamp};
use protocol::context::TenantContext;
use protocol::sealed_token::{AuthorizationCode, RefreshToken};

use crate::Result;
use crate::baseline::SealedToken;
use crate::dataset::{self, Dataset};
use crate::http::{Response, get, post};
use crate::scenario::Scenario;

/// A server in one scenario.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) port: u16,
    pub(crate) pid: u32,
    pub(crate) dataset: Dataset,
    pub(crate) scenario: Scenario,
    /// The way to create its codes and refresh tokens.
    pub(crate) sealing: TokenSealing,
}

/// The way to create a server's codes and refresh tokens. The load generator seals them with the
/// key of the server, so that the measurement includes no sign-in.
#[derive(Clone)]
pub(crate) enum TokenSealing {
    Service(Arc<TenantContext>),
    Baseline,
}

impl Target {
    /// Returns the request with this number, or `None` if there are no further requests.
    pub(crate) fn request(&self, number: u64) -> Result<Option<Vec<u8>>> {
        let host = format!("127.0.0.1:{}", self.port);
        let base = format!("/{}", dataset::tenant_id());
        let (path, form) = match self.scenario {
            Scenario::ClientCredentialsEs256 => {
                ("token", self.client_credentials(number, "es256")?)
            }
            Scenario::ClientCredentialsRs256 => {
                ("token", self.client_credentials(number, "rs256")?)
            }
            Scenario::Code => ("token", self.code(number)?),
            Scenario::Refresh => match self.dataset.public_grant(number) {
                None => return Ok(None),
                Some(grant) => ("token", self.refresh(grant)?),
            },
            Scenario::Introspection => ("introspect", self.introspection(number)?),
            Scenario::Jwks => return Ok(Some(get(&host, &format!("{base}/discovery/v2.0/keys")))),
        };
        Ok(Some(post(&host, &format!("{base}/oauth2/v2.0/{path}"), &form)))
    }

    /// Checks that the response is successful and has the expected content.
    pub(crate) fn check(&self, response: &Response<'_>) -> Result<()> {
        let expected = self.scenario.expected_text().as_bytes();
        let has_expected = response.body.windows(expected.len()).any(|part| part == expected);
        if response.status == 200 && has_expected {
            return Ok(());
        }
        let body = String::from_utf8_lossy(response.body);
        Err(format!("{}: status {}: {body}", self.scenario, response.status).into())
    }

    fn client_credentials(&self, number: u64, api: &str) -> Result<String> {
        let client = credentials(self.dataset.confidential(number))?;
        let scope = format!("api%3A%2F%2F{api}%2F.default");
        Ok(format!("grant_type=client_credentials&{client}&scope={scope}"))
    }

    fn code(&self, number: u64) -> Result<String> {
        let client = self.dataset.confidential(number);
        let challenge = sha256(dataset::VERIFIER.as_bytes());
        let grant = model::GrantId::new(dataset::derive_16("code", number));
        let code = match &self.sealing {
            TokenSealing::Service(tenant) => {
                sealed_code(tenant, client, (grant, &challenge), service::now())?
            }
            TokenSealing::Baseline => SealedToken::code(grant, challenge).seal()?,
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

    fn refresh(&self, grant: u64) -> Result<String> {
        let client = dataset::client_id(self.dataset.client_of(grant))?;
        let token = self.refresh_token(grant)?;
        Ok(format!("grant_type=refresh_token&client_id={client}&refresh_token={token}"))
    }

    fn introspection(&self, number: u64) -> Result<String> {
        let grant = self.dataset.confidential_grant(number);
        let client = credentials(self.dataset.client_of(grant))?;
        Ok(format!("{client}&token={}", self.refresh_token(grant)?))
    }

    fn refresh_token(&self, grant: u64) -> Result<String> {
        let grant = dataset::grant_id(grant);
        match &self.sealing {
            TokenSealing::Service(tenant) => RefreshToken { grant, generation: 0 }
                .seal(tenant)
                .map_err(|fault| fault.cause().to_owned().into()),
            TokenSealing::Baseline => SealedToken::refresh_token(grant, 0).seal(),
        }
    }
}

/// Returns a client's id and secret as parameters.
fn credentials(client: u64) -> Result<String> {
    Ok(format!(
        "client_id={}&client_secret={}",
        dataset::client_id(client)?,
        dataset::secret(client)
    ))
}

/// Returns a code as the authorization endpoint issues it.
fn sealed_code(
    tenant: &TenantContext,
    client: u64,
    (grant, challenge): (model::GrantId, &[u8; 32]),
    now: Timestamp,
) -> Result<String> {
    let code = AuthorizationCode {
        grant,
        client: dataset::client_id(client)?,
        user: dataset::user_id(client),
        session: SessionId::new(grant.into_bytes()),
        redirect_uri: dataset::REDIRECT_URI.to_owned(),
        redirect_uri_was_sent: true,
        single_page: false,
        resource: dataset::ES256.to_owned(),
        scopes: vec!["read".to_owned()],
        default_scope: false,
        scope_spellings: Vec::new(),
        openid_scopes: ["openid", "offline_access"].map(str::to_owned).to_vec(),
        claims: RequestedClaims::default(),
        nonce: Some("bench-nonce".to_owned()),
        code_challenge: Some(base64url(challenge)),
        dpop_jkt: None,
        auth_time: now,
        amr: vec!["pwd".to_owned()],
        expires_at: now + Seconds::new(60),
        issued_at: now,
    };
    code.seal(tenant).map_err(|fault| fault.cause().to_owned().into())
}
