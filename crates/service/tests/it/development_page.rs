//! Error pages of a development service: the registered values and the fix, on no other service.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: SC = this file.

use std::sync::Arc;

use http::Request;
use service::{
    Settings,
    development::{Development, DevelopmentSite},
};
use store::MemoryHistory;

use crate::{
    authorize::browser::{Browser, location, parameter, request},
    every_number::readable,
    test_service::{ORDERS, ORIGIN, SECRET, TENANT, TestResponse, TestService, encode},
    tickets::service_with,
};

async fn development_service() -> TestService {
    let site = DevelopmentSite { data: "./my data".to_owned(), ..DevelopmentSite::default() };
    let mut settings = Settings::new(ORIGIN.to_owned());
    settings.development = Development::at("https://localhost:8443", site);
    service_with(settings, Arc::new(MemoryHistory::new())).await
}

/// Returns the page of a refusal: the response itself, or the page at its `error_uri`.
async fn page_of(browser: &mut Browser<'_>, response: TestResponse) -> String {
    if response.text.starts_with("<!doctype html>") {
        return readable(&response.text);
    }
    let uri = match response.json.is_null() {
        true => {
            parameter(&response, "error_uri").unwrap_or_else(|| panic!("{:?}", location(&response)))
        }
        false => response.member("error_uri").to_owned(),
    };
    readable(&browser.get(&uri.replace(ORIGIN, "")).await.text)
}

async fn token(browser: &mut Browser<'_>, fields: &[(&str, &str)], origin: &str) -> TestResponse {
    let request = Request::post("/demo/oauth2/v2.0/token");
    let request = match origin {
        "" => request,
        origin => request.header("origin", origin),
    };
    browser.send(request, encode(fields)).await
}

#[tokio::test]
async fn every_refusal_shows_the_registered_values_and_the_fix() {
    // Sends a request with each mistake. The page has the nearest registered value, and the command
    // or the declaration that fixes the cause; a service for others shows neither.
    let client_credentials = |client, secret, scope| {
        let grant = ("grant_type", "client_credentials");
        [grant, ("client_id", client), ("client_secret", secret), ("scope", scope)]
    };
    let default = format!("{ORDERS}/.default");
    let wrong_scope = format!("{ORDERS}/red");
    let apply = "admit apply fix.toml --data './my data'";
    let developed = development_service().await;
    let others = TestService::new().await;
    let (mut seen, mut hidden) = (Browser::new(&developed), Browser::new(&others));
    let authorize = |with: &[(&str, &str)]| request(with);
    let with_tenant = |name: &str| authorize(&[]).replacen(&TENANT.to_string(), name, 1);
    for (path, number, registered, fix) in [
        (
            authorize(&[("redirect_uri", "https://web.test/callback/")]),
            "50011",
            "<li class=\"nearest\"><code>https://web.test/callback</code>",
            "web = [\"https://web.test/callback\", \"https://web.test/callback/\"] }",
        ),
        (authorize(&[("client_id", "webb")]), "700016", "<code>web</code>", "admit app add my-app"),
        (with_tenant("dmeo"), "90002", "<code>demo</code>", "name = \"dmeo\""),
        (
            authorize(&[("scope", &wrong_scope)]),
            "650053",
            "<code>api://orders/read</code>",
            "{ value = \"red\", description = \"DESCRIPTION\" }",
        ),
        (
            authorize(&[("scope", "api://order/read")]),
            "500011",
            "<code>api://orders</code>",
            "identifier = \"api://order",
        ),
        (authorize(&[("response_type", "cod")]), "70005", "<code>code</code>", ""),
        (authorize(&[("response_mode", "qery")]), "70007", "<code>query</code>", ""),
        (
            authorize(&[("code_challenge", ""), ("code_challenge_method", "")]),
            "50147",
            "",
            "pkce = \"optional\"",
        ),
    ] {
        let response = seen.get(&path).await;
        let page = page_of(&mut seen, response).await;
        assert!(page.contains(number), "{number}: {page}");
        assert!(page.contains(registered), "{number} registered: {page}");
        assert!(page.contains(fix), "{number} fix: {page}");
        assert!(page.contains("id=\"start-page\""), "{number}: {page}");
        let response = hidden.get(&path).await;
        let page = page_of(&mut hidden, response).await;
        assert!(!page.contains("id=\"development\""), "{number}: {page}");
    }
    for (fields, origin, number, registered, fix) in [
        (
            client_credentials("web", "wrong", &default),
            "",
            "7000215",
            "<code>5f0c1d3e-0000-4000-8000-000000000001</code>",
            "admit app secret add 'The web app' --tenant demo --secrets-file new.secret",
        ),
        (
            [
                ("grant_type", "authorization_code"),
                ("client_id", "spa"),
                ("code", "x"),
                ("redirect_uri", "https://spa.test/"),
            ],
            "https://other.test",
            "88000056",
            "<code>https://spa.test</code>",
            "single_page = [\"https://spa.test/\", \"https://other.test/\"]",
        ),
    ] {
        let response = token(&mut seen, &fields, origin).await;
        assert!(!response.text.contains("https://spa.test\""), "{}", response.text);
        let page = page_of(&mut seen, response).await;
        assert!(page.contains(number), "{number}: {page}");
        assert!(page.contains(registered), "{number} registered: {page}");
        assert!(page.contains(fix), "{number} fix: {page}");
        assert!(!page.contains(SECRET), "{page}");
        let response = token(&mut hidden, &fields, origin).await;
        let page = page_of(&mut hidden, response).await;
        assert!(!page.contains("id=\"development\""), "{number}: {page}");
    }
    let page = seen.get(&authorize(&[("redirect_uri", "https://evil.test/")])).await;
    assert!(readable(&page.text).contains(apply), "{}", page.text);
}

#[tokio::test]
async fn fix_never_has_a_text_that_breaks_out_of_its_quotes() {
    // SC1: values with quotes, a backslash, a line break and shell syntax get no fix with them.
    let service = development_service().await;
    let mut browser = Browser::new(&service);
    for hostile in ["https://a.test/\"]\n#", "https://a.test/\\", "https://a.test/'; rm -rf ~ #"] {
        let page = browser.get(&request(&[("redirect_uri", hostile)])).await;
        let page = readable(&page.text);
        let fix = page.split("id=\"declaration\"").nth(1).unwrap_or_default();
        let fix = fix.split("</pre>").next().unwrap_or_default();
        assert!(!fix.contains("\n#") && !fix.contains('\\'), "{hostile}: {fix}");
    }
    // SC2: another request's id, another number, and no id show the public page.
    let other = browser.get("/error?code=50011&request=6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12").await;
    assert!(!other.text.contains("id=\"development\""), "{}", other.text);
    let refused = browser.get(&request(&[("redirect_uri", "https://a.test/")])).await;
    let id = refused.header("x-ms-request-id");
    for (query, shown) in [
        (format!("code=50011&request={id}"), true),
        (format!("code=90002&request={id}"), false),
        ("code=50011&request=x".to_owned(), false),
    ] {
        let page = browser.get(&format!("/error?{query}")).await.assert_ok();
        assert_eq!(page.text.contains("id=\"development\""), shown, "{query}: {}", page.text);
    }
}
