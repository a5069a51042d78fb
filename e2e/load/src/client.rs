//! A client of the service that redeems codes, refreshes, and introspects tokens.

use serde::Deserialize;

use crate::Result;
use crate::http::{Connection, Response};
use crate::service::Tenant;

/// The verifier and the challenge of RFC 7636 appendix B. They need not be secret here.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A registered client and the scope of its requests.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    pub(crate) secret: Option<String>,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
}

/// A successful response of the token endpoint.
#[derive(Deserialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    /// After a refresh: the new token, or the sent one if the client's tokens do not rotate.
    #[serde(default)]
    pub(crate) refresh_token: String,
}

/// An error response of the token endpoint.
#[derive(Debug, Deserialize)]
pub(crate) struct TokenError {
    pub(crate) error: String,
    pub(crate) error_codes: Vec<u32>,
}

#[derive(Deserialize)]
struct Introspection {
    active: bool,
}

impl App {
    /// Returns the client with this name. It requests the first scope of the first resource.
    pub(crate) fn find(tenant: &Tenant, name: &str) -> Result<Self> {
        let client = tenant.client(name)?;
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
            redirect_uri: client.redirect_uris.first().cloned().unwrap_or_default(),
            scope,
        })
    }

    /// Redeems a code. The outer error means that there was no response.
    pub(crate) async fn redeem(
        &self,
        connection: &mut Connection,
        code: &str,
    ) -> Result<Result<Tokens, TokenError>> {
        tokens_in(&self.send_code(connection, code).await?)
    }

    /// Redeems a code, and returns the response as it is.
    pub(crate) async fn send_code(
        &self,
        connection: &mut Connection,
        code: &str,
    ) -> Result<Response> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        let path = format!("/{}/oauth2/v2.0/token", self.tenant);
        connection.post(&path, &self.with_credentials(&form)).await
    }

    /// Looks a request up, or dry-runs one.
    pub(crate) async fn explain(
        &self,
        connection: &mut Connection,
        form: &[(&str, &str)],
    ) -> Result<Response> {
        let path = format!("/{}/oauth2/v2.0/explain", self.tenant);
        connection.post(&path, &self.with_credentials(form)).await
    }

    /// Returns the form that requests a token for the client itself.
    pub(crate) fn own_token_form(&self) -> Vec<(&str, &str)> {
        self.with_credentials(&[("grant_type", "client_credentials"), ("scope", &self.scope)])
    }

    /// Uses a refresh token. The outer error means that there was no response.
    pub(crate) async fn refresh(
        &self,
        connection: &mut Connection,
        token: &str,
    ) -> Result<Result<Tokens, TokenError>> {
        let response = tokens_in(&self.send_refresh(connection, token).await?)?;
        Ok(response.map(|tokens| match tokens.refresh_token.as_str() {
            "" => Tokens { refresh_token: token.to_owned(), ..tokens },
            _ => tokens,
        }))
    }

    /// Uses a refresh token, and returns the response as it is.
    pub(crate) async fn send_refresh(
        &self,
        connection: &mut Connection,
        token: &str,
    ) -> Result<Response> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.request_tokens(connection, &form).await
    }

    /// Gets an access token for the client itself (client credentials).
    pub(crate) async fn own_token(&self, connection: &mut Connection) -> Result<String> {
        let tokens = tokens_in(&self.send_own_token(connection).await?)?;
        Ok(tokens.map_err(|error| format!("client credentials: {error:?}"))?.access_token)
    }

    /// Requests an access token for the client itself, and returns the response as it is.
    pub(crate) async fn send_own_token(&self, connection: &mut Connection) -> Result<Response> {
        let resource = self.scope.rsplit_once('/').map_or("", |(resource, _)| resource);
        let scope = format!("{resource}/.default");
        let form = [("grant_type", "client_credentials"), ("scope", &scope)];
        self.request_tokens(connection, &form).await
    }

    /// Revokes a token (RFC 7009).
    pub(crate) async fn revoke(&self, connection: &mut Connection, token: &str) -> Result<()> {
        let path = format!("/{}/oauth2/v2.0/revoke", self.tenant);
        let response = connection.post(&path, &self.with_credentials(&[("token", token)])).await?;
        match response.status {
            200 => Ok(()),
            status => Err(format!("revocation: {status} {:?}", response.body).into()),
        }
    }

    /// Returns whether this client can authenticate, which introspection requires.
    pub(crate) fn can_introspect(&self) -> bool {
        self.secret.is_some()
    }

    /// Introspects a token, and returns whether it is active.
    pub(crate) async fn is_active(&self, connection: &mut Connection, token: &str) -> Result<bool> {
        let response = self.introspect(connection, token).await?;
        if response.status != 200 {
            return Err(format!("introspection: {} {:?}", response.status, response.body).into());
        }
        Ok(serde_json::from_slice::<Introspection>(&response.body)?.active)
    }

    /// Introspects a token, and returns the response as it is.
    pub(crate) async fn introspect(
        &self,
        connection: &mut Connection,
        token: &str,
    ) -> Result<Response> {
        let path = format!("/{}/oauth2/v2.0/introspect", self.tenant);
        connection.post(&path, &self.with_credentials(&[("token", token)])).await
    }

    async fn request_tokens(
        &self,
        connection: &mut Connection,
        form: &[(&str, &str)],
    ) -> Result<Response> {
        let path = format!("/{}/oauth2/v2.0/token", self.tenant);
        connection.post(&path, &self.with_credentials(form)).await
    }

    fn with_credentials<'a>(&'a self, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut parameters = form.to_vec();
        parameters.push(("client_id", &self.client_id));
        if let Some(secret) = &self.secret {
            parameters.push(("client_secret", secret));
        }
        parameters
    }
}

fn tokens_in(response: &Response) -> Result<Result<Tokens, TokenError>> {
    match response.status {
        200 => Ok(Ok(serde_json::from_slice(&response.body)?)),
        400..500 => Ok(Err(serde_json::from_slice(&response.body)?)),
        status => Err(format!("status {status}: {:?}", response.body).into()),
    }
}
