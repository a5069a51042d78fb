//! The consent page and its form.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use http::StatusCode;

use super::browser::{
    Browser, PASSWORD, between, form_path, location, parameter, redirected_error_number, request,
    service_with_users, step_field, unescaped,
};
use crate::test_service::{BILLING, SECRET, TestService};

async fn service_that_asks_for_consent() -> TestService {
    let service = service_with_users().await;
    service.change_client("web", |client| client.admin_consent = false).await;
    service
}

#[tokio::test]
async fn a_granted_consent_is_not_asked_for_again() {
    // Signs in, accepts the page that names app and scopes; the next request needs no page.
    let service = service_that_asks_for_consent().await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    assert_eq!((page.status, form_path(&page).as_str()), (StatusCode::OK, "/demo/consent"));
    for text in ["The web app", "alice@demo.test", "May read", "The API api://orders", "web.test"] {
        assert!(unescaped(&page).contains(text), "{text}: {}", page.text);
    }
    let response = browser.press(&page, "action", "accept").await;
    assert!(parameter(&response, "code").is_some());
    let again = browser.get(&request(&[("prompt", "none")])).await;
    assert!(parameter(&again, "code").is_some());
}

#[tokio::test]
async fn the_consent_page_lists_only_new_scopes() {
    // After consent to read, the page asks for write only; then both scopes are granted.
    let service = service_that_asks_for_consent().await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    browser.press(&page, "action", "accept").await;
    let page = browser.get(&request(&[("scope", "openid read write")])).await;
    assert!(page.text.contains("May write") && !page.text.contains("May read"), "{}", page.text);
    browser.press(&page, "action", "accept").await;
    let both = request(&[("scope", "openid profile read write"), ("prompt", "none")]);
    assert!(parameter(&browser.get(&both).await, "code").is_some());
}

#[tokio::test]
async fn a_refused_consent_returns_access_denied_and_stores_nothing() {
    // Presses Cancel: access_denied with the subcode. A prompt=none request still lacks consent.
    let service = service_that_asks_for_consent().await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let response = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&response, "error_subcode").as_deref(), Some("cancel"));
    assert_eq!(redirected_error_number(&response), 65_004);
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&silent, "error").as_deref(), Some("consent_required"));
    assert_eq!(redirected_error_number(&silent), 65_001);
}

#[tokio::test]
async fn a_consent_form_is_accepted_once() {
    // S1: posts the same form after the response, with accept and with cancel: each leads to the
    // page of a finished sign-in, and the client gets nothing.
    let service = service_that_asks_for_consent().await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    browser.press(&page, "action", "accept").await;
    for pressed in ["accept", "cancel"] {
        let again = browser.press(&page, "action", pressed).await;
        assert!(again.text.contains("id=\"go-on\""), "{}", again.text);
    }
}

#[tokio::test]
async fn consent_is_given_to_exactly_what_the_page_showed() {
    // Changes the requested scope between page and form by a second tab of the flow: the form of
    // the first page is one of another step, and stores nothing.
    let service = service_that_asks_for_consent().await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let cookies = browser.cookies.clone();
    browser.press(&page, "action", "accept").await;
    browser.cookies = cookies;
    let more = browser.get(&request(&[("scope", "openid profile read write")])).await;
    assert!(more.text.contains("May write"), "{}", more.text);
    let forged = more.text.replace(step_field(&more), step_field(&page));
    let forged = crate::test_service::TestResponse { text: forged, ..more };
    let again = browser.press(&forged, "action", "accept").await;
    assert!(again.text.contains("May write"), "{}", again.text);
}

#[tokio::test]
async fn prompt_consent_shows_the_page_despite_admin_consent() {
    // With admin consent for everything, prompt=consent shows the page once.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[("prompt", "consent")]), "alice@demo.test").await;
    assert_eq!(form_path(&page), "/demo/consent");
    assert!(parameter(&browser.press(&page, "action", "accept").await, "code").is_some());
}

#[tokio::test]
async fn a_scope_that_needs_admin_consent_is_refused() {
    // The scope manage is for administrators: no page asks for it, and the client gets
    // consent_required.
    let service = service_that_asks_for_consent().await;
    service
        .change_client("web", |client| client.permissions[0].scopes.push("manage".to_owned()))
        .await;
    let mut browser = Browser::new(&service);
    let response =
        browser.sign_in_from(&request(&[("scope", "openid manage")]), "alice@demo.test").await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("consent_required"));
    assert_eq!(redirected_error_number(&response), 90_094);
}

#[tokio::test]
async fn consent_for_one_resource_does_not_cover_another() {
    // Grants read at one resource, then requests the scope of the same name at another.
    let service = service_that_asks_for_consent().await;
    service
        .change_client("web", |client| {
            let permission = client.permissions[0].clone();
            client
                .permissions
                .push(model::Permission { resource: BILLING.to_owned(), ..permission });
        })
        .await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    browser.press(&page, "action", "accept").await;
    let other = [("scope", "openid profile api://billing/read")];
    let page = browser.get(&request(&other)).await;
    assert!(unescaped(&page).contains("The API api://billing"), "{}", page.text);
}

#[tokio::test]
async fn a_user_disabled_before_the_consent_form_grants_nothing() {
    // Disables the user between page and form: the sign-in page is shown, and no code is issued.
    let service = service_that_asks_for_consent().await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    service.change_user(|user| user.enabled = false).await;
    let response = browser.press(&page, "action", "accept").await;
    assert!(response.text.contains("id=\"password\""), "{}", response.text);
    service.change_user(|user| user.enabled = true).await;
    let page = browser.sign_in(&response, "budi@demo.test", PASSWORD).await;
    let page = browser.press(&page, "stay_signed_in", "no").await;
    assert_eq!(form_path(&page), "/demo/consent");
    assert!(location(&browser.press(&page, "action", "accept").await).contains("code="));
}

#[tokio::test]
async fn an_unknown_scope_is_neither_asked_for_nor_granted() {
    // Signs in with scopes of other platforms. The consent page does not name them, and neither
    // code nor refresh token grants them, also when the client repeats them.
    let service = service_that_asks_for_consent().await;
    let mut browser = Browser::new(&service);
    let asked = "openid groups offline_access User.Read read";
    let page = browser.sign_in_from(&request(&[("scope", asked)]), "alice@demo.test").await;
    let shown = between(&page.text, "class=\"requested-scopes\"", "</ul>");
    assert!(!shown.contains("groups") && shown.contains("May read"), "{}", page.text);
    let response = browser.press(&page, "action", "accept").await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let granted = "read openid offline_access";
    assert_eq!(tokens.member("scope"), granted);
    let refresh = |scope| {
        let web =
            [("grant_type", "refresh_token"), ("client_id", "web"), ("client_secret", SECRET)];
        [&web[..], &[("refresh_token", tokens.member("refresh_token")), ("scope", scope)]].concat()
    };
    assert_eq!(service.token(&refresh(asked)).await.assert_ok().member("scope"), granted);
    let only_unknown = service.token(&refresh("groups")).await;
    only_unknown.assert_refused(400, "invalid_scope", 88_000_067);
}

#[tokio::test]
async fn claims_without_their_scope_are_asked_for_one_by_one() {
    // Requests a claim by name: the page asks for it alone. The consent does not include its scope,
    // and a prompt=none request for another claim of that scope lacks consent.
    let service = service_that_asks_for_consent().await;
    let mut browser = Browser::new(&service);
    let with = |claims: &'static str| [("scope", "openid"), ("claims", claims), ("prompt", "")];
    let birthdate = r#"{"userinfo":{"birthdate":null}}"#;
    let page = browser.sign_in_from(&request(&with(birthdate)), "alice@demo.test").await;
    assert!(page.text.contains("See your date of birth"), "{}", page.text);
    assert!(!page.text.contains("See your name"), "{}", page.text);
    let response = browser.press(&page, "action", "accept").await;
    let code = parameter(&response, "code").expect("a code");
    assert_eq!(service.token(&service.redeem(&code)).await.assert_ok().member("scope"), "openid");
    let again = browser.get(&request(&with(birthdate))).await;
    assert!(parameter(&again, "code").is_some(), "asked again");
    for (name, value) in [("claims", r#"{"userinfo":{"name":null}}"#), ("scope", "openid profile")]
    {
        let silent = [("scope", "openid"), ("prompt", "none"), (name, value)];
        let silent = browser.get(&request(&silent)).await;
        assert_eq!(parameter(&silent, "error").as_deref(), Some("consent_required"), "{value}");
    }
}

#[tokio::test]
async fn an_ignored_scope_never_widens_a_request() {
    // Names a resource and a misspelled scope. Without the scope, every permitted scope is granted;
    // with it, none of the resource.
    let service = service_with_users().await;
    for (scope, granted) in
        [("openid", "api://orders/read api://orders/write openid"), ("openid raed", "openid")]
    {
        let mut browser = Browser::new(&service);
        let request = request(&[("scope", scope), ("resource", "api://orders")]);
        let response = browser.sign_in_from(&request, "alice@demo.test").await;
        let code = parameter(&response, "code").expect("a code");
        let tokens = service.token(&service.redeem(&code)).await.assert_ok();
        assert_eq!(tokens.member("scope"), granted, "{scope}");
    }
}
