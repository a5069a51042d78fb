//! The page that changes the password.

use futures_util::FutureExt;
use model::{Actor, DirectoryChange, FaultKind, Seconds, TenantId, UserId};

use super::{ALICE_NAME, OVERVIEW, finish, open, open_signed_out, silent_result, submit};
use crate::{
    authorize::browser::{
        Browser, PASSWORD, add_users, age_session, parameter, problem_number, request,
        service_with_users,
    },
    failing_store::{FailingStore, StoreFailure},
    password_reset::{newest, service_with_mailbox},
    test_service::{ALICE, SECRET, TENANT, TestResponse, TestService},
    tickets::deliver,
};

const PAGE: &str = "/demo/account/password";
const NEW: &str = "membeli empat buku hijau";

/// Returns the number of the refusal of a password at the sign-in. `None` if it is accepted.
async fn refused_sign_in(service: &TestService, password: &str) -> Option<u32> {
    let mut browser = Browser::new(service);
    let page = browser.get(&request(&[])).await;
    let page = browser.sign_in(&page, ALICE_NAME, password).await;
    (!page.text.contains("stay-yes")).then(|| problem_number(&page))
}

#[tokio::test]
async fn new_password_signs_out_everywhere_but_in_this_browser() {
    // Changes the password with the box checked, while another browser is signed in.
    let service = service_with_users().await;
    let mut other = Browser::new(&service);
    other.sign_in_from(&request(&[]), ALICE_NAME).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    assert!(page.text.contains("autocomplete=\"new-password\""), "{}", page.text);
    let fields = [("new_password", NEW), ("end_others", "1")];
    let changed = submit(&mut browser, &page, (PAGE, &fields)).await;
    assert_eq!(changed.header("location"), "/demo/account?changed=password");
    let overview = open(&mut browser, "/demo/account?changed=password").await.assert_ok();
    assert!(overview.text.contains("id=\"password-changed\""), "{}", overview.text);
    assert_eq!(silent_result(&mut browser).await, "code");
    assert_eq!(silent_result(&mut other).await, "login_required");
    assert_eq!(refused_sign_in(&service, PASSWORD).await, Some(50_126));
    assert_eq!(refused_sign_in(&service, NEW).await, None);
}

#[tokio::test]
async fn closed_connection_leaves_no_new_password_without_notice() {
    // Sends the new password, and closes the connection while it is hashed. The password is set,
    // with the event and the notice, and a declaration leaves it.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let fields = [("new_password", NEW), ("end_others", "1")];
    let sent = submit(&mut browser, &page, (PAGE, &fields));
    assert!(sent.now_or_never().is_none(), "the password is being hashed");
    let mut event = None;
    for _ in 0..500 {
        event = service.state.history.last_event("password_set").await.expect("a history");
        if event.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let event = event.expect("an event");
    assert_eq!(event.actor, Some(Actor::User { username: ALICE_NAME.to_owned() }));
    deliver(&service, service::now() + Seconds::new(6)).await;
    let notice = newest(&mailbox).await;
    assert!(notice.subject.starts_with("Your password was changed"), "{}", notice.subject);
    for part in ["was set on the account page", "You were signed out everywhere else"] {
        assert!(notice.text.contains(part), "{part} in {}", notice.text);
    }
    let user = service.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    let user = user.expect("a store").expect("a user");
    assert!(user.replaced_password.is_some(), "a declaration leaves the new password");
}

#[tokio::test]
async fn renewed_session_is_no_fresh_sign_in() {
    // Changes the password with a session of four minutes. Apps see the `auth_time` of before, also
    // in a request with `max_age`, and their refresh tokens go on.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), ALICE_NAME).await;
    age_session(&service, &mut browser, 240).await;
    let page = open(&mut browser, PAGE).await.assert_ok();
    let fields = [("new_password", NEW), ("end_others", "1")];
    let changed = submit(&mut browser, &page, (PAGE, &fields)).await;
    assert_eq!(changed.header("location"), "/demo/account?changed=password");
    let with_max_age = request(&[("prompt", "none"), ("max_age", "60")]);
    let response = browser.get(&with_max_age).await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("login_required"));
    let response = browser.get(&request(&[("scope", "openid offline_access")])).await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let claims = tokens.claims("id_token");
    let auth_time = claims["auth_time"].as_i64().expect("a time");
    assert!(auth_time <= service::now().seconds() - 240, "{claims}");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    service.token(&refresh).await.assert_ok();
}

#[tokio::test]
async fn changed_password_is_reported_if_the_session_cannot_be_renewed() {
    // The ledger fails after the password was replaced. The user signs in with the new one, and the
    // page that follows says that it was changed.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    failing.set_failure(StoreFailure::CommitFault(FaultKind::StoreUnavailable));
    let fields = [("new_password", NEW), ("end_others", "1")];
    let changed = submit(&mut browser, &page, (PAGE, &fields)).await;
    failing.set_failure(StoreFailure::None);
    let path = changed.header("location").to_owned();
    assert_eq!(path, "/demo/account?changed=password");
    let page = open(&mut browser, &path).await;
    let stay = browser.sign_in(&page, ALICE_NAME, NEW).await;
    let overview = finish(&mut browser, stay).await.assert_ok();
    assert!(overview.text.contains("id=\"password-changed\""), "{}", overview.text);
}

#[tokio::test]
async fn new_password_keeps_other_browsers_without_the_box() {
    // Changes the password without the box, while another browser is signed in. Reads the event.
    let service = service_with_users().await;
    let mut other = Browser::new(&service);
    other.sign_in_from(&request(&[]), ALICE_NAME).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    submit(&mut browser, &page, (PAGE, &[("new_password", NEW)])).await;
    assert_eq!(silent_result(&mut other).await, "code");
    assert_eq!(silent_result(&mut browser).await, "code");
    assert_eq!(refused_sign_in(&service, NEW).await, None);
    let last = service.state.history.last_event("password_set").await.expect("a history");
    let last = last.expect("an event");
    let actor = Actor::User { username: ALICE_NAME.to_owned() };
    assert_eq!((last.subject.as_str(), last.actor), (ALICE_NAME, Some(actor)));
}

#[tokio::test]
async fn password_that_breaks_a_rule_is_refused_and_not_shown() {
    // Posts no password and ones that are too short, easy to guess, too long, and the user's name.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let long = "p".repeat(1_025);
    for (password, number) in [
        ("", 88_000_360),
        ("Xq7-vLr2", 88_000_360),
        ("iloveyou1234", 88_000_363),
        ("alice@demo.test", 88_000_362),
        (&long, 88_000_111),
    ] {
        let fields = [("new_password", password), ("end_others", "1")];
        let refused = submit(&mut browser, &page, (PAGE, &fields)).await;
        assert_eq!(problem_number(&refused), number, "{password}");
        assert!(refused.text.contains("name=\"end_others\" type=\"checkbox\" value=\"1\""));
        assert!(password.is_empty() || password == ALICE_NAME || !refused.text.contains(password));
    }
    assert_eq!(refused_sign_in(&service, PASSWORD).await, None);
}

/// Sets new passwords of Alice until the limit, and returns the response to the next one.
pub async fn exceed_limit(browser: &mut Browser<'_>) -> TestResponse {
    let page = open_signed_out(browser, PAGE).await.assert_ok();
    for word in ["satu", "dua", "tiga", "empat", "lima"] {
        let password = format!("{NEW} {word}");
        let changed = submit(browser, &page, (PAGE, &[("new_password", &password)])).await;
        assert_eq!(changed.header("location"), "/demo/account?changed=password");
    }
    submit(browser, &page, (PAGE, &[("new_password", NEW)])).await
}

#[tokio::test]
async fn new_passwords_of_a_user_are_limited() {
    // Hostile input LM30: sets more passwords than the limit. The last accepted one stays.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let refused = exceed_limit(&mut browser).await;
    assert_eq!((refused.status.as_u16(), problem_number(&refused)), (429, 88_000_380));
    assert_eq!(refused_sign_in(&service, &format!("{NEW} lima")).await, None);
    assert_eq!(refused_sign_in(&service, NEW).await, Some(50_126));
}

#[tokio::test]
async fn user_without_a_password_sets_a_first_one() {
    // Removes the password of the user, opens the overview and sets one. Sessions stay.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    remove_password(&service).await;
    let overview = open(&mut browser, OVERVIEW).await.assert_ok();
    assert!(overview.text.contains("id=\"no-password\""), "{}", overview.text);
    let page = open(&mut browser, PAGE).await.assert_ok();
    assert!(!page.text.contains("end_others"), "{}", page.text);
    let fields = [("new_password", NEW), ("end_others", "1")];
    submit(&mut browser, &page, (PAGE, &fields)).await;
    assert_eq!(refused_sign_in(&service, NEW).await, None);
    assert_eq!(silent_result(&mut browser).await, "code");
}

/// Removes Alice, and puts her back without her password.
pub async fn remove_password(service: &TestService) {
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let store = &service.state.store;
    let row = store.user(tenant, user).await.expect("a store").expect("a user");
    let authenticators = store.authenticators(tenant, user).await.expect("a store");
    service.apply(DirectoryChange::RemoveUser { tenant, user }).await;
    service.apply(DirectoryChange::PutUser(model::User::clone(&row))).await;
    if let Some(row) = authenticators {
        service.apply(DirectoryChange::PutAuthenticators(row)).await;
    }
}
