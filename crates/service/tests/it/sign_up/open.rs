//! Open sign-up: the mail, its code, and the account.

use http::StatusCode;
use model::{Actor, RegistrationKind, SecondFactor, SignUpMode, Timestamp};

use super::{
    NEW_ADDRESS, NEW_PASSWORD, ask, ask_on, begin, complete, invite, open, open_service, prove,
    user_named,
};
use crate::{
    authorize::browser::{
        Browser, error_number, flow_field, form_action, form_path, parameter, problem_number,
        request, step_field, without_report_token,
    },
    failing_store::FailingStore,
    password_reset::{ALICE_NAME, code_of, mails, newest, service_over, type_code},
    test_service::TestResponse,
};

#[tokio::test]
async fn account_is_created_once_its_address_is_proven() {
    // Signs up with `prompt=create`: there is no user before the code, and afterwards one with the
    // proven address, whose password signs in and who goes on to the app.
    let (service, mailbox) = open_service().await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox, NEW_ADDRESS).await;
    assert!(user_named(&service, NEW_ADDRESS).await.is_none());
    let page = complete(&mut browser, &page, &[]).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    let done = browser.press(&page, "stay_signed_in", "no").await;
    assert!(parameter(&done, "code").is_some(), "{}", done.text);
    let user = user_named(&service, NEW_ADDRESS).await.expect("a user");
    assert_eq!((user.name.as_str(), user.email.as_deref()), ("Rina", Some(NEW_ADDRESS)));
    assert!(user.email_verified && user.enabled && !user.administrator && user.roles.is_empty());
    let kind = user.registration.as_ref().map(|registration| registration.kind);
    assert_eq!(kind, Some(RegistrationKind::SignUp));
    let always = (Timestamp::from_seconds(0), Timestamp::from_seconds(i64::from(u32::MAX)));
    let events = service.state.history.events(None, always, 20).await.expect("a history");
    let created = events.iter().find(|event| event.kind == "user_signed_up").expect("an event");
    assert_eq!(created.actor, Some(Actor::User { username: NEW_ADDRESS.to_owned() }));
    let mut other = Browser::new(&service);
    let page = other.get(&request(&[])).await;
    let page = other.sign_in(&page, NEW_ADDRESS, NEW_PASSWORD).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
}

/// Returns status and page of a response without what differs between all responses.
fn comparable(response: &TestResponse, address: &str) -> (StatusCode, String) {
    let page = response.text.replace("&#64;", "@").replace(address, "ADDRESS");
    let initial = address.chars().take(1).flat_map(char::to_uppercase).collect::<String>();
    let page = page.replace(&format!(">{initial}</span>"), ">INITIAL</span>");
    let trace_id = page.split("problem-trace-id\">").nth(1).and_then(|it| it.split('<').next());
    let page = trace_id.map_or_else(|| page.clone(), |trace_id| page.replace(trace_id, "TRACE"));
    let page = page.replace(flow_field(response), "FLOW").replace(step_field(response), "STEP");
    (response.status, without_report_token(&page))
}

#[tokio::test]
async fn every_address_gets_the_same_page_and_costs_the_same_work() {
    // Hostile input S33: signs up with the address of an account, of an invited user and of no
    // user, then types a wrong code. Pages and store calls are the same; only the mails differ.
    let failing = FailingStore::new();
    let (service, mailbox) = service_over(failing.store()).await;
    open(&service).await;
    invite(&service, |_| {}).await;
    let mut seen = Vec::new();
    for address in [ALICE_NAME, NEW_ADDRESS, "nobody@new.test"] {
        let mut browser = Browser::new(&service);
        let page = begin(&mut browser).await;
        failing.take_calls();
        let fields = [
            ("flow", flow_field(&page)),
            ("step", step_field(&page)),
            ("email", address),
            ("action", "send"),
        ];
        let sent = browser.post_only(&form_action(&page), &fields).await;
        let asked = failing.take_calls();
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let page = browser.follow(sent).await.assert_ok();
        failing.take_calls();
        let wrong = type_code(&mut browser, &page, "1234 5678").await;
        let typed = failing.take_calls();
        assert_eq!(problem_number(&wrong), 88_000_371, "{address}");
        seen.push((comparable(&page, address), asked, comparable(&wrong, address), typed));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    let mails = mails(&mailbox).await;
    assert_eq!(mails.len(), 3);
    let with_code = mails.iter().filter(|mail| mail.text.contains("\nCode: ")).count();
    assert_eq!(with_code, 1);
}

#[tokio::test]
async fn owner_of_an_account_gets_a_mail_without_a_code() {
    // Signs up with Alice's address: her mail says that she has an account, and no code works.
    let (service, mailbox) = open_service().await;
    let mut browser = Browser::new(&service);
    ask(&mut browser, ALICE_NAME).await;
    let mail = newest(&mailbox).await;
    assert_eq!(mail.to, ALICE_NAME);
    assert!(mail.text.contains("has one already"), "{}", mail.text);
    assert!(!mail.text.contains("\nCode: "), "{}", mail.text);
    let html = mail.html.expect("HTML").html;
    assert!(html.contains("You already have an account"), "{html}");
}

#[tokio::test]
async fn first_of_two_sign_ups_creates_the_account() {
    // Proves one address in two browsers. The second one is led to the sign-in, on its page for the
    // account and with the form of the page that it had.
    let (service, mailbox) = open_service().await;
    let [mut first, mut second] = [Browser::new(&service), Browser::new(&service)];
    let page = prove(&mut first, &mailbox, NEW_ADDRESS).await;
    let late = prove(&mut second, &mailbox, NEW_ADDRESS).await;
    let (mut kept, kept_page) = (first.copy(), first.at.clone());
    complete(&mut first, &page, &[]).await;
    let created = user_named(&service, NEW_ADDRESS).await.expect("a user");
    let refused = complete(&mut second, &late, &[("name", "Another")]).await;
    assert_eq!(form_path(&refused), "/demo/sign-in", "{}", refused.text);
    let refused = second.reload().await;
    assert!(refused.text.contains(">ADMIT88000459<"), "{}", refused.text);
    // The proof itself creates one account, whatever the browser keeps.
    let refused = kept.get(&kept_page).await;
    assert_eq!(problem_number(&refused), 88_000_459);
    assert_eq!(user_named(&service, NEW_ADDRESS).await, Some(created));
}

#[tokio::test]
async fn code_of_a_sign_up_works_once_and_in_its_browser_only() {
    // Types a code in another browser, twice in its own, and the earlier one after a newer mail.
    let (service, mailbox) = open_service().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, NEW_ADDRESS).await;
    let code = code_of(&newest(&mailbox).await);
    let mut other = Browser::new(&service);
    let others = ask(&mut other, NEW_ADDRESS).await;
    assert_eq!(problem_number(&type_code(&mut other, &others, &code).await), 88_000_371);
    let newer = browser.press(&page, "action", "send").await;
    assert_eq!(problem_number(&type_code(&mut browser, &newer, &code).await), 88_000_371);
    let code = code_of(&newest(&mailbox).await);
    let mut copy = browser.copy();
    let proven = type_code(&mut browser, &newer, &code).await;
    assert_eq!(form_path(&proven), "/demo/create-account", "{}", proven.text);
    assert_eq!(problem_number(&type_code(&mut copy, &newer, &code).await), 88_000_458);
}

#[tokio::test]
async fn sixth_code_of_a_sign_up_is_refused_and_a_reset_goes_on() {
    // Guesses five codes of one mail, then types the right one. Resets of the same name still work.
    let (service, mailbox) = open_service().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, NEW_ADDRESS).await;
    let code = code_of(&newest(&mailbox).await);
    for _ in 0..5 {
        let wrong = type_code(&mut browser, &page, "1234 5678").await;
        assert_eq!(problem_number(&wrong), 88_000_371);
    }
    let locked = type_code(&mut browser, &page, &code).await;
    assert_eq!(problem_number(&locked), 88_000_376);
    let again = browser.press(&locked, "action", "send").await;
    let code = code_of(&newest(&mailbox).await);
    let proven = type_code(&mut browser, &again, &code).await;
    assert_eq!(form_path(&proven), "/demo/create-account", "{}", proven.text);
}

#[tokio::test]
async fn mails_of_sign_ups_are_limited_for_each_address() {
    // Asks for five mails for one address from one network; the sixth is refused, and the mails of
    // resets are counted apart.
    let (service, mailbox) = open_service().await;
    let mut browser = Browser::new(&service);
    let mut page = ask(&mut browser, NEW_ADDRESS).await;
    for _ in 0..4 {
        page = browser.press(&page, "action", "send").await.assert_ok();
    }
    let refused = browser.press(&page, "action", "send").await;
    assert_eq!(problem_number(&refused), 88_000_457);
    assert_eq!(mails(&mailbox).await.len(), 5);
    let mut other = Browser::new(&service);
    crate::password_reset::ask(&mut other, ALICE_NAME).await.assert_ok();
    assert_eq!(mails(&mailbox).await.len(), 6);
}

#[tokio::test]
async fn new_user_sets_up_the_second_factor_that_the_policy_requires() {
    // Signs up where two factors are always required: there is no session before the second one.
    let (service, mailbox) = open_service().await;
    service
        .change_tenant(|tenant| {
            tenant.second_factor = SecondFactor::Always;
            tenant.sign_up.mode = SignUpMode::Open;
        })
        .await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox, NEW_ADDRESS).await;
    let page = complete(&mut browser, &page, &[]).await;
    assert_eq!(form_path(&page), "/demo/authenticator-app", "{}", page.text);
    assert!(browser.cookie("__Host-session").is_none());
}

#[tokio::test]
async fn sign_up_begins_on_the_sign_in_page_and_leads_back() {
    // Presses "Create an account" with a typed name, goes back, and signs in.
    let (service, _) = open_service().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    assert!(page.text.contains("id=\"sign-up\""), "{}", page.text);
    let page = browser.press(&page, "action", "sign-up").await;
    assert_eq!(form_path(&page), "/demo/sign-up", "{}", page.text);
    let page = ask_on(&mut browser, &page, NEW_ADDRESS).await;
    let page = browser.press(&page, "action", "back").await;
    assert_eq!(form_path(&page), "/demo/sign-up", "{}", page.text);
    let page = browser.press(&page, "action", "back").await;
    assert_eq!(form_path(&page), "/demo/sign-in", "{}", page.text);
    // A request with `prompt=create` leads back, too.
    let page = begin(&mut browser).await;
    let page = browser.press(&page, "action", "back").await;
    assert_eq!(form_path(&page), "/demo/sign-in", "{}", page.text);
}

#[tokio::test]
async fn forms_of_later_steps_of_a_sign_up_create_nothing() {
    // Posts the form of the account with the flow of a page that asks for an address or a code.
    let (service, _) = open_service().await;
    let mut browser = Browser::new(&service);
    let mut page = begin(&mut browser).await;
    for step in ["sign_up", "create_account.00000000-0000-0000-0000-000000000000"] {
        let path = form_action(&page).replace("sign-up", "create-account");
        let fields = [
            ("flow", flow_field(&page)),
            ("step", step),
            ("name", "Rina"),
            ("new_password", NEW_PASSWORD),
            ("repeated_password", NEW_PASSWORD),
            ("action", "continue"),
        ];
        let shown = browser.post(&path, &fields).await;
        assert_eq!(form_path(&shown), "/demo/sign-up", "{}", shown.text);
        page = ask_on(&mut browser, &shown, NEW_ADDRESS).await;
    }
    assert!(user_named(&service, NEW_ADDRESS).await.is_none());
    let foreign = browser
        .send(
            http::Request::post(form_action(&page)).header("origin", "https://evil.test"),
            String::new(),
        )
        .await;
    assert_eq!(error_number(&foreign), 165_000, "{}", foreign.text);
}
