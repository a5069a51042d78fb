//! Dry runs: the explain endpoint returns the outcome of a request without any effect.

use axum::body::Body;
use http::Request;
use jose::Algorithm;
use model::GrantId;
use protocol::sealed_token::RefreshToken;
use serde_json::Value;

use super::{EXPLAIN, basic, send_dry_run};
use crate::{
    authorize::browser,
    failing_store::{FailingStore, StoreFailure},
    signed_requests::{ASSERTION_TYPE, Jws, p256, rsa},
    test_service::{SECRET, TENANT, TestResponse, TestService, post},
};

const TOKEN: &str = "oauth2/v2.0/token";
/// The number of dry runs before the real request.
const TIMES: usize = 20;

impl TestResponse {
    /// Asserts that a dry run would issue tokens or a code.
    #[track_caller]
    fn would_issue(&self) -> &Value {
        assert_eq!(self.json["would"], "issue", "{}", self.text);
        &self.json
    }

    /// Asserts that a dry run would refuse with a number.
    #[track_caller]
    fn would_refuse(&self, number: u64) -> &Value {
        assert_eq!(self.json["would"], "refuse", "{}", self.text);
        assert_eq!(self.json["refusal"]["number"], number, "{}", self.text);
        &self.json["refusal"]
    }
}

/// Returns a request to an endpoint, with headers.
fn request(
    endpoint: &str,
    headers: &[(&'static str, &str)],
    body: &[(&str, &str)],
) -> Request<Body> {
    let mut request = post(endpoint, body);
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().expect("a header"));
    }
    request
}

#[tokio::test]
async fn dry_runs_use_up_no_code_token_assertion_or_proof() {
    // Dry-runs a request of each kind twenty times while the store refuses commits, then sends each
    // for real: a code, a refresh token, an assertion and DPoP proofs.
    let store = FailingStore::new();
    let service = TestService::over(store.store()).await;
    let key = p256();
    let bound = service.code("web", |_| {});
    let proof = service.proof(&key, "POST", TOKEN).sign(&key);
    let code = service.code("web", |_| {});
    let other = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&other)).await.assert_ok();
    let refresh = vec![
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let asserted = vec![
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
        ("scope", "api://orders/.default"),
    ];
    let dpop = [("dpop", proof.as_str())];
    let rows = [
        (service.redeem(&bound), &dpop[..]),
        (service.redeem(&code), &[]),
        (refresh, &[]),
        (asserted, &[]),
    ];
    store.set_failure(StoreFailure::CommitFault(model::FaultKind::StoreBroken));
    for (body, headers) in &rows {
        for _ in 0..TIMES {
            let response = service.send(request(EXPLAIN, headers, body)).await.assert_ok();
            let result = response.would_issue();
            assert_eq!(result["tokens"]["access_token"]["tid"], TENANT.to_string());
            assert!(result["checks_passed"].as_array().is_some_and(|checks| checks.len() > 4));
        }
    }
    store.set_failure(StoreFailure::None);
    for (body, headers) in &rows {
        service.send(request(TOKEN, headers, body)).await.assert_ok();
    }
}

#[tokio::test]
async fn a_dry_run_uses_up_the_assertion_and_rate_of_its_caller() {
    // Sends one assertion twice for a dry run of an authorization request, which does not use it.
    // Then exceeds the rate limit of one client, which is not that of another.
    let service = TestService::new().await;
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let form = [
        ("response_type", "code"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    service.post(EXPLAIN, &form).await.assert_ok();
    service.post(EXPLAIN, &form).await.assert_refused(401, "invalid_client", 88_000_034);
    let body = [("grant_type", "x")];
    let mut responses = Vec::new();
    for _ in 0..100 {
        responses.push(send_dry_run(&service, "web", &body).await);
    }
    let last = responses.last().expect("a response");
    let refused = responses.iter().filter(|response| response.status.as_u16() == 429).count();
    assert!((20..=40).contains(&refused), "{refused}");
    if last.status.as_u16() == 429 {
        last.assert_refused(429, "temporarily_unavailable", 88_000_207);
    }
    send_dry_run(&service, "daemon", &body).await.assert_ok();
}

#[tokio::test]
async fn a_dry_run_leaves_the_store_unchanged() {
    // Reads the grant that a code would create, and the generation that a refresh would increment.
    let service = TestService::new().await;
    let grant = GrantId::new([5; 16]);
    let code = service.code("web", |code| code.grant = grant);
    let (store, tenant) = (&service.state.store, service.tenant.id());
    for _ in 0..TIMES {
        service.post(EXPLAIN, &service.redeem(&code)).await.would_issue();
        assert!(store.grant(tenant, grant).await.expect("a store").is_none());
    }
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    service.change_client("web", |client| client.refresh_token_rotation = Some(true)).await;
    let before = store.grant(tenant, grant).await.expect("a store").expect("a grant");
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", tokens.member("refresh_token"))];
    for _ in 0..TIMES {
        send_dry_run(&service, "web", &refresh).await.would_issue();
    }
    // A dry run of a replayed code does not revoke the grant.
    service.post(EXPLAIN, &service.redeem(&code)).await.would_refuse(54_005);
    let after = store.grant(tenant, grant).await.expect("a store").expect("a grant");
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_dry_run_returns_the_claims_that_the_tokens_will_have() {
    // Compares the previewed claims with the issued ones, without ids and times.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let preview = service.post(EXPLAIN, &service.redeem(&code)).await;
    let preview = preview.would_issue()["tokens"].clone();
    let issued = service.token(&service.redeem(&code)).await.assert_ok();
    for token in ["access_token", "id_token"] {
        let (mut previewed, mut issued) = (preview[token].clone(), issued.claims(token));
        for claims in [&mut previewed, &mut issued] {
            let claims = claims.as_object_mut().expect("claims");
            claims.retain(|name, _| {
                !matches!(name.as_str(), "iat" | "nbf" | "exp" | "jti" | "uti" | "at_hash")
            });
        }
        assert_eq!(previewed, issued, "{token}");
    }
    assert_eq!(preview["refresh_token"], true);
}

#[tokio::test]
async fn a_dry_run_explains_a_wrong_secret_to_its_own_client() {
    // Authenticates in the header, and dry-runs a body with a wrong secret.
    let service = TestService::new().await;
    let body = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", " a-secret-of-many-random-characters-0123456789"),
    ];
    let response = send_dry_run(&service, "daemon", &body).await;
    let refusal = response.would_refuse(7_000_215);
    assert_eq!(refusal["comparisons"][0]["name"], "client_secret", "{}", response.text);
    assert!(!response.text.contains(SECRET));
    // Without a right secret, the response is that of the token endpoint.
    service.post(EXPLAIN, &body).await.assert_refused(401, "invalid_client", 7_000_215);
}

#[tokio::test]
async fn a_dry_run_of_another_clients_request_is_refused() {
    // Authenticates as one client, and sends id, secret, assertion or code of another.
    let service = TestService::new().await;
    let other_clients_code = service.code("api", |_| {});
    let own = service.code("web", |_| {});
    let mut body = service.redeem(&own);
    body.retain(|(name, _)| *name != "client_secret");
    send_dry_run(&service, "web", &body).await.would_issue();
    for client in ["api", "nobody"] {
        for more in [vec![], vec![("client_secret", "x")]] {
            let mut body = body.clone();
            body.retain(|(name, _)| *name != "client_id");
            body.push(("client_id", client));
            body.extend(more);
            let response = send_dry_run(&service, "web", &body).await;
            let comparison = &response.would_refuse(88_000_038)["comparisons"][0];
            assert_eq!(comparison["expected"], "web");
            assert_eq!(comparison["received"], client);
        }
    }
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let asserted = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    send_dry_run(&service, "web", &asserted).await.would_refuse(88_000_038);
    // The code of another client is explained no further than at the token endpoint.
    let mut body = service.redeem(&other_clients_code);
    body.retain(|(name, _)| *name != "client_secret");
    let response = send_dry_run(&service, "web", &body).await;
    response.would_refuse(88_000_050);
    assert!(
        !response.text.contains("The api app") && !response.text.contains("\"api\""),
        "{}",
        response.text
    );
}

#[tokio::test]
async fn a_dry_run_of_authorize_previews_sign_in_and_consent() {
    // Dry-runs a right request, then ones with a wrong redirect URI and a wrong client.
    let service = TestService::new().await;
    let ask = async |with: &[(&str, &str)]| {
        let mut request = post(EXPLAIN, &[]);
        *request.body_mut() = Body::from(browser::parameters(with));
        request.headers_mut().insert("authorization", basic("web").parse().expect("a header"));
        service.send(request).await.assert_ok()
    };
    let response = ask(&[]).await;
    let preview = &response.would_issue()["authorization"];
    assert_eq!(preview["redirect_uri"], "https://web.test/callback");
    assert_eq!(preview["sign_in"], "unless_signed_in");
    assert_eq!(preview["consent"], "never");
    let response = ask(&[("prompt", "login")]).await;
    assert_eq!(response.would_issue()["authorization"]["sign_in"], "always");
    let response = ask(&[("redirect_uri", "https://web.test/callback/")]).await;
    let comparison = &response.would_refuse(50_011)["comparisons"][0];
    assert_eq!(comparison["difference"]["name"], "trailing_slash");
    ask(&[("client_id", "api")]).await.would_refuse(88_000_038);
}

#[tokio::test]
async fn a_dry_run_without_a_request_is_refused() {
    // Sends nothing to dry-run, dry-runs as a public client, and sends a token of no grant.
    let service = TestService::new().await;
    send_dry_run(&service, "web", &[]).await.assert_refused(400, "invalid_request", 88_000_203);
    send_dry_run(&service, "web", &[("x", "y")]).await.assert_refused(
        400,
        "invalid_request",
        88_000_203,
    );
    let body = [("grant_type", "client_credentials"), ("client_id", "native")];
    service.post(EXPLAIN, &body).await.assert_refused(400, "unauthorized_client", 88_000_202);
    let unknown = RefreshToken { grant: GrantId::new([9; 16]), generation: 0 };
    let unknown = unknown.seal(&service.tenant).expect("a token");
    let body = [("grant_type", "refresh_token"), ("refresh_token", unknown.as_str())];
    send_dry_run(&service, "web", &body).await.would_refuse(88_000_061);
}
