//! Client authentication.

use jose::Algorithm;
use model::{ClientCredential, Timestamp};
use serde_json::Value;

use super::Row;
use crate::{
    signed_requests::{ASSERTION_TYPE, Jws, public_jwk, registered_key, rsa},
    test_service::{SECRET, TestResponse, TestService, post},
};

const CLIENT_CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

pub async fn rows(service: &TestService) -> Vec<Row> {
    let mut rows = secrets(service).await;
    rows.extend(assertions(service).await);
    rows.extend(headers(service).await);
    rows
}

async fn secrets(service: &TestService) -> Vec<Row> {
    let ask = async |client: &str, secret: &str| {
        let secret = ("client_secret", secret);
        service.token(&[CLIENT_CREDENTIALS, ("client_id", client), secret]).await
    };
    let code = service.code("web", |_| {});
    let mut bare = service.redeem(&code);
    bare.retain(|(name, _)| *name != "client_secret");
    let mut rows = vec![
        Row(7_000_218, service.token(&bare).await),
        Row(7_000_215, ask("daemon", "wrong").await),
        Row(7_000_216, ask("daemon", "").await),
        Row(700_016, ask("nobody", SECRET).await),
        Row(700_025, ask("native", SECRET).await),
        Row(88_000_030, ask("keyed", SECRET).await),
    ];
    service.change_client("daemon", |client| client.enabled = false).await;
    rows.push(Row(7_000_112, ask("daemon", SECRET).await));
    service
        .change_client("daemon", |client| {
            client.enabled = true;
            client.grant_types.clear();
        })
        .await;
    rows.push(Row(88_000_040, ask("daemon", SECRET).await));
    service
        .change_client("daemon", |client| {
            client.grant_types.push(CLIENT_CREDENTIALS.1.to_owned());
            client.credentials.push(ClientCredential::Secret {
                id: "old".to_owned(),
                sha256: jose::digest::sha256(b"old"),
                expires: Some(Timestamp::from_seconds(1)),
            });
        })
        .await;
    rows.push(Row(7_000_222, ask("daemon", "old").await));
    let token_query = [("client_id", "native"), ("token", "x")];
    rows.push(Row(88_000_160, service.post("oauth2/v2.0/introspect", &token_query).await));
    rows
}

async fn ask(service: &TestService, assertion: &str, kind: &str) -> TestResponse {
    let assertion = ("client_assertion", assertion);
    service.token(&[CLIENT_CREDENTIALS, ("client_assertion_type", kind), assertion]).await
}

async fn assertions(service: &TestService) -> Vec<Row> {
    let key = rsa(Algorithm::Rs256);
    let now = service::now().seconds();
    let with = |claim: &str, value: Value| Jws::assertion().with(claim, value);
    let header = |member: &str, value: &str| Jws::assertion().header(member, value);
    let cases = [
        (88_000_032, with("aud", "https://attacker.test".into())),
        (88_000_033, with("exp", (now + 86_400).into())),
        (700_024, with("exp", (now - 600).into())),
        (50_027, with("exp", "soon".into())),
        (50_098, with("jti", Value::Null)),
        (50_048, with("iss", "web".into())),
        (50_120, header("alg", "HS256")),
        (50_012, header("alg", "PS256")),
        (700_027, header("kid", "unknown")),
        (5_002_727, header("typ", "at+jwt")),
    ];
    let mut rows = Vec::new();
    for (number, jws) in cases {
        rows.push(Row(number, ask(service, &jws.sign(&key), ASSERTION_TYPE).await));
    }
    let good = Jws::assertion().sign(&key);
    assert!(!ask(service, &good, ASSERTION_TYPE).await.member("access_token").is_empty());
    rows.push(Row(88_000_034, ask(service, &good, ASSERTION_TYPE).await));
    rows.push(Row(88_000_035, ask(service, "x", ASSERTION_TYPE).await));
    rows.push(Row(88_000_036, ask(service, &good, "x").await));
    let expired = match registered_key(&public_jwk(&key)) {
        ClientCredential::PublicKey { id, jwk, x5t, x5t_s256, .. } => {
            let expires = Some(Timestamp::from_seconds(1));
            ClientCredential::PublicKey { id, jwk, x5t, x5t_s256, expires }
        }
        other @ ClientCredential::Secret { .. } => other,
    };
    service.change_client("keyed", |client| client.credentials = vec![expired]).await;
    let fresh = Jws::assertion().sign(&key);
    rows.push(Row(88_000_042, ask(service, &fresh, ASSERTION_TYPE).await));
    rows
}

async fn headers(service: &TestService) -> Vec<Row> {
    let ask = async |header: &str, parameters: &[(&str, &str)]| {
        let mut request = post("oauth2/v2.0/token", parameters);
        request.headers_mut().insert("authorization", header.parse().expect("a header"));
        service.send(request).await
    };
    vec![
        Row(88_000_037, ask("Basic !", &[CLIENT_CREDENTIALS]).await),
        Row(
            88_000_038,
            ask("Basic ZGFlbW9uOng=", &[CLIENT_CREDENTIALS, ("client_id", "web")]).await,
        ),
        Row(88_000_039, ask("Bearer x", &[CLIENT_CREDENTIALS]).await),
    ]
}
