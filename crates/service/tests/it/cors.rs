//! CORS: the origins that may read a response, endpoint by endpoint.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use model::FaultKind;

use crate::{
    failing_store::{FailingStore, StoreFailure},
    signed_requests::p256,
    test_service::{SECRET, TENANT, TestResponse, TestService, post},
};

const OWN: &str = "https://spa.test";
const FOREIGN: &str = "https://evil.test";
/// The endpoints that pages call.
const CALLED_BY_PAGES: [&str; 3] = ["oauth2/v2.0/token", "oidc/userinfo", "oauth2/v2.0/revoke"];

async fn send(service: &TestService, method: Method, path: &str, origin: &str) -> TestResponse {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "id.test")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "DPoP, content-type, x y");
    service.send(request.body(Body::empty()).expect("a request")).await
}

/// Posts parameters from a page.
async fn post_from(
    service: &TestService,
    origin: &str,
    endpoint: &str,
    parameters: &[(&str, &str)],
) -> TestResponse {
    let mut request = post(endpoint, parameters);
    request.headers_mut().insert("origin", origin.parse().expect("a header"));
    service.send(request).await
}

/// Asserts that any page can read the response, without credentials.
#[track_caller]
fn assert_readable_by_any(response: &TestResponse) {
    assert_eq!(response.header("access-control-allow-origin"), "*", "{response:?}");
    assert_eq!(response.header("access-control-allow-credentials"), "");
    assert!(response.header("vary").contains("Origin"));
    assert!(response.header("access-control-expose-headers").contains("x-ms-request-id"));
}

#[tokio::test]
async fn public_documents_are_readable_from_any_origin() {
    // Requests discovery, keys, instance discovery and the catalogue, with GET and preflight, from
    // an unregistered origin.
    let service = TestService::new().await;
    for path in [
        format!("/{TENANT}/v2.0/.well-known/openid-configuration"),
        format!("/.well-known/oauth-authorization-server/{TENANT}/v2.0"),
        format!("/.well-known/openid-configuration/{TENANT}/v2.0"),
        format!("/{TENANT}/discovery/v2.0/keys"),
        "/common/discovery/instance".to_owned(),
        "/error/catalogue.json".to_owned(),
    ] {
        for method in [Method::GET, Method::OPTIONS] {
            let response = send(&service, method, &path, FOREIGN).await;
            assert_eq!(response.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(response.header("access-control-allow-credentials"), "");
        }
    }
}

#[tokio::test]
async fn refusals_are_readable_from_any_origin() {
    // Sends a preflight and a wrong request from a registered origin, from unregistered and similar
    // ones, and from the origin of a web app.
    let service = TestService::new().await;
    for endpoint in CALLED_BY_PAGES {
        let path = format!("/{TENANT}/{endpoint}");
        let refused = send(&service, Method::POST, &path, OWN).await;
        assert_eq!(refused.header("access-control-allow-origin"), OWN);
        let exposed = refused.header("access-control-expose-headers");
        for name in ["x-ms-request-id", "client-request-id", "dpop-nonce", "www-authenticate"] {
            assert!(exposed.contains(name), "{exposed}");
        }
        let others = [
            FOREIGN,
            "null",
            "https://spa.test.evil.test",
            "http://spa.test",
            "https://spa.test:444",
            "https://SPA.test",
            "https://web.test",
            "http://127.0.0.1",
        ];
        for origin in others.into_iter().chain([OWN]) {
            let preflight = send(&service, Method::OPTIONS, &path, origin).await;
            assert_eq!(preflight.status, StatusCode::NO_CONTENT);
            assert_eq!(preflight.header("access-control-allow-origin"), "*");
            assert_eq!(preflight.header("access-control-allow-credentials"), "");
            assert_eq!(preflight.header("access-control-allow-headers"), "DPoP, content-type");
            assert!(preflight.header("access-control-allow-methods").contains("POST"));
            assert_eq!(preflight.header("access-control-max-age"), "86400");
        }
        for origin in others {
            let response = send(&service, Method::POST, &path, origin).await;
            assert!(response.status.is_client_error(), "{origin}");
            assert_readable_by_any(&response);
        }
    }
}

#[tokio::test]
async fn early_refusals_are_readable_from_any_origin() {
    // Refused before the client is known: an unknown tenant, a wrong method, a secret in the URL
    // and another host. Without an origin there is no page that could read the response.
    let service = TestService::new().await;
    for endpoint in CALLED_BY_PAGES {
        for (method, path) in [
            (Method::POST, format!("/nowhere/{endpoint}")),
            (Method::PUT, format!("/{TENANT}/{endpoint}")),
            (Method::POST, format!("/{TENANT}/{endpoint}?client_secret=x")),
        ] {
            assert_readable_by_any(&send(&service, method, &path, FOREIGN).await);
        }
        let mut elsewhere = post(endpoint, &[]);
        elsewhere.headers_mut().insert("host", "other.test".parse().expect("a header"));
        let without_origin = service.send(elsewhere).await;
        let mut elsewhere = post(endpoint, &[]);
        elsewhere.headers_mut().insert("host", "other.test".parse().expect("a header"));
        elsewhere.headers_mut().insert("origin", FOREIGN.parse().expect("a header"));
        let from_page = service.send(elsewhere).await;
        assert_eq!(from_page.status, 421);
        assert_readable_by_any(&from_page);
        assert!(without_origin.status.is_client_error());
        assert_eq!(without_origin.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn a_fault_is_readable_from_any_origin() {
    // The store fails and panics during a token request from an unregistered origin.
    let store = FailingStore::new();
    let service = TestService::over(store.clone()).await;
    let parameters = [("grant_type", "refresh_token"), ("client_id", "unread")];
    for failure in [StoreFailure::Fault(FaultKind::StoreUnavailable), StoreFailure::Panic] {
        store.set_failure(failure);
        let response = post_from(&service, FOREIGN, "oauth2/v2.0/token", &parameters).await;
        assert!(response.status.is_server_error(), "{response:?}");
        assert_readable_by_any(&response);
    }
}

#[tokio::test]
async fn well_known_client_mistakes_are_readable_by_their_page() {
    // The three refusals that developers of pages get first: a web app, an unregistered origin and
    // a missing secret.
    let service = TestService::new().await;
    let endpoint = "oauth2/v2.0/token";
    let code = service.code("web", |_| {});
    let response = post_from(&service, FOREIGN, endpoint, &service.redeem(&code)).await;
    response.assert_refused(400, "invalid_request", 9_002_326);
    assert_readable_by_any(&response);
    let code = service.code("spa", |_| {});
    let parameters = service.redeem_as("spa", &code);
    let response = post_from(&service, FOREIGN, endpoint, &parameters).await;
    response.assert_refused(400, "invalid_request", 88_000_056);
    assert_readable_by_any(&response);
    let no_secret = [("grant_type", "refresh_token"), ("client_id", "web")];
    let response = post_from(&service, FOREIGN, endpoint, &no_secret).await;
    response.assert_refused(401, "invalid_client", 7_000_218);
    assert_readable_by_any(&response);
}

#[tokio::test]
async fn a_request_from_an_unregistered_origin_changes_nothing() {
    // Redeems a code with a DPoP proof, revokes and calls UserInfo from an unregistered origin,
    // then sends the same code, proof and tokens from the registered one.
    let service = TestService::new().await;
    let key = p256();
    let code = service.code("spa", |_| {});
    let proof = service.proof(&key, "POST", "oauth2/v2.0/token").sign(&key);
    let redeem = |origin: &'static str| {
        let mut request = post("oauth2/v2.0/token", &service.redeem_as("spa", &code));
        request.headers_mut().insert("dpop", proof.parse().expect("a header"));
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
        request
    };
    service.send(redeem(FOREIGN)).await.assert_refused(400, "invalid_request", 88_000_056);
    let tokens = service.send(redeem(OWN)).await.assert_ok();
    assert_eq!(tokens.header("access-control-allow-origin"), OWN);

    let revoke = [("client_id", "spa"), ("token", tokens.member("refresh_token"))];
    let refused = post_from(&service, FOREIGN, "oauth2/v2.0/revoke", &revoke).await;
    refused.assert_refused(400, "invalid_request", 88_000_056);
    assert_readable_by_any(&refused);

    let token = tokens.member("access_token");
    let hash = jose::digest::base64url(jose::digest::sha256(token.as_bytes()));
    let proof = service.proof(&key, "GET", "oidc/userinfo").with("ath", hash).sign(&key);
    let userinfo = |origin: &'static str| {
        Request::get(format!("/{TENANT}/oidc/userinfo"))
            .header("host", "id.test")
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", &proof)
            .header("origin", origin)
            .body(Body::empty())
            .expect("a request")
    };
    let refused = service.send(userinfo(FOREIGN)).await;
    refused.assert_refused(400, "invalid_request", 88_000_056);
    assert_readable_by_any(&refused);
    let claims = service.send(userinfo(OWN)).await.assert_ok();
    assert_eq!(claims.header("access-control-allow-origin"), OWN);

    let revoked = post_from(&service, OWN, "oauth2/v2.0/revoke", &revoke).await.assert_ok();
    assert_eq!(revoked.header("access-control-allow-origin"), OWN);
}

#[tokio::test]
async fn a_client_secret_in_a_page_gets_no_token() {
    // Requests a token with client credentials from a page, then from a server.
    let service = TestService::new().await;
    let parameters =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
    let response = post_from(&service, FOREIGN, "oauth2/v2.0/token", &parameters).await;
    response.assert_refused(400, "invalid_request", 9_002_326);
    service.token(&parameters).await.assert_ok();
}

#[tokio::test]
async fn a_registered_origin_is_named_for_its_own_client_only() {
    // Sends a wrong request of the client `native` from the origin of the client `spa`.
    let service = TestService::new().await;
    for (client, readable) in [("spa", OWN), ("native", "*"), ("nobody", OWN)] {
        let parameters = [("grant_type", "refresh_token"), ("client_id", client)];
        let response = post_from(&service, OWN, "oauth2/v2.0/token", &parameters).await;
        assert_eq!(response.header("access-control-allow-origin"), readable, "{client}");
    }
}

#[tokio::test]
async fn a_switched_off_app_gets_the_headers_of_an_unknown_one() {
    // ED8: switches the only app with the origin off, and compares the headers of its requests with
    // those of an app that does not exist.
    let service = TestService::new().await;
    service.change_client("spa", |client| client.enabled = false).await;
    let mut answers = Vec::new();
    for client in ["spa", "nobody"] {
        let parameters = [("grant_type", "refresh_token"), ("client_id", client)];
        let response = post_from(&service, OWN, "oauth2/v2.0/token", &parameters).await;
        let mut headers = response.headers.clone();
        for unique in ["x-ms-request-id", "client-request-id", "content-length", "www-authenticate"]
        {
            headers.remove(unique);
        }
        assert_eq!(response.header("access-control-allow-origin"), "*", "{client}");
        answers.push((response.status, headers));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn pages_and_introspection_allow_no_origin() {
    // Sends GET, POST and preflight to pages, to introspection and to the explain endpoint.
    let service = TestService::new().await;
    for path in [
        format!("/{TENANT}/oauth2/v2.0/authorize?client_id=spa"),
        format!("/{TENANT}/sign-in"),
        format!("/{TENANT}/oauth2/v2.0/introspect"),
        format!("/{TENANT}/oauth2/v2.0/explain"),
        "/error?code=50011".to_owned(),
        "/report".to_owned(),
        "/admin".to_owned(),
        "/admin/requests".to_owned(),
    ] {
        for method in [Method::GET, Method::OPTIONS, Method::POST] {
            for origin in [OWN, FOREIGN] {
                let response = send(&service, method.clone(), &path, origin).await;
                assert_eq!(response.header("access-control-allow-origin"), "", "{path}");
            }
        }
    }
}
