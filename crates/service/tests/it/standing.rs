//! What was given stands only as long as what it was given under.

use http::StatusCode;
use model::{DirectoryChange, Seconds};

use crate::house::{Answer, House, ORDERS, SECRET, TENANT, VERIFIER, redirect_uri};

fn refresh<'a>(client: &'a str, refresh_token: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut request = vec![
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", refresh_token),
    ];
    if client == "web" {
        request.push(("client_secret", SECRET));
    }
    request
}

fn refused(answer: &Answer, error: &str, number: u64) {
    assert_eq!((answer.error(), answer.number()), (error, number), "{}", answer.text);
}

#[tokio::test]
async fn a_scope_that_was_taken_from_the_client_is_not_given_any_more() {
    // F5: takes a scope from the registration, then refreshes and redeems an earlier code.
    let house = House::new().await;
    let code = house.code("web", |code| code.scopes = vec!["read".into(), "write".into()]);
    let first = house.token(&house.redeem(&code)).await;
    let waiting = house.code("web", |code| code.scopes = vec!["write".into()]);
    house.change_client("web", |client| client.permissions[0].scopes = vec!["read".into()]).await;
    let refresh = refresh("web", first.member("refresh_token"));
    refused(&house.token(&refresh).await, "invalid_grant", 65001);
    refused(&house.token(&house.redeem(&waiting)).await, "invalid_grant", 65001);
    let less = [refresh, vec![("scope", "api://orders/read")]].concat();
    assert_eq!(house.token(&less).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_scope_that_the_resource_no_longer_has_is_not_given_any_more() {
    // Takes the scope from the resource instead.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let tenant = model::TenantId::new(TENANT);
    let resources = house.service.store.resources(tenant).await.expect("a book");
    let mut orders = resources.iter().find(|it| it.identifier == ORDERS).expect("orders").clone();
    orders.scopes.retain(|scope| scope.value != "read");
    house.apply(DirectoryChange::PutResource(orders)).await;
    refused(&house.token(&house.redeem(&code)).await, "invalid_grant", 65001);
}

#[tokio::test]
async fn a_redirect_uri_that_was_left_out_may_be_left_out_again() {
    // RFC 6749 §4.1.3: a code whose request named none is redeemed without, and with the one.
    let house = House::new().await;
    for name_it in [false, true] {
        let code = house.code("web", |code| code.redirect_uri_was_sent = false);
        let mut request = house.redeem(&code);
        request.retain(|(name, _)| name_it || *name != "redirect_uri");
        assert_eq!(house.token(&request).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_code_from_before_the_tenants_cut_is_worth_nothing() {
    // P11: the tenant revokes everything between the code and its redemption.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    house.change_tenant(|it| it.tokens_not_before = service::now() + Seconds::new(1)).await;
    refused(&house.token(&house.redeem(&code)).await, "invalid_grant", 50173);
}

#[tokio::test]
async fn disuse_counts_only_where_use_leaves_a_trace() {
    // Lets the idle time be over at once: a token that rotates is over, one that stays is not.
    let house = House::new().await;
    let web = house.code("web", |_| {});
    let web = house.token(&house.redeem(&web)).await;
    let native = house.code("native", |_| {});
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", native.as_str()),
        ("redirect_uri", redirect_uri("native")),
        ("code_verifier", VERIFIER),
    ];
    let native = house.token(&request).await;
    house.change_tenant(|tenant| tenant.grant_idle_lifetime = Seconds::new(0)).await;
    let kept = house.token(&refresh("web", web.member("refresh_token"))).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
    let idle = house.token(&refresh("native", native.member("refresh_token"))).await;
    refused(&idle, "invalid_grant", 700_082);
}

#[tokio::test]
async fn a_public_client_cannot_be_spared_the_rotation() {
    // RFC 9700 §2.2.2: switches rotation off for a public client, and sees the token replaced.
    let house = House::new().await;
    house.change_client("native", |client| client.refresh_token_rotation = Some(false)).await;
    let code = house.code("native", |_| {});
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri("native")),
        ("code_verifier", VERIFIER),
    ];
    let first = house.token(&request).await;
    let second = house.token(&refresh("native", first.member("refresh_token"))).await;
    assert_ne!(first.member("refresh_token"), second.member("refresh_token"));
}

#[tokio::test]
async fn no_access_token_outlives_the_grant_behind_it() {
    // Lets grants last ten minutes, and looks at the hour that the resource would give.
    let house = House::new().await;
    house.change_tenant(|tenant| tenant.grant_lifetime = Seconds::minutes(10)).await;
    let code = house.code("web", |_| {});
    let answer = house.token(&house.redeem(&code)).await;
    assert_eq!(answer.json["expires_in"], 600, "{}", answer.text);
}

#[tokio::test]
async fn nobody_is_told_to_be_offline_who_gets_no_refresh_token() {
    // Takes the grant type from the client: neither the token nor the scope is in the answer.
    let house = House::new().await;
    house.change_client("web", |it| it.grant_types.retain(|name| name != "refresh_token")).await;
    let code = house.code("web", |_| {});
    let answer = house.token(&house.redeem(&code)).await;
    assert_eq!(answer.member("scope"), "api://orders/read openid profile email");
    assert!(answer.json.get("refresh_token").is_none());
}

#[tokio::test]
async fn a_scope_is_named_in_the_answer_as_the_client_wrote_it() {
    // Asks for a scope without its resource: clients look their tokens up by what they asked for.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let request = [house.redeem(&code), vec![("scope", "read openid")]].concat();
    let answer = house.token(&request).await;
    assert!(answer.member("scope").starts_with("read openid"), "{}", answer.text);
}
