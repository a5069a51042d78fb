//! Metadata and keys: the three documents, their endpoints, and key rotation.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: H = HTTP.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use model::{DirectoryChange, IssuerForm, RequestRecord, Seconds, Tenant};
use serde_json::Value;

use crate::test_service::{ORIGIN, SECRET, TENANT, TestResponse, TestService, get};

fn metadata_paths(tenant: &str) -> [String; 3] {
    [
        format!("/{tenant}/v2.0/.well-known/openid-configuration"),
        format!("/.well-known/oauth-authorization-server/{tenant}/v2.0"),
        format!("/.well-known/openid-configuration/{tenant}/v2.0"),
    ]
}

async fn head(service: &TestService, path: &str) -> TestResponse {
    let request = Request::head(path).header("host", "id.test").body(Body::empty());
    service.send(request.expect("a request")).await
}

#[tokio::test]
async fn the_three_metadata_documents_are_equal_and_name_the_issuer() {
    // OpenID Connect Discovery §4 and RFC 8414 §3: by id, by id in upper case, and by name.
    let service = TestService::new().await;
    let issuer = format!("{ORIGIN}/{TENANT}/v2.0");
    let mut seen = Vec::new();
    for tenant in [TENANT.to_string(), TENANT.to_string().to_uppercase(), "demo".to_owned()] {
        for path in metadata_paths(&tenant) {
            let response = service.send(get(&path)).await.assert_ok();
            assert_eq!(response.member("issuer"), issuer);
            assert_eq!(response.header("access-control-allow-origin"), "*");
            assert_eq!(response.header("cache-control"), "public, max-age=3600");
            assert_eq!(response.header("content-type"), "application/json; charset=utf-8");
            assert_eq!(head(&service, &path).await.status, StatusCode::OK);
            seen.push(response.text);
        }
    }
    assert!(seen.iter().all(|text| *text == seen[0]));
    // RFC 8414 §3.3: the issuer is the URL that the well-known path is inserted into.
    let path = issuer.strip_prefix(ORIGIN).expect("a path");
    let inserted = format!("/.well-known/oauth-authorization-server{path}");
    assert_eq!(service.send(get(&inserted)).await.assert_ok().text, seen[0]);
}

#[tokio::test]
async fn every_advertised_endpoint_responds() {
    // Requests each URL of the document with GET and POST: no 404 and no 5xx.
    let service = TestService::new().await;
    let document = service.send(get(&metadata_paths("demo")[0])).await.assert_ok();
    let members = document.json.as_object().expect("an object");
    let is_endpoint = |name: &str| name.ends_with("_endpoint") || name == "jwks_uri";
    let urls: Vec<&str> = members
        .iter()
        .filter(|(name, _)| is_endpoint(name))
        .filter_map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(urls.len(), 7, "{urls:?}");
    for url in urls {
        let path = url.strip_prefix(ORIGIN).expect("the configured origin");
        for method in [Method::GET, Method::POST] {
            let request = Request::builder().method(method).uri(path).header("host", "id.test");
            let response = service.send(request.body(Body::empty()).expect("a request")).await;
            assert_ne!(response.status, StatusCode::NOT_FOUND, "{path}");
            assert!(response.status.as_u16() < 500, "{path}: {}", response.text);
        }
    }
}

#[tokio::test]
async fn the_metadata_lists_match_what_the_endpoints_accept() {
    // Compares lists of the document with the response to each kind of request.
    let service = TestService::new().await;
    let document = service.send(get(&metadata_paths("demo")[0])).await.assert_ok().json;
    let list = |name: &str| -> Vec<String> {
        let values = document[name].as_array().expect("a list").iter();
        values.map(|value| value.as_str().expect("a text").to_owned()).collect()
    };
    for grant_type in list("grant_types_supported") {
        let parameters = [("grant_type", grant_type.as_str()), ("client_id", "nobody")];
        assert_ne!(service.token(&parameters).await.error_number(), 70_003, "{grant_type}");
    }
    assert_eq!(service.token(&[("grant_type", "password")]).await.error_number(), 70_003);
    assert_eq!(list("code_challenge_methods_supported"), ["S256"]);
    assert_eq!(list("response_types_supported"), ["code"]);
    assert_eq!(list("ui_locales_supported"), ["en", "id"]);
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["request_parameter_supported"], false);
    assert!(!list("request_object_signing_alg_values_supported").contains(&"none".to_owned()));
    assert_eq!(document["claims_parameter_supported"], true);
    assert_eq!(list("acr_values_supported"), ["1", "mfa", "phr"]);
    for scope in ["openid", "profile", "email", "address", "phone", "offline_access"] {
        assert!(list("scopes_supported").iter().any(|it| it == scope), "{scope}");
    }
    for claim in ["acr", "given_name", "birthdate", "updated_at", "address", "phone_number"] {
        assert!(list("claims_supported").iter().any(|it| it == claim), "{claim}");
    }
    assert_eq!(document["request_uri_parameter_supported"], false);
    for method in list("token_endpoint_auth_methods_supported") {
        let known = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
        assert!(known.contains(&method.as_str()), "{method}");
    }
    assert!(!list("introspection_endpoint_auth_methods_supported").contains(&"none".to_owned()));
}

#[tokio::test]
async fn published_keys_verify_issued_tokens_and_are_public_only() {
    // H8, H12: verifies a token of each kind with the key that its header names.
    let service = TestService::new().await;
    let path = format!("/{TENANT}/discovery/v2.0/keys");
    let response = service.send(get(&path)).await.assert_ok();
    assert_eq!(response.header("cache-control"), "public, max-age=3600");
    assert_eq!(response.header("access-control-allow-origin"), "*");
    assert_eq!(head(&service, &path).await.status, StatusCode::OK);
    let keys = response.json["keys"].as_array().expect("keys");
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert!(key["alg"].is_string() && key["use"] == "sig" && key["kid"].is_string());
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    for (name, typ, alg) in [("access_token", "at+jwt", "ES256"), ("id_token", "JWT", "RS256")] {
        let token = tokens.member(name);
        let compact = jose::CompactJws::parse(token, 16 * 1024, jose::Padding::Refused);
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
async fn a_new_key_is_published_before_it_signs() {
    // H12: rotates with publication: the new key is listed, and the old key still signs and
    // verifies.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let now = service::now();
    for algorithm in service::key_rotation::algorithms(&service.tenant.row) {
        service::key_rotation::rotate(
            &*service.state.store,
            &service.tenant,
            algorithm,
            service::key_rotation::Activation::AfterPublication,
            now - Seconds::new(1),
        )
        .await
        .expect("a key");
    }
    let path = format!("/{TENANT}/discovery/v2.0/keys");
    let keys = service.send(get(&path)).await.assert_ok();
    assert_eq!(keys.json["keys"].as_array().map(Vec::len), Some(4), "{}", keys.text);
    let token_query =
        [("client_id", "web"), ("client_secret", SECRET), ("token", tokens.member("access_token"))];
    let introspected = service.post("oauth2/v2.0/introspect", &token_query).await;
    assert_eq!(introspected.json["active"], true);
    let code = service.code("web", |_| {});
    let later = service.token(&service.redeem(&code)).await.assert_ok();
    let kid = |response: &TestResponse| {
        let token = response.member("access_token").to_owned();
        token.split('.').next().map(str::to_owned)
    };
    assert_eq!(kid(&tokens), kid(&later));
}

#[tokio::test]
async fn metadata_refusals_are_readable_from_any_origin() {
    // Requests unknown, malformed, shared and suspended tenants, and sends other methods.
    let service = TestService::new().await;
    let rows =
        [("nobody", 90_002), ("a%20b", 900_023), ("common", 900_021), ("organizations", 900_021)];
    for (tenant, number) in rows {
        for path in metadata_paths(tenant) {
            let response = service.send(get(&path)).await;
            response.assert_refused(400, "invalid_request", number);
            assert_eq!(response.header("access-control-allow-origin"), "*");
            assert!(response.header("cache-control").contains("no-store"));
        }
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method).uri(&metadata_paths("demo")[0]);
        let request = request.header("host", "id.test").body(Body::empty());
        let response = service.send(request.expect("a request")).await;
        response.assert_refused(405, "invalid_request", 900_561);
        assert_eq!(response.header("allow"), "GET, HEAD");
    }
    service.change_tenant(|tenant| tenant.suspended = true).await;
    let response = service.send(get(&metadata_paths("demo")[0])).await;
    response.assert_refused(400, "invalid_request", 88_000_020);
}

/// Changes the tenant of a service, and returns a service with the changed context.
async fn with_tenant(change: impl FnOnce(&mut Tenant)) -> TestService {
    let service = TestService::new().await;
    let mut tenant = service.tenant.row.clone();
    change(&mut tenant);
    service.apply(DirectoryChange::PutTenant(tenant)).await;
    TestService::from_state(service.state).await
}

/// Returns the records of the request of a response: at most one.
async fn recorded(service: &TestService, response: &TestResponse) -> Vec<RequestRecord> {
    let mut records = crate::record::records(service).await;
    records.retain(|record| record.trace_id.to_string() == response.header("x-ms-request-id"));
    records
}

/// Returns the algorithm in the header of a token of a response.
fn algorithm(tokens: &TestResponse, name: &str) -> String {
    let compact = jose::CompactJws::parse(tokens.member(name), 16 * 1024, jose::Padding::Refused);
    compact.expect("a token").header().alg.clone()
}

#[tokio::test]
async fn a_tenant_with_one_algorithm_publishes_and_uses_only_that() {
    // Takes an algorithm out of the tenant. Its key leaves the key set when its last token has
    // expired, or at once if old keys are revoked; a token for UserInfo is signed with the other.
    for (kept, removed, key_type) in [("RS256", "ES256", "RSA"), ("ES256", "RS256", "EC")] {
        let service = with_tenant(|tenant| tenant.signing_algs = vec![kept.to_owned()]).await;
        let (store, now) = (&*service.state.store, service::now());
        let ensure = async |at| {
            service::key_rotation::ensure(store, &service.tenant, at).await.expect("keys");
        };
        ensure(now).await;
        let path = format!("/{TENANT}/discovery/v2.0/keys");
        let key_set = service.send(get(&path)).await.assert_ok();
        assert_eq!(key_set.json["keys"].as_array().map(Vec::len), Some(2), "{}", key_set.text);
        let stored = store.signing_keys(service.tenant.id()).await.expect("a store");
        let retired = stored.iter().find(|key| key.algorithm == removed).expect("a key");
        assert_eq!(retired.retired_at, now + Seconds::days(2));
        let revoke = service::key_rotation::Activation::ImmediateRevokeOld;
        service::key_rotation::retire_others(store, &service.tenant, revoke, now)
            .await
            .expect("keys");
        ensure(now + Seconds::hours(1)).await;
        let key_set = service.send(get(&path)).await.assert_ok();
        let keys = key_set.json["keys"].as_array().expect("keys");
        assert!(keys.len() == 1 && keys[0]["kty"] == key_type, "{}", key_set.text);

        let document = service.send(get(&metadata_paths("demo")[0])).await.assert_ok();
        let supported = &document.json["id_token_signing_alg_values_supported"];
        assert_eq!(*supported, serde_json::json!([kept]));
        service.change_client("web", |client| client.id_token_alg = kept.to_owned()).await;
        let code = service.code("web", |code| code.resource = String::new());
        let tokens = service.token(&service.redeem(&code)).await.assert_ok();
        assert_eq!(algorithm(&tokens, "access_token"), kept);
        assert_eq!(algorithm(&tokens, "id_token"), kept);
        let request = Request::get(format!("/{TENANT}/oidc/userinfo"))
            .header("host", "id.test")
            .header("authorization", format!("Bearer {}", tokens.member("access_token")));
        service.send(request.body(Body::empty()).expect("a request")).await.assert_ok();
        service.state.ready().await.expect("a key of each algorithm of the tenant");
    }
}

#[tokio::test]
async fn the_issuer_has_the_form_that_the_tenant_chose() {
    // Requests the document under both forms. Issuer and endpoints are of the chosen form, tokens
    // too, and only the other form leaves a record, whose warning names the address of the issuer.
    for (form, own, other) in [
        (IssuerForm::Id, TENANT.to_string(), "demo".to_owned()),
        (IssuerForm::Name, "demo".to_owned(), TENANT.to_string()),
    ] {
        let service = with_tenant(|tenant| tenant.issuer = form).await;
        let issuer = format!("{ORIGIN}/{own}/v2.0");
        for path in metadata_paths(&own) {
            let response = service.send(get(&path)).await.assert_ok();
            assert_eq!(response.member("issuer"), issuer);
            let token = format!("{ORIGIN}/{own}/oauth2/v2.0/token");
            assert_eq!(response.member("token_endpoint"), token);
            assert!(recorded(&service, &response).await.is_empty(), "{path}");
        }
        for path in metadata_paths(&other) {
            let response = service.send(get(&path)).await.assert_ok();
            assert_eq!(response.member("issuer"), issuer);
            let records = recorded(&service, &response).await;
            let warnings: Vec<(&str, &str)> =
                records[0].warnings.iter().map(|it| (&*it.kind, it.value.as_str())).collect();
            let address = format!("{issuer}/.well-known/openid-configuration");
            assert_eq!(warnings, [("issuer_of_other_form", address.as_str())]);
        }
        let code = service.code("web", |code| code.resource = String::new());
        let tokens = service.token(&service.redeem(&code)).await.assert_ok();
        assert_eq!(tokens.claims("id_token")["iss"], issuer);
        assert_eq!(tokens.claims("access_token")["iss"], issuer);
        for segment in [&own, &other] {
            let request = Request::get(format!("/{segment}/oidc/userinfo"))
                .header("host", "id.test")
                .header("authorization", format!("Bearer {}", tokens.member("access_token")));
            service.send(request.body(Body::empty()).expect("a request")).await.assert_ok();
        }
    }
}

#[tokio::test]
async fn metadata_at_a_part_of_the_issuer_is_refused_with_its_address() {
    // Requests the addresses that libraries derive from the origin or from the tenant alone, as a
    // library and as a browser. A tenant that does not exist is refused as everywhere.
    let service = TestService::new().await;
    let (openid, oauth) = ("openid-configuration", "oauth-authorization-server");
    let id = TENANT.to_string();
    let openid_at = |tenant| format!("{ORIGIN}/{tenant}/v2.0/.well-known/{openid}");
    let oauth_at = |tenant| format!("{ORIGIN}/.well-known/{oauth}/{tenant}/v2.0");
    for (path, address) in [
        (format!("/.well-known/{openid}"), openid_at("TENANT")),
        (format!("/demo/.well-known/{openid}"), openid_at(&id)),
        (format!("/{id}/.well-known/{openid}"), openid_at(&id)),
        (format!("/.well-known/{openid}/demo"), openid_at(&id)),
        (format!("/.well-known/{oauth}"), oauth_at("TENANT")),
        (format!("/demo/.well-known/{oauth}"), oauth_at(&id)),
        (format!("/.well-known/{oauth}/demo"), oauth_at(&id)),
    ] {
        let response = service.send(get(&path)).await;
        response.assert_refused(404, "invalid_request", 88_000_260);
        assert!(response.member("error_description").contains(&address), "{}", response.text);
        assert_eq!(response.header("access-control-allow-origin"), "*");
        let browser = Request::get(&path).header("host", "id.test").header("accept", "text/html");
        let page = service.send(browser.body(Body::empty()).expect("a request")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        let text = page.text.replace("&#x2f;", "/").replace("&#x27;", "'");
        assert!(text.contains(&address) && text.contains("88000260"), "{text}");
    }
    let unknown = service.send(get(&format!("/nowhere/.well-known/{openid}"))).await;
    assert_eq!(unknown.error_number(), 90_002);
    let other = service.send(get("/demo/.well-known/security.txt")).await;
    assert_eq!(other.error_number(), 88_000_005);
}
