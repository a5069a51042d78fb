//! Sign-up with a proven address, invitations, and the terms of use.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

mod invitation;
mod open;
mod policy;
mod terms;

use std::sync::Arc;

use model::{DirectoryChange, Invitation, SignUp, SignUpMode, TenantId, User, UserId};
use outbound::mail::Mailbox;
use uuid::Uuid;

use crate::{
    authorize::browser::{Browser, flow_field, form_action, form_path, request, step_field},
    password_reset::{self, code_of, newest, type_code},
    test_service::{TENANT, TestResponse, TestService},
};

/// The address of a new user.
pub const NEW_ADDRESS: &str = "rina@new.test";
/// The password of a new user.
pub const NEW_PASSWORD: &str = "seven purple lanterns drift";

/// Returns a service where people sign up, with a mailbox.
pub async fn open_service() -> (TestService, Mailbox) {
    let (service, mailbox) = password_reset::service_with_mailbox().await;
    open(&service).await;
    (service, mailbox)
}

/// Lets users sign up.
pub async fn open(service: &TestService) {
    open_with(service, |_| {}).await;
}

/// Lets users sign up, by a policy with these changes.
pub async fn open_with(service: &TestService, with: impl FnOnce(&mut SignUp)) {
    let mut sign_up = SignUp { mode: SignUpMode::Open, ..SignUp::default() };
    with(&mut sign_up);
    service.change_tenant(|tenant| *tenant.sign_up = sign_up).await;
}

/// Opens the page that asks for an address.
pub async fn begin(browser: &mut Browser<'_>) -> TestResponse {
    let page = browser.get(&request(&[("prompt", "create")])).await;
    assert_eq!(form_path(&page), "/demo/sign-up", "{}", page.text);
    page
}

/// Types an address on its page.
pub async fn ask_on(browser: &mut Browser<'_>, page: &TestResponse, address: &str) -> TestResponse {
    let fields = [
        ("flow", flow_field(page)),
        ("step", step_field(page)),
        ("email", address),
        ("action", "send"),
    ];
    browser.post(&form_action(page), &fields).await
}

/// Asks for a mail. Returns the page that asks for its code.
pub async fn ask(browser: &mut Browser<'_>, address: &str) -> TestResponse {
    let page = begin(browser).await;
    ask_on(browser, &page, address).await
}

/// Asks for a mail, and types its code. Returns the page that completes the account.
pub async fn prove(browser: &mut Browser<'_>, mailbox: &Mailbox, address: &str) -> TestResponse {
    let page = ask(browser, address).await;
    let code = code_of(&newest(mailbox).await);
    let page = type_code(browser, &page, &code).await;
    assert_eq!(form_path(&page), "/demo/create-account", "{}", page.text);
    page
}

/// Completes an account on its page. `with` adds or replaces fields.
pub async fn complete(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    with: &[(&str, &str)],
) -> TestResponse {
    let mut fields = vec![
        ("flow", flow_field(page)),
        ("step", step_field(page)),
        ("name", "Rina"),
        ("new_password", NEW_PASSWORD),
        ("repeated_password", NEW_PASSWORD),
        ("action", "continue"),
    ];
    for (name, value) in with {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    browser.post(&form_action(page), &fields).await
}

/// Returns the user with a name.
pub async fn user_named(service: &TestService, name: &str) -> Option<Arc<User>> {
    service.state.store.user_named(TenantId::new(TENANT), name).await.expect("a store")
}

/// Invites a user. Returns the path of the link.
pub async fn invite(service: &TestService, with: impl FnOnce(&mut Invitation)) -> String {
    let (tenant, id) = (TenantId::new(TENANT), UserId::new(Uuid::from_u128(77)));
    let (token, digest) = service::invitations::token(id, [7; 16]);
    let expires_at = service.state.now() + model::Seconds::days(7);
    let mut invitation = Invitation { digest, expires_at, app: None };
    with(&mut invitation);
    let user = User {
        email: Some(NEW_ADDRESS.to_owned()),
        invitation: Some(Box::new(invitation)),
        ..User::new(tenant, id, NEW_ADDRESS)
    };
    service.apply(DirectoryChange::PutUser(user)).await;
    service::invitations::url("", "demo", &token)
}

/// Presses the button on the page of an invitation. Returns the page that completes the account.
pub async fn accept(browser: &mut Browser<'_>, page: &TestResponse) -> TestResponse {
    let token =
        crate::authorize::browser::between(&page.text, "name=\"mail_token\" value=\"", "\"");
    browser.post("/demo/invitation", &[("mail_token", token)]).await
}
