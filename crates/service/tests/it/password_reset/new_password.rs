//! Setting the new password: its rules, the second factor, other sessions, and what is told.

use futures_util::FutureExt;
use model::{Actor, ChangeEvent, SecondFactor, Seconds, TenantId, UserId};

use super::{
    ALICE_NAME, NEW_PASSWORD, ask, choose, code_of, mails, newest, prove, reset,
    service_with_mailbox, type_code,
};
use crate::{
    authorize::{
        authenticator::App,
        browser::{
            Browser, PASSWORD, form_path, parameter, problem_number, redirected_error_number,
            request,
        },
        second_factor::give,
    },
    test_service::{ALICE, TENANT, TestService},
    tickets::deliver,
};

#[tokio::test]
async fn new_password_follows_the_rules_and_is_typed_twice() {
    // Sends passwords that break one rule each, then a good one on the same page.
    let (service, mailbox) = service_with_mailbox().await;
    service.change_user(|user| "Lopezgarcia Montgomery".clone_into(&mut user.name)).await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox).await;
    let long = "x".repeat(1_025);
    for (typed, number) in [
        (["", ""], 88_000_360),
        (["Xq7-vLr2#mT", "Xq7-vLr2#mT"], 88_000_360),
        (["qwertyuiop[]", "qwertyuiop[]"], 88_000_363),
        (["lopezgarciamontgomery", "lopezgarciamontgomery"], 88_000_362),
        (["seven\tpurple lanterns", "seven\tpurple lanterns"], 88_000_364),
        ([&long, &long], 88_000_111),
        ([NEW_PASSWORD, "seven purple lanterns"], 88_000_377),
    ] {
        let refused = choose(&mut browser, &page, typed, false).await;
        assert_eq!(problem_number(&refused), number, "{typed:?}");
        assert_eq!(form_path(&refused), "/demo/new-password");
        // The choice of the check box stays.
        assert!(!refused.text.contains("value=\"yes\" checked"), "{}", refused.text);
    }
    let page = choose(&mut browser, &page, [NEW_PASSWORD; 2], true).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
}

/// Returns a browser in which Alice has set up an app, and given both factors.
async fn browser_with_app(service: &TestService) -> Browser<'_> {
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Always).await;
    let mut browser = Browser::new(service);
    let page = browser.get(&request(&[])).await;
    let page = browser.sign_in(&page, ALICE_NAME, PASSWORD).await;
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    give(&mut browser, &page, ("code", &app.code())).await;
    browser
}

#[tokio::test]
async fn reset_does_not_skip_the_second_factor() {
    // Sets an app up, and gives both factors in a browser. Then resets the password in that browser
    // and in another one: each asks for the code of the app.
    let (service, mailbox) = service_with_mailbox().await;
    let browser = browser_with_app(&service).await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::OnNewBrowser).await;
    for (mut browser, password) in
        [(browser, NEW_PASSWORD), (Browser::new(&service), "quiet orange bicycles sing")]
    {
        browser.cookies.retain(|name, _| !name.starts_with("__Host-session"));
        let page = prove(&mut browser, &mailbox).await;
        let page = choose(&mut browser, &page, [password; 2], false).await;
        assert_eq!(form_path(&page), "/demo/second-factor", "{}", page.text);
        assert!(browser.cookie("__Host-session").is_none());
    }
}

#[tokio::test]
async fn user_with_a_second_factor_may_choose_a_shorter_password() {
    // Sets an app up, and chooses a password of eleven characters, then without the app.
    let (service, mailbox) = service_with_mailbox().await;
    browser_with_app(&service).await;
    for (policy, hint) in
        [(SecondFactor::Never, "At least 12 characters"), (SecondFactor::Always, "At least 8 ")]
    {
        service.change_tenant(|tenant| tenant.second_factor = policy).await;
        let mut browser = Browser::new(&service);
        let page = prove(&mut browser, &mailbox).await;
        assert!(page.text.contains(hint), "{}", page.text);
        let page = choose(&mut browser, &page, ["Xq7-vLr2#mT"; 2], false).await;
        let expected = if policy == SecondFactor::Never {
            "/demo/new-password"
        } else {
            "/demo/second-factor"
        };
        assert_eq!(form_path(&page), expected);
    }
}

/// Signs Alice in with a password in a new browser.
async fn signed_in<'h>(service: &'h TestService, password: &str) -> Browser<'h> {
    let mut browser = Browser::new(service);
    let page = browser.get(&request(&[])).await;
    let page = browser.sign_in(&page, ALICE_NAME, password).await;
    browser.press(&page, "stay_signed_in", "no").await;
    browser
}

#[tokio::test]
async fn other_sessions_end_only_if_the_user_chooses_it() {
    // Signs in in one browser, and resets the password in another one, without and with the check
    // box. The session of the reset itself stays.
    let (service, mailbox) = service_with_mailbox().await;
    let mut elsewhere = signed_in(&service, PASSWORD).await;
    let silent = request(&[("prompt", "none")]);
    for (end_sessions, password) in [(false, NEW_PASSWORD), (true, "quiet orange bicycles sing")] {
        let mut browser = Browser::new(&service);
        let page = prove(&mut browser, &mailbox).await;
        assert!(page.text.contains("value=\"yes\" checked"), "on by default");
        let page = choose(&mut browser, &page, [password; 2], end_sessions).await;
        browser.press(&page, "stay_signed_in", "no").await;
        let here = browser.get(&silent).await;
        assert!(parameter(&here, "code").is_some(), "{end_sessions}");
        let there = elsewhere.get(&silent).await;
        assert_eq!(parameter(&there, "code").is_none(), end_sessions);
    }
    assert_eq!(redirected_error_number(&elsewhere.get(&silent).await), 50_132);
}

#[tokio::test]
async fn reset_without_sign_out_ends_unfinished_sign_ins_and_known_browsers() {
    // Gives the earlier password in one browser, where the code of an app is missing, and both
    // factors in another. Then resets the password without the check box.
    let (service, mailbox) = service_with_mailbox().await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Always).await;
    let mut known = Browser::new(&service);
    let page = known.get(&request(&[])).await;
    let page = known.sign_in(&page, ALICE_NAME, PASSWORD).await;
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    give(&mut known, &page, ("code", &app.code())).await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::OnNewBrowser).await;
    let mut held = Browser::new(&service);
    let page = held.get(&request(&[])).await;
    let second_factor = held.sign_in(&page, ALICE_NAME, PASSWORD).await;
    assert_eq!(form_path(&second_factor), "/demo/second-factor");

    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox).await;
    choose(&mut browser, &page, [NEW_PASSWORD; 2], false).await;
    let code = app.code_after(Seconds::new(30));
    let shown = give(&mut held, &second_factor, ("code", &code)).await;
    assert_eq!(form_path(&shown), "/demo/sign-in");
    known.cookies.retain(|name, _| !name.starts_with("__Host-session"));
    let page = known.get(&request(&[])).await;
    let page = known.sign_in(&page, ALICE_NAME, NEW_PASSWORD).await;
    assert_eq!(form_path(&page), "/demo/second-factor", "the browser is not known any more");
}

#[tokio::test]
async fn user_gets_a_notice_of_the_new_password_and_an_event_names_them() {
    // Resets the password with the check box, delivers what is due, and reads the notice and the
    // events.
    let (service, mailbox) = service_with_mailbox().await;
    reset(&service, &mailbox).await;
    deliver(&service, service::now() + Seconds::new(6)).await;
    let notice = newest(&mailbox).await;
    assert_eq!(notice.to, "alice@demo.test");
    assert!(notice.subject.starts_with("Your password was changed"), "{}", notice.subject);
    for part in ["You were signed out everywhere else", "192.0.2.1", "If it was not you"] {
        assert!(notice.text.contains(part), "{part} in {}", notice.text);
    }
    assert!(!notice.text.contains(NEW_PASSWORD));
    deliver(&service, service::now() + Seconds::days(1)).await;
    assert_eq!(mails(&mailbox).await.len(), 2, "the notice is sent once");
    let event = service.state.history.last_event("password_set").await.expect("a history");
    let ChangeEvent { subject, actor, .. } = event.expect("an event");
    assert_eq!(subject, ALICE_NAME);
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let user = service.state.store.user(tenant, user).await.expect("a store").expect("a user");
    assert!(user.replaced_password.is_some(), "a declaration leaves the new password");
    assert_eq!(actor, Some(Actor::User { username: ALICE_NAME.to_owned() }));
}

#[tokio::test]
async fn closed_connection_leaves_no_password_without_notice_and_event() {
    // Sends the new password, and closes the connection while it is hashed. The password is set,
    // with the event and the notice.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox).await;
    let sent = choose(&mut browser, &page, [NEW_PASSWORD; 2], true);
    assert!(sent.now_or_never().is_none(), "the password is being hashed");
    let mut event = None;
    for _ in 0..500 {
        event = service.state.history.last_event("password_set").await.expect("a history");
        if event.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(event.is_some(), "the change has an event");
    deliver(&service, service::now() + Seconds::new(6)).await;
    let notice = newest(&mailbox).await;
    assert!(notice.subject.starts_with("Your password was changed"), "{}", notice.subject);
    signed_in(&service, NEW_PASSWORD).await;
}

#[tokio::test]
async fn proof_works_for_one_new_password_only() {
    // Hostile input S29: keeps the cookies from after the code, sets a password, and sends the form
    // again with the old cookies and another password; then with a disabled user.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox).await;
    let (mut kept, at) = (browser.copy(), browser.at.clone());
    choose(&mut browser, &page, [NEW_PASSWORD; 2], false).await;
    let refused = choose(&mut kept, &page, ["quiet orange bicycles sing"; 2], false).await;
    assert_eq!(form_path(&refused), "/demo/sign-in", "{}", refused.text);
    let shown = kept.get(&at).await;
    assert_eq!(problem_number(&shown), 88_000_378);
    signed_in(&service, NEW_PASSWORD).await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox).await;
    service.change_user(|user| user.enabled = false).await;
    let refused = choose(&mut browser, &page, [PASSWORD; 2], false).await;
    assert_eq!(form_path(&refused), "/demo/sign-in");
    assert!(browser.cookie("__Host-session").is_none());
}

#[tokio::test]
async fn two_new_passwords_at_once_set_one() {
    // Sends two different passwords with one proof at once. One is stored.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox).await;
    let passwords = [NEW_PASSWORD, "quiet orange bicycles sing"];
    let sent = passwords.map(|password| {
        let (mut copy, page) = (browser.copy(), &page);
        async move { choose(&mut copy, page, [password; 2], true).await }
    });
    let pages = futures_util::future::join_all(sent).await;
    let set = pages.iter().filter(|page| page.text.contains("stay-yes")).count();
    assert_eq!(set, 1);
    let mut works = 0;
    for password in passwords {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        let page = browser.sign_in(&page, ALICE_NAME, password).await;
        works += usize::from(page.text.contains("stay-yes"));
    }
    assert_eq!(works, 1);
}

#[tokio::test]
async fn reset_opens_a_name_that_was_locked_by_wrong_passwords() {
    // Sends eight wrong passwords, so that the right one is refused in new browsers. After a reset,
    // the new one signs in there.
    let (service, mailbox) = service_with_mailbox().await;
    for number in 0..8 {
        let mut browser = Browser::at_address(&service, &format!("198.51.100.{number}"));
        let page = browser.get(&request(&[])).await;
        browser.sign_in(&page, ALICE_NAME, "wrong").await;
    }
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let locked = browser.sign_in(&page, ALICE_NAME, PASSWORD).await;
    assert_eq!(problem_number(&locked), 50_053);
    let page = reset(&service, &mailbox).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    signed_in(&service, NEW_PASSWORD).await;
}

#[tokio::test]
async fn password_that_an_administrator_sets_meanwhile_stays() {
    // Types the code, then an administrator sets a password before the user does.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, ALICE_NAME).await;
    let code = code_of(&newest(&mailbox).await);
    let page = type_code(&mut browser, &page, &code).await;
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let stored = service.state.store.password(tenant, user).await.expect("a store");
    let mut password = stored.expect("a password");
    password.set_at = service.state.now();
    service.apply(model::DirectoryChange::PutPassword { tenant, user, password }).await;
    let shown = choose(&mut browser, &page, [NEW_PASSWORD; 2], true).await;
    assert_eq!(form_path(&shown), "/demo/sign-in");
    assert_eq!(problem_number(&shown), 88_000_378);
    signed_in(&service, PASSWORD).await;
}
