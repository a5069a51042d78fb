//! What is turned down before any rule is asked.

use axum::body::{Body, Bytes};
use futures_util::stream;
use service::listener::BodyTimedOut;

use super::Row;
use crate::house::{House, SECRET, TENANT, get, post};

const TOKEN: &str = "oauth2/v2.0/token";
const FOR_ITSELF: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];

pub async fn rows(house: &House) -> Vec<Row> {
    let many: Vec<String> = (0..101).map(|number| format!("p{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "x")).collect();
    let long = "x".repeat(9_000);
    let large = "x".repeat(65 * 1_024);
    let mut rows = vec![
        Row(900_144, house.token(&[]).await),
        Row(9_000_411, house.token(&[("a", "1"), ("a", "2")]).await),
        Row(88_000_002, house.token(&many).await),
        Row(88_000_003, house.token(&[("a", &long)]).await),
        Row(88_000_004, house.token(&[("a", &large)]).await),
        Row(88_000_005, house.post("oauth2/v2.0/nowhere", &[]).await),
        Row(88_000_008, house.post(&format!("{TOKEN}?client_secret=x"), &[]).await),
        Row(90_015, house.post(&format!("{TOKEN}?{}", "x".repeat(17_000)), &[]).await),
        Row(900_561, house.send(get(&format!("/{TENANT}/{TOKEN}"))).await),
    ];
    let body = |body: Body| {
        let mut request = post(TOKEN, &[]);
        *request.body_mut() = body;
        request
    };
    let slow = stream::iter([Err::<Bytes, _>(BodyTimedOut)]);
    let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))]);
    rows.push(Row(9_002_313, house.send(body(Body::from("grant_type=%zz"))).await));
    rows.push(Row(88_000_012, house.send(body(Body::from_stream(slow))).await));
    rows.push(Row(88_000_013, house.send(body(Body::from_stream(broken))).await));
    let header = |name: &'static str, values: &[&str]| {
        let mut request = post(TOKEN, &FOR_ITSELF);
        request.headers_mut().remove(name);
        for value in values {
            request.headers_mut().append(name, value.parse().expect("a header"));
        }
        request
    };
    let basic = "Basic ZGFlbW9uOng=";
    let json = header("content-type", &["application/json"]);
    rows.push(Row(88_000_001, house.send(json).await));
    rows.push(Row(88_000_009, house.send(header("authorization", &[basic])).await));
    rows.push(Row(88_000_010, house.send(header("authorization", &[basic, basic])).await));
    rows.push(Row(88_000_011, house.send(header("host", &["evil.test"])).await));
    rows.extend(places(house).await);
    rows
}

/// Tenants and instances.
async fn places(house: &House) -> Vec<Row> {
    let at = |tenant: &str| {
        let mut request = post(TOKEN, &FOR_ITSELF);
        *request.uri_mut() = format!("/{tenant}/{TOKEN}").parse().expect("a path");
        request
    };
    let instance = |endpoint: &str| {
        get(&format!("/common/discovery/instance?authorization_endpoint={endpoint}"))
    };
    let mut rows = vec![
        Row(90_002, house.send(at("nobody")).await),
        Row(900_023, house.send(at("a%20b")).await),
        Row(900_021, house.send(at("organizations")).await),
        Row(50_049, house.send(instance("https://login.microsoftonline.com/x")).await),
        Row(50_050, house.send(instance("x")).await),
    ];
    house.change_tenant(|tenant| tenant.suspended = true).await;
    rows.push(Row(88_000_020, house.token(&FOR_ITSELF).await));
    let code = house.code("web", |_| {});
    let since = house.token(&house.redeem(&code)).await;
    assert_eq!(since.error(), "invalid_grant");
    rows.push(Row(88_000_020, since));
    house.change_tenant(|_| ()).await;
    rows
}
