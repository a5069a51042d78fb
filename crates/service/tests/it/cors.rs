//! CORS: the origins that may read a response, endpoint by endpoint.

use axum::body::Body;
use http::{Method, Request, StatusCode};

use crate::test_service::{TENANT, TestResponse, TestService, post};

const OWN: &str = "https://spa.test";
const FOREIGN: &str = "https://evil.test";

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
async fn token_userinfo_and_revoke_allow_registered_origins_only() {
    // Sends a preflight and a wrong request from a registered origin, from unregistered and similar
    // ones, and from the origin of a web app.
    let service = TestService::new().await;
    for endpoint in ["oauth2/v2.0/token", "oidc/userinfo", "oauth2/v2.0/revoke"] {
        let path = format!("/{TENANT}/{endpoint}");
        let preflight = send(&service, Method::OPTIONS, &path, OWN).await;
        assert_eq!(preflight.status, StatusCode::NO_CONTENT);
        assert_eq!(preflight.header("access-control-allow-origin"), OWN);
        assert_eq!(preflight.header("access-control-allow-headers"), "DPoP, content-type");
        assert!(preflight.header("access-control-allow-methods").contains("POST"));
        assert_eq!(preflight.header("access-control-max-age"), "86400");
        assert!(preflight.header("vary").contains("Origin"));
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
        for origin in others {
            for method in [Method::OPTIONS, Method::POST] {
                let response = send(&service, method, &path, origin).await;
                assert_eq!(response.header("access-control-allow-origin"), "", "{origin}");
                assert!(response.header("vary").contains("Origin"));
            }
        }
    }
}

#[tokio::test]
async fn a_registered_origin_reads_responses_of_its_own_client_only() {
    // Sends a wrong request of the client `native` from the origin of the client `spa`.
    let service = TestService::new().await;
    for (client, readable) in [("spa", OWN), ("native", ""), ("nobody", OWN)] {
        let parameters = [("grant_type", "refresh_token"), ("client_id", client)];
        let mut request = post("oauth2/v2.0/token", &parameters);
        request.headers_mut().insert("origin", OWN.parse().expect("a header"));
        let response = service.send(request).await;
        assert_eq!(response.header("access-control-allow-origin"), readable, "{client}");
    }
    service.change_client("spa", |client| client.enabled = false).await;
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let preflight = send(&service, Method::OPTIONS, &path, OWN).await;
    assert_eq!(preflight.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn pages_and_introspection_allow_no_origin() {
    // Sends GET, POST and preflight to the authorization endpoint, an error page and introspection.
    let service = TestService::new().await;
    for path in [
        format!("/{TENANT}/oauth2/v2.0/authorize?client_id=spa"),
        format!("/{TENANT}/oauth2/v2.0/introspect"),
        "/error?code=50011".to_owned(),
    ] {
        for method in [Method::GET, Method::OPTIONS, Method::POST] {
            let response = send(&service, method, &path, OWN).await;
            assert_eq!(response.header("access-control-allow-origin"), "", "{path}");
        }
    }
}
