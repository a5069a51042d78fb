//! Access tokens at UserInfo, and tokens that are asked about or revoked.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use jose::seal::{Keyring, RootKey};
use model::{DirectoryChange, Resource, Seconds};
use service::{Service, Settings};
use store::{Cached, MemoryHistory};

use super::Row;
use crate::house::{Answer, House, ORDERS, SECRET, TENANT, encode};

async fn ask(house: &House, query: &str, headers: &[&str], body: &str) -> Answer {
    let mut request = Request::post(format!("/{TENANT}/oidc/userinfo{query}"))
        .header("host", house.service.settings.host())
        .header("content-type", "application/x-www-form-urlencoded");
    for header in headers {
        request = request.header("authorization", *header);
    }
    house.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

pub async fn rows(house: &House) -> Vec<Row> {
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    let token = tokens.member("access_token");
    let bearer = format!("Bearer {token}");
    let in_form = encode(&[("access_token", token)]);
    let who = [("client_id", "web"), ("client_secret", SECRET)];
    let own = house.token(&[who[0], who[1], ("grant_type", "client_credentials")]).await.good();
    let own = own.member("access_token");
    let mut rows = vec![
        Row(88_000_140, ask(house, "", &[], "").await),
        Row(88_000_141, ask(house, "", &["Bearer x"], "").await),
        Row(88_000_142, ask(house, "", &["Bearer a.b.c"], "").await),
        Row(88_000_147, ask(house, "", &[&format!("Bearer {own}")], "").await),
        Row(88_000_148, ask(house, "?access_token=x", &[], "").await),
        Row(88_000_149, ask(house, "", &[&bearer], &in_form).await),
        Row(88_000_150, ask(house, "", &["Basic x"], "").await),
        Row(88_000_144, ask(&moved(house).await, "", &[&bearer], "").await),
    ];
    let revoke = async |client: &str, token: &str| {
        let parameters = [("client_id", client), who[1], ("token", token)];
        house.post("oauth2/v2.0/revoke", &parameters).await
    };
    rows.push(Row(88_000_161, revoke("web", own).await));
    rows.push(Row(88_000_162, revoke("api", token).await));
    revoke("web", token).await;
    rows.push(Row(88_000_146, ask(house, "", &[&bearer], "").await));
    rows.push(Row(88_000_143, expired(house).await));
    rows
}

/// The same store at another place, where what was issued here is of another issuer.
async fn moved(house: &House) -> House {
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let settings = Settings::new("https://moved.test".to_owned());
    let store = Arc::new(Cached::new(Arc::clone(&house.service.store)));
    let service = Service::new(settings, store, Arc::new(MemoryHistory::new()), keyring);
    let realm = service.realm("demo").await.expect("a realm");
    House { router: service::router(Arc::clone(&service)), service, realm }
}

/// A token that is over as soon as it is made.
async fn expired(house: &House) -> Answer {
    let resources = house.service.store.resources(house.realm.tenant.id).await.expect("a book");
    let orders = resources.iter().find(|it| it.identifier == ORDERS).expect("it").clone();
    let short = Resource { token_lifetime: Seconds::new(0), ..orders.clone() };
    house.apply(DirectoryChange::PutResource(short)).await;
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    house.apply(DirectoryChange::PutResource(orders)).await;
    ask(house, "", &[&format!("Bearer {}", tokens.member("access_token"))], "").await
}
