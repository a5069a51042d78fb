//! Look-ups of a client's own requests, by trace id or correlation id.

use http::Method;
use jose::Algorithm;
use model::{RequestRecord, Seconds};
use serde_json::Value;
use uuid::Uuid;

use super::{EXPLAIN, look_up, look_up_request};
use crate::{
    signed_requests::{ASSERTION_TYPE, Jws, rsa},
    test_service::{ALICE, SECRET, TestResponse, TestService, post, redirect_uri},
};

/// Sends a request of `web` that is refused: its redirect URI differs.
async fn refused_request(service: &TestService, correlation_id: &str) -> TestResponse {
    let code = service.code("web", |_| {});
    let mut parameters = service.redeem(&code);
    parameters.retain(|(name, _)| *name != "redirect_uri");
    parameters.push(("redirect_uri", "https://web.test/callback/"));
    parameters.push(("client-request-id", correlation_id));
    service.token(&parameters).await
}

fn records(response: &TestResponse) -> Vec<Value> {
    response.json["records"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_client_finds_its_refusal_by_trace_or_correlation_id() {
    // Has a request refused, and looks it up by trace id, then by correlation id.
    let service = TestService::new().await;
    let correlation_id = Uuid::new_v4().to_string();
    let failed = refused_request(&service, &correlation_id).await;
    failed.assert_refused(400, "invalid_grant", 500_112);
    let trace_id = failed.member("trace_id").to_owned();
    for query in [("trace_id", &trace_id), ("correlation_id", &correlation_id)] {
        let response = look_up(&service, "web", &[(query.0, query.1)]).await.assert_ok();
        assert_eq!(response.header("cache-control"), "no-store, no-cache");
        let found = records(&response);
        assert_eq!(found.len(), 1, "{}", response.text);
        let record = &found[0];
        assert_eq!(record["trace_id"], trace_id.as_str());
        assert_eq!(record["refusal"]["number"], 500_112);
        assert_eq!(record["refusal"]["link"], "https://id.test/error?code=500112");
        let description = record["refusal"]["description"].as_str().expect("a sentence");
        assert!(description.contains("https://web.test/callback/"), "{description}");
        assert!(description.contains(redirect_uri("web")), "{description}");
        assert!(record["checks_passed"].as_array().is_some_and(|passed| passed.len() > 3));
        assert_eq!(record["comparisons"][0]["name"], "redirect_uri");
        assert!(record.get("operator").is_none());
        assert!(!response.text.contains(&ALICE.to_string()), "{}", response.text);
    }
}

#[tokio::test]
async fn a_look_up_returns_successes_too_newest_first() {
    // Sends a wrong and a right request with one correlation id.
    let service = TestService::new().await;
    let correlation_id = Uuid::new_v4().to_string();
    refused_request(&service, &correlation_id).await;
    let code = service.code("web", |_| {});
    let mut right = service.redeem(&code);
    right.push(("client-request-id", &correlation_id));
    service.token(&right).await.assert_ok();
    let response =
        look_up(&service, "web", &[("correlation_id", &correlation_id)]).await.assert_ok();
    let outcomes: Vec<Value> =
        records(&response).iter().map(|record| record["outcome"]["name"].clone()).collect();
    assert_eq!(outcomes, ["tokens", "refusal"]);
}

#[tokio::test]
async fn a_look_up_marks_requests_that_were_not_authenticated() {
    // With one correlation id, sends a right request, one refused after authentication, a wrong
    // secret, no secret, and an authorization request. Then sends enough unauthenticated ones to
    // cut the list.
    let service = TestService::new().await;
    let correlation_id = Uuid::new_v4().to_string();
    let own = ("client-request-id", correlation_id.as_str());
    let id = ("correlation_id", correlation_id.as_str());
    let code = service.code("web", |_| {});
    let mut right = service.redeem(&code);
    right.push(own);
    service.token(&right).await.assert_ok();
    refused_request(&service, &correlation_id).await;
    let unauthenticated = [("grant_type", "x"), ("client_id", "web"), own];
    service.token(&[&unauthenticated[..], &[("client_secret", "wrong")]].concat()).await;
    service.token(&unauthenticated).await;
    service.send(crate::test_service::get(&crate::authorize::browser::request(&[own]))).await;
    let response = look_up(&service, "web", &[id]).await.assert_ok();
    let authenticated = |response: &TestResponse| -> Vec<Option<bool>> {
        records(response).iter().map(|record| record["authenticated"].as_bool()).collect()
    };
    let expected = [false, false, false, true, true].map(Some);
    assert_eq!(
        (authenticated(&response), &response.json["more"]),
        (expected.to_vec(), &Value::Bool(false))
    );
    for _ in 0..100 {
        service.token(&unauthenticated).await;
    }
    let response = look_up(&service, "web", &[id]).await.assert_ok();
    assert_eq!((records(&response).len(), &response.json["more"]), (100, &Value::Bool(true)));
}

#[tokio::test]
async fn an_explanation_uses_the_requested_language() {
    // Looks one request up by parameter, by header, and without either.
    let service = TestService::new().await;
    let failed = refused_request(&service, "").await;
    let id = ("trace_id", failed.member("trace_id"));
    let title = async |query: &[(&str, &str)], header: &str| {
        let mut request = look_up_request("web", query);
        request.headers_mut().insert("accept-language", header.parse().expect("a header"));
        let response = service.send(request).await.assert_ok();
        records(&response)[0]["refusal"]["title"].as_str().unwrap_or_default().to_owned()
    };
    let english = title(&[id], "en").await;
    let indonesian = title(&[id], "id").await;
    assert_ne!(english, indonesian);
    assert_eq!(title(&[id, ("ui_locales", "id")], "en").await, indonesian);
    assert_eq!(title(&[id, ("mkt", "id-ID")], "en").await, indonesian);
    assert_eq!(title(&[id], "fr").await, english);
}

#[tokio::test]
async fn explain_authenticates_clients_like_the_token_endpoint() {
    // Authenticates by secret in the body and by assertion, which is used up; then wrongly.
    let service = TestService::new().await;
    let failed = refused_request(&service, "").await;
    let id = ("trace_id", failed.member("trace_id"));
    let ask = async |more: &[(&str, &str)]| service.post(EXPLAIN, &[&[id], more].concat()).await;
    let response = ask(&[("client_id", "web"), ("client_secret", SECRET)]).await.assert_ok();
    assert_eq!(records(&response).len(), 1);

    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let proof = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)];
    ask(&proof).await.assert_refused(404, "invalid_request", 88_000_200);
    ask(&proof).await.assert_refused(401, "invalid_client", 88_000_034);

    let wrong = ask(&[("client_id", "web"), ("client_secret", "wrong")]).await;
    wrong.assert_refused(401, "invalid_client", 7_000_215);
    assert!(wrong.header("www-authenticate").starts_with("Basic realm="));
    ask(&[("client_id", "nobody"), ("client_secret", SECRET)]).await.assert_refused(
        401,
        "invalid_client",
        700_016,
    );
    ask(&[]).await.assert_refused(400, "invalid_request", 900_144);
    ask(&[("client_id", "spa")]).await.assert_refused(400, "unauthorized_client", 88_000_202);
}

#[tokio::test]
async fn used_assertions_leave_the_rate_of_their_client() {
    // Hostile input LG16: sends a used assertion 310 times, more often than the client may look up
    // or dry-run. A fresh one is then accepted.
    let service = TestService::new().await;
    let signer = rsa(Algorithm::Rs256);
    let assertions: [String; 3] = std::array::from_fn(|_| Jws::assertion().sign(&signer));
    let proof = |of: usize| {
        [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertions[of].as_str())]
    };
    let look_up = [("trace_id", "01900000-0000-7000-8000-000000000009")];
    let dry_run = [("response_type", "code")];
    let send = async |of, more: &[(&str, &str)]| {
        service.post(EXPLAIN, &[&proof(of)[..], more].concat()).await
    };
    send(0, &dry_run).await.assert_ok();
    for _ in 0..310 {
        send(0, &look_up).await.assert_refused(401, "invalid_client", 88_000_034);
        send(0, &dry_run).await.assert_refused(401, "invalid_client", 88_000_034);
    }
    send(1, &look_up).await.assert_refused(404, "invalid_request", 88_000_200);
    send(2, &dry_run).await.assert_ok();
}

#[tokio::test]
async fn a_look_up_with_a_malformed_id_is_refused() {
    // Sends malformed ids, no id, a secret in the query, and another method.
    let service = TestService::new().await;
    for id in ["trace_id", "correlation_id"] {
        for value in ["x", "0f8fad5b-d9cb-469f-a165-7086772895", "' or 1=1"] {
            let response = look_up(&service, "web", &[(id, value)]).await;
            response.assert_refused(400, "invalid_request", 88_000_201);
        }
    }
    look_up(&service, "web", &[]).await.assert_refused(400, "invalid_request", 900_144);
    let secret = [("trace_id", "x"), ("client_secret", SECRET)];
    let response = look_up(&service, "web", &secret).await;
    assert_eq!(response.status, 400, "{}", response.text);
    assert!(!response.text.contains(SECRET));
    let mut request = post(EXPLAIN, &[]);
    *request.method_mut() = Method::PUT;
    assert_eq!(service.send(request).await.status, 405);
}

#[tokio::test]
async fn a_look_up_hides_records_past_their_retention() {
    // Stores two records of the client, one of them past its retention.
    let service = TestService::new().await;
    let failed = refused_request(&service, "").await;
    look_up(&service, "web", &[("trace_id", failed.member("trace_id"))]).await.assert_ok();
    let query = model::RecordQuery { limit: 10, ..model::RecordQuery::default() };
    let stored = service.state.history.find(query).await.expect("a history");
    let stored = stored.iter().find(|record| record.number == Some(500_112)).expect("a record");
    let aged = |days: i64, id: u128| RequestRecord {
        trace_id: Uuid::from_u128(id),
        at: stored.at - Seconds::days(days),
        ..stored.clone()
    };
    service.state.history.record(vec![aged(29, 1), aged(31, 2)]).await.expect("a history");
    let (young, old) = (Uuid::from_u128(1).to_string(), Uuid::from_u128(2).to_string());
    look_up(&service, "web", &[("trace_id", &young)]).await.assert_ok();
    let response = look_up(&service, "web", &[("trace_id", &old)]).await;
    response.assert_refused(404, "invalid_request", 88_000_200);
}

#[tokio::test]
async fn a_look_up_is_not_readable_from_another_origin() {
    // Looks up from an origin that a client registered, and reads the CORS header.
    let service = TestService::new().await;
    let mut request = look_up_request("web", &[("trace_id", &Uuid::new_v4().to_string())]);
    request.headers_mut().insert("origin", "https://spa.test".parse().expect("a header"));
    let response = service.send(request).await;
    assert_eq!(response.header("access-control-allow-origin"), "");
}
