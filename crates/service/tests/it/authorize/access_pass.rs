//! Temporary access passes: in place of the password and of the second factor, and what ends with
//! them.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use http::StatusCode;
use model::{Authenticators, DirectoryChange, SecondFactor, Seconds, TenantId, Timestamp, UserId};
use signin::factor::access_pass::AccessPassCode;

use super::{
    authenticator::App,
    browser::{
        Browser, PASSWORD, add_users, between, form_action, form_path, link, parameter,
        problem_number, redirected_error_number, request, service_with_users,
    },
    passkeys::ESSENTIAL_PASSKEY,
    second_factor::{ESSENTIAL, give, set_up},
};
use crate::{
    account::{ADD_PASSKEY, OVERVIEW, open},
    failing_store::FailingStore,
    password_reset::{mails, newest, service_with_mailbox},
    test_service::{ALICE, TENANT, TestResponse, TestService},
    tickets::deliver,
};

const ALICE_NAME: &str = "alice@demo.test";
/// The page that leads to setting up factors.
const AFTER: &str = "/demo/after-access-pass";

/// Returns the stored row of Alice's authenticators.
async fn stored(service: &TestService) -> Authenticators {
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let stored = service.state.store.authenticators(tenant, user).await.expect("a store");
    stored.unwrap_or_else(|| Authenticators::new(tenant, user))
}

/// Gives Alice a pass of one hour, which was created at a time, as `admit user access-pass` does.
/// Returns the pass as it is typed.
pub async fn give_pass(service: &TestService, once: bool, created_at: Timestamp) -> String {
    let code = AccessPassCode::new([7; 10]);
    let access_pass = Some(code.pass((Seconds::hours(1), once), created_at));
    let row = Authenticators { access_pass, ..stored(service).await };
    service.apply(DirectoryChange::PutAuthenticators(row)).await;
    code.text()
}

/// Types a text into the password field of the first page.
async fn type_pass(browser: &mut Browser<'_>, with: &[(&str, &str)], typed: &str) -> TestResponse {
    let page = browser.get(&request(with)).await;
    browser.sign_in(&page, ALICE_NAME, typed).await
}

/// Goes on to the app, and returns the response of the token endpoint.
async fn tokens(
    service: &TestService,
    browser: &mut Browser<'_>,
    page: &TestResponse,
) -> TestResponse {
    assert_eq!(form_path(page), AFTER, "{}", page.text);
    let response = browser.press(page, "action", "continue").await;
    let code = parameter(&response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.assert_ok()
}

#[tokio::test]
async fn pass_stands_for_both_factors_and_leads_to_the_account_page() {
    // Alice has lost her app. She types the pass in another form, follows the link to the account
    // page, opens a page that needs a fresh sign-in, and goes on to the app in another browser.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Always).await;
    set_up(&service, &[]).await;
    let pass = give_pass(&service, false, service.state.now()).await;
    let mut browser = Browser::new(&service);
    let typed = pass.to_uppercase().replace('-', " ");
    let page = type_pass(&mut browser, &[("claims", ESSENTIAL)], &typed).await;
    assert_eq!((page.status, form_path(&page)), (StatusCode::OK, AFTER.to_owned()));
    assert!(!page.text.contains(&pass) && !page.text.contains(&typed));
    assert_eq!(link(&page, "set-up"), OVERVIEW);
    let overview = open(&mut browser, OVERVIEW).await.assert_ok();
    assert!(overview.text.contains("id=\"access-pass\""), "{}", overview.text);
    let add = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    assert!(add.text.contains("sealed_challenge"), "{}", add.text);

    let mut other = Browser::new(&service);
    let page = type_pass(&mut other, &[], &pass).await;
    let claims = tokens(&service, &mut other, &page).await.claims("id_token");
    assert_eq!(claims["amr"], serde_json::json!(["tap", "mfa"]));
    assert_eq!(claims["acr"], "mfa");
}

#[tokio::test]
async fn session_and_tokens_end_with_the_pass() {
    // Signs in 50 minutes after a pass of one hour was created: cookie, access token and refresh
    // token last ten minutes. The browser is not trusted as one in which two factors were given.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::OnNewBrowser).await;
    set_up(&service, &[("claims", ESSENTIAL)]).await;
    let created_at = service.state.now() - Seconds::minutes(50);
    let pass = give_pass(&service, false, created_at).await;
    let mut browser = Browser::new(&service);
    let scope = ("scope", "openid offline_access");
    let page = type_pass(&mut browser, &[scope], &pass).await;
    let tokens = tokens(&service, &mut browser, &page).await;
    for member in ["expires_in", "refresh_token_expires_in"] {
        let seconds = tokens.json[member].as_i64().expect("a number");
        assert!((540..=600).contains(&seconds), "{member}: {seconds}");
    }
    let page = type_pass(&mut browser, &[("prompt", "login")], PASSWORD).await;
    assert_eq!(form_path(&page), "/demo/second-factor", "the browser is not known");
}

#[tokio::test]
async fn pass_is_no_passkey_for_a_client_that_requires_one() {
    // Requests `phr` with a pass: of a user without a passkey, the client gets the refusal.
    let service = service_with_users().await;
    let pass = give_pass(&service, false, service.state.now()).await;
    let mut browser = Browser::new(&service);
    let refused = type_pass(&mut browser, &[("claims", ESSENTIAL_PASSKEY)], &pass).await;
    assert_eq!(redirected_error_number(&refused), 88_000_334);
    assert!(browser.cookie("__Host-session").is_none(), "no session");
}

#[tokio::test]
async fn required_second_factor_is_set_up_after_a_pass_and_then_lasts() {
    // Alice has no app, and the policy requires one: she sets it up after the pass of ten minutes,
    // and her session lasts as long as any other.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Always).await;
    let pass = give_pass(&service, true, service.state.now() - Seconds::minutes(50)).await;
    let mut browser = Browser::new(&service);
    let page = type_pass(&mut browser, &[("scope", "openid offline_access")], &pass).await;
    assert_eq!(form_path(&page), "/demo/authenticator-app", "{}", page.text);
    assert!(browser.cookie("__Host-session").is_none(), "no session yet");
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    let codes = give(&mut browser, &page, ("code", &app.code())).await;
    let page = browser.get(&link(&codes, "continue")).await;
    let response = browser.press(&page, "stay_signed_in", "no").await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    assert!(tokens.json["refresh_token_expires_in"].as_i64().is_some_and(|it| it > 86_400));
    assert_eq!(tokens.claims("id_token")["amr"], serde_json::json!(["tap", "mfa", "otp"]));
}

#[tokio::test]
async fn pass_stands_for_the_second_factor_after_the_password() {
    // Gives the password, then wrong passes until the challenge ends, and the right one in another
    // flow. A user without a pass is offered none.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Always).await;
    set_up(&service, &[]).await;
    let page = type_pass(&mut Browser::new(&service), &[], PASSWORD).await;
    assert!(!page.text.contains("access-pass-form"), "{}", page.text);
    let pass = give_pass(&service, false, service.state.now()).await;
    let mut browser = Browser::new(&service);
    let page = type_pass(&mut browser, &[], PASSWORD).await;
    assert!(page.text.contains("access-pass-form"), "{}", page.text);
    for number in [88_000_402, 88_000_402, 88_000_402, 88_000_402, 88_000_402, 50_088] {
        let wrong = ("access_pass", "0000-0000-0000-0000");
        assert_eq!(problem_number(&give(&mut browser, &page, wrong).await), number);
    }
    let mut browser = Browser::new(&service);
    let page = type_pass(&mut browser, &[], PASSWORD).await;
    let page = give(&mut browser, &page, ("access_pass", &pass)).await;
    let claims = tokens(&service, &mut browser, &page).await.claims("id_token");
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "tap", "mfa"]));
}

#[tokio::test]
async fn expired_and_used_passes_are_explained_for_the_right_value_only() {
    // Hostile input S16: types the right and another value of an expired pass, of a used one, of
    // one from before a revocation, of one of a disabled user, and without any.
    let service = service_with_users().await;
    let other = AccessPassCode::new([8; 10]).text();
    let refused = async |typed: &str| {
        let page = type_pass(&mut Browser::new(&service), &[], typed).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.text);
        problem_number(&page)
    };
    assert_eq!(refused(&other).await, 50_126, "there is none");
    let now = service.state.now();
    let pass = give_pass(&service, false, now - Seconds::hours(2)).await;
    assert_eq!((refused(&pass).await, refused(&other).await), (88_000_400, 50_126));
    let pass = give_pass(&service, true, now).await;
    let page = type_pass(&mut Browser::new(&service), &[], &pass).await;
    assert_eq!(form_path(&page), AFTER);
    assert_eq!((refused(&pass).await, refused(&other).await), (88_000_401, 50_126));
    let pass = give_pass(&service, true, now).await;
    service.change_user(|user| user.sessions_not_before = now + Seconds::new(1)).await;
    assert_eq!((refused(&pass).await, refused(&other).await), (88_000_403, 50_126));
    service.change_user(|user| user.sessions_not_before = now).await;
    service.change_user(|user| user.enabled = false).await;
    let page = type_pass(&mut Browser::new(&service), &[], &pass).await;
    assert_eq!(problem_number(&page), 50_057);
    assert_eq!(stored(&service).await.access_pass.and_then(|it| it.last_used_at), None);
    assert_eq!(refused(&other).await, 50_126);
}

#[tokio::test]
async fn pass_for_one_use_opens_one_session_if_it_is_sent_at_once() {
    // Hostile input S13: sends one pass from four browsers at once, in the password field and as
    // the second factor.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Always).await;
    set_up(&service, &[]).await;
    let pass = give_pass(&service, true, service.state.now()).await;
    let mut browsers = Vec::new();
    for number in 0..4 {
        let mut browser = Browser::at_address(&service, &format!("192.0.2.{number}"));
        let mut page = browser.get(&request(&[])).await;
        if number > 1 {
            page = browser.sign_in(&page, ALICE_NAME, PASSWORD).await;
        }
        browsers.push((browser, page));
    }
    let uses = browsers.iter_mut().map(|(browser, page)| {
        let pass = &pass;
        async move {
            if form_action(page).starts_with("/demo/second-factor") {
                give(browser, page, ("access_pass", pass)).await
            } else {
                browser.sign_in(page, ALICE_NAME, pass).await
            }
        }
    });
    let pages = futures_util::future::join_all(uses).await;
    assert_eq!(pages.iter().filter(|page| page.text.contains("pass-ends")).count(), 1);
    let refused = pages.iter().filter(|page| page.status == StatusCode::BAD_REQUEST);
    assert_eq!(refused.map(problem_number).collect::<Vec<_>>(), [88_000_401; 3]);
}

#[tokio::test]
async fn form_with_a_pass_for_one_use_opens_its_session_also_if_sent_twice() {
    // Sends the form of the first page twice, as a browser does whose first response was lost, and
    // then the pass in another flow of the browser.
    let service = service_with_users().await;
    let pass = give_pass(&service, true, service.state.now()).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let first = browser.copy().sign_in(&page, ALICE_NAME, &pass).await;
    let second = browser.sign_in(&page, ALICE_NAME, &pass).await;
    assert_eq!((form_path(&first), form_path(&second)), (AFTER.to_owned(), AFTER.to_owned()));
    tokens(&service, &mut browser, &second).await;
    let again = type_pass(&mut browser, &[("prompt", "login")], &pass).await;
    assert_eq!(problem_number(&again), 88_000_401);
}

#[tokio::test]
async fn guesses_of_passes_are_counted_as_passwords() {
    // Hostile input S17: guesses until the user name waits. The right pass is then refused as well.
    let service = service_with_users().await;
    let pass = give_pass(&service, false, service.state.now()).await;
    let wrong = AccessPassCode::new([8; 10]).text();
    let mut last = 0;
    for number in 0..20 {
        let mut browser = Browser::at_address(&service, &format!("198.51.100.{number}"));
        last = problem_number(&type_pass(&mut browser, &[], &wrong).await);
        if last != 50_126 {
            break;
        }
    }
    assert_eq!(last, 50_053);
    let mut browser = Browser::at_address(&service, "203.0.113.1");
    assert_eq!(problem_number(&type_pass(&mut browser, &[], &pass).await), 50_053);
}

#[tokio::test]
async fn pass_costs_a_sign_in_nothing_unless_one_is_typed() {
    // Counts the reads of authenticators: none for a right and for a wrong password. One for each
    // text of the form of a pass, whether the user exists or not.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Never).await;
    let typed_pass = AccessPassCode::new([8; 10]).text();
    for (username, typed, reads) in [
        (ALICE_NAME, PASSWORD, 0),
        (ALICE_NAME, "not the password of Alice", 0),
        (ALICE_NAME, typed_pass.as_str(), 1),
        ("nobody@demo.test", "not the password of Alice", 0),
        ("nobody@demo.test", typed_pass.as_str(), 1),
    ] {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        failing.take_calls();
        browser.sign_in(&page, username, typed).await;
        let calls = failing.take_calls();
        let found = calls.iter().filter(|call| **call == "authenticators").count();
        assert_eq!(found, reads, "{username} {calls:?}");
    }
}

#[tokio::test]
async fn pass_is_shown_on_the_account_page_and_never_its_value() {
    // Opens the overview and the download with a usable pass, and with an expired one.
    let service = service_with_users().await;
    for (age, is_shown) in [(Seconds::new(0), true), (Seconds::hours(2), false)] {
        let pass = give_pass(&service, true, service.state.now() - age).await;
        let digest = stored(&service).await.access_pass.expect("a pass").digest;
        let mut browser = Browser::new(&service);
        let page = crate::account::open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
        assert_eq!(page.text.contains("id=\"access-pass\""), is_shown, "{}", page.text);
        let data = open(&mut browser, "/demo/account/data").await;
        let form = ("/demo/account/data", &[][..]);
        let file = crate::account::submit(&mut browser, &data, form).await.assert_ok();
        let shown = &file.json["authenticators"]["access_pass"];
        assert_eq!((&shown["works_once"], &shown["last_used_at"]), (&true.into(), &().into()));
        let digest = serde_json::to_string(&digest).expect("JSON");
        for secret in [pass.as_str(), digest.as_str(), "digest"] {
            assert!(!file.text.contains(secret) && !page.text.contains(secret), "{secret}");
        }
        assert!(between(&file.text, "\"expires_at\":\"", "\"").ends_with('Z'));
    }
}

#[tokio::test]
async fn user_with_a_verified_address_learns_of_a_pass_by_mail() {
    // Announces passes as the command does: to a verified address, with a service that sends no
    // mails, to one that is not verified, and one that is withdrawn.
    let (service, mailbox) = service_with_mailbox().await;
    let alice = async || {
        let user = service.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
        user.expect("a store").expect("a user")
    };
    let later = || service::now() + Seconds::new(6);
    let expires_at = Timestamp::from_seconds(1_900_000_000);
    let announce = async |number| {
        let id = uuid::Uuid::from_u128(number);
        service.state.announce_access_pass((&*alice().await, id), (expires_at, true)).await
    };
    service.change_user(|user| user.email_verified = true).await;
    assert!(announce(1).await.is_some());
    deliver(&service, later()).await;
    let mail = newest(&mailbox).await;
    assert_eq!((mail.to.as_str(), mails(&mailbox).await.len()), (ALICE_NAME, 1));
    for part in ["You were given a temporary access pass", "2030-03-17", "works once", "id.test"] {
        assert!(mail.text.contains(part), "{part} in {}", mail.text);
    }
    service.state.withdraw_notice(announce(2).await).await;
    service.change_user(|user| user.email_verified = false).await;
    assert_eq!(announce(3).await, None);
    deliver(&service, later()).await;
    assert_eq!(mails(&mailbox).await.len(), 1);

    let silent = service_with_users().await;
    silent.change_user(|user| user.email_verified = true).await;
    let user = silent.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    let user = user.expect("a store").expect("a user");
    let id = uuid::Uuid::from_u128(4);
    assert!(silent.state.announce_access_pass((&user, id), (expires_at, true)).await.is_some());
    deliver(&silent, later()).await;
    let waiting = silent.state.history.lease_due(later(), later(), 9).await.expect("a history");
    assert!(waiting.is_empty(), "it is completed: {waiting:?}");
}
