//! Introspection (RFC 7662): who may know what of a token.

use http::{Method, Request, StatusCode};
use model::{DirectoryChange, Seconds, Tenant, TenantId, Timestamp};
use uuid::Uuid;

use crate::{
    house::{Answer, House, ORDERS, ORIGIN, SECRET, TENANT, client, post},
    signed::{ASSERTION_TYPE, Jws, rsa},
};

const ENDPOINT: &str = "oauth2/v2.0/introspect";

async fn about(house: &House, asker: &str, token: &str) -> Answer {
    house.post(ENDPOINT, &[("client_id", asker), ("client_secret", SECRET), ("token", token)]).await
}

/// Nothing but that it is not active.
#[track_caller]
fn inactive(answer: &Answer) {
    assert_eq!(answer.text, r#"{"active":false}"#, "{}", answer.text);
    assert_eq!(answer.status, StatusCode::OK);
}

async fn tokens(house: &House) -> Answer {
    let code = house.code("web", |_| {});
    house.token(&house.redeem(&code)).await.good()
}

#[tokio::test]
async fn the_client_and_the_api_of_a_token_learn_what_it_says() {
    // Asks as the client it was given to, and as the client that stands for the resource.
    let house = House::new().await;
    let tokens = tokens(&house).await;
    let access = tokens.claims("access_token");
    for asker in ["web", "api"] {
        let answer = about(&house, asker, tokens.member("access_token")).await.good();
        assert_eq!(answer.json["active"], true);
        for claim in ["scope", "client_id", "exp", "iat", "nbf", "sub", "aud", "iss", "jti"] {
            assert_eq!(answer.json[claim], access[claim], "{claim}");
        }
        assert_eq!(answer.member("token_type"), "Bearer");
        assert_eq!(answer.member("username"), "alice@demo.test");
        assert_eq!(answer.member("aud"), ORDERS);
        assert!(answer.header("cache-control").contains("no-store"));
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    let answer = about(&house, "web", tokens.member("refresh_token")).await.good();
    assert_eq!(answer.json["active"], true);
    assert_eq!(answer.member("scope"), "read openid profile email offline_access");
    assert_eq!(answer.member("iss"), format!("{ORIGIN}/{TENANT}/v2.0"));
}

#[tokio::test]
async fn anyone_else_learns_nothing_and_not_even_why() {
    // F8: other clients, the API about a refresh token, ID tokens, garbage, a changed token.
    let house = House::new().await;
    let tokens = tokens(&house).await;
    let token = tokens.member("access_token");
    inactive(&about(&house, "daemon", token).await);
    inactive(&about(&house, "daemon", tokens.member("refresh_token")).await);
    inactive(&about(&house, "api", tokens.member("refresh_token")).await);
    inactive(&about(&house, "web", tokens.member("id_token")).await);
    for garbage in ["x", "a.b.c", "rt.x", "rt.AAAA.x", "ac.x.y", &"x".repeat(8_000)] {
        inactive(&about(&house, "web", garbage).await);
    }
    let last = token.chars().last().expect("a letter");
    let changed = token.replacen(last, if last == 'A' { "B" } else { "A" }, 1);
    inactive(&about(&house, "web", &changed).await);
}

#[tokio::test]
async fn whoever_asks_proves_itself() {
    // F8, T5: nobody, a wrong secret, a public client, a bearer token in place of credentials; and
    // a client with a key, which may ask.
    let house = House::new().await;
    let tokens = tokens(&house).await;
    let token = ("token", tokens.member("access_token"));
    let rows = [
        (vec![token], 400, "invalid_request", 900_144),
        (vec![("client_id", "web"), token], 401, "invalid_client", 7_000_218),
        (
            vec![("client_id", "web"), ("client_secret", "x"), token],
            401,
            "invalid_client",
            7_000_215,
        ),
        (vec![("client_id", "native"), token], 401, "invalid_client", 88_000_160),
        (vec![("client_id", "web"), ("client_secret", SECRET)], 400, "invalid_request", 900_144),
    ];
    for (parameters, status, error, number) in rows {
        let answer = house.post(ENDPOINT, &parameters).await;
        answer.refused(status, error, number);
        assert_eq!(status == 401, answer.header("www-authenticate").starts_with("Basic realm="));
    }
    for value in ["Bearer ", "Bearer garbage", "DPoP x"] {
        let mut request = post(ENDPOINT, &[token]);
        request.headers_mut().insert("authorization", value.parse().expect("a header"));
        house.send(request).await.refused(401, "invalid_client", 88_000_039);
    }
    let assertion = Jws::assertion().sign(&rsa(jose::Algorithm::Rs256));
    let keyed = [
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
        token,
    ];
    inactive(&house.post(ENDPOINT, &keyed).await);
    house.post(ENDPOINT, &keyed).await.refused(401, "invalid_client", 88_000_034);
    let mut query = post(ENDPOINT, &[token]);
    *query.method_mut() = Method::GET;
    house.send(query).await.refused(405, "invalid_request", 900_561);
    let options = Request::options(format!("/{TENANT}/{ENDPOINT}"))
        .header("host", "id.test")
        .header("origin", "https://spa.test")
        .body("".into());
    let answer = house.send(options.expect("a request")).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_token_is_active_only_while_everything_behind_it_stands() {
    // F8: person, client, tenant's not-before, revocation; each for both kinds of token.
    let house = House::new().await;
    let tokens = tokens(&house).await;
    let both = [tokens.member("access_token"), tokens.member("refresh_token")];
    for token in both {
        house.change_user(|user| user.enabled = false).await;
        inactive(&about(&house, "web", token).await);
        house.change_user(|user| user.enabled = true).await;
        house.change_user(|user| user.tokens_not_before = service::now()).await;
        inactive(&about(&house, "web", token).await);
        house.change_user(|user| user.tokens_not_before = Timestamp::default()).await;
        let later = service::now() + Seconds::new(5);
        house.change_tenant(|tenant| tenant.tokens_not_before = later).await;
        inactive(&about(&house, "web", token).await);
        house.change_tenant(|tenant| tenant.tokens_not_before = Timestamp::default()).await;
        assert_eq!(about(&house, "web", token).await.json["active"], true);
    }
    let revoke = [("client_id", "web"), ("client_secret", SECRET), ("token", both[0])];
    assert_eq!(house.post("oauth2/v2.0/revoke", &revoke).await.status, StatusCode::OK);
    for token in both {
        inactive(&about(&house, "web", token).await);
    }
}

#[tokio::test]
async fn another_tenants_token_is_not_active_here() {
    // F8, M3: a second tenant with the same client, secret and resource asks about the first's
    // tokens, and redeems nothing of them.
    let house = House::new().await;
    let tokens = tokens(&house).await;
    let other = TenantId::new(Uuid::from_u128(2));
    let mut copy = client("web", model::Platform::Web, false);
    copy.tenant = other;
    let tenant = Tenant { ..Tenant::new(other, "other", [4; 32]) };
    for change in [DirectoryChange::PutTenant(tenant), DirectoryChange::PutClient(copy)] {
        house.apply(change).await;
    }
    let realm = house.service.realm("other").await.expect("a realm");
    service::keys::ensure(&*house.service.store, &realm, service::now()).await.expect("keys");
    assert!(house.service.store.tenant("other").await.expect("a book").is_some());
    let at_other = |endpoint: &str, parameters: &[(&str, &str)]| {
        let mut request = post(endpoint, parameters);
        *request.uri_mut() = format!("/other/{endpoint}").parse().expect("a path");
        request
    };
    let who = [("client_id", "web"), ("client_secret", SECRET)];
    for token in ["access_token", "refresh_token"] {
        let asking = [who[0], who[1], ("token", tokens.member(token))];
        inactive(&house.send(at_other(ENDPOINT, &asking)).await);
        let answer = house.send(at_other("oauth2/v2.0/revoke", &asking)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(about(&house, "web", tokens.member(token)).await.json["active"], true);
    }
    let refresh_token = ("refresh_token", tokens.member("refresh_token"));
    let refresh = [who[0], who[1], ("grant_type", "refresh_token"), refresh_token];
    let answer = house.send(at_other("oauth2/v2.0/token", &refresh)).await;
    answer.refused(400, "invalid_grant", 88_000_066);
    let code = house.code("web", |_| {});
    let answer = house.send(at_other("oauth2/v2.0/token", &house.redeem(&code))).await;
    answer.refused(400, "invalid_grant", 700_005);
    let mut userinfo = crate::house::get("/other/oidc/userinfo");
    let bearer = format!("Bearer {}", tokens.member("access_token"));
    userinfo.headers_mut().insert("authorization", bearer.parse().expect("a header"));
    house.send(userinfo).await.refused(401, "invalid_token", 88_000_142);
}
