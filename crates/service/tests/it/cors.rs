//! Which browser origins may read an answer, endpoint by endpoint.

use axum::body::Body;
use http::{Method, Request, StatusCode};

use crate::house::{Answer, House, TENANT, post};

const OWN: &str = "https://spa.test";
const FOREIGN: &str = "https://evil.test";

async fn send(house: &House, method: Method, path: &str, origin: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "id.test")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "DPoP, content-type, x y");
    house.send(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn anyone_may_read_what_is_nobodys() {
    // Discovery in its three places, keys, instance discovery, the catalogue: asked and preflighted
    // from an origin that nobody registered.
    let house = House::new().await;
    for path in [
        format!("/{TENANT}/v2.0/.well-known/openid-configuration"),
        format!("/.well-known/oauth-authorization-server/{TENANT}/v2.0"),
        format!("/.well-known/openid-configuration/{TENANT}/v2.0"),
        format!("/{TENANT}/discovery/v2.0/keys"),
        "/common/discovery/instance".to_owned(),
        "/error/catalogue.json".to_owned(),
    ] {
        for method in [Method::GET, Method::OPTIONS] {
            let answer = send(&house, method, &path, FOREIGN).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
    }
}

#[tokio::test]
async fn only_registered_origins_may_read_what_is_somebodys() {
    // Token, UserInfo and revocation: preflight and refusal, for an origin that is registered, for
    // ones that are not or only look alike, and for the origin of a web app.
    let house = House::new().await;
    for endpoint in ["oauth2/v2.0/token", "oidc/userinfo", "oauth2/v2.0/revoke"] {
        let path = format!("/{TENANT}/{endpoint}");
        let preflight = send(&house, Method::OPTIONS, &path, OWN).await;
        assert_eq!(preflight.status, StatusCode::NO_CONTENT);
        assert_eq!(preflight.header("access-control-allow-origin"), OWN);
        assert_eq!(preflight.header("access-control-allow-headers"), "DPoP, content-type");
        assert!(preflight.header("access-control-allow-methods").contains("POST"));
        assert_eq!(preflight.header("access-control-max-age"), "86400");
        assert!(preflight.header("vary").contains("Origin"));
        let refused = send(&house, Method::POST, &path, OWN).await;
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
                let answer = send(&house, method, &path, origin).await;
                assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
                assert!(answer.header("vary").contains("Origin"));
            }
        }
    }
}

#[tokio::test]
async fn an_origin_counts_for_its_own_client_only() {
    // A refusal of the client `native`, asked for from the origin of the client `spa`.
    let house = House::new().await;
    for (client, readable) in [("spa", OWN), ("native", ""), ("nobody", OWN)] {
        let parameters = [("grant_type", "refresh_token"), ("client_id", client)];
        let mut request = post("oauth2/v2.0/token", &parameters);
        request.headers_mut().insert("origin", OWN.parse().expect("a header"));
        let answer = house.send(request).await;
        assert_eq!(answer.header("access-control-allow-origin"), readable, "{client}");
    }
    house.change_client("spa", |client| client.enabled = false).await;
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let preflight = send(&house, Method::OPTIONS, &path, OWN).await;
    assert_eq!(preflight.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn pages_and_introspection_are_for_no_origin() {
    // The authorization endpoint, the look-up page and introspection, asked and preflighted.
    let house = House::new().await;
    for path in [
        format!("/{TENANT}/oauth2/v2.0/authorize?client_id=spa"),
        format!("/{TENANT}/oauth2/v2.0/introspect"),
        "/error?code=50011".to_owned(),
    ] {
        for method in [Method::GET, Method::OPTIONS, Method::POST] {
            let answer = send(&house, method, &path, OWN).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        }
    }
}
