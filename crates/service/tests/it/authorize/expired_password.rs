//! Passwords that must be replaced at the sign-in: expired ones, and temporary ones.

use model::{DirectoryChange, SecondFactor, Seconds, TenantId, UserId};

use super::{
    authenticator::App,
    browser::{
        Browser, PASSWORD, form_action, form_path, parameter, problem_number, request,
        service_with_users,
    },
    second_factor::give,
};
use crate::{
    account::silent_result,
    password_reset::{NEW_PASSWORD, choose},
    test_service::{ALICE, TENANT, TestResponse, TestService},
};

const ALICE_NAME: &str = "alice@demo.test";

/// Lets passwords of the tenant expire after some days, and Alice's be of this age.
async fn expire(service: &TestService, lifetime_days: i64, age_days: i64) {
    let lifetime = Seconds::days(lifetime_days);
    service.change_tenant(|tenant| tenant.password_lifetime = Some(lifetime)).await;
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let stored = service.state.store.password(tenant, user).await.expect("a store");
    let mut password = stored.expect("a password");
    password.set_at = service.state.now() - Seconds::days(age_days);
    service.apply(DirectoryChange::PutPassword { tenant, user, password }).await;
}

/// Gives Alice's password on the sign-in page.
async fn sign_in(browser: &mut Browser<'_>, password: &str) -> TestResponse {
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, ALICE_NAME, password).await
}

/// Gives a password that must be replaced, on the service of the rows of every number.
pub async fn refused(service: &TestService, is_temporary: bool) -> (TestResponse, TestResponse) {
    if is_temporary {
        service.change_user(|user| user.must_change_password = true).await;
    } else {
        expire(service, 365, 366).await;
    }
    let mut browser = Browser::new(service);
    let page = sign_in(&mut browser, PASSWORD).await;
    let same = choose(&mut browser, &page, [PASSWORD; 2], false).await;
    service.change_user(|user| user.must_change_password = false).await;
    service.change_tenant(|tenant| tenant.password_lifetime = None).await;
    (page, same)
}

#[tokio::test]
async fn expired_password_is_replaced_before_the_sign_in_goes_on() {
    // Signs in with a password at its lifetime and beyond it, and sets another one.
    let service = service_with_users().await;
    expire(&service, 365, 364).await;
    let page = sign_in(&mut Browser::new(&service), PASSWORD).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    expire(&service, 365, 366).await;
    let mut browser = Browser::new(&service);
    let page = sign_in(&mut browser, PASSWORD).await;
    assert_eq!((problem_number(&page), form_path(&page).as_str()), (50_055, "/demo/new-password"));
    assert!(browser.cookie("__Host-session").is_none(), "no session is opened before");
    let same = choose(&mut browser, &page, [PASSWORD; 2], false).await;
    assert_eq!(problem_number(&same), 88_000_486);
    let short = choose(&mut browser, &page, ["short"; 2], false).await;
    assert_eq!(problem_number(&short), 88_000_360);
    let stay = choose(&mut browser, &page, [NEW_PASSWORD; 2], false).await;
    let response = browser.press(&stay, "stay_signed_in", "no").await;
    assert!(parameter(&response, "code").is_some(), "{}", response.text);
    let old = sign_in(&mut Browser::new(&service), PASSWORD).await;
    assert_eq!(problem_number(&old), 50_126);
    let new = sign_in(&mut Browser::new(&service), NEW_PASSWORD).await;
    assert!(new.text.contains("stay-yes"), "{}", new.text);
}

#[tokio::test]
async fn wrong_password_does_not_reveal_that_the_right_one_expired() {
    // Gives a wrong password of a user whose password has expired.
    let service = service_with_users().await;
    expire(&service, 365, 366).await;
    let page = sign_in(&mut Browser::new(&service), "a wrong password").await;
    assert_eq!((problem_number(&page), form_path(&page).as_str()), (50_126, "/demo/sign-in"));
}

#[tokio::test]
async fn session_goes_on_when_the_password_expires() {
    // Signs in, lets the password expire, and requests a code silently.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), ALICE_NAME).await;
    expire(&service, 1, 2).await;
    assert_eq!(silent_result(&mut browser).await, "code");
}

#[tokio::test]
async fn temporary_password_is_replaced_once_also_without_resets_by_mail() {
    // Signs in with a temporary password, sets another one, and signs in with it.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.password_reset = model::PasswordReset::Off).await;
    service.change_user(|user| user.must_change_password = true).await;
    let mut browser = Browser::new(&service);
    let page = sign_in(&mut browser, PASSWORD).await;
    assert_eq!((problem_number(&page), form_path(&page).as_str()), (50_137, "/demo/new-password"));
    let reloaded = browser.get(&browser.at.clone()).await;
    assert_eq!(form_path(&reloaded), "/demo/new-password");
    choose(&mut browser, &page, [NEW_PASSWORD; 2], false).await;
    let stay = sign_in(&mut Browser::new(&service), NEW_PASSWORD).await;
    assert!(stay.text.contains("stay-yes"), "{}", stay.text);
}

#[tokio::test]
async fn page_of_an_expired_password_cannot_be_left_out() {
    // Posts forms of other steps in the flow of a user who has to replace the password.
    let service = service_with_users().await;
    expire(&service, 365, 366).await;
    let mut browser = Browser::new(&service);
    let page = sign_in(&mut browser, PASSWORD).await;
    for path in ["/stay-signed-in?", "/sign-in?", "/consent?", "/second-factor?"] {
        let action = form_action(&page).replace("/new-password?", path);
        let fields = [
            ("flow", super::browser::flow_field(&page)),
            ("step", super::browser::step_field(&page)),
            ("action", "continue"),
        ];
        let shown = browser.post(&action, &fields).await;
        assert_eq!(form_path(&shown), "/demo/new-password", "{path}");
        assert!(browser.cookie("__Host-session").is_none(), "{path}");
    }
}

#[tokio::test]
async fn replaced_password_does_not_skip_the_second_factor() {
    // Sets an app up, lets the password expire, and replaces it in the same browser.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Always).await;
    let mut browser = Browser::new(&service);
    let page = sign_in(&mut browser, PASSWORD).await;
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    give(&mut browser, &page, ("code", &app.code())).await;
    expire(&service, 365, 366).await;
    browser.cookies.retain(|name, _| !name.starts_with("__Host-session"));
    let page = sign_in(&mut browser, PASSWORD).await;
    let page = choose(&mut browser, &page, [NEW_PASSWORD; 2], false).await;
    assert_eq!(form_path(&page), "/demo/second-factor", "{}", page.text);
    assert!(browser.cookie("__Host-session").is_none());
}
