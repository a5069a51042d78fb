//! Revocation (RFC 7009): whoever was given a token can end what it belongs to.

use http::StatusCode;

use crate::house::{Answer, House, SECRET, post};

const ENDPOINT: &str = "oauth2/v2.0/revoke";

async fn revoke(house: &House, client: &str, token: &str) -> Answer {
    house
        .post(ENDPOINT, &[("client_id", client), ("client_secret", SECRET), ("token", token)])
        .await
}

async fn is_active(house: &House, token: &str) -> bool {
    let asking = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    house.post("oauth2/v2.0/introspect", &asking).await.json["active"] == true
}

async fn tokens(house: &House, client: &'static str) -> Answer {
    let code = house.code(client, |_| {});
    house.token(&house.redeem_as(client, &code)).await.good()
}

#[tokio::test]
async fn either_token_ends_the_grant_and_with_it_the_other() {
    // Revokes by access token, then by refresh token, whatever the hint says; twice each.
    let house = House::new().await;
    for name in ["access_token", "refresh_token"] {
        let tokens = tokens(&house, "web").await;
        assert!(is_active(&house, tokens.member("access_token")).await);
        let parameters = [
            ("client_id", "web"),
            ("client_secret", SECRET),
            ("token", tokens.member(name)),
            ("token_type_hint", "something_else"),
        ];
        for _ in 0..2 {
            let answer = house.post(ENDPOINT, &parameters).await;
            assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
            assert!(answer.header("cache-control").contains("no-store"));
        }
        assert!(!is_active(&house, tokens.member("access_token")).await);
        assert!(!is_active(&house, tokens.member("refresh_token")).await);
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", "web"),
            ("client_secret", SECRET),
            ("refresh_token", tokens.member("refresh_token")),
        ];
        house.token(&refresh).await.refused(400, "invalid_grant", 88_000_063);
    }
}

#[tokio::test]
async fn what_is_no_token_is_as_good_as_revoked() {
    // RFC 7009 §2.2: texts that never were tokens of ours.
    let house = House::new().await;
    for garbage in ["x", "a.b.c", "rt.x", "ac.x.y", "rt.AAAAAAAAAAAAAAAAAAAAAA.AAAA"] {
        assert_eq!(revoke(&house, "web", garbage).await.status, StatusCode::OK);
    }
    let none = house.post(ENDPOINT, &[("client_id", "web"), ("client_secret", SECRET)]).await;
    none.refused(400, "invalid_request", 900_144);
}

#[tokio::test]
async fn another_clients_token_is_left_alone_and_that_is_said() {
    // RFC 7009 §2.1: each of the three tokens, revoked by the wrong client; then by nobody.
    let house = House::new().await;
    let tokens = tokens(&house, "web").await;
    for name in ["access_token", "refresh_token", "id_token"] {
        let answer = revoke(&house, "daemon", tokens.member(name)).await;
        answer.refused(400, "invalid_grant", 88_000_162);
    }
    assert!(is_active(&house, tokens.member("access_token")).await);
    assert!(is_active(&house, tokens.member("refresh_token")).await);
    let nobody = [("token", tokens.member("refresh_token"))];
    house.post(ENDPOINT, &nobody).await.refused(400, "invalid_request", 900_144);
    let answer = house.post(ENDPOINT, &[("client_id", "web"), nobody[0]]).await;
    answer.refused(401, "invalid_client", 7_000_218);
    assert!(answer.header("www-authenticate").starts_with("Basic "));
}

#[tokio::test]
async fn what_ends_by_time_alone_cannot_be_revoked_and_that_is_said() {
    // RFC 7009 §2.2.1: a client's own access token, which nothing stands behind, and an ID token.
    let house = House::new().await;
    let for_itself =
        [("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", SECRET)];
    let own = house.token(&for_itself).await.good();
    let answer = revoke(&house, "web", own.member("access_token")).await;
    answer.refused(400, "unsupported_token_type", 88_000_161);
    assert!(answer.member("error_description").contains("'access_token'"), "{}", answer.text);
    let tokens = tokens(&house, "web").await;
    let answer = revoke(&house, "web", tokens.member("id_token")).await;
    answer.refused(400, "unsupported_token_type", 88_000_161);
}

#[tokio::test]
async fn a_public_client_revokes_with_its_name_alone() {
    // RFC 7009 §2.1: a single-page app at its own origin, which may read the answer.
    let house = House::new().await;
    let code = house.code("native", |_| {});
    let tokens = house.token(&house.redeem_as("native", &code)).await.good();
    let parameters = [("client_id", "native"), ("token", tokens.member("refresh_token"))];
    let mut request = post(ENDPOINT, &parameters);
    request.headers_mut().insert("origin", "https://spa.test".parse().expect("a header"));
    let answer = house.send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "", "not an origin of this client");
    assert!(!is_active(&house, tokens.member("access_token")).await);
}
