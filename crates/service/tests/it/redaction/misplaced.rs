//! Secrets in fields where something else belongs: nothing that is left of such a request holds
//! them.

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{keep, used};
use crate::{
    authorize::browser::{Browser, PASSWORD, request},
    house::{House, SECRET, encode, get, post},
};

/// As `admit apply` makes them. No client has it: its shape is all that is known of it.
const MADE: &str = "q8Zt3_bN0xW7vY-kLmP2sRfG5hJdCaUe1oIiTzQyBnM";
/// As a person would choose one, with characters that no client id has.
const CHOSEN: &str = "Frühstück-um-acht!";

/// Sends secrets in every field that a refusal, a line or a record would show.
pub(super) async fn walk(house: &House) {
    used(MADE);
    used(&MADE.to_ascii_lowercase());
    used(CHOSEN);
    used("hst?ck-um-acht");
    swapped(house).await;
    in_parameters(house).await;
    in_addresses(house).await;
    let mut browser = Browser::new(house);
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, PASSWORD, PASSWORD).await;
}

/// HTTP Basic with both halves encoded.
fn basic(id: &str, secret: &str) -> HeaderValue {
    let encode = |half: &str| encode(&[("x", half)]).split_off("x=".len());
    let halves = STANDARD.encode(format!("{}:{}", encode(id), encode(secret)));
    format!("Basic {halves}").parse().expect("a header")
}

/// Id and secret stand in each other's place.
async fn swapped(house: &House) {
    for endpoint in ["oauth2/v2.0/token", "oauth2/v2.0/introspect", "oauth2/v2.0/revoke"] {
        for secret in [SECRET, MADE, CHOSEN] {
            let form = [("grant_type", "client_credentials"), ("token", "x")];
            let mut swapped = post(endpoint, &form);
            swapped.headers_mut().insert("authorization", basic(secret, "daemon"));
            keep(&house.send(swapped).await);
            let mut named = post(endpoint, &[&form[..], &[("client_id", "daemon")]].concat());
            named.headers_mut().insert("authorization", basic(secret, "daemon"));
            keep(&house.send(named).await);
            let in_body = [("client_id", secret), ("client_secret", "daemon")];
            keep(&house.post(endpoint, &[&form[..], &in_body].concat()).await);
            // The same value twice, and one that nobody can read as a form.
            let twice = [("client_id", secret), ("client_secret", secret)];
            keep(&house.post(endpoint, &[&form[..], &twice].concat()).await);
            let repeated = [&twice[..], &twice].concat();
            keep(&house.post(endpoint, &[&form[..], &repeated].concat()).await);
        }
    }
}

/// The secret stands in its own field, and in another as well.
async fn in_parameters(house: &House) {
    for secret in [SECRET, MADE, CHOSEN] {
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
            ("admit_rehearse", secret),
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
            keep(&house.token(&form).await);
            form.push((name, value));
            keep(&house.token(&form).await);
        }
    }
}

/// The secret stands in a path or in a query.
async fn in_addresses(house: &House) {
    let form = [("client_id", "daemon"), ("client_secret", SECRET), ("grant_type", "x")];
    for tenant in [MADE, SECRET] {
        let sent = Request::post(format!("/{tenant}/oauth2/v2.0/token"))
            .header("host", "id.test")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(encode(&form)));
        keep(&house.send(sent.expect("a request")).await);
    }
    keep(&house.send(get(&format!("/nowhere/{MADE}"))).await);
    let mut browser = Browser::new(house);
    let uri = format!("https://web.test/callback?key={MADE}");
    let userinfo = "https://someone:a-password-in-a-url@web.test/callback";
    used("a-password-in-a-url");
    for (name, value) in [
        ("client_id", MADE),
        ("redirect_uri", uri.as_str()),
        ("redirect_uri", userinfo),
        ("scope", MADE),
        ("response_type", MADE),
        ("prompt", MADE),
    ] {
        browser.get(&request(&[(name, value)])).await;
    }
}
