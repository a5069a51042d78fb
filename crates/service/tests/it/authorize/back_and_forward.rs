//! Pages of a sign-in that are shown again: reload, Back, Forward, bookmarks, other tabs, lost
//! cookies, and forms that are sent twice.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use std::collections::BTreeMap;

use http::{Request, StatusCode};
use model::Timestamp;

use super::browser::{
    Browser, PASSWORD, add_users, age_flow, error_number, flow_field, form_action, link, location,
    parameter, parameters, problem_number, request, service_with_users, step_field,
};
use crate::{
    failing_store::FailingStore,
    test_service::{TENANT, TestResponse, TestService},
};

const ALICE: &str = "alice@demo.test";

/// Returns the cookie of the only flow.
fn flow_cookie(browser: &Browser<'_>) -> (String, String) {
    let mut flows = browser.cookies.iter().filter(|(name, _)| name.contains("-flow-"));
    let (name, value) = flows.next().expect("a flow");
    (name.clone(), value.clone())
}

/// Follows the redirects of the request itself, which names no flow, until a page or the client.
async fn go_on(browser: &mut Browser<'_>, response: TestResponse) -> TestResponse {
    let location = location(&response).to_owned();
    assert!(location.starts_with("/demo/oauth2/v2.0/authorize?"), "{location}");
    browser.get(&location).await
}

#[tokio::test]
async fn every_page_of_a_sign_in_is_shown_again_by_its_address() {
    // Loads each page again, in the order of a whole sign-in: the same flow and step, and the
    // refusal of a wrong password with its status.
    let service = service_with_users().await;
    service.change_client("web", |client| client.admin_consent = false).await;
    let mut browser = Browser::new(&service);
    let same = |again: &TestResponse, page: &TestResponse| {
        assert_eq!(flow_field(again), flow_field(page));
        assert_eq!((step_field(again), again.status), (step_field(page), page.status));
        assert_eq!(form_action(again), form_action(page));
    };
    let page = browser.get(&request(&[])).await;
    same(&browser.reload().await, &page);
    let refused = browser.sign_in(&page, ALICE, "wrong").await;
    let again = browser.reload().await;
    same(&again, &refused);
    assert_eq!((again.status, problem_number(&again)), (StatusCode::BAD_REQUEST, 50_126));
    assert!(again.text.contains("value=\"alice@demo.test\""), "{}", again.text);
    let stay = browser.sign_in(&again, ALICE, PASSWORD).await;
    same(&browser.reload().await, &stay);
    let consent = browser.press(&stay, "stay_signed_in", "no").await;
    same(&browser.reload().await, &consent);
    assert!(consent.text.contains("consent-accept"), "{}", consent.text);
    let response = browser.press(&consent, "action", "accept").await;
    assert!(parameter(&response, "code").is_some());
    assert!(browser.cookies.keys().all(|name| !name.contains("-flow-")));
}

#[tokio::test]
async fn a_finished_sign_in_shown_again_leads_on_to_the_client() {
    // Opens the address of a finished flow: the page names user and app, and its link gives a fresh
    // code. With prompt=login, the link asks for the password, because the request demands it.
    let service = service_with_users().await;
    for (with, asks) in [(&[][..], false), (&[("prompt", "login")], true)] {
        let mut browser = Browser::new(&service);
        let first = browser.sign_in_from(&request(with), ALICE).await;
        let page = browser.reload().await.assert_ok();
        assert!(page.text.contains("alice@demo.test") && page.text.contains("The web app"));
        assert!(!page.text.contains("error-number"), "{}", page.text);
        let next = browser.get(&link(&page, "go-on")).await;
        assert_eq!(next.text.contains("id=\"password\""), asks, "{}", next.text);
        if !asks {
            assert!(parameter(&next, "code").is_some());
            assert_ne!(parameter(&next, "code"), parameter(&first, "code"));
        }
    }
}

#[tokio::test]
async fn an_old_cookie_does_not_restore_a_finished_or_cancelled_flow() {
    // S11: restores the cookies of a step before the end, and opens the address and posts the form.
    let service = service_with_users().await;
    for cancels in [false, true] {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        let before: BTreeMap<_, _> = browser.cookies.clone();
        if cancels {
            browser.press(&page, "action", "cancel").await;
        } else {
            let stay = browser.sign_in(&page, ALICE, PASSWORD).await;
            browser.press(&stay, "stay_signed_in", "no").await;
        }
        let session = browser.cookie("__Host-session").map(str::to_owned);
        browser.cookies.extend(before);
        let shown = browser.reload().await;
        assert!(!shown.text.contains("id=\"password\""), "{}", shown.text);
        let fields = [
            ("flow", flow_field(&page)),
            ("step", step_field(&page)),
            ("username", "budi@demo.test"),
            ("password", PASSWORD),
        ];
        let response = browser.post_only(&form_action(&page), &fields).await;
        assert!(!location(&response).contains("&flow="), "{}", location(&response));
        assert_eq!(browser.cookie("__Host-session"), session.as_deref());
    }
}

#[tokio::test]
async fn a_form_sent_twice_leads_on_if_the_first_response_was_lost() {
    // Sends the form of the password and that of the last page twice with the same cookies, as a
    // double click does: one session, and the client gets a code.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let before = browser.cookies.clone();
    browser.sign_in(&page, ALICE, PASSWORD).await;
    let session = |browser: &Browser<'_>| {
        let sealed = browser.cookie("__Host-session").expect("a session");
        let opened = service.tenant.sealers.session_cookie.open(sealed).expect("a cookie");
        (opened.len(), opened[..16].to_vec())
    };
    let first = session(&browser);
    browser.cookies = before;
    let stay = browser.sign_in(&page, ALICE, PASSWORD).await;
    assert!(stay.text.contains("stay-yes"), "{}", stay.text);
    assert_eq!(session(&browser), first);
    let before = browser.cookies.clone();
    browser.press(&stay, "stay_signed_in", "no").await;
    browser.cookies = before;
    let second = browser.press(&stay, "stay_signed_in", "no").await;
    assert!(parameter(&go_on(&mut browser, second).await, "code").is_some());
}

#[tokio::test]
async fn another_user_cannot_use_the_old_cookie_of_a_sign_in() {
    // S11: Alice signs in; with the earlier cookies, Budi posts the same form. A flow opens one
    // session, so he is asked again in a new flow, and no session of his exists.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let before = browser.cookies.clone();
    browser.sign_in(&page, ALICE, PASSWORD).await;
    browser.cookies = before;
    let again = browser.sign_in(&page, "budi@demo.test", PASSWORD).await;
    assert!(again.text.contains("id=\"password\""), "{}", again.text);
    assert_ne!(flow_field(&again), flow_field(&page));
    assert!(browser.cookie("__Host-session").is_none());
    let stay = browser.sign_in(&again, "budi@demo.test", PASSWORD).await;
    assert!(stay.text.contains("budi@demo.test"), "{}", stay.text);
}

#[tokio::test]
async fn a_get_on_the_address_of_a_form_leads_to_its_flow() {
    // Opens the address of a form, then without its flow, then without its request.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let shown = browser.get(&form_action(&page)).await.assert_ok();
    assert_eq!(flow_field(&shown), flow_field(&page));
    let without_flow = form_action(&page).split("&flow=").next().expect("a path").to_owned();
    let response = browser.get(&without_flow).await;
    assert!(go_on(&mut browser, response).await.text.contains("id=\"password\""));
    for path in ["sign-in", "choose-account", "second-factor", "stay-signed-in", "consent"] {
        let page = browser.get(&format!("/demo/{path}")).await.assert_ok();
        assert!(page.text.contains("id=\"not-started\""), "{}", page.text);
    }
}

#[tokio::test]
async fn missing_cookies_start_the_sign_in_once_more_and_are_named_then() {
    // Clears the cookies: the address starts a new, marked flow. Without cookies there too, the
    // page names the cause, and its link starts without the mark.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    browser.cookies.clear();
    let again = browser.reload().await.assert_ok();
    assert_ne!(flow_field(&again), flow_field(&page));
    assert!(browser.at.ends_with("&flow_retry=1"), "{}", browser.at);
    browser.reload().await.assert_ok();
    browser.cookies.clear();
    let missing = browser.reload().await;
    assert_eq!((missing.status, error_number(&missing)), (StatusCode::FORBIDDEN, 88_000_113));
    let next = link(&missing, "start-again");
    assert!(!next.contains("flow"), "{next}");
    let page = browser.get(&next).await.assert_ok();
    // A form without its cookie starts a new flow too, with the name that was typed.
    browser.cookies.clear();
    let again = browser.sign_in(&page, ALICE, PASSWORD).await.assert_ok();
    assert!(again.text.contains("value=\"alice@demo.test\""), "{}", again.text);
    assert!(browser.cookie("__Host-session").is_none());
}

#[tokio::test]
async fn a_changed_request_does_not_continue_the_flow_of_another() {
    // S1: changes a parameter in the address of a flow after the password, and the language, which
    // is no part of the request.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, ALICE, PASSWORD).await;
    let at = browser.at.clone();
    let stay = browser.get(&format!("{at}&ui_locales=id")).await;
    assert!(stay.text.contains("stay-yes") && stay.text.contains("<html lang=\"id\""));
    let other = at.replace("scope=openid%20profile%20read", "scope=openid");
    let other = other.replace("scope=openid+profile+read", "scope=openid");
    assert_ne!(other, at);
    let response = browser.get(&other).await;
    assert!(!response.text.contains("stay-yes"), "{}", response.text);
    let forged = form_action(&stay).replace("state=s", "state=other");
    assert_ne!(forged, form_action(&stay));
    let fields =
        [("flow", flow_field(&stay)), ("step", step_field(&stay)), ("stay_signed_in", "yes")];
    let response = browser.post_only(&forged, &fields).await;
    assert!(!location(&response).contains(flow_field(&stay)), "{}", location(&response));
}

#[tokio::test]
async fn a_new_security_generation_asks_for_the_password_again() {
    // Revokes the user's sign-ins, then disables the user, between two pages: with another account
    // signed in beside, the flow still asks, and forgets the passed steps.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "budi@demo.test").await;
    for disables in [false, true] {
        let page = browser.get(&request(&[("prompt", "login")])).await;
        let stay = browser.sign_in(&page, ALICE, PASSWORD).await;
        assert!(stay.text.contains("stay-yes"));
        if disables {
            service.change_user(|user| user.enabled = false).await;
        } else {
            service.change_user(|user| user.tokens_not_before = service::now()).await;
        }
        let again = browser.reload().await;
        assert!(again.text.contains("id=\"password\""), "{}", again.text);
        let again = browser.press(&stay, "stay_signed_in", "yes").await;
        assert!(again.text.contains("id=\"password\""), "{}", again.text);
        service
            .change_user(|user| {
                user.enabled = true;
                user.tokens_not_before = Timestamp::default();
            })
            .await;
    }
}

#[tokio::test]
async fn a_flow_cookie_is_small_whatever_the_user_types() {
    // S3: submits user names of the longest and widest kinds, and measures every cookie.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let mut page = browser.get(&request(&[])).await;
    for typed in ["🦊".repeat(256), "\"\\".repeat(400), "\u{1}".repeat(900), "é".repeat(5_000)] {
        page = browser.sign_in(&page, &typed, "wrong").await;
        assert!(page.text.contains("id=\"problem\""), "{}", page.text);
        let (name, value) = flow_cookie(&browser);
        assert!(name.len() + value.len() < 3_000, "{}", name.len() + value.len());
    }
}

#[tokio::test]
async fn an_abandoned_sign_in_stores_nothing() {
    // Starts a sign-in and loads its page again and again: no commit.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let mut browser = Browser::new(&service);
    failing.take_calls();
    browser.get(&request(&[])).await.assert_ok();
    for _ in 0..3 {
        browser.reload().await.assert_ok();
    }
    let address = age_flow(&service, &mut browser, 11);
    assert_eq!(error_number(&browser.get(&address).await), 50_089);
    assert!(!failing.take_calls().contains(&"commit"));
}

#[tokio::test]
async fn a_long_or_posted_request_becomes_a_pushed_request() {
    // Sends a request over 4 KiB by GET, and a short one by POST: the address of the flow names the
    // stored request, which works to the code, in another language, and for no other client.
    let service = service_with_users().await;
    let state = "s".repeat(5_000);
    let path = format!("/{TENANT}/oauth2/v2.0/authorize");
    for is_post in [false, true] {
        let mut browser = Browser::new(&service);
        let page = if is_post {
            let response = browser.send(Request::post(&path), parameters(&[])).await;
            browser.follow(response).await
        } else {
            browser.get(&request(&[("state", &state)])).await
        };
        assert!(browser.at.len() < 300, "{}", browser.at);
        let urn = "request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A";
        assert!(browser.at.contains(urn) && form_action(&page).contains(urn), "{}", browser.at);
        let at = browser.at.clone();
        let translated = browser.get(&format!("{at}&ui_locales=id")).await;
        assert!(translated.text.contains("<html lang=\"id\""), "{}", translated.text);
        let other = browser.get(&at.replace("client_id=web", "client_id=native")).await;
        assert_eq!(error_number(&other), 88_000_116);
        let stay = browser.sign_in(&page, ALICE, PASSWORD).await;
        let response = browser.press(&stay, "stay_signed_in", "no").await;
        let sent = if is_post { "s 1" } else { &state };
        assert_eq!(parameter(&response, "state").as_deref(), Some(sent));
        assert!(parameter(&response, "code").is_some());
    }
}

#[tokio::test]
async fn an_answer_without_a_page_is_not_pushed() {
    // Sends a long silent request, and a long one with a session: both are answered at once.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), ALICE).await;
    failing.take_calls();
    let state = "s".repeat(5_000);
    for prompt in ["", "none"] {
        let response = browser.get(&request(&[("state", &state), ("prompt", prompt)])).await;
        assert!(parameter(&response, "code").is_some());
    }
    assert!(!failing.take_calls().contains(&"commit"));
}
