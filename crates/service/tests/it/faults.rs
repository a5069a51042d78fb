//! Faults: number, trace id and `Retry-After`, and no partial state.

use std::sync::Arc;

use model::{DirectoryChange, FaultKind, GrantId, RecordQuery};
use uuid::Uuid;

use crate::{
    authorize::browser,
    failing_store::{FailingStore, StoreFailure},
    request_limits::assert_complete_error,
    test_service::{SECRET, TENANT, TestResponse, TestService, get},
};

async fn service_with_failing_store() -> (Arc<FailingStore>, TestService) {
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    (failing, service)
}

const UNAVAILABLE: StoreFailure = StoreFailure::Fault(FaultKind::StoreUnavailable);

/// Every way in which the store fails, and the response to the client.
const FAILURES: [(StoreFailure, u16, &str, u64); 6] = [
    (UNAVAILABLE, 503, "temporarily_unavailable", 90_033),
    (
        StoreFailure::CommitFault(FaultKind::StoreUnavailable),
        503,
        "temporarily_unavailable",
        90_033,
    ),
    (StoreFailure::CommitConflict, 503, "temporarily_unavailable", 50_033),
    (StoreFailure::Fault(FaultKind::StoreBroken), 500, "server_error", 50_000),
    (StoreFailure::CommitFault(FaultKind::Internal), 500, "server_error", 50_000),
    (StoreFailure::Panic, 500, "server_error", 50_000),
];

/// Returns the cause in the record of a failure.
fn expected_cause(failure: StoreFailure) -> &'static str {
    match failure {
        StoreFailure::CommitConflict => "Conflict: the grant changed during every attempt",
        StoreFailure::Panic => "a handler panicked",
        _ => "the test says so",
    }
}

#[track_caller]
fn assert_fault(response: &TestResponse, (status, error, number): (u16, &str, u64)) {
    response.assert_refused(status, error, number);
    assert_complete_error(response);
    assert_eq!(response.header("retry-after").is_empty(), status != 503, "{}", response.text);
    assert_eq!(response.header("www-authenticate"), "");
    assert!(!response.text.contains("the test says so"), "{}", response.text);
}

/// Asserts that the record of a fault has its cause, which the client does not get.
async fn assert_cause_recorded(service: &TestService, response: &TestResponse, cause: &str) {
    service.state.recorder.flush().await;
    let trace_id = response.header("x-ms-request-id").parse().ok();
    let query = RecordQuery { trace_id, limit: 1, ..RecordQuery::default() };
    let found = service.state.history.find(query).await.expect("a history");
    let record = found.first().expect("a record");
    assert_eq!(record.outcome, "fault");
    assert_eq!(record.number.map(u64::from), Some(response.error_number()));
    let recorded =
        record.refusal_details.as_ref().and_then(|it| it.cause.as_deref()).unwrap_or_default();
    assert!(recorded.contains(cause), "{recorded}");
}

#[tokio::test]
async fn a_code_stays_redeemable_after_every_store_failure() {
    // Redeems one code during each failure, and again afterwards: nothing was written, and no
    // restart is needed.
    let (failing, service) = service_with_failing_store().await;
    for (failure, status, error, number) in FAILURES {
        let grant = GrantId::new(Uuid::new_v4().into_bytes());
        let code = service.code("web", |code| code.grant = grant);
        failing.set_failure(failure);
        let response = service.token(&service.redeem(&code)).await;
        failing.set_failure(StoreFailure::None);
        assert_fault(&response, (status, error, number));
        assert_cause_recorded(&service, &response, expected_cause(failure)).await;
        let tenant = service.tenant.id();
        assert!(service.state.store.grant(tenant, grant).await.expect("a store").is_none());
        service.token(&service.redeem(&code)).await.assert_ok();
    }
}

#[tokio::test]
async fn a_refresh_token_stays_usable_after_every_store_failure() {
    // Does the same with a refresh token that is rotated.
    let (failing, service) = service_with_failing_store().await;
    let code = service.code("native", |_| {});
    let tokens = service.token(&service.redeem_as("native", &code)).await.assert_ok();
    let mut token = tokens.member("refresh_token").to_owned();
    for (failure, status, error, number) in FAILURES {
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", "native"),
            ("refresh_token", token.as_str()),
        ];
        failing.set_failure(failure);
        let response = service.token(&refresh).await;
        failing.set_failure(StoreFailure::None);
        assert_fault(&response, (status, error, number));
        let next = service.token(&refresh).await.assert_ok();
        assert_ne!(next.member("refresh_token"), token);
        token = next.member("refresh_token").to_owned();
    }
}

#[tokio::test]
async fn every_endpoint_returns_503_while_the_store_is_unavailable() {
    // Sends a user's token to each endpoint, and then each endpoint a request in a process with
    // empty caches.
    let (failing, service) = service_with_failing_store().await;
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let token = tokens.member("access_token");
    let token_query = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    let userinfo = || {
        let mut request = get(&format!("/{TENANT}/oidc/userinfo"));
        let bearer = format!("Bearer {token}").parse().expect("a header");
        request.headers_mut().insert("authorization", bearer);
        request
    };
    let expected = (503, "temporarily_unavailable", 90_033);
    failing.set_failure(UNAVAILABLE);
    assert_fault(&service.post("oauth2/v2.0/introspect", &token_query).await, expected);
    assert_fault(&service.post("oauth2/v2.0/revoke", &token_query).await, expected);
    assert_fault(&service.send(userinfo()).await, expected);
    failing.set_failure(StoreFailure::None);
    assert_eq!(service.post("oauth2/v2.0/introspect", &token_query).await.json["active"], true);
    service.send(userinfo()).await.assert_ok();
    let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([7; 32]), Vec::new());
    let settings = service::Settings::new(crate::test_service::ORIGIN.to_owned());
    let cached = Arc::new(store::CachedStore::new(failing.store()));
    let cold = service::Service::new(
        settings,
        cached,
        Arc::new(store::MemoryHistory::new()),
        keyring.expect("a keyring"),
    );
    let service =
        TestService { router: service::router(Arc::clone(&cold)), state: cold, ..service };
    failing.set_failure(UNAVAILABLE);
    for path in [
        format!("/{TENANT}/v2.0/.well-known/openid-configuration"),
        format!("/{TENANT}/discovery/v2.0/keys"),
        format!("/{TENANT}/oidc/userinfo"),
    ] {
        assert_fault(&service.send(get(&path)).await, expected);
    }
    assert_fault(&service.token(&service.redeem("x")).await, expected);
    assert!(service.state.ready().await.is_err());
    failing.set_failure(StoreFailure::None);
    assert!(service.state.ready().await.is_ok());
    service.send(get(&format!("/{TENANT}/discovery/v2.0/keys"))).await.assert_ok();
}

#[tokio::test]
async fn a_panic_is_a_page_for_browsers_and_json_for_clients() {
    // The store panics at the authorization endpoint, in a process that has read nothing of the
    // tenant. Requests as a browser and as a client.
    let (failing, service) = service_with_failing_store().await;
    let path = browser::request(&[]).replace(&TENANT.to_string(), "elsewhere");
    for (accept, kind) in [("text/html,*/*;q=0.8", "text/html"), ("*/*", "application/json")] {
        let mut request = get(&path);
        request.headers_mut().insert("accept", accept.parse().expect("a header"));
        failing.set_failure(StoreFailure::Panic);
        let response = service.send(request).await;
        failing.set_failure(StoreFailure::None);
        assert_eq!(response.status.as_u16(), 500, "{}", response.text);
        assert!(response.header("content-type").starts_with(kind), "{}", response.text);
        assert!(response.text.contains(response.header("x-ms-request-id")), "{}", response.text);
        assert!(!response.text.contains("the test says so"), "{}", response.text);
    }
}

#[tokio::test]
async fn refusals_stay_refusals_while_the_store_is_unavailable() {
    // While the store is unavailable, refusals that need no store stay as they are.
    let (failing, service) = service_with_failing_store().await;
    let client_credentials =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
    service.token(&client_credentials).await.assert_ok();
    failing.set_failure(UNAVAILABLE);
    let wrong = [client_credentials[0], client_credentials[1], ("client_secret", "wrong")];
    service.token(&wrong).await.assert_refused(401, "invalid_client", 7_000_215);
    let unknown = [("grant_type", "password"), client_credentials[1], client_credentials[2]];
    service.token(&unknown).await.assert_refused(400, "unsupported_grant_type", 70_003);
    // A request that needs no new data from the store succeeds.
    service.token(&client_credentials).await.assert_ok();
}

#[tokio::test(start_paused = true)]
async fn a_request_times_out_when_the_store_hangs() {
    // The store hangs; the clock is paused.
    let (failing, service) = service_with_failing_store().await;
    let code = service.code("web", |_| {});
    failing.set_failure(StoreFailure::Hang);
    let response = service.token(&service.redeem(&code)).await;
    assert_fault(&response, (503, "temporarily_unavailable", 90_012));
    failing.set_failure(StoreFailure::None);
    service.token(&service.redeem(&code)).await.assert_ok();
}

#[tokio::test]
async fn without_a_signing_key_no_code_is_used_up() {
    // Removes one signing key, then both. The code is redeemable once there are new keys.
    let (_, service) = service_with_failing_store().await;
    let code = service.code("web", |_| {});
    let store = &service.state.store;
    let tenant = service.tenant.id();
    for _ in 0..2 {
        let rows = store.signing_keys(tenant).await.expect("a store");
        let kid = rows.first().expect("a key").kid.clone();
        service.apply(DirectoryChange::RemoveSigningKey { tenant, kid }).await;
        let response = service.token(&service.redeem(&code)).await;
        assert_fault(&response, (500, "server_error", 50_003));
        assert!(service.state.ready().await.is_err());
    }
    service::key_rotation::ensure(&**store, &service.tenant, service::now()).await.expect("keys");
    assert!(service.state.ready().await.is_ok());
    service.token(&service.redeem(&code)).await.assert_ok();
}

#[tokio::test]
async fn an_unreadable_signing_key_is_named_in_the_record_of_the_fault() {
    // Corrupts the sealed part of every signing key and redeems a code. It works with the keys
    // restored.
    let (_, service) = service_with_failing_store().await;
    let code = service.code("web", |_| {});
    let tenant = service.tenant.id();
    let rows = service.state.store.signing_keys(tenant).await.expect("a store");
    for row in rows.iter() {
        let mut row = row.clone();
        row.sealed_private_key.reverse();
        service.apply(DirectoryChange::PutSigningKey(row)).await;
    }
    let response = service.token(&service.redeem(&code)).await;
    assert_fault(&response, (500, "server_error", 50_003));
    let kid = &rows.first().expect("a key").kid;
    assert!(!response.text.contains(kid), "{}", response.text);
    assert_cause_recorded(&service, &response, kid).await;
    for row in rows.iter() {
        service.apply(DirectoryChange::PutSigningKey(row.clone())).await;
    }
    service.token(&service.redeem(&code)).await.assert_ok();
}
