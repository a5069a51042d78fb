//! The terms of use of users who have an account already.

use model::Terms;

use super::{open_service, user_named};
use crate::{
    authorize::browser::{
        Browser, PASSWORD, flow_field, form_action, form_path, problem_number,
        redirected_error_number, request, step_field,
    },
    password_reset::ALICE_NAME,
    test_service::{TestResponse, TestService},
};

async fn declare(service: &TestService, version: &str) {
    let terms = Terms { version: version.to_owned(), url: "https://demo.test/terms".to_owned() };
    service.change_tenant(|tenant| tenant.sign_up.terms = Some(terms)).await;
}

/// Signs Alice in. Returns the page after the question whether to stay signed in.
async fn sign_in(browser: &mut Browser<'_>) -> TestResponse {
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, ALICE_NAME, PASSWORD).await
}

#[tokio::test]
async fn each_version_of_the_terms_is_accepted_once() {
    // Signs in with terms, without checking the box and with it; again; and after a new version.
    let (service, _) = open_service().await;
    declare(&service, "1").await;
    let mut browser = Browser::new(&service);
    let page = sign_in(&mut browser).await;
    assert_eq!(form_path(&page), "/demo/terms", "{}", page.text);
    let refused = browser.press(&page, "action", "continue").await;
    assert_eq!(problem_number(&refused), 88_000_456);
    let fields = |page: &TestResponse| {
        [
            ("flow", flow_field(page).to_owned()),
            ("step", step_field(page).to_owned()),
            ("terms", "1".to_owned()),
        ]
    };
    let fields = fields(&refused);
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let page = browser.post(&form_action(&refused), &fields).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    let user = user_named(&service, ALICE_NAME).await.expect("a user");
    assert_eq!(user.accepted_terms.as_ref().map(|terms| terms.version.as_str()), Some("1"));
    let page = sign_in(&mut Browser::new(&service)).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    declare(&service, "2").await;
    let page = browser.get(&request(&[])).await;
    assert_eq!(form_path(&page), "/demo/terms", "{}", page.text);
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&silent), 88_000_465);
    let declined = browser.press(&page, "action", "cancel").await;
    assert_eq!(redirected_error_number(&declined), 88_000_094);
}
