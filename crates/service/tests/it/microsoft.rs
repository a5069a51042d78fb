//! Requests of Microsoft's client libraries: instance discovery, userrealm, extra parameters.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use http::StatusCode;

use crate::test_service::{ORIGIN, SECRET, TENANT, TestService, get, post};

fn instance(endpoint: &str) -> String {
    let query = crate::test_service::encode(&[
        ("api-version", "1.1"),
        ("authorization_endpoint", endpoint),
    ]);
    format!("/common/discovery/instance?{query}")
}

#[tokio::test]
async fn instance_discovery_knows_only_this_service() {
    // Sends the URL of this service, of Microsoft, texts that are no URL, and none.
    let service = TestService::new().await;
    let own = format!("{ORIGIN}/{TENANT}/oauth2/v2.0/authorize");
    let response = service.send(get(&instance(&own))).await.assert_ok();
    let document = format!("{ORIGIN}/{TENANT}/v2.0/.well-known/openid-configuration");
    assert_eq!(response.member("tenant_discovery_endpoint"), document);
    assert_eq!(response.json["metadata"][0]["aliases"][0], "id.test");
    let rows = [
        (
            "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
            "invalid_instance",
            50_049,
        ),
        ("https://id.test.evil.test/x", "invalid_instance", 50_049),
        ("https://id.test@evil.test/x", "invalid_instance", 50_049),
        ("id.test", "invalid_request", 50_050),
        ("https://id.test/", "invalid_request", 50_050),
        ("https://id.test", "invalid_instance", 50_049),
        ("https:///x", "invalid_request", 50_050),
    ];
    for (endpoint, error, number) in rows {
        service.send(get(&instance(endpoint))).await.assert_refused(400, error, number);
    }
    let none = service.send(get("/common/discovery/instance")).await;
    none.assert_refused(400, "invalid_request", 900_144);
    let response = service.send(post_to("/common/discovery/instance")).await;
    response.assert_refused(405, "invalid_request", 900_561);
}

fn post_to(path: &str) -> http::Request<axum::body::Body> {
    let mut request = post("x", &[]);
    *request.uri_mut() = path.parse().expect("a path");
    request
}

#[tokio::test]
async fn userrealm_is_the_same_for_every_user_name() {
    // S16: sends an existing user name, an unknown one, and malformed ones.
    let service = TestService::new().await;
    for user in ["alice@demo.test", "nobody@demo.test", "alice%40demo.test"] {
        let path = format!("/common/userrealm/{user}?api-version=1.0");
        let response = service.send(get(&path)).await.assert_ok();
        assert_eq!(response.member("account_type"), "Managed");
        assert_eq!(response.member("domain_name"), "demo.test");
        assert_eq!(response.member("cloud_instance_name"), "id.test");
        assert_eq!(response.member("ver"), "1.0");
    }
    for odd in ["x", "%00", "%FF", "%22%3E%3Cscript%3E"] {
        let response = service.send(get(&format!("/common/userrealm/{odd}"))).await.assert_ok();
        assert_eq!(response.member("account_type"), "Managed");
    }
    service.send(post_to("/common/userrealm/x")).await.assert_refused(
        405,
        "invalid_request",
        900_561,
    );
}

#[tokio::test]
async fn extra_parameters_of_microsoft_clients_are_ignored() {
    // Sends the headers and parameters of MSAL Python and MSAL Node, all at once.
    let service = TestService::new().await;
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", SECRET),
        ("scope", "api://orders/.default"),
        ("client_info", "1"),
        ("claims", r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#),
        ("x-client-SKU", "msal.js.node"),
        ("x-client-VER", "7.2.1"),
        ("x-client-OS", "linux"),
        ("x-client-current-telemetry", "5|771,2,,,|,"),
        ("x-ms-lib-capability", "retry-after, h429"),
        ("client-request-id", "2f2f9aa6-5e1c-4a4b-9c3f-0123456789ab"),
    ];
    let mut request = post("oauth2/v2.0/token?client-request-id=x", &parameters);
    let headers = request.headers_mut();
    for name in ["x-client-sku", "x-anchormailbox", "x-client-last-telemetry"] {
        headers.insert(name, "upn:alice@demo.test".parse().expect("a header"));
    }
    let response = service.send(request).await.assert_ok();
    assert_eq!(response.header("client-request-id"), "2f2f9aa6-5e1c-4a4b-9c3f-0123456789ab");
}

#[tokio::test]
async fn a_tenant_is_found_by_id_and_name_in_any_case() {
    // MSAL Node sends the authority in lower case, other libraries as it was typed.
    let service = TestService::new().await;
    let parameters =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
    for tenant in ["demo", "DEMO", &TENANT.to_string(), &TENANT.to_string().to_uppercase()] {
        let mut request = post("x", &parameters);
        *request.uri_mut() = format!("/{tenant}/oauth2/v2.0/token").parse().expect("a path");
        let response = service.send(request).await;
        assert_eq!(response.status, StatusCode::OK, "{tenant}: {}", response.text);
        assert_eq!(response.claims("access_token")["iss"], format!("{ORIGIN}/{TENANT}/v2.0"));
    }
}
