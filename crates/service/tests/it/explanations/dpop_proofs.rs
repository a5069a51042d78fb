//! Explanations of DPoP proofs.

use jose::{Algorithm, SigningKey, digest::base64url};
use serde_json::{Value, json};

use super::{ClientRequest, Row};
use crate::{
    signed_requests::{Jws, p256, public_jwk, rsa},
    test_service::{ORIGIN, SECRET, TENANT, TestService},
};

const TOKEN: &str = "oauth2/v2.0/token";

fn request(proof: &str) -> ClientRequest {
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", SECRET),
        ("scope", "api://orders/.default"),
    ];
    ClientRequest::post(TOKEN, &parameters).header("dpop", proof)
}

pub async fn rows(service: &TestService) -> Vec<Row> {
    let key = p256();
    let good = || service.proof(&key, "POST", TOKEN);
    let right = request(&good().sign(&key)).assert_succeeds(service).await;
    let mut rows = vec![
        Row::new("a proof that came before", right.clone(), "jti", &["used_before"]),
        Row::new(
            "two proofs",
            right.clone().add_header("dpop", &good().sign(&key)),
            "DPoP",
            &["2"],
        ),
        Row::new("a cut proof", request("eyJh.x"), "DPoP", &["segments", "3"]),
        Row::new("signed by another key", request(&good().sign(&p256())), "DPoP", &["signature"]),
    ];
    rows.extend(headers(&good(), &key));
    rows.extend(claims(service, &good(), &key));
    let mut rows: Vec<Row> = rows.into_iter().map(|row| row.for_client("daemon")).collect();
    rows.extend(bound(service).await);
    rows
}

fn headers(good: &Jws, key: &SigningKey) -> Vec<Row> {
    let with = |member: &str, value: Value| request(&good.clone().header(member, value).sign(key));
    let mut private = public_jwk(key);
    private["d"] = json!(base64url([1; 32]));
    let row = |what, member, value: Value, expected: &[&str]| {
        Row::new(what, with(member, value), member, expected)
    };
    vec![
        row("another type", "typ", json!("JWT"), &["dpop+jwt", "JWT"]),
        row("no type", "typ", Value::Null, &["dpop+jwt"]),
        row("an algorithm of shared keys", "alg", json!("HS256"), &["ES256", "HS256"]),
        Row::new("no key", with("jwk", Value::Null), "DPoP", &["header_missing", "jwk"]),
        Row::new("a private key", with("jwk", private), "DPoP", &["key_private"]),
    ]
}

fn claims(service: &TestService, good: &Jws, key: &SigningKey) -> Vec<Row> {
    let now = service::now().seconds();
    let with = |claim: &str, value: Value| request(&good.clone().with(claim, value).sign(key));
    let url = format!("{ORIGIN}/{TENANT}/{TOKEN}");
    let row = |what, claim, value: Value, expected: &[&str]| {
        Row::new(what, with(claim, value), claim, expected)
    };
    vec![
        row("another method", "htm", json!("GET"), &["POST", "GET"]),
        row("the case of the method", "htm", json!("post"), &["POST", "letter_case"]),
        row("no method", "htm", Value::Null, &["missing"]),
        row("another path", "htu", json!(url.replace("token", "authorize")), &[&url, "path"]),
        row("http", "htu", json!(url.replace("https", "http")), &[&url, "scheme"]),
        row("another host", "htu", json!(url.replace("id.test", "id.example")), &["host"]),
        row("no address", "htu", Value::Null, &["missing"]),
        row("made long ago", "iat", json!(now - 900), &["clock_behind"]),
        row("made in the future", "iat", json!(now + 900), &["clock_ahead"]),
        row("made in milliseconds", "iat", json!(now * 1_000), &["milliseconds"]),
        row("made in words", "iat", json!("now"), &["not_a_number"]),
        row("no id", "jti", Value::Null, &["missing"]),
        row("no nonce", "nonce", Value::Null, &["missing"]),
        row("a nonce of long ago", "nonce", json!(service.nonce(-3_600)), &["nonce_old"]),
        row("an unknown nonce", "nonce", json!("x"), &["nonce_unknown"]),
    ]
}

/// Rows about codes that are bound to a key.
async fn bound(service: &TestService) -> Vec<Row> {
    let (key, other) = (p256(), rsa(Algorithm::Rs256));
    let redeem = |code: &str| ClientRequest::post(TOKEN, &service.redeem(code));
    let proof = |key: &SigningKey| service.proof(key, "POST", TOKEN).sign(key);
    let code = service.code("web", |code| code.dpop_jkt = Some(key.thumbprint().0));
    let wrong = redeem(&code).header("dpop", &proof(&other));
    let none = redeem(&code);
    redeem(&service.code("web", |_| {}))
        .header("dpop", &proof(&key))
        .assert_succeeds(service)
        .await;
    let thumbprint = key.thumbprint().to_string();
    vec![
        Row::new("another key than the code's", wrong, "jkt", &[&thumbprint]),
        Row::new("no proof for a bound code", none, "DPoP", &["missing"]),
    ]
}
