//! Explanations of requests with access tokens: introspection, revocation and UserInfo.

use http::Method;

use super::{ClientRequest, Row};
use crate::{
    explain::basic,
    signed_requests::p256,
    test_service::{SECRET, TestService},
};

const INTROSPECT: &str = "oauth2/v2.0/introspect";
const REVOKE: &str = "oauth2/v2.0/revoke";
const USERINFO: &str = "oidc/userinfo";

pub async fn rows(service: &TestService) -> Vec<Row> {
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let (access, refresh) = (tokens.member("access_token"), tokens.member("refresh_token"));
    let mut rows = introspection(service, access).await;
    rows.extend(revocation(service, refresh).await);
    rows.extend(userinfo(service, access).await);
    rows
}

async fn introspection(service: &TestService, token: &str) -> Vec<Row> {
    let parameters = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    let right = ClientRequest::post(INTROSPECT, &parameters).assert_succeeds(service).await;
    vec![
        Row::new("no token", right.clone().without("token"), "token", &["missing"]),
        Row::new(
            "under another name",
            right.clone().without("token").add("tokens", token),
            "token",
            &["almost_named", "tokens"],
        ),
        Row::new(
            "a space behind the secret",
            right.clone().set("client_secret", &format!("{SECRET} ")),
            "client_secret",
            &["white_space_around"],
        ),
        Row::new(
            "a letter of the id",
            right.clone().set("client_id", "wep"),
            "client_id",
            &["web"],
        ),
        Row::new("by PUT", right.clone().with_method(Method::PUT), "method", &["POST"]),
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

async fn revocation(service: &TestService, token: &str) -> Vec<Row> {
    let parameters = [("client_id", "web"), ("client_secret", SECRET), ("token", "x")];
    let right = ClientRequest::post(REVOKE, &parameters).assert_succeeds(service).await;
    let request_by = |client: &str| {
        right
            .clone()
            .set("token", token)
            .without("client_id")
            .without("client_secret")
            .header("authorization", &basic(client))
    };
    vec![
        Row::new("no token", right.clone().without("token"), "token", &["missing"]),
        Row::new("of another client", request_by("api"), "token", &["of_another_client"])
            .for_client("api"),
        Row::new(
            "no secret",
            right.clone().without("client_secret"),
            "client_authentication",
            &["client_secret"],
        ),
    ]
}

async fn userinfo(service: &TestService, token: &str) -> Vec<Row> {
    let bearer = |token: &str| {
        ClientRequest::get(USERINFO, &[]).header("authorization", &format!("Bearer {token}"))
    };
    bearer(token).assert_succeeds(service).await;
    let key = p256();
    let proof = service.proof(&key, "GET", USERINFO).sign(&key);
    let code = service.code("web", |code| code.openid_scopes = vec!["profile".to_owned()]);
    let without = service.token(&service.redeem(&code)).await.assert_ok();
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
