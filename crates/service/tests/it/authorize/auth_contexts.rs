//! Authentication contexts (`acrs`): an API requires a stronger sign-in, and the client gets a
//! token of it.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: T = the token endpoint.

use model::{AuthContext, ContextStrength, RequestedTokenClaims, SecondFactor, Seconds, Tenant};
use serde_json::json;

use super::{
    browser::{
        Browser, form_path, parameter, redirected_error_number, request, service_with_users,
    },
    second_factor::{ESSENTIAL, give, set_up},
};
use crate::test_service::{SECRET, TestResponse, TestService, redirect_uri};

const ALICE_NAME: &str = "alice@demo.test";
/// Requires the context `c1`, of two factors.
pub const C1: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
/// Requires the context `c2`, of a passkey.
const C2: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c2"}}}"#;
/// Requires a context that the tenant does not have.
pub const UNKNOWN: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c9"}}}"#;

/// Returns the contexts `c1` and `c2`.
fn contexts() -> Vec<AuthContext> {
    let context = |id: &str, name: &str, strength| AuthContext {
        id: id.to_owned(),
        name: name.to_owned(),
        strength,
    };
    vec![
        context("c1", "Payments", ContextStrength::TwoFactors),
        context("c2", "Settings", ContextStrength::PhishingResistant),
    ]
}

/// Declares the contexts `c1` and `c2`.
pub async fn declare(service: &TestService) {
    service.change_tenant(|tenant| tenant.auth_contexts = contexts()).await;
}

/// Returns a service with contexts whose policy asks for no second factor.
async fn service_with_contexts() -> TestService {
    let service = service_with_users().await;
    let change = |tenant: &mut Tenant| {
        tenant.auth_contexts = contexts();
        tenant.second_factor = SecondFactor::Never;
    };
    service.change_tenant(change).await;
    service
}

async fn refresh(service: &TestService, tokens: &TestResponse, claims: &str) -> TestResponse {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
        ("claims", claims),
    ];
    let count = if claims.is_empty() { 4 } else { 5 };
    service.token(&parameters[..count]).await
}

/// Redeems a code of a sign-in with these methods.
async fn tokens_of(service: &TestService, amr: &[&str]) -> TestResponse {
    let code = service.code("web", |code| {
        code.amr = amr.iter().map(|method| (*method).to_owned()).collect();
    });
    service.token(&service.redeem(&code)).await.assert_ok()
}

#[tokio::test]
async fn challenge_for_a_context_ends_in_a_token_that_has_it() {
    // Follows a client: a token of the password alone, a refresh with the challenge, a silent
    // request, and the interactive one. The policy asks for nothing, and the user has an app.
    let service = service_with_contexts().await;
    let (app, _) = set_up(&service, &[("claims", ESSENTIAL)]).await;
    let with = ("scope", "openid offline_access read");
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[with]), ALICE_NAME).await;
    let redirected = browser.get(&request(&[with])).await;
    let code = parameter(&redirected, "code").expect("a code");
    let weak = service.token(&service.redeem(&code)).await.assert_ok();
    let claims = weak.claims("access_token");
    assert_eq!((&claims["acr"], &claims["acrs"]), (&json!("1"), &json!(null)));

    let refused = refresh(&service, &weak, C1).await;
    refused.assert_refused(400, "invalid_grant", 50_076);
    assert_eq!((refused.member("suberror"), refused.member("claims")), ("basic_action", C1));
    refresh(&service, &weak, "").await.assert_ok();
    let silent = browser.get(&request(&[with, ("claims", C1), ("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&silent), 50_076);
    assert_eq!(parameter(&silent, "error").as_deref(), Some("interaction_required"));

    let page = browser.get(&request(&[with, ("claims", C1)])).await;
    assert_eq!(form_path(&page), "/demo/second-factor");
    let redirected = give(&mut browser, &page, ("code", &app.code_after(Seconds::new(30)))).await;
    let code = parameter(&redirected, "code").expect("a code");
    let strong = service.token(&service.redeem(&code)).await.assert_ok();
    let claims = strong.claims("access_token");
    assert_eq!((&claims["acr"], &claims["acrs"]), (&json!("mfa"), &json!(["c1"])));
    assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));
    let refreshed = refresh(&service, &strong, "").await.assert_ok();
    assert_eq!(refreshed.claims("access_token")["acrs"], json!(["c1"]), "the grant keeps it");
    check_introspection(&service, &strong).await;
}

/// Checks that the introspection of an access token has the claims of RFC 9470 §6.2.
async fn check_introspection(service: &TestService, tokens: &TestResponse) {
    let claims = tokens.claims("access_token");
    let fields = [("client_id", "api"), ("client_secret", SECRET)];
    let token = [("token", tokens.member("access_token"))];
    let found = service.post("oauth2/v2.0/introspect", &[&fields[..], &token].concat()).await;
    for name in ["acr", "acrs", "auth_time"] {
        assert_eq!(found.json[name], claims[name], "{name}");
    }
}

#[tokio::test]
async fn refresh_token_of_two_factors_satisfies_a_context_at_once() {
    // Refreshes with the challenge: the token of this request has the context, as a wish, too.
    let service = service_with_contexts().await;
    let tokens = tokens_of(&service, &["pwd", "otp", "mfa"]).await;
    assert_eq!(tokens.claims("access_token")["acrs"], json!(null), "it was not requested");
    let wish = r#"{"access_token":{"acrs":{"values":["c2","c1"]}}}"#;
    for claims in [C1, wish] {
        let refreshed = refresh(&service, &tokens, claims).await.assert_ok();
        assert_eq!(refreshed.claims("access_token")["acrs"], json!(["c1"]), "{claims}");
    }
    let refused = refresh(&service, &tokens, C2).await;
    refused.assert_refused(400, "invalid_grant", 50_079);
    assert_eq!(refused.member("claims"), C2, "the user has no passkey");
}

#[tokio::test]
async fn user_without_a_factor_is_sent_to_set_one_up() {
    // Refreshes with the challenge for a user who has the password alone.
    let service = service_with_contexts().await;
    let tokens = tokens_of(&service, &["pwd"]).await;
    let refused = refresh(&service, &tokens, C1).await;
    refused.assert_refused(400, "invalid_grant", 50_079);
    assert_eq!((refused.member("suberror"), refused.member("claims")), ("basic_action", C1));
    let wish = r#"{"access_token":{"acrs":{"value":"c1"}}}"#;
    let refreshed = refresh(&service, &tokens, wish).await.assert_ok();
    assert_eq!(refreshed.claims("access_token")["acrs"], json!(null));
}

#[tokio::test]
async fn essential_acr_of_access_tokens_is_a_condition() {
    // Asks for it with refresh tokens of one and of two factors, for an unknown class, and with a
    // code that is bound to a key, without the key.
    let service = service_with_contexts().await;
    let claims = r#"{"access_token":{"acr":{"essential":true,"value":"mfa"}}}"#;
    let weak = tokens_of(&service, &["pwd"]).await;
    let refused = refresh(&service, &weak, claims).await;
    refused.assert_refused(400, "invalid_grant", 50_079);
    assert_eq!(refused.member("claims"), claims);
    let strong = tokens_of(&service, &["pwd", "otp", "mfa"]).await;
    let refreshed = refresh(&service, &strong, claims).await.assert_ok();
    assert_eq!(refreshed.claims("access_token")["acr"], "mfa");
    let gold = r#"{"access_token":{"acr":{"essential":true,"value":"gold"}}}"#;
    let refused = refresh(&service, &strong, gold).await;
    refused.assert_refused(400, "unmet_authentication_requirements", 88_000_099);
    let bound = service.code("web", |code| code.dpop_jkt = Some([1; 32]));
    let redemption = [&service.redeem(&bound)[..], &[("claims", claims)]].concat();
    let refused = service.token(&redemption).await;
    refused.assert_refused(400, "invalid_dpop_proof", 88_000_135);
}

#[tokio::test]
async fn refusal_for_a_context_uses_up_neither_code_nor_refresh_token() {
    // Hostile input T25: sends the challenge with a code and with a rotating refresh token, then
    // each without it.
    let service = service_with_contexts().await;
    service.change_client("web", |client| client.refresh_token_rotation = Some(true)).await;
    let code = service.code("web", |_| {});
    let redemption = service.redeem(&code);
    let refused = service.token(&[&redemption[..], &[("claims", C1)]].concat()).await;
    refused.assert_refused(400, "invalid_grant", 50_079);
    let tokens = service.token(&redemption).await.assert_ok();
    refresh(&service, &tokens, C1).await.assert_refused(400, "invalid_grant", 50_079);
    let next = refresh(&service, &tokens, "").await.assert_ok();
    refresh(&service, &next, "").await.assert_ok();
}

#[tokio::test]
async fn context_that_the_tenant_removes_is_in_no_further_token() {
    // Refreshes after `c1` became one of passkeys, and after it was removed.
    let service = service_with_contexts().await;
    let code = service.code("web", |code| {
        code.amr = ["pwd", "otp", "mfa"].map(str::to_owned).to_vec();
        code.claims.access_token =
            RequestedTokenClaims { acrs: vec!["c1".to_owned()], xms_cc: Vec::new() };
    });
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    assert_eq!(tokens.claims("access_token")["acrs"], json!(["c1"]));
    let strengthen = |tenant: &mut Tenant| {
        tenant.auth_contexts = contexts();
        tenant.auth_contexts[0].strength = ContextStrength::PhishingResistant;
    };
    service.change_tenant(strengthen).await;
    let refreshed = refresh(&service, &tokens, "").await.assert_ok();
    assert_eq!(refreshed.claims("access_token")["acrs"], json!(null));
    service.change_tenant(|tenant| tenant.auth_contexts.clear()).await;
    let refreshed = refresh(&service, &tokens, "").await.assert_ok();
    assert_eq!(refreshed.claims("access_token")["acrs"], json!(null));
    refresh(&service, &tokens, C1).await.assert_refused(400, "invalid_request", 88_000_390);
}

#[tokio::test]
async fn hostile_claims_of_token_requests_are_refused_or_ignored() {
    // Hostile input T24: claims in every wrong form with a refresh token and for the client itself.
    let service = service_with_contexts().await;
    let tokens = tokens_of(&service, &["pwd"]).await;
    for (claims, error, number) in [
        ("{", "invalid_request", 50_117),
        ("[]", "invalid_request", 50_117),
        (r#"{"access_token":[]}"#, "invalid_request", 50_117),
        (r#"{"access_token":{},"access_token":{}}"#, "invalid_request", 50_117),
        (UNKNOWN, "invalid_request", 88_000_390),
        (
            r#"{"access_token":{"acrs":{"essential":true,"values":[{}]}}}"#,
            "invalid_request",
            88_000_390,
        ),
    ] {
        refresh(&service, &tokens, claims).await.assert_refused(400, error, number);
    }
    let nested = format!(r#"{{"access_token":{}{}}}"#, "{\"a\":".repeat(500), "}".repeat(500));
    refresh(&service, &tokens, &nested).await.assert_refused(400, "invalid_request", 50_117);
    for ignored in [
        r#"{"access_token":{"acrs":"c1","xms_cc":7,"other":{"essential":true,"value":1}}}"#,
        r#"{"id_token":7}"#,
        r#"{"access_token":null}"#,
    ] {
        let refreshed = refresh(&service, &tokens, ignored).await.assert_ok();
        assert_eq!(refreshed.claims("access_token")["acrs"], json!(null), "{ignored}");
    }
    let client = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", SECRET),
        ("claims", C1),
    ];
    service.token(&client).await.assert_refused(400, "invalid_request", 88_000_391);
}

#[tokio::test]
async fn capabilities_of_the_client_are_in_its_tokens() {
    // Names `cp1` in the authorization request, in a refresh and for the client itself. A request
    // without OpenID scopes keeps it.
    let service = service_with_contexts().await;
    let claims = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), ALICE_NAME).await;
    let with = [("scope", "read"), ("nonce", ""), ("claims", claims)];
    let page = browser.get(&request(&with)).await;
    let code = parameter(&page, "code").expect("a code");
    let token = service.token(&service.redeem(&code)).await.assert_ok();
    assert_eq!(token.claims("access_token")["xms_cc"], json!(["cp1"]));
    let tokens = tokens_of(&service, &["pwd"]).await;
    assert_eq!(tokens.claims("access_token")["xms_cc"], json!(null));
    let refreshed = refresh(&service, &tokens, claims).await.assert_ok();
    assert_eq!(refreshed.claims("access_token")["xms_cc"], json!(["cp1"]));
    let client = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", SECRET),
        ("claims", claims),
    ];
    let token = service.token(&client).await.assert_ok();
    assert_eq!(token.claims("access_token")["xms_cc"], json!(["cp1"]));
}

#[tokio::test]
async fn challenge_of_rfc_9470_ends_in_a_token_of_the_requested_class() {
    // Sends `acr_values` and `max_age` of a challenge. The access token and its introspection say
    // how strongly and when the user authenticated.
    let service = service_with_contexts().await;
    let (app, _) = set_up(&service, &[("claims", ESSENTIAL)]).await;
    let spa = [("client_id", "spa"), ("redirect_uri", redirect_uri("spa"))];
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&spa), ALICE_NAME).await;
    let challenge = [("acr_values", "mfa"), ("max_age", "300")];
    let page = browser.get(&request(&challenge)).await;
    assert_eq!(form_path(&page), "/demo/second-factor");
    let redirected = give(&mut browser, &page, ("code", &app.code_after(Seconds::new(30)))).await;
    let code = parameter(&redirected, "code").expect("a code");
    let token = service.token(&service.redeem(&code)).await.assert_ok();
    let claims = token.claims("access_token");
    assert_eq!(claims["acr"], "mfa");
    let age = service.state.now().seconds() - claims["auth_time"].as_i64().expect("a time");
    assert!((0..300).contains(&age), "{age}");
}
