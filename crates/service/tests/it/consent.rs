//! Consent that changes between authorization, redemption and refresh.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: P = codes, F = refresh
//! tokens.

use model::{ClientId, Consent, DirectoryChange, TenantId, UserId};

use crate::test_service::{ALICE, ORDERS, SECRET, TENANT, TestResponse, TestService};

/// Sets the scopes that Alice consents to for the client `web`.
async fn set_consent(service: &TestService, resource: &str, scopes: &[&str]) {
    let consent = Consent {
        tenant: TenantId::new(TENANT),
        user: UserId::new(ALICE),
        client: ClientId::new("web").expect("a client id"),
        resource: resource.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        given_at: service::now(),
        grants_not_before: model::Timestamp::default(),
    };
    service.apply(DirectoryChange::PutConsent(consent)).await;
}

const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

async fn service_without_admin_consent() -> TestService {
    let service = TestService::new().await;
    service.change_client("web", |client| client.admin_consent = false).await;
    service
}

#[track_caller]
fn assert_consent_missing(response: &TestResponse, scope: &str) {
    response.assert_refused(400, "invalid_grant", 65_001);
    assert_eq!(response.member("suberror"), "consent_required");
    assert!(response.member("error_description").contains(scope), "{}", response.text);
}

#[tokio::test]
async fn a_code_needs_consent_for_its_scopes_when_redeemed() {
    // P11: redeems one code without consent, with consent to a part, then to everything.
    let service = service_without_admin_consent().await;
    let code = service.code("web", |_| {});
    assert_consent_missing(&service.token(&service.redeem(&code)).await, "api://orders/read");
    set_consent(&service, ORDERS, &["write"]).await;
    assert_consent_missing(&service.token(&service.redeem(&code)).await, "api://orders/read");
    set_consent(&service, ORDERS, &["read"]).await;
    set_consent(&service, "", &OPENID[..2]).await;
    assert_consent_missing(&service.token(&service.redeem(&code)).await, "email");
    set_consent(&service, "", &OPENID).await;
    service.token(&service.redeem(&code)).await.assert_ok();
}

#[tokio::test]
async fn a_refresh_token_is_refused_while_consent_is_revoked() {
    // F5: refreshes, revokes one scope, then another, then grants both again.
    let service = service_without_admin_consent().await;
    set_consent(&service, ORDERS, &["read"]).await;
    set_consent(&service, "", &OPENID).await;
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    service.token(&refresh).await.assert_ok();
    set_consent(&service, ORDERS, &[]).await;
    assert_consent_missing(&service.token(&refresh).await, "api://orders/read");
    set_consent(&service, ORDERS, &["read", "write"]).await;
    set_consent(&service, "", &["openid"]).await;
    assert_consent_missing(&service.token(&refresh).await, "profile");
    set_consent(&service, "", &OPENID).await;
    service.token(&refresh).await.assert_ok();
    service.change_client("web", |client| client.admin_consent = true).await;
    set_consent(&service, ORDERS, &[]).await;
    service.token(&refresh).await.assert_ok();
}
