//! Revocation (RFC 7009): a client revokes the grant of its token.

use http::StatusCode;

use crate::test_service::{SECRET, TestResponse, TestService, post};

const ENDPOINT: &str = "oauth2/v2.0/revoke";

async fn revoke(service: &TestService, client: &str, token: &str) -> TestResponse {
    service
        .post(ENDPOINT, &[("client_id", client), ("client_secret", SECRET), ("token", token)])
        .await
}

async fn is_active(service: &TestService, token: &str) -> bool {
    let token_query = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    service.post("oauth2/v2.0/introspect", &token_query).await.json["active"] == true
}

async fn tokens(service: &TestService, client: &'static str) -> TestResponse {
    let code = service.code(client, |_| {});
    service.token(&service.redeem_as(client, &code)).await.assert_ok()
}

#[tokio::test]
async fn revoking_either_token_revokes_the_grant() {
    // Revokes by access token, then by refresh token, twice each, with an unknown hint.
    let service = TestService::new().await;
    for name in ["access_token", "refresh_token"] {
        let tokens = tokens(&service, "web").await;
        assert!(is_active(&service, tokens.member("access_token")).await);
        let parameters = [
            ("client_id", "web"),
            ("client_secret", SECRET),
            ("token", tokens.member(name)),
            ("token_type_hint", "something_else"),
        ];
        for _ in 0..2 {
            let response = service.post(ENDPOINT, &parameters).await;
            assert_eq!((response.status, response.text.as_str()), (StatusCode::OK, ""));
            assert!(response.header("cache-control").contains("no-store"));
        }
        assert!(!is_active(&service, tokens.member("access_token")).await);
        assert!(!is_active(&service, tokens.member("refresh_token")).await);
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", "web"),
            ("client_secret", SECRET),
            ("refresh_token", tokens.member("refresh_token")),
        ];
        service.token(&refresh).await.assert_refused(400, "invalid_grant", 88_000_063);
    }
}

#[tokio::test]
async fn revoking_an_unknown_token_returns_200() {
    // RFC 7009 §2.2: sends texts that were never tokens of this service.
    let service = TestService::new().await;
    for garbage in ["x", "a.b.c", "rt.x", "ac.x.y", "rt.AAAAAAAAAAAAAAAAAAAAAA.AAAA"] {
        assert_eq!(revoke(&service, "web", garbage).await.status, StatusCode::OK);
    }
    let none = service.post(ENDPOINT, &[("client_id", "web"), ("client_secret", SECRET)]).await;
    none.assert_refused(400, "invalid_request", 900_144);
}

#[tokio::test]
async fn revoking_another_clients_token_is_refused() {
    // RFC 7009 §2.1: revokes each of the three tokens as another client, then without
    // authentication.
    let service = TestService::new().await;
    let tokens = tokens(&service, "web").await;
    for name in ["access_token", "refresh_token", "id_token"] {
        let response = revoke(&service, "daemon", tokens.member(name)).await;
        response.assert_refused(400, "invalid_grant", 88_000_162);
    }
    assert!(is_active(&service, tokens.member("access_token")).await);
    assert!(is_active(&service, tokens.member("refresh_token")).await);
    let unauthenticated = [("token", tokens.member("refresh_token"))];
    service.post(ENDPOINT, &unauthenticated).await.assert_refused(400, "invalid_request", 900_144);
    let response = service.post(ENDPOINT, &[("client_id", "web"), unauthenticated[0]]).await;
    response.assert_refused(401, "invalid_client", 7_000_218);
    assert!(response.header("www-authenticate").starts_with("Basic "));
}

#[tokio::test]
async fn revoking_a_token_without_a_grant_is_refused() {
    // RFC 7009 §2.2.1: an access token of the client itself, which has no grant, and an ID token.
    let service = TestService::new().await;
    let client_credentials =
        [("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", SECRET)];
    let own = service.token(&client_credentials).await.assert_ok();
    let response = revoke(&service, "web", own.member("access_token")).await;
    response.assert_refused(400, "unsupported_token_type", 88_000_161);
    assert!(response.member("error_description").contains("'access_token'"), "{}", response.text);
    let tokens = tokens(&service, "web").await;
    let response = revoke(&service, "web", tokens.member("id_token")).await;
    response.assert_refused(400, "unsupported_token_type", 88_000_161);
}

#[tokio::test]
async fn a_public_client_revokes_with_its_client_id_alone() {
    // RFC 7009 §2.1: a native client revokes; from a page, which it has none of, it is refused.
    let service = TestService::new().await;
    let code = service.code("native", |_| {});
    let tokens = service.token(&service.redeem_as("native", &code)).await.assert_ok();
    let parameters = [("client_id", "native"), ("token", tokens.member("refresh_token"))];
    let mut request = post(ENDPOINT, &parameters);
    request.headers_mut().insert("origin", "https://spa.test".parse().expect("a header"));
    service.send(request).await.assert_refused(400, "invalid_request", 9_002_326);
    // The resource server introspects: the client `web` may not see tokens of another client.
    let token = tokens.member("access_token");
    let query = [("client_id", "api"), ("client_secret", SECRET), ("token", token)];
    let introspect = async || service.post("oauth2/v2.0/introspect", &query).await.assert_ok();
    assert_eq!(introspect().await.json["active"], true);
    assert_eq!(service.post(ENDPOINT, &parameters).await.status, StatusCode::OK);
    assert_eq!(introspect().await.json["active"], false);
}

#[tokio::test]
async fn the_record_says_why_a_revocation_has_no_effect() {
    // Revokes a token twice, and a text. The first one has an effect and no reason.
    let service = TestService::new().await;
    let tokens = tokens(&service, "web").await;
    let token = tokens.member("access_token");
    let cases = [
        (token, None),
        (token, Some("revoked_by_client")),
        ("rt.x", Some("not_of_this_service")),
        ("nonsense", Some("segments")),
    ];
    for (token, expected) in cases {
        let response = revoke(&service, "web", token).await.assert_ok();
        let id = uuid::Uuid::try_parse(response.header("x-ms-request-id")).expect("an id");
        service.state.recorder.flush().await;
        let query = model::RecordQuery { trace_id: Some(id), limit: 1, ..Default::default() };
        let record = service.state.history.find(query).await.expect("a history").remove(0);
        let comparison = record.refusal_details.and_then(|mut details| details.comparisons.pop());
        let kind = comparison.and_then(|it| it.difference).map(|it| it.kind.into_owned());
        assert_eq!(kind.as_deref(), expected, "{token:.20}");
        assert_eq!(record.warnings.is_empty(), expected.is_none());
    }
}
