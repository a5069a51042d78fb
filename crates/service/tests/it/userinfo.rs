//! UserInfo (OpenID Connect Core §5.3) and bearer tokens (RFC 6750).
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: T = client
//! authentication and the token endpoint, F = refresh tokens, U = access tokens and DPoP proofs, M
//! = tenants and logs.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use model::{Address, ScopeClaims, Seconds, Timestamp, UserProfile};
use serde_json::{Value, json};

use crate::{
    signed_requests::{Jws, p256},
    test_service::{ALICE, ORIGIN, SECRET, TENANT, TestResponse, TestService, encode},
};

fn path() -> String {
    format!("/{TENANT}/oidc/userinfo")
}

async fn request_userinfo(
    service: &TestService,
    method: Method,
    authorization: &[&str],
    body: &str,
) -> TestResponse {
    request_userinfo_at(service, &path(), method, authorization, body).await
}

async fn request_userinfo_at(
    service: &TestService,
    path: &str,
    method: Method,
    authorization: &[&str],
    body: &str,
) -> TestResponse {
    let mut request = Request::builder().method(method).uri(path).header("host", "id.test");
    for value in authorization {
        request = request.header("authorization", *value);
    }
    if !body.is_empty() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    service.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

async fn tokens(service: &TestService, openid_scopes: &[&str]) -> TestResponse {
    let code = service.code("web", |code| {
        code.openid_scopes = openid_scopes.iter().map(|scope| (*scope).to_owned()).collect();
    });
    service.token(&service.redeem(&code)).await.assert_ok()
}

#[tokio::test]
async fn userinfo_returns_the_claims_of_the_granted_scopes() {
    // Requests by GET, by POST with the header, and by POST with the token in the form, for three
    // scopes.
    let service = TestService::new().await;
    for (scopes, claims) in [
        (&["openid"][..], &["sub"][..]),
        (&["openid", "email"], &["sub", "email", "email_verified"]),
        (&["openid", "profile"], &["sub", "oid", "name", "preferred_username"]),
    ] {
        let tokens = tokens(&service, scopes).await;
        let bearer = format!("Bearer {}", tokens.member("access_token"));
        let in_form = encode(&[("access_token", tokens.member("access_token"))]);
        let responses = [
            request_userinfo(&service, Method::GET, &[&bearer], "").await,
            request_userinfo(&service, Method::POST, &[&bearer], "").await,
            request_userinfo(&service, Method::POST, &[], &in_form).await,
        ];
        for response in responses {
            let response = response.assert_ok();
            let mut expected: Vec<&str> = claims.to_vec();
            expected.sort_unstable();
            let got: Vec<&String> = response.json.as_object().expect("an object").keys().collect();
            assert_eq!(got, expected);
            assert_eq!(response.json["sub"], tokens.claims("id_token")["sub"]);
            assert!(response.header("cache-control").contains("no-store"));
        }
        assert_eq!(
            request_userinfo(&service, Method::HEAD, &[&bearer], "").await.status,
            StatusCode::OK
        );
    }
}

/// Gives Alice every attribute that is a standard claim.
pub async fn describe_alice(service: &TestService) {
    let text = |text: &str| Some(text.to_owned());
    let profile = UserProfile {
        given_name: text("Alice"),
        family_name: text("Demo"),
        middle_name: text("B."),
        nickname: text("Al"),
        profile: text("https://alice.test/me"),
        picture: text("https://alice.test/me.png"),
        website: text("https://alice.test"),
        gender: text("female"),
        birthdate: text("0000-03-21"),
        zoneinfo: text("Asia/Jakarta"),
        locale: text("id-ID"),
        phone_number: text("+62 21 5550 100"),
        phone_number_verified: true,
        address: Some(Address {
            street_address: text("Jl. Merdeka 1"),
            locality: text("Jakarta"),
            ..Address::default()
        }),
    };
    service
        .change_user(|user| {
            *user.profile = profile;
            user.updated_at = Some(Timestamp::from_seconds(1_700_000_000));
        })
        .await;
}

/// The claims of Alice by scope, as OpenID Connect Core §5.4 lists them, and `oid`.
fn claims_of_scope(scope: &str) -> Value {
    match scope {
        "profile" => json!({
            "oid": ALICE.to_string(),
            "name": "Alice",
            "preferred_username": "alice@demo.test",
            "given_name": "Alice",
            "family_name": "Demo",
            "middle_name": "B.",
            "nickname": "Al",
            "profile": "https://alice.test/me",
            "picture": "https://alice.test/me.png",
            "website": "https://alice.test",
            "gender": "female",
            "birthdate": "0000-03-21",
            "zoneinfo": "Asia/Jakarta",
            "locale": "id-ID",
            "updated_at": 1_700_000_000,
        }),
        "email" => json!({ "email": "alice@demo.test", "email_verified": true }),
        "address" => json!({
            "address": { "street_address": "Jl. Merdeka 1", "locality": "Jakarta" },
        }),
        "phone" => json!({
            "phone_number": "+62 21 5550 100",
            "phone_number_verified": true,
        }),
        _ => json!({}),
    }
}

/// Returns the claims of a response or token that are about the user.
fn user_claims(claims: &Value) -> Value {
    let known = ["profile", "email", "address", "phone"].map(claims_of_scope);
    let is_known = |name: &String| known.iter().any(|claims| claims.get(name).is_some());
    let claims = claims.as_object().expect("claims").iter();
    claims.filter(|(name, _)| is_known(name)).map(|(name, it)| (name.clone(), it.clone())).collect()
}

#[tokio::test]
async fn scopes_give_their_standard_claims_at_the_place_of_the_client() {
    // Requests each scope with a client of either setting: UserInfo has exactly the claims of the
    // scope, and the ID token has them only if the client gets the claims of scopes there.
    let service = TestService::new().await;
    describe_alice(&service).await;
    for (place, in_id_token) in [(ScopeClaims::IdToken, true), (ScopeClaims::UserInfo, false)] {
        service.change_client("web", |client| client.scope_claims = place).await;
        for scope in ["profile", "email", "address", "phone", "offline_access"] {
            let tokens = tokens(&service, &["openid", scope]).await;
            let bearer = format!("Bearer {}", tokens.member("access_token"));
            let userinfo = request_userinfo(&service, Method::GET, &[&bearer], "").await;
            let mut claims = userinfo.assert_ok().json;
            claims.as_object_mut().expect("claims").remove("sub");
            assert_eq!(claims, claims_of_scope(scope), "{scope}");
            let in_token = user_claims(&tokens.claims("id_token"));
            let expected = if in_id_token { claims_of_scope(scope) } else { json!({}) };
            assert_eq!(in_token, expected, "{scope} {place:?}");
        }
    }
}

#[tokio::test]
async fn attributes_without_a_value_are_no_claims() {
    // Requests every scope for a user with neither e-mail address nor other attributes.
    let service = TestService::new().await;
    service.change_user(|user| (user.email, user.email_verified) = (None, true)).await;
    let tokens = tokens(&service, &["openid", "profile", "email", "address", "phone"]).await;
    let bearer = format!("Bearer {}", tokens.member("access_token"));
    let userinfo = request_userinfo(&service, Method::GET, &[&bearer], "").await.assert_ok();
    let names: Vec<&String> = userinfo.json.as_object().expect("claims").keys().collect();
    assert_eq!(names, ["name", "oid", "preferred_username", "sub"]);
}

#[tokio::test]
async fn userinfo_without_a_token_offers_both_schemes_without_error() {
    // RFC 6750 §3.1: no error code if the request has no authentication.
    let service = TestService::new().await;
    for header in [&[][..], &["Bearer"], &["Bearer "], &["Bearer  "]] {
        let response = request_userinfo(&service, Method::GET, header, "").await;
        response.assert_refused(401, "invalid_token", 88_000_140);
        let all: Vec<_> = response.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|it| !it.to_str().expect("text").contains("error=")));
    }
}

#[tokio::test]
async fn userinfo_refuses_a_token_in_the_url_or_sent_twice() {
    // U1, T5: sends it in the query, in header and body, twice, with another scheme, and garbage.
    let service = TestService::new().await;
    let tokens = tokens(&service, &["openid"]).await;
    let token = tokens.member("access_token");
    let bearer = format!("Bearer {token}");
    let in_form = encode(&[("access_token", token)]);
    let query = format!("{}?access_token={token}", path());
    let response = request_userinfo_at(&service, &query, Method::GET, &[], "").await;
    response.assert_refused(400, "invalid_request", 88_000_148);
    let response = request_userinfo_at(&service, &query, Method::GET, &[&bearer], "").await;
    response.assert_refused(400, "invalid_request", 88_000_148);
    let response = request_userinfo(&service, Method::POST, &[&bearer], &in_form).await;
    response.assert_refused(400, "invalid_request", 88_000_149);
    let response = request_userinfo(&service, Method::GET, &[&bearer, &bearer], "").await;
    response.assert_refused(400, "invalid_request", 88_000_010);
    let response = request_userinfo(&service, Method::GET, &["Basic d2ViOng="], "").await;
    response.assert_refused(401, "invalid_token", 88_000_150);
    for garbage in ["x", "x y", "é", "\u{1}", tokens.member("refresh_token")] {
        let header = format!("Bearer {garbage}");
        let Ok(value) = http::HeaderValue::from_bytes(header.as_bytes()) else { continue };
        let mut request = crate::test_service::get(&path());
        request.headers_mut().insert("authorization", value);
        let response = service.send(request).await;
        assert_eq!((response.status.as_u16(), response.error()), (401, "invalid_token"));
    }
}

#[tokio::test]
async fn an_invalid_access_token_gets_a_bearer_challenge() {
    // U5, M3: sends other tokens, a changed one, one signed by another key, and one without
    // `openid`.
    let service = TestService::new().await;
    let tokens = tokens(&service, &["openid", "offline_access"]).await;
    let token = tokens.member("access_token");
    let changed = format!("{}A{}", &token[..token.len() - 20], &token[token.len() - 19..]);
    let other_key = p256();
    let now = service::now().seconds();
    let forged = Jws {
        header: json!({ "alg": "ES256", "typ": "at+jwt", "kid": other_key.kid() }),
        claims: json!({ "iss": format!("{ORIGIN}/{TENANT}/v2.0"), "exp": now + 600 }),
    };
    let refresh_token = tokens.member("refresh_token").to_owned();
    let client_credentials =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
    let of_client =
        service.token(&client_credentials).await.assert_ok().member("access_token").to_owned();
    let rows = [
        (tokens.member("id_token").to_owned(), 401, "invalid_token", 88_000_141),
        (refresh_token, 401, "invalid_token", 88_000_142),
        ("nonsense".to_owned(), 401, "invalid_token", 88_000_141),
        (changed, 401, "invalid_token", 88_000_142),
        (forged.sign(&other_key), 401, "invalid_token", 88_000_142),
        (of_client, 403, "insufficient_scope", 88_000_147),
    ];
    for (token, status, error, number) in rows {
        let response =
            request_userinfo(&service, Method::GET, &[&format!("Bearer {token}")], "").await;
        response.assert_refused(status, error, number);
        let challenge = response.header("www-authenticate");
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
    }
}

#[tokio::test]
async fn userinfo_refuses_a_token_once_user_client_or_grant_ends() {
    // U5, F5: disables user and client, raises the tenant's not-before time, and revokes the grant.
    let service = TestService::new().await;
    let first = tokens(&service, &["openid", "offline_access"]).await;
    let bearer = format!("Bearer {}", first.member("access_token"));
    let headers = [bearer.as_str()];
    let userinfo = || request_userinfo(&service, Method::GET, &headers, "");
    assert_eq!(userinfo().await.status, StatusCode::OK);
    service.change_user(|user| user.enabled = false).await;
    userinfo().await.assert_refused(401, "invalid_token", 88_000_146);
    service.change_user(|user| user.enabled = true).await;
    service.change_client("web", |client| client.enabled = false).await;
    userinfo().await.assert_refused(401, "invalid_token", 88_000_146);
    service.change_client("web", |client| client.enabled = true).await;
    assert_eq!(userinfo().await.status, StatusCode::OK);
    let later = service::now() + Seconds::new(5);
    service.change_tenant(|tenant| tenant.tokens_not_before = later).await;
    userinfo().await.assert_refused(401, "invalid_token", 88_000_146);
    service.change_tenant(|tenant| tenant.tokens_not_before = Timestamp::default()).await;
    let revoke =
        [("client_id", "web"), ("client_secret", SECRET), ("token", first.member("refresh_token"))];
    assert_eq!(service.post("oauth2/v2.0/revoke", &revoke).await.status, StatusCode::OK);
    userinfo().await.assert_refused(401, "invalid_token", 88_000_146);
}

#[tokio::test]
async fn an_expired_access_token_is_refused() {
    // U5: a resource with a token lifetime of zero.
    let service = TestService::new().await;
    let resources = service.state.store.resources(service.tenant.id()).await.expect("a store");
    let orders =
        resources.iter().find(|it| it.identifier == crate::test_service::ORDERS).expect("it");
    let orders = model::Resource { token_lifetime: Seconds::new(0), ..orders.clone() };
    service.apply(model::DirectoryChange::PutResource(orders)).await;
    let tokens = tokens(&service, &["openid"]).await;
    let bearer = format!("Bearer {}", tokens.member("access_token"));
    let response = request_userinfo(&service, Method::GET, &[&bearer], "").await;
    response.assert_refused(401, "invalid_token", 88_000_143);
    assert!(response.header("www-authenticate").contains("error=\"invalid_token\""));
}
