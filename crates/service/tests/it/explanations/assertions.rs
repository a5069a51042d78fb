//! Explanations of client credentials requests with an assertion.

use jose::Algorithm;
use serde_json::{Value, json};

use super::{ClientRequest, Row};
use crate::{
    signed_requests::{ASSERTION_TYPE, Jws, p256, rsa},
    test_service::{ORIGIN, TENANT, TestService},
};

const TOKEN: &str = "oauth2/v2.0/token";

fn request(assertion: &str) -> ClientRequest {
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "keyed"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
        ("scope", "api://orders/.default"),
    ];
    ClientRequest::post(TOKEN, &parameters)
}

pub async fn rows(service: &TestService) -> Vec<Row> {
    let key = rsa(Algorithm::Rs256);
    let good = Jws::assertion().sign(&key);
    let used = request(&good).assert_succeeds(service).await;
    let mut rows = vec![
        Row::new("an assertion that came before", used, "jti", &["used_before"]),
        Row::new(
            "another type",
            request(&Jws::assertion().sign(&key)).set("client_assertion_type", "jwt-bearer"),
            "client_assertion_type",
            &[ASSERTION_TYPE],
        ),
        Row::new(
            "no type",
            request(&Jws::assertion().sign(&key)).without("client_assertion_type"),
            "client_assertion_type",
            &["missing"],
        ),
        Row::new(
            "a cut assertion",
            request(&good[..good.len() / 3]),
            "client_assertion",
            &["segment"],
        ),
        Row::new(
            "another key",
            request(&Jws::assertion().sign(&p256())),
            "client_assertion",
            &["a signature by the key"],
        ),
    ];
    rows.extend(headers(&key));
    rows.extend(parties(&key));
    rows.extend(times(&key));
    rows.into_iter().map(|row| row.for_client("keyed")).collect()
}

fn headers(key: &jose::SigningKey) -> Vec<Row> {
    let with =
        |member: &str, value: &str| request(&Jws::assertion().header(member, value).sign(key));
    let row = |what, member, value, expected: &[&str]| {
        Row::new(what, with(member, value), member, expected)
    };
    let key = |what, value, expected: &[&str]| {
        Row::new(what, with("kid", value), "client_assertion", expected)
    };
    vec![
        key("the name of no key", "key-9", &["key-1", "key-9"]),
        key("the case of the key's name", "KEY-1", &["key-1", "letter_case"]),
        key("the name of an expired key", "key-0", &["expired"]),
        row("an algorithm of shared keys", "alg", "HS256", &["RS256", "HS256"]),
        row("no algorithm", "alg", "none", &["RS256", "none"]),
        row("the type of an access token", "typ", "at+jwt", &["JWT", "at+jwt"]),
    ]
}

fn parties(key: &jose::SigningKey) -> Vec<Row> {
    let with = |claim: &str, value: Value| request(&Jws::assertion().with(claim, value).sign(key));
    let token = format!("{ORIGIN}/{TENANT}/{TOKEN}");
    let row = |what, claim, value: Value, expected: &[&str]| {
        Row::new(what, with(claim, value), claim, expected)
    };
    let at = |audience: &str| json!(audience);
    vec![
        row("another issuer", "iss", json!("web"), &["keyed", "web"]),
        row("no issuer", "iss", Value::Null, &["missing"]),
        row("another audience", "aud", at("https://attacker.test"), &[&token]),
        row("a slash behind it", "aud", at(&format!("{token}/")), &["trailing_slash", &token]),
        row("http", "aud", at(&token.replace("https", "http")), &["scheme", &token]),
        row("another endpoint", "aud", at(&token.replace("token", "authorize")), &[&token]),
        row("a list of audiences", "aud", json!([token]), &[&token]),
        row("no audience", "aud", Value::Null, &["missing"]),
        row("no id", "jti", Value::Null, &["missing"]),
    ]
}

fn times(key: &jose::SigningKey) -> Vec<Row> {
    let now = service::now().seconds();
    let with = |claim: &str, value: Value| request(&Jws::assertion().with(claim, value).sign(key));
    let row = |what, claim, value: Value, expected: &[&str]| {
        Row::new(what, with(claim, value), claim, expected)
    };
    let late = Jws::assertion().with("nbf", now + 300).with("iat", now + 300);
    vec![
        row("an end that is past", "exp", json!(now - 600), &["clock_behind"]),
        row("an end that is far", "exp", json!(now + 86_400), &["lifetime"]),
        row("an end in words", "exp", json!("soon"), &["not_a_number"]),
        row("an end in milliseconds", "exp", json!((now + 600) * 1_000), &["milliseconds"]),
        row("no end", "exp", Value::Null, &["missing"]),
        row("a clock ahead", "nbf", json!(now + 300), &["clock_ahead"]),
        row("made in the future", "iat", json!(now + 300), &["clock_ahead"]),
        Row::new("both in the future", request(&late.sign(key)), "nbf", &["clock_ahead"]),
    ]
}
