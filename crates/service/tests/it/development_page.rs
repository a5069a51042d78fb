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
    authorize::browser::{Browser, parameter, request},
    every_number::readable,
    test_service::{ORIGIN, SECRET, TENANT, TestResponse, TestService, encode},
    tickets::service_with,
};

async fn development_service() -> TestService {
    let site = DevelopmentSite { data: "./my data".to_owned(), ..DevelopmentSite::default() };
    let mut settings = Settings::new(ORIGIN.to_owned());
    settings.development = Development::at("https://localhost:8443", site);
    service_with(settings, Arc::new(MemoryHistory::new())).await
}

const PATH: &str = "/demo/oauth2/v2.0/token";

/// A request that is refused: its path, the number, and what the page shows to the developer.
type Mistake = (String, &'static str, &'static str, &'static str);

/// Returns the page of a refusal: the response itself, or the page at its `error_uri`.
async fn page_of(browser: &mut Browser<'_>, response: TestResponse) -> String {
    if response.text.starts_with("<!doctype html>") {
        return readable(&response.text);
    }
    let redirected = || parameter(&response, "error_uri").expect("an error");
    let uri = match response.member("error_uri") {
        "" => redirected(),
        uri => uri.to_owned(),
    };
    readable(&browser.get(&uri.replace(ORIGIN, "")).await.text)
}

/// Asserts that the page for the developer has the registered value and the fix, and that the page
/// of a service for others has neither.
fn assert_developed(pages: (&str, &str), (number, registered, fix): (&str, &str, &str)) {
    let (page, public) = pages;
    assert!(page.contains(number), "{number}: {page}");
    assert!(page.contains(registered), "{number} registered: {page}");
    assert!(page.contains(fix), "{number} fix: {page}");
    assert!(page.contains("id=\"start-page\"") && !page.contains(SECRET), "{number}: {page}");
    assert!(!public.contains("id=\"development\""), "{number}: {public}");
}

fn mistakes() -> Vec<Mistake> {
    let slash = request(&[("redirect_uri", "https://web.test/callback/")]);
    let client = request(&[("client_id", "webb")]);
    let tenant = request(&[]).replacen(&TENANT.to_string(), "dmeo", 1);
    let scope = request(&[("scope", "api://orders/red")]);
    let resource = request(&[("scope", "api://order/read")]);
    let type_ = request(&[("response_type", "cod")]);
    let mode = request(&[("response_mode", "qery")]);
    let pkce = request(&[("code_challenge", ""), ("code_challenge_method", "")]);
    let nearest = "<li class=\"nearest\"><code>https://web.test/callback</code>";
    let uris = "web = [\"https://web.test/callback\", \"https://web.test/callback/\"] }";
    let added = "{ value = \"red\", description = \"DESCRIPTION\" }";
    vec![
        (slash, "50011", nearest, uris),
        (client, "700016", "<code>web</code>", "admit app add my-app"),
        (tenant, "90002", "<code>demo</code>", "name = \"dmeo\""),
        (scope, "650053", "<code>api://orders/read</code>", added),
        (resource, "500011", "<code>api://orders</code>", "identifier = \"api://order"),
        (type_, "70005", "<code>code</code>", ""),
        (mode, "70007", "<code>query</code>", ""),
        (pkce, "50147", "Let the app send “code_challenge”", "pkce = \"optional\""),
    ]
}

#[tokio::test]
async fn every_refused_authorization_shows_what_is_registered_and_the_fix() {
    // Sends a request with each mistake to a service for development and to one for others.
    let (developed, others) = (development_service().await, TestService::new().await);
    let (mut seen, mut hidden) = (Browser::new(&developed), Browser::new(&others));
    for (path, number, registered, fix) in mistakes() {
        let response = seen.get(&path).await;
        let page = page_of(&mut seen, response).await;
        let response = hidden.get(&path).await;
        let public = page_of(&mut hidden, response).await;
        assert_developed((&page, &public), (number, registered, fix));
    }
    let page = seen.get(&request(&[("redirect_uri", "https://evil.test/")])).await;
    let apply = "admit apply fix.toml --data './my data'";
    assert!(readable(&page.text).contains(apply), "{}", page.text);
}

#[tokio::test]
async fn error_uri_of_a_refused_token_request_shows_the_fix() {
    // A wrong secret, and a page at an origin that is not registered.
    let (developed, others) = (development_service().await, TestService::new().await);
    let (mut seen, mut hidden) = (Browser::new(&developed), Browser::new(&others));
    let secret = [
        ("grant_type", "client_credentials"),
        ("client_id", "web"),
        ("client_secret", "wrong"),
        ("scope", "api://orders/.default"),
    ];
    let spaced = format!(" {SECRET}");
    let spaced = [("client_secret", spaced.as_str()), secret[0], secret[1], secret[3]];
    let code = [
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", "x"),
        ("redirect_uri", "https://spa.test/"),
    ];
    let id = "<code>5f0c1d3e-0000-4000-8000-000000000001</code>";
    let add = "admit app secret add 'The web app' --tenant demo --secrets-file new.secret";
    let uris = "single_page = [\"https://spa.test/\", \"https://other.test/\"]";
    for (fields, origin, expected) in [
        (secret, "", ("7000215", id, add)),
        (spaced, "", ("7000215", id, "Remove the space or line break")),
        (code, "https://other.test", ("88000056", "<code>https://spa.test</code>", uris)),
    ] {
        let request = || match origin {
            "" => Request::post(PATH),
            origin => Request::post(PATH).header("origin", origin),
        };
        let response = seen.send(request(), encode(&fields)).await;
        let page = page_of(&mut seen, response).await;
        let response = hidden.send(request(), encode(&fields)).await;
        let public = page_of(&mut hidden, response).await;
        assert_developed((&page, &public), expected);
    }
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
