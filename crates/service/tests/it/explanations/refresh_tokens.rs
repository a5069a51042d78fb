//! Explanations of refresh requests.

use jose::digest::base64url;
use model::{GrantId, Revocation, RevocationReason};
use protocol::sealed_token::RefreshToken;

use super::{ClientRequest, Row};
use crate::test_service::{SECRET, TestService};

const TOKEN: &str = "oauth2/v2.0/token";

async fn token(
    service: &TestService,
    with: impl FnOnce(&mut protocol::sealed_token::AuthorizationCode),
) -> String {
    let code = service.code("web", with);
    service.token(&service.redeem(&code)).await.assert_ok().member("refresh_token").to_owned()
}

fn request(token: &str) -> ClientRequest {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ];
    ClientRequest::post(TOKEN, &parameters)
}

pub async fn rows(service: &TestService) -> Vec<Row> {
    let right = request(&token(service, |_| {}).await).assert_succeeds(service).await;
    let fresh = token(service, |_| {}).await;
    let mut rows = tokens(service, &fresh);
    rows.extend(scopes(&fresh));
    rows.extend(revoked(service).await);
    rows.push(Row::new("none", right.without("refresh_token"), "refresh_token", &["missing"]));
    rows
}

fn tokens(service: &TestService, fresh: &str) -> Vec<Row> {
    let name = "refresh_token";
    let unknown = RefreshToken { grant: GrantId::new([9; 16]), generation: 0 };
    let unknown = unknown.seal(&service.tenant).expect("a token");
    let other_tenant = format!("rt.{}.x", base64url([9; 16]));
    let code = service.code("web", |_| {});
    let cut = &fresh[..fresh.len() - 5];
    vec![
        Row::new("anything", request("x"), name, &["not_of_this_service"]),
        Row::new("a cut one", request(cut), name, &["changed_or_cut"]),
        Row::new("a code", request(&code), name, &["code_sent"]),
        Row::new("a JWT", request("eyJhbGciOi.e30.AA"), name, &["signed_token_sent"]),
        Row::new("of no grant", request(&unknown), name, &["grant_not_found"]),
        Row::new("of another tenant", request(&other_tenant), name, &["of_another_tenant"]),
        Row::new(
            "of another client",
            request(fresh).set("client_id", "api"),
            name,
            &["of_another_client"],
        )
        .for_client("api"),
    ]
}

fn scopes(fresh: &str) -> Vec<Row> {
    let with = |scope: &str| request(fresh).add("scope", scope);
    vec![
        Row::new("a scope not given", with("write"), "scope", &["read", "not_granted"]),
        Row::new("a misspelled scope", with("reed"), "scope", &["misspelled"]),
        Row::new("commas", with("openid,profile"), "scope", &["separator"]),
        Row::new("a role", with("Orders.Read.All"), "scope", &["role_as_scope"]),
        Row::new(
            "another resource",
            request(fresh).add("resource", "api://billing"),
            "resource",
            &["api://orders"],
        ),
        Row::new(
            "a misspelled resource",
            request(fresh).add("resource", "api://order"),
            "resource",
            &["api://orders"],
        ),
    ]
}

async fn revoked(service: &TestService) -> Vec<Row> {
    let name = "refresh_token";
    let mut rows = Vec::new();
    for (at, (reason, kind)) in [
        (RevocationReason::CodeReplayed, "revoked_code_replayed"),
        (RevocationReason::RefreshTokenReplayed, "revoked_token_replayed"),
        (RevocationReason::ByClient, "revoked_by_client"),
        (RevocationReason::ByAdministrator, "revoked_by_administrator"),
    ]
    .into_iter()
    .enumerate()
    {
        let grant = GrantId::new([u8::try_from(at).expect("few") + 20; 16]);
        let token = token(service, |code| code.grant = grant).await;
        let revocation = Revocation { at: service::now() - model::Seconds::new(30), reason };
        let tenant = service.tenant.id();
        let change = model::Change::RevokeGrant { tenant, grant, revocation };
        let _ = service.state.store.commit(vec![change]).await.expect("a store");
        rows.push(Row::new(kind, request(&token), name, &[kind, " s ago"]));
    }
    let first = token(service, |_| {}).await;
    let mut last = first.clone();
    for _ in 0..3 {
        let response = service.send(request(&last).request()).await.assert_ok();
        response.member("refresh_token").clone_into(&mut last);
    }
    rows.push(Row::new("one that was replaced", request(&first), name, &["rotated"]));
    rows
}
