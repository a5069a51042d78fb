//! Wrong authorization requests: error page or redirect to the client.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: R = authorization
//! requests and JWTs, P = codes, S = pages and sign-in.

use http::{Request, StatusCode};

use super::browser::{
    Browser, between, error_number, location, parameter, parameters, redirected_error_number,
    request, service_with_users,
};
use crate::test_service::{ORIGIN, TENANT, TestResponse, redirect_uri};

/// Asserts an error page with a number and no redirect.
fn assert_error_page(response: &TestResponse, expected: u32) {
    assert_eq!((response.status, error_number(response)), (StatusCode::BAD_REQUEST, expected));
    assert!(response.headers.get("location").is_none());
    assert!(response.headers.get("refresh").is_none());
    assert!(response.header("content-type").starts_with("text/html"));
    for id in ["trace-id", "correlation-id", "timestamp"] {
        assert!(response.text.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[tokio::test]
async fn an_unregistered_redirect_uri_gets_an_error_page() {
    // R1, R2, R3, R5, R7, R28: sends each wrong client and redirect URI.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let rows = [
        (("client_id", ""), 900_144),
        (("client_id", "nobody"), 700_016),
        (("redirect_uri", ""), 900_971),
    ];
    for (with, expected) in rows {
        assert_error_page(&browser.get(&request(&[with])).await, expected);
    }
    for uri in [
        "https://evil.test/callback",
        "https://web.test/callback/../x",
        "https://web.test/callback/%2e%2e/x",
        "https://web.test/callback%2f..%2fx",
        "https://web.test/callback/",
        "https://web.test/CALLBACK",
        "https://web.test/callback?x",
        "https://web.test/callback#f",
        "https://web.test/callback;x",
        "https://web.test@evil/callback",
        "https://web.test%40evil/callback",
        "https://evil#@web.test/callback",
        "https:evil",
        "http://127.0.0.1:51234/callback",
    ] {
        let response = browser.get(&request(&[("redirect_uri", uri)])).await;
        assert_error_page(&response, 50_011);
        assert!(response.headers.get("set-cookie").is_none());
    }
    // A value that is no absolute URI has its own number.
    for uri in [
        "https://evil\\@web.test/callback",
        "///evil",
        "https://web.test/callback\r\nSet-Cookie: x=1",
        "https://web.test/callback\0",
        "https://web.test/callback\u{e9}",
    ] {
        let response = browser.get(&request(&[("redirect_uri", uri)])).await;
        assert_error_page(&response, 90_102);
        assert!(response.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn unknown_disabled_and_other_tenants_clients_get_the_same_page() {
    // R28: compares the three pages without ids and time.
    let service = service_with_users().await;
    service.change_client("daemon", |client| client.enabled = false).await;
    let mut browser = Browser::new(&service);
    let mut pages = Vec::new();
    for id in ["nobody", "daemon", "clientOfAnotherTenant"] {
        let response = browser.get(&request(&[("client_id", id)])).await;
        assert_error_page(&response, 700_016);
        let mut text = response.text.replace(id, "ID");
        for (before, after) in
            [("id=\"trace-id\">", "<"), ("id=\"correlation-id\">", "<"), ("id=\"timestamp\">", "<")]
        {
            let value = between(&text, before, after).to_owned();
            text = text.replace(&value, "");
        }
        // The report token is sealed with a new nonce for each page.
        let report_token = between(&text, "report_token=", "\"").to_owned();
        text = text.replace(&report_token, "");
        // The language links hold the request, in which only the id differs.
        pages.push(text);
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[tokio::test]
async fn a_native_client_may_use_any_loopback_port() {
    // R7: sends the registered loopback URI with another port, and hosts that only resemble it.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let with = |uri| request(&[("client_id", "native"), ("redirect_uri", uri), ("prompt", "none")]);
    let response = browser.get(&with("http://127.0.0.1:51234/callback")).await;
    assert!(location(&response).starts_with("http://127.0.0.1:51234/callback?error="));
    for uri in [
        "http://localhost:51234/callback",
        "http://127.0.0.1.evil.tld/callback",
        "http://127.0.0.1:80@evil/callback",
        "http://[::1]:51234/callback",
    ] {
        assert_error_page(&browser.get(&with(uri)).await, 50_011);
    }
}

#[tokio::test]
async fn a_refusal_with_a_registered_redirect_uri_is_redirected() {
    // R12, R14, R16, P6, P9, S7: each redirect has error, number, state, issuer, and a description
    // in the character set of RFC 6749 §5.2 that ends with the ids.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let long = "n".repeat(2_000);
    let rows = [
        (("response_type", ""), "invalid_request", 900_144),
        (("response_type", "pony"), "unsupported_response_type", 70_005),
        (("response_type", "id_token"), "unsupported_response_type", 700_054),
        (("response_mode", "pigeon"), "invalid_request", 70_007),
        (("scope", ""), "invalid_request", 900_144),
        (("scope", "openid \"quoted\""), "invalid_scope", 70_011),
        (("scope", "api://nowhere/read"), "invalid_scope", 500_011),
        (("scope", "eat"), "invalid_scope", 650_053),
        (("scope", "profile eat"), "invalid_scope", 650_053),
        (("scope", "openid api://orders/eat"), "invalid_scope", 650_053),
        (("scope", "manage"), "invalid_scope", 650_057),
        (("scope", "api://billing/read"), "invalid_scope", 65_005),
        (("scope", "read api://billing/read"), "invalid_scope", 700_022),
        (("resource", "nowhere"), "invalid_target", 88_000_082),
        (("code_challenge", ""), "invalid_request", 50_147),
        (("code_challenge", "short"), "invalid_request", 501_491),
        (("code_challenge_method", "plain"), "invalid_request", 50_149),
        (("code_challenge_method", "s256"), "invalid_request", 50_149),
        (("code_challenge_method", ""), "invalid_request", 50_149),
        (("nonce", &long), "invalid_request", 88_000_003),
        (("prompt", "beg"), "invalid_request", 88_000_091),
        (("prompt", "none login"), "invalid_request", 88_000_092),
        (("max_age", "soon"), "invalid_request", 88_000_093),
        (("id_token_hint", "a.b.c"), "invalid_request", 88_000_097),
        (("claims", "{\"id_token\":"), "invalid_request", 50_117),
        (
            ("claims", r#"{"id_token":{"acr":{"essential":true,"value":"gold"}}}"#),
            "unmet_authentication_requirements",
            88_000_099,
        ),
        (("request", "e30."), "request_not_supported", 88_000_100),
        (("request_uri", "http://169.254.169.254/"), "request_uri_not_supported", 88_000_101),
        (("registration", "{}"), "registration_not_supported", 88_000_102),
        (("dpop_jkt", "x"), "invalid_request", 88_000_103),
    ];
    for (with, error, expected) in rows {
        let response = browser.get(&request(&[with])).await;
        assert!(location(&response).starts_with("https://web.test/callback"), "{expected}");
        assert_eq!(parameter(&response, "error").as_deref(), Some(error), "{expected}");
        assert_eq!(redirected_error_number(&response), expected);
        assert_eq!(parameter(&response, "state").as_deref(), Some("s 1"));
        assert_eq!(parameter(&response, "iss"), Some(format!("{ORIGIN}/{TENANT}/v2.0")));
        let description = parameter(&response, "error_description").expect("a description");
        let alphabet = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(description.bytes().all(alphabet), "{description}");
        let ids = format!(" Trace ID: {} Correlation ID: ", response.header("x-ms-request-id"));
        assert!(description.contains(&ids), "{description}");
    }
}

#[tokio::test]
async fn a_client_without_the_code_grant_gets_unauthorized_client() {
    // RFC 6749 §4.1.2.1, for a client that has the client credentials grant only.
    let service = service_with_users().await;
    service.change_client("web", |it| it.grant_types = vec!["client_credentials".into()]).await;
    let response = Browser::new(&service).get(&request(&[])).await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("unauthorized_client"));
    assert_eq!(redirected_error_number(&response), 88_000_040);
}

#[tokio::test]
async fn a_refusal_uses_the_requested_response_mode() {
    // R12: requests fragment and form_post; a response type with tokens uses the fragment.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let refused = |mode| request(&[("prompt", "none"), ("response_mode", mode)]);
    let response = browser.get(&refused("fragment")).await;
    assert!(location(&response).starts_with("https://web.test/callback#error="));
    let page = browser.get(&refused("form_post")).await;
    assert!(page.text.contains("name=\"error\" value=\"login_required\""), "{}", page.text);
    for mode in ["query", ""] {
        let implicit = request(&[("response_type", "token"), ("response_mode", mode)]);
        let response = browser.get(&implicit).await;
        assert!(location(&response).starts_with("https://web.test/callback#error="));
    }
}

#[tokio::test]
async fn a_repeated_redirect_uri_or_client_id_is_not_redirected() {
    // R9: sends good and evil values in either order, in one query, and in query and body.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let path = format!("/{TENANT}/oauth2/v2.0/authorize");
    let (good, evil) = (parameters(&[]), "redirect_uri=https%3A%2F%2Fevil.test%2F");
    for query in [format!("{good}&{evil}"), format!("{evil}&{good}"), format!("{good}&client_id=x")]
    {
        assert_error_page(&browser.get(&format!("{path}?{query}")).await, 9_000_411);
    }
    let split = Request::post(format!("{path}?{evil}"));
    assert_error_page(&browser.send(split, good.clone()).await, 9_000_411);
    let response = browser.get(&format!("{path}?{good}&scope=openid")).await;
    assert!(location(&response).starts_with(redirect_uri("web")));
    assert_eq!(redirected_error_number(&response), 9_000_411);
}

#[tokio::test]
async fn state_is_returned_byte_for_byte() {
    // R11: sends control characters, separators and raw UTF-8; none of it becomes a header.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    for state in ["a\r\nSet-Cookie: x=1", "a\0b", "\u{e9}\u{1f600}", "a&code=b#c", "a\tb", "100%25"]
    {
        let response = browser.get(&request(&[("state", state), ("prompt", "none")])).await;
        assert_eq!(parameter(&response, "state").as_deref(), Some(state));
        assert!(response.headers.get("set-cookie").is_none());
    }
    let long = "s".repeat(8 * 1_024);
    let page = browser.get(&request(&[("state", &long)])).await;
    let response = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&response, "state"), Some(long));
}

#[tokio::test]
async fn authorize_checks_tenant_and_method_first() {
    // Sends an unknown and a suspended tenant, and an unsupported method.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let unknown_tenant = request(&[]).replace(&TENANT.to_string(), "elsewhere");
    assert_error_page(&browser.get(&unknown_tenant).await, 90_002);
    let put = browser.send(Request::put(request(&[])), String::new()).await;
    assert_eq!((put.status, put.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, POST"));
    service.change_tenant(|tenant| tenant.suspended = true).await;
    assert_error_page(&browser.get(&request(&[])).await, 88_000_020);
}
