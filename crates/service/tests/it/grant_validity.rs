//! Grants depend on client, resource, tenant and lifetime when they are used.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: P = codes, F = refresh
//! tokens.

use http::StatusCode;
use model::{DirectoryChange, Seconds};

use crate::test_service::{
    ORDERS, SECRET, TENANT, TestResponse, TestService, VERIFIER, redirect_uri,
};

fn refresh<'a>(client: &'a str, refresh_token: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut request = vec![
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", refresh_token),
    ];
    if client == "web" {
        request.push(("client_secret", SECRET));
    }
    request
}

fn assert_refused(response: &TestResponse, error: &str, number: u64) {
    assert_eq!((response.error(), response.error_number()), (error, number), "{}", response.text);
}

#[tokio::test]
async fn a_scope_removed_from_the_client_is_no_longer_granted() {
    // F5: removes a scope from the registration, then refreshes and redeems an earlier code.
    let service = TestService::new().await;
    let code = service.code("web", |code| code.scopes = vec!["read".into(), "write".into()]);
    let first = service.token(&service.redeem(&code)).await;
    let waiting = service.code("web", |code| code.scopes = vec!["write".into()]);
    service.change_client("web", |client| client.permissions[0].scopes = vec!["read".into()]).await;
    let refresh = refresh("web", first.member("refresh_token"));
    assert_refused(&service.token(&refresh).await, "invalid_grant", 65001);
    assert_refused(&service.token(&service.redeem(&waiting)).await, "invalid_grant", 65001);
    let narrowed = [refresh, vec![("scope", "api://orders/read")]].concat();
    assert_eq!(service.token(&narrowed).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_scope_removed_from_the_resource_is_no_longer_granted() {
    // Removes the scope from the resource instead.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let tenant = model::TenantId::new(TENANT);
    let resources = service.state.store.resources(tenant).await.expect("a store");
    let mut orders = resources.iter().find(|it| it.identifier == ORDERS).expect("orders").clone();
    orders.scopes.retain(|scope| scope.value != "read");
    service.apply(DirectoryChange::PutResource(orders)).await;
    assert_refused(&service.token(&service.redeem(&code)).await, "invalid_grant", 65001);
}

#[tokio::test]
async fn redirect_uri_may_be_omitted_if_authorize_omitted_it() {
    // RFC 6749 §4.1.3: redeems a code whose request named no redirect URI, without and with it.
    let service = TestService::new().await;
    for is_named in [false, true] {
        let code = service.code("web", |code| code.redirect_uri_was_sent = false);
        let mut request = service.redeem(&code);
        request.retain(|(name, _)| is_named || *name != "redirect_uri");
        assert_eq!(service.token(&request).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_code_from_before_the_tenants_not_before_time_is_refused() {
    // P11: the tenant revokes earlier tokens between the code and its redemption.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    service.change_tenant(|it| it.tokens_not_before = service::now() + Seconds::new(1)).await;
    assert_refused(&service.token(&service.redeem(&code)).await, "invalid_grant", 50173);
}

#[tokio::test]
async fn the_idle_lifetime_applies_to_rotating_refresh_tokens_only() {
    // Sets the idle lifetime to zero: a token that rotates has expired, one that does not is valid.
    let service = TestService::new().await;
    let web = service.code("web", |_| {});
    let web = service.token(&service.redeem(&web)).await;
    let native = service.code("native", |_| {});
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", native.as_str()),
        ("redirect_uri", redirect_uri("native")),
        ("code_verifier", VERIFIER),
    ];
    let native = service.token(&request).await;
    service.change_tenant(|tenant| tenant.grant_idle_lifetime = Seconds::new(0)).await;
    let fixed = service.token(&refresh("web", web.member("refresh_token"))).await;
    assert_eq!(fixed.status, StatusCode::OK, "{}", fixed.text);
    let idle = service.token(&refresh("native", native.member("refresh_token"))).await;
    assert_refused(&idle, "invalid_grant", 700_082);
}

#[tokio::test]
async fn a_public_client_always_rotates_its_refresh_token() {
    // RFC 9700 §2.2.2: disables rotation for a public client; the token is rotated all the same.
    let service = TestService::new().await;
    service.change_client("native", |client| client.refresh_token_rotation = Some(false)).await;
    let code = service.code("native", |_| {});
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri("native")),
        ("code_verifier", VERIFIER),
    ];
    let first = service.token(&request).await;
    let second = service.token(&refresh("native", first.member("refresh_token"))).await;
    assert_ne!(first.member("refresh_token"), second.member("refresh_token"));
}

#[tokio::test]
async fn an_access_token_expires_no_later_than_its_grant() {
    // Sets the grant lifetime to ten minutes; the lifetime at the resource is an hour.
    let service = TestService::new().await;
    service.change_tenant(|tenant| tenant.grant_lifetime = Seconds::minutes(10)).await;
    let code = service.code("web", |_| {});
    let response = service.token(&service.redeem(&code)).await;
    assert_eq!(response.json["expires_in"], 600, "{}", response.text);
}

#[tokio::test]
async fn offline_access_is_not_granted_without_a_refresh_token() {
    // Removes the grant type from the client: the response has neither the token nor the scope.
    let service = TestService::new().await;
    service.change_client("web", |it| it.grant_types.retain(|name| name != "refresh_token")).await;
    let code = service.code("web", |_| {});
    let response = service.token(&service.redeem(&code)).await;
    assert_eq!(response.member("scope"), "api://orders/read openid profile email");
    assert!(response.json.get("refresh_token").is_none());
}

#[tokio::test]
async fn the_scope_in_a_response_is_spelled_as_requested() {
    // Requests a scope without its resource. Clients look up cached tokens by the scope they
    // requested.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let request = [service.redeem(&code), vec![("scope", "read openid")]].concat();
    let response = service.token(&request).await;
    assert!(response.member("scope").starts_with("read openid"), "{}", response.text);
}
