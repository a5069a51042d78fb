//! Questions about tokens, and tokens that are used.

use http::Method;

use super::{Ask, Row};
use crate::{
    explain::basic,
    house::{House, SECRET},
    signed::p256,
};

const INTROSPECT: &str = "oauth2/v2.0/introspect";
const REVOKE: &str = "oauth2/v2.0/revoke";
const USERINFO: &str = "oidc/userinfo";

pub async fn rows(house: &House) -> Vec<Row> {
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    let (access, refresh) = (tokens.member("access_token"), tokens.member("refresh_token"));
    let mut rows = asking(house, access).await;
    rows.extend(revoking(house, refresh).await);
    rows.extend(using(house, access).await);
    rows
}

async fn asking(house: &House, token: &str) -> Vec<Row> {
    let parameters = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    let right = Ask::post(INTROSPECT, &parameters).right(house).await;
    vec![
        Row::new("no token", right.clone().without("token"), "token", &["missing"]),
        Row::new(
            "under another name",
            right.clone().without("token").and("tokens", token),
            "token",
            &["almost_named", "tokens"],
        ),
        Row::new(
            "a space behind the secret",
            right.clone().set("client_secret", &format!("{SECRET} ")),
            "client_secret",
            &["right_without_white_space"],
        ),
        Row::new(
            "a letter of the id",
            right.clone().set("client_id", "wep"),
            "client_id",
            &["web"],
        ),
        Row::new("by PUT", right.clone().by(Method::PUT), "method", &["POST"]),
        Row::new(
            "as JSON",
            right
                .header("content-type", "application/json")
                .raw(|_| format!(r#"{{"client_id":"web","client_secret":"x","token":"{token}"}}"#)),
            "Content-Type",
            &["application/x-www-form-urlencoded", "json_for_form"],
        ),
    ]
}

async fn revoking(house: &House, token: &str) -> Vec<Row> {
    let parameters = [("client_id", "web"), ("client_secret", SECRET), ("token", "x")];
    let right = Ask::post(REVOKE, &parameters).right(house).await;
    let asks = |client: &str| {
        right
            .clone()
            .set("token", token)
            .without("client_id")
            .without("client_secret")
            .header("authorization", &basic(client))
    };
    vec![
        Row::new("no token", right.clone().without("token"), "token", &["missing"]),
        Row::new("of another client", asks("api"), "token", &["of_another_client"]).of("api"),
        Row::new(
            "no secret",
            right.clone().without("client_secret"),
            "client_authentication",
            &["client_secret"],
        ),
    ]
}

async fn using(house: &House, token: &str) -> Vec<Row> {
    let bearer =
        |token: &str| Ask::get(USERINFO, &[]).header("authorization", &format!("Bearer {token}"));
    bearer(token).right(house).await;
    let key = p256();
    let proof = house.proof(&key, "GET", USERINFO).sign(&key);
    let code = house.code("web", |code| code.openid_scopes = vec!["profile".to_owned()]);
    let without = house.token(&house.redeem(&code)).await.good();
    let without = without.member("access_token").to_owned();
    vec![
        Row::new("a token without openid", bearer(&without), "scope", &["openid"]),
        Row::new(
            "a proof beside an unbound token",
            bearer(token).header("dpop", &proof),
            "ath",
            &["missing"],
        ),
    ]
}
