//! Access to the administration pages: who has it, and until when.

use http::Request;
use jose::seal::Purpose;
use model::{Change, Seconds};
use store::MemoryStore;

use super::{ADMINISTRATOR, redirect_path, service_with_admin, sign_in_to_admin, signed_in_admin};
use crate::{
    authorize::browser::{Browser, between, error_number, location, unescaped},
    test_service::{TestResponse, TestService, encode},
};

/// Returns whether the response redirects to the sign-in.
fn is_sent_to_sign_in(response: &TestResponse) -> bool {
    response.status.as_u16() == 303 && response.header("location").contains("/authorize?")
}

#[tokio::test]
async fn a_user_without_administrator_rights_gets_403_on_admin_pages() {
    // Signs in Budi, who is no administrator: each page is 403 with a number and has no content.
    let service = service_with_admin().await;
    let mut browser = Browser::new(&service);
    sign_in_to_admin(&mut browser, "budi@demo.test").await;
    for page in ["/admin/requests", "/admin/refusals"] {
        let response = browser.get(page).await;
        assert_eq!(
            (response.status.as_u16(), error_number(&response)),
            (403, 88_000_220),
            "{page}"
        );
        assert!(unescaped(&response).contains("/admin?tenant=demo"), "{}", response.text);
        assert!(!response.text.contains("section-requests"), "{}", response.text);
    }
    let other = browser.get("/admin?tenant=demo&other=1").await;
    let page = browser.get(location(&other)).await;
    assert!(page.text.contains("id=\"other-account\""), "{}", page.text);
}

#[tokio::test]
async fn losing_administrator_rights_closes_the_admin_pages_at_once() {
    // Makes one change at a time to a signed-in administrator, and takes it back.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    browser.get("/admin/requests").await.assert_ok();

    service.change_user(|alice| alice.administrator = false).await;
    assert_eq!(error_number(&browser.get("/admin/requests").await), 88_000_220);
    service.change_user(|alice| alice.administrator = true).await;
    browser.get("/admin/requests").await.assert_ok();

    service.change_user(|alice| alice.enabled = false).await;
    assert!(is_sent_to_sign_in(&browser.get("/admin/requests").await));
    service.change_user(|alice| alice.enabled = true).await;

    let later = service::now() + Seconds::new(1);
    service.change_user(|alice| alice.tokens_not_before = later).await;
    assert!(is_sent_to_sign_in(&browser.get("/admin/requests").await));
    service.change_user(|alice| alice.tokens_not_before = model::Timestamp::default()).await;
    browser.get("/admin/requests").await.assert_ok();

    service.change_tenant(|tenant| tenant.tokens_not_before = later).await;
    assert!(is_sent_to_sign_in(&browser.get("/admin/requests").await));
    service.change_tenant(|tenant| tenant.suspended = true).await;
    let response = browser.get("/admin/requests").await;
    assert!(location(&response).starts_with("/admin?next="), "{}", location(&response));
}

#[tokio::test]
async fn an_ended_session_is_signed_out_of_the_admin_pages() {
    // Ends the session of the administrator in the store.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let cookie = browser.cookie("__Host-admin").expect("a cookie").to_owned();
    let opened =
        service.state.store.session(service.tenant.id(), session_id(&service, &cookie)).await;
    let session = opened.expect("a store").expect("a session");
    let end =
        Change::EndSession { tenant: session.tenant, session: session.id, at: service::now() };
    let _ = service.state.store.commit(vec![end]).await.expect("a store");
    assert!(is_sent_to_sign_in(&browser.get("/admin/requests").await));
}

/// Returns the session id in an administrator cookie.
fn session_id(service: &TestService, cookie: &str) -> model::SessionId {
    let cookie: serde_json::Value =
        serde_json::from_slice(&unsealed(service, cookie)).expect("JSON");
    serde_json::from_value(cookie["session"].clone()).expect("a session")
}

fn sealer(_: &TestService, purpose: Purpose) -> jose::seal::Sealer {
    let root = jose::seal::RootKey::from_bytes([7; 32]);
    root.sealer([0; 16], purpose).expect("a sealer")
}

fn unsealed(service: &TestService, cookie: &str) -> Vec<u8> {
    sealer(service, Purpose::AdminCookie).open(cookie).expect("a cookie of this service")
}

#[tokio::test]
async fn an_administrator_session_expires_eight_hours_after_the_password() {
    // Seals the administrator's own cookie again, just before and just after it expires.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let cookie = browser.cookie("__Host-admin").expect("a cookie").to_owned();
    let mut cookie: serde_json::Value =
        serde_json::from_slice(&unsealed(&service, &cookie)).expect("JSON");
    for (ago, is_signed_in) in [(Seconds::hours(8), false), (Seconds::hours(7), true)] {
        let authenticated = service::now() - ago - Seconds::new(1);
        cookie["auth_time"] = authenticated.microseconds().into();
        let sealed = sealer(&service, Purpose::AdminCookie).seal(cookie.to_string().as_bytes());
        browser.cookies.insert("__Host-admin".to_owned(), sealed.expect("sealed"));
        let response = browser.get("/admin/requests").await;
        assert_eq!(response.status.as_u16() == 200, is_signed_in, "{ago}");
    }
}

#[tokio::test]
async fn a_forged_administrator_cookie_is_refused() {
    // Sends a tampered cookie, one of another service, one of another purpose, one with the session
    // of another user, and none.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let valid = browser.cookie("__Host-admin").expect("a cookie").to_owned();
    let payload = unsealed(&service, &valid);
    let mut tampered = valid.clone().into_bytes();
    let last = tampered.len() - 1;
    tampered[last] = if tampered[last] == b'A' { b'B' } else { b'A' };
    let other_service = jose::seal::RootKey::from_bytes([8; 32]);
    let other_service = other_service.sealer([0; 16], Purpose::AdminCookie).expect("a sealer");
    let tenant_sealer = &service.tenant.sealers.session_cookie;
    let mut other: serde_json::Value = serde_json::from_slice(&payload).expect("JSON");
    other["user"] = crate::authorize::browser::BUDI.to_string().into();
    let other = other.to_string();
    let cookies = [
        String::from_utf8(tampered).expect("text"),
        other_service.seal(&payload).expect("sealed"),
        tenant_sealer.seal(&payload).expect("sealed"),
        sealer(&service, Purpose::AdminForm).seal(&payload).expect("sealed"),
        sealer(&service, Purpose::AdminCookie).seal(other.as_bytes()).expect("sealed"),
        String::new(),
    ];
    for cookie in cookies {
        browser.cookies.insert("__Host-admin".to_owned(), cookie.clone());
        let response = browser.get("/admin/requests").await;
        assert_eq!(response.status.as_u16(), 303, "{cookie}: {}", response.text);
    }
    browser.cookies.insert("__Host-admin".to_owned(), valid);
    browser.get("/admin/requests").await.assert_ok();
}

#[tokio::test]
async fn a_sign_out_form_without_its_csrf_token_is_refused() {
    // Signs out without a token, with the token of another session, from another site, and without
    // a session.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let mut another = signed_in_admin(&service).await;
    let token =
        |page: &TestResponse| between(&page.text, "name=\"csrf_token\" value=\"", "\"").to_owned();
    let own_token = token(&browser.get("/admin/requests").await.assert_ok());
    let other_token = token(&another.get("/admin/requests").await.assert_ok());
    assert_ne!(own_token, other_token);
    for csrf_token in ["", "x", other_token.as_str()] {
        let response = browser.post("/admin/sign-out", &[("csrf_token", csrf_token)]).await;
        assert_eq!(error_number(&response), 165_000, "{csrf_token}");
    }
    let other_service = Request::post("/admin/sign-out").header("sec-fetch-site", "cross-site");
    let response = browser.send(other_service, encode(&[("csrf_token", &own_token)])).await;
    assert_eq!(error_number(&response), 165_000);
    let get = browser.get(&format!("/admin/sign-out?token={own_token}")).await;
    assert_eq!(get.status.as_u16(), 405, "{}", get.text);
    browser.get("/admin/requests").await.assert_ok();
    let response =
        Browser::new(&service).post("/admin/sign-out", &[("csrf_token", &own_token)]).await;
    assert_eq!(error_number(&response), 88_000_222);
}

#[tokio::test]
async fn admin_pages_are_not_cached_and_allow_no_script() {
    // Reads the headers of each page, of the sign-in and of a refusal; then switches the language.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    for page in ["/admin/requests", "/admin/refusals", "/admin?tenant=!", "/admin/signed-in"] {
        let response = browser.get(page).await;
        assert_eq!(response.header("cache-control"), "no-store", "{page}");
        let policy = response.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(response.header("cross-origin-opener-policy"), "same-origin", "{page}");
        assert!(!response.text.contains("<script"), "{page}");
    }
    let back = [("return", "/admin/requests"), ("language", "id")];
    let switched = browser.post("/language", &back).await;
    assert_eq!(switched.header("location"), "/admin/requests");
    for page in ["/admin/requests", "/admin/refusals?ui_locales=en"] {
        let next = browser.get(page).await.assert_ok();
        assert!(next.text.contains("<html lang=\"id\""), "{page}: the chosen language is kept");
    }
}

#[tokio::test]
async fn an_administrator_sees_the_pages_of_their_own_tenant_only() {
    // Two tenants of one service: the administrator session works for one, whatever the query says.
    let service = TestService::over(std::sync::Arc::new(MemoryStore::new())).await;
    crate::authorize::browser::add_users(&service).await;
    service.change_user(|alice| alice.administrator = true).await;
    let other = model::TenantId::new(uuid::Uuid::from_u128(9));
    let other = model::Tenant::new(other, "other", [4; 32]);
    service.apply(model::DirectoryChange::PutTenant(other)).await;
    let mut browser = signed_in_admin(&service).await;
    let page = browser.get("/admin/requests?tenant=other").await.assert_ok();
    assert!(unescaped(&page).contains("Demo"), "{}", page.text);
    let redirect = browser.get("/admin?tenant=other").await;
    assert!(
        location(&redirect).starts_with("/other/oauth2/v2.0/authorize?"),
        "{}",
        redirect_path(&redirect)
    );
    assert_eq!(ADMINISTRATOR, "alice@demo.test");
}

#[tokio::test]
async fn an_administrator_session_ends_without_use() {
    // ED11: gives the administrator a session of two hours ago, and moves its last use in the
    // cookie back: a page within the limit records its use, and one after it leads to the sign-in.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let valid = browser.cookie("__Host-admin").expect("a cookie").to_owned();
    let store = &service.state.store;
    let stored = store.session(service.tenant.id(), session_id(&service, &valid)).await;
    let stored = stored.expect("a store").expect("a session");
    let id = model::SessionId::new([0x5a; 16]);
    let auth_time = stored.auth_time - Seconds::hours(2);
    let moved = model::Session { id, auth_time, ..stored };
    assert!(store.commit(vec![Change::OpenSession(moved)]).await.is_ok());
    let mut cookie: serde_json::Value =
        serde_json::from_slice(&unsealed(&service, &valid)).expect("JSON");
    cookie["session"] = serde_json::to_value(id).expect("JSON");
    for (minutes, is_active) in [(59, true), (61, false)] {
        let used_at = service::now() - Seconds::minutes(minutes);
        cookie["used_at"] = used_at.microseconds().into();
        let sealed = sealer(&service, Purpose::AdminCookie).seal(cookie.to_string().as_bytes());
        let sealed = sealed.expect("sealed");
        browser.cookies.insert("__Host-admin".to_owned(), sealed.clone());
        let page = browser.get("/admin/requests").await;
        assert_eq!(page.status.as_u16() == 200, is_active, "{minutes}: {}", page.text);
        assert_eq!(browser.cookie("__Host-admin") != Some(&*sealed), is_active, "{minutes}");
    }
}
