//! Sender constraint by DPoP (RFC 9449): at the token endpoint, at UserInfo, in introspection, and
//! across code and refresh token.

use axum::body::Body;
use http::{Request, StatusCode};
use jose::{Algorithm, SigningKey, digest::base64url};
use protocol::handle::Code;
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, SECRET, TENANT, get, post},
    signed::{Jws, bare, p256, rsa},
};

const TOKEN: &str = "oauth2/v2.0/token";
const USERINFO: &str = "oidc/userinfo";

/// Asks the token endpoint with proofs.
async fn ask(house: &House, proofs: &[&str], parameters: &[(&str, &str)]) -> Answer {
    let mut request = post(TOKEN, parameters);
    for proof in proofs {
        request.headers_mut().append("dpop", proof.parse().expect("a header"));
    }
    house.send(request).await
}

/// Redeems a code of a client with a key.
async fn redeem(
    house: &House,
    client: &'static str,
    key: &SigningKey,
    with: impl FnOnce(&mut Code),
) -> Answer {
    let code = house.code(client, with);
    let proof = house.proof(key, "POST", TOKEN).sign(key);
    ask(house, &[&proof], &house.redeem_as(client, &code)).await
}

/// Asks UserInfo, with an `Authorization` header and proofs.
async fn userinfo(house: &House, authorization: &str, proofs: &[&str]) -> Answer {
    let mut request = get(&format!("/{TENANT}/{USERINFO}"));
    let headers = request.headers_mut();
    headers.insert("authorization", authorization.parse().expect("a header"));
    for proof in proofs {
        headers.append("dpop", proof.parse().expect("a header"));
    }
    house.send(request).await
}

/// A proof for UserInfo with a token.
fn proof_of_use(house: &House, key: &SigningKey, token: &str) -> Jws {
    let hash = base64url(jose::digest::sha256(token.as_bytes()));
    house.proof(key, "GET", USERINFO).with("ath", hash)
}

const FOR_ITSELF: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];

#[tokio::test]
async fn a_proof_of_any_algorithm_binds_the_token_to_its_key() {
    // One key per algorithm; reads `token_type` and the thumbprint in `cnf`.
    let house = House::new().await;
    for algorithm in Algorithm::ALL {
        let key = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => rsa(algorithm),
            _ => SigningKey::generate(algorithm).expect("a key").0,
        };
        let proof = house.proof(&key, "POST", TOKEN).sign(&key);
        let answer = ask(&house, &[&proof], &FOR_ITSELF).await.good();
        assert_eq!(answer.member("token_type"), "DPoP");
        assert_eq!(answer.claims("access_token")["cnf"]["jkt"], key.thumbprint().to_string());
        assert!(!answer.header("dpop-nonce").is_empty());
    }
    let unbound = house.token(&FOR_ITSELF).await.good();
    assert_eq!(unbound.member("token_type"), "Bearer");
    assert!(unbound.claims("access_token").get("cnf").is_none());
    assert_eq!(unbound.header("dpop-nonce"), "");
}

#[tokio::test]
async fn the_server_hands_out_a_nonce_and_takes_only_a_fresh_one() {
    // Comes without a nonce, takes the one that is offered, then comes with one of long ago, one
    // of the interval before, and one of nobody's.
    let house = House::new().await;
    let key = p256();
    let without = Jws::proof(&key, "POST", TOKEN);
    let answer = ask(&house, &[&without.sign(&key)], &FOR_ITSELF).await;
    answer.refused(400, "use_dpop_nonce", 88_000_131);
    let offered = answer.header("dpop-nonce").to_owned();
    let with = |nonce: &str| Jws::proof(&key, "POST", TOKEN).with("nonce", nonce).sign(&key);
    ask(&house, &[&with(&offered)], &FOR_ITSELF).await.good();
    ask(&house, &[&with(&house.nonce(-120))], &FOR_ITSELF).await.good();
    for stale in [house.nonce(-600), house.nonce(600), "nonsense".to_owned(), String::new()] {
        let answer = ask(&house, &[&with(&stale)], &FOR_ITSELF).await;
        answer.refused(400, "use_dpop_nonce", 88_000_132);
        assert!(!answer.header("dpop-nonce").is_empty());
    }
}

/// Every way in which a proof can be wrong, with what it gets.
fn wrong_proofs(good: &Jws, key: &SigningKey) -> Vec<(String, &'static str, u64)> {
    let with = |claim: &str, value: Value| good.clone().with(claim, value).sign(key);
    let header = |member: &str, value: Value| good.clone().header(member, value).sign(key);
    let now = service::now().seconds();
    let mut private = bare(key);
    private["d"] = json!(base64url([1; 32]));
    let other = p256();
    let hmac = good.clone().header("alg", "HS256");
    let hmac =
        hmac.sign_by(|input| jose::digest::hmac_sha256(b"k", input).to_vec(), |it| base64url(it));
    let unsigned = good.clone().header("alg", "none").sign_by(|_| Vec::new(), |it| base64url(it));
    let forged = good.clone().header("jwk", bare(&other)).sign(key);
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
        (with("iat", json!(now - 120)), bad, 88_000_129),
        (with("iat", json!(now + 120)), bad, 88_000_129),
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
async fn each_thing_wrong_with_a_proof_has_its_number() {
    // U3 at the token endpoint: one thing wrong at a time, two proofs, and the same proof twice.
    let house = House::new().await;
    let key = p256();
    let good = house.proof(&key, "POST", TOKEN);
    for (proof, error, number) in wrong_proofs(&good, &key) {
        ask(&house, &[&proof], &FOR_ITSELF).await.refused(400, error, number);
    }
    let (one, two) = (good.sign(&key), house.proof(&key, "POST", TOKEN).sign(&key));
    let answer = ask(&house, &[&one, &two], &FOR_ITSELF).await;
    answer.refused(400, "invalid_dpop_proof", 88_000_121);
    ask(&house, &[&one], &FOR_ITSELF).await.good();
    let answer = ask(&house, &[&one], &FOR_ITSELF).await;
    answer.refused(400, "invalid_dpop_proof", 88_000_130);
}

#[tokio::test]
async fn a_proof_is_for_the_place_whatever_its_spelling() {
    // `htu` with a query, a fragment, the default port and capitals in the host.
    let house = House::new().await;
    let key = p256();
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    for url in ["https://id.test:443", "HTTPS://ID.test"] {
        for rest in ["", "?x=1", "#f"] {
            let jws = house.proof(&key, "POST", TOKEN).with("htu", format!("{url}{path}{rest}"));
            ask(&house, &[&jws.sign(&key)], &FOR_ITSELF).await.good();
        }
    }
}

#[tokio::test]
async fn what_was_wrong_with_a_proof_is_401_at_userinfo_with_a_dpop_challenge() {
    // U3: every wrong proof, none, one of another key, one for another token, and the token under
    // the other scheme.
    let house = House::new().await;
    let (key, other) = (p256(), p256());
    let tokens = redeem(&house, "native", &key, |_| {}).await.good();
    let token = tokens.member("access_token");
    let dpop = format!("DPoP {token}");
    let good = proof_of_use(&house, &key, token);
    let answer = userinfo(&house, &dpop, &[&good.sign(&key)]).await.good();
    assert!(!answer.header("dpop-nonce").is_empty());
    let mut rows: Vec<(Vec<String>, &str, u64)> = wrong_proofs(&good, &key)
        .into_iter()
        .map(|(proof, error, number)| (vec![proof], error, number))
        .collect();
    let bad = "invalid_dpop_proof";
    let fresh = || proof_of_use(&house, &key, token);
    let of_other = proof_of_use(&house, &other, token).sign(&other);
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
        let answer = userinfo(&house, &dpop, &proofs).await;
        answer.refused(401, error, number);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("DPoP "), "{challenge}");
        assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
        assert!(challenge.contains("algs=\"") && challenge.contains("ES256"), "{challenge}");
        let asks_for_nonce = error == "use_dpop_nonce";
        assert!(!asks_for_nonce || !answer.header("dpop-nonce").is_empty());
    }
    let as_bearer = userinfo(&house, &format!("Bearer {token}"), &[]).await;
    as_bearer.refused(401, "invalid_token", 88_000_134);
    assert!(as_bearer.header("www-authenticate").starts_with("DPoP "));
    let code = house.code("native", |_| {});
    let unbound = house.token(&house.redeem_as("native", &code)).await.good();
    let unbound = unbound.member("access_token");
    let proof = proof_of_use(&house, &key, unbound).sign(&key);
    let answer = userinfo(&house, &format!("DPoP {unbound}"), &[&proof]).await;
    answer.refused(401, "invalid_token", 88_000_138);
    assert!(answer.header("www-authenticate").starts_with("DPoP "));
}

#[tokio::test]
async fn introspection_names_the_key() {
    // Asks about a bound token and a token that is not.
    let house = House::new().await;
    let key = p256();
    let tokens = redeem(&house, "web", &key, |_| {}).await.good();
    let about = |token: &str| {
        let parameters = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
        post("oauth2/v2.0/introspect", &parameters)
    };
    let answer = house.send(about(tokens.member("access_token"))).await.good();
    assert_eq!(answer.json["active"], true);
    assert_eq!(answer.json["cnf"]["jkt"], key.thumbprint().to_string());
    assert_eq!(answer.member("token_type"), "DPoP");
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
async fn the_refresh_token_of_a_public_client_is_worth_nothing_without_its_key() {
    // F4: a public client refreshes with its key, with another, with none; then a confidential
    // one, which may change its key.
    let house = House::new().await;
    let (key, other) = (p256(), p256());
    let proof = |key: &SigningKey| house.proof(key, "POST", TOKEN).sign(key);
    let tokens = redeem(&house, "native", &key, |_| {}).await.good();
    let request = refresh("native", tokens.member("refresh_token"));
    let answer = ask(&house, &[&proof(&other)], &request).await;
    answer.refused(400, "invalid_grant", 88_000_068);
    let answer = ask(&house, &[], &request).await;
    answer.refused(400, "invalid_dpop_proof", 88_000_135);
    let again = ask(&house, &[&proof(&key)], &request).await.good();
    // Bound to a key, it need not be replaced.
    assert_eq!(again.member("refresh_token"), tokens.member("refresh_token"));
    let tokens = redeem(&house, "web", &key, |_| {}).await.good();
    let request = refresh("web", tokens.member("refresh_token"));
    let answer = ask(&house, &[&proof(&other)], &request).await.good();
    assert_eq!(answer.claims("access_token")["cnf"]["jkt"], other.thumbprint().to_string());
    let answer = ask(&house, &[], &request).await.good();
    assert_eq!(answer.member("token_type"), "Bearer");
}

#[tokio::test]
async fn a_code_asked_for_with_a_key_is_redeemed_with_that_key() {
    // P12: dpop_jkt of one key, redeemed with another, with none, then with the right one.
    let house = House::new().await;
    let (key, other) = (p256(), p256());
    let code = house.code("web", |code| code.dpop_jkt = Some(key.thumbprint().0));
    let request = house.redeem(&code);
    let proof = |key: &SigningKey| house.proof(key, "POST", TOKEN).sign(key);
    let answer = ask(&house, &[&proof(&other)], &request).await;
    answer.refused(400, "invalid_grant", 88_000_055);
    ask(&house, &[], &request).await.refused(400, "invalid_dpop_proof", 88_000_135);
    ask(&house, &[&proof(&key)], &request).await.good();
}

#[tokio::test]
async fn a_client_that_has_to_use_it_gets_nothing_without_it() {
    // RFC 9449 §5.2, `dpop_bound_access_tokens`.
    let house = House::new().await;
    house.change_client("daemon", |client| client.dpop_required = true).await;
    ask(&house, &[], &FOR_ITSELF).await.refused(400, "invalid_dpop_proof", 88_000_135);
    let key = p256();
    let proof = house.proof(&key, "POST", TOKEN).sign(&key);
    ask(&house, &[&proof], &FOR_ITSELF).await.good();
}

#[tokio::test]
async fn a_proof_that_came_twice_at_once_is_good_once() {
    // U3: twenty requests with the same proof.
    let house = House::new().await;
    let key = p256();
    let proof = house.proof(&key, "POST", TOKEN).sign(&key);
    let proofs = [proof.as_str()];
    let requests = (0..20).map(|_| ask(&house, &proofs, &FOR_ITSELF));
    let answers = futures_util::future::join_all(requests).await;
    let good = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(good, 1);
}

#[tokio::test]
async fn userinfo_by_post_wants_a_proof_for_post() {
    // The method of the proof is the request's.
    let house = House::new().await;
    let key = p256();
    let tokens = redeem(&house, "native", &key, |_| {}).await.good();
    let token = tokens.member("access_token");
    let send = |proof: String| {
        let request = Request::post(format!("/{TENANT}/{USERINFO}"))
            .header("host", "id.test")
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof)
            .body(Body::empty())
            .expect("a request");
        house.send(request)
    };
    let for_get = proof_of_use(&house, &key, token);
    send(for_get.sign(&key)).await.refused(401, "invalid_dpop_proof", 88_000_126);
    let for_post = proof_of_use(&house, &key, token).with("htm", "POST");
    assert_eq!(
        send(for_post.sign(&key)).await.good().json["sub"],
        tokens.claims("id_token")["sub"]
    );
}
