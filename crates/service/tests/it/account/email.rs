//! The e-mail address: a code proves it, and the earlier one is told.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use model::{ProfileAttribute, Seconds};

use super::{open, open_signed_out, profile::alice, submit};
use crate::{
    authorize::browser::{
        Browser, between, error_number, problem_number, service_with_users, unescaped,
    },
    password_reset::{code_of, mails, newest, service_with_mailbox},
    test_service::TestResponse,
    tickets::deliver,
};

pub const PAGE: &str = "/demo/account/email";
const CODE_PAGE: &str = "/demo/account/email/code";
const NEW: &str = "alice.new@mail.test";

/// Asks for a code for an address. Returns the page that asks for it.
pub async fn ask(browser: &mut Browser<'_>, page: &TestResponse, address: &str) -> TestResponse {
    let sent = submit(browser, page, (PAGE, &[("address", address)])).await;
    if sent.header("location").is_empty() {
        return sent;
    }
    open(browser, sent.header("location")).await
}

/// Types a code on the page that asks for it.
pub async fn type_code(browser: &mut Browser<'_>, page: &TestResponse, code: &str) -> TestResponse {
    let text = unescaped(page);
    let pending = between(&text, "name=\"pending\" value=\"", "\"").to_owned();
    submit(browser, page, (CODE_PAGE, &[("pending", &pending), ("code", code)])).await
}

#[tokio::test]
async fn code_proves_a_new_address_and_the_earlier_one_gets_a_notice() {
    // Changes the address. Until the code is typed, nothing changes; the code is used once.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    assert!(page.text.contains("id=\"username-stays\""), "{}", page.text);
    let before = alice(&service).await;
    let asked = ask(&mut browser, &page, NEW).await.assert_ok();
    assert!(asked.text.contains(NEW), "{}", asked.text);
    let mail = newest(&mailbox).await;
    assert_eq!((mail.to.as_str(), alice(&service).await), (NEW, before.clone()));
    let code = code_of(&mail);
    let changed = type_code(&mut browser, &asked, &code).await;
    assert_eq!(changed.header("location"), "/demo/account/email?changed=email");
    let after = alice(&service).await;
    assert_eq!((after.email.as_deref(), after.email_verified), (Some(NEW), true));
    assert_eq!(after.username, before.username);
    assert!(after.replaced_values.contains_key(&ProfileAttribute::Email));
    let again = type_code(&mut browser, &asked, &code).await;
    assert_eq!(problem_number(&again), 88_000_442);

    deliver(&service, service::now() + Seconds::new(6)).await;
    let notice = newest(&mailbox).await;
    assert_eq!(Some(&notice.to), before.email.as_ref(), "the earlier address");
    assert!(notice.text.contains("If it was not you"), "{}", notice.text);
    assert!(!notice.text.contains(NEW), "{}", notice.text);
}

#[tokio::test]
async fn unverified_address_is_confirmed_by_a_code_without_a_notice() {
    // Presses the button for the present address.
    let (service, mailbox) = service_with_mailbox().await;
    service.change_user(|user| user.email_verified = false).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let sent = submit(&mut browser, &page, (PAGE, &[("action", "verify")])).await;
    let asked = open(&mut browser, sent.header("location")).await.assert_ok();
    let code = code_of(&newest(&mailbox).await);
    type_code(&mut browser, &asked, &code).await;
    assert!(alice(&service).await.email_verified);
    deliver(&service, service::now() + Seconds::new(6)).await;
    assert_eq!(mails(&mailbox).await.len(), 1);
    let page = open(&mut browser, PAGE).await.assert_ok();
    assert!(!page.text.contains("id=\"verify\""), "{}", page.text);
}

#[tokio::test]
async fn code_counts_before_it_is_checked_and_is_of_its_session() {
    // Hostile input S13: types five wrong codes and then the right one; opens the page of the code
    // in another session; asks for a code and changes the password state meanwhile.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let asked = ask(&mut browser, &page, NEW).await.assert_ok();
    let code = code_of(&newest(&mailbox).await);
    for _ in 0..5 {
        let wrong = type_code(&mut browser, &asked, "0000 0000").await;
        assert_eq!(problem_number(&wrong), 88_000_371);
    }
    let locked = type_code(&mut browser, &asked, &code).await;
    assert_eq!(problem_number(&locked), 88_000_443);

    let asked = ask(&mut browser, &page, NEW).await.assert_ok();
    let code = code_of(&newest(&mailbox).await);
    let mut other = Browser::new(&service);
    let foreign = open_signed_out(&mut other, PAGE).await.assert_ok();
    let text = unescaped(&asked);
    let pending = between(&text, "name=\"pending\" value=\"", "\"").to_owned();
    let fields = [("pending", pending.as_str()), ("code", code.as_str())];
    let refused = submit(&mut other, &foreign, (CODE_PAGE, &fields)).await;
    assert_eq!(error_number(&refused), 88_000_441);
    let shown = other.get(&format!("{CODE_PAGE}?pending={pending}")).await;
    assert_eq!(error_number(&shown), 88_000_441);
    service.change_user(|user| user.email = Some("moved@demo.test".to_owned())).await;
    let moved = type_code(&mut browser, &asked, &code).await;
    assert_eq!(problem_number(&moved), 88_000_371);
    assert_eq!(alice(&service).await.email.as_deref(), Some("moved@demo.test"));
}

#[tokio::test]
async fn address_of_another_user_gets_the_same_page() {
    // Hostile input S16: asks for a code for the address of Budi, and for one that no user has.
    let (service, _) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let mut shown = Vec::new();
    for address in ["budi@demo.test", "nine@demo.test"] {
        let asked = ask(&mut browser, &page, address).await.assert_ok();
        let text = asked.text.replace(address, "");
        let main = between(&text, "<main", "name=\"pending\"");
        let token = between(&text, "name=\"csrf_token\" value=\"", "\"");
        shown.push(main.replace(token, ""));
    }
    let [used, unused] = shown.try_into().expect("two pages");
    assert_eq!(used.split("csrf_token").next(), unused.split("csrf_token").next());
}

#[tokio::test]
async fn flooded_mailbox_gets_no_mail_and_the_page_is_the_same() {
    // Hostile input S26: two users ask for codes for one mailbox until it gets no more.
    let (service, mailbox) = service_with_mailbox().await;
    let mut pages = 0;
    for name in ["alice@demo.test", "budi@demo.test", "alice@demo.test"] {
        let mut browser = Browser::new(&service);
        browser.sign_in_from(&crate::authorize::browser::request(&[]), name).await;
        let page = open(&mut browser, PAGE).await.assert_ok();
        for _ in 0..6 {
            let asked = ask(&mut browser, &page, "victim@mail.test").await;
            pages += usize::from(asked.text.contains("name=\"pending\""));
        }
    }
    assert_eq!(pages, 10, "five requests of each user");
    assert!(mails(&mailbox).await.len() <= 10);
}

#[tokio::test]
async fn address_is_changed_by_administrators_without_mail_or_policy() {
    // Opens the page and posts the form without `[mail]`, and where the tenant does not list
    // `email`.
    let without_mail = service_with_users().await;
    let (without_policy, mailbox) = service_with_mailbox().await;
    let listed = vec![ProfileAttribute::Name];
    without_policy.change_tenant(|tenant| tenant.profile_changes = listed).await;
    for service in [&without_mail, &without_policy] {
        let mut browser = Browser::new(service);
        let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
        assert!(page.text.contains("id=\"by-administrator\""), "{}", page.text);
        let refused = ask(&mut browser, &page, NEW).await;
        assert_eq!(error_number(&refused), 88_000_444);
    }
    assert!(mails(&mailbox).await.is_empty());
}
