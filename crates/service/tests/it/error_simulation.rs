//! Error simulation: refusals on request, for applications that test their error handling.

use std::sync::Arc;

use catalogue::{Entry, entries};
use http::StatusCode;
use jose::seal::{Keyring, RootKey};
use model::{RecordQuery, Seconds};
use service::{Service, Settings};
use store::{CachedStore, MemoryHistory};

use crate::{
    authorize::browser,
    request_limits::assert_complete_error,
    test_service::{ORIGIN, SECRET, TestResponse, TestService, get},
};

/// Returns a service that allows error simulation, by the client `web`.
pub async fn service_with_error_simulation() -> TestService {
    let service = TestService::new().await;
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let settings = Settings { error_simulation_allowed: true, ..Settings::new(ORIGIN.to_owned()) };
    let store = Arc::new(CachedStore::new(Arc::clone(&service.state.store)));
    let state = Service::new(settings, store, Arc::new(MemoryHistory::new()), keyring);
    let service = TestService::from_state(state).await;
    service.change_client("web", |client| client.error_simulation = true).await;
    service
}

async fn simulate_at_token(service: &TestService, client: &str, number: &str) -> TestResponse {
    service.token(&[("client_id", client), ("admit_simulate_error", number)]).await
}

#[tokio::test]
async fn every_number_can_be_simulated_at_the_token_endpoint() {
    // Requests each number, and compares status, error and number with the catalogue.
    let service = service_with_error_simulation().await;
    for entry in entries() {
        let response = simulate_at_token(&service, "web", &entry.number.to_string()).await;
        assert_eq!(response.status.as_u16(), entry.status, "{}", entry.label());
        if entry.error == "none" {
            assert_eq!(browser::error_number(&response), entry.number);
            continue;
        }
        assert_complete_error(&response);
        response.assert_refused(entry.status, entry.error, entry.number.into());
        assert_eq!(response.json["suberror"].as_str(), entry.suberror, "{}", entry.label());
        assert!(response.member("error_description").starts_with(entry.label()));
        let challenge = response.header("www-authenticate");
        assert_eq!(!challenge.is_empty(), entry.status == 401, "{}", entry.label());
        let retry_after = response.header("retry-after");
        assert_eq!(!retry_after.is_empty(), matches!(entry.status, 429 | 503), "{}", entry.label());
    }
}

#[tokio::test]
async fn every_number_can_be_simulated_at_the_authorization_endpoint() {
    // Requests each number, and reads the redirect, or the page if the number has no redirect.
    let service = service_with_error_simulation().await;
    for entry in entries() {
        let number = entry.number.to_string();
        let response =
            service.send(get(&browser::request(&[("admit_simulate_error", &number)]))).await;
        if entry.page_only || entry.error == "none" {
            let status = if entry.status == 401 { 400 } else { entry.status };
            assert_eq!(response.status.as_u16(), status, "{}", entry.label());
            assert_eq!(browser::error_number(&response), entry.number);
            continue;
        }
        let error = browser::parameter(&response, "error");
        assert_eq!(error.as_deref(), Some(entry.authorize_error()), "{}", entry.label());
        assert_eq!(browser::redirected_error_number(&response), entry.number);
        assert_eq!(browser::parameter(&response, "state").as_deref(), Some("s 1"));
        let subcode = browser::parameter(&response, "error_subcode");
        assert_eq!(subcode.is_some(), is_cancelled(entry), "{}", entry.label());
    }
}

fn is_cancelled(entry: &Entry) -> bool {
    entry.constructor == "sign_in_cancelled"
}

#[tokio::test]
async fn introspection_and_revocation_simulate_errors() {
    // Requests one number from each, as the client that may simulate errors.
    let service = service_with_error_simulation().await;
    for endpoint in ["introspect", "revoke"] {
        let form = [("client_id", "web"), ("admit_simulate_error", "50033")];
        let response = service.post(&format!("oauth2/v2.0/{endpoint}"), &form).await;
        response.assert_refused(503, "temporarily_unavailable", 50_033);
    }
}

#[tokio::test]
async fn error_simulation_needs_client_and_service_options() {
    // Requests as another client, as an unknown one, with a wrong number, and at a service that
    // does not allow it.
    let service = service_with_error_simulation().await;
    let refused = (400, "unauthorized_client");
    simulate_at_token(&service, "daemon", "50173")
        .await
        .assert_refused(refused.0, refused.1, 88_000_204);
    simulate_at_token(&service, "web", "1").await.assert_refused(
        400,
        "invalid_request",
        88_000_206,
    );
    simulate_at_token(&service, "web", "AADSTS50173").await.assert_refused(
        400,
        "invalid_request",
        88_000_206,
    );
    let unknown = simulate_at_token(&service, "nobody", "50011").await;
    assert_ne!(unknown.error_number(), 50_011);
    let body = [
        ("grant_type", "client_credentials"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("admit_simulate_error", ""),
    ];
    service.token(&body).await.assert_ok();

    let disabled = TestService::new().await;
    disabled.change_client("web", |client| client.error_simulation = true).await;
    simulate_at_token(&disabled, "web", "50011")
        .await
        .assert_refused(refused.0, refused.1, 88_000_205);
    let page = disabled.send(get(&browser::request(&[("admit_simulate_error", "50011")]))).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(browser::redirected_error_number(&page), 88_000_205);
}

#[tokio::test]
async fn a_simulated_error_is_recorded_but_not_counted() {
    // Simulates one refusal and gets the same one for real: the count is one.
    let service = service_with_error_simulation().await;
    simulate_at_token(&service, "web", "7000215").await.assert_refused(
        401,
        "invalid_client",
        7_000_215,
    );
    let wrong =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", "wrong")];
    service.token(&wrong).await.assert_refused(401, "invalid_client", 7_000_215);
    service.state.recorder.flush().await;
    let history = &service.state.history;
    let query = RecordQuery { number: Some(7_000_215), limit: 9, ..RecordQuery::default() };
    let mut outcomes: Vec<_> = history.find(query).await.expect("a history");
    outcomes.sort_by_key(|record| record.client.clone());
    let outcomes: Vec<&str> = outcomes.iter().map(|record| &*record.outcome).collect();
    assert_eq!(outcomes, ["refusal", "simulated"]);
    let now = service::now();
    let span = (now - Seconds::hours(1), now + Seconds::hours(1));
    let counts = history.refusal_counts(None, span, Seconds::hours(2)).await.expect("a history");
    let counted: Vec<(u32, u64)> = counts.iter().map(|count| (count.number, count.count)).collect();
    assert_eq!(counted, [(7_000_215, 1)]);
}
