//! Users who expire: from that time on they are refused like disabled ones.

use model::{Seconds, User};

use super::browser::{
    Browser, PASSWORD, parameter, problem_number, redirected_error_number, request,
    service_with_users,
};
use crate::test_service::{SECRET, TestService};

const ALICE_NAME: &str = "alice@demo.test";
const EXPIRED: u64 = 88_000_410;

/// Lets Alice expire a number of seconds after now.
async fn expire(service: &TestService, seconds: i64) {
    let at = service::now() + Seconds::new(seconds);
    service.change_user(|user| user.expires = Some(at)).await;
}

#[tokio::test]
async fn expired_user_is_refused_with_the_time_after_the_right_password() {
    // Signs in before and after the expiry, with the right password and a wrong one.
    let service = service_with_users().await;
    expire(&service, 60).await;
    let before = Browser::new(&service).sign_in_from(&request(&[]), ALICE_NAME).await;
    assert!(parameter(&before, "code").is_some());
    expire(&service, -60).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let page = browser.sign_in(&page, ALICE_NAME, "wrong").await;
    assert_eq!(problem_number(&page), 50_126);
    let page = browser.sign_in(&page, ALICE_NAME, PASSWORD).await;
    assert_eq!(u64::from(problem_number(&page)), EXPIRED);
    let expires = user(&service).await.expires.expect("a time");
    assert!(page.text.contains(&model::format_utc(expires)), "{}", page.text);
}

#[tokio::test]
async fn sessions_and_refresh_tokens_are_refused_once_their_user_has_expired() {
    // Signs in, then lets the user expire: a silent request, a refresh and UserInfo are refused.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let offline = [("scope", "openid offline_access")];
    let response = browser.sign_in_from(&request(&offline), ALICE_NAME).await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let silent = request(&[("prompt", "none")]);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    expire(&service, 60).await;
    assert!(parameter(&browser.get(&silent).await, "code").is_some());
    service.token(&refresh).await.assert_ok();
    expire(&service, 0).await;
    assert_eq!(redirected_error_number(&browser.get(&silent).await), 50_058);
    service.token(&refresh).await.assert_refused(400, "invalid_grant", EXPIRED);
    let introspect = [
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("token", tokens.member("refresh_token")),
    ];
    let inactive = service.post("oauth2/v2.0/introspect", &introspect).await;
    assert_eq!(inactive.json["active"], false, "{}", inactive.text);
}

async fn user(service: &TestService) -> User {
    let tenant = model::TenantId::new(crate::test_service::TENANT);
    let user = service.state.store.user_named(tenant, ALICE_NAME).await.expect("a store");
    User::clone(&user.expect("a user"))
}
