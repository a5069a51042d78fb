//! Passkeys: adding one on the account pages, and signing in with it alone or after the password.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use http::StatusCode;
use model::{SecondFactor, TenantId, UserId};

use super::{
    browser::{
        BUDI, Browser, PASSWORD, between, flow_field, form_action, form_path, parameter,
        problem_number, redirected_error_number, request, service_with_users, step_field,
    },
    passkey_device::{Device, options},
    second_factor::ESSENTIAL,
};
use crate::{
    account::{ADD_PASSKEY, OVERVIEW, open, open_signed_out, submit},
    test_service::{ALICE, TENANT, TestResponse, TestService},
};

/// A request that only a passkey satisfies.
pub const ESSENTIAL_PASSKEY: &str = r#"{"id_token":{"acr":{"essential":true,"value":"phr"}}}"#;

/// Adds a passkey of a new device to Alice's account.
async fn add_passkey(service: &TestService) -> Device {
    let mut device = Device::new();
    let mut browser = Browser::new(service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    let response = device.create(&options(&page));
    let shown = post_new(&mut browser, &page, &response).await;
    assert_eq!(shown.text.matches("<li><code>").count(), 10, "{}", shown.text);
    device
}

/// Posts the response of a device that has created a passkey.
pub async fn post_new(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    response: &str,
) -> TestResponse {
    let sealed = between(&page.text, "name=\"sealed_challenge\" value=\"", "\"").to_owned();
    let fields = [("sealed_challenge", sealed.as_str()), ("passkey", response), ("name", "Phone")];
    submit(browser, page, (ADD_PASSKEY, &fields)).await
}

/// Posts the response of a device, as the script of the page does.
pub async fn give(browser: &mut Browser<'_>, page: &TestResponse, response: &str) -> TestResponse {
    let action = between(&page.text, "id=\"passkey-form\" method=\"post\" action=\"", "\"");
    let action = action.replace("&#x2f;", "/").replace("&amp;", "&").replace("&#x3d;", "=");
    let fields = [("flow", flow_field(page)), ("step", step_field(page)), ("passkey", response)];
    browser.post(&action, &fields).await
}

/// Declines to stay signed in, and returns the claims of the ID token.
async fn claims(
    service: &TestService,
    browser: &mut Browser<'_>,
    page: &TestResponse,
) -> serde_json::Value {
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    let response = browser.press(page, "stay_signed_in", "no").await;
    let code = parameter(&response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.claims("id_token")
}

#[tokio::test]
async fn passkey_signs_in_without_name_and_password_and_resists_phishing() {
    // Adds a passkey, signs in with it, and requests what only a passkey satisfies.
    let service = service_with_users().await;
    let mut device = add_passkey(&service).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    assert_eq!(options(&page)["allowCredentials"], serde_json::json!([]));
    let shown = give(&mut browser, &page, &device.get(&options(&page))).await;
    let token = claims(&service, &mut browser, &shown).await;
    assert_eq!((&token["acr"], &token["oid"]), (&"phr".into(), &ALICE.to_string().into()));
    assert_eq!(token["amr"], serde_json::json!(["swk", "user", "mfa"]));
    let silent = browser.get(&request(&[("claims", ESSENTIAL), ("prompt", "none")])).await;
    assert!(parameter(&silent, "code").is_some(), "a passkey is two factors");
}

#[tokio::test]
async fn passkey_is_the_second_factor_after_a_password() {
    // The user has a passkey and no app: the password leads to a page that asks for the passkey.
    let service = service_with_users().await;
    let mut device = add_passkey(&service).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(form_path(&page), "/demo/passkey", "{}", page.text);
    assert_eq!(options(&page)["allowCredentials"].as_array().map(Vec::len), Some(1));
    assert!(browser.cookie("__Host-session").is_none());
    let shown = give(&mut browser, &page, &device.get(&options(&page))).await;
    let token = claims(&service, &mut browser, &shown).await;
    assert_eq!(token["amr"], serde_json::json!(["pwd", "swk", "user", "mfa"]));
}

#[tokio::test]
async fn client_that_requires_a_passkey_gets_no_other_factors() {
    // Requests `phr` for a user without a passkey, and for one with a passkey and the password,
    // whose recovery code is refused.
    let service = service_with_users().await;
    let phishing_resistant = ("claims", ESSENTIAL_PASSKEY);
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[phishing_resistant])).await;
    let refused = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(redirected_error_number(&refused), 88_000_334);
    let mut device = add_passkey(&service).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[phishing_resistant])).await;
    let page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(!page.text.contains("recovery-form") && !page.text.contains("id=\"code\""));
    let path = form_action(&page).replace("/passkey?", "/second-factor?");
    let (flow, step) = (flow_field(&page), step_field(&page));
    let fields = [("flow", flow), ("step", step), ("recovery_code", "0000-0000-0000-0000")];
    let shown = browser.post(&path, &fields).await;
    assert_eq!(form_path(&shown), "/demo/passkey");
    let shown = give(&mut browser, &page, &device.get(&options(&page))).await;
    assert_eq!(claims(&service, &mut browser, &shown).await["acr"], "phr");
}

#[tokio::test]
async fn response_of_a_passkey_that_differs_in_one_thing_is_refused() {
    // Hostile input S14: one row per difference, with the number of its refusal.
    type Change = fn(&mut Device);
    let service = service_with_users().await;
    let mut device = add_passkey(&service).await;
    let rows: [(Change, u32); 8] = [
        (|device| device.origin = "https://evil.test".to_owned(), 88_000_340),
        (|device| device.relying_party = "evil.test".to_owned(), 88_000_340),
        (|device| device.cross_origin = true, 88_000_341),
        (|device| device.user_handle[0] ^= 1, 88_000_342),
        (|device| device.user_handle[16] ^= 1, 135_010),
        (|device| device.id.push(0), 135_010),
        (|device| device.flags &= !0b100, 88_000_344),
        (|device| device.flags &= !1, 88_000_344),
    ];
    for (change, number) in rows {
        let (handle, id, flags) = (device.user_handle.clone(), device.id.clone(), device.flags);
        change(&mut device);
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        let refused = give(&mut browser, &page, &device.get(&options(&page))).await;
        assert_eq!(problem_number(&refused), number);
        assert!(browser.cookie("__Host-session").is_none());
        (device.user_handle, device.id, device.flags) = (handle, id, flags);
        device.origin = crate::test_service::ORIGIN.to_owned();
        device.relying_party = "id.test".to_owned();
        device.cross_origin = false;
    }
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let shown = give(&mut browser, &page, &device.get(&options(&page))).await;
    assert!(shown.text.contains("stay-yes"), "{}", shown.text);
}

#[tokio::test]
async fn challenge_of_a_passkey_is_answered_once_and_in_its_own_browser() {
    // Hostile input S14: sends one response in another browser, twice at once, and again with the
    // cookie of before.
    let service = service_with_users().await;
    let mut device = add_passkey(&service).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let response = device.get(&options(&page));
    let mut other = Browser::new(&service);
    let other_page = other.get(&request(&[])).await;
    let refused = give(&mut other, &other_page, &response).await;
    assert_eq!(problem_number(&refused), 88_000_343);
    let mut copy = browser.copy();
    let (one, two) =
        tokio::join!(give(&mut browser, &page, &response), give(&mut copy, &page, &response),);
    let opened = [&one, &two].into_iter().filter(|page| page.text.contains("stay-yes")).count();
    assert_eq!(opened, 1, "{} {}", one.text, two.text);
}

#[tokio::test]
async fn counter_of_a_passkey_must_increase_once_it_is_used() {
    // Hostile input S14: uses a counter of 5, then 5 again, 4, 0 and 6.
    let service = service_with_users().await;
    let mut device = add_passkey(&service).await;
    for (counter, accepted) in [(5, true), (5, false), (4, false), (0, false), (6, true)] {
        device.counter = counter;
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        let shown = give(&mut browser, &page, &device.get(&options(&page))).await;
        if accepted {
            assert!(shown.text.contains("stay-yes"), "{counter}: {}", shown.text);
        } else {
            assert_eq!(problem_number(&shown), 88_000_345, "{counter}");
        }
    }
}

#[tokio::test]
async fn passkey_of_a_disabled_user_and_of_a_tenant_without_passkeys_is_refused() {
    // Disables the user, enables them again, and switches passkeys off.
    let service = service_with_users().await;
    let mut device = add_passkey(&service).await;
    service.change_user(|user| user.enabled = false).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let refused = give(&mut browser, &page, &device.get(&options(&page))).await;
    assert_eq!(problem_number(&refused), 50_057);
    service.change_user(|user| user.enabled = true).await;
    let page = browser.get(&request(&[])).await;
    let response = device.get(&options(&page));
    service.change_tenant(|tenant| tenant.passkeys = false).await;
    let refused = give(&mut browser, &page, &response).await;
    assert_ne!(refused.status, StatusCode::OK);
    let page = Browser::new(&service).get(&request(&[])).await;
    assert!(!page.text.contains("passkey-form"), "{}", page.text);
}

#[tokio::test]
async fn registration_is_accepted_once_and_for_the_session_of_its_page() {
    // Hostile input S14: posts a response without its challenge, for another challenge, and again.
    let service = service_with_users().await;
    let mut device = Device::new();
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    let other_page = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    let response = device.create(&options(&page));
    let refused = post_new(&mut browser, &other_page, &response).await;
    assert_eq!(problem_number(&refused), 88_000_343);
    let without = submit(&mut browser, &page, (ADD_PASSKEY, &[("passkey", &response)])).await;
    assert_eq!(problem_number(&without), 165_000);
    assert_eq!(stored(&service, ALICE).await, 0);
    post_new(&mut browser, &page, &response).await;
    assert_eq!(stored(&service, ALICE).await, 1);
    assert_eq!(stored(&service, BUDI).await, 0);
}

/// Returns the number of a user's passkeys.
async fn stored(service: &TestService, user: uuid::Uuid) -> usize {
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(user));
    let row = service.state.store.authenticators(tenant, user).await.expect("a store");
    row.map_or(0, |row| row.passkeys.len())
}

#[tokio::test]
async fn sign_in_page_allows_the_script_of_passkeys_only_where_it_is_used() {
    // Reads the policy of the sign-in page with and without passkeys, and of the consent page.
    let service = service_with_users().await;
    let policy = |page: &TestResponse| page.header("content-security-policy").to_owned();
    let page = Browser::new(&service).get(&request(&[])).await;
    assert!(policy(&page).contains("script-src 'self'"));
    service.change_tenant(|tenant| tenant.passkeys = false).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    assert!(!policy(&page).contains("script-src"));
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Never).await;
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(!policy(&stay).contains("script-src"));
}
