//! Several accounts in one browser.

use http::StatusCode;

use super::browser::{
    Browser, PASSWORD, action, between, house, number, number_sent, parameter, request,
};
use crate::house::{ALICE, Answer, House};

/// A browser in which both people are signed in.
async fn both(house: &House) -> Browser<'_> {
    let mut browser = Browser::new(house);
    browser.enter(&request(&[]), "alice@demo.test").await;
    browser.enter(&request(&[("prompt", "login")]), "budi@demo.test").await;
    browser
}

/// The value of the button of a person.
fn button<'a>(page: &'a Answer, username: &str) -> &'a str {
    let before = page.text.find(username).expect("the person");
    let start = page.text[..before].rfind("name=\"account\" value=\"").expect("its button");
    between(&page.text[start..], "value=\"", "\"")
}

#[tokio::test]
async fn a_person_chooses_between_accounts() {
    // Two sessions: the page lists both, the chosen one gets the code, for the chosen one.
    let house = house().await;
    let mut browser = both(&house).await;
    let page = browser.get(&request(&[])).await;
    assert_eq!((page.status, action(&page).as_str()), (StatusCode::OK, "/demo/account"));
    assert!(page.text.contains("budi@demo.test"));
    let value = button(&page, "alice@demo.test").to_owned();
    let answer = browser.press(&page, "account", &value).await;
    let code = parameter(&answer, "code").expect("a code");
    let tokens = house.token(&house.redeem(&code)).await;
    assert_eq!(tokens.claims("id_token")["oid"], ALICE.to_string());
}

#[tokio::test]
async fn a_hint_chooses_and_several_without_one_are_refused_in_silence() {
    // prompt=none with two sessions, with and without login_hint.
    let house = house().await;
    let mut browser = both(&house).await;
    let answer = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("account_selection_required"));
    assert_eq!(number_sent(&answer), 88_000_095);
    let hint = ("login_hint", "budi@demo.test");
    for with in [&[("prompt", "none"), hint][..], &[hint]] {
        assert!(parameter(&browser.get(&request(with)).await, "code").is_some());
    }
}

#[tokio::test]
async fn the_session_that_an_id_token_names_chooses_even_when_it_is_over() {
    // What Microsoft's browser client sends: `sid` of an ID token, with prompt=none and two
    // accounts; once with the session alive, once after the person signed in anew, and a made-up
    // one.
    let house = house().await;
    let mut browser = both(&house).await;
    let answer = browser.get(&request(&[("login_hint", "alice@demo.test")])).await;
    let code = parameter(&answer, "code").expect("a code");
    let sid = house.token(&house.redeem(&code)).await.claims("id_token")["sid"].clone();
    let sid = sid.as_str().expect("a session");
    let silent = request(&[("prompt", "none"), ("sid", sid)]);
    assert!(parameter(&browser.get(&silent).await, "code").is_some());
    browser.enter(&request(&[("prompt", "login")]), "alice@demo.test").await;
    let answer = browser.get(&silent).await;
    let code = parameter(&answer, "code").expect("a code");
    let tokens = house.token(&house.redeem(&code)).await;
    assert_eq!(tokens.claims("id_token")["oid"], ALICE.to_string());
    let unknown = request(&[("prompt", "none"), ("sid", "00000000-0000-0000-0000-000000000000")]);
    assert_eq!(number_sent(&browser.get(&unknown).await), 160_021);
}

#[tokio::test]
async fn select_account_asks_even_where_there_is_one() {
    // One session; another account is wanted, and signs in beside the first.
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(&request(&[]), "alice@demo.test").await;
    let page = browser.get(&request(&[("prompt", "select_account")])).await;
    assert_eq!(action(&page), "/demo/account");
    let page = browser.press(&page, "action", "other").await;
    assert_eq!(action(&page), "/demo/sign-in");
    let page = browser.sign_in(&page, "budi@demo.test", PASSWORD).await;
    assert!(parameter(&browser.press(&page, "stay", "no").await, "code").is_some());
    let page = browser.get(&request(&[])).await;
    assert!(page.text.contains("alice@demo.test") && page.text.contains("budi@demo.test"));
}

#[tokio::test]
async fn an_account_that_has_to_prove_itself_goes_to_the_sign_in_page() {
    // max_age=0 with select_account: the choice leads to the password, with the name filled in.
    let house = house().await;
    let mut browser = both(&house).await;
    let with = [("prompt", "select_account"), ("max_age", "0")];
    let page = browser.get(&request(&with)).await;
    let value = button(&page, "alice@demo.test").to_owned();
    let page = browser.press(&page, "account", &value).await;
    assert_eq!(action(&page), "/demo/sign-in");
    assert!(page.text.contains("value=\"alice@demo.test\""));
}

#[tokio::test]
async fn an_account_that_is_not_in_this_browser_cannot_be_chosen() {
    // S1: posts another session's id, a made-up one and none.
    let house = house().await;
    let mut other = both(&house).await;
    let theirs = other.get(&request(&[])).await;
    let theirs = button(&theirs, "budi@demo.test").to_owned();
    let mut browser = Browser::new(&house);
    browser.enter(&request(&[]), "alice@demo.test").await;
    let page = browser.get(&request(&[("prompt", "select_account")])).await;
    for value in [theirs.as_str(), "00000000-0000-0000-0000-000000000000", ""] {
        let answer = browser.press(&page, "account", value).await;
        assert_eq!((answer.status, number(&answer)), (StatusCode::BAD_REQUEST, 16_001));
    }
}

#[tokio::test]
async fn turning_back_from_the_choice_is_told_to_the_client() {
    // Cancel on the page that lists the accounts.
    let house = house().await;
    let mut browser = both(&house).await;
    let page = browser.get(&request(&[])).await;
    let answer = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("access_denied"));
    assert_eq!(number_sent(&answer), 88_000_094);
}
