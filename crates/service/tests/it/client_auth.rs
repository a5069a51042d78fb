//! Client authentication: each method as client libraries send it, and each possible mistake.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: R = authorization
//! requests and JWTs, T = client authentication and the token endpoint.

use std::sync::Arc;

use http::{HeaderValue, StatusCode};
use jose::{Algorithm, SigningKey, digest::base64url};
use model::{ClientCredential, Seconds, Timestamp};
use serde_json::{Value, json};
use store::SqliteStore;

use crate::{
    signed_requests::{ASSERTION_TYPE, CERTIFICATE, Jws, p256, public_jwk, registered_key, rsa},
    test_service::{ORIGIN, SECRET, TENANT, TestResponse, TestService, post},
};

async fn token_with_assertion(service: &TestService, assertion: &str) -> TestResponse {
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "keyed"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    service.token(&parameters).await
}

fn basic(user: &str, password: &str) -> HeaderValue {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let credentials = STANDARD.encode(format!("{user}:{password}"));
    HeaderValue::try_from(format!("Basic {credentials}")).expect("a header")
}

async fn token_with_headers(
    service: &TestService,
    headers: &[HeaderValue],
    parameters: &[(&str, &str)],
) -> TestResponse {
    let mut request = post("oauth2/v2.0/token", parameters);
    for header in headers {
        request.headers_mut().append("authorization", header.clone());
    }
    service.send(request).await
}

const CLIENT_CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

#[tokio::test]
async fn assertions_of_every_microsoft_client_library_are_accepted() {
    // Sends one assertion per peculiarity of MSAL Python, Node, .NET and azure-identity, and each
    // accepted audience.
    let service = TestService::new().await;
    let (rs256, ps256) = (rsa(Algorithm::Rs256), rsa(Algorithm::Ps256));
    let now = service::now().seconds();
    let x5t = base64url([1; 20]);
    let x5t_s256 = base64url(jose::digest::sha256(CERTIFICATE));
    let x5c = {
        use base64::{Engine, engine::general_purpose::STANDARD};
        STANDARD.encode(CERTIFICATE)
    };
    let folded = format!("{}\n{}\n", &x5c[..8], &x5c[8..]);
    let plain = || Jws::assertion().without_kid();
    let ps = |jws: Jws| jws.header("alg", "PS256");
    // As Python's `time.time()` returns them.
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
        let response = token_with_assertion(&service, assertion).await;
        assert_eq!(response.status, StatusCode::OK, "row {row}: {}", response.text);
        assert_eq!(response.claims("access_token")["azpacr"], "2");
    }
}

#[tokio::test]
async fn each_wrong_assertion_claim_is_refused_with_its_number() {
    // T7, T8: sends one wrong claim at a time and reads the number.
    let service = TestService::new().await;
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
        token_with_assertion(&service, &jws.sign(&key)).await.assert_refused(
            401,
            "invalid_client",
            number,
        );
    }
}

#[tokio::test]
async fn assertion_audience_array_is_accepted_only_by_the_setting_of_the_client() {
    // T7: sends arrays that contain the token endpoint, alone and with others, before and after the
    // client is registered for them. An array without it, with a number, or empty is refused.
    let service = TestService::new().await;
    let key = rsa(Algorithm::Rs256);
    let token = format!("{ORIGIN}/{TENANT}/oauth2/v2.0/token");
    let send = async |audience: Value| {
        let assertion = Jws::assertion().with("aud", audience).sign(&key);
        token_with_assertion(&service, &assertion).await
    };
    let arrays = [json!([token]), json!(["https://other.test", token])];
    for array in &arrays {
        send(array.clone()).await.assert_refused(401, "invalid_client", 88_000_032);
    }
    service.change_client("keyed", |client| client.assertion_audience_array = true).await;
    for audience in arrays.into_iter().chain([json!(token)]) {
        send(audience).await.assert_ok();
    }
    for audience in [json!(["https://other.test"]), json!([token, 7]), json!([]), json!([[token]])]
    {
        send(audience).await.assert_refused(401, "invalid_client", 88_000_032);
    }
}

#[tokio::test]
async fn the_registered_key_determines_the_assertion_algorithm() {
    // T9: unsigned, HMAC with the public key, another algorithm of the same family, and no
    // algorithm.
    let service = TestService::new().await;
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
            token_with_assertion(&service, &signature).await.assert_refused(
                401,
                "invalid_client",
                50_120,
            );
        }
    }
    let absent = Jws::assertion().header("alg", Value::Null).sign(&rs256);
    token_with_assertion(&service, &absent).await.assert_refused(401, "invalid_client", 88_000_035);
    let crossed = named("PS256").sign(&rs256);
    token_with_assertion(&service, &crossed).await.assert_refused(401, "invalid_client", 50_012);
    let only_ps256 = registered_key(&ps256.public_jwk().to_json());
    service.change_client("keyed", |client| client.credentials = vec![only_ps256]).await;
    token_with_assertion(&service, &named("RS256").sign(&rs256)).await.assert_refused(
        401,
        "invalid_client",
        50_120,
    );
    assert_eq!(
        token_with_assertion(&service, &named("PS256").sign(&ps256)).await.status,
        StatusCode::OK
    );
    let p384 = SigningKey::generate(Algorithm::Es384).expect("a key").0;
    let credential = registered_key(&public_jwk(&p384));
    service.change_client("keyed", |client| client.credentials = vec![credential]).await;
    token_with_assertion(&service, &named("ES256").sign(&p384)).await.assert_refused(
        401,
        "invalid_client",
        50_120,
    );
    assert_eq!(
        token_with_assertion(&service, &named("ES384").sign(&p384)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_assertion_header_can_only_name_a_registered_key() {
    // T10: sends malicious key ids, and keys or URLs of keys in the header.
    let service = TestService::new().await;
    let (key, other) = (rsa(Algorithm::Rs256), p256());
    for kid in ["../../dev/null", "' OR 1=1", "\u{0}", "key-2", &"k".repeat(1_024)] {
        let jws = Jws::assertion().header("kid", kid);
        token_with_assertion(&service, &jws.sign(&key)).await.assert_refused(
            401,
            "invalid_client",
            700_027,
        );
    }
    let long = Jws::assertion().header("kid", "k".repeat(5_000));
    token_with_assertion(&service, &long.sign(&key)).await.assert_refused(
        401,
        "invalid_client",
        88_000_035,
    );
    let too_long = Jws::assertion().header("kid", "k".repeat(7_000));
    token_with_assertion(&service, &too_long.sign(&key)).await.assert_refused(
        400,
        "invalid_request",
        88_000_003,
    );
    let foreign = [
        Jws::assertion().header("jwk", public_jwk(&other)),
        Jws::assertion().header("jku", "https://attacker.test/keys"),
        Jws::assertion().header("x5u", "https://attacker.test/certificate"),
    ];
    for jws in foreign {
        let jws = jws.header("alg", "RS256");
        let forged = jws.sign_by(|_| vec![7; 256], |part| base64url(part));
        token_with_assertion(&service, &forged).await.assert_refused(401, "invalid_client", 50_012);
    }
    for jws in [Jws::assertion().header("crit", json!(["b64"])), Jws::assertion().header("x5c", 7)]
    {
        token_with_assertion(&service, &jws.sign(&key)).await.assert_refused(
            401,
            "invalid_client",
            88_000_035,
        );
    }
    let unknown = Jws::assertion().without_kid().header("x5t", base64url([9; 20]));
    token_with_assertion(&service, &unknown.sign(&key)).await.assert_refused(
        401,
        "invalid_client",
        700_027,
    );
}

#[tokio::test]
async fn other_jwts_are_refused_as_assertions() {
    // R21: sends tokens of this service, other types of JWT, and texts that are no JWT.
    let service = TestService::new().await;
    let key = rsa(Algorithm::Rs256);
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    token_with_assertion(&service, tokens.member("id_token")).await.assert_refused(
        401,
        "invalid_client",
        88_000_038,
    );
    token_with_assertion(&service, tokens.member("access_token")).await.assert_refused(
        401,
        "invalid_client",
        88_000_038,
    );
    for typ in ["at+jwt", "oauth-authz-req+jwt", "dpop+jwt", "application/jwt"] {
        let jws = Jws::assertion().header("typ", typ);
        token_with_assertion(&service, &jws.sign(&key)).await.assert_refused(
            401,
            "invalid_client",
            5_002_727,
        );
    }
    for text in ["x", "a.b.c", "e30.e30.e30", "e30.e30.e30.e30.e30", tokens.member("refresh_token")]
    {
        token_with_assertion(&service, text).await.assert_refused(
            401,
            "invalid_client",
            88_000_035,
        );
    }
    let mut request =
        vec![CLIENT_CREDENTIALS[0], ("client_id", "keyed"), ("client_assertion", "x")];
    service.token(&request).await.assert_refused(400, "invalid_request", 900_144);
    request.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2"));
    service.token(&request).await.assert_refused(401, "invalid_client", 88_000_036);
    request.remove(2);
    service.token(&request).await.assert_refused(400, "invalid_request", 900_144);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_assertion_is_accepted_once_in_parallel_and_after_a_restart() {
    // T6: sends twenty at once over SQLite, one more after reopening it, and one whose `jti`
    // differs in case only.
    let directory = tempfile::tempdir().expect("a directory");
    let open = || Arc::new(SqliteStore::open(directory.path()).expect("a store"));
    let service = Arc::new(TestService::over(open()).await);
    let key = rsa(Algorithm::Rs256);
    let jws = Jws::assertion().with("jti", "a-JTI-of-both-Cases");
    let assertion = jws.sign(&key);
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let (service, assertion) = (Arc::clone(&service), assertion.clone());
        tasks.push(tokio::spawn(async move { token_with_assertion(&service, &assertion).await }));
    }
    let mut good = 0;
    for task in tasks {
        let response = task.await.expect("a response");
        if response.status == StatusCode::OK {
            good += 1;
        } else {
            response.assert_refused(401, "invalid_client", 88_000_034);
        }
    }
    assert_eq!(good, 1);
    drop(service);
    let service = TestService::over(open()).await;
    token_with_assertion(&service, &assertion).await.assert_refused(
        401,
        "invalid_client",
        88_000_034,
    );
    let other_case = jws.with("jti", "A-jti-of-both-cases").sign(&key);
    assert_eq!(token_with_assertion(&service, &other_case).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_expired_key_and_a_wrong_method_have_their_own_numbers() {
    // An expired key, a disabled client, a secret for a client with a key, and an assertion for a
    // client with a secret.
    let service = TestService::new().await;
    let key = rsa(Algorithm::Rs256);
    let secret = [CLIENT_CREDENTIALS[0], ("client_id", "keyed"), ("client_secret", SECRET)];
    service.token(&secret).await.assert_refused(401, "invalid_client", 88_000_030);
    let of_web = Jws::assertion().with("iss", "web").with("sub", "web").sign(&key);
    let parameters = [
        CLIENT_CREDENTIALS[0],
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", of_web.as_str()),
    ];
    service.token(&parameters).await.assert_refused(401, "invalid_client", 88_000_030);
    service.change_client("keyed", |client| client.enabled = false).await;
    token_with_assertion(&service, &Jws::assertion().sign(&key)).await.assert_refused(
        401,
        "invalid_client",
        7_000_112,
    );
    service
        .change_client("keyed", |client| {
            client.enabled = true;
            if let Some(ClientCredential::PublicKey { expires, .. }) =
                client.credentials.first_mut()
            {
                *expires = Some(service::now());
            }
        })
        .await;
    token_with_assertion(&service, &Jws::assertion().sign(&key)).await.assert_refused(
        401,
        "invalid_client",
        88_000_042,
    );
}

#[tokio::test]
async fn a_client_secret_is_accepted_until_it_expires() {
    // Sends the id of the secret, an expired secret, and one that has not expired.
    let service = TestService::new().await;
    let ask = |secret: &'static str| {
        let service = &service;
        async move {
            let client = ("client_id", "daemon");
            service.token(&[CLIENT_CREDENTIALS[0], client, ("client_secret", secret)]).await
        }
    };
    let id = "5f0c1d3e-0000-4000-8000-000000000001";
    ask(id).await.assert_refused(401, "invalid_client", 7_000_215);
    service
        .change_client("daemon", |client| {
            let old = ClientCredential::Secret {
                id: "old".to_owned(),
                sha256: jose::digest::sha256(b"the-old-secret"),
                expires: Some(Timestamp::from_seconds(1)),
            };
            client.credentials.push(old);
        })
        .await;
    let response = ask("the-old-secret").await;
    response.assert_refused(401, "invalid_client", 7_000_222);
    assert!(response.member("error_description").contains("1970-01-01"), "{}", response.text);
    assert_eq!(ask(SECRET).await.status, StatusCode::OK);
    service
        .change_client("daemon", |client| {
            if let Some(ClientCredential::Secret { expires, .. }) = client.credentials.first_mut() {
                *expires = Some(service::now() + Seconds::new(60));
            }
        })
        .await;
    assert_eq!(ask(SECRET).await.status, StatusCode::OK);
}

#[tokio::test]
async fn basic_credentials_are_form_decoded_and_refusals_offer_basic() {
    // RFC 6749 §2.3.1: both halves are form-encoded. T2, T5: malformed headers, several, other
    // schemes.
    let service = TestService::new().await;
    let secret = "a secret: with%percent+plus and é";
    service
        .change_client("daemon", |client| {
            client.credentials = vec![ClientCredential::Secret {
                id: "s".to_owned(),
                sha256: jose::digest::sha256(secret.as_bytes()),
                expires: None,
            }];
        })
        .await;
    let encoded = crate::test_service::encode(&[("", secret)]);
    let right = basic("daemon", encoded.trim_start_matches('='));
    let response =
        token_with_headers(&service, std::slice::from_ref(&right), &CLIENT_CREDENTIALS).await;
    assert_eq!(response.status, StatusCode::OK, "{}", response.text);
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
        let response = token_with_headers(&service, &[header], &CLIENT_CREDENTIALS).await;
        response.assert_refused(401, "invalid_client", number);
        assert!(response.header("www-authenticate").starts_with("Basic realm="));
    }
    let several = [right.clone(), right.clone()];
    let response = token_with_headers(&service, &several, &CLIENT_CREDENTIALS).await;
    response.assert_refused(400, "invalid_request", 88_000_010);
    let named = [CLIENT_CREDENTIALS[0], ("client_id", "web")];
    let response = token_with_headers(&service, std::slice::from_ref(&right), &named).await;
    response.assert_refused(401, "invalid_client", 88_000_038);
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let both = [
        CLIENT_CREDENTIALS[0],
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    token_with_headers(&service, &[right], &both).await.assert_refused(
        400,
        "invalid_request",
        88_000_009,
    );
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_client_get_the_same_members() {
    // T1: a wrong secret for a known and an unknown client has the same status, error and members.
    let service = TestService::new().await;
    let mut shapes = Vec::new();
    for client in ["daemon", "nobody"] {
        let parameters = [CLIENT_CREDENTIALS[0], ("client_id", client), ("client_secret", "wrong")];
        let response = service.token(&parameters).await;
        assert_eq!((response.status.as_u16(), response.error()), (401, "invalid_client"));
        let members = response.json.as_object().expect("an object").keys().cloned();
        shapes.push((members.collect::<Vec<_>>(), response.headers.len()));
    }
    assert_eq!(shapes[0], shapes[1]);
}
