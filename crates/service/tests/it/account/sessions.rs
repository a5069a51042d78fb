//! The page with the sessions of a user.

use super::{ALICE_NAME, OVERVIEW, open, open_signed_out, silent_result, submit};
use crate::{
    authorize::browser::{Browser, between, form_path, parameter, request, service_with_users},
    test_service::TestService,
};

const PAGE: &str = "/demo/account/sessions";

/// Returns a browser with an open account page, and the page of sessions that it shows.
async fn signed_in(service: &TestService) -> Browser<'_> {
    let mut browser = Browser::new(service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    browser
}

#[tokio::test]
async fn sessions_are_listed_with_their_apps_and_end_one_by_one() {
    // Signs in with three browsers, one of which opens an app. Ends the session of that one.
    let service = service_with_users().await;
    let mut browser = signed_in(&service).await;
    let mut other = signed_in(&service).await;
    let mut with_app = Browser::new(&service);
    let response = with_app.sign_in_from(&request(&[]), ALICE_NAME).await;
    let code = parameter(&response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.assert_ok();
    let page = open(&mut browser, PAGE).await.assert_ok();
    assert_eq!(page.text.matches("id=\"this-browser\"").count(), 1, "{}", page.text);
    assert_eq!(page.text.matches("id=\"end-session-").count(), 2, "{}", page.text);
    let of_app = between(&page.text, "The web app", "aria-label").to_owned();
    let id = between(&of_app, "name=\"id\" value=\"", "\"");
    let ended = submit(&mut browser, &page, ("/demo/account/sessions/end", &[("id", id)])).await;
    assert_eq!(ended.header("location"), PAGE);
    assert_eq!(silent_result(&mut with_app).await, "login_required");
    assert_eq!(silent_result(&mut other).await, "code");
    assert_eq!(silent_result(&mut browser).await, "code");
    let event = service.state.history.last_event("session_ended").await.expect("a history");
    assert_eq!(event.expect("an event").subject, ALICE_NAME);
}

#[tokio::test]
async fn all_other_sessions_end_and_that_of_this_browser_stays() {
    // Signs in with four browsers, one of which no list has, and ends all others in one. Its page
    // then shows one session. A copy of its cookies from before is signed out.
    let service = service_with_users().await;
    let mut browser = signed_in(&service).await;
    let mut others = [signed_in(&service).await, signed_in(&service).await];
    let mut unlisted = Browser::new(&service);
    unlisted.sign_in_from(&request(&[]), ALICE_NAME).await;
    assert_eq!(silent_result(&mut unlisted).await, "code");
    let page = open(&mut browser, PAGE).await.assert_ok();
    assert_eq!(page.text.matches("id=\"end-session-").count(), 2, "{}", page.text);
    let mut copy = Browser::new(&service);
    copy.cookies = browser.cookies.clone();
    submit(&mut browser, &page, ("/demo/account/sessions/end-others", &[])).await;
    for signed_out in [&mut unlisted, &mut copy] {
        assert_eq!(silent_result(signed_out).await, "login_required");
    }
    for other in &mut others {
        assert_eq!(form_path(&open(other, OVERVIEW).await), "/demo/sign-in");
    }
    let page = open(&mut browser, PAGE).await.assert_ok();
    assert!(!page.text.contains("id=\"end-session-"), "{}", page.text);
    assert_eq!(silent_result(&mut browser).await, "code");
}

#[tokio::test]
async fn session_of_another_user_is_neither_listed_nor_ended() {
    // Two users sign in. One posts an id that names the session of the other.
    let service = service_with_users().await;
    let mut alice = signed_in(&service).await;
    let mut second = signed_in(&service).await;
    let mut budi = Browser::new(&service);
    let response = budi.get(OVERVIEW).await;
    let page = super::follow(&mut budi, response).await;
    let stay = budi.sign_in(&page, "budi@demo.test", crate::authorize::browser::PASSWORD).await;
    super::finish(&mut budi, stay).await.assert_ok();
    let of_alice = open(&mut alice, PAGE).await.assert_ok();
    let id = between(&of_alice.text, "name=\"id\" value=\"", "\"").to_owned();
    let of_budi = open(&mut budi, PAGE).await.assert_ok();
    assert!(!of_budi.text.contains("end-session-"), "{}", of_budi.text);
    submit(&mut budi, &of_budi, ("/demo/account/sessions/end", &[("id", &id)])).await;
    submit(&mut budi, &of_budi, ("/demo/account/sessions/end-others", &[])).await;
    assert_eq!(silent_result(&mut second).await, "code");
}

#[tokio::test]
async fn sign_out_everywhere_asks_first() {
    // Opens the page; nothing ends by that.
    let service = service_with_users().await;
    let mut browser = signed_in(&service).await;
    let page = open(&mut browser, "/demo/account/end-sessions").await.assert_ok();
    assert!(page.text.contains("id=\"confirm\""), "{}", page.text);
    open(&mut browser, OVERVIEW).await.assert_ok();
}
