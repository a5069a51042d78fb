//! A server under load in one scenario: where it is, what it is asked, what it must answer.

use std::sync::Arc;

use jose::digest::{base64url, sha256};
use model::{Seconds, SessionId, Timestamp};
use protocol::context::Realm;
use protocol::handle::{Code, RefreshToken};

use crate::Outcome;
use crate::floor::Handle;
use crate::http::{Answer, get, post};
use crate::scenario::Scenario;
use crate::world::{self, World};

/// A server in one scenario.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) port: u16,
    pub(crate) pid: u32,
    pub(crate) world: World,
    pub(crate) scenario: Scenario,
    /// How its codes and refresh tokens are made.
    pub(crate) handles: Handles,
}

/// How a server's codes and refresh tokens are made: with the same key that it opens them with,
/// so that no sign-in is part of what is measured.
#[derive(Clone)]
pub(crate) enum Handles {
    Service(Arc<Realm>),
    Floor,
}

impl Target {
    /// The request with this number; none when there are no more.
    pub(crate) fn request(&self, number: u64) -> Outcome<Option<Vec<u8>>> {
        let host = format!("127.0.0.1:{}", self.port);
        let base = format!("/{}", world::tenant_id());
        let (path, form) = match self.scenario {
            Scenario::ClientCredentialsEs256 => {
                ("token", self.client_credentials(number, "es256")?)
            }
            Scenario::ClientCredentialsRs256 => {
                ("token", self.client_credentials(number, "rs256")?)
            }
            Scenario::Code => ("token", self.code(number)?),
            Scenario::Refresh => match self.world.public_grant(number) {
                None => return Ok(None),
                Some(grant) => ("token", self.refresh(grant)?),
            },
            Scenario::Introspection => ("introspect", self.introspection(number)?),
            Scenario::Jwks => return Ok(Some(get(&host, &format!("{base}/discovery/v2.0/keys")))),
        };
        Ok(Some(post(&host, &format!("{base}/oauth2/v2.0/{path}"), &form)))
    }

    /// Whether the answer is the one that was asked for.
    pub(crate) fn check(&self, answer: &Answer<'_>) -> Outcome<()> {
        let mark = self.scenario.mark().as_bytes();
        let good = answer.body.windows(mark.len()).any(|part| part == mark);
        if answer.status == 200 && good {
            return Ok(());
        }
        let said = String::from_utf8_lossy(answer.body);
        Err(format!("{}: answered with {}: {said}", self.scenario, answer.status).into())
    }

    fn client_credentials(&self, number: u64, api: &str) -> Outcome<String> {
        let client = authenticated(self.world.confidential(number))?;
        let scope = format!("api%3A%2F%2F{api}%2F.default");
        Ok(format!("grant_type=client_credentials&{client}&scope={scope}"))
    }

    fn code(&self, number: u64) -> Outcome<String> {
        let client = self.world.confidential(number);
        let challenge = sha256(world::VERIFIER.as_bytes());
        let grant = model::GrantId::new(world::sixteen("code", number));
        let code = match &self.handles {
            Handles::Service(realm) => {
                sealed_code(realm, client, (grant, &challenge), service::now())?
            }
            Handles::Floor => Handle::code(grant, challenge).seal()?,
        };
        let client = authenticated(client)?;
        let redirect_uri: String =
            form_urlencoded::byte_serialize(world::REDIRECT_URI.as_bytes()).collect();
        Ok(format!(
            "grant_type=authorization_code&{client}&code={code}&redirect_uri={redirect_uri}\
             &code_verifier={}",
            world::VERIFIER
        ))
    }

    fn refresh(&self, grant: u64) -> Outcome<String> {
        let client = world::client_id(self.world.client_of(grant))?;
        let token = self.refresh_token(grant)?;
        Ok(format!("grant_type=refresh_token&client_id={client}&refresh_token={token}"))
    }

    fn introspection(&self, number: u64) -> Outcome<String> {
        let grant = self.world.confidential_grant(number);
        let client = authenticated(self.world.client_of(grant))?;
        Ok(format!("{client}&token={}", self.refresh_token(grant)?))
    }

    fn refresh_token(&self, grant: u64) -> Outcome<String> {
        let grant = world::grant_id(grant);
        match &self.handles {
            Handles::Service(realm) => RefreshToken { grant, generation: 0 }
                .seal(realm)
                .map_err(|fault| fault.cause().to_owned().into()),
            Handles::Floor => Handle::refresh_token(grant, 0).seal(),
        }
    }
}

/// A client's id and secret as parameters.
fn authenticated(client: u64) -> Outcome<String> {
    Ok(format!("client_id={}&client_secret={}", world::client_id(client)?, world::secret(client)))
}

/// The code that the authorization endpoint would have given.
fn sealed_code(
    realm: &Realm,
    client: u64,
    (grant, challenge): (model::GrantId, &[u8; 32]),
    now: Timestamp,
) -> Outcome<String> {
    let code = Code {
        grant,
        client: world::client_id(client)?,
        user: world::user_id(client),
        session: SessionId::new(grant.into_bytes()),
        redirect_uri: world::REDIRECT_URI.to_owned(),
        redirect_uri_was_sent: true,
        single_page: false,
        resource: world::ES256.to_owned(),
        scopes: vec!["read".to_owned()],
        default_scope: false,
        openid_scopes: ["openid", "offline_access"].map(str::to_owned).to_vec(),
        nonce: Some("bench-nonce".to_owned()),
        code_challenge: base64url(challenge),
        dpop_jkt: None,
        auth_time: now,
        amr: vec!["pwd".to_owned()],
        expires_at: now + Seconds::new(60),
        issued_at: now,
    };
    code.seal(realm).map_err(|fault| fault.cause().to_owned().into())
}
