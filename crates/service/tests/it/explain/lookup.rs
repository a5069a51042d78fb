//! A client's own requests, by the ids that their answers showed.

use http::Method;
use jose::Algorithm;
use model::{Record, Seconds};
use serde_json::Value;
use uuid::Uuid;

use super::{EXPLAIN, look_up, looking_up};
use crate::{
    house::{ALICE, Answer, House, SECRET, post, redirect_uri},
    signed::{ASSERTION_TYPE, Jws, rsa},
};

/// A request of `web` that is turned down: the code was sent elsewhere.
async fn turned_down(house: &House, correlation_id: &str) -> Answer {
    let code = house.code("web", |_| {});
    let mut parameters = house.redeem(&code);
    parameters.retain(|(name, _)| *name != "redirect_uri");
    parameters.push(("redirect_uri", "https://web.test/callback/"));
    parameters.push(("client-request-id", correlation_id));
    house.token(&parameters).await
}

fn records(answer: &Answer) -> Vec<Value> {
    answer.json["records"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn an_owner_finds_what_went_wrong_by_the_ids_of_the_answer() {
    // Has a request turned down, and looks it up by trace id, then by correlation id.
    let house = House::new().await;
    let correlation_id = Uuid::new_v4().to_string();
    let failed = turned_down(&house, &correlation_id).await;
    failed.refused(400, "invalid_grant", 500_112);
    let trace_id = failed.member("trace_id").to_owned();
    for query in [("trace_id", &trace_id), ("correlation_id", &correlation_id)] {
        let answer = look_up(&house, "web", &[(query.0, query.1)]).await.good();
        assert_eq!(answer.header("cache-control"), "no-store, no-cache");
        let found = records(&answer);
        assert_eq!(found.len(), 1, "{}", answer.text);
        let record = &found[0];
        assert_eq!(record["trace_id"], trace_id.as_str());
        assert_eq!(record["refusal"]["number"], 500_112);
        assert_eq!(record["refusal"]["link"], "https://id.test/error?code=500112");
        let happened = record["refusal"]["happened"].as_str().expect("a sentence");
        assert!(happened.contains("https://web.test/callback/"), "{happened}");
        assert!(happened.contains(redirect_uri("web")), "{happened}");
        assert!(record["passed"].as_array().is_some_and(|passed| passed.len() > 3));
        assert_eq!(record["comparisons"][0]["name"], "redirect_uri");
        assert!(record.get("operator").is_none());
        assert!(!answer.text.contains(&ALICE.to_string()), "{}", answer.text);
    }
}

#[tokio::test]
async fn an_owner_finds_successes_too_the_newest_first() {
    // Asks twice under one correlation id, once rightly.
    let house = House::new().await;
    let correlation_id = Uuid::new_v4().to_string();
    turned_down(&house, &correlation_id).await;
    let code = house.code("web", |_| {});
    let mut right = house.redeem(&code);
    right.push(("client-request-id", &correlation_id));
    house.token(&right).await.good();
    let answer = look_up(&house, "web", &[("correlation_id", &correlation_id)]).await.good();
    let outcomes: Vec<Value> =
        records(&answer).iter().map(|record| record["outcome"]["name"].clone()).collect();
    assert_eq!(outcomes, ["tokens", "refusal"]);
}

#[tokio::test]
async fn an_owner_sees_what_its_client_did_not_prove_to_have_sent() {
    // Under one correlation id: a good request, one refused after the proof, a wrong secret, no
    // secret, and an authorization request; then so many of a stranger's that the list is cut.
    let house = House::new().await;
    let correlation_id = Uuid::new_v4().to_string();
    let own = ("client-request-id", correlation_id.as_str());
    let id = ("correlation_id", correlation_id.as_str());
    let code = house.code("web", |_| {});
    let mut right = house.redeem(&code);
    right.push(own);
    house.token(&right).await.good();
    turned_down(&house, &correlation_id).await;
    let strange = [("grant_type", "x"), ("client_id", "web"), own];
    house.token(&[&strange[..], &[("client_secret", "wrong")]].concat()).await;
    house.token(&strange).await;
    house.send(crate::house::get(&crate::authorize::browser::request(&[own]))).await;
    let answer = look_up(&house, "web", &[id]).await.good();
    let told = |answer: &Answer| -> Vec<Option<bool>> {
        records(answer).iter().map(|record| record["authenticated"].as_bool()).collect()
    };
    let expected = [false, false, false, true, true].map(Some);
    assert_eq!((told(&answer), &answer.json["more"]), (expected.to_vec(), &Value::Bool(false)));
    for _ in 0..100 {
        house.token(&strange).await;
    }
    let answer = look_up(&house, "web", &[id]).await.good();
    assert_eq!((records(&answer).len(), &answer.json["more"]), (100, &Value::Bool(true)));
}

#[tokio::test]
async fn an_explanation_is_in_the_language_that_is_asked_for() {
    // Looks the same request up by parameter, by header, and without either.
    let house = House::new().await;
    let failed = turned_down(&house, "").await;
    let id = ("trace_id", failed.member("trace_id"));
    let title = async |query: &[(&str, &str)], header: &str| {
        let mut request = looking_up("web", query);
        request.headers_mut().insert("accept-language", header.parse().expect("a header"));
        let answer = house.send(request).await.good();
        records(&answer)[0]["refusal"]["title"].as_str().unwrap_or_default().to_owned()
    };
    let english = title(&[id], "en").await;
    let indonesian = title(&[id], "id").await;
    assert_ne!(english, indonesian);
    assert_eq!(title(&[id, ("ui_locales", "id")], "en").await, indonesian);
    assert_eq!(title(&[id, ("mkt", "id-ID")], "en").await, indonesian);
    assert_eq!(title(&[id], "fr").await, english);
}

#[tokio::test]
async fn a_client_proves_itself_as_at_the_token_endpoint() {
    // By secret in the body and by assertion, which is used up; then wrongly in several ways.
    let house = House::new().await;
    let failed = turned_down(&house, "").await;
    let id = ("trace_id", failed.member("trace_id"));
    let ask = async |more: &[(&str, &str)]| house.post(EXPLAIN, &[&[id], more].concat()).await;
    let answer = ask(&[("client_id", "web"), ("client_secret", SECRET)]).await.good();
    assert_eq!(records(&answer).len(), 1);

    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let proof = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)];
    ask(&proof).await.refused(404, "invalid_request", 88_000_200);
    ask(&proof).await.refused(401, "invalid_client", 88_000_034);

    let wrong = ask(&[("client_id", "web"), ("client_secret", "wrong")]).await;
    wrong.refused(401, "invalid_client", 7_000_215);
    assert!(wrong.header("www-authenticate").starts_with("Basic realm="));
    ask(&[("client_id", "nobody"), ("client_secret", SECRET)]).await.refused(
        401,
        "invalid_client",
        700_016,
    );
    ask(&[]).await.refused(400, "invalid_request", 900_144);
    ask(&[("client_id", "spa")]).await.refused(400, "unauthorized_client", 88_000_202);
}

#[tokio::test]
async fn an_id_must_be_one() {
    // Sends what is none, nothing, another method, and a secret where logs would keep it.
    let house = House::new().await;
    for id in ["trace_id", "correlation_id"] {
        for value in ["x", "0f8fad5b-d9cb-469f-a165-7086772895", "' or 1=1"] {
            let answer = look_up(&house, "web", &[(id, value)]).await;
            answer.refused(400, "invalid_request", 88_000_201);
        }
    }
    look_up(&house, "web", &[]).await.refused(400, "invalid_request", 900_144);
    let secret = [("trace_id", "x"), ("client_secret", SECRET)];
    let answer = look_up(&house, "web", &secret).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(!answer.text.contains(SECRET));
    let mut request = post(EXPLAIN, &[]);
    *request.method_mut() = Method::PUT;
    assert_eq!(house.send(request).await.status, 405);
}

#[tokio::test]
async fn what_is_older_than_is_kept_is_not_shown() {
    // Writes two records of the client into the history, one of them too old.
    let house = House::new().await;
    let failed = turned_down(&house, "").await;
    look_up(&house, "web", &[("trace_id", failed.member("trace_id"))]).await.good();
    let search = model::Search { limit: 10, ..model::Search::default() };
    let kept = house.service.history.find(search).await.expect("a history");
    let kept = kept.iter().find(|record| record.number == Some(500_112)).expect("a record");
    let aged = |days: i64, id: u128| Record {
        trace_id: Uuid::from_u128(id),
        at: kept.at - Seconds::days(days),
        ..kept.clone()
    };
    house.service.history.record(vec![aged(29, 1), aged(31, 2)]).await.expect("a history");
    let (young, old) = (Uuid::from_u128(1).to_string(), Uuid::from_u128(2).to_string());
    look_up(&house, "web", &[("trace_id", &young)]).await.good();
    let answer = look_up(&house, "web", &[("trace_id", &old)]).await;
    answer.refused(404, "invalid_request", 88_000_200);
}

#[tokio::test]
async fn a_browser_of_another_origin_learns_nothing() {
    // Asks with an origin that a client registered, and looks for a header that would let it read.
    let house = House::new().await;
    let mut request = looking_up("web", &[("trace_id", &Uuid::new_v4().to_string())]);
    request.headers_mut().insert("origin", "https://spa.test".parse().expect("a header"));
    let answer = house.send(request).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}
