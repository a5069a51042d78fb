//! Explanations of code redemptions.

use jose::digest::base64url;
use model::GrantId;
use protocol::{pkce, sealed_token::RefreshToken};

use super::{ClientRequest, Row};
use crate::test_service::{SECRET, TestService, VERIFIER, challenge};

const TOKEN: &str = "oauth2/v2.0/token";

/// Returns a right request with a new code.
fn request(service: &TestService) -> ClientRequest {
    let code = service.code("web", |_| {});
    ClientRequest::post(TOKEN, &service.redeem(&code))
}

pub async fn rows(service: &TestService) -> Vec<Row> {
    let used = request(service).assert_succeeds(service).await;
    let mut rows = vec![
        Row::new("a code that was redeemed", used, "code", &["redeemed"]),
        Row::new("no code", request(service).without("code"), "code", &["missing"]),
        Row::new(
            "the code under another name",
            request(service).without("code").add("codes", "x"),
            "code",
            &["almost_named", "codes"],
        ),
    ];
    rows.extend(codes(service));
    rows.extend(uris(service));
    rows.extend(verifiers(service));
    rows.extend(others(service));
    rows
}

fn codes(service: &TestService) -> Vec<Row> {
    let with = |code: &str| request(service).set("code", code);
    let code = service.code("web", |_| {});
    let now = service::now();
    let expired = service.code("web", |code| code.expires_at = now - model::Seconds::new(90));
    let refresh = RefreshToken { grant: GrantId::new([9; 16]), generation: 0 };
    let refresh = refresh.seal(&service.tenant).expect("a token");
    let other_tenant = format!("ac.{}.x", base64url([9; 16]));
    let id = "0c7a3d52-0000-4000-8000-000000000002";
    vec![
        Row::new(
            "an expired code",
            with(&expired),
            "code",
            &["expired", " s before it was received"],
        ),
        Row::new("a cut code", with(&code[..code.len() - 9]), "code", &["changed_or_cut"]),
        Row::new("a refresh token", with(&refresh), "code", &["refresh_token_sent"]),
        Row::new("a JWT", with("eyJhbGciOi.e30.AA"), "code", &["signed_token_sent"]),
        Row::new("an id", with(id), "code", &["id_sent"]),
        Row::new("anything", with("x"), "code", &["not_of_this_service"]),
        Row::new("of another tenant", with(&other_tenant), "code", &["of_another_tenant"]),
        Row::new(
            "of another client",
            with(&service.code("api", |_| {})),
            "code",
            &["of_another_client"],
        ),
        Row::new("a space in front", with(&format!(" {code}")), "code", &["white_space_around"]),
        Row::new("encoded twice", with(&code.replace('.', "%2E")), "code", &["encoded_twice"]),
    ]
}

fn uris(service: &TestService) -> Vec<Row> {
    let with = |uri: &str| request(service).set("redirect_uri", uri);
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
        Row::new("none", request(service).without("redirect_uri"), "redirect_uri", &[right]),
    ]
}

fn verifiers(service: &TestService) -> Vec<Row> {
    let with = |verifier: &str| request(service).set("code_verifier", verifier);
    let name = "code_verifier";
    let twice = pkce::challenge(&challenge());
    let hashed = service.code("web", |code| code.code_challenge = Some(twice));
    let plain = service.code("web", |code| code.code_challenge = Some(VERIFIER.to_owned()));
    let about = "code_challenge";
    vec![
        Row::new("none", request(service).without(name), name, &["missing"]),
        Row::new("too short", with("x"), name, &["length", "43"]),
        Row::new("too long", with(&"x".repeat(200)), name, &["length", "128"]),
        Row::new("a letter", with(&VERIFIER.replace("more", "mores")), about, &[&challenge()]),
        Row::new("of another sign-in", with(&"b".repeat(50)), about, &["of_another_challenge"]),
        Row::new("a character", with(&VERIFIER.replace('-', "+")), name, &["character_at"]),
        Row::new("padded", with(&format!("{VERIFIER}==")), name, &["padded"]),
        Row::new(
            "a challenge that is the hash of the hash",
            request(service).set("code", &hashed),
            about,
            &["verifier_hashed_twice"],
        ),
        Row::new(
            "a challenge that is the verifier",
            request(service).set("code", &plain),
            about,
            &["verifier_is_challenge"],
        ),
    ]
}

fn others(service: &TestService) -> Vec<Row> {
    let old = |code: &mut protocol::sealed_token::AuthorizationCode| {
        code.scopes = vec!["gone".to_owned()];
    };
    let removed_scope = service.code("web", old);
    vec![
        Row::new("a scope not given", request(service).add("scope", "write"), "scope", &["read"]),
        Row::new(
            "a misspelled scope",
            request(service).add("scope", "raed"),
            "scope",
            &["misspelled"],
        ),
        Row::new(
            "the case of a scope",
            request(service).add("scope", "Read"),
            "scope",
            &["letter_case"],
        ),
        Row::new(
            "a scope that is gone",
            request(service).set("code", &removed_scope),
            "scope",
            &["gone"],
        ),
        Row::new(
            "another resource",
            request(service).add("resource", "api://billing"),
            "resource",
            &["api://orders", "api://billing"],
        ),
        Row::new(
            "from a browser",
            request(service).header("origin", "https://web.test"),
            "Origin",
            &["https://web.test"],
        ),
        Row::new(
            "a wrong secret",
            request(service).set("client_secret", &SECRET[1..]),
            "client_secret",
            &["secret 5f0c1d3e"],
        ),
    ]
}
