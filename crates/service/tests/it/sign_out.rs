//! Signing out: the endpoint and its pages, logout tokens and frames.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

mod back_channel;
mod front_channel;
mod pages;
mod rp_initiated;
mod users;

use model::{SessionGrantQuery, TenantId, UserId};
use serde_json::Value;

use crate::{
    authorize::browser::{Browser, parameter, request, service_with_users},
    test_service::{ALICE, SECRET, TENANT, TestResponse, TestService, VERIFIER, encode},
};

/// The URI that the client `web` has registered for after a sign-out.
pub const OUT: &str = "https://web.test/out";

/// Returns a service whose client `web` has registered URIs for signing out.
pub async fn service_with_logout() -> TestService {
    let service = service_with_users().await;
    register(&service).await;
    service
}

/// Registers the URIs of the client `web`.
pub async fn register(service: &TestService) {
    service
        .change_client("web", |client| {
            client.post_logout_redirect_uris = vec![OUT.to_owned(), format!("{OUT}?x=1")];
        })
        .await;
}

/// Returns the path of the endpoint with these parameters.
pub fn logout(parameters: &[(&str, &str)]) -> String {
    format!("/{TENANT}/oauth2/v2.0/logout?{}", encode(parameters))
}

/// Signs a user in to the client `web`, and returns the response of the token endpoint.
pub async fn sign_in(
    service: &TestService,
    browser: &mut Browser<'_>,
    (username, scope): (&str, &str),
) -> TestResponse {
    let path = request(&[("scope", scope), ("prompt", "login")]);
    let response = browser.sign_in_from(&path, username).await;
    let code = parameter(&response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.assert_ok()
}

/// Lets another client get tokens with the session of the browser.
pub async fn visit(
    service: &TestService,
    browser: &mut Browser<'_>,
    (client, username): (&str, &str),
) -> TestResponse {
    let with = [("client_id", client), ("scope", "openid"), ("login_hint", username)];
    let code = parameter(&browser.get(&request(&with)).await, "code").expect("a code");
    let redemption = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("client_secret", SECRET),
        ("code", &code),
        ("redirect_uri", "https://web.test/callback"),
        ("code_verifier", VERIFIER),
    ];
    service.token(&redemption).await.assert_ok()
}

/// Returns whether the browser can get a code without a page.
pub async fn is_signed_in(browser: &mut Browser<'_>, username: &str) -> bool {
    let silent = request(&[("prompt", "none"), ("login_hint", username)]);
    parameter(&browser.get(&silent).await, "code").is_some()
}

/// Signs claims with a key of the tenant, as an ID token or another kind.
pub async fn signed(service: &TestService, typ: &str, claims: &Value) -> String {
    let keys = service.state.keys(&service.tenant).await.expect("keys");
    let payload = serde_json::to_vec(claims).expect("JSON");
    keys.signer("RS256", typ).expect("a key").sign(&payload).expect("signed")
}

/// Returns how many grants of Alice a sign-out would find.
pub async fn known_grants(service: &TestService) -> usize {
    let query = SessionGrantQuery {
        tenant: TenantId::new(TENANT),
        user: UserId::new(ALICE),
        session: None,
        after: None,
        limit: 100,
    };
    service.state.store.session_grants(query).await.expect("a store").len()
}
