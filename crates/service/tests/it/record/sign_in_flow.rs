//! The steps of one sign-in, from the first request to the last refresh, hang together.

use model::Search;

use super::{AUTHORIZE, TOKEN, record, records};
use crate::{
    authorize::browser::{self, Browser, PASSWORD, parameter, request},
    house::{House, SECRET, redirect_uri},
};

fn refresh(token: &str) -> Vec<(&str, &str)> {
    vec![("grant_type", "refresh_token"), ("client_id", "native"), ("refresh_token", token)]
}

/// What a step was: its endpoint and its outcome.
async fn found(house: &House, search: Search) -> Vec<(String, String)> {
    let search = Search { limit: 100, ..search };
    let mut found = house.service.history.find(search).await.expect("a history");
    found.reverse();
    let of = |record: model::Record| (record.endpoint.into_owned(), record.outcome.into_owned());
    found.into_iter().map(of).collect()
}

fn steps(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(endpoint, outcome)| ((*endpoint).to_owned(), (*outcome).to_owned())).collect()
}

#[tokio::test]
async fn a_sign_in_is_linked_from_the_first_page_to_the_refused_replay() {
    // A public client without standing consent: page, wrong password, stay, consent, code; tokens,
    // a refresh, and long after the first refresh token once more.
    let house = browser::house().await;
    house.change_client("native", |client| client.consent_granted = false).await;
    let mut browser = Browser::new(&house);
    let with = [
        ("client_id", "native"),
        ("redirect_uri", redirect_uri("native")),
        ("scope", "openid offline_access read"),
    ];
    let page = browser.get(&request(&with)).await;
    let flow = record(&house, &page).await.flow.expect("a flow");
    browser.sign_in(&page, "alice@demo.test", "wrong").await;
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let consent = browser.press(&stay, "stay", "no").await;
    let answer = browser.press(&consent, "action", "accept").await;
    let issued = record(&house, &answer).await;
    assert_eq!((issued.flow, &*issued.outcome), (Some(flow), "code"));
    let grant = issued.grant.expect("a grant");
    let code = parameter(&answer, "code").expect("a code");
    let tokens = house.token(&house.redeem_as("native", &code)).await.good();
    let first = tokens.member("refresh_token").to_owned();
    let second = house.token(&refresh(&first)).await.good();
    let third = house.token(&refresh(second.member("refresh_token"))).await.good();
    let revoked = house.token(&refresh(&first)).await;
    assert_eq!(record(&house, &revoked).await.outcome, "refusal");
    let over = house.token(&refresh(third.member("refresh_token"))).await;
    assert_eq!(record(&house, &over).await.outcome, "refusal");
    records(&house).await;
    let of_flow = found(&house, Search { flow: Some(flow), ..Search::default() }).await;
    assert_eq!(
        of_flow,
        steps(&[
            (AUTHORIZE, "page:sign_in"),
            ("/{tenant}/sign-in", "refusal"),
            ("/{tenant}/sign-in", "page:stay_signed_in"),
            ("/{tenant}/stay-signed-in", "page:consent"),
            ("/{tenant}/consent", "code"),
        ])
    );
    let of_grant = found(&house, Search { grant: Some(grant), ..Search::default() }).await;
    assert_eq!(
        of_grant,
        steps(&[
            ("/{tenant}/consent", "code"),
            (TOKEN, "tokens"),
            (TOKEN, "tokens"),
            (TOKEN, "tokens"),
            (TOKEN, "refusal"),
            (TOKEN, "refusal"),
        ])
    );
}

#[tokio::test]
async fn a_code_that_comes_again_is_linked_to_what_it_ended() {
    // Redeems a code twice, and asks about the token that it gave.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    let grant = record(&house, &tokens).await.grant;
    let again = house.token(&house.redeem(&code)).await;
    assert_eq!(record(&house, &again).await.grant, grant);
    let asking = [
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("token", tokens.member("refresh_token")),
    ];
    let inactive = house.post("oauth2/v2.0/introspect", &asking).await.good();
    assert_eq!(inactive.json["active"], false);
    assert!(inactive.json.get("grant").is_none(), "{}", inactive.text);
    assert_eq!(record(&house, &inactive).await.grant, grant);
    assert!(grant.is_some());
}

#[tokio::test]
async fn a_sign_in_that_has_to_begin_anew_stays_one_in_the_records() {
    // The session is ended while "stay signed in?" is shown: the password is asked for again.
    let house = browser::house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let flow = record(&house, &page).await.flow;
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    house.change_user(|user| user.tokens_not_before = service::now()).await;
    let anew = browser.press(&stay, "stay", "no").await;
    let left = record(&house, &anew).await;
    assert_eq!((&*left.outcome, left.flow), ("page:sign_in", flow));
    let stay = browser.sign_in(&anew, "alice@demo.test", PASSWORD).await;
    assert_eq!(record(&house, &stay).await.flow, flow);
}
