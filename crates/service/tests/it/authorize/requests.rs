//! Requests that are wrong, and where that is said: on a page, or to the client.

use http::{Request, StatusCode};

use super::browser::{
    Browser, between, house, location, number, number_sent, parameter, parameters, request,
};
use crate::house::{Answer, ORIGIN, TENANT, redirect_uri};

/// A page with a number, and nothing that leads anywhere.
fn stays_here(answer: &Answer, expected: u32) {
    assert_eq!((answer.status, number(answer)), (StatusCode::BAD_REQUEST, expected));
    assert!(answer.headers.get("location").is_none());
    assert!(answer.headers.get("refresh").is_none());
    assert!(answer.header("content-type").starts_with("text/html"));
    for id in ["trace-id", "correlation-id", "timestamp"] {
        assert!(answer.text.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[tokio::test]
async fn without_a_checked_redirect_uri_the_refusal_stays_on_a_page() {
    // R1, R2, R3, R5, R7, R28: each wrong client and redirect URI, one request each.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let rows = [
        (("client_id", ""), 900_144),
        (("client_id", "nobody"), 700_016),
        (("redirect_uri", ""), 900_971),
    ];
    for (with, expected) in rows {
        stays_here(&browser.get(&request(&[with])).await, expected);
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
        let answer = browser.get(&request(&[("redirect_uri", uri)])).await;
        stays_here(&answer, 50_011);
        assert!(answer.headers.get("set-cookie").is_none());
    }
    // What is no address at all has a number of its own.
    for uri in [
        "https://evil\\@web.test/callback",
        "///evil",
        "https://web.test/callback\r\nSet-Cookie: x=1",
        "https://web.test/callback\0",
        "https://web.test/callback\u{e9}",
    ] {
        let answer = browser.get(&request(&[("redirect_uri", uri)])).await;
        stays_here(&answer, 90_102);
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn an_unknown_a_disabled_and_a_foreign_client_get_the_same_page() {
    // R28: the three pages, with the ids and the time of the request taken out.
    let house = house().await;
    house.change_client("daemon", |client| client.enabled = false).await;
    let mut browser = Browser::new(&house);
    let mut pages = Vec::new();
    for id in ["nobody", "daemon", "clientOfAnotherTenant"] {
        let answer = browser.get(&request(&[("client_id", id)])).await;
        stays_here(&answer, 700_016);
        let mut text = answer.text.replace(id, "ID");
        for (before, after) in
            [("id=\"trace-id\">", "<"), ("id=\"correlation-id\">", "<"), ("id=\"timestamp\">", "<")]
        {
            let value = between(&text, before, after).to_owned();
            text = text.replace(&value, "");
        }
        // The link to report the problem is sealed anew for each page.
        let about = between(&text, "about=", "\"").to_owned();
        text = text.replace(&about, "");
        // The links to other languages hold the request, in which only the id differs.
        pages.push(text);
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[tokio::test]
async fn a_native_app_chooses_its_port() {
    // R7: the registered loopback URI with another port, and hosts that only look like it.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let with = |uri| request(&[("client_id", "native"), ("redirect_uri", uri), ("prompt", "none")]);
    let answer = browser.get(&with("http://127.0.0.1:51234/callback")).await;
    assert!(location(&answer).starts_with("http://127.0.0.1:51234/callback?error="));
    for uri in [
        "http://localhost:51234/callback",
        "http://127.0.0.1.evil.tld/callback",
        "http://127.0.0.1:80@evil/callback",
        "http://[::1]:51234/callback",
    ] {
        stays_here(&browser.get(&with(uri)).await, 50_011);
    }
}

#[tokio::test]
async fn every_other_refusal_is_told_to_the_client() {
    // R12, R14, R16, P6, P9, S7: each with error, number, state, issuer, and a description in the
    // alphabet of RFC 6749 §5.2 that ends in the ids of the request.
    let house = house().await;
    let mut browser = Browser::new(&house);
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
        let answer = browser.get(&request(&[with])).await;
        assert!(location(&answer).starts_with("https://web.test/callback"), "{expected}");
        assert_eq!(parameter(&answer, "error").as_deref(), Some(error), "{expected}");
        assert_eq!(number_sent(&answer), expected);
        assert_eq!(parameter(&answer, "state").as_deref(), Some("s 1"));
        assert_eq!(parameter(&answer, "iss"), Some(format!("{ORIGIN}/{TENANT}/v2.0")));
        let said = parameter(&answer, "error_description").expect("a description");
        let alphabet = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(said.bytes().all(alphabet), "{said}");
        let ids = format!(" Trace ID: {} Correlation ID: ", answer.header("x-ms-request-id"));
        assert!(said.contains(&ids), "{said}");
    }
}

#[tokio::test]
async fn a_client_without_the_grant_type_hears_so() {
    // unauthorized_client (RFC 6749 §4.1.2.1), for a client that only asks for itself.
    let house = house().await;
    house.change_client("web", |it| it.grant_types = vec!["client_credentials".into()]).await;
    let answer = Browser::new(&house).get(&request(&[])).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("unauthorized_client"));
    assert_eq!(number_sent(&answer), 88_000_040);
}

#[tokio::test]
async fn a_refusal_travels_in_the_mode_that_was_asked_for() {
    // R12: fragment, form_post, and the fragment for a response type that would hold tokens.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let bad = |mode| request(&[("prompt", "none"), ("response_mode", mode)]);
    let answer = browser.get(&bad("fragment")).await;
    assert!(location(&answer).starts_with("https://web.test/callback#error="));
    let page = browser.get(&bad("form_post")).await;
    assert!(page.text.contains("name=\"error\" value=\"login_required\""), "{}", page.text);
    for mode in ["query", ""] {
        let implicit = request(&[("response_type", "token"), ("response_mode", mode)]);
        let answer = browser.get(&implicit).await;
        assert!(location(&answer).starts_with("https://web.test/callback#error="));
    }
}

#[tokio::test]
async fn a_repeated_parameter_goes_nowhere_if_it_decides_where_to() {
    // R9: good and evil in either order, in one query, and over query and body.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let path = format!("/{TENANT}/oauth2/v2.0/authorize");
    let (good, evil) = (parameters(&[]), "redirect_uri=https%3A%2F%2Fevil.test%2F");
    for query in [format!("{good}&{evil}"), format!("{evil}&{good}"), format!("{good}&client_id=x")]
    {
        stays_here(&browser.get(&format!("{path}?{query}")).await, 9_000_411);
    }
    let split = Request::post(format!("{path}?{evil}"));
    stays_here(&browser.send(split, good.clone()).await, 9_000_411);
    let answer = browser.get(&format!("{path}?{good}&scope=openid")).await;
    assert!(location(&answer).starts_with(redirect_uri("web")));
    assert_eq!(number_sent(&answer), 9_000_411);
}

#[tokio::test]
async fn state_comes_back_as_it_was_sent() {
    // R11: control characters, separators and raw UTF-8; nothing of it becomes a header.
    let house = house().await;
    let mut browser = Browser::new(&house);
    for state in ["a\r\nSet-Cookie: x=1", "a\0b", "\u{e9}\u{1f600}", "a&code=b#c", "a\tb", "100%25"]
    {
        let answer = browser.get(&request(&[("state", state), ("prompt", "none")])).await;
        assert_eq!(parameter(&answer, "state").as_deref(), Some(state));
        assert!(answer.headers.get("set-cookie").is_none());
    }
    let long = "s".repeat(8 * 1_024);
    let page = browser.get(&request(&[("state", &long)])).await;
    let answer = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&answer, "state"), Some(long));
}

#[tokio::test]
async fn the_tenant_and_the_method_are_checked_before_anything_else() {
    // An unknown and a suspended tenant, and a method that is none of ours.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let elsewhere = request(&[]).replace(&TENANT.to_string(), "elsewhere");
    stays_here(&browser.get(&elsewhere).await, 90_002);
    let put = browser.send(Request::put(request(&[])), String::new()).await;
    assert_eq!((put.status, put.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, POST"));
    house.change_tenant(|tenant| tenant.suspended = true).await;
    stays_here(&browser.get(&request(&[])).await, 88_000_020);
}
