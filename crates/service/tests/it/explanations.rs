//! Explanations: a right request with one change is explained by a comparison of that value, with
//! the expected value, the nearest match or the difference.

mod access_tokens;
mod assertions;
mod authorization;
mod client_request;
mod client_secrets;
mod codes;
mod dpop_proofs;
mod refresh_tokens;

use jose::Algorithm;
use model::{
    Client, ClientCredential, DirectoryChange, Platform, RedirectUri, Seconds, Tenant, TenantId,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    authorize::browser,
    explain::{look_up, send_dry_run},
    signed_requests::{public_jwk, registered_key, rsa},
    test_service::{TestService, client},
};
use client_request::ClientRequest;

/// The least number of wrong requests.
const ROWS_MIN: usize = 120;

/// A wrong request and its expected explanation.
pub struct Row {
    /// The one value that was changed.
    what: &'static str,
    /// The request.
    request: ClientRequest,
    /// The client that looks it up.
    client: &'static str,
    /// The name of the expected comparison.
    name: &'static str,
    /// Texts in that comparison: the expected value, the nearest match, the difference.
    expected: Vec<String>,
    /// Whether the client learns it by a dry run, because the request does not name the client.
    by_dry_run: bool,
}

impl Row {
    /// Expects the explanation in a look-up by trace id.
    pub fn new(
        what: &'static str,
        request: ClientRequest,
        name: &'static str,
        expected: &[&str],
    ) -> Self {
        let expected = expected.iter().map(|text| (*text).to_owned()).collect();
        Self { what, request, client: "web", name, expected, by_dry_run: false }
    }

    /// Expects it for another client.
    pub fn for_client(self, client: &'static str) -> Self {
        Self { client, ..self }
    }

    /// Expects it in a dry run.
    pub fn in_dry_run(self) -> Self {
        Self { by_dry_run: true, ..self }
    }

    /// Sends the request and reads its explanation. Returns what is missing.
    async fn check(&self, service: &TestService) -> Result<(), String> {
        let explained = if self.by_dry_run {
            self.explain_by_dry_run(service).await
        } else {
            self.explain_by_trace_id(service).await
        };
        let comparisons = explained.map_err(|problem| format!("{}: {problem}", self.what))?;
        let about: Vec<String> = comparisons
            .as_array()
            .into_iter()
            .flatten()
            .filter(|comparison| comparison["name"] == self.name)
            .map(Value::to_string)
            .collect();
        let has = |text: &String| about.iter().any(|comparison| comparison.contains(text));
        let missing: Vec<&String> = self.expected.iter().filter(|text| !has(text)).collect();
        if about.is_empty() || !missing.is_empty() {
            let what = self.what;
            return Err(format!("{what}: no {missing:?} about {} in {comparisons}", self.name));
        }
        Ok(())
    }

    async fn explain_by_trace_id(&self, service: &TestService) -> Result<Value, String> {
        let response = service.send(self.request.request()).await;
        if response.status.is_server_error() {
            return Err(format!("a wrong request is a fault: {}", response.text));
        }
        let trace_id = response.header("x-ms-request-id").to_owned();
        let found = look_up(service, self.client, &[("trace_id", &trace_id)]).await;
        let record = &found.json["records"][0];
        if record["refusal"].is_null() {
            return Err(format!(
                "{} {} is explained by {}",
                response.status, response.text, found.text
            ));
        }
        Ok(record["comparisons"].clone())
    }

    async fn explain_by_dry_run(&self, service: &TestService) -> Result<Value, String> {
        let response = send_dry_run(service, self.client, &self.request.parameters()).await;
        if response.json["would"] != "refuse" {
            return Err(response.text);
        }
        Ok(response.json["refusal"]["comparisons"].clone())
    }
}

#[tokio::test]
async fn every_wrong_request_is_explained_by_its_wrong_value() {
    // Sends right requests, then each row, and looks up its explanation. None of them is a fault.
    let service = service_for_explanations().await;
    let mut rows = Vec::new();
    rows.extend(client_secrets::rows(&service).await);
    rows.extend(assertions::rows(&service).await);
    rows.extend(codes::rows(&service).await);
    rows.extend(refresh_tokens::rows(&service).await);
    rows.extend(dpop_proofs::rows(&service).await);
    rows.extend(authorization::rows(&service).await);
    rows.extend(access_tokens::rows(&service).await);
    let mut problems = Vec::new();
    for row in &rows {
        problems.extend(row.check(&service).await.err());
    }
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), rows.len(), problems.join("\n"));
    assert!(rows.len() >= ROWS_MIN, "only {} rows", rows.len());
}

/// Returns a service where every kind of request can succeed and fail: expired secrets and keys,
/// other clients, and another tenant.
async fn service_for_explanations() -> TestService {
    let service = TestService::new().await;
    browser::add_users(&service).await;
    service
        .change_client("web", |web| {
            web.redirect_uris.push(uri("https://web.test/single", Platform::SinglePage));
            web.redirect_uris.push(uri("http://127.0.0.1/native", Platform::Native));
            web.refresh_token_rotation = Some(true);
        })
        .await;
    service
        .change_client("daemon", |daemon| {
            daemon.grant_types = vec!["client_credentials".to_owned()];
            daemon.credentials.push(ClientCredential::Secret {
                id: "0c7a3d52-0000-4000-8000-000000000002".to_owned(),
                sha256: jose::digest::sha256(b"a-secret-of-last-year-with-many-characters-0"),
                expires: Some(service::now() - Seconds::days(3)),
            });
        })
        .await;
    let secret = client("keyed", Platform::Web, false).credentials;
    let old = match registered_key(&public_jwk(&rsa(Algorithm::Rs256))) {
        ClientCredential::PublicKey { jwk, .. } => ClientCredential::PublicKey {
            id: "key-0".to_owned(),
            jwk,
            x5t: None,
            x5t_s256: None,
            expires: Some(service::now() - Seconds::days(3)),
        },
        other @ ClientCredential::Secret { .. } => other,
    };
    service
        .change_client("keyed", |keyed| {
            keyed.credentials.extend(secret);
            keyed.credentials.push(old);
        })
        .await;
    let other_tenant = TenantId::new(Uuid::from_u128(0x0191_1111_1111_7111_8111_1111_1111_1111));
    let acme = Tenant::new(other_tenant, "acme", [4; 32]);
    service.apply(DirectoryChange::PutTenant(acme)).await;
    let other_client = Client { tenant: other_tenant, ..client("theirs", Platform::Web, false) };
    service.apply(DirectoryChange::PutClient(other_client)).await;
    service
}

fn uri(uri: &str, platform: Platform) -> RedirectUri {
    RedirectUri { uri: uri.to_owned(), platform }
}
