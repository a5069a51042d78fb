//! Requests tried out: told what would come of them, and nothing comes of them.

use axum::body::Body;
use http::Request;
use jose::Algorithm;
use model::GrantId;
use protocol::handle::RefreshToken;
use serde_json::Value;

use super::{EXPLAIN, basic, try_out};
use crate::{
    authorize::browser,
    failing::{Failing, Trouble},
    house::{Answer, House, SECRET, TENANT, post},
    signed::{ASSERTION_TYPE, Jws, p256, rsa},
};

const TOKEN: &str = "oauth2/v2.0/token";
/// Dry runs before the real one.
const TIMES: usize = 20;

impl Answer {
    /// Holds a dry run against what is expected to come of the request.
    #[track_caller]
    fn would_issue(&self) -> &Value {
        assert_eq!(self.json["would"], "issue", "{}", self.text);
        &self.json
    }

    #[track_caller]
    fn would_refuse(&self, number: u64) -> &Value {
        assert_eq!(self.json["would"], "refuse", "{}", self.text);
        assert_eq!(self.json["refusal"]["number"], number, "{}", self.text);
        &self.json["refusal"]
    }
}

/// A request to an endpoint, with headers.
fn request(
    endpoint: &str,
    headers: &[(&'static str, &str)],
    body: &[(&str, &str)],
) -> Request<Body> {
    let mut request = post(endpoint, body);
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().expect("a header"));
    }
    request
}

#[tokio::test]
async fn nothing_that_is_good_once_is_used_up_by_any_number_of_dry_runs() {
    // Tries a request of every kind twenty times, on store that refuse to be written, and then
    // sends it for real; all of it at once, so that a code, a refresh token, an assertion and
    // DPoP proofs are on their way.
    let store = Failing::new();
    let house = House::over(store.store()).await;
    let key = p256();
    let bound = house.code("web", |_| {});
    let proof = house.proof(&key, "POST", TOKEN).sign(&key);
    let code = house.code("web", |_| {});
    let other = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&other)).await.good();
    let refresh = vec![
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let asserted = vec![
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
        ("scope", "api://orders/.default"),
    ];
    let dpop = [("dpop", proof.as_str())];
    let rows = [
        (house.redeem(&bound), &dpop[..]),
        (house.redeem(&code), &[]),
        (refresh, &[]),
        (asserted, &[]),
    ];
    store.set(Trouble::Commits(model::FaultKind::StoreBroken));
    for (body, headers) in &rows {
        for _ in 0..TIMES {
            let answer = house.send(request(EXPLAIN, headers, body)).await.good();
            let told = answer.would_issue();
            assert_eq!(told["tokens"]["access_token"]["tid"], TENANT.to_string());
            assert!(told["checks"].as_array().is_some_and(|checks| checks.len() > 4));
        }
    }
    store.set(Trouble::None);
    for (body, headers) in &rows {
        house.send(request(TOKEN, headers, body)).await.good();
    }
}

#[tokio::test]
async fn an_assertion_is_spent_where_it_is_not_what_is_tried() {
    // Twice the same for an authorization request, which is no use of it; and the pace of one
    // client, which is not that of another.
    let house = House::new().await;
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let asked = [
        ("response_type", "code"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    house.post(EXPLAIN, &asked).await.good();
    house.post(EXPLAIN, &asked).await.refused(401, "invalid_client", 88_000_034);
    let body = [("grant_type", "x")];
    let mut answers = Vec::new();
    for _ in 0..100 {
        answers.push(try_out(&house, "web", &body).await);
    }
    let last = answers.last().expect("an answer");
    let refused = answers.iter().filter(|answer| answer.status.as_u16() == 429).count();
    assert!((20..=40).contains(&refused), "{refused}");
    if last.status.as_u16() == 429 {
        last.refused(429, "temporarily_unavailable", 88_000_207);
    }
    try_out(&house, "daemon", &body).await.good();
}

#[tokio::test]
async fn the_books_are_the_same_before_and_after() {
    // Reads the grant that a code would open, and the generation that a refresh would raise.
    let house = House::new().await;
    let grant = GrantId::new([5; 16]);
    let code = house.code("web", |code| code.grant = grant);
    let (store, tenant) = (&house.service.store, house.realm.tenant.id);
    for _ in 0..TIMES {
        house.post(EXPLAIN, &house.redeem(&code)).await.would_issue();
        assert!(store.grant(tenant, grant).await.expect("a book").is_none());
    }
    let tokens = house.token(&house.redeem(&code)).await.good();
    house.change_client("web", |client| client.refresh_token_rotation = Some(true)).await;
    let before = store.grant(tenant, grant).await.expect("a book").expect("a grant");
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", tokens.member("refresh_token"))];
    for _ in 0..TIMES {
        try_out(&house, "web", &refresh).await.would_issue();
    }
    // What would revoke the grant, does not.
    house.post(EXPLAIN, &house.redeem(&code)).await.would_refuse(54_005);
    let after = store.grant(tenant, grant).await.expect("a book").expect("a grant");
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_dry_run_tells_the_claims_that_the_tokens_then_have() {
    // Compares what is told with what is issued, but for ids and times.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let told = house.post(EXPLAIN, &house.redeem(&code)).await;
    let told = told.would_issue()["tokens"].clone();
    let issued = house.token(&house.redeem(&code)).await.good();
    for token in ["access_token", "id_token"] {
        let (mut told, mut issued) = (told[token].clone(), issued.claims(token));
        for claims in [&mut told, &mut issued] {
            let claims = claims.as_object_mut().expect("claims");
            claims.retain(|name, _| {
                !matches!(name.as_str(), "iat" | "nbf" | "exp" | "jti" | "uti" | "at_hash")
            });
        }
        assert_eq!(told, issued, "{token}");
    }
    assert_eq!(told["refresh_token"], true);
}

#[tokio::test]
async fn a_secret_that_is_wrong_is_explained_to_whoever_has_a_right_one() {
    // Proves itself in the header, and sends a wrong secret in the body, as what is to be tried.
    let house = House::new().await;
    let body = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", " a-secret-of-many-random-characters-0123456789"),
    ];
    let answer = try_out(&house, "daemon", &body).await;
    let refusal = answer.would_refuse(7_000_215);
    assert_eq!(refusal["comparisons"][0]["name"], "client_secret", "{}", answer.text);
    assert!(!answer.text.contains(SECRET));
    // Whoever has none learns what the token endpoint says.
    house.post(EXPLAIN, &body).await.refused(401, "invalid_client", 7_000_215);
}

#[tokio::test]
async fn a_request_in_the_name_of_another_client_is_not_tried() {
    // Proves to be one client, and sends the code, the id, the secret or the assertion of another.
    let house = House::new().await;
    let theirs = house.code("api", |_| {});
    let own = house.code("web", |_| {});
    let mut body = house.redeem(&own);
    body.retain(|(name, _)| *name != "client_secret");
    try_out(&house, "web", &body).await.would_issue();
    for client in ["api", "nobody"] {
        for more in [vec![], vec![("client_secret", "x")]] {
            let mut body = body.clone();
            body.retain(|(name, _)| *name != "client_id");
            body.push(("client_id", client));
            body.extend(more);
            let answer = try_out(&house, "web", &body).await;
            let compared = &answer.would_refuse(88_000_038)["comparisons"][0];
            assert_eq!(compared["expected"], "web");
            assert_eq!(compared["received"], client);
        }
    }
    let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
    let asserted = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    try_out(&house, "web", &asserted).await.would_refuse(88_000_038);
    // Of the code of another client, no more than the token endpoint tells.
    let mut body = house.redeem(&theirs);
    body.retain(|(name, _)| *name != "client_secret");
    let answer = try_out(&house, "web", &body).await;
    answer.would_refuse(88_000_050);
    assert!(
        !answer.text.contains("The api app") && !answer.text.contains("\"api\""),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn an_authorization_request_is_tried_up_to_its_pages() {
    // Tries a right one, then one whose redirect URI and one whose scope is wrong.
    let house = House::new().await;
    let ask = async |with: &[(&str, &str)]| {
        let mut request = post(EXPLAIN, &[]);
        *request.body_mut() = Body::from(browser::parameters(with));
        request.headers_mut().insert("authorization", basic("web").parse().expect("a header"));
        house.send(request).await.good()
    };
    let answer = ask(&[]).await;
    let told = &answer.would_issue()["authorization"];
    assert_eq!(told["redirect_uri"], "https://web.test/callback");
    assert_eq!(told["sign_in"], "unless_signed_in");
    assert_eq!(told["consent"], "never");
    let answer = ask(&[("prompt", "login")]).await;
    assert_eq!(answer.would_issue()["authorization"]["sign_in"], "always");
    let answer = ask(&[("redirect_uri", "https://web.test/callback/")]).await;
    let compared = &answer.would_refuse(50_011)["comparisons"][0];
    assert_eq!(compared["difference"]["name"], "trailing_slash");
    ask(&[("client_id", "api")]).await.would_refuse(88_000_038);
}

#[tokio::test]
async fn what_holds_no_request_is_not_tried() {
    // Sends nothing to try, and asks in the name of a public client and of nobody.
    let house = House::new().await;
    try_out(&house, "web", &[]).await.refused(400, "invalid_request", 88_000_203);
    try_out(&house, "web", &[("x", "y")]).await.refused(400, "invalid_request", 88_000_203);
    let body = [("grant_type", "client_credentials"), ("client_id", "native")];
    house.post(EXPLAIN, &body).await.refused(400, "unauthorized_client", 88_000_202);
    let unknown = RefreshToken { grant: GrantId::new([9; 16]), generation: 0 };
    let unknown = unknown.seal(&house.realm).expect("a token");
    let body = [("grant_type", "refresh_token"), ("refresh_token", unknown.as_str())];
    try_out(&house, "web", &body).await.would_refuse(88_000_061);
}
