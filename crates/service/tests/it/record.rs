//! Request records: one for each request, with its client, its outcome and its reason, and without
//! secrets.

mod attribution;
mod blocked_history;
mod dropping;
mod other_clients;
mod security_events;
mod sign_in_flow;
mod warnings;

use http::Request;
use model::{RecordQuery, RequestRecord};
use uuid::Uuid;

use crate::{
    authorize::browser::{self, Browser, request},
    failing_store::{FailingStore, StoreFailure},
    test_service::{ALICE, SECRET, TENANT, TestResponse, TestService, get, post},
};

const TOKEN: &str = "/{tenant}/oauth2/v2.0/token";
const AUTHORIZE: &str = "/{tenant}/oauth2/v2.0/authorize";
const CLIENT_CREDENTIALS: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];

/// Returns every record, the oldest first.
pub async fn records(service: &TestService) -> Vec<RequestRecord> {
    service.state.recorder.flush().await;
    let all = RecordQuery { limit: 10_000, ..RecordQuery::default() };
    let mut records = service.state.history.find(all).await.expect("a history");
    records.reverse();
    records
}

/// Returns the one record of a response.
async fn record(service: &TestService, response: &TestResponse) -> RequestRecord {
    let id = Uuid::try_parse(response.header("x-ms-request-id")).expect("an id");
    let mut records = records(service).await;
    records.retain(|record| record.trace_id == id);
    assert_eq!(records.len(), 1, "{}", response.text);
    records.remove(0)
}

/// Asserts endpoint, outcome and number of the record of a response.
async fn assert_recorded(
    service: &TestService,
    response: &TestResponse,
    expected: (&str, &str, Option<u32>),
) -> RequestRecord {
    let record = record(service, response).await;
    let got = (&*record.endpoint, &*record.outcome, record.number);
    assert_eq!(got, expected, "{}", response.text);
    assert_eq!(record.status, response.status.as_u16());
    assert_eq!(record.refusal_details.is_some(), record.number.is_some(), "{record:?}");
    assert!(RequestRecord::OUTCOMES.contains(&&*record.outcome));
    record
}

#[tokio::test]
async fn an_issued_token_leaves_one_record() {
    // Requests a token: the record has client and grant type, and no refusal details.
    let service = TestService::new().await;
    let response = service.token(&CLIENT_CREDENTIALS).await.assert_ok();
    let record = assert_recorded(&service, &response, (TOKEN, "tokens", None)).await;
    assert_eq!(record.tenant.map(model::TenantId::uuid), Some(TENANT));
    assert_eq!(record.method, "POST");
    assert_eq!(record.client.as_deref(), Some("daemon"));
    assert_eq!(record.attributed_client.as_ref().map(model::ClientId::as_str), Some("daemon"));
    assert_eq!(record.grant_type.as_deref(), Some("client_credentials"));
    assert_eq!((record.user, record.grant, record.flow_id), (None, None, None));
    assert!(record.duration_us > 0 && record.warnings.is_empty());
    let sent = response.header("client-request-id");
    assert_eq!(record.correlation_id.to_string(), sent);
}

#[tokio::test]
async fn the_record_of_a_refusal_has_checks_and_comparisons() {
    // Redeems a code with another redirect URI: the record has the passed checks, the message
    // arguments and the comparison.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let mut parameters = service.redeem(&code);
    parameters.retain(|(name, _)| *name != "redirect_uri");
    parameters.push(("redirect_uri", "https://web.test/callback/"));
    let response = service.token(&parameters).await;
    let record = assert_recorded(&service, &response, (TOKEN, "refusal", Some(500_112))).await;
    assert_eq!(record.user.map(model::UserId::uuid), Some(ALICE));
    assert!(record.grant.is_some());
    let details = record.refusal_details.expect("a reason");
    assert!(details.checks_passed.iter().any(|check| check == "client_secret"));
    assert!(details.checks_passed.iter().all(|check| check != "redirect_uri"));
    let comparison = details.comparisons.iter().find(|it| it.name == "redirect_uri");
    let received = comparison.and_then(|comparison| comparison.received.as_deref());
    assert_eq!(received, Some("https://web.test/callback/"));
    assert!(details.arguments.iter().any(|(_, value)| value == "https://web.test/callback/"));
    assert_eq!(details.cause, None);
}

#[tokio::test]
async fn every_endpoint_records_successes_and_refusals() {
    // Sends each endpoint a right and a wrong request and reads both records.
    let service = browser::service_with_users().await;
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let token = tokens.member("access_token");
    let [client, secret] = [("client_id", "web"), ("client_secret", SECRET)];
    let token_query = [client, secret, ("token", token)];
    let wrong = [client, ("client_secret", "wrong"), ("token", token)];
    for endpoint in ["introspect", "revoke"] {
        let template = format!("/{{tenant}}/oauth2/v2.0/{endpoint}");
        let path = format!("oauth2/v2.0/{endpoint}");
        let response = service.post(&path, &wrong).await;
        assert_recorded(&service, &response, (&template, "refusal", Some(7_000_215))).await;
        let response = service.post(&path, &token_query).await.assert_ok();
        let record = assert_recorded(&service, &response, (&template, "response", None)).await;
        assert!(record.grant.is_some(), "{endpoint}");
    }
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    for (bearer, expected) in [(tokens.member("access_token"), None), ("x.y.z", Some(88_000_021))] {
        let mut userinfo = get(&format!("/{TENANT}/oidc/userinfo"));
        let bearer = format!("Bearer {bearer}").parse().expect("a header");
        userinfo.headers_mut().insert("authorization", bearer);
        let response = service.send(userinfo).await;
        let record = record(&service, &response).await;
        let found = record.number.is_some();
        assert_eq!((found, record.user.is_some()), (expected.is_some(), expected.is_none()));
    }
    let response = service.send(get(&request(&[]))).await;
    let started = assert_recorded(&service, &response, (AUTHORIZE, "flow:started", None)).await;
    assert!(started.flow_id.is_some());
    let mut browser = Browser::new(&service);
    let response = browser.get(&request(&[])).await.assert_ok();
    let first_page = assert_recorded(&service, &response, (AUTHORIZE, "page:sign_in", None)).await;
    assert!(first_page.flow_id.is_some());
    let response = service.send(get(&request(&[("redirect_uri", "https://else.test/")]))).await;
    assert_recorded(&service, &response, (AUTHORIZE, "refusal", Some(50_011))).await;
    let response = service.send(get("/nowhere")).await;
    assert_recorded(&service, &response, ("other", "response", None)).await;
    let response = service.send(get(&format!("/{TENANT}/oauth2/nowhere"))).await;
    assert_eq!(record(&service, &response).await.outcome, "refusal");
}

#[tokio::test]
async fn public_endpoints_are_recorded_only_on_errors() {
    // Requests metadata, keys, error pages and a preflight: only the two refusals are recorded.
    let service = TestService::new().await;
    let metadata = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let paths = [
        metadata.clone(),
        format!("/{TENANT}/discovery/v2.0/keys"),
        "/error".to_owned(),
        "/error?code=50011".to_owned(),
        "/error/catalogue.json".to_owned(),
        "/common/userrealm/alice@demo.test".to_owned(),
    ];
    for path in &paths {
        service.send(get(path)).await.assert_ok();
    }
    let mut preflight = post("oauth2/v2.0/token", &[]);
    *preflight.method_mut() = http::Method::OPTIONS;
    service.send(preflight).await;
    assert_eq!(service.send(get("/assets/nothing.css")).await.status.as_u16(), 404);
    assert!(records(&service).await.is_empty());
    let unknown_tenant = metadata.replace(&TENANT.to_string(), "nobody");
    service.send(get(&unknown_tenant)).await;
    let request = Request::post(&metadata).header("host", "id.test");
    service.send(request.body(axum::body::Body::empty()).expect("a request")).await;
    let statuses: Vec<_> = records(&service).await.iter().map(|record| record.status).collect();
    assert_eq!(statuses.len(), 2, "{statuses:?}");
}

#[tokio::test]
async fn a_refusal_on_the_sign_in_page_is_recorded() {
    // Sends a wrong password for an existing and for an unknown user, whose name resembles none.
    // The records differ only in the user id and in the digest, which operators see.
    let service = browser::service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    for (name, user) in [("alice@demo.test", Some(ALICE)), ("someone else entirely", None)] {
        let fields = [
            ("flow", browser::flow_field(&page)),
            ("step", browser::step_field(&page)),
            ("username", name),
            ("password", "not the password"),
        ];
        let response = browser.post_only(&browser::form_action(&page), &fields).await;
        let record =
            assert_recorded(&service, &response, ("/{tenant}/sign-in", "refusal", Some(50_126)))
                .await;
        // The page shows the ids of the refused request, also when it is loaded again.
        let shown = browser.follow(response).await;
        let trace_id = record.trace_id.to_string();
        for page in [shown, browser.reload().await] {
            assert_eq!(browser::between(&page.text, "id=\"problem-trace-id\">", "<"), trace_id);
            assert_eq!(browser::problem_number(&page), 50_126);
        }
        assert_eq!(record.user.map(model::UserId::uuid), user);
        assert_eq!(record.client.as_deref(), Some("web"));
        assert_eq!(
            record.remote_address.map(|address| address.to_string()).as_deref(),
            Some("192.0.2.1")
        );
        let json = serde_json::to_string(&record).expect("JSON");
        assert!(!json.contains("not the password") && !json.contains(name), "{json}");
    }
}

#[tokio::test]
async fn the_cause_of_a_fault_is_recorded_but_not_returned() {
    // Redeems a code while the store is broken. The record still has its client.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    let code = service.code("web", |_| {});
    failing.set_failure(StoreFailure::Fault(model::FaultKind::StoreBroken));
    let response = service.token(&service.redeem(&code)).await;
    let record = assert_recorded(&service, &response, (TOKEN, "fault", Some(50_000))).await;
    failing.set_failure(StoreFailure::None);
    assert_eq!(record.attributed_client.as_ref().map(model::ClientId::as_str), Some("web"));
    let cause = record.refusal_details.and_then(|details| details.cause).expect("a cause");
    assert_eq!(cause, "StoreBroken: the test says so");
    assert!(!response.text.contains("the test says so"));
}

#[tokio::test]
async fn the_record_of_a_panic_omits_its_message() {
    // The store panics with a message that quotes the request.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    let code = service.code("web", |_| {});
    failing.set_failure(StoreFailure::Panic);
    let response = service.token(&service.redeem(&code)).await;
    failing.set_failure(StoreFailure::None);
    let record = assert_recorded(&service, &response, (TOKEN, "fault", Some(50_000))).await;
    let cause =
        record.refusal_details.as_ref().and_then(|it| it.cause.as_deref()).expect("a cause");
    assert!(cause.contains("a handler panicked"), "{cause}");
    let json = serde_json::to_string(&record).expect("JSON");
    assert!(!json.contains(crate::failing_store::PANIC), "{json}");
}
