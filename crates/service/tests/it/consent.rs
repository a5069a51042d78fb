//! What was allowed can be taken back between any two steps, and then nothing more comes of it.

use model::{ClientId, Consent, DirectoryChange, TenantId, UserId};

use crate::house::{ALICE, Answer, House, ORDERS, SECRET, TENANT};

/// Puts what Alice allows the client `web` now.
async fn allow(house: &House, resource: &str, scopes: &[&str]) {
    let consent = Consent {
        tenant: TenantId::new(TENANT),
        user: UserId::new(ALICE),
        client: ClientId::new("web").expect("a client id"),
        resource: resource.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        given_at: service::now(),
    };
    house.apply(DirectoryChange::PutConsent(consent)).await;
}

const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

async fn house() -> House {
    let house = House::new().await;
    house.change_client("web", |client| client.consent_granted = false).await;
    house
}

#[track_caller]
fn missing(answer: &Answer, scope: &str) {
    answer.refused(400, "invalid_grant", 65_001);
    assert_eq!(answer.member("suberror"), "consent_required");
    assert!(answer.member("error_description").contains(scope), "{}", answer.text);
}

#[tokio::test]
async fn a_code_is_worth_what_is_allowed_when_it_is_redeemed() {
    // P11: redeems one code with nothing allowed, with a part, then with all of it.
    let house = house().await;
    let code = house.code("web", |_| {});
    missing(&house.token(&house.redeem(&code)).await, "api://orders/read");
    allow(&house, ORDERS, &["write"]).await;
    missing(&house.token(&house.redeem(&code)).await, "api://orders/read");
    allow(&house, ORDERS, &["read"]).await;
    allow(&house, "", &OPENID[..2]).await;
    missing(&house.token(&house.redeem(&code)).await, "email");
    allow(&house, "", &OPENID).await;
    house.token(&house.redeem(&code)).await.good();
}

#[tokio::test]
async fn a_refresh_token_waits_while_consent_is_withdrawn() {
    // F5: refreshes, takes one scope back, then another, then gives both again.
    let house = house().await;
    allow(&house, ORDERS, &["read"]).await;
    allow(&house, "", &OPENID).await;
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    house.token(&refresh).await.good();
    allow(&house, ORDERS, &[]).await;
    missing(&house.token(&refresh).await, "api://orders/read");
    allow(&house, ORDERS, &["read", "write"]).await;
    allow(&house, "", &["openid"]).await;
    missing(&house.token(&refresh).await, "profile");
    allow(&house, "", &OPENID).await;
    house.token(&refresh).await.good();
    house.change_client("web", |client| client.consent_granted = true).await;
    allow(&house, ORDERS, &[]).await;
    house.token(&refresh).await.good();
}
