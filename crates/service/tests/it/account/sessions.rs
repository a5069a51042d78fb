//! The page with the sessions of a user.

use std::sync::Arc;

use model::{
    Change, ClientId, CommitOutcome, GrantId, Seconds, Session, SessionGrant, SessionId,
    SessionOrigin, TenantId, UserId,
};
use service::Settings;

use super::{ALICE_NAME, OVERVIEW, open, open_signed_out, silent_result, submit};
use crate::{
    authorize::browser::{Browser, between, form_path, parameter, request, service_with_users},
    test_service::{ALICE, ORIGIN, TENANT, TestService},
    tickets::service_with,
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
    // Signs in with four browsers, one of which opened no app, and ends all others in one. Its page
    // then shows one session. A copy of its cookies from before is signed out.
    let service = service_with_users().await;
    let mut browser = signed_in(&service).await;
    let mut others = [signed_in(&service).await, signed_in(&service).await];
    let mut without_app = Browser::new(&service);
    without_app.sign_in_from(&request(&[]), ALICE_NAME).await;
    assert_eq!(silent_result(&mut without_app).await, "code");
    let page = open(&mut browser, PAGE).await.assert_ok();
    assert_eq!(page.text.matches("id=\"end-session-").count(), 3, "{}", page.text);
    let mut copy = Browser::new(&service);
    copy.cookies = browser.cookies.clone();
    submit(&mut browser, &page, ("/demo/account/sessions/end-others", &[])).await;
    for signed_out in [&mut without_app, &mut copy] {
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
async fn session_is_named_by_its_browser_and_address_without_records() {
    // Signs in with a browser that opens no app, and with one that sends a text for its user to
    // read. The service keeps no records. The first session ends by its form.
    let settings = Settings { records: None, ..Settings::new(ORIGIN.to_owned()) };
    let service = service_with(settings, Arc::new(store::MemoryHistory::new())).await;
    let mut browser = Browser::new(&service);
    browser.user_agent = Some("<b>Call +1 555 0100</b>");
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let mut other = Browser::at_address(&service, "198.51.100.7");
    other.user_agent = Some("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1");
    other.sign_in_from(&request(&[]), ALICE_NAME).await;
    let page = open(&mut browser, PAGE).await.assert_ok();
    let (present, others) = page.text.split_once("end-session-2").expect("another session");
    assert!(present.contains("Unknown browser") && !page.text.contains("555 0100"), "{present}");
    assert!(present.contains("192.0.2.1"), "{present}");
    let of_other = present.split_once("</li>").expect("two sessions").1;
    assert!(of_other.contains("Safari, iOS") && of_other.contains("198.51.100.7"), "{of_other}");
    assert!(!others.contains("end-session-3"), "{others}");
    let id = between(of_other, "name=\"id\" value=\"", "\"").to_owned();
    submit(&mut browser, &page, ("/demo/account/sessions/end", &[("id", &id)])).await;
    assert_eq!(silent_result(&mut other).await, "login_required");
}

#[tokio::test]
async fn apps_of_ten_replaced_sessions_are_listed_with_the_last_one() {
    // Stores a session that replaced ten others, one after the other. An app was opened in the
    // first of them. A session before that one is not searched.
    let service = service_with_users().await;
    let mut browser = signed_in(&service).await;
    let page = open(&mut browser, PAGE).await.assert_ok();
    let opened = |text: &str| text.matches("The web app").count();
    assert_eq!(opened(&page.text), 0);
    for (longest, listed) in [(11, 0), (10, 1)] {
        let id = |link: u8| SessionId::new([100 * listed + link; 16]);
        for link in 0..=longest {
            let session = Session {
                id: id(link),
                replaces: (link < longest).then(|| id(link + 1)),
                ended_at: (link > 0).then(|| service.state.now()),
                ..session(&service)
            };
            store(&service, Change::OpenSession(session)).await;
        }
        let grant = SessionGrant {
            tenant: TenantId::new(TENANT),
            user: UserId::new(ALICE),
            session: id(longest),
            grant: GrantId::new([listed; 16]),
            client: ClientId::new("web").expect("a client_id"),
            offline: false,
            expires_at: service.state.now() + Seconds::days(1),
        };
        store(&service, Change::AddSessionGrant(grant)).await;
        let page = open(&mut browser, PAGE).await.assert_ok();
        assert_eq!(opened(&page.text), usize::from(listed), "{}", page.text);
    }
}

/// Returns a session of Alice.
fn session(service: &TestService) -> Session {
    let now = service.state.now();
    Session {
        tenant: TenantId::new(TENANT),
        id: SessionId::new([0; 16]),
        user: UserId::new(ALICE),
        auth_time: now,
        amr: vec!["pwd".to_owned()],
        expires_at: now + Seconds::days(1),
        persistent: false,
        ended_at: None,
        replaces: None,
        origin: Some(SessionOrigin::default()),
    }
}

async fn store(service: &TestService, change: Change) {
    let outcome = service.state.store.commit(vec![change]).await.expect("a store");
    assert_eq!(outcome, CommitOutcome::Committed);
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
