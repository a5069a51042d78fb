//! The page with the apps that may act for a user.

use super::{ALICE_NAME, OVERVIEW, open, open_signed_out, submit};
use crate::{
    authorize::browser::{Browser, parameter, request, service_with_users},
    test_service::{SECRET, TestService},
};

const PAGE: &str = "/demo/account/apps";

/// Consents to the app `web` in a browser, and returns its refresh token.
async fn consented(service: &TestService, browser: &mut Browser<'_>) -> String {
    service.change_client("web", |client| client.admin_consent = false).await;
    let scope = ("scope", "openid profile offline_access read");
    let page = browser.sign_in_from(&request(&[scope]), ALICE_NAME).await;
    let response = browser.press(&page, "action", "accept").await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    tokens.member("refresh_token").to_owned()
}

#[tokio::test]
async fn access_of_an_app_is_shown_in_words_and_withdrawn() {
    // Consents to an app, reads the page, and withdraws. Its refresh token is refused then.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let token = consented(&service, &mut browser).await;
    open(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, PAGE).await.assert_ok();
    for text in ["The web app", "May read", "The API api:", "while you are not using"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(!page.text.contains("offline_access"), "{}", page.text);
    let path = "/demo/account/apps/withdraw";
    let asked = open(&mut browser, &format!("{path}?id=web")).await.assert_ok();
    assert!(asked.text.contains("Withdraw the access of"), "{}", asked.text);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", &token),
    ];
    service.token(&refresh).await.assert_ok();
    let withdrawn = submit(&mut browser, &asked, (path, &[("id", "web")])).await;
    assert_eq!(withdrawn.header("location"), PAGE);
    service.token(&refresh).await.assert_refused(400, "invalid_grant", 50_173);
    let page = open(&mut browser, PAGE).await.assert_ok();
    assert!(page.text.contains("id=\"no-apps\""), "{}", page.text);
    let last = async || {
        let event = service.state.history.last_event("consent_withdrawn").await;
        event.expect("a history").expect("an event")
    };
    let first = last().await;
    assert_eq!(first.detail, "web");
    // Nothing remains to be withdrawn.
    let again = submit(&mut browser, &page, (path, &[("id", "web")])).await;
    assert_eq!(again.header("location"), PAGE);
    assert_eq!(last().await.at, first.at);
}

#[tokio::test]
async fn app_that_an_administrator_allowed_is_shown_without_withdrawal() {
    // Signs in to an app with the consent of an administrator.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let response = browser.sign_in_from(&request(&[]), ALICE_NAME).await;
    let code = parameter(&response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.assert_ok();
    let page = open(&mut browser, PAGE).await.assert_ok();
    assert!(page.text.contains("The web app") && page.text.contains("Your administrator gave"));
    let refused = browser.get("/demo/account/apps/withdraw?id=web").await;
    assert_eq!(refused.header("location"), PAGE);
}

#[tokio::test]
async fn app_without_a_known_grant_is_listed_as_possible() {
    // Gives a grant with `offline_access` to an app that an administrator allowed: no list has it.
    // An app that takes part in a sign-out, and one that is switched off, are not possible.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let scope = ("scope", "openid offline_access read");
    let response = browser.sign_in_from(&request(&[scope]), ALICE_NAME).await;
    let code = parameter(&response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.assert_ok();
    let listed = async |browser: &mut Browser<'_>| {
        let page = open(browser, PAGE).await.assert_ok();
        let possible = page.text.split("id=\"possible-apps\"").nth(1).unwrap_or_default();
        (possible.contains("The web app"), possible.contains("id=\"end-sessions\""))
    };
    assert_eq!(listed(&mut browser).await, (true, true));
    let uri = || Some("https://web.test/logout".to_owned());
    service.change_client("web", |client| client.backchannel_logout_uri = uri()).await;
    assert!(!listed(&mut browser).await.0);
    service.change_client("web", |client| client.backchannel_logout_uri = None).await;
    assert!(listed(&mut browser).await.0);
    service.change_client("web", |client| client.enabled = false).await;
    assert!(!listed(&mut browser).await.0);
}

#[tokio::test]
async fn account_pages_themselves_are_no_app_of_the_user() {
    // Opens the page with a session in which only the account pages were used.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    assert!(page.text.contains("id=\"no-apps\""), "{}", page.text);
}
