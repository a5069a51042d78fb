//! DPoP.

use jose::digest::base64url;
use serde_json::{Value, json};

use super::Row;
use crate::{
    house::{Answer, House, SECRET, TENANT, get, post},
    signed::{Jws, bare, p256},
};

const TOKEN: &str = "oauth2/v2.0/token";

async fn ask(house: &House, proofs: &[&str], parameters: &[(&str, &str)]) -> Answer {
    let mut request = post(TOKEN, parameters);
    for proof in proofs {
        request.headers_mut().append("dpop", proof.parse().expect("a header"));
    }
    house.send(request).await
}

pub async fn rows(house: &House) -> Vec<Row> {
    let key = p256();
    let good = || house.proof(&key, "POST", TOKEN);
    let mut private = bare(&key);
    private["d"] = json!(base64url([1; 32]));
    let cases = [
        (88_000_120, "x".to_owned()),
        (88_000_122, good().header("typ", "JWT").sign(&key)),
        (88_000_123, good().header("alg", "HS256").sign(&key)),
        (88_000_124, good().header("jwk", private).sign(&key)),
        (88_000_125, good().header("jwk", bare(&p256())).sign(&key)),
        (88_000_126, good().with("htm", "GET").sign(&key)),
        (88_000_127, good().with("htu", "https://evil.test/").sign(&key)),
        (88_000_129, good().with("iat", 1).sign(&key)),
        (88_000_131, Jws::proof(&key, "POST", TOKEN).sign(&key)),
        (88_000_132, good().with("nonce", "x").sign(&key)),
        (88_000_136, good().with("jti", Value::Null).sign(&key)),
        (88_000_137, good().header("jwk", json!({ "kty": "oct", "k": "AAAA" })).sign(&key)),
    ];
    let for_itself =
        [("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", SECRET)];
    let mut rows = Vec::new();
    for (number, proof) in cases {
        rows.push(Row(number, ask(house, &[&proof], &for_itself).await));
    }
    let (one, two) = (good().sign(&key), good().sign(&key));
    rows.push(Row(88_000_121, ask(house, &[&one, &two], &for_itself).await));
    ask(house, &[&one], &for_itself).await.good();
    rows.push(Row(88_000_130, ask(house, &[&one], &for_itself).await));
    rows.extend(bindings(house).await);
    rows
}

async fn bindings(house: &House) -> Vec<Row> {
    let (key, other) = (p256(), p256());
    let proof = |key| house.proof(key, "POST", TOKEN).sign(key);
    let code = house.code("native", |code| code.dpop_jkt = Some(key.thumbprint().0));
    let redeem = house.redeem_as("native", &code);
    let mut rows = vec![
        Row(88_000_055, ask(house, &[&proof(&other)], &redeem).await),
        Row(88_000_135, ask(house, &[], &redeem).await),
    ];
    let tokens = ask(house, &[&proof(&key)], &redeem).await.good();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "native"),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    rows.push(Row(88_000_068, ask(house, &[&proof(&other)], &refresh).await));
    let code = house.code("native", |_| {});
    let unbound = house.token(&house.redeem_as("native", &code)).await.good();
    let used = async |scheme: &str, token: &str, proof: Option<String>| {
        let mut request = get(&format!("/{TENANT}/oidc/userinfo"));
        let headers = request.headers_mut();
        headers.insert("authorization", format!("{scheme} {token}").parse().expect("a header"));
        if let Some(proof) = proof {
            headers.insert("dpop", proof.parse().expect("a header"));
        }
        house.send(request).await
    };
    let proof = |key, token: &str| {
        let hash = base64url(jose::digest::sha256(token.as_bytes()));
        house.proof(key, "GET", "oidc/userinfo").with("ath", hash)
    };
    let bound = tokens.member("access_token");
    let unbound = unbound.member("access_token");
    let wrong = proof(&key, unbound).sign(&key);
    rows.push(Row(88_000_128, used("DPoP", bound, Some(wrong)).await));
    let of_other = proof(&other, bound).sign(&other);
    rows.push(Row(88_000_133, used("DPoP", bound, Some(of_other)).await));
    rows.push(Row(88_000_134, used("Bearer", bound, None).await));
    let right = proof(&key, unbound).sign(&key);
    rows.push(Row(88_000_138, used("DPoP", unbound, Some(right)).await));
    rows
}
