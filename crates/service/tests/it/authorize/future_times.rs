//! Times of sessions, codes and grants: those of the future are not trusted, because the clock of
//! the service was ahead when they were made; a session that is not used ends.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: ED = the edge of HTTP
//! and of the flow.

use model::{Change, Seconds, Session, SessionId, TenantId, Timestamp, UserId};

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
    set_session_cookie(service, browser, (id, service::now()));
}

/// Gives the browser a session, with its last use.
fn set_session_cookie(
    service: &TestService,
    browser: &mut Browser<'_>,
    (id, used_at): ([u8; 16], Timestamp),
) {
    let used_at = used_at.microseconds().to_be_bytes();
    set_session_payload(service, browser, &[&id[..], &[0], &used_at].concat());
}

fn set_session_payload(service: &TestService, browser: &mut Browser<'_>, payload: &[u8]) {
    let sealed = service.tenant.sealers.session_cookie.seal(payload);
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

#[tokio::test]
async fn a_session_ends_without_use_before_its_lifetime_ends() {
    // ED11: a session of two hours ago whose last use was 59 minutes ago gives a code, and the
    // cookie records the use; one whose last use was an hour ago does not, nor with another limit.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    move_session(&service, &mut browser, Seconds::hours(-2)).await;
    let silent = request(&[("prompt", "none")]);
    let id = [0x5a; 16];
    for (minutes, is_active) in [(59, true), (60, false), (61, false), (0, true)] {
        let used_at = service::now() - Seconds::minutes(minutes);
        set_session_cookie(&service, &mut browser, (id, used_at));
        let before = browser.cookie("__Host-session").map(str::to_owned);
        let response = browser.get(&silent).await;
        assert_eq!(parameter(&response, "code").is_some(), is_active, "{minutes}");
        let is_recorded = browser.cookie("__Host-session").map(str::to_owned) != before;
        assert_eq!(is_recorded, minutes == 59, "{minutes}");
    }
    service.change_tenant(|tenant| tenant.session_idle_lifetime = Seconds::minutes(5)).await;
    set_session_cookie(&service, &mut browser, (id, service::now() - Seconds::minutes(6)));
    assert_eq!(redirected_error_number(&browser.get(&silent).await), 50_058);
}

#[tokio::test]
async fn a_session_with_an_unknown_last_use_is_kept_and_recorded() {
    // A session of two hours ago, whose cookie has no last use, as in earlier builds, or one of
    // tomorrow: the browser gets a code, and the cookie now has the use of now.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    move_session(&service, &mut browser, Seconds::hours(-2)).await;
    let id = [0x5a; 16];
    let tomorrow = (service::now() + Seconds::days(1)).microseconds().to_be_bytes();
    for used_at in [&[][..], &tomorrow] {
        set_session_payload(&service, &mut browser, &[&id[..], &[0], used_at].concat());
        let response = browser.get(&request(&[("prompt", "none")])).await;
        assert!(parameter(&response, "code").is_some(), "{used_at:?}: {}", response.text);
        let cookie = browser.cookie("__Host-session").expect("a cookie");
        let payload = service.tenant.sealers.session_cookie.open(cookie).expect("a payload");
        let recorded = i64::from_be_bytes(payload[17..].try_into().expect("a time"));
        let age = service::now().microseconds() - recorded;
        assert!((0..60_000_000).contains(&age), "{used_at:?}: {age}");
    }
}
