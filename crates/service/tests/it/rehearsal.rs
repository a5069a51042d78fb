//! Refusals to order, for applications that test how they take them.

use std::sync::Arc;

use catalogue::{Entry, entries};
use http::StatusCode;
use jose::seal::{Keyring, RootKey};
use model::{Search, Seconds};
use service::{Service, Settings};
use store::{Cached, MemoryHistory};

use crate::{
    authorize::browser,
    house::{Answer, House, ORIGIN, SECRET, get},
    limits::whole,
};

/// A house where refusals may be rehearsed, by the client `web`.
pub async fn house() -> House {
    let house = House::new().await;
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let settings = Settings { rehearsal_allowed: true, ..Settings::new(ORIGIN.to_owned()) };
    let store = Arc::new(Cached::new(Arc::clone(&house.service.store)));
    let service = Service::new(settings, store, Arc::new(MemoryHistory::new()), keyring);
    let realm = service.realm("demo").await.expect("a realm");
    let house = House { router: service::router(Arc::clone(&service)), service, realm };
    house.change_client("web", |client| client.rehearsal = true).await;
    house
}

async fn at_token(house: &House, client: &str, number: &str) -> Answer {
    house.token(&[("client_id", client), ("admit_rehearse", number)]).await
}

#[tokio::test]
async fn every_number_can_be_rehearsed_at_the_token_endpoint() {
    // Asks for each, and holds status, error and number against the catalogue.
    let house = house().await;
    for entry in entries() {
        let answer = at_token(&house, "web", &entry.number.to_string()).await;
        assert_eq!(answer.status.as_u16(), entry.status, "{}", entry.label());
        if entry.error == "none" {
            assert_eq!(browser::number(&answer), entry.number);
            continue;
        }
        whole(&answer);
        answer.refused(entry.status, entry.error, entry.number.into());
        assert_eq!(answer.json["suberror"].as_str(), entry.suberror, "{}", entry.label());
        assert!(answer.member("error_description").starts_with(entry.label()));
        let challenge = answer.header("www-authenticate");
        assert_eq!(!challenge.is_empty(), entry.status == 401, "{}", entry.label());
        let again = answer.header("retry-after");
        assert_eq!(!again.is_empty(), matches!(entry.status, 429 | 503), "{}", entry.label());
    }
}

#[tokio::test]
async fn every_number_can_be_rehearsed_at_the_authorization_endpoint() {
    // Asks for each, and follows the redirect, or reads the page where there must be none.
    let house = house().await;
    for entry in entries() {
        let number = entry.number.to_string();
        let answer = house.send(get(&browser::request(&[("admit_rehearse", &number)]))).await;
        if entry.page_only || entry.error == "none" {
            let status = if entry.status == 401 { 400 } else { entry.status };
            assert_eq!(answer.status.as_u16(), status, "{}", entry.label());
            assert_eq!(browser::number(&answer), entry.number);
            continue;
        }
        let error = browser::parameter(&answer, "error");
        assert_eq!(error.as_deref(), Some(entry.authorize_error()), "{}", entry.label());
        assert_eq!(browser::number_sent(&answer), entry.number);
        assert_eq!(browser::parameter(&answer, "state").as_deref(), Some("s 1"));
        let subcode = browser::parameter(&answer, "error_subcode");
        assert_eq!(subcode.is_some(), is_cancelled(entry), "{}", entry.label());
    }
}

fn is_cancelled(entry: &Entry) -> bool {
    entry.constructor == "sign_in_cancelled"
}

#[tokio::test]
async fn introspection_and_revocation_rehearse_too() {
    // Asks both for one number, in the name of the marked client.
    let house = house().await;
    for endpoint in ["introspect", "revoke"] {
        let asked = [("client_id", "web"), ("admit_rehearse", "50033")];
        let answer = house.post(&format!("oauth2/v2.0/{endpoint}"), &asked).await;
        answer.refused(503, "temporarily_unavailable", 50_033);
    }
}

#[tokio::test]
async fn only_a_marked_client_rehearses_and_only_where_the_service_allows_it() {
    // Asks as another client, as nobody, for what is no number, and at a service like any other.
    let house = house().await;
    let refused = (400, "unauthorized_client");
    at_token(&house, "daemon", "50173").await.refused(refused.0, refused.1, 88_000_204);
    at_token(&house, "web", "1").await.refused(400, "invalid_request", 88_000_206);
    at_token(&house, "web", "AADSTS50173").await.refused(400, "invalid_request", 88_000_206);
    let nobody = at_token(&house, "nobody", "50011").await;
    assert_ne!(nobody.number(), 50_011);
    let body = [
        ("grant_type", "client_credentials"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("admit_rehearse", ""),
    ];
    house.token(&body).await.good();

    let elsewhere = House::new().await;
    elsewhere.change_client("web", |client| client.rehearsal = true).await;
    at_token(&elsewhere, "web", "50011").await.refused(refused.0, refused.1, 88_000_205);
    let page = elsewhere.send(get(&browser::request(&[("admit_rehearse", "50011")]))).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(browser::number_sent(&page), 88_000_205);
}

#[tokio::test]
async fn what_is_rehearsed_is_recorded_as_that_and_counts_for_nothing_that_went_wrong() {
    // Rehearses one refusal and gets the same one in earnest; the chart has one.
    let house = house().await;
    at_token(&house, "web", "7000215").await.refused(401, "invalid_client", 7_000_215);
    let wrong =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", "wrong")];
    house.token(&wrong).await.refused(401, "invalid_client", 7_000_215);
    house.service.recorder.settled().await;
    let history = &house.service.history;
    let search = Search { number: Some(7_000_215), limit: 9, ..Search::default() };
    let mut outcomes: Vec<_> = history.find(search).await.expect("a history");
    outcomes.sort_by_key(|record| record.client.clone());
    let outcomes: Vec<&str> = outcomes.iter().map(|record| &*record.outcome).collect();
    assert_eq!(outcomes, ["refusal", "rehearsal"]);
    let now = service::now();
    let span = (now - Seconds::hours(1), now + Seconds::hours(1));
    let counts = history.counts(None, span, Seconds::hours(2)).await.expect("a history");
    let counted: Vec<(u32, u64)> =
        counts.iter().map(|count| (count.number, count.requests)).collect();
    assert_eq!(counted, [(7_000_215, 1)]);
}
