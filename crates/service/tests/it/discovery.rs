//! Metadata and keys: the three documents, the endpoints that they name, and how long they keep.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use model::Seconds;
use serde_json::Value;

use crate::house::{Answer, House, ORIGIN, SECRET, TENANT, get};

fn places(tenant: &str) -> [String; 3] {
    [
        format!("/{tenant}/v2.0/.well-known/openid-configuration"),
        format!("/.well-known/oauth-authorization-server/{tenant}/v2.0"),
        format!("/.well-known/openid-configuration/{tenant}/v2.0"),
    ]
}

async fn head(house: &House, path: &str) -> Answer {
    let request = Request::head(path).header("host", "id.test").body(Body::empty());
    house.send(request.expect("a request")).await
}

#[tokio::test]
async fn the_three_documents_are_one_and_name_the_issuer_byte_for_byte() {
    // OpenID Connect Discovery §4 and RFC 8414 §3, by id, by id in capitals, and by name.
    let house = House::new().await;
    let issuer = format!("{ORIGIN}/{TENANT}/v2.0");
    let mut seen = Vec::new();
    for tenant in [TENANT.to_string(), TENANT.to_string().to_uppercase(), "demo".to_owned()] {
        for path in places(&tenant) {
            let answer = house.send(get(&path)).await.good();
            assert_eq!(answer.member("issuer"), issuer);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("cache-control"), "public, max-age=3600");
            assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
            assert_eq!(head(&house, &path).await.status, StatusCode::OK);
            seen.push(answer.text);
        }
    }
    assert!(seen.iter().all(|text| *text == seen[0]));
    // RFC 8414 §3.3: the issuer is what the address was made of.
    let path = issuer.strip_prefix(ORIGIN).expect("a path");
    let inserted = format!("/.well-known/oauth-authorization-server{path}");
    assert_eq!(house.send(get(&inserted)).await.good().text, seen[0]);
}

#[tokio::test]
async fn every_endpoint_that_is_advertised_answers() {
    // Follows each URL of the document with a bare GET and a bare POST: no 404, no 5xx.
    let house = House::new().await;
    let document = house.send(get(&places("demo")[0])).await.good();
    let members = document.json.as_object().expect("an object");
    let is_place = |name: &str| name.ends_with("_endpoint") || name == "jwks_uri";
    let urls: Vec<&str> = members
        .iter()
        .filter(|(name, _)| is_place(name))
        .filter_map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(urls.len(), 6, "{urls:?}");
    for url in urls {
        let path = url.strip_prefix(ORIGIN).expect("our own origin");
        for method in [Method::GET, Method::POST] {
            let request = Request::builder().method(method).uri(path).header("host", "id.test");
            let answer = house.send(request.body(Body::empty()).expect("a request")).await;
            assert_ne!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn what_is_advertised_is_what_is_done() {
    // Compares lists of the document with what a request of each kind gets.
    let house = House::new().await;
    let document = house.send(get(&places("demo")[0])).await.good().json;
    let list = |name: &str| -> Vec<String> {
        let values = document[name].as_array().expect("a list").iter();
        values.map(|value| value.as_str().expect("a text").to_owned()).collect()
    };
    for grant_type in list("grant_types_supported") {
        let parameters = [("grant_type", grant_type.as_str()), ("client_id", "nobody")];
        assert_ne!(house.token(&parameters).await.number(), 70_003, "{grant_type}");
    }
    assert_eq!(house.token(&[("grant_type", "password")]).await.number(), 70_003);
    assert_eq!(list("code_challenge_methods_supported"), ["S256"]);
    assert_eq!(list("response_types_supported"), ["code"]);
    assert_eq!(list("ui_locales_supported"), ["en", "id"]);
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["request_parameter_supported"], false);
    assert_eq!(document["request_uri_parameter_supported"], false);
    for method in list("token_endpoint_auth_methods_supported") {
        let known = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
        assert!(known.contains(&method.as_str()), "{method}");
    }
    assert!(!list("introspection_endpoint_auth_methods_supported").contains(&"none".to_owned()));
}

#[tokio::test]
async fn the_keys_verify_the_tokens_and_hold_nothing_private() {
    // H8, H12: verifies a token of each kind with the key that its header names.
    let house = House::new().await;
    let path = format!("/{TENANT}/discovery/v2.0/keys");
    let answer = house.send(get(&path)).await.good();
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(head(&house, &path).await.status, StatusCode::OK);
    let keys = answer.json["keys"].as_array().expect("keys");
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert!(key["alg"].is_string() && key["use"] == "sig" && key["kid"].is_string());
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    for (name, typ, alg) in [("access_token", "at+jwt", "ES256"), ("id_token", "JWT", "RS256")] {
        let token = tokens.member(name);
        let compact = jose::Compact::parse(token, 16 * 1024, jose::Padding::Refused);
        let compact = compact.expect("a token");
        let header = compact.header().clone();
        assert_eq!((header.typ.as_deref(), header.alg.as_str()), (Some(typ), alg));
        let named = |key: &&Value| key["kid"].as_str() == header.kid.as_deref();
        let key = keys.iter().find(named).expect("the key");
        let jwk = jose::Jwk::from_json(key.to_string().as_bytes()).expect("a key");
        let key = jose::VerifyingKey::new(&jwk).expect("a key");
        assert!(compact.verify(&key).is_ok());
    }
}

#[tokio::test]
async fn a_new_key_is_shown_before_it_signs_and_the_old_one_after() {
    // H12: rotates by publishing; tokens of the old key stay good, and the new key is listed.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    let now = service::now();
    for algorithm in service::keys::ALGORITHMS {
        service::keys::rotate(
            &*house.service.store,
            &house.realm,
            algorithm,
            service::keys::Start::Published,
            now - Seconds::new(1),
        )
        .await
        .expect("a key");
    }
    let path = format!("/{TENANT}/discovery/v2.0/keys");
    let keys = house.send(get(&path)).await.good();
    assert_eq!(keys.json["keys"].as_array().map(Vec::len), Some(4), "{}", keys.text);
    let asking =
        [("client_id", "web"), ("client_secret", SECRET), ("token", tokens.member("access_token"))];
    let asked = house.post("oauth2/v2.0/introspect", &asking).await;
    assert_eq!(asked.json["active"], true);
    let code = house.code("web", |_| {});
    let later = house.token(&house.redeem(&code)).await.good();
    let kid = |answer: &Answer| {
        let token = answer.member("access_token").to_owned();
        token.split('.').next().map(str::to_owned)
    };
    assert_eq!(kid(&tokens), kid(&later));
}

#[tokio::test]
async fn wrong_tenants_and_methods_are_refused_so_that_anyone_may_read_it() {
    // Unknown, malformed, shared and suspended tenants; methods that change something.
    let house = House::new().await;
    let rows =
        [("nobody", 90_002), ("a%20b", 900_023), ("common", 900_021), ("organizations", 900_021)];
    for (tenant, number) in rows {
        for path in places(tenant) {
            let answer = house.send(get(&path)).await;
            answer.refused(400, "invalid_request", number);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert!(answer.header("cache-control").contains("no-store"));
        }
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method).uri(&places("demo")[0]);
        let request = request.header("host", "id.test").body(Body::empty());
        let answer = house.send(request.expect("a request")).await;
        answer.refused(405, "invalid_request", 900_561);
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    house.change_tenant(|tenant| tenant.suspended = true).await;
    let answer = house.send(get(&places("demo")[0])).await;
    answer.refused(400, "invalid_request", 88_000_020);
}
