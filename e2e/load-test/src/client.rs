//! A client of the service: redeems codes, refreshes, and asks what a token is still worth.

use serde::Deserialize;

use crate::Outcome;
use crate::http::Connection;
use crate::service::Tenant;

/// The verifier and its challenge that RFC 7636 appendix B shows: what is tested here is not their
/// secrecy.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A registered client with what it asks for.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    secret: Option<String>,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
}

/// A 200 of the token endpoint.
#[derive(Deserialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    /// After a refresh: the new one, or the one that was sent where the client's tokens do not
    /// rotate.
    #[serde(default)]
    pub(crate) refresh_token: String,
}

/// Any other answer of the token endpoint.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    pub(crate) error: String,
    pub(crate) error_codes: Vec<u32>,
}

#[derive(Deserialize)]
struct Introspected {
    active: bool,
}

impl App {
    /// The client of this name, asking for the first scope of the first resource.
    pub(crate) fn of(tenant: &Tenant, name: &str) -> Outcome<Self> {
        let found = tenant.clients.iter().find(|client| client.name == name);
        let client = found.ok_or_else(|| format!("no client {name}"))?;
        let resource = tenant.resources.first().ok_or("no resource")?;
        let scope = resource.scopes.first().ok_or("no scope")?;
        let scope = if scope.starts_with(&resource.identifier) {
            scope.clone()
        } else {
            format!("{}/{scope}", resource.identifier)
        };
        Ok(Self {
            tenant: tenant.id.clone(),
            client_id: client.client_id.clone(),
            secret: client.client_secret.clone(),
            redirect_uri: client.redirect_uris.first().ok_or("no redirect URI")?.clone(),
            scope,
        })
    }

    /// Redeems a code; the outer failure is that no answer came.
    pub(crate) async fn redeem(
        &self,
        connection: &mut Connection,
        code: &str,
    ) -> Outcome<Result<Tokens, Refused>> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        self.ask(connection, &form).await
    }

    /// Uses a refresh token; the outer failure is that no answer came.
    pub(crate) async fn refresh(
        &self,
        connection: &mut Connection,
        token: &str,
    ) -> Outcome<Result<Tokens, Refused>> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let answer = self.ask(connection, &form).await?;
        Ok(answer.map(|tokens| match tokens.refresh_token.as_str() {
            "" => Tokens { refresh_token: token.to_owned(), ..tokens },
            _ => tokens,
        }))
    }

    /// Whether this client can authenticate, and so may introspect.
    pub(crate) fn can_introspect(&self) -> bool {
        self.secret.is_some()
    }

    /// Whether the service still calls the token active.
    pub(crate) async fn active(&self, connection: &mut Connection, token: &str) -> Outcome<bool> {
        let path = format!("/{}/oauth2/v2.0/introspect", self.tenant);
        let answer = connection.post(&path, &self.authenticated(&[("token", token)])).await?;
        if answer.status != 200 {
            return Err(format!("introspection: {} {:?}", answer.status, answer.body).into());
        }
        Ok(serde_json::from_slice::<Introspected>(&answer.body)?.active)
    }

    async fn ask(
        &self,
        connection: &mut Connection,
        form: &[(&str, &str)],
    ) -> Outcome<Result<Tokens, Refused>> {
        let path = format!("/{}/oauth2/v2.0/token", self.tenant);
        let answer = connection.post(&path, &self.authenticated(form)).await?;
        match answer.status {
            200 => Ok(Ok(serde_json::from_slice(&answer.body)?)),
            400..500 => Ok(Err(serde_json::from_slice(&answer.body)?)),
            status => Err(format!("status {status}: {:?}", answer.body).into()),
        }
    }

    fn authenticated<'a>(&'a self, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut all = form.to_vec();
        all.push(("client_id", &self.client_id));
        if let Some(secret) = &self.secret {
            all.push(("client_secret", secret));
        }
        all
    }
}
