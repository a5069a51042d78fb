//! Several accounts in one browser.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use http::StatusCode;

use super::browser::{
    Browser, PASSWORD, between, form_path, parameter, problem_number, redirected_error_number,
    request, service_with_users,
};
use crate::test_service::{ALICE, TestResponse, TestService};

/// Returns a browser in which both users are signed in.
async fn browser_with_two_sessions(service: &TestService) -> Browser<'_> {
    let mut browser = Browser::new(service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    browser.sign_in_from(&request(&[("prompt", "login")]), "budi@demo.test").await;
    browser
}

/// Returns the value of the button of a user.
fn button<'a>(page: &'a TestResponse, username: &str) -> &'a str {
    let before = page.text.find(username).expect("the user");
    let start = page.text[..before].rfind("name=\"account\" value=\"").expect("its button");
    between(&page.text[start..], "value=\"", "\"")
}

#[tokio::test]
async fn a_user_with_two_sessions_chooses_an_account() {
    // Two sessions: the page lists both, and the chosen user gets the code.
    let service = service_with_users().await;
    let mut browser = browser_with_two_sessions(&service).await;
    let page = browser.get(&request(&[])).await;
    assert_eq!((page.status, form_path(&page).as_str()), (StatusCode::OK, "/demo/choose-account"));
    assert!(page.text.contains("budi@demo.test"));
    let value = button(&page, "alice@demo.test").to_owned();
    let response = browser.press(&page, "account", &value).await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await;
    assert_eq!(tokens.claims("id_token")["oid"], ALICE.to_string());
}

#[tokio::test]
async fn prompt_none_with_two_sessions_needs_a_login_hint() {
    // Sends prompt=none with two sessions, with and without login_hint.
    let service = service_with_users().await;
    let mut browser = browser_with_two_sessions(&service).await;
    let response = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("account_selection_required"));
    assert_eq!(redirected_error_number(&response), 88_000_095);
    let hint = ("login_hint", "budi@demo.test");
    for with in [&[("prompt", "none"), hint][..], &[hint]] {
        assert!(parameter(&browser.get(&request(with)).await, "code").is_some());
    }
}

#[tokio::test]
async fn sid_selects_the_account_even_after_its_session_ended() {
    // Microsoft's browser client sends the `sid` of an ID token with prompt=none. Sends it while
    // the session is active, after the user signed in again, and with an unknown value.
    let service = service_with_users().await;
    let mut browser = browser_with_two_sessions(&service).await;
    let response = browser.get(&request(&[("login_hint", "alice@demo.test")])).await;
    let code = parameter(&response, "code").expect("a code");
    let sid = service.token(&service.redeem(&code)).await.claims("id_token")["sid"].clone();
    let sid = sid.as_str().expect("a session");
    let silent = request(&[("prompt", "none"), ("sid", sid)]);
    assert!(parameter(&browser.get(&silent).await, "code").is_some());
    browser.sign_in_from(&request(&[("prompt", "login")]), "alice@demo.test").await;
    let response = browser.get(&silent).await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await;
    assert_eq!(tokens.claims("id_token")["oid"], ALICE.to_string());
    let unknown = request(&[("prompt", "none"), ("sid", "00000000-0000-0000-0000-000000000000")]);
    assert_eq!(redirected_error_number(&browser.get(&unknown).await), 160_021);
}

#[tokio::test]
async fn prompt_select_account_asks_with_a_single_session() {
    // With one session, another user signs in beside the first.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let page = browser.get(&request(&[("prompt", "select_account")])).await;
    assert_eq!(form_path(&page), "/demo/choose-account");
    let page = browser.press(&page, "action", "other").await;
    assert_eq!(form_path(&page), "/demo/sign-in");
    let page = browser.sign_in(&page, "budi@demo.test", PASSWORD).await;
    assert!(parameter(&browser.press(&page, "stay_signed_in", "no").await, "code").is_some());
    let page = browser.get(&request(&[])).await;
    assert!(page.text.contains("alice@demo.test") && page.text.contains("budi@demo.test"));
}

#[tokio::test]
async fn a_chosen_account_with_an_old_session_signs_in_again() {
    // max_age=0 with select_account: the choice leads to the password page with the user name
    // filled in.
    let service = service_with_users().await;
    let mut browser = browser_with_two_sessions(&service).await;
    let with = [("prompt", "select_account"), ("max_age", "0")];
    let page = browser.get(&request(&with)).await;
    let value = button(&page, "alice@demo.test").to_owned();
    let page = browser.press(&page, "account", &value).await;
    assert_eq!(form_path(&page), "/demo/sign-in");
    assert!(page.text.contains("value=\"alice@demo.test\""));
}

#[tokio::test]
async fn an_account_of_another_browser_cannot_be_chosen() {
    // S1: posts the session id of another browser, an unknown one and none.
    let service = service_with_users().await;
    let mut other = browser_with_two_sessions(&service).await;
    let other_account = other.get(&request(&[])).await;
    let other_account = button(&other_account, "budi@demo.test").to_owned();
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    for value in [other_account.as_str(), "00000000-0000-0000-0000-000000000000", ""] {
        let page = browser.get(&request(&[("prompt", "select_account")])).await;
        let response = browser.press(&page, "account", value).await;
        assert_eq!((response.status, problem_number(&response)), (StatusCode::BAD_REQUEST, 16_001));
        assert!(response.text.contains("id=\"password\""), "{}", response.text);
    }
}

#[tokio::test]
async fn a_cancelled_account_choice_returns_access_denied() {
    // Presses Cancel on the page that lists the accounts.
    let service = service_with_users().await;
    let mut browser = browser_with_two_sessions(&service).await;
    let page = browser.get(&request(&[])).await;
    let response = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("access_denied"));
    assert_eq!(redirected_error_number(&response), 88_000_094);
}
