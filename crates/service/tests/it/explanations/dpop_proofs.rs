//! A proof of possession sent along.

use jose::{Algorithm, SigningKey, digest::base64url};
use serde_json::{Value, json};

use super::{Ask, Row};
use crate::{
    house::{House, ORIGIN, SECRET, TENANT},
    signed::{Jws, bare, p256, rsa},
};

const TOKEN: &str = "oauth2/v2.0/token";

fn ask(proof: &str) -> Ask {
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", SECRET),
        ("scope", "api://orders/.default"),
    ];
    Ask::post(TOKEN, &parameters).header("dpop", proof)
}

pub async fn rows(house: &House) -> Vec<Row> {
    let key = p256();
    let good = || house.proof(&key, "POST", TOKEN);
    let right = ask(&good().sign(&key)).right(house).await;
    let mut rows = vec![
        Row::new("a proof that came before", right.clone(), "jti", &["used_before"]),
        Row::new(
            "two proofs",
            right.clone().and_header("dpop", &good().sign(&key)),
            "DPoP",
            &["2"],
        ),
        Row::new("a cut proof", ask("eyJh.x"), "DPoP", &["segments", "3"]),
        Row::new("signed by another key", ask(&good().sign(&p256())), "DPoP", &["signature"]),
    ];
    rows.extend(headers(&good(), &key));
    rows.extend(claims(house, &good(), &key));
    let mut rows: Vec<Row> = rows.into_iter().map(|row| row.of("daemon")).collect();
    rows.extend(bound(house).await);
    rows
}

fn headers(good: &Jws, key: &SigningKey) -> Vec<Row> {
    let with = |member: &str, value: Value| ask(&good.clone().header(member, value).sign(key));
    let mut private = bare(key);
    private["d"] = json!(base64url([1; 32]));
    let row = |what, member, value: Value, tells: &[&str]| {
        Row::new(what, with(member, value), member, tells)
    };
    vec![
        row("another type", "typ", json!("JWT"), &["dpop+jwt", "JWT"]),
        row("no type", "typ", Value::Null, &["dpop+jwt"]),
        row("an algorithm of shared keys", "alg", json!("HS256"), &["ES256", "HS256"]),
        Row::new("no key", with("jwk", Value::Null), "DPoP", &["header_missing", "jwk"]),
        Row::new("a private key", with("jwk", private), "DPoP", &["key_private"]),
    ]
}

fn claims(house: &House, good: &Jws, key: &SigningKey) -> Vec<Row> {
    let now = service::now().seconds();
    let with = |claim: &str, value: Value| ask(&good.clone().with(claim, value).sign(key));
    let url = format!("{ORIGIN}/{TENANT}/{TOKEN}");
    let row = |what, claim, value: Value, tells: &[&str]| {
        Row::new(what, with(claim, value), claim, tells)
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
        row("a nonce of long ago", "nonce", json!(house.nonce(-3_600)), &["nonce_old"]),
        row("a nonce of nobody", "nonce", json!("x"), &["nonce_unknown"]),
    ]
}

/// A refresh token that is bound to a key.
async fn bound(house: &House) -> Vec<Row> {
    let (key, other) = (p256(), rsa(Algorithm::Rs256));
    let redeem = |code: &str| Ask::post(TOKEN, &house.redeem(code));
    let proof = |key: &SigningKey| house.proof(key, "POST", TOKEN).sign(key);
    let code = house.code("web", |code| code.dpop_jkt = Some(key.thumbprint().0));
    let wrong = redeem(&code).header("dpop", &proof(&other));
    let none = redeem(&code);
    redeem(&house.code("web", |_| {})).header("dpop", &proof(&key)).right(house).await;
    let thumbprint = key.thumbprint().to_string();
    vec![
        Row::new("another key than the code's", wrong, "jkt", &[&thumbprint]),
        Row::new("no proof for a bound code", none, "DPoP", &["missing"]),
    ]
}
