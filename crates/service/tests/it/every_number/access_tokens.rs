//! Access tokens at UserInfo, introspection and revocation.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use jose::seal::{Keyring, RootKey};
use model::{DirectoryChange, Resource, Seconds};
use service::{Service, Settings};
use store::{CachedStore, MemoryHistory};

use super::Row;
use crate::test_service::{ORDERS, SECRET, TENANT, TestResponse, TestService, encode};

async fn ask(service: &TestService, query: &str, headers: &[&str], body: &str) -> TestResponse {
    let mut request = Request::post(format!("/{TENANT}/oidc/userinfo{query}"))
        .header("host", service.state.settings.host())
        .header("content-type", "application/x-www-form-urlencoded");
    for header in headers {
        request = request.header("authorization", *header);
    }
    service.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

pub async fn rows(service: &TestService) -> Vec<Row> {
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let token = tokens.member("access_token");
    let bearer = format!("Bearer {token}");
    let in_form = encode(&[("access_token", token)]);
    let credentials = [("client_id", "web"), ("client_secret", SECRET)];
    let own = service
        .token(&[credentials[0], credentials[1], ("grant_type", "client_credentials")])
        .await
        .assert_ok();
    let own = own.member("access_token");
    let mut rows = vec![
        Row(88_000_140, ask(service, "", &[], "").await),
        Row(88_000_141, ask(service, "", &["Bearer x"], "").await),
        Row(88_000_142, ask(service, "", &["Bearer a.b.c"], "").await),
        Row(88_000_147, ask(service, "", &[&format!("Bearer {own}")], "").await),
        Row(88_000_148, ask(service, "?access_token=x", &[], "").await),
        Row(88_000_149, ask(service, "", &[&bearer], &in_form).await),
        Row(88_000_150, ask(service, "", &["Basic x"], "").await),
        Row(88_000_144, ask(&service_at_other_origin(service).await, "", &[&bearer], "").await),
    ];
    let revoke = async |client: &str, token: &str| {
        let parameters = [("client_id", client), credentials[1], ("token", token)];
        service.post("oauth2/v2.0/revoke", &parameters).await
    };
    rows.push(Row(88_000_161, revoke("web", own).await));
    rows.push(Row(88_000_162, revoke("api", token).await));
    revoke("web", token).await;
    rows.push(Row(88_000_146, ask(service, "", &[&bearer], "").await));
    rows.push(Row(88_000_143, expired(service).await));
    rows
}

/// Returns a service over the same store with another origin, and so with another issuer.
async fn service_at_other_origin(service: &TestService) -> TestService {
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let settings = Settings::new("https://moved.test".to_owned());
    let store = Arc::new(CachedStore::new(Arc::clone(&service.state.store)));
    TestService::from_state(Service::new(settings, store, Arc::new(MemoryHistory::new()), keyring))
        .await
}

/// Sends a token that expires as it is issued.
async fn expired(service: &TestService) -> TestResponse {
    let resources = service.state.store.resources(service.tenant.id()).await.expect("a store");
    let orders = resources.iter().find(|it| it.identifier == ORDERS).expect("it").clone();
    let short = Resource { token_lifetime: Seconds::new(0), ..orders.clone() };
    service.apply(DirectoryChange::PutResource(short)).await;
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    service.apply(DirectoryChange::PutResource(orders)).await;
    ask(service, "", &[&format!("Bearer {}", tokens.member("access_token"))], "").await
}
