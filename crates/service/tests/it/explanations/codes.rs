//! A code redeemed.

use jose::digest::base64url;
use model::GrantId;
use protocol::{handle::RefreshToken, pkce};

use super::{Ask, Row};
use crate::house::{House, SECRET, VERIFIER, challenge};

const TOKEN: &str = "oauth2/v2.0/token";

/// A request that is right, with a new code.
fn ask(house: &House) -> Ask {
    let code = house.code("web", |_| {});
    Ask::post(TOKEN, &house.redeem(&code))
}

pub async fn rows(house: &House) -> Vec<Row> {
    let used = ask(house).right(house).await;
    let mut rows = vec![
        Row::new("a code that was redeemed", used, "code", &["redeemed"]),
        Row::new("no code", ask(house).without("code"), "code", &["missing"]),
        Row::new(
            "the code under another name",
            ask(house).without("code").and("codes", "x"),
            "code",
            &["almost_named", "codes"],
        ),
    ];
    rows.extend(codes(house));
    rows.extend(uris(house));
    rows.extend(verifiers(house));
    rows.extend(others(house));
    rows
}

fn codes(house: &House) -> Vec<Row> {
    let with = |code: &str| ask(house).set("code", code);
    let good = house.code("web", |_| {});
    let now = service::now();
    let over = house.code("web", |code| code.expires_at = now - model::Seconds::new(90));
    let refresh = RefreshToken { grant: GrantId::new([9; 16]), generation: 0 };
    let refresh = refresh.seal(&house.realm).expect("a token");
    let elsewhere = format!("ac.{}.x", base64url([9; 16]));
    let id = "0c7a3d52-0000-4000-8000-000000000002";
    vec![
        Row::new("a code that is over", with(&over), "code", &["expired", " s before it came"]),
        Row::new("a cut code", with(&good[..good.len() - 9]), "code", &["changed_or_cut"]),
        Row::new("a refresh token", with(&refresh), "code", &["refresh_token_sent"]),
        Row::new("a JWT", with("eyJhbGciOi.e30.AA"), "code", &["signed_token_sent"]),
        Row::new("an id", with(id), "code", &["id_sent"]),
        Row::new("anything", with("x"), "code", &["not_of_this_service"]),
        Row::new("of another tenant", with(&elsewhere), "code", &["of_another_tenant"]),
        Row::new(
            "of another client",
            with(&house.code("api", |_| {})),
            "code",
            &["of_another_client"],
        ),
        Row::new("a space in front", with(&format!(" {good}")), "code", &["white_space_around"]),
        Row::new("encoded twice", with(&good.replace('.', "%2E")), "code", &["encoded_twice"]),
    ]
}

fn uris(house: &House) -> Vec<Row> {
    let with = |uri: &str| ask(house).set("redirect_uri", uri);
    let right = "https://web.test/callback";
    let row = |what, uri: &str, kind| Row::new(what, with(uri), "redirect_uri", &[right, kind]);
    vec![
        row("a slash behind it", "https://web.test/callback/", "trailing_slash"),
        row("its case", "https://web.test/Callback", "letter_case"),
        row("http", "http://web.test/callback", "scheme"),
        row("a port", "https://web.test:8443/callback", "port"),
        row("another path", "https://web.test/other", "path"),
        row("a query", "https://web.test/callback?x=1", "query"),
        row("encoded twice", "https%3A%2F%2Fweb.test%2Fcallback", "encoded_twice"),
        Row::new("none", ask(house).without("redirect_uri"), "redirect_uri", &[right]),
    ]
}

fn verifiers(house: &House) -> Vec<Row> {
    let with = |verifier: &str| ask(house).set("code_verifier", verifier);
    let name = "code_verifier";
    let twice = pkce::challenge(&challenge());
    let hashed = house.code("web", |code| code.code_challenge = twice);
    let plain = house.code("web", |code| VERIFIER.clone_into(&mut code.code_challenge));
    let about = "code_challenge";
    vec![
        Row::new("none", ask(house).without(name), name, &["missing"]),
        Row::new("too short", with("x"), name, &["length", "43"]),
        Row::new("too long", with(&"x".repeat(200)), name, &["length", "128"]),
        Row::new("a letter", with(&VERIFIER.replace("more", "mores")), about, &[&challenge()]),
        Row::new("of another sign-in", with(&"b".repeat(50)), about, &["of_another_challenge"]),
        Row::new("a character", with(&VERIFIER.replace('-', "+")), name, &["character_at"]),
        Row::new("padded", with(&format!("{VERIFIER}==")), name, &["padded"]),
        Row::new(
            "a challenge that is the hash of the hash",
            ask(house).set("code", &hashed),
            about,
            &["verifier_hashed_twice"],
        ),
        Row::new(
            "a challenge that is the verifier",
            ask(house).set("code", &plain),
            about,
            &["verifier_is_challenge"],
        ),
    ]
}

fn others(house: &House) -> Vec<Row> {
    let old = |code: &mut protocol::handle::Code| code.scopes = vec!["gone".to_owned()];
    let gone = house.code("web", old);
    vec![
        Row::new("a scope not given", ask(house).and("scope", "write"), "scope", &["read"]),
        Row::new("a misspelled scope", ask(house).and("scope", "raed"), "scope", &["misspelled"]),
        Row::new("the case of a scope", ask(house).and("scope", "Read"), "scope", &["letter_case"]),
        Row::new("a scope that is gone", ask(house).set("code", &gone), "scope", &["gone"]),
        Row::new(
            "another resource",
            ask(house).and("resource", "api://billing"),
            "resource",
            &["api://orders", "api://billing"],
        ),
        Row::new(
            "from a browser",
            ask(house).header("origin", "https://web.test"),
            "Origin",
            &["https://web.test"],
        ),
        Row::new(
            "the secret of nobody",
            ask(house).set("client_secret", &SECRET[1..]),
            "client_secret",
            &["secret 5f0c1d3e"],
        ),
    ]
}
