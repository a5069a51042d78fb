//! The link of a mail: in the browser that asked for the mail, and in others.

use model::Timestamp;

use super::{
    ALICE_NAME, NEW_PASSWORD, ask, ask_on, choose, code_of, link_of, newest, service_with_mailbox,
    type_code,
};
use crate::{
    authorize::browser::{
        Browser, between, error_number, flow_field, form_action, form_path, problem_number,
        step_field,
    },
    test_service::{TestResponse, TestService},
};

/// Presses the button on the page of a link.
async fn confirm(browser: &mut Browser<'_>, page: &TestResponse) -> TestResponse {
    let token = between(&page.text, "name=\"link_token\" value=\"", "\"");
    let fields = [
        ("flow", flow_field(page)),
        ("step", step_field(page)),
        ("link_token", token),
        ("action", "continue"),
    ];
    browser.post(&form_action(page), &fields).await
}

#[tokio::test]
async fn link_leads_to_a_new_password_after_a_click() {
    // Opens the link twice in the browser that asked for the mail, as a mail scanner would, presses
    // the button, and sets a password. Then the link is used.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    ask(&mut browser, ALICE_NAME).await;
    let link = link_of(&newest(&mailbox).await);
    browser.get(&link).await.assert_ok();
    let page = browser.get(&link).await.assert_ok();
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
    let page = confirm(&mut browser, &page).await;
    assert_eq!(form_path(&page), "/demo/new-password", "{}", page.text);
    let page = choose(&mut browser, &page, [NEW_PASSWORD; 2], true).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    for mut browser in [browser, Browser::new(&service)] {
        assert_eq!(error_number(&browser.get(&link).await), 88_000_373);
    }
}

#[tokio::test]
async fn link_in_another_browser_shows_the_request_without_a_button() {
    // Hostile input S30: opens the link in a browser without the flow, and posts its token in a
    // flow of that browser. The link still works where the mail was asked for.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::at_address(&service, "198.51.100.7");
    ask(&mut browser, ALICE_NAME).await;
    let link = link_of(&newest(&mailbox).await);
    let mut other = Browser::new(&service);
    let page = other.get(&link).await;
    assert_eq!(problem_number(&page), 88_000_374);
    assert!(page.text.contains("198.51.100.7"), "{}", page.text);
    assert!(page.text.contains("id=\"request-time\""), "{}", page.text);
    assert!(!page.text.contains("confirm-link") && !page.text.contains("link_token"));
    let own = ask(&mut other, "nobody@demo.test").await;
    let token = link.split("mail_token=").nth(1).expect("a token");
    let fields = [
        ("flow", flow_field(&own)),
        ("step", step_field(&own)),
        ("link_token", token),
        ("action", "continue"),
    ];
    let refused = other.post(&form_action(&own), &fields).await;
    assert_eq!(problem_number(&refused), 88_000_374);
    let page = browser.get(&link).await.assert_ok();
    assert_eq!(form_path(&confirm(&mut browser, &page).await), "/demo/new-password");
}

#[tokio::test]
async fn link_of_an_earlier_mail_or_a_changed_one_is_refused() {
    // Opens the link of a mail after a newer one was asked for, one with another letter, and one of
    // eleven minutes ago; then the newest after its code was typed.
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, ALICE_NAME).await;
    let earlier = link_of(&newest(&mailbox).await);
    let page = ask_on(&mut browser, &page, ALICE_NAME).await;
    let mail = newest(&mailbox).await;
    let link = link_of(&mail);
    assert_eq!(error_number(&browser.get(&earlier).await), 88_000_371);
    let changed = format!("{}x", &link[..link.len() - 1]);
    for path in [changed.as_str(), "/demo/reset-link", "/demo/reset-link?mail_token="] {
        assert_eq!(error_number(&browser.get(path).await), 88_000_375, "{path}");
    }
    assert_eq!(error_number(&browser.get(&aged(&service, &link)).await), 88_000_372);
    type_code(&mut browser, &page, &code_of(&mail)).await;
    assert_eq!(error_number(&browser.get(&link).await), 88_000_373);
}

/// Returns the link as one of eleven minutes ago, which needs the keys of the service.
fn aged(service: &TestService, link: &str) -> String {
    let (path, token) = link.split_once("mail_token=").expect("a token");
    let sealer = &service.tenant.sealers.mailed_link;
    let mut payload = sealer.open(token).expect("a link");
    // Flow, challenge and state come first, then the time as a variable-length integer.
    let (before, rest) = payload.split_at(16 + 16 + 32);
    let before = before.to_vec();
    let (at, rest): (Timestamp, &[u8]) = postcard::take_from_bytes(rest).expect("a time");
    let at = Timestamp::from_microseconds(at.microseconds() - 11 * 60_000_000);
    payload = [before, postcard::to_allocvec(&at).expect("a time"), rest.to_vec()].concat();
    format!("{path}mail_token={}", sealer.seal(&payload).expect("sealed"))
}
