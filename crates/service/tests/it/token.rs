//! The token endpoint: each grant type, and the six errors of RFC 6749 §5.2.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: P = codes, T = client
//! authentication and the token endpoint, F = refresh tokens.

use crate::authorize::browser::{Browser, parameter, request, service_with_users};
use crate::test_service::{
    BILLING, ORDERS, ORIGIN, SECRET, TENANT, TestResponse, TestService, VERIFIER, encode, get,
    post, redirect_uri,
};
use http::{Method, Request, StatusCode};
use model::{GrantId, Seconds, Timestamp};
use uuid::Uuid;

fn assert_refused(response: &TestResponse, status: u16, error: &str, number: u64) {
    assert_eq!(
        (response.status.as_u16(), response.error(), response.error_number()),
        (status, error, number),
        "{}",
        response.text
    );
}

fn with<'a>(
    parameters: &[(&'a str, &'a str)],
    name: &str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let replace =
        |(known, old): &(&'a str, &'a str)| (*known, if *known == name { value } else { *old });
    parameters.iter().map(replace).collect()
}

fn without<'a>(parameters: &[(&'a str, &'a str)], name: &str) -> Vec<(&'a str, &'a str)> {
    parameters.iter().filter(|(known, _)| *known != name).copied().collect()
}

const CLIENT_CREDENTIALS: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];

#[tokio::test]
async fn client_credentials_issue_an_access_token_with_roles_only() {
    // Requests with a secret, and reads every member of the response and the main claims.
    let service = TestService::new().await;
    let mut request = CLIENT_CREDENTIALS.to_vec();
    request.push(("scope", "api://orders/.default"));
    let response = service.token(&request).await;
    assert_eq!(response.status, StatusCode::OK, "{}", response.text);
    let members: Vec<&str> =
        response.json.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["access_token", "expires_in", "ext_expires_in", "token_type"]);
    let claims = response.claims("access_token");
    assert_eq!(claims["aud"], ORDERS);
    assert_eq!(claims["iss"], format!("{ORIGIN}/{TENANT}/v2.0"));
    assert_eq!(claims["sub"], "daemon");
    assert_eq!(claims["roles"][0], "Orders.Read.All");
    assert_eq!(claims["azpacr"], "1");
    assert!(claims.get("scp").is_none());
    assert!(response.header("cache-control").contains("no-store"));
}

#[tokio::test]
async fn a_code_is_exchanged_for_access_id_and_refresh_token() {
    // Redeems a code and reads the claims of both tokens.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let parameters = [&service.redeem(&code)[..], &[("client_info", "1")]].concat();
    let response = service.token(&parameters).await;
    assert_eq!(response.status, StatusCode::OK, "{}", response.text);
    assert_eq!(response.member("scope"), "api://orders/read openid profile email offline_access");
    assert!(response.member("refresh_token").starts_with("rt."));
    let access = response.claims("access_token");
    assert_eq!(access["scp"], "read");
    assert_eq!(access["scope"], "read openid profile email");
    assert_eq!(access["nbf"], access["iat"]);
    let id = response.claims("id_token");
    assert!(id.get("nbf").is_none(), "OpenID Connect does not define nbf");
    assert_eq!(id["aud"], "web");
    assert_eq!(id["nonce"], "n-1");
    assert_eq!(id["preferred_username"], "alice@demo.test");
    assert_eq!(id["sub"], access["sub"]);
    assert!(!response.member("client_info").is_empty());
}

#[tokio::test]
async fn tokens_are_dated_back_and_expire_by_the_true_time() {
    // Compares the times of an access and an ID token with the clock and with `expires_in`.
    let service = TestService::new().await;
    let start = service::now().seconds();
    let code = service.code("web", |_| {});
    let response = service.token(&service.redeem(&code)).await.assert_ok();
    let end = service::now().seconds();
    for token in ["access_token", "id_token"] {
        let claims = response.claims(token);
        let time = |claim: &str| claims[claim].as_i64().expect("a time");
        assert!((start - 60..=end - 60).contains(&time("iat")), "{token}: {claims}");
        assert_eq!(time("exp") - time("iat"), 3_660, "{token}");
        // The true time: `max_age` and the time of the request are compared with it.
        assert!((start - 6..=end - 5).contains(&time("auth_time")), "{token}: {claims}");
    }
    assert_eq!(response.json["expires_in"], 3_600);
}

#[tokio::test]
async fn an_old_code_ends_no_grant_without_its_verifier() {
    // LG10: redeems a code, and sends it again as it is some time after its expiry: with a wrong
    // verifier after the margin it is only expired; within the margin, or with the right verifier,
    // the grant is revoked.
    let service = TestService::new().await;
    let wrong = "b".repeat(50);
    for (expired_for, verifier, number) in
        [(120, wrong.as_str(), 70_008), (30, &wrong, 54_005), (120, VERIFIER, 54_005)]
    {
        let grant = GrantId::new(Uuid::new_v4().into_bytes());
        let code = service.code("web", |code| code.grant = grant);
        service.token(&service.redeem(&code)).await.assert_ok();
        let old = service.code("web", |code| {
            code.grant = grant;
            code.expires_at = service::now() - Seconds::new(expired_for);
        });
        let mut parameters = service.redeem(&old);
        parameters.retain(|(name, _)| *name != "code_verifier");
        parameters.push(("code_verifier", verifier));
        service.token(&parameters).await.assert_refused(400, "invalid_grant", number);
        let stored = service.state.store.grant(service.tenant.id(), grant).await.expect("a store");
        let is_revoked = stored.expect("the grant").revoked.is_some();
        assert_eq!(is_revoked, number == 54_005, "{expired_for} {verifier}");
    }
}

#[tokio::test]
async fn a_second_redemption_is_refused_and_revokes_the_first() {
    // P1: redeems twice, then refreshes with the first response and introspects its access token.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let first = service.token(&service.redeem(&code)).await;
    assert_refused(&service.token(&service.redeem(&code)).await, 400, "invalid_grant", 54005);
    let refresh = refresh("web", first.member("refresh_token"));
    assert_refused(&service.token(&refresh).await, 400, "invalid_grant", 88_000_063);
    let introspected =
        service.post("oauth2/v2.0/introspect", &token_query(first.member("access_token"))).await;
    assert_eq!(introspected.json["active"], false);
}

fn refresh<'a>(client: &'a str, refresh_token: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut request = vec![
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", refresh_token),
    ];
    if !["spa", "native"].contains(&client) {
        request.push(("client_secret", SECRET));
    }
    request
}

fn token_query(token: &str) -> Vec<(&str, &str)> {
    vec![("client_id", "web"), ("client_secret", SECRET), ("token", token)]
}

#[tokio::test]
async fn a_code_is_refused_if_a_bound_parameter_differs() {
    // P4, P5, P7, P9: changes one parameter at a time in a right request.
    let service = TestService::new().await;
    let good = service.code("web", |_| {});
    let right = service.redeem(&good);
    let expired = service.code("web", |code| code.expires_at = Timestamp::from_seconds(1));
    let other_tenant = format!("ac.{}.x", jose::digest::base64url([9; 16]));
    let native = service.code("native", |_| {});
    let other_verifier = VERIFIER.replace('a', "b");
    let cases: Vec<(Vec<(&str, &str)>, u64)> = vec![
        (with(&right, "code", &expired), 70008),
        (with(&right, "code", "nonsense"), 70000),
        (with(&right, "code", "ac.nonsense"), 70000),
        (with(&right, "code", &other_tenant), 700_005),
        (with(&right, "code", &native), 88_000_050),
        (with(&right, "redirect_uri", "https://web.test/callback/"), 500_112),
        (without(&right, "redirect_uri"), 88_000_051),
        (without(&right, "code_verifier"), 88_000_052),
        (with(&right, "code_verifier", "short"), 88_000_053),
        (with(&right, "code_verifier", &other_verifier), 501_481),
    ];
    for (request, number) in cases {
        assert_refused(&service.token(&request).await, 400, "invalid_grant", number);
    }
    // None of these requests used the code up.
    assert_eq!(service.token(&right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_without_a_challenge_is_redeemed_without_a_verifier_only() {
    // P8: redeems it with a verifier, which is the mark of a removed challenge, and then without.
    let service = TestService::new().await;
    let code = service.code("web", |code| code.code_challenge = None);
    let right = service.redeem(&code);
    for verifier in [VERIFIER, "short"] {
        let downgraded = service.token(&with(&right, "code_verifier", verifier)).await;
        assert_refused(&downgraded, 400, "invalid_grant", 88_000_054);
    }
    service.token(&without(&right, "code_verifier")).await.assert_ok();
}

#[tokio::test]
async fn a_replaced_refresh_token_revokes_the_grant_when_used_again() {
    // F1: refreshes, sends the first token again within the grace and after it, then the last one.
    let service = TestService::new().await;
    let code = service.code("native", |_| {});
    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri("native")),
        ("code_verifier", VERIFIER),
    ];
    let first = service.token(&redeem).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let second = service.token(&refresh("native", first.member("refresh_token"))).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.text);
    assert_ne!(second.member("refresh_token"), first.member("refresh_token"));
    let again = service.token(&refresh("native", first.member("refresh_token"))).await;
    assert_eq!(again.member("refresh_token"), second.member("refresh_token"));
    let third = service.token(&refresh("native", second.member("refresh_token"))).await;
    assert_eq!(third.status, StatusCode::OK, "{}", third.text);
    let stolen = service.token(&refresh("native", first.member("refresh_token"))).await;
    assert_refused(&stolen, 400, "invalid_grant", 88_000_062);
    let last = service.token(&refresh("native", third.member("refresh_token"))).await;
    assert_refused(&last, 400, "invalid_grant", 88_000_063);
}

#[tokio::test]
async fn refresh_of_a_confidential_client_does_not_rotate() {
    // Refreshes twice with the same token: it is not replaced.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let first = service.token(&service.redeem(&code)).await;
    for _ in 0..2 {
        let response = service.token(&refresh("web", first.member("refresh_token"))).await;
        assert_eq!(response.member("refresh_token"), first.member("refresh_token"));
        assert!(response.claims("id_token").get("nonce").is_none());
    }
}

#[tokio::test]
async fn a_refresh_may_narrow_its_scopes_but_not_widen_them() {
    // F4: narrows, widens, and names another resource.
    let service = TestService::new().await;
    let code = service.code("web", |code| code.scopes = vec!["read".into(), "write".into()]);
    let first = service.token(&service.redeem(&code)).await;
    let base = refresh("web", first.member("refresh_token"));
    let with_scope = |scope: &'static str| [base.clone(), vec![("scope", scope)]].concat();
    let less = service.token(&with_scope("api://orders/read")).await;
    assert_eq!(less.claims("access_token")["scp"], "read", "{}", less.text);
    let more = service.token(&with_scope("api://orders/manage")).await;
    assert_refused(&more, 400, "invalid_scope", 88_000_067);
    let other = service.token(&with_scope("api://billing/read")).await;
    assert_refused(&other, 400, "invalid_scope", 88_000_067);
    let other = service.token(&[base.clone(), vec![("resource", BILLING)]].concat()).await;
    assert_refused(&other, 400, "invalid_target", 88_000_070);
    let all = service.token(&base).await;
    assert_eq!(all.claims("access_token")["scp"], "read write");
}

#[tokio::test]
async fn disabling_a_user_refuses_their_codes_and_refresh_tokens() {
    // P11, F5: disables the user, or revokes earlier sign-ins, between two steps.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let first = service.token(&service.redeem(&code)).await;
    let refresh = refresh("web", first.member("refresh_token"));
    service.change_user(|user| user.enabled = false).await;
    assert_refused(&service.token(&refresh).await, 400, "invalid_grant", 50057);
    let late = service.code("web", |_| {});
    assert_refused(&service.token(&service.redeem(&late)).await, 400, "invalid_grant", 50057);
    service
        .change_user(|user| {
            user.enabled = true;
            user.tokens_not_before = service::now() + Seconds::new(1);
        })
        .await;
    let response = service.token(&refresh).await;
    assert_refused(&response, 400, "invalid_grant", 50173);
    assert_eq!(response.member("suberror"), "bad_token");
}

#[tokio::test]
async fn missing_repeated_and_malformed_parameters_are_invalid_request() {
    // T2, T3, T17: changes one parameter or header at a time.
    let service = TestService::new().await;
    let right = CLIENT_CREDENTIALS.to_vec();
    assert_refused(
        &service.token(&without(&right, "grant_type")).await,
        400,
        "invalid_request",
        900_144,
    );
    assert_refused(
        &service.token(&without(&right, "client_id")).await,
        400,
        "invalid_request",
        900_144,
    );
    let twice = [right.clone(), vec![("grant_type", "client_credentials")]].concat();
    assert_refused(&service.token(&twice).await, 400, "invalid_request", 9_000_411);
    assert_refused(
        &service.token(&with(&right, "grant_type", "")).await,
        400,
        "invalid_request",
        900_144,
    );
    let mut both = post("oauth2/v2.0/token", &right);
    both.headers_mut().insert("authorization", basic("daemon", SECRET).parse().expect("a header"));
    assert_refused(&service.send(both).await, 400, "invalid_request", 88_000_009);
    let mut json = post("oauth2/v2.0/token", &right);
    json.headers_mut().insert("content-type", "application/json".parse().expect("a header"));
    let response = service.send(json).await;
    assert_eq!((response.error(), response.error_number()), ("invalid_request", 88_000_001));
    let mut broken = post("oauth2/v2.0/token", &right);
    *broken.body_mut() = "grant_type=%zz".into();
    assert_refused(&service.send(broken).await, 400, "invalid_request", 9_002_313);
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    let credentials = format!("{user}:{password}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials))
}

#[tokio::test]
async fn invalid_client_is_401_with_a_challenge() {
    // T1: sends no secret, a wrong one, an unknown client, and a secret of a public client.
    let service = TestService::new().await;
    let right = CLIENT_CREDENTIALS.to_vec();
    let native = [("client_id", "native"), ("grant_type", "refresh_token"), ("client_secret", "x")];
    let cases: Vec<(Vec<(&str, &str)>, u64)> = vec![
        (without(&right, "client_secret"), 7_000_216),
        (with(&right, "client_secret", "wrong"), 7_000_215),
        (with(&right, "client_id", "nobody"), 700_016),
        (native.to_vec(), 700_025),
    ];
    for (request, number) in cases {
        let response = service.token(&request).await;
        assert_refused(&response, 401, "invalid_client", number);
        let challenge = response.header("www-authenticate");
        assert!(challenge.starts_with("Basic realm="), "{challenge}");
        assert!(challenge.contains(&format!("AADSTS{number}")), "{challenge}");
    }
    let mut header = post("oauth2/v2.0/token", &[("grant_type", "client_credentials")]);
    header
        .headers_mut()
        .insert("authorization", basic("daemon", SECRET).parse().expect("a header"));
    assert_eq!(service.send(header).await.status, StatusCode::OK);
}

#[tokio::test]
async fn grant_types_are_refused_as_unknown_or_not_allowed() {
    // T18: sends an unsupported grant type, and one that the client may not use.
    let service = TestService::new().await;
    let unknown = with(&CLIENT_CREDENTIALS, "grant_type", "password");
    assert_refused(&service.token(&unknown).await, 400, "unsupported_grant_type", 70003);
    service.change_client("daemon", |client| client.grant_types.clear()).await;
    assert_refused(
        &service.token(&CLIENT_CREDENTIALS).await,
        400,
        "unauthorized_client",
        88_000_040,
    );
}

#[tokio::test]
async fn a_disabled_client_learns_why_only_with_the_right_secret() {
    // T19: disables the client, then requests with the right secret and with a wrong one.
    let service = TestService::new().await;
    service.change_client("daemon", |client| client.enabled = false).await;
    assert_refused(&service.token(&CLIENT_CREDENTIALS).await, 401, "invalid_client", 7_000_112);
    let wrong = with(&CLIENT_CREDENTIALS, "client_secret", "wrong");
    assert_refused(&service.token(&wrong).await, 401, "invalid_client", 7_000_215);
}

#[tokio::test]
async fn scopes_are_answered_as_the_authorization_request_spells_them() {
    // Signs in with each spelling, redeems the code without a scope, and refreshes: without a
    // scope, with a part of the scopes, and with the other spelling, which that response repeats.
    let service = service_with_users().await;
    let (short, full) = ("read write", "api://orders/read api://orders/write");
    let mixed = "api://orders/read write";
    for (asked, at_code, at_refresh, parts) in [
        (short, short.to_owned(), short, ["write", "api://orders/read"]),
        (full, full.to_owned(), full, ["api://orders/write", "read"]),
        (mixed, mixed.to_owned(), mixed, ["write", "read"]),
        (".default", format!("{full} .default"), full, ["write", "api://orders/read"]),
        ("api://orders/.default", format!("{full} api://orders/.default"), full, ["read", full]),
    ] {
        let openid = " openid offline_access";
        let mut browser = Browser::new(&service);
        let request = request(&[("scope", &format!("{asked}{openid}"))]);
        let response = browser.sign_in_from(&request, "alice@demo.test").await;
        let code = parameter(&response, "code").expect("a code");
        let tokens = service.token(&service.redeem(&code)).await.assert_ok();
        assert_eq!(tokens.member("scope"), format!("{at_code}{openid}"), "{asked}");
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", "web"),
            ("client_secret", SECRET),
            ("refresh_token", tokens.member("refresh_token")),
        ];
        let all = service.token(&refresh).await.assert_ok();
        assert_eq!(all.member("scope"), format!("{at_refresh}{openid}"), "{asked}");
        for part in parts {
            let request = [&refresh[..], &[("scope", part)]].concat();
            let less = service.token(&request).await.assert_ok();
            assert_eq!(less.member("scope"), format!("{part}{openid}"), "{asked}");
        }
    }
}

#[tokio::test]
async fn openid_scopes_of_a_client_are_ignored_beside_a_resource() {
    // Sends the scopes that MSAL for Go and for Java adds to every request, in several orders, with
    // the resource as a scope or as a parameter. The response names what was granted.
    let service = TestService::new().await;
    let default = "api://orders/.default";
    for (resource, scope, granted) in [
        (None, "api://orders/.default openid offline_access profile", Some(default)),
        (None, "openid profile email address phone api://orders/.default", Some(default)),
        (None, "openid Orders.Read.All", Some("Orders.Read.All")),
        (None, "api://orders/.default groups", Some(default)),
        (Some(ORDERS), "openid offline_access", Some(default)),
        (Some(ORDERS), "", None),
        (None, default, None),
    ] {
        let scope = Some(("scope", scope)).filter(|(_, scope)| !scope.is_empty());
        let resource = resource.map(|resource| ("resource", resource));
        let request: Vec<(&str, &str)> =
            CLIENT_CREDENTIALS.into_iter().chain(scope).chain(resource).collect();
        let response = service.token(&request).await.assert_ok();
        let claims = response.claims("access_token");
        assert_eq!(claims["roles"], serde_json::json!(["Orders.Read.All"]), "{scope:?}");
        assert!(claims.get("scope").is_none() && claims.get("scp").is_none());
        assert_eq!(response.json.get("scope").and_then(|it| it.as_str()), granted, "{scope:?}");
    }
}

#[tokio::test]
async fn invalid_scope_and_invalid_target_name_the_wrong_parameter() {
    // T15, T19, T21: sends scopes that need a user, unknown ones, too many, and resources.
    let service = TestService::new().await;
    let with_parameter = |name: &'static str, value: &str| {
        let mut request: Vec<(String, String)> =
            CLIENT_CREDENTIALS.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        request.push((name.to_owned(), value.to_owned()));
        request
    };
    let many = "a ".repeat(101);
    let cases = [
        ("scope", "openid", "invalid_scope", 1_002_012),
        ("scope", "openid profile offline_access", "invalid_scope", 1_002_012),
        ("scope", "openid Orders.Raed", "invalid_scope", 1_002_012),
        ("scope", "Orders.Raed", "invalid_scope", 1_002_012),
        ("scope", "api://orders/.default api://orders/nothing", "invalid_scope", 1_002_012),
        ("scope", "api://orders/Other.Role", "invalid_scope", 1_002_012),
        ("scope", "api://nowhere/.default", "invalid_scope", 500_011),
        ("scope", "api://orders/.default api://billing/.default", "invalid_scope", 700_022),
        ("scope", "api://billing/.default", "invalid_scope", 88_000_081),
        ("scope", many.as_str(), "invalid_scope", 88_000_080),
        ("scope", "a\"b", "invalid_scope", 70011),
        ("resource", "https://nowhere.test", "invalid_target", 500_011),
        ("resource", "relative", "invalid_target", 88_000_082),
        ("resource", "https://a.test#f", "invalid_target", 88_000_082),
    ];
    for (name, value, error, number) in cases {
        let request = with_parameter(name, value);
        let request: Vec<(&str, &str)> =
            request.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_refused(&service.token(&request).await, 400, error, number);
    }
    let several =
        [CLIENT_CREDENTIALS.to_vec(), vec![("resource", ORDERS), ("resource", BILLING)]].concat();
    assert_refused(&service.token(&several).await, 400, "invalid_target", 88_000_083);
    let named = [CLIENT_CREDENTIALS.to_vec(), vec![("resource", ORDERS)]].concat();
    assert_eq!(service.token(&named).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_token_endpoint_returns_json_for_every_error() {
    // T3: sends wrong methods, a secret in the URL, wrong sizes, tenants, hosts and paths.
    let service = TestService::new().await;
    for method in [Method::GET, Method::PUT, Method::TRACE, Method::DELETE] {
        let request = Request::builder()
            .method(method)
            .uri(format!("/{TENANT}/oauth2/v2.0/token"))
            .header("host", "id.test")
            .body("".into())
            .expect("a request");
        let response = service.send(request).await;
        assert_refused(&response, 405, "invalid_request", 900_561);
        assert_eq!(response.header("allow"), "POST");
    }
    let secret = post("oauth2/v2.0/token?client_secret=x", &CLIENT_CREDENTIALS);
    assert_refused(&service.send(secret).await, 400, "invalid_request", 88_000_008);
    let large = "x".repeat(65 * 1024);
    let response = service.token(&[("a", &large)]).await;
    assert_refused(&response, 413, "invalid_request", 88_000_004);
    let long = "x".repeat(9 * 1024);
    assert_refused(&service.token(&[("a", &long)]).await, 400, "invalid_request", 88_000_003);
    let names: Vec<String> = (0..101).map(|n| format!("p{n}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    assert_refused(&service.token(&many).await, 400, "invalid_request", 88_000_002);
    let paths = [("/nobody/oauth2/v2.0/token", 90002), ("/a%20b/oauth2/v2.0/token", 900_023)];
    for (path, number) in paths {
        let mut request = post("oauth2/v2.0/token", &CLIENT_CREDENTIALS);
        *request.uri_mut() = path.parse().expect("a path");
        assert_refused(&service.send(request).await, 400, "invalid_request", number);
    }
    let mut other_host = post("oauth2/v2.0/token", &CLIENT_CREDENTIALS);
    other_host.headers_mut().insert("host", "evil.test".parse().expect("a header"));
    assert_eq!(service.send(other_host).await.error_number(), 88_000_011);
    let unknown_path = service.send(get(&format!("/{TENANT}/oauth2/v2.0/nowhere"))).await;
    assert_refused(&unknown_path, 404, "invalid_request", 88_000_005);
}

#[tokio::test]
async fn a_refusal_has_its_ids_in_body_headers_and_description() {
    // Sends a correlation id and compares body, headers and the character set of the description.
    let service = TestService::new().await;
    let sent = "2f2f9aa6-5e1c-4a4b-9c3f-0123456789ab";
    let mut request =
        post("oauth2/v2.0/token", &with(&CLIENT_CREDENTIALS, "client_secret", "wrong \"é\""));
    request.headers_mut().insert("client-request-id", sent.parse().expect("a header"));
    let response = service.send(request).await;
    assert_eq!(response.member("correlation_id"), sent);
    assert_eq!(response.header("client-request-id"), sent);
    assert_eq!(response.member("trace_id"), response.header("x-ms-request-id"));
    assert_eq!(response.member("error_uri"), format!("{ORIGIN}/error?code=7000215"));
    let description = response.member("error_description");
    assert!(description.starts_with("AADSTS7000215: "));
    assert!(description.contains(&format!(" Trace ID: {} ", response.member("trace_id"))));
    assert!(description.ends_with(response.member("timestamp")));
    let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(description.bytes().all(allowed), "{description}");
    let in_body = [&CLIENT_CREDENTIALS[..], &[("client-request-id", sent)]].concat();
    let response = service.token(&with(&in_body, "client_secret", "wrong")).await;
    assert_eq!(response.member("correlation_id"), sent);
    let _ = encode(&[]);
}

#[tokio::test]
async fn only_a_single_page_client_redeems_a_code_from_its_origin() {
    // Redeems a code of a single-page app with its origin, another one and none, and a web code
    // with one.
    let service = TestService::new().await;
    let redeem = |client: &'static str, code: &str, origin: Option<&str>| {
        let mut parameters = vec![
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("redirect_uri", redirect_uri(client)),
            ("code_verifier", VERIFIER),
        ];
        if client == "web" {
            parameters.push(("client_secret", SECRET));
        }
        let mut request = post("oauth2/v2.0/token", &parameters);
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a header"));
        }
        request
    };
    let code = service.code("spa", |_| {});
    let response = service.send(redeem("spa", &code, None)).await;
    assert_refused(&response, 400, "invalid_request", 9_002_327);
    let response = service.send(redeem("spa", &code, Some("https://evil.test"))).await;
    assert_eq!(response.error_number(), 88_000_056);
    assert_eq!(response.header("access-control-allow-origin"), "*");
    let response = service.send(redeem("spa", &code, Some("https://spa.test"))).await;
    assert_eq!(response.status, StatusCode::OK, "{}", response.text);
    assert_eq!(response.header("access-control-allow-origin"), "https://spa.test");
    let code = service.code("web", |_| {});
    let response = service.send(redeem("web", &code, Some("https://spa.test"))).await;
    assert_refused(&response, 400, "invalid_request", 9_002_326);
}
