//! DPoP (RFC 9449): token endpoint, UserInfo, introspection, codes and refresh tokens.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: P = codes, F = refresh
//! tokens, U = access tokens and DPoP proofs.

use axum::body::Body;
use http::{Request, StatusCode};
use jose::{Algorithm, SigningKey, digest::base64url};
use model::{Seconds, Timestamp};
use protocol::sealed_token::AuthorizationCode;
use serde_json::{Value, json};

use crate::{
    signed_requests::{Jws, p256, public_jwk, rsa},
    test_service::{SECRET, TENANT, TestResponse, TestService, get, post},
};

const TOKEN: &str = "oauth2/v2.0/token";
const USERINFO: &str = "oidc/userinfo";

/// Posts to the token endpoint with DPoP proofs.
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

/// Redeems a code of a client with a DPoP proof of a key.
async fn redeem(
    service: &TestService,
    client: &'static str,
    key: &SigningKey,
    with: impl FnOnce(&mut AuthorizationCode),
) -> TestResponse {
    let code = service.code(client, with);
    let proof = service.proof(key, "POST", TOKEN).sign(key);
    token_with_proofs(service, &[&proof], &service.redeem_as(client, &code)).await
}

/// Requests UserInfo with an `Authorization` header and DPoP proofs.
async fn userinfo(service: &TestService, authorization: &str, proofs: &[&str]) -> TestResponse {
    let mut request = get(&format!("/{TENANT}/{USERINFO}"));
    let headers = request.headers_mut();
    headers.insert("authorization", authorization.parse().expect("a header"));
    for proof in proofs {
        headers.append("dpop", proof.parse().expect("a header"));
    }
    service.send(request).await
}

/// Returns a DPoP proof for UserInfo with the hash of a token.
fn userinfo_proof(service: &TestService, key: &SigningKey, token: &str) -> Jws {
    let hash = base64url(jose::digest::sha256(token.as_bytes()));
    service.proof(key, "GET", USERINFO).with("ath", hash)
}

const CLIENT_CREDENTIALS: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];

#[tokio::test]
async fn a_dpop_proof_of_any_algorithm_binds_the_access_token() {
    // Uses one key per algorithm and reads `token_type` and the thumbprint in `cnf`.
    let service = TestService::new().await;
    for algorithm in Algorithm::ALL {
        let key = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => rsa(algorithm),
            _ => SigningKey::generate(algorithm).expect("a key").0,
        };
        let proof = service.proof(&key, "POST", TOKEN).sign(&key);
        let response =
            token_with_proofs(&service, &[&proof], &CLIENT_CREDENTIALS).await.assert_ok();
        assert_eq!(response.member("token_type"), "DPoP");
        assert_eq!(response.claims("access_token")["cnf"]["jkt"], key.thumbprint().to_string());
        assert!(!response.header("dpop-nonce").is_empty());
    }
    let unbound = service.token(&CLIENT_CREDENTIALS).await.assert_ok();
    assert_eq!(unbound.member("token_type"), "Bearer");
    assert!(unbound.claims("access_token").get("cnf").is_none());
    assert_eq!(unbound.header("dpop-nonce"), "");
}

#[tokio::test]
async fn a_dpop_proof_needs_a_fresh_server_nonce() {
    // Sends no nonce, then the offered one, one of the previous interval, one too old, one too new,
    // and garbage.
    let service = TestService::new().await;
    let key = p256();
    let without = Jws::proof(&key, "POST", TOKEN);
    let response = token_with_proofs(&service, &[&without.sign(&key)], &CLIENT_CREDENTIALS).await;
    response.assert_refused(400, "use_dpop_nonce", 88_000_131);
    let offered = response.header("dpop-nonce").to_owned();
    let with = |nonce: &str| Jws::proof(&key, "POST", TOKEN).with("nonce", nonce).sign(&key);
    token_with_proofs(&service, &[&with(&offered)], &CLIENT_CREDENTIALS).await.assert_ok();
    token_with_proofs(&service, &[&with(&service.nonce(-120))], &CLIENT_CREDENTIALS)
        .await
        .assert_ok();
    for stale in [service.nonce(-600), service.nonce(600), "nonsense".to_owned(), String::new()] {
        let response = token_with_proofs(&service, &[&with(&stale)], &CLIENT_CREDENTIALS).await;
        response.assert_refused(400, "use_dpop_nonce", 88_000_132);
        assert!(!response.header("dpop-nonce").is_empty());
    }
}

/// Returns every wrong proof with its error and number.
fn wrong_proofs(good: &Jws, key: &SigningKey) -> Vec<(String, &'static str, u64)> {
    let with = |claim: &str, value: Value| good.clone().with(claim, value).sign(key);
    let header = |member: &str, value: Value| good.clone().header(member, value).sign(key);
    let now = service::now().seconds();
    let mut private = public_jwk(key);
    private["d"] = json!(base64url([1; 32]));
    let other = p256();
    let hmac = good.clone().header("alg", "HS256");
    let hmac =
        hmac.sign_by(|input| jose::digest::hmac_sha256(b"k", input).to_vec(), |it| base64url(it));
    let unsigned = good.clone().header("alg", "none").sign_by(|_| Vec::new(), |it| base64url(it));
    let forged = good.clone().header("jwk", public_jwk(&other)).sign(key);
    let bad = "invalid_dpop_proof";
    vec![
        ("nonsense".to_owned(), bad, 88_000_120),
        (format!("{}=", good.sign(key)), bad, 88_000_120),
        (header("typ", json!("JWT")), bad, 88_000_122),
        (header("typ", Value::Null), bad, 88_000_122),
        (hmac, bad, 88_000_123),
        (unsigned, bad, 88_000_123),
        (header("alg", json!("ES384")), bad, 88_000_123),
        (header("jwk", private), bad, 88_000_124),
        (forged, bad, 88_000_125),
        (with("htm", json!("PATCH")), bad, 88_000_126),
        (with("htm", json!("post")), bad, 88_000_126),
        (with("htu", json!("https://evil.test/")), bad, 88_000_127),
        (with("htu", json!(7)), bad, 88_000_136),
        (with("iat", json!(now - 310)), bad, 88_000_129),
        (with("iat", json!(now + 310)), bad, 88_000_129),
        (with("iat", Value::Null), bad, 88_000_136),
        (with("htm", Value::Null), bad, 88_000_136),
        (with("htu", Value::Null), bad, 88_000_136),
        (with("jti", Value::Null), bad, 88_000_136),
        (with("jti", json!("")), bad, 88_000_136),
        (header("jwk", Value::Null), bad, 88_000_137),
        (header("jwk", json!({ "kty": "oct", "k": "AAAA" })), bad, 88_000_137),
        (with("nonce", Value::Null), "use_dpop_nonce", 88_000_131),
        (with("nonce", json!("x")), "use_dpop_nonce", 88_000_132),
    ]
}

#[tokio::test]
async fn each_wrong_dpop_proof_is_refused_with_its_number() {
    // U3: sends one wrong proof at a time to the token endpoint, two proofs, and the same proof
    // twice.
    let service = TestService::new().await;
    let key = p256();
    let good = service.proof(&key, "POST", TOKEN);
    for (proof, error, number) in wrong_proofs(&good, &key) {
        token_with_proofs(&service, &[&proof], &CLIENT_CREDENTIALS)
            .await
            .assert_refused(400, error, number);
    }
    let (one, two) = (good.sign(&key), service.proof(&key, "POST", TOKEN).sign(&key));
    let response = token_with_proofs(&service, &[&one, &two], &CLIENT_CREDENTIALS).await;
    response.assert_refused(400, "invalid_dpop_proof", 88_000_121);
    token_with_proofs(&service, &[&one], &CLIENT_CREDENTIALS).await.assert_ok();
    let response = token_with_proofs(&service, &[&one], &CLIENT_CREDENTIALS).await;
    response.assert_refused(400, "invalid_dpop_proof", 88_000_130);
}

#[tokio::test]
async fn a_fresh_nonce_admits_proofs_of_clocks_that_are_minutes_off() {
    // Sends proofs whose `iat` is almost five minutes off in both directions, each twice. The use
    // is stored until its nonce is refused, however old the proof claims to be.
    let service = TestService::new().await;
    let key = p256();
    let now = service::now().seconds();
    for iat in [now - 280, now + 280] {
        let proof = service.proof(&key, "POST", TOKEN).with("iat", iat).sign(&key);
        token_with_proofs(&service, &[&proof], &CLIENT_CREDENTIALS).await.assert_ok();
        // The last second in which a nonce of this moment is accepted.
        let while_accepted = Timestamp::from_seconds(now.div_euclid(120) * 120 + 239);
        service.state.store.sweep(while_accepted, 100).await.expect("a store");
        token_with_proofs(&service, &[&proof], &CLIENT_CREDENTIALS).await.assert_refused(
            400,
            "invalid_dpop_proof",
            88_000_130,
        );
    }
    let later = service::now() + Seconds::new(420);
    assert!(service.state.store.sweep(later, 100).await.expect("a store") >= 2);
}

#[tokio::test]
async fn a_client_with_a_wrong_clock_is_led_to_the_nonce() {
    // Sends proofs of clocks that are minutes and hours off: without a nonce, then with the offered
    // one, and with one that is too old.
    let service = TestService::new().await;
    let key = p256();
    let now = service::now().seconds();
    for (off, admitted) in [(-280, true), (-61, true), (280, true), (-310, false), (7_200, false)] {
        let proof = || Jws::proof(&key, "POST", TOKEN).with("iat", now + off);
        let without = proof().sign(&key);
        let response = token_with_proofs(&service, &[&without], &CLIENT_CREDENTIALS).await;
        response.assert_refused(400, "use_dpop_nonce", 88_000_131);
        let stale = proof().with("nonce", service.nonce(-600)).sign(&key);
        let stale = token_with_proofs(&service, &[&stale], &CLIENT_CREDENTIALS).await;
        stale.assert_refused(400, "use_dpop_nonce", 88_000_132);
        for offered in [response.header("dpop-nonce"), stale.header("dpop-nonce")] {
            let with = proof().with("nonce", offered).sign(&key);
            let response = token_with_proofs(&service, &[&with], &CLIENT_CREDENTIALS).await;
            if admitted {
                response.assert_ok();
            } else {
                response.assert_refused(400, "invalid_dpop_proof", 88_000_129);
            }
        }
    }
}

#[tokio::test]
async fn dpop_htu_is_compared_after_normalization() {
    // Sends `htu` with a query, a fragment, the default port and upper case in the host.
    let service = TestService::new().await;
    let key = p256();
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    for url in ["https://id.test:443", "HTTPS://ID.test"] {
        for rest in ["", "?x=1", "#f"] {
            let jws = service.proof(&key, "POST", TOKEN).with("htu", format!("{url}{path}{rest}"));
            token_with_proofs(&service, &[&jws.sign(&key)], &CLIENT_CREDENTIALS).await.assert_ok();
        }
    }
}

#[tokio::test]
async fn a_wrong_dpop_proof_at_userinfo_gets_401_and_a_dpop_challenge() {
    // U3: sends every wrong proof, none, one of another key, one for another token, and the token
    // under the other scheme.
    let service = TestService::new().await;
    let (key, other) = (p256(), p256());
    let tokens = redeem(&service, "native", &key, |_| {}).await.assert_ok();
    let token = tokens.member("access_token");
    let dpop = format!("DPoP {token}");
    let good = userinfo_proof(&service, &key, token);
    let response = userinfo(&service, &dpop, &[&good.sign(&key)]).await.assert_ok();
    assert!(!response.header("dpop-nonce").is_empty());
    let mut rows: Vec<(Vec<String>, &str, u64)> = wrong_proofs(&good, &key)
        .into_iter()
        .map(|(proof, error, number)| (vec![proof], error, number))
        .collect();
    let bad = "invalid_dpop_proof";
    let fresh = || userinfo_proof(&service, &key, token);
    let of_other = userinfo_proof(&service, &other, token).sign(&other);
    rows.extend([
        (vec![good.sign(&key)], bad, 88_000_130),
        (vec![fresh().sign(&key), fresh().sign(&key)], bad, 88_000_121),
        (vec![fresh().with("ath", "x").sign(&key)], bad, 88_000_128),
        (vec![fresh().with("ath", Value::Null).sign(&key)], bad, 88_000_136),
        (vec![], bad, 88_000_135),
        (vec![of_other], "invalid_token", 88_000_133),
    ]);
    for (proofs, error, number) in rows {
        let proofs: Vec<&str> = proofs.iter().map(String::as_str).collect();
        let response = userinfo(&service, &dpop, &proofs).await;
        response.assert_refused(401, error, number);
        let challenge = response.header("www-authenticate");
        assert!(challenge.starts_with("DPoP "), "{challenge}");
        assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
        assert!(challenge.contains("algs=\"") && challenge.contains("ES256"), "{challenge}");
        let asks_for_nonce = error == "use_dpop_nonce";
        assert!(!asks_for_nonce || !response.header("dpop-nonce").is_empty());
    }
    let as_bearer = userinfo(&service, &format!("Bearer {token}"), &[]).await;
    as_bearer.assert_refused(401, "invalid_token", 88_000_134);
    assert!(as_bearer.header("www-authenticate").starts_with("DPoP "));
    let code = service.code("native", |_| {});
    let unbound = service.token(&service.redeem_as("native", &code)).await.assert_ok();
    let unbound = unbound.member("access_token");
    let proof = userinfo_proof(&service, &key, unbound).sign(&key);
    let response = userinfo(&service, &format!("DPoP {unbound}"), &[&proof]).await;
    response.assert_refused(401, "invalid_token", 88_000_138);
    assert!(response.header("www-authenticate").starts_with("DPoP "));
}

#[tokio::test]
async fn introspection_returns_the_dpop_key_thumbprint() {
    // Introspects a token that is bound to a key.
    let service = TestService::new().await;
    let key = p256();
    let tokens = redeem(&service, "web", &key, |_| {}).await.assert_ok();
    let about = |token: &str| {
        let parameters = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
        post("oauth2/v2.0/introspect", &parameters)
    };
    let response = service.send(about(tokens.member("access_token"))).await.assert_ok();
    assert_eq!(response.json["active"], true);
    assert_eq!(response.json["cnf"]["jkt"], key.thumbprint().to_string());
    assert_eq!(response.member("token_type"), "DPoP");
}

fn refresh<'a>(client: &'a str, token: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut request =
        vec![("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];
    if client == "web" {
        request.push(("client_secret", SECRET));
    }
    request
}

#[tokio::test]
async fn a_public_clients_refresh_token_needs_its_dpop_key() {
    // F4: a public client refreshes with its key, with another and with none. A confidential client
    // may change its key.
    let service = TestService::new().await;
    let (key, other) = (p256(), p256());
    let proof = |key: &SigningKey| service.proof(key, "POST", TOKEN).sign(key);
    let tokens = redeem(&service, "native", &key, |_| {}).await.assert_ok();
    let request = refresh("native", tokens.member("refresh_token"));
    let response = token_with_proofs(&service, &[&proof(&other)], &request).await;
    response.assert_refused(400, "invalid_grant", 88_000_068);
    let response = token_with_proofs(&service, &[], &request).await;
    response.assert_refused(400, "invalid_dpop_proof", 88_000_135);
    let again = token_with_proofs(&service, &[&proof(&key)], &request).await.assert_ok();
    // A token that is bound to a key is not rotated.
    assert_eq!(again.member("refresh_token"), tokens.member("refresh_token"));
    let tokens = redeem(&service, "web", &key, |_| {}).await.assert_ok();
    let request = refresh("web", tokens.member("refresh_token"));
    let response = token_with_proofs(&service, &[&proof(&other)], &request).await.assert_ok();
    assert_eq!(response.claims("access_token")["cnf"]["jkt"], other.thumbprint().to_string());
    let response = token_with_proofs(&service, &[], &request).await.assert_ok();
    assert_eq!(response.member("token_type"), "Bearer");
}

#[tokio::test]
async fn a_code_with_dpop_jkt_is_redeemed_with_that_key_only() {
    // P12: redeems a code with dpop_jkt with another key, with none, then with the right one.
    let service = TestService::new().await;
    let (key, other) = (p256(), p256());
    let code = service.code("web", |code| code.dpop_jkt = Some(key.thumbprint().0));
    let request = service.redeem(&code);
    let proof = |key: &SigningKey| service.proof(key, "POST", TOKEN).sign(key);
    let response = token_with_proofs(&service, &[&proof(&other)], &request).await;
    response.assert_refused(400, "invalid_grant", 88_000_055);
    token_with_proofs(&service, &[], &request).await.assert_refused(
        400,
        "invalid_dpop_proof",
        88_000_135,
    );
    token_with_proofs(&service, &[&proof(&key)], &request).await.assert_ok();
}

#[tokio::test]
async fn a_client_that_requires_dpop_gets_no_token_without_a_proof() {
    // RFC 9449 §5.2, `dpop_bound_access_tokens`.
    let service = TestService::new().await;
    service.change_client("daemon", |client| client.dpop_required = true).await;
    token_with_proofs(&service, &[], &CLIENT_CREDENTIALS).await.assert_refused(
        400,
        "invalid_dpop_proof",
        88_000_135,
    );
    let key = p256();
    let proof = service.proof(&key, "POST", TOKEN).sign(&key);
    token_with_proofs(&service, &[&proof], &CLIENT_CREDENTIALS).await.assert_ok();
}

#[tokio::test]
async fn a_dpop_proof_is_accepted_once_in_parallel() {
    // U3: sends twenty requests with the same proof.
    let service = TestService::new().await;
    let key = p256();
    let proof = service.proof(&key, "POST", TOKEN).sign(&key);
    let proofs = [proof.as_str()];
    let requests = (0..20).map(|_| token_with_proofs(&service, &proofs, &CLIENT_CREDENTIALS));
    let responses = futures_util::future::join_all(requests).await;
    let good = responses.iter().filter(|response| response.status == StatusCode::OK).count();
    assert_eq!(good, 1);
}

#[tokio::test]
async fn userinfo_by_post_needs_a_dpop_proof_for_post() {
    // Sends a proof for GET, then one for POST.
    let service = TestService::new().await;
    let key = p256();
    let tokens = redeem(&service, "native", &key, |_| {}).await.assert_ok();
    let token = tokens.member("access_token");
    let send = |proof: String| {
        let request = Request::post(format!("/{TENANT}/{USERINFO}"))
            .header("host", "id.test")
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof)
            .body(Body::empty())
            .expect("a request");
        service.send(request)
    };
    let for_get = userinfo_proof(&service, &key, token);
    send(for_get.sign(&key)).await.assert_refused(401, "invalid_dpop_proof", 88_000_126);
    let for_post = userinfo_proof(&service, &key, token).with("htm", "POST");
    assert_eq!(
        send(for_post.sign(&key)).await.assert_ok().json["sub"],
        tokens.claims("id_token")["sub"]
    );
}
