//! The code of a mail: right, wrong, used, guessed, and of another password.

use http::StatusCode;
use model::{PasswordReset, TenantId, Timestamp, UserId};

use super::{
    ALICE_NAME, NEW_PASSWORD, ask, ask_on, begin, choose, code_of, mails, newest, prove,
    service_with_mailbox, type_code,
};
use crate::{
    authorize::browser::{
        BUDI, Browser, PASSWORD, age_flow, error_number, form_action, form_path, parameter,
        problem_number, request, step_field,
    },
    test_service::{ALICE, TENANT},
};

#[tokio::test]
async fn code_of_a_mail_leads_to_a_new_password_and_to_the_app() {
    // Resets the password, and goes on to the app. The new password signs in, the old one does not.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox).await;
    let page = choose(&mut browser, &page, [NEW_PASSWORD; 2], true).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    let response = browser.press(&page, "stay_signed_in", "no").await;
    let code = parameter(&response, "code").expect("a code");
    let claims = service.token(&service.redeem(&code)).await.claims("id_token");
    assert_eq!(claims["oid"], ALICE.to_string());
    assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
    for (password, signs_in) in [(NEW_PASSWORD, true), (PASSWORD, false)] {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        let page = browser.sign_in(&page, ALICE_NAME, password).await;
        assert_eq!(page.text.contains("stay-yes"), signs_in, "{}", page.text);
    }
}

#[tokio::test]
async fn code_works_once_also_if_it_is_sent_twice_at_once() {
    // Hostile input S27: sends the right code in four copies of a browser at once, then again.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, ALICE_NAME).await;
    let code = code_of(&newest(&mailbox).await);
    let sent = (0..4).map(|_| {
        let (mut copy, page, code) = (browser.copy(), &page, &code);
        async move { type_code(&mut copy, page, code).await }
    });
    let pages = futures_util::future::join_all(sent).await;
    let (proven, refused): (Vec<_>, Vec<_>) =
        pages.iter().partition(|page| form_path(page) == "/demo/new-password");
    assert_eq!((proven.len(), refused.len()), (1, 3));
    assert!(refused.iter().all(|page| problem_number(page) == 88_000_373));
    let again = type_code(&mut browser, &page, &code).await;
    assert_eq!(problem_number(&again), 88_000_373);
}

#[tokio::test]
async fn code_is_refused_once_its_user_is_excluded() {
    // Excludes the user, then all administrators, after the mail and after the code.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, ALICE_NAME).await;
    let code = code_of(&newest(&mailbox).await);
    service.change_user(|user| user.password_reset = false).await;
    let refused = type_code(&mut browser, &page, &code).await;
    assert_eq!(problem_number(&refused), 88_000_371);
    service.change_user(|user| user.password_reset = true).await;
    let proven = type_code(&mut browser, &page, &code).await;
    assert_eq!(form_path(&proven), "/demo/new-password");
    service.change_user(|user| user.administrator = true).await;
    let policy = PasswordReset::MailExceptAdministrators;
    service.change_tenant(|tenant| tenant.password_reset = policy).await;
    let page = browser.reload().await;
    assert_eq!(form_path(&page), "/demo/sign-in");
}

#[tokio::test]
async fn code_belongs_to_one_mail_one_user_and_one_password() {
    // Hostile input S27: types the code of an earlier mail, of another user, and of a password that
    // was set meanwhile, or whose user was signed out everywhere.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let first = ask(&mut browser, ALICE_NAME).await;
    let earlier = code_of(&newest(&mailbox).await);
    let page = ask_on(&mut browser, &first, ALICE_NAME).await;
    assert_eq!(problem_number(&type_code(&mut browser, &page, &earlier).await), 88_000_371);
    let code = code_of(&newest(&mailbox).await);
    assert_ne!(earlier, code);
    let mut other = Browser::new(&service);
    let other_page = ask(&mut other, "budi@demo.test").await;
    assert_eq!(problem_number(&type_code(&mut other, &other_page, &code).await), 88_000_371);
    let later = Timestamp::from_microseconds(service.state.now().microseconds() + 1);
    service.change_user(|user| user.tokens_not_before = later).await;
    assert_eq!(problem_number(&type_code(&mut browser, &page, &code).await), 88_000_371);
    let budi = service.state.store.user(TenantId::new(TENANT), UserId::new(BUDI)).await;
    assert!(budi.expect("a store").is_some());
}

#[tokio::test]
async fn code_and_flow_expire_after_ten_minutes() {
    // Ages the flow of the mail, types the code, and opens the page again.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, ALICE_NAME).await;
    let code = code_of(&newest(&mailbox).await);
    let old = browser.at.clone();
    let address = age_flow(&service, &mut browser, 11);
    let flow = |address: &str| {
        let rest = address.split("&flow=").nth(1).expect("a flow").to_owned();
        rest.split('&').next().expect("an id").to_owned()
    };
    let action = form_action(&page).replace(&flow(&old), &flow(&address));
    let id = flow(&address);
    let fields = [
        ("flow", id.as_str()),
        ("step", step_field(&page)),
        ("code", code.as_str()),
        ("action", "continue"),
    ];
    let refused = browser.post(&action, &fields).await;
    assert_eq!(error_number(&refused), 88_000_372, "{}", refused.text);
    let refused = browser.get(&address).await;
    assert_eq!(error_number(&refused), 88_000_372);
}

#[tokio::test]
async fn sixth_code_of_a_mail_is_refused_and_the_password_still_works() {
    // Hostile input S28: sends 40 wrong codes at once, then the right one; uses up the codes of
    // further mails. In another network, the user has a mail, and the password signs in.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, ALICE_NAME).await;
    let right = code_of(&newest(&mailbox).await);
    let guesses = (0..40).map(|number| {
        let (mut copy, page) = (browser.copy(), &page);
        async move { problem_number(&type_code(&mut copy, page, &format!("{number:08}")).await) }
    });
    let numbers = futures_util::future::join_all(guesses).await;
    assert_eq!(numbers.iter().filter(|number| **number == 88_000_371).count(), 5, "{numbers:?}");
    assert_eq!(numbers.iter().filter(|number| **number == 88_000_376).count(), 35);
    let refused = type_code(&mut browser, &page, &right).await;
    assert_eq!(problem_number(&refused), 88_000_376);
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let mut page = page;
    for _ in 0..4 {
        page = ask_on(&mut browser, &page, ALICE_NAME).await;
        for number in 0..5 {
            type_code(&mut browser, &page, &format!("{number:08}")).await;
        }
    }
    let mut elsewhere = Browser::at_address(&service, "198.51.100.7");
    let page = ask(&mut elsewhere, ALICE_NAME).await;
    let right = code_of(&newest(&mailbox).await);
    let page = type_code(&mut elsewhere, &page, &right).await;
    assert_eq!(form_path(&page), "/demo/new-password", "{}", page.text);
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let page = browser.sign_in(&page, ALICE_NAME, PASSWORD).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
}

#[tokio::test]
async fn forms_of_later_steps_change_nothing_without_the_code() {
    // Hostile input S29: posts the form of a new password, with the step of each page, before the
    // mail is asked for and before its code is typed.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let pages = [begin(&mut browser).await, ask(&mut Browser::new(&service), ALICE_NAME).await];
    let asked = ask_on(&mut browser, &pages[0], ALICE_NAME).await;
    for page in pages.iter().chain([&asked]) {
        let step = format!("new_password.{ALICE}");
        for step in [step.as_str(), step_field(page), "sign_in"] {
            let action = form_action(&asked).replace("/reset-password?", "/new-password?");
            let flow = crate::authorize::browser::flow_field(&asked);
            let fields = [
                ("flow", flow),
                ("step", step),
                ("new_password", NEW_PASSWORD),
                ("repeated_password", NEW_PASSWORD),
                ("action", "continue"),
            ];
            let shown = browser.post(&action, &fields).await;
            assert_eq!(form_path(&shown), "/demo/reset-password");
        }
    }
    assert!(browser.cookie("__Host-session").is_none());
    assert_eq!(mails(&mailbox).await.len(), 2);
}
