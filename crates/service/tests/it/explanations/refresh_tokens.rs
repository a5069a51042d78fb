//! A refresh token used.

use jose::digest::base64url;
use model::{GrantId, Revocation, RevocationReason};
use protocol::handle::RefreshToken;

use super::{Ask, Row};
use crate::house::{House, SECRET};

const TOKEN: &str = "oauth2/v2.0/token";

async fn token(house: &House, with: impl FnOnce(&mut protocol::handle::Code)) -> String {
    let code = house.code("web", with);
    house.token(&house.redeem(&code)).await.good().member("refresh_token").to_owned()
}

fn ask(token: &str) -> Ask {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ];
    Ask::post(TOKEN, &parameters)
}

pub async fn rows(house: &House) -> Vec<Row> {
    let right = ask(&token(house, |_| {}).await).right(house).await;
    let fresh = token(house, |_| {}).await;
    let mut rows = tokens(house, &fresh);
    rows.extend(scopes(&fresh));
    rows.extend(revoked(house).await);
    rows.push(Row::new("none", right.without("refresh_token"), "refresh_token", &["missing"]));
    rows
}

fn tokens(house: &House, fresh: &str) -> Vec<Row> {
    let name = "refresh_token";
    let unknown = RefreshToken { grant: GrantId::new([9; 16]), generation: 0 };
    let unknown = unknown.seal(&house.realm).expect("a token");
    let elsewhere = format!("rt.{}.x", base64url([9; 16]));
    let code = house.code("web", |_| {});
    let cut = &fresh[..fresh.len() - 5];
    vec![
        Row::new("anything", ask("x"), name, &["not_of_this_service"]),
        Row::new("a cut one", ask(cut), name, &["changed_or_cut"]),
        Row::new("a code", ask(&code), name, &["code_sent"]),
        Row::new("a JWT", ask("eyJhbGciOi.e30.AA"), name, &["signed_token_sent"]),
        Row::new("of no grant", ask(&unknown), name, &["grant_forgotten"]),
        Row::new("of another tenant", ask(&elsewhere), name, &["of_another_tenant"]),
        Row::new(
            "of another client",
            ask(fresh).set("client_id", "api"),
            name,
            &["of_another_client"],
        )
        .of("api"),
    ]
}

fn scopes(fresh: &str) -> Vec<Row> {
    let with = |scope: &str| ask(fresh).and("scope", scope);
    vec![
        Row::new("a scope not given", with("write"), "scope", &["read", "not_given"]),
        Row::new("a misspelled scope", with("reed"), "scope", &["misspelled"]),
        Row::new("commas", with("openid,profile"), "scope", &["separator"]),
        Row::new("a role", with("Orders.Read.All"), "scope", &["role_as_scope"]),
        Row::new(
            "another resource",
            ask(fresh).and("resource", "api://billing"),
            "resource",
            &["api://orders"],
        ),
        Row::new(
            "a misspelled resource",
            ask(fresh).and("resource", "api://order"),
            "resource",
            &["api://orders"],
        ),
    ]
}

async fn revoked(house: &House) -> Vec<Row> {
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
        let token = token(house, |code| code.grant = grant).await;
        let revocation = Revocation { at: service::now() - model::Seconds::new(30), reason };
        let tenant = house.realm.tenant.id;
        let change = model::Change::RevokeGrant { tenant, grant, revocation };
        let _ = house.service.store.commit(vec![change]).await.expect("a book");
        rows.push(Row::new(kind, ask(&token), name, &[kind, " s ago"]));
    }
    let first = token(house, |_| {}).await;
    let mut last = first.clone();
    for _ in 0..3 {
        let answer = house.send(ask(&last).request()).await.good();
        answer.member("refresh_token").clone_into(&mut last);
    }
    rows.push(Row::new("one that was replaced", ask(&first), name, &["rotated"]));
    rows
}
