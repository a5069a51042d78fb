//! UserInfo (OpenID Connect Core §5.3) and what a bearer token gets there (RFC 6750).

use axum::body::Body;
use http::{Method, Request, StatusCode};
use model::{Seconds, Timestamp};
use serde_json::json;

use crate::{
    house::{Answer, House, ORIGIN, SECRET, TENANT, encode},
    signed::{Jws, p256},
};

fn path() -> String {
    format!("/{TENANT}/oidc/userinfo")
}

async fn ask(house: &House, method: Method, authorization: &[&str], body: &str) -> Answer {
    ask_at(house, &path(), method, authorization, body).await
}

async fn ask_at(
    house: &House,
    path: &str,
    method: Method,
    authorization: &[&str],
    body: &str,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "id.test");
    for value in authorization {
        request = request.header("authorization", *value);
    }
    if !body.is_empty() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    house.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

async fn tokens(house: &House, openid_scopes: &[&str]) -> Answer {
    let code = house.code("web", |code| {
        code.openid_scopes = openid_scopes.iter().map(|scope| (*scope).to_owned()).collect();
    });
    house.token(&house.redeem(&code)).await.good()
}

#[tokio::test]
async fn it_tells_what_the_scopes_allow_and_the_same_subject_as_the_id_token() {
    // By GET, by POST with the header, and by POST with the token in the form; for three scopes.
    let house = House::new().await;
    for (scopes, claims) in [
        (&["openid"][..], &["sub"][..]),
        (&["openid", "email"], &["sub", "email", "email_verified"]),
        (&["openid", "profile"], &["sub", "oid", "name", "preferred_username"]),
    ] {
        let tokens = tokens(&house, scopes).await;
        let bearer = format!("Bearer {}", tokens.member("access_token"));
        let in_form = encode(&[("access_token", tokens.member("access_token"))]);
        let answers = [
            ask(&house, Method::GET, &[&bearer], "").await,
            ask(&house, Method::POST, &[&bearer], "").await,
            ask(&house, Method::POST, &[], &in_form).await,
        ];
        for answer in answers {
            let answer = answer.good();
            let mut expected: Vec<&str> = claims.to_vec();
            expected.sort_unstable();
            let got: Vec<&String> = answer.json.as_object().expect("an object").keys().collect();
            assert_eq!(got, expected);
            assert_eq!(answer.json["sub"], tokens.claims("id_token")["sub"]);
            assert!(answer.header("cache-control").contains("no-store"));
        }
        assert_eq!(ask(&house, Method::HEAD, &[&bearer], "").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn without_a_token_both_schemes_are_offered_and_nothing_is_blamed() {
    // RFC 6750 §3.1: no error code where no authentication was tried.
    let house = House::new().await;
    for header in [&[][..], &["Bearer"], &["Bearer "], &["Bearer  "]] {
        let answer = ask(&house, Method::GET, header, "").await;
        answer.refused(401, "invalid_token", 88_000_140);
        let all: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|it| !it.to_str().expect("text").contains("error=")));
    }
}

#[tokio::test]
async fn a_token_comes_once_and_not_in_the_address() {
    // U1, T5: in the query, in header and body, twice in headers, under another scheme, garbage.
    let house = House::new().await;
    let tokens = tokens(&house, &["openid"]).await;
    let token = tokens.member("access_token");
    let bearer = format!("Bearer {token}");
    let in_form = encode(&[("access_token", token)]);
    let query = format!("{}?access_token={token}", path());
    let answer = ask_at(&house, &query, Method::GET, &[], "").await;
    answer.refused(400, "invalid_request", 88_000_148);
    let answer = ask_at(&house, &query, Method::GET, &[&bearer], "").await;
    answer.refused(400, "invalid_request", 88_000_148);
    let answer = ask(&house, Method::POST, &[&bearer], &in_form).await;
    answer.refused(400, "invalid_request", 88_000_149);
    let answer = ask(&house, Method::GET, &[&bearer, &bearer], "").await;
    answer.refused(400, "invalid_request", 88_000_010);
    let answer = ask(&house, Method::GET, &["Basic d2ViOng="], "").await;
    answer.refused(401, "invalid_token", 88_000_150);
    for garbage in ["x", "x y", "é", "\u{1}", tokens.member("refresh_token")] {
        let header = format!("Bearer {garbage}");
        let Ok(value) = http::HeaderValue::from_bytes(header.as_bytes()) else { continue };
        let mut request = crate::house::get(&path());
        request.headers_mut().insert("authorization", value);
        let answer = house.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.error()), (401, "invalid_token"));
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_gets_a_challenge_that_says_so() {
    // U5, M3: no access token, a changed one, one signed by a stranger, one without `openid`.
    let house = House::new().await;
    let tokens = tokens(&house, &["openid", "offline_access"]).await;
    let token = tokens.member("access_token");
    let changed = format!("{}A{}", &token[..token.len() - 20], &token[token.len() - 19..]);
    let stranger = p256();
    let now = service::now().seconds();
    let forged = Jws {
        header: json!({ "alg": "ES256", "typ": "at+jwt", "kid": stranger.kid() }),
        claims: json!({ "iss": format!("{ORIGIN}/{TENANT}/v2.0"), "exp": now + 600 }),
    };
    let refresh_token = tokens.member("refresh_token").to_owned();
    let for_itself =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
    let of_client = house.token(&for_itself).await.good().member("access_token").to_owned();
    let rows = [
        (tokens.member("id_token").to_owned(), 401, "invalid_token", 88_000_141),
        (refresh_token, 401, "invalid_token", 88_000_142),
        ("nonsense".to_owned(), 401, "invalid_token", 88_000_141),
        (changed, 401, "invalid_token", 88_000_142),
        (forged.sign(&stranger), 401, "invalid_token", 88_000_142),
        (of_client, 403, "insufficient_scope", 88_000_147),
    ];
    for (token, status, error, number) in rows {
        let answer = ask(&house, Method::GET, &[&format!("Bearer {token}")], "").await;
        answer.refused(status, error, number);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
    }
}

#[tokio::test]
async fn a_token_ends_with_whatever_it_rests_on() {
    // U5, F5: by its time, by the person, by the client, by the tenant, by revocation.
    let house = House::new().await;
    let first = tokens(&house, &["openid", "offline_access"]).await;
    let bearer = format!("Bearer {}", first.member("access_token"));
    let headers = [bearer.as_str()];
    let answered = || ask(&house, Method::GET, &headers, "");
    assert_eq!(answered().await.status, StatusCode::OK);
    house.change_user(|user| user.enabled = false).await;
    answered().await.refused(401, "invalid_token", 88_000_146);
    house.change_user(|user| user.enabled = true).await;
    house.change_client("web", |client| client.enabled = false).await;
    answered().await.refused(401, "invalid_token", 88_000_146);
    house.change_client("web", |client| client.enabled = true).await;
    assert_eq!(answered().await.status, StatusCode::OK);
    let later = service::now() + Seconds::new(5);
    house.change_tenant(|tenant| tenant.tokens_not_before = later).await;
    answered().await.refused(401, "invalid_token", 88_000_146);
    house.change_tenant(|tenant| tenant.tokens_not_before = Timestamp::default()).await;
    let revoke =
        [("client_id", "web"), ("client_secret", SECRET), ("token", first.member("refresh_token"))];
    assert_eq!(house.post("oauth2/v2.0/revoke", &revoke).await.status, StatusCode::OK);
    answered().await.refused(401, "invalid_token", 88_000_146);
}

#[tokio::test]
async fn a_token_past_its_time_is_refused_by_its_time() {
    // U5: a resource whose tokens last no time at all, and a token of another tenant's issuer.
    let house = House::new().await;
    let resources = house.service.store.resources(house.realm.tenant.id).await.expect("a book");
    let orders = resources.iter().find(|it| it.identifier == crate::house::ORDERS).expect("it");
    let orders = model::Resource { token_lifetime: Seconds::new(0), ..orders.clone() };
    house.apply(model::DirectoryChange::PutResource(orders)).await;
    let tokens = tokens(&house, &["openid"]).await;
    let bearer = format!("Bearer {}", tokens.member("access_token"));
    let answer = ask(&house, Method::GET, &[&bearer], "").await;
    answer.refused(401, "invalid_token", 88_000_143);
    assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
}
