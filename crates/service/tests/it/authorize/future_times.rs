//! Sessions, flows, codes and grants of the future are not trusted: the clock of the service was
//! ahead when they were made.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: ED = the edge of HTTP
//! and of the flow.

use model::{Change, Seconds, Session, SessionId, TenantId, UserId};

use super::browser::{Browser, parameter, redirected_error_number, request, service_with_users};
use crate::test_service::{ALICE, SECRET, TENANT, TestService};

/// Replaces the session of a signed-in browser by one whose user authenticated at another time.
async fn move_session(service: &TestService, browser: &mut Browser<'_>, by: Seconds) {
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    let sid = service.token(&service.redeem(&code)).await.claims("id_token")["sid"].clone();
    let sid: uuid::Uuid = sid.as_str().expect("a session").parse().expect("an id");
    let store = &service.state.store;
    let stored = store.session(TenantId::new(TENANT), SessionId::new(sid.into_bytes())).await;
    let stored = stored.expect("a store").expect("a session");
    let id = [0x5a; 16];
    let moved = Session {
        id: SessionId::new(id),
        auth_time: stored.auth_time + by,
        expires_at: stored.expires_at + by,
        ..stored
    };
    assert!(store.commit(vec![Change::OpenSession(moved)]).await.is_ok());
    let sealed = service.tenant.sealers.session_cookie.seal(&[&id[..], &[0]].concat());
    let name = browser.cookies.keys().find(|name| name.contains("session")).expect("it").clone();
    browser.cookies.insert(name, sealed.expect("sealed"));
}

#[tokio::test]
async fn a_session_of_the_future_gives_no_code() {
    // ED3: with a session of an hour ago, the client gets a code; with one of in an hour, it is
    // refused, and with prompt=login or max_age the sign-in page is shown.
    let silent = request(&[("prompt", "none")]);
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    move_session(&service, &mut browser, Seconds::hours(-1)).await;
    assert!(parameter(&browser.get(&silent).await, "code").is_some());
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    move_session(&service, &mut browser, Seconds::hours(1)).await;
    let cookies = browser.cookies.clone();
    assert_eq!(redirected_error_number(&browser.get(&silent).await), 50_058);
    for with in [&[][..], &[("prompt", "login")], &[("max_age", "0")]] {
        browser.cookies.clone_from(&cookies);
        let page = browser.get(&request(with)).await;
        assert!(page.text.contains("id=\"password\""), "{with:?}: {}", page.text);
    }
}

#[tokio::test]
async fn codes_and_grants_of_the_future_are_refused() {
    // ED3: a code that was issued, and one whose user authenticated, in an hour; then the grant of
    // a redeemed code is replaced by one of the future: refresh, UserInfo and introspection end.
    let service = service_with_users().await;
    let later = service::now() + Seconds::hours(1);
    let issued = service.code("web", |code| code.issued_at = later);
    let proven = service.code("web", |code| code.auth_time = later);
    for code in [issued, proven] {
        let response = service.token(&service.redeem(&code)).await;
        response.assert_refused(400, "invalid_grant", 88_000_310);
    }
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let tenant = TenantId::new(TENANT);
    let opened = protocol::sealed_token::AuthorizationCode::open(&code, &service.tenant);
    let id = opened.expect("a code").grant;
    let grant = service.state.store.grant(tenant, id).await.expect("a store").expect("a grant");
    assert!(grant.is_active(service::now()) && grant.user == UserId::new(ALICE));
    let future = model::Grant { id: model::GrantId::new([7; 16]), opened_at: later, ..grant };
    assert!(!future.is_active(service::now()));
    assert!(service.state.store.commit(vec![Change::OpenGrant(future)]).await.is_ok());
    let refresh =
        protocol::sealed_token::RefreshToken { grant: model::GrantId::new([7; 16]), generation: 0 };
    let refresh = refresh.seal(&service.tenant).expect("sealed");
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", refresh.as_str()),
    ];
    service.token(&parameters).await.assert_refused(400, "invalid_grant", 88_000_310);
    let introspected = [("client_id", "web"), ("client_secret", SECRET), ("token", &*refresh)];
    let response = service.post("oauth2/v2.0/introspect", &introspected).await;
    assert_eq!(response.json["active"], false, "{}", response.text);
    assert!(!tokens.member("access_token").is_empty());
}
