//! The client of the demo app, and its requests to the endpoints of the tenant.

use catalogue::Language;
use model::Fault;
use pages::DemoRefusal;
use protocol::pkce;
use serde_json::Value;

use super::{
    experiment::Experiment,
    http_client::{CompletedRequest, HttpClient},
    sessions::{Pending, TokenSet},
    tenant_endpoints::{TENANT, keys, path},
};
use crate::state::Service;

/// The name of the client that `admit dev` declares.
pub(super) const CLIENT: &str = "demo-app";
/// The path of the redirect URI.
const CALLBACK: &str = "/demo-app/callback";
/// The path of the page.
const PAGE: &str = "/demo-app";
/// The value of `claims` that requires two factors, whatever the user prefers.
const TWO_FACTORS: &str = r#"{"id_token":{"acr":{"essential":true,"value":"mfa"}}}"#;
/// A redirect URI of another host, which no client of `admit dev` has.
const WRONG_REDIRECT_URI: &str = "https://app.example/callback";

/// The client of the demo app.
pub(super) struct DemoClient<'a> {
    http: &'a HttpClient,
    redirect_uri: String,
    /// The page of the app, to which the browser comes back after a sign-out.
    signed_out_uri: String,
    id: String,
    secret: String,
}

impl<'a> DemoClient<'a> {
    /// Finds the client. Returns `None` if it is not declared, or its secret is not known.
    ///
    /// # Errors
    /// The store failed.
    pub(super) async fn find(
        service: &Service,
        http: &'a HttpClient,
    ) -> Result<Option<Self>, Fault> {
        let Some(development) = &service.settings.development else { return Ok(None) };
        let Some(secret) = development.site().client_secret(TENANT, CLIENT) else {
            return Ok(None);
        };
        let Some(store) = service.store_of_named(TENANT).await? else { return Ok(None) };
        let clients = store.clients().await?;
        Ok(clients.iter().find(|client| client.name == CLIENT).map(|client| Self {
            http,
            redirect_uri: format!("{}{CALLBACK}", service.settings.origin),
            signed_out_uri: format!("{}{PAGE}", service.settings.origin),
            id: client.id.to_string(),
            secret: secret.to_owned(),
        }))
    }

    /// Returns the path of the authorization request.
    pub(super) fn authorization_path(&self, pending: &Pending) -> String {
        let experiment = pending.experiment;
        let challenge = pkce::challenge(&pending.code_verifier);
        let scope = match experiment {
            Some(Experiment::UnknownScope) => "api://orders/orders.delete",
            Some(Experiment::ApiWithoutScope) => "api://orders/orders.write",
            _ => "api://orders/orders.read",
        };
        let scope = format!("openid profile email offline_access {scope}");
        let is = |wanted| experiment == Some(wanted);
        let mut parameters = vec![
            ("client_id", if is(Experiment::UnknownClient) { "no-such-client" } else { &self.id }),
            ("response_type", "code"),
            (
                "redirect_uri",
                if is(Experiment::WrongRedirectUri) {
                    WRONG_REDIRECT_URI
                } else {
                    &self.redirect_uri
                },
            ),
            ("scope", &scope),
            ("state", &pending.state),
            ("nonce", &pending.nonce),
            ("ui_locales", pending.language),
        ];
        if !is(Experiment::NoChallenge) {
            parameters.extend([
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
            ]);
        }
        if pending.two_factors {
            parameters.push(("claims", TWO_FACTORS));
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        format!("/{TENANT}/oauth2/v2.0/authorize?{}", query.extend_pairs(parameters).finish())
    }

    /// Returns the path of the request to sign out. The browser comes back to the page of the app.
    pub(super) fn sign_out_path(&self, id_token: Option<&str>, language: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(id_token) = id_token {
            query.append_pair("id_token_hint", id_token);
        }
        query.append_pair("client_id", &self.id);
        query.append_pair("post_logout_redirect_uri", &self.signed_out_uri);
        query.append_pair("ui_locales", language);
        path(&format!("oauth2/v2.0/logout?{}", query.finish()))
    }

    /// Redeems a code.
    pub(super) async fn redeem(&self, code: &str, pending: &Pending) -> CompletedRequest {
        let is = |wanted| pending.experiment == Some(wanted);
        let verifier = pending.code_verifier.as_str();
        let wrong_verifier: String = verifier.chars().rev().collect();
        let wrong = is(Experiment::WrongVerifier);
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.id),
            ("client_secret", self.secret(is(Experiment::WrongSecret))),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", if wrong { &wrong_verifier } else { verifier }),
            ("code", code),
        ];
        self.http.post(&path("oauth2/v2.0/token"), &fields).await
    }

    /// Redeems a refresh token.
    pub(super) async fn refresh(&self, refresh_token: &str) -> CompletedRequest {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", self.id.as_str()),
            ("client_secret", &self.secret),
            ("refresh_token", refresh_token),
        ];
        self.http.post(&path("oauth2/v2.0/token"), &fields).await
    }

    /// Requests the claims of the user (OpenID Connect Core §5.3).
    pub(super) async fn userinfo(&self, access_token: &str) -> CompletedRequest {
        self.http.get(&path("oidc/userinfo"), Some(access_token)).await
    }

    /// Calls the protected API.
    pub(super) async fn call_api(&self, access_token: &str) -> CompletedRequest {
        self.http.get(super::orders_api::PATH, Some(access_token)).await
    }

    /// Requests the orders of the API that need a stronger sign-in.
    pub(super) async fn large_orders(&self, access_token: &str) -> CompletedRequest {
        self.http.get(super::orders_api::LARGE_PATH, Some(access_token)).await
    }

    /// Returns the tokens of a response, with the keys of the tenant.
    pub(super) async fn tokens(&self, response: &CompletedRequest) -> TokenSet {
        let text = |name| response.text(name).map(str::to_owned);
        TokenSet {
            access_token: text("access_token").unwrap_or_default(),
            id_token: text("id_token"),
            refresh_token: text("refresh_token"),
            keys: keys(self.http).await,
        }
    }

    /// Explains the refusal of a request by its trace ID, as client developers can
    /// (docs/guides/explain.md).
    pub(super) async fn explain(
        &self,
        (error, description): (&str, &str),
        trace_id: &str,
        language: Language,
    ) -> DemoRefusal {
        let fields = [
            ("client_id", self.id.as_str()),
            ("client_secret", &self.secret),
            ("trace_id", trace_id),
            ("ui_locales", language.tag()),
        ];
        let found = self.http.post(&path("oauth2/v2.0/explain"), &fields).await;
        let explained = found.body.pointer("/records/0/refusal");
        let steps = explained.and_then(|refusal| refusal.get("steps")).and_then(Value::as_array);
        let steps = steps.map(|steps| steps.iter().filter_map(Value::as_str).map(str::to_owned));
        let lookup = explained.and_then(|refusal| refusal.get("link")).and_then(Value::as_str);
        DemoRefusal {
            error: error.to_owned(),
            description: description.to_owned(),
            steps: steps.map(Iterator::collect).unwrap_or_default(),
            lookup: lookup.map(str::to_owned),
            record: (!trace_id.is_empty())
                .then(|| format!("/admin/requests/{trace_id}?tenant={TENANT}")),
        }
    }

    fn secret(&self, wrong: bool) -> &str {
        if wrong { "not-the-secret-of-this-client" } else { &self.secret }
    }
}
