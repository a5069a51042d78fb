//! "Forgot password?": the mail, its code and link, and the new password.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

mod code;
mod link;
mod mails;
mod new_password;
mod request;

use std::sync::Arc;

use model::{Store, User};
use outbound::mail::{Email, Mailbox, Mailer};
use service::Settings;
use store::MemoryStore;

use crate::{
    authorize::browser::{
        self, Browser, between, flow_field, form_action, form_path, request, step_field,
    },
    test_service::{ORIGIN, TestResponse, TestService},
};

/// The user whose password is reset.
pub const ALICE_NAME: &str = "alice@demo.test";
/// The new password.
pub const NEW_PASSWORD: &str = "seven purple lanterns drift";

/// Returns a service with users whose mails stay in a mailbox.
pub async fn service_with_mailbox() -> (TestService, Mailbox) {
    service_over(Arc::new(MemoryStore::new())).await
}

/// Returns such a service over a store.
pub async fn service_over(store: Arc<dyn Store>) -> (TestService, Mailbox) {
    let mailbox = Mailbox::default();
    let mail = Some(Mailer::to_mailbox(mailbox.clone()));
    let settings = Settings { mail, ..Settings::new(ORIGIN.to_owned()) };
    let service = TestService::with_settings(store, settings).await;
    browser::add_users(&service).await;
    (service, mailbox)
}

/// Changes Alice without raising her security generation.
async fn change_alice(service: &TestService, with: impl FnOnce(&mut User)) {
    service.change_user(with).await;
}

/// Opens the page that asks for the user name.
pub async fn begin(browser: &mut Browser<'_>) -> TestResponse {
    let page = browser.get(&request(&[])).await;
    let page = browser.press(&page, "action", "forgot").await;
    assert_eq!(form_path(&page), "/demo/reset-password", "{}", page.text);
    page
}

/// Asks for a mail on a page of the reset.
pub async fn ask_on(browser: &mut Browser<'_>, page: &TestResponse, name: &str) -> TestResponse {
    let fields = [
        ("flow", flow_field(page)),
        ("step", step_field(page)),
        ("username", name),
        ("action", "send"),
    ];
    browser.post(&form_action(page), &fields).await
}

/// Asks for a mail. Returns the page that asks for its code.
pub async fn ask(browser: &mut Browser<'_>, name: &str) -> TestResponse {
    let page = begin(browser).await;
    ask_on(browser, &page, name).await
}

/// Returns the mails so far, once everything that was begun is done.
pub async fn mails(mailbox: &Mailbox) -> Vec<Email> {
    // The runtime has one thread, and a mailbox in memory waits for nothing.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    mailbox.emails().into_iter().map(|received| received.email).collect()
}

/// Returns the newest mail.
pub async fn newest(mailbox: &Mailbox) -> Email {
    mails(mailbox).await.into_iter().next().expect("a mail")
}

/// Returns the code of a mail.
pub fn code_of(mail: &Email) -> String {
    between(&mail.text, "\nCode: ", "\n").to_owned()
}

/// Returns the path of the link in a mail.
pub fn link_of(mail: &Email) -> String {
    let start = format!("{ORIGIN}/");
    let link = mail.text.split_whitespace().find(|word| word.starts_with(&start));
    link.expect("a link").trim_start_matches(ORIGIN).to_owned()
}

/// Types a code on the page that asks for it.
pub async fn type_code(browser: &mut Browser<'_>, page: &TestResponse, code: &str) -> TestResponse {
    let fields = [
        ("flow", flow_field(page)),
        ("step", step_field(page)),
        ("code", code),
        ("action", "continue"),
    ];
    browser.post(&form_action(page), &fields).await
}

/// Asks for a mail, and types its code. Returns the page for the new password.
pub async fn prove(browser: &mut Browser<'_>, mailbox: &Mailbox) -> TestResponse {
    let page = ask(browser, ALICE_NAME).await;
    let code = code_of(&newest(mailbox).await);
    let page = type_code(browser, &page, &code).await;
    assert_eq!(form_path(&page), "/demo/new-password", "{}", page.text);
    page
}

/// Chooses a new password on its page.
pub async fn choose(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    [typed, repeated]: [&str; 2],
    end_sessions: bool,
) -> TestResponse {
    let mut fields = vec![
        ("flow", flow_field(page)),
        ("step", step_field(page)),
        ("new_password", typed),
        ("repeated_password", repeated),
        ("action", "continue"),
    ];
    if end_sessions {
        fields.push(("end_sessions", "yes"));
    }
    browser.post(&form_action(page), &fields).await
}

/// Resets Alice's password in a new browser, and signs out everywhere else.
pub async fn reset(service: &TestService, mailbox: &Mailbox) -> TestResponse {
    let mut browser = Browser::new(service);
    let page = prove(&mut browser, mailbox).await;
    choose(&mut browser, &page, [NEW_PASSWORD; 2], true).await
}
