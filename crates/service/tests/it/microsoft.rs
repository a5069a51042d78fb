//! What Microsoft's clients ask before they begin, and what they send along with everything.

use http::StatusCode;

use crate::house::{House, ORIGIN, SECRET, TENANT, get, post};

fn instance(endpoint: &str) -> String {
    let query =
        crate::house::encode(&[("api-version", "1.1"), ("authorization_endpoint", endpoint)]);
    format!("/common/discovery/instance?{query}")
}

#[tokio::test]
async fn this_host_is_one_service_and_no_other_is_known() {
    // Instance discovery for our own origin, for Microsoft's, for texts that are no URL, for none.
    let house = House::new().await;
    let own = format!("{ORIGIN}/{TENANT}/oauth2/v2.0/authorize");
    let answer = house.send(get(&instance(&own))).await.good();
    let document = format!("{ORIGIN}/{TENANT}/v2.0/.well-known/openid-configuration");
    assert_eq!(answer.member("tenant_discovery_endpoint"), document);
    assert_eq!(answer.json["metadata"][0]["aliases"][0], "id.test");
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
        house.send(get(&instance(endpoint))).await.refused(400, error, number);
    }
    let none = house.send(get("/common/discovery/instance")).await;
    none.refused(400, "invalid_request", 900_144);
    let posted = house.send(post_to("/common/discovery/instance")).await;
    posted.refused(405, "invalid_request", 900_561);
}

fn post_to(path: &str) -> http::Request<axum::body::Body> {
    let mut request = post("x", &[]);
    *request.uri_mut() = path.parse().expect("a path");
    request
}

#[tokio::test]
async fn every_user_name_gets_the_same_realm() {
    // S16: a person that exists, one that does not, names in odd forms.
    let house = House::new().await;
    for user in ["alice@demo.test", "nobody@demo.test", "alice%40demo.test"] {
        let path = format!("/common/userrealm/{user}?api-version=1.0");
        let answer = house.send(get(&path)).await.good();
        assert_eq!(answer.member("account_type"), "Managed");
        assert_eq!(answer.member("domain_name"), "demo.test");
        assert_eq!(answer.member("cloud_instance_name"), "id.test");
        assert_eq!(answer.member("ver"), "1.0");
    }
    for odd in ["x", "%00", "%FF", "%22%3E%3Cscript%3E"] {
        let answer = house.send(get(&format!("/common/userrealm/{odd}"))).await.good();
        assert_eq!(answer.member("account_type"), "Managed");
    }
    house.send(post_to("/common/userrealm/x")).await.refused(405, "invalid_request", 900_561);
}

#[tokio::test]
async fn whatever_else_these_clients_send_is_let_pass() {
    // The headers and parameters of MSAL Python and MSAL Node, all at once.
    let house = House::new().await;
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
    let answer = house.send(request).await.good();
    assert_eq!(answer.header("client-request-id"), "2f2f9aa6-5e1c-4a4b-9c3f-0123456789ab");
}

#[tokio::test]
async fn a_tenant_is_found_by_id_and_by_name_in_any_case() {
    // MSAL Node sends the whole authority in lower case, others as it was typed.
    let house = House::new().await;
    let parameters =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
    for tenant in ["demo", "DEMO", &TENANT.to_string(), &TENANT.to_string().to_uppercase()] {
        let mut request = post("x", &parameters);
        *request.uri_mut() = format!("/{tenant}/oauth2/v2.0/token").parse().expect("a path");
        let answer = house.send(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{tenant}: {}", answer.text);
        assert_eq!(answer.claims("access_token")["iss"], format!("{ORIGIN}/{TENANT}/v2.0"));
    }
}
