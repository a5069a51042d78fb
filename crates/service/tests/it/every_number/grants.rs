//! Codes, refresh tokens, scopes and resources.

use model::{DirectoryChange, GrantId, Resource, Seconds, Timestamp};
use protocol::handle::{Code, RefreshToken};

use super::Row;
use crate::house::{Answer, BILLING, House, ORDERS, SECRET, post, redirect_uri};

type Parameters<'a> = Vec<(&'a str, &'a str)>;

fn with<'a>(mut parameters: Parameters<'a>, name: &str, value: &'a str) -> Parameters<'a> {
    parameters.retain(|(known, _)| *known != name);
    parameters.push((
        match name {
            "code" => "code",
            "redirect_uri" => "redirect_uri",
            "code_verifier" => "code_verifier",
            other => panic!("{other}"),
        },
        value,
    ));
    parameters
}

pub async fn rows(house: &House) -> Vec<Row> {
    let mut rows = codes(house).await;
    rows.extend(refresh_tokens(house).await);
    rows.extend(lifetimes(house).await);
    rows.extend(people(house).await);
    rows.extend(origins(house).await);
    rows.extend(scopes(house).await);
    rows
}

async fn codes(house: &House) -> Vec<Row> {
    let code = house.code("web", |_| {});
    let expired = house.code("web", |code| code.expires_at = Timestamp::from_seconds(1));
    let native = house.code("native", |_| {});
    let elsewhere = format!("ac.{}.x", jose::digest::base64url([9; 16]));
    let other_verifier = "b".repeat(50);
    let right = || house.redeem(&code);
    let mut rows = vec![
        Row(70_000, house.token(&with(right(), "code", "x")).await),
        Row(70_003, house.token(&[("grant_type", "password")]).await),
        Row(70_008, house.token(&with(right(), "code", &expired)).await),
        Row(700_005, house.token(&with(right(), "code", &elsewhere)).await),
        Row(88_000_050, house.token(&with(right(), "code", &native)).await),
        Row(88_000_051, house.token(&with(right(), "redirect_uri", "")).await),
        Row(500_112, house.token(&with(right(), "redirect_uri", "https://web.test/")).await),
        Row(88_000_052, house.token(&with(right(), "code_verifier", "")).await),
        Row(88_000_053, house.token(&with(right(), "code_verifier", "x")).await),
        Row(501_481, house.token(&with(right(), "code_verifier", &other_verifier)).await),
    ];
    house.token(&right()).await.good();
    rows.push(Row(54_005, house.token(&right()).await));
    rows
}

async fn refresh(house: &House, client: &str, token: &str, more: &[(&str, &str)]) -> Answer {
    let mut parameters =
        vec![("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];
    if !matches!(client, "native" | "spa") {
        parameters.push(("client_secret", SECRET));
    }
    parameters.extend_from_slice(more);
    let mut request = post("oauth2/v2.0/token", &parameters);
    if client == "spa" {
        request.headers_mut().insert("origin", "https://spa.test".parse().expect("a header"));
    }
    house.send(request).await
}

/// The refresh token that a new code gives.
async fn token(house: &House, client: &'static str, with: impl FnOnce(&mut Code)) -> String {
    let code = house.code(client, with);
    let mut request = post("oauth2/v2.0/token", &house.redeem_as(client, &code));
    if client == "spa" {
        request.headers_mut().insert("origin", "https://spa.test".parse().expect("a header"));
    }
    house.send(request).await.good().member("refresh_token").to_owned()
}

async fn refresh_tokens(house: &House) -> Vec<Row> {
    let good = token(house, "web", |_| {}).await;
    let unknown = RefreshToken { grant: GrantId::new([9; 16]), generation: 0 };
    let unknown = unknown.seal(&house.realm).expect("a token");
    let elsewhere = format!("rt.{}.x", jose::digest::base64url([9; 16]));
    let mut rows = vec![
        Row(88_000_060, refresh(house, "web", "x", &[]).await),
        Row(88_000_061, refresh(house, "web", &unknown, &[]).await),
        Row(88_000_065, refresh(house, "api", &good, &[]).await),
        Row(88_000_066, refresh(house, "web", &elsewhere, &[]).await),
        Row(88_000_067, refresh(house, "web", &good, &[("scope", "manage")]).await),
        Row(88_000_070, refresh(house, "web", &good, &[("resource", BILLING)]).await),
    ];
    let first = token(house, "native", |_| {}).await;
    let second = refresh(house, "native", &first, &[]).await.good();
    let third = refresh(house, "native", second.member("refresh_token"), &[]).await.good();
    rows.push(Row(88_000_062, refresh(house, "native", &first, &[]).await));
    let last = third.member("refresh_token");
    rows.push(Row(88_000_063, refresh(house, "native", last, &[]).await));
    rows
}

async fn lifetimes(house: &House) -> Vec<Row> {
    let over = Seconds::new(0);
    let idle = token(house, "native", |_| {}).await;
    house.change_tenant(|tenant| tenant.grant_idle_lifetime = over).await;
    let mut rows = vec![Row(700_082, refresh(house, "native", &idle, &[]).await)];
    house.change_tenant(|tenant| tenant.grant_lifetime = over).await;
    let expired = token(house, "web", |_| {}).await;
    rows.push(Row(88_000_064, refresh(house, "web", &expired, &[]).await));
    house.change_tenant(|tenant| tenant.single_page_grant_lifetime = over).await;
    let expired = token(house, "spa", |_| {}).await;
    rows.push(Row(700_084, refresh(house, "spa", &expired, &[]).await));
    house.change_tenant(|_| ()).await;
    rows
}

async fn people(house: &House) -> Vec<Row> {
    let code = house.code("web", |_| {});
    house.change_user(|user| user.enabled = false).await;
    let mut rows = vec![Row(50_057, house.token(&house.redeem(&code)).await)];
    let later = service::now() + Seconds::new(60);
    house
        .change_user(|user| {
            user.enabled = true;
            user.tokens_not_before = later;
        })
        .await;
    rows.push(Row(50_173, house.token(&house.redeem(&code)).await));
    house.change_user(|user| user.tokens_not_before = Timestamp::default()).await;
    house.change_client("web", |client| client.consent_granted = false).await;
    rows.push(Row(65_001, house.token(&house.redeem(&code)).await));
    house.change_client("web", |client| client.consent_granted = true).await;
    rows
}

async fn origins(house: &House) -> Vec<Row> {
    let ask = async |client: &'static str, origin: Option<&str>| {
        let code = house.code(client, |_| {});
        let mut request = post("oauth2/v2.0/token", &house.redeem_as(client, &code));
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a header"));
        }
        house.send(request).await
    };
    assert!(redirect_uri("spa").starts_with("https://spa.test"));
    vec![
        Row(9_002_326, ask("web", Some("https://spa.test")).await),
        Row(9_002_327, ask("spa", None).await),
        Row(88_000_056, ask("spa", Some("https://evil.test")).await),
    ]
}

async fn scopes(house: &House) -> Vec<Row> {
    let ask = async |more: &[(&str, &str)]| {
        let mut parameters = vec![
            ("grant_type", "client_credentials"),
            ("client_id", "daemon"),
            ("client_secret", SECRET),
        ];
        parameters.extend_from_slice(more);
        house.token(&parameters).await
    };
    let scope = async |scope: &str| ask(&[("scope", scope)]).await;
    let mut rows = vec![
        Row(70_011, scope("a\"b").await),
        Row(500_011, scope("api://nowhere/.default").await),
        Row(700_022, scope("api://orders/.default api://billing/.default").await),
        Row(1_002_012, scope("openid").await),
        Row(88_000_080, scope(&"a ".repeat(101)).await),
        Row(88_000_081, scope("api://billing/.default").await),
        Row(88_000_082, ask(&[("resource", "relative")]).await),
        Row(88_000_083, ask(&[("resource", ORDERS), ("resource", BILLING)]).await),
        Row(88_000_084, ask(&[("resource", ORDERS), ("scope", "api://billing/read")]).await),
    ];
    let resources = house.service.store.resources(house.realm.tenant.id).await.expect("a book");
    let orders = resources.iter().find(|it| it.identifier == ORDERS).expect("it").clone();
    let put = |resource| house.apply(DirectoryChange::PutResource(resource));
    put(Resource { enabled: false, ..orders.clone() }).await;
    rows.push(Row(500_014, scope("api://orders/.default").await));
    rows.push(Row(500_014, ask(&[("resource", ORDERS)]).await));
    put(Resource { default: false, ..orders.clone() }).await;
    rows.push(Row(700_023, scope("read").await));
    put(orders).await;
    rows
}
