//! Client authentication: each method as clients really send it, and each thing wrong once.

use std::sync::Arc;

use http::{HeaderValue, StatusCode};
use jose::{Algorithm, SigningKey, digest::base64url};
use model::{ClientCredential, Seconds, Timestamp};
use serde_json::{Value, json};
use store::Sqlite;

use crate::{
    house::{Answer, House, ORIGIN, SECRET, TENANT, post},
    signed::{ASSERTION_TYPE, CERTIFICATE, Jws, bare, p256, registered, rsa},
};

async fn ask(house: &House, assertion: &str) -> Answer {
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "keyed"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    house.token(&parameters).await
}

fn basic(user: &str, password: &str) -> HeaderValue {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let credentials = STANDARD.encode(format!("{user}:{password}"));
    HeaderValue::try_from(format!("Basic {credentials}")).expect("a header")
}

async fn ask_with(house: &House, headers: &[HeaderValue], parameters: &[(&str, &str)]) -> Answer {
    let mut request = post("oauth2/v2.0/token", parameters);
    for header in headers {
        request.headers_mut().append("authorization", header.clone());
    }
    house.send(request).await
}

const FOR_ITSELF: [(&str, &str); 1] = [("grant_type", "client_credentials")];

#[tokio::test]
async fn every_assertion_that_microsofts_clients_make_is_taken() {
    // One assertion per peculiarity of MSAL Python, Node, .NET and azure-identity; then each
    // audience that may be meant.
    let house = House::new().await;
    let (rs256, ps256) = (rsa(Algorithm::Rs256), rsa(Algorithm::Ps256));
    let now = service::now().seconds();
    let x5t = base64url([1; 20]);
    let x5t_s256 = base64url(jose::digest::sha256(CERTIFICATE));
    let x5c = {
        use base64::{Engine, engine::general_purpose::STANDARD};
        STANDARD.encode(CERTIFICATE)
    };
    let folded = format!("{}\n{}\n", &x5c[..8], &x5c[8..]);
    let plain = || Jws::assertion().nameless();
    let ps = |jws: Jws| jws.header("alg", "PS256");
    // As Python's `time.time()` gives them.
    let fraction = |seconds: i64| -> Value { format!("{seconds}.25").parse().expect("a number") };
    let floats = |jws: Jws| {
        jws.with("iat", fraction(now)).with("exp", fraction(now + 600)).with("nbf", Value::Null)
    };
    let texts = |jws: Jws| {
        let (start, end) = (now.to_string(), (now + 600).to_string());
        jws.with("nbf", start).with("exp", end).with("iat", Value::Null)
    };
    let half_an_hour = |jws: Jws| jws.with("iat", Value::Null).with("exp", now + 1_800);
    let cases = [
        Jws::assertion().sign(&rs256),
        plain().sign(&rs256),
        floats(plain().header("x5t", format!("{x5t}="))).sign(&rs256),
        floats(ps(plain().header("x5t#S256", format!("{x5t_s256}=")))).sign(&ps256),
        floats(plain().header("x5c", json!([folded]))).sign(&rs256),
        ps(plain().header("x5c", json!([x5c, x5c]))).sign(&ps256),
        half_an_hour(ps(plain().header("x5t#S256", format!("{x5t_s256}=")))).sign_padded(&ps256),
        plain().header("x5t", x5t.clone()).sign(&rs256),
        ps(plain().header("x5t#S256", x5t_s256.clone())).sign(&ps256),
        texts(ps(plain().header("x5t#S256", x5t_s256.clone()))).sign(&ps256),
        texts(plain().header("x5t", x5t.clone()).header("x5c", x5c.clone())).sign(&rs256),
        plain().header("kid", x5t.clone()).sign(&rs256),
        plain().header("kid", "01".repeat(20)).sign(&rs256),
        plain().header("typ", "client-authentication+jwt").sign(&rs256),
        plain().header("typ", Value::Null).sign(&rs256),
        plain().with("aud", format!("{ORIGIN}/demo/oauth2/v2.0/token")).sign(&rs256),
        plain().with("aud", format!("{ORIGIN}/{TENANT}/v2.0")).sign(&rs256),
        plain().with("iat", now + 10).with("nbf", now + 10).sign(&rs256),
        plain().with("exp", now - 10).sign(&rs256),
    ];
    for (row, assertion) in cases.iter().enumerate() {
        let answer = ask(&house, assertion).await;
        assert_eq!(answer.status, StatusCode::OK, "row {row}: {}", answer.text);
        assert_eq!(answer.claims("access_token")["azpacr"], "2");
    }
}

#[tokio::test]
async fn every_claim_of_an_assertion_counts() {
    // T7, T8: one claim wrong at a time, and the number that says which.
    let house = House::new().await;
    let key = rsa(Algorithm::Rs256);
    let now = service::now().seconds();
    let token = format!("{ORIGIN}/{TENANT}/oauth2/v2.0/token");
    let with = |claim: &str, value: Value| Jws::assertion().with(claim, value);
    let cases = [
        (with("aud", json!([token])), 88_000_032),
        (with("aud", json!([token, "https://attacker.test"])), 88_000_032),
        (with("aud", json!("https://attacker.test/oauth2/v2.0/token")), 88_000_032),
        (with("aud", json!(format!("{ORIGIN}/{TENANT}/oauth2/v2.0/par"))), 88_000_032),
        (with("aud", json!(format!("{token}/"))), 88_000_032),
        (with("aud", Value::Null), 50_098),
        (with("exp", Value::Null), 50_098),
        (with("exp", json!(now - 120)), 700_024),
        (with("exp", json!(now + 86_400)), 88_000_033),
        (with("exp", json!("soon")), 50_027),
        (with("exp", json!({})), 50_027),
        (with("iat", json!(now + 600)), 700_024),
        (with("nbf", json!(now + 600)), 700_024),
        (with("iss", json!("web")), 50_048),
        (with("iss", Value::Null), 50_098),
        (with("sub", json!("web")), 88_000_038),
        (with("sub", Value::Null), 50_098),
        (with("sub", json!(7)), 50_098),
        (with("jti", Value::Null), 50_098),
        (with("jti", json!("")), 50_098),
    ];
    for (jws, number) in cases {
        ask(&house, &jws.sign(&key)).await.refused(401, "invalid_client", number);
    }
}

#[tokio::test]
async fn the_algorithm_belongs_to_the_key_and_not_to_the_header() {
    // T9: unsigned, keyed with the public key, another algorithm of the same family, none at all.
    let house = House::new().await;
    let (rs256, ps256) = (rsa(Algorithm::Rs256), rsa(Algorithm::Ps256));
    let public = rs256.public_jwk().to_json().to_string();
    let hmac = |input: &[u8]| jose::digest::hmac_sha256(public.as_bytes(), input).to_vec();
    let named = |algorithm: &str| Jws::assertion().header("alg", algorithm);
    for algorithm in ["none", "nOnE", "", "HS256", "RS1", "A128KW"] {
        for signature in [
            named(algorithm).sign_by(|_| Vec::new(), |part| base64url(part)),
            named(algorithm).sign_by(hmac, |part| base64url(part)),
            named(algorithm).sign(&rs256),
        ] {
            ask(&house, &signature).await.refused(401, "invalid_client", 50_120);
        }
    }
    let absent = Jws::assertion().header("alg", Value::Null).sign(&rs256);
    ask(&house, &absent).await.refused(401, "invalid_client", 88_000_035);
    let crossed = named("PS256").sign(&rs256);
    ask(&house, &crossed).await.refused(401, "invalid_client", 50_012);
    let only_ps256 = registered(&ps256.public_jwk().to_json());
    house.change_client("keyed", |client| client.credentials = vec![only_ps256]).await;
    ask(&house, &named("RS256").sign(&rs256)).await.refused(401, "invalid_client", 50_120);
    assert_eq!(ask(&house, &named("PS256").sign(&ps256)).await.status, StatusCode::OK);
    let p384 = SigningKey::generate(Algorithm::Es384).expect("a key").0;
    let credential = registered(&bare(&p384));
    house.change_client("keyed", |client| client.credentials = vec![credential]).await;
    ask(&house, &named("ES256").sign(&p384)).await.refused(401, "invalid_client", 50_120);
    assert_eq!(ask(&house, &named("ES384").sign(&p384)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_header_names_a_registered_key_and_brings_none() {
    // T10: key ids that mean mischief, and keys or addresses of keys in the header.
    let house = House::new().await;
    let (key, other) = (rsa(Algorithm::Rs256), p256());
    for kid in ["../../dev/null", "' OR 1=1", "\u{0}", "key-2", &"k".repeat(1_024)] {
        let jws = Jws::assertion().header("kid", kid);
        ask(&house, &jws.sign(&key)).await.refused(401, "invalid_client", 700_027);
    }
    let long = Jws::assertion().header("kid", "k".repeat(5_000));
    ask(&house, &long.sign(&key)).await.refused(401, "invalid_client", 88_000_035);
    let too_long = Jws::assertion().header("kid", "k".repeat(7_000));
    ask(&house, &too_long.sign(&key)).await.refused(400, "invalid_request", 88_000_003);
    let foreign = [
        Jws::assertion().header("jwk", bare(&other)),
        Jws::assertion().header("jku", "https://attacker.test/keys"),
        Jws::assertion().header("x5u", "https://attacker.test/certificate"),
    ];
    for jws in foreign {
        let jws = jws.header("alg", "RS256");
        let forged = jws.sign_by(|_| vec![7; 256], |part| base64url(part));
        ask(&house, &forged).await.refused(401, "invalid_client", 50_012);
    }
    for jws in [Jws::assertion().header("crit", json!(["b64"])), Jws::assertion().header("x5c", 7)]
    {
        ask(&house, &jws.sign(&key)).await.refused(401, "invalid_client", 88_000_035);
    }
    let unknown = Jws::assertion().nameless().header("x5t", base64url([9; 20]));
    ask(&house, &unknown.sign(&key)).await.refused(401, "invalid_client", 700_027);
}

#[tokio::test]
async fn nothing_but_an_assertion_passes_for_one() {
    // R21: our own tokens, other types of JWT, and texts that are no JWT.
    let house = House::new().await;
    let key = rsa(Algorithm::Rs256);
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    ask(&house, tokens.member("id_token")).await.refused(401, "invalid_client", 88_000_038);
    ask(&house, tokens.member("access_token")).await.refused(401, "invalid_client", 88_000_038);
    for typ in ["at+jwt", "oauth-authz-req+jwt", "dpop+jwt", "application/jwt"] {
        let jws = Jws::assertion().header("typ", typ);
        ask(&house, &jws.sign(&key)).await.refused(401, "invalid_client", 5_002_727);
    }
    for text in ["x", "a.b.c", "e30.e30.e30", "e30.e30.e30.e30.e30", tokens.member("refresh_token")]
    {
        ask(&house, text).await.refused(401, "invalid_client", 88_000_035);
    }
    let mut request = vec![FOR_ITSELF[0], ("client_id", "keyed"), ("client_assertion", "x")];
    house.token(&request).await.refused(400, "invalid_request", 900_144);
    request.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2"));
    house.token(&request).await.refused(401, "invalid_client", 88_000_036);
    request.remove(2);
    house.token(&request).await.refused(400, "invalid_request", 900_144);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_assertion_is_good_once_also_in_parallel_and_after_a_restart() {
    // T6: twenty at once over SQLite, one more after it was opened again, and one whose `jti`
    // differs in case only.
    let directory = tempfile::tempdir().expect("a directory");
    let open = || Arc::new(Sqlite::open(directory.path()).expect("a store"));
    let house = Arc::new(House::over(open()).await);
    let key = rsa(Algorithm::Rs256);
    let jws = Jws::assertion().with("jti", "a-JTI-of-both-Cases");
    let assertion = jws.sign(&key);
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let (house, assertion) = (Arc::clone(&house), assertion.clone());
        tasks.push(tokio::spawn(async move { ask(&house, &assertion).await }));
    }
    let mut good = 0;
    for task in tasks {
        let answer = task.await.expect("an answer");
        if answer.status == StatusCode::OK {
            good += 1;
        } else {
            answer.refused(401, "invalid_client", 88_000_034);
        }
    }
    assert_eq!(good, 1);
    drop(house);
    let house = House::over(open()).await;
    ask(&house, &assertion).await.refused(401, "invalid_client", 88_000_034);
    let other_case = jws.with("jti", "A-jti-of-both-cases").sign(&key);
    assert_eq!(ask(&house, &other_case).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_credential_that_is_over_or_of_another_method_is_told_apart() {
    // An expired key, a client switched off, a secret for a client with a key, and the reverse.
    let house = House::new().await;
    let key = rsa(Algorithm::Rs256);
    let secret = [FOR_ITSELF[0], ("client_id", "keyed"), ("client_secret", SECRET)];
    house.token(&secret).await.refused(401, "invalid_client", 88_000_030);
    let of_web = Jws::assertion().with("iss", "web").with("sub", "web").sign(&key);
    let parameters = [
        FOR_ITSELF[0],
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", of_web.as_str()),
    ];
    house.token(&parameters).await.refused(401, "invalid_client", 88_000_030);
    house.change_client("keyed", |client| client.enabled = false).await;
    ask(&house, &Jws::assertion().sign(&key)).await.refused(401, "invalid_client", 7_000_112);
    house
        .change_client("keyed", |client| {
            client.enabled = true;
            if let Some(ClientCredential::PublicKey { expires, .. }) =
                client.credentials.first_mut()
            {
                *expires = Some(service::now());
            }
        })
        .await;
    ask(&house, &Jws::assertion().sign(&key)).await.refused(401, "invalid_client", 88_000_042);
}

#[tokio::test]
async fn a_secret_is_good_until_its_end_and_its_id_never_is() {
    // Sends the id of the secret, then a secret that is over beside one that is not.
    let house = House::new().await;
    let ask = |secret: &'static str| {
        let house = &house;
        async move {
            let client = ("client_id", "daemon");
            house.token(&[FOR_ITSELF[0], client, ("client_secret", secret)]).await
        }
    };
    let id = "5f0c1d3e-0000-4000-8000-000000000001";
    ask(id).await.refused(401, "invalid_client", 7_000_215);
    house
        .change_client("daemon", |client| {
            let old = ClientCredential::Secret {
                id: "old".to_owned(),
                sha256: jose::digest::sha256(b"the-old-secret"),
                expires: Some(Timestamp::from_seconds(1)),
            };
            client.credentials.push(old);
        })
        .await;
    let answer = ask("the-old-secret").await;
    answer.refused(401, "invalid_client", 7_000_222);
    assert!(answer.member("error_description").contains("1970-01-01"), "{}", answer.text);
    assert_eq!(ask(SECRET).await.status, StatusCode::OK);
    house
        .change_client("daemon", |client| {
            if let Some(ClientCredential::Secret { expires, .. }) = client.credentials.first_mut() {
                *expires = Some(service::now() + Seconds::new(60));
            }
        })
        .await;
    assert_eq!(ask(SECRET).await.status, StatusCode::OK);
}

#[tokio::test]
async fn basic_is_decoded_as_the_rfc_says_and_every_refusal_keeps_the_scheme() {
    // RFC 6749 §2.3.1: both halves form-encoded; T2, T5: malformed headers, several, other schemes.
    let house = House::new().await;
    let secret = "a secret: with%percent+plus and é";
    house
        .change_client("daemon", |client| {
            client.credentials = vec![ClientCredential::Secret {
                id: "s".to_owned(),
                sha256: jose::digest::sha256(secret.as_bytes()),
                expires: None,
            }];
        })
        .await;
    let encoded = crate::house::encode(&[("", secret)]);
    let right = basic("daemon", encoded.trim_start_matches('='));
    let answer = ask_with(&house, std::slice::from_ref(&right), &FOR_ITSELF).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let raw = basic("daemon", "a secret: with%percent");
    let text = |value: &'static str| HeaderValue::from_static(value);
    let rows = [
        (raw, 88_000_037),
        (basic("daemon", "wrong"), 7_000_215),
        (basic("nobody", "wrong"), 700_016),
        (text("Basic"), 88_000_037),
        (text("Basic !!!"), 88_000_037),
        (text("Basic bm9jb2xvbg=="), 88_000_037),
        (text("Bearer "), 88_000_039),
        (text("Bearer garbage"), 88_000_039),
        (text("Digest username=\"daemon\""), 88_000_039),
    ];
    for (header, number) in rows {
        let answer = ask_with(&house, &[header], &FOR_ITSELF).await;
        answer.refused(401, "invalid_client", number);
        assert!(answer.header("www-authenticate").starts_with("Basic realm="));
    }
    let several = [right.clone(), right.clone()];
    let answer = ask_with(&house, &several, &FOR_ITSELF).await;
    answer.refused(400, "invalid_request", 88_000_010);
    let named = [FOR_ITSELF[0], ("client_id", "web")];
    let answer = ask_with(&house, std::slice::from_ref(&right), &named).await;
    answer.refused(401, "invalid_client", 88_000_038);
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let both = [
        FOR_ITSELF[0],
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    ask_with(&house, &[right], &both).await.refused(400, "invalid_request", 88_000_009);
}

#[tokio::test]
async fn refusals_of_a_client_take_the_same_shape_whether_it_exists() {
    // T1: a wrong secret for a known and an unknown client have the same status, error and members.
    let house = House::new().await;
    let mut shapes = Vec::new();
    for client in ["daemon", "nobody"] {
        let parameters = [FOR_ITSELF[0], ("client_id", client), ("client_secret", "wrong")];
        let answer = house.token(&parameters).await;
        assert_eq!((answer.status.as_u16(), answer.error()), (401, "invalid_client"));
        let members = answer.json.as_object().expect("an object").keys().cloned();
        shapes.push((members.collect::<Vec<_>>(), answer.headers.len()));
    }
    assert_eq!(shapes[0], shapes[1]);
}
