//! Codes, refresh tokens, scopes and resources.

use jose::Algorithm;
use model::{DirectoryChange, GrantId, Resource, Seconds, Timestamp};
use protocol::sealed_token::{AuthorizationCode, RefreshToken};

use super::Row;
use crate::signed_requests::{ASSERTION_TYPE, Jws, rsa};
use crate::test_service::{BILLING, ORDERS, SECRET, TestResponse, TestService, post, redirect_uri};

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

pub async fn rows(service: &TestService) -> Vec<Row> {
    let mut rows = codes(service).await;
    rows.extend(refresh_tokens(service).await);
    rows.extend(lifetimes(service).await);
    rows.extend(users(service).await);
    rows.extend(origins(service).await);
    rows.extend(scopes(service).await);
    rows.extend(lost_memory().await);
    rows
}

/// Loses the ledger of a service of its own.
async fn lost_memory() -> Vec<Row> {
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    service.state.begin_new_ledger().await.expect("a store");
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "keyed"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &assertion),
    ];
    vec![
        Row(88_000_270, service.token(&service.redeem(&code)).await),
        Row(88_000_271, service.token(&parameters).await),
    ]
}

async fn codes(service: &TestService) -> Vec<Row> {
    let code = service.code("web", |_| {});
    let expired = service.code("web", |code| code.expires_at = Timestamp::from_seconds(1));
    let native = service.code("native", |_| {});
    let other_tenant = format!("ac.{}.x", jose::digest::base64url([9; 16]));
    let other_verifier = "b".repeat(50);
    let unbound = service.code("web", |code| code.code_challenge = None);
    let right = || service.redeem(&code);
    let future = service::now() + Seconds::hours(1);
    let future = service.code("web", |code| code.issued_at = future);
    let mut rows = vec![
        Row(88_000_310, service.token(&with(right(), "code", &future)).await),
        Row(70_000, service.token(&with(right(), "code", "x")).await),
        Row(70_003, service.token(&[("grant_type", "password")]).await),
        Row(70_008, service.token(&with(right(), "code", &expired)).await),
        Row(700_005, service.token(&with(right(), "code", &other_tenant)).await),
        Row(88_000_050, service.token(&with(right(), "code", &native)).await),
        Row(88_000_051, service.token(&with(right(), "redirect_uri", "")).await),
        Row(500_112, service.token(&with(right(), "redirect_uri", "https://web.test/")).await),
        Row(88_000_052, service.token(&with(right(), "code_verifier", "")).await),
        Row(88_000_054, service.token(&service.redeem(&unbound)).await),
        Row(88_000_053, service.token(&with(right(), "code_verifier", "x")).await),
        Row(501_481, service.token(&with(right(), "code_verifier", &other_verifier)).await),
    ];
    service.token(&right()).await.assert_ok();
    rows.push(Row(54_005, service.token(&right()).await));
    rows
}

async fn refresh(
    service: &TestService,
    client: &str,
    token: &str,
    more: &[(&str, &str)],
) -> TestResponse {
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
    service.send(request).await
}

/// Refreshes a token outside of the networks of the tenant.
async fn refresh_from_elsewhere(service: &TestService, token: &str) -> TestResponse {
    let office = "203.0.113.0/24".parse().expect("a network");
    service.change_tenant(|tenant| tenant.allowed_networks.push(office)).await;
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ];
    let mut request = post("oauth2/v2.0/token", &parameters);
    let address = "198.51.100.7".parse().expect("an address");
    request.extensions_mut().insert(listener::Peer { address });
    let refused = service.send(request).await;
    service.change_tenant(|_| {}).await;
    refused
}

/// Returns the refresh token that a new code is exchanged for.
async fn token(
    service: &TestService,
    client: &'static str,
    with: impl FnOnce(&mut AuthorizationCode),
) -> String {
    let code = service.code(client, with);
    let mut request = post("oauth2/v2.0/token", &service.redeem_as(client, &code));
    if client == "spa" {
        request.headers_mut().insert("origin", "https://spa.test".parse().expect("a header"));
    }
    service.send(request).await.assert_ok().member("refresh_token").to_owned()
}

async fn refresh_tokens(service: &TestService) -> Vec<Row> {
    let good = token(service, "web", |_| {}).await;
    let unknown = RefreshToken { grant: GrantId::new([9; 16]), generation: 0 };
    let unknown = unknown.seal(&service.tenant).expect("a token");
    let other_tenant = format!("rt.{}.x", jose::digest::base64url([9; 16]));
    let mut rows = vec![
        Row(88_000_060, refresh(service, "web", "x", &[]).await),
        Row(88_000_061, refresh(service, "web", &unknown, &[]).await),
        Row(88_000_065, refresh(service, "api", &good, &[]).await),
        Row(88_000_066, refresh(service, "web", &other_tenant, &[]).await),
        Row(88_000_067, refresh(service, "web", &good, &[("scope", "manage")]).await),
        Row(88_000_070, refresh(service, "web", &good, &[("resource", BILLING)]).await),
    ];
    let first = token(service, "native", |_| {}).await;
    let second = refresh(service, "native", &first, &[]).await.assert_ok();
    let third = refresh(service, "native", second.member("refresh_token"), &[]).await.assert_ok();
    rows.push(Row(53_003, refresh_from_elsewhere(service, &good).await));
    rows.push(Row(88_000_062, refresh(service, "native", &first, &[]).await));
    let last = third.member("refresh_token");
    rows.push(Row(88_000_063, refresh(service, "native", last, &[]).await));
    rows
}

async fn lifetimes(service: &TestService) -> Vec<Row> {
    let zero = Seconds::new(0);
    let idle = token(service, "native", |_| {}).await;
    service.change_tenant(|tenant| tenant.grant_idle_lifetime = zero).await;
    let mut rows = vec![Row(700_082, refresh(service, "native", &idle, &[]).await)];
    service.change_tenant(|tenant| tenant.grant_lifetime = zero).await;
    let expired = token(service, "web", |_| {}).await;
    rows.push(Row(88_000_064, refresh(service, "web", &expired, &[]).await));
    service.change_tenant(|tenant| tenant.single_page_grant_lifetime = zero).await;
    let expired = token(service, "spa", |_| {}).await;
    rows.push(Row(700_084, refresh(service, "spa", &expired, &[]).await));
    service.change_tenant(|_| ()).await;
    rows
}

async fn users(service: &TestService) -> Vec<Row> {
    let code = service.code("web", |_| {});
    service.change_user(|user| user.enabled = false).await;
    let mut rows = vec![Row(50_057, service.token(&service.redeem(&code)).await)];
    service
        .change_user(|user| {
            user.enabled = true;
            user.expires = Some(Timestamp::from_seconds(1_793_433_600));
        })
        .await;
    rows.push(Row(88_000_410, service.token(&service.redeem(&code)).await));
    let later = service::now() + Seconds::new(60);
    service
        .change_user(|user| {
            user.expires = None;
            user.tokens_not_before = later;
        })
        .await;
    rows.push(Row(50_173, service.token(&service.redeem(&code)).await));
    service.change_user(|user| user.tokens_not_before = Timestamp::default()).await;
    service.change_client("web", |client| client.admin_consent = false).await;
    rows.push(Row(65_001, service.token(&service.redeem(&code)).await));
    service.change_client("web", |client| client.admin_consent = true).await;
    rows
}

async fn origins(service: &TestService) -> Vec<Row> {
    let ask = async |client: &'static str, origin: Option<&str>| {
        let code = service.code(client, |_| {});
        let mut request = post("oauth2/v2.0/token", &service.redeem_as(client, &code));
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a header"));
        }
        service.send(request).await
    };
    assert!(redirect_uri("spa").starts_with("https://spa.test"));
    vec![
        Row(9_002_326, ask("web", Some("https://spa.test")).await),
        Row(9_002_327, ask("spa", None).await),
        Row(88_000_056, ask("spa", Some("https://evil.test")).await),
    ]
}

async fn scopes(service: &TestService) -> Vec<Row> {
    let ask = async |more: &[(&str, &str)]| {
        let mut parameters = vec![
            ("grant_type", "client_credentials"),
            ("client_id", "daemon"),
            ("client_secret", SECRET),
        ];
        parameters.extend_from_slice(more);
        service.token(&parameters).await
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
    let resources = service.state.store.resources(service.tenant.id()).await.expect("a store");
    let orders = resources.iter().find(|it| it.identifier == ORDERS).expect("it").clone();
    let put = |resource| service.apply(DirectoryChange::PutResource(resource));
    put(Resource { enabled: false, ..orders.clone() }).await;
    rows.push(Row(500_014, scope("api://orders/.default").await));
    rows.push(Row(500_014, ask(&[("resource", ORDERS)]).await));
    put(Resource { default: false, ..orders.clone() }).await;
    rows.push(Row(700_023, scope("read").await));
    put(orders).await;
    rows
}
