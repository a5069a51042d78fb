//! DPoP.

use jose::digest::base64url;
use serde_json::{Value, json};

use super::Row;
use crate::{
    signed_requests::{Jws, p256, public_jwk},
    test_service::{SECRET, TENANT, TestResponse, TestService, get, post},
};

const TOKEN: &str = "oauth2/v2.0/token";

async fn token_with_proofs(
    service: &TestService,
    proofs: &[&str],
    parameters: &[(&str, &str)],
) -> TestResponse {
    let mut request = post(TOKEN, parameters);
    for proof in proofs {
        request.headers_mut().append("dpop", proof.parse().expect("a header"));
    }
    service.send(request).await
}

pub async fn rows(service: &TestService) -> Vec<Row> {
    let key = p256();
    let good = || service.proof(&key, "POST", TOKEN);
    let mut private = public_jwk(&key);
    private["d"] = json!(base64url([1; 32]));
    let cases = [
        (88_000_120, "x".to_owned()),
        (88_000_122, good().header("typ", "JWT").sign(&key)),
        (88_000_123, good().header("alg", "HS256").sign(&key)),
        (88_000_124, good().header("jwk", private).sign(&key)),
        (88_000_125, good().header("jwk", public_jwk(&p256())).sign(&key)),
        (88_000_126, good().with("htm", "GET").sign(&key)),
        (88_000_127, good().with("htu", "https://evil.test/").sign(&key)),
        (88_000_129, good().with("iat", 1).sign(&key)),
        (88_000_131, Jws::proof(&key, "POST", TOKEN).sign(&key)),
        (88_000_132, good().with("nonce", "x").sign(&key)),
        (88_000_136, good().with("jti", Value::Null).sign(&key)),
        (88_000_137, good().header("jwk", json!({ "kty": "oct", "k": "AAAA" })).sign(&key)),
    ];
    let client_credentials =
        [("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", SECRET)];
    let mut rows = Vec::new();
    for (number, proof) in cases {
        rows.push(Row(number, token_with_proofs(service, &[&proof], &client_credentials).await));
    }
    let (one, two) = (good().sign(&key), good().sign(&key));
    rows.push(Row(
        88_000_121,
        token_with_proofs(service, &[&one, &two], &client_credentials).await,
    ));
    token_with_proofs(service, &[&one], &client_credentials).await.assert_ok();
    rows.push(Row(88_000_130, token_with_proofs(service, &[&one], &client_credentials).await));
    rows.extend(bound_tokens(service).await);
    rows
}

async fn bound_tokens(service: &TestService) -> Vec<Row> {
    let (key, other) = (p256(), p256());
    let proof = |key| service.proof(key, "POST", TOKEN).sign(key);
    let code = service.code("native", |code| code.dpop_jkt = Some(key.thumbprint().0));
    let redeem = service.redeem_as("native", &code);
    let mut rows = vec![
        Row(88_000_055, token_with_proofs(service, &[&proof(&other)], &redeem).await),
        Row(88_000_135, token_with_proofs(service, &[], &redeem).await),
    ];
    let tokens = token_with_proofs(service, &[&proof(&key)], &redeem).await.assert_ok();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "native"),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    rows.push(Row(88_000_068, token_with_proofs(service, &[&proof(&other)], &refresh).await));
    let code = service.code("native", |_| {});
    let unbound = service.token(&service.redeem_as("native", &code)).await.assert_ok();
    let used = async |scheme: &str, token: &str, proof: Option<String>| {
        let mut request = get(&format!("/{TENANT}/oidc/userinfo"));
        let headers = request.headers_mut();
        headers.insert("authorization", format!("{scheme} {token}").parse().expect("a header"));
        if let Some(proof) = proof {
            headers.insert("dpop", proof.parse().expect("a header"));
        }
        service.send(request).await
    };
    let proof = |key, token: &str| {
        let hash = base64url(jose::digest::sha256(token.as_bytes()));
        service.proof(key, "GET", "oidc/userinfo").with("ath", hash)
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
