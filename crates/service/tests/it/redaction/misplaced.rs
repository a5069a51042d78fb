//! Secrets in the wrong fields: no log entry, refusal or record of such a request contains them.

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{print_response, print_secret};
use crate::{
    authorize::browser::{Browser, PASSWORD, request},
    test_service::{SECRET, TestService, encode, get, post},
};

/// A generated secret as `admit apply` creates it. No client has it; only its shape identifies it.
const GENERATED: &str = "q8Zt3_bN0xW7vY-kLmP2sRfG5hJdCaUe1oIiTzQyBnM";
/// A secret as a user chooses one, with characters that no client id has.
const CHOSEN: &str = "Frühstück-um-acht!";
/// A secret that a client sends in the parameter `api_key`, which no endpoint has.
const API_KEY: &str = "Mittagessen um drei!";

/// Sends secrets in every field that a refusal, a log entry or a record shows.
pub(super) async fn run_flows(service: &TestService) {
    print_secret(GENERATED);
    print_secret(&GENERATED.to_ascii_lowercase());
    print_secret(CHOSEN);
    print_secret("hst?ck-um-acht");
    swapped(service).await;
    in_parameters(service).await;
    in_addresses(service).await;
    let mut browser = Browser::new(service);
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, PASSWORD, PASSWORD).await;
}

/// Returns a Basic header with both halves form-encoded.
fn basic(id: &str, secret: &str) -> HeaderValue {
    let encode = |half: &str| encode(&[("x", half)]).split_off("x=".len());
    let halves = STANDARD.encode(format!("{}:{}", encode(id), encode(secret)));
    format!("Basic {halves}").parse().expect("a header")
}

/// Sends client id and secret swapped.
async fn swapped(service: &TestService) {
    for endpoint in ["oauth2/v2.0/token", "oauth2/v2.0/introspect", "oauth2/v2.0/revoke"] {
        for secret in [SECRET, GENERATED, CHOSEN] {
            let form = [("grant_type", "client_credentials"), ("token", "x")];
            let mut swapped = post(endpoint, &form);
            swapped.headers_mut().insert("authorization", basic(secret, "daemon"));
            print_response(&service.send(swapped).await);
            let mut named = post(endpoint, &[&form[..], &[("client_id", "daemon")]].concat());
            named.headers_mut().insert("authorization", basic(secret, "daemon"));
            print_response(&service.send(named).await);
            let in_body = [("client_id", secret), ("client_secret", "daemon")];
            print_response(&service.post(endpoint, &[&form[..], &in_body].concat()).await);
            // The same value twice, and repeated parameters.
            let twice = [("client_id", secret), ("client_secret", secret)];
            print_response(&service.post(endpoint, &[&form[..], &twice].concat()).await);
            let repeated = [&twice[..], &twice].concat();
            print_response(&service.post(endpoint, &[&form[..], &repeated].concat()).await);
        }
    }
}

/// Sends the secret in its own field and in another one.
async fn in_parameters(service: &TestService) {
    for secret in [SECRET, GENERATED, CHOSEN] {
        let scope = format!("read {secret}");
        let uri = format!("https://web.test/callback?key={secret}");
        let resource = format!("api://{secret}");
        for (name, value) in [
            ("grant_type", secret),
            ("scope", secret),
            ("scope", scope.as_str()),
            ("resource", resource.as_str()),
            ("redirect_uri", uri.as_str()),
            ("client_assertion_type", secret),
            ("admit_simulate_error", secret),
            (secret, "x"),
        ] {
            let mut form = vec![("client_id", "daemon"), ("client_secret", SECRET)];
            if name != "grant_type" {
                form.push(("grant_type", "client_credentials"));
            }
            if secret != SECRET {
                form.push(("password", secret));
            }
            form.push((name, value));
            print_response(&service.token(&form).await);
            form.push((name, value));
            print_response(&service.token(&form).await);
        }
    }
    // Only the name of the parameter identifies this secret.
    print_secret(API_KEY);
    let form = [("client_id", "daemon"), ("client_secret", SECRET), ("api_key", API_KEY)];
    let form = [&form[..], &[("grant_type", API_KEY), ("scope", API_KEY)]].concat();
    print_response(&service.token(&form).await);
}

/// Sends the secret in a path or in a query.
async fn in_addresses(service: &TestService) {
    let form = [("client_id", "daemon"), ("client_secret", SECRET), ("grant_type", "x")];
    for tenant in [GENERATED, SECRET] {
        let sent = Request::post(format!("/{tenant}/oauth2/v2.0/token"))
            .header("host", "id.test")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(encode(&form)));
        print_response(&service.send(sent.expect("a request")).await);
    }
    print_response(&service.send(get(&format!("/nowhere/{GENERATED}"))).await);
    let mut browser = Browser::new(service);
    let uri = format!("https://web.test/callback?key={GENERATED}");
    let userinfo = "https://someone:a-password-in-a-url@web.test/callback";
    print_secret("a-password-in-a-url");
    for (name, value) in [
        ("client_id", GENERATED),
        ("redirect_uri", uri.as_str()),
        ("redirect_uri", userinfo),
        ("scope", GENERATED),
        ("response_type", GENERATED),
        ("prompt", GENERATED),
    ] {
        browser.get(&request(&[(name, value)])).await;
    }
}
