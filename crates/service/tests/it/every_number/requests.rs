//! Requests that are refused before any rule runs.

use axum::body::{Body, Bytes};
use futures_util::stream;
use listener::{BodyTimedOut, TrailersSent};

use super::Row;
use crate::test_service::{SECRET, TENANT, TestService, get, post};

const TOKEN: &str = "oauth2/v2.0/token";
const CLIENT_CREDENTIALS: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];

pub async fn rows(service: &TestService) -> Vec<Row> {
    let many: Vec<String> = (0..101).map(|number| format!("p{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "x")).collect();
    let long = "x".repeat(9_000);
    let large = "x".repeat(65 * 1_024);
    let mut rows = vec![
        Row(900_144, service.token(&[]).await),
        Row(9_000_411, service.token(&[("a", "1"), ("a", "2")]).await),
        Row(88_000_002, service.token(&many).await),
        Row(88_000_003, service.token(&[("a", &long)]).await),
        Row(88_000_004, service.token(&[("a", &large)]).await),
        Row(88_000_005, service.post("oauth2/v2.0/nowhere", &[]).await),
        Row(88_000_260, service.send(get("/demo/.well-known/openid-configuration")).await),
        Row(88_000_008, service.post(&format!("{TOKEN}?client_secret=x"), &[]).await),
        Row(90_015, service.post(&format!("{TOKEN}?{}", "x".repeat(17_000)), &[]).await),
        Row(900_561, service.send(get(&format!("/{TENANT}/{TOKEN}"))).await),
    ];
    let body = |body: Body| {
        let mut request = post(TOKEN, &[]);
        *request.body_mut() = body;
        request
    };
    let slow = stream::iter([Err::<Bytes, _>(BodyTimedOut)]);
    let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))]);
    rows.push(Row(9_002_313, service.send(body(Body::from("grant_type=%zz"))).await));
    rows.push(Row(88_000_012, service.send(body(Body::from_stream(slow))).await));
    rows.push(Row(88_000_013, service.send(body(Body::from_stream(broken))).await));
    let header = |name: &'static str, values: &[&str]| {
        let mut request = post(TOKEN, &CLIENT_CREDENTIALS);
        request.headers_mut().remove(name);
        for value in values {
            request.headers_mut().append(name, value.parse().expect("a header"));
        }
        request
    };
    let basic = "Basic ZGFlbW9uOng=";
    let json = header("content-type", &["application/json"]);
    rows.push(Row(88_000_001, service.send(json).await));
    rows.push(Row(88_000_009, service.send(header("authorization", &[basic])).await));
    rows.push(Row(88_000_010, service.send(header("authorization", &[basic, basic])).await));
    let coded = header("content-encoding", &["gzip"]);
    rows.push(Row(88_000_312, service.send(coded).await));
    let with_trailers = stream::iter([Err::<Bytes, _>(TrailersSent)]);
    rows.push(Row(88_000_313, service.send(body(Body::from_stream(with_trailers))).await));
    let two_hosts = header("host", &["id.test", "evil.test"]);
    rows.push(Row(88_000_311, service.send(two_hosts).await));
    rows.push(Row(88_000_011, service.send(header("host", &["evil.test"])).await));
    rows.extend(tenants(service).await);
    rows
}

/// Tenants and instances.
async fn tenants(service: &TestService) -> Vec<Row> {
    let at = |tenant: &str| {
        let mut request = post(TOKEN, &CLIENT_CREDENTIALS);
        *request.uri_mut() = format!("/{tenant}/{TOKEN}").parse().expect("a path");
        request
    };
    let instance = |endpoint: &str| {
        get(&format!("/common/discovery/instance?authorization_endpoint={endpoint}"))
    };
    let mut rows = vec![
        Row(90_002, service.send(at("nobody")).await),
        Row(900_023, service.send(at("a%20b")).await),
        Row(900_021, service.send(at("organizations")).await),
        Row(50_049, service.send(instance("https://login.microsoftonline.com/x")).await),
        Row(50_050, service.send(instance("x")).await),
    ];
    service.change_tenant(|tenant| tenant.suspended = true).await;
    rows.push(Row(88_000_020, service.token(&CLIENT_CREDENTIALS).await));
    let code = service.code("web", |_| {});
    let suspended = service.token(&service.redeem(&code)).await;
    assert_eq!(suspended.error(), "invalid_grant");
    rows.push(Row(88_000_020, suspended));
    service.change_tenant(|_| ()).await;
    rows
}
