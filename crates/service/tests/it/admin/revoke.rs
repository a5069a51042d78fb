//! `/admin/revoke`: an administrator ends what was given to a user, an app or the tenant.

use model::{Actor, TenantId, Timestamp};

use super::{ADMINISTRATOR, service_with_admin, signed_in_admin};
use crate::{
    authorize::browser::{Browser, location, parameter, request},
    test_service::{SECRET, TENANT, TestResponse, TestService},
};

/// Returns the value of the CSRF token on a page.
fn csrf_token(page: &TestResponse) -> String {
    let (_, rest) = page.text.split_once("name=\"csrf_token\" value=\"").expect("a token");
    rest.split('"').next().expect("a value").to_owned()
}

async fn refresh(service: &TestService, token: &str) -> TestResponse {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ];
    service.token(&parameters).await
}

/// Submits the form of a page.
async fn submit(
    browser: &mut Browser<'_>,
    token: &str,
    (kind, name, action): (&str, &str, &str),
) -> TestResponse {
    let fields = [("csrf_token", token), ("kind", kind), ("name", name), ("action", action)];
    browser.post("/admin/revoke", &fields).await
}

async fn events(service: &TestService) -> Vec<(String, Option<Actor>)> {
    let always = (Timestamp::default(), Timestamp::from_microseconds(i64::MAX));
    let events = service.state.history.events(None, always, 20).await.expect("a history");
    events.into_iter().map(|event| (event.kind.into_owned(), event.actor)).collect()
}

#[tokio::test]
async fn an_administrator_ends_what_was_given_after_a_confirmation() {
    // Reviews and ends a user, an app and the tenant. Before the confirmation nothing is revoked;
    // after it the refresh token is refused, and the change names the administrator.
    for (kind, name, event) in [
        ("user", "BUDI@demo.test", "user_tokens_revoked"),
        ("app", "web", "client_tokens_revoked"),
        ("tenant", "", "tokens_revoked"),
    ] {
        let service = service_with_admin().await;
        let mut browser = signed_in_admin(&service).await;
        let mut budi = Browser::new(&service);
        let with = [("scope", "openid offline_access api://orders/read")];
        let signed_in = budi.sign_in_from(&request(&with), "budi@demo.test").await;
        let code = parameter(&signed_in, "code").expect("a code");
        let tokens = service.token(&service.redeem(&code)).await.assert_ok();
        let page = browser.get("/admin/revoke").await.assert_ok();
        let token = csrf_token(&page);
        let review = submit(&mut browser, &token, (kind, name, "review")).await.assert_ok();
        assert!(review.text.contains("value=\"end\""), "{}", review.text);
        refresh(&service, tokens.member("refresh_token")).await.assert_ok();
        let ended = submit(&mut browser, &token, (kind, name, "end")).await;
        assert_eq!(location(&ended), "/admin/changes");
        let refused = refresh(&service, tokens.member("refresh_token")).await;
        refused.assert_refused(400, "invalid_grant", 50_173);
        let actor = Actor::Administrator { username: ADMINISTRATOR.to_owned() };
        assert!(events(&service).await.contains(&(event.to_owned(), Some(actor))), "{kind}");
        let next = browser.get("/admin/changes").await;
        assert_eq!(next.status.as_u16() == 200, kind != "tenant", "the own session ends too");
    }
}

#[tokio::test]
async fn nothing_is_revoked_without_a_token_a_name_or_an_administrator() {
    // RV7: submits the confirmation with a wrong CSRF token, with an unknown name, as a user who is
    // no administrator, and without a session. No row changes.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let token = csrf_token(&browser.get("/admin/revoke").await.assert_ok());
    let forged = submit(&mut browser, "forged", ("tenant", "", "end")).await;
    assert_eq!(forged.status.as_u16(), 403, "{}", forged.text);
    for kind in ["user", "app"] {
        let unknown = submit(&mut browser, &token, (kind, "nobody", "end")).await.assert_ok();
        assert!(unknown.text.contains("id=\"name-problem\""), "{}", unknown.text);
    }
    service.change_user(|alice| alice.administrator = false).await;
    let refused = submit(&mut browser, &token, ("tenant", "", "end")).await;
    assert_eq!(refused.status.as_u16(), 403, "{}", refused.text);
    let mut other_browser = Browser::new(&service);
    let refused = submit(&mut other_browser, &token, ("tenant", "", "end")).await;
    assert!(refused.status.is_client_error(), "{}", refused.text);
    let tenant = service.state.store.tenant(&TENANT.to_string()).await.expect("a store");
    assert_eq!(tenant.expect("a tenant").tokens_not_before, Timestamp::default());
    let clients = service.state.store.clients(TenantId::new(TENANT)).await.expect("a store");
    assert!(clients.iter().all(|client| client.tokens_not_before == Timestamp::default()));
}
