//! What is left of a request: one record, with whose it was and why it ended so, and no secret.

mod history;
mod linked;
mod neighbours;
mod owner;
mod shedding;
mod warnings;

use http::Request;
use model::{Record, Search};
use uuid::Uuid;

use crate::{
    authorize::browser::{self, Browser, request},
    failing::{Failing, Trouble},
    house::{ALICE, Answer, House, SECRET, TENANT, get, post},
};

const TOKEN: &str = "/{tenant}/oauth2/v2.0/token";
const AUTHORIZE: &str = "/{tenant}/oauth2/v2.0/authorize";
const FOR_ITSELF: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];

/// Every record that there is, the oldest first.
async fn records(house: &House) -> Vec<Record> {
    house.service.recorder.settled().await;
    let all = Search { limit: 10_000, ..Search::default() };
    let mut records = house.service.history.find(all).await.expect("a history");
    records.reverse();
    records
}

/// The one record of an answer.
async fn record(house: &House, answer: &Answer) -> Record {
    let id = Uuid::try_parse(answer.header("x-ms-request-id")).expect("an id");
    let mut records = records(house).await;
    records.retain(|record| record.trace_id == id);
    assert_eq!(records.len(), 1, "{}", answer.text);
    records.remove(0)
}

/// Holds the record of an answer against endpoint, outcome and number.
async fn left(house: &House, answer: &Answer, expected: (&str, &str, Option<u32>)) -> Record {
    let record = record(house, answer).await;
    let got = (&*record.endpoint, &*record.outcome, record.number);
    assert_eq!(got, expected, "{}", answer.text);
    assert_eq!(record.status, answer.status.as_u16());
    assert_eq!(record.reasoning.is_some(), record.number.is_some(), "{record:?}");
    assert!(Record::OUTCOMES.contains(&&*record.outcome));
    record
}

#[tokio::test]
async fn what_was_given_is_one_line() {
    // A token: whose it is, by which grant type, and nothing about why.
    let house = House::new().await;
    let answer = house.token(&FOR_ITSELF).await.good();
    let record = left(&house, &answer, (TOKEN, "tokens", None)).await;
    assert_eq!(record.tenant.map(model::TenantId::uuid), Some(TENANT));
    assert_eq!(record.method, "POST");
    assert_eq!(record.client.as_deref(), Some("daemon"));
    assert_eq!(record.owner.as_ref().map(model::ClientId::as_str), Some("daemon"));
    assert_eq!(record.grant_type.as_deref(), Some("client_credentials"));
    assert_eq!((record.user, record.grant, record.flow), (None, None, None));
    assert!(record.duration_us > 0 && record.warnings.is_empty());
    let sent = answer.header("client-request-id");
    assert_eq!(record.correlation_id.to_string(), sent);
}

#[tokio::test]
async fn what_was_turned_down_says_why() {
    // A redirect URI that differs: the checks before it, the values of its sentence, and what was
    // compared.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let mut parameters = house.redeem(&code);
    parameters.retain(|(name, _)| *name != "redirect_uri");
    parameters.push(("redirect_uri", "https://web.test/callback/"));
    let answer = house.token(&parameters).await;
    let record = left(&house, &answer, (TOKEN, "refusal", Some(500_112))).await;
    assert_eq!(record.user.map(model::UserId::uuid), Some(ALICE));
    assert!(record.grant.is_some());
    let reasoning = record.reasoning.expect("a reason");
    assert!(reasoning.passed.iter().any(|check| check == "client_secret"));
    assert!(reasoning.passed.iter().all(|check| check != "redirect_uri"));
    let compared = reasoning.comparisons.iter().find(|it| it.name == "redirect_uri");
    let received = compared.and_then(|compared| compared.received.as_deref());
    assert_eq!(received, Some("https://web.test/callback/"));
    assert!(reasoning.arguments.iter().any(|(_, value)| value == "https://web.test/callback/"));
    assert_eq!(reasoning.cause, None);
}

#[tokio::test]
async fn every_endpoint_leaves_a_record_well_and_badly() {
    // Asks each endpoint well and badly, and looks at what is left of both.
    let house = browser::house().await;
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    let token = tokens.member("access_token");
    let [client, secret] = [("client_id", "web"), ("client_secret", SECRET)];
    let asking = [client, secret, ("token", token)];
    let wrong = [client, ("client_secret", "wrong"), ("token", token)];
    for endpoint in ["introspect", "revoke"] {
        let template = format!("/{{tenant}}/oauth2/v2.0/{endpoint}");
        let path = format!("oauth2/v2.0/{endpoint}");
        let answer = house.post(&path, &wrong).await;
        left(&house, &answer, (&template, "refusal", Some(7_000_215))).await;
        let answer = house.post(&path, &asking).await.good();
        let record = left(&house, &answer, (&template, "answer", None)).await;
        assert!(record.grant.is_some(), "{endpoint}");
    }
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    for (bearer, expected) in [(tokens.member("access_token"), None), ("x.y.z", Some(88_000_021))] {
        let mut asked = get(&format!("/{TENANT}/oidc/userinfo"));
        let bearer = format!("Bearer {bearer}").parse().expect("a header");
        asked.headers_mut().insert("authorization", bearer);
        let answer = house.send(asked).await;
        let record = record(&house, &answer).await;
        let found = record.number.is_some();
        assert_eq!((found, record.user.is_some()), (expected.is_some(), expected.is_none()));
    }
    let answer = house.send(get(&request(&[]))).await.good();
    let begun = left(&house, &answer, (AUTHORIZE, "page:sign_in", None)).await;
    assert!(begun.flow.is_some());
    let answer = house.send(get(&request(&[("redirect_uri", "https://else.test/")]))).await;
    left(&house, &answer, (AUTHORIZE, "refusal", Some(50_011))).await;
    let answer = house.send(get("/nowhere")).await;
    left(&house, &answer, ("other", "answer", None)).await;
    let answer = house.send(get(&format!("/{TENANT}/oauth2/nowhere"))).await;
    assert_eq!(record(&house, &answer).await.outcome, "refusal");
}

#[tokio::test]
async fn what_tells_nothing_leaves_nothing_unless_it_fails() {
    // Metadata, keys, the pages about errors, preflights: only what was turned down is left.
    let house = House::new().await;
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
        house.send(get(path)).await.good();
    }
    let mut preflight = post("oauth2/v2.0/token", &[]);
    *preflight.method_mut() = http::Method::OPTIONS;
    house.send(preflight).await;
    assert_eq!(house.send(get("/assets/nothing.css")).await.status.as_u16(), 404);
    assert!(records(&house).await.is_empty());
    let elsewhere = metadata.replace(&TENANT.to_string(), "nobody");
    house.send(get(&elsewhere)).await;
    let posted = Request::post(&metadata).header("host", "id.test");
    house.send(posted.body(axum::body::Body::empty()).expect("a request")).await;
    let left: Vec<_> = records(&house).await.iter().map(|record| record.status).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[tokio::test]
async fn a_refusal_within_a_page_is_one_too() {
    // A wrong password of somebody, and one of nobody: the same but for who it was, which is kept
    // for the operator.
    let house = browser::house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    for (name, user) in [("alice@demo.test", Some(ALICE)), ("nobody@demo.test", None)] {
        let answer = browser.sign_in(&page, name, "not the password").await;
        let record = left(&house, &answer, ("/{tenant}/sign-in", "refusal", Some(50_126))).await;
        assert_eq!(record.user.map(model::UserId::uuid), user);
        assert_eq!(record.client.as_deref(), Some("web"));
        assert_eq!(record.peer.map(|peer| peer.to_string()).as_deref(), Some("192.0.2.1"));
        let kept = serde_json::to_string(&record).expect("JSON");
        assert!(!kept.contains("not the password") && !kept.contains(name), "{kept}");
    }
}

#[tokio::test]
async fn our_own_failure_has_its_cause_in_the_record_and_not_in_the_answer() {
    // The store is away while a code is redeemed; its owner is known all the same.
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    let code = house.code("web", |_| {});
    failing.set(Trouble::Fault(model::FaultKind::StoreBroken));
    let answer = house.token(&house.redeem(&code)).await;
    let record = left(&house, &answer, (TOKEN, "fault", Some(50_000))).await;
    failing.set(Trouble::None);
    assert_eq!(record.owner.as_ref().map(model::ClientId::as_str), Some("web"));
    let cause = record.reasoning.and_then(|reasoning| reasoning.cause).expect("a cause");
    assert_eq!(cause, "StoreBroken: the test says so");
    assert!(!answer.text.contains("the test says so"));
}

#[tokio::test]
async fn a_panic_is_kept_without_what_it_says() {
    // Store that panic with what a caller sent.
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    let code = house.code("web", |_| {});
    failing.set(Trouble::Panic);
    let answer = house.token(&house.redeem(&code)).await;
    failing.set(Trouble::None);
    let record = left(&house, &answer, (TOKEN, "fault", Some(50_000))).await;
    let cause = record.reasoning.as_ref().and_then(|it| it.cause.as_deref()).expect("a cause");
    assert!(cause.contains("a handler panicked"), "{cause}");
    let kept = serde_json::to_string(&record).expect("JSON");
    assert!(!kept.contains(crate::failing::PANIC), "{kept}");
}
