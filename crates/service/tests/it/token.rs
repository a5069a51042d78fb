//! The token endpoint: what each grant type gives, and the six errors of RFC 6749 §5.2.

use crate::house::{
    Answer, BILLING, House, ORDERS, ORIGIN, SECRET, TENANT, VERIFIER, encode, get, post,
    redirect_uri,
};
use http::{Method, Request, StatusCode};
use model::{Seconds, Timestamp};

fn refused(answer: &Answer, status: u16, error: &str, number: u64) {
    assert_eq!(
        (answer.status.as_u16(), answer.error(), answer.number()),
        (status, error, number),
        "{}",
        answer.text
    );
}

fn with<'a>(
    parameters: &[(&'a str, &'a str)],
    name: &str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let replace =
        |(known, old): &(&'a str, &'a str)| (*known, if *known == name { value } else { *old });
    parameters.iter().map(replace).collect()
}

fn without<'a>(parameters: &[(&'a str, &'a str)], name: &str) -> Vec<(&'a str, &'a str)> {
    parameters.iter().filter(|(known, _)| *known != name).copied().collect()
}

const FOR_ITSELF: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];

#[tokio::test]
async fn a_client_gets_a_token_for_itself_with_its_roles_and_nothing_else() {
    // Asks with a secret, and reads every member of the answer and the claims that matter.
    let house = House::new().await;
    let mut request = FOR_ITSELF.to_vec();
    request.push(("scope", "api://orders/.default"));
    let answer = house.token(&request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let members: Vec<&str> =
        answer.json.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["access_token", "expires_in", "ext_expires_in", "token_type"]);
    let claims = answer.claims("access_token");
    assert_eq!(claims["aud"], ORDERS);
    assert_eq!(claims["iss"], format!("{ORIGIN}/{TENANT}/v2.0"));
    assert_eq!(claims["sub"], "daemon");
    assert_eq!(claims["roles"][0], "Orders.Read.All");
    assert_eq!(claims["azpacr"], "1");
    assert!(claims.get("scp").is_none());
    assert!(answer.header("cache-control").contains("no-store"));
}

#[tokio::test]
async fn a_code_becomes_an_access_token_an_id_token_and_a_refresh_token() {
    // Redeems a code and reads the claims of both tokens.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let answer = house.token(&house.redeem(&code)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.member("scope"), "api://orders/read openid profile email offline_access");
    assert!(answer.member("refresh_token").starts_with("rt."));
    let access = answer.claims("access_token");
    assert_eq!(access["scp"], "read");
    assert_eq!(access["scope"], "read openid profile email");
    let id = answer.claims("id_token");
    assert_eq!(id["aud"], "web");
    assert_eq!(id["nonce"], "n-1");
    assert_eq!(id["preferred_username"], "alice@demo.test");
    assert_eq!(id["sub"], access["sub"]);
    assert!(!answer.member("client_info").is_empty());
}

#[tokio::test]
async fn a_second_redemption_is_refused_and_ends_what_the_first_one_began() {
    // P1: redeems twice, then refreshes with the first answer and asks about its access token.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let first = house.token(&house.redeem(&code)).await;
    refused(&house.token(&house.redeem(&code)).await, 400, "invalid_grant", 54005);
    let refresh = refresh("web", first.member("refresh_token"));
    refused(&house.token(&refresh).await, 400, "invalid_grant", 88_000_063);
    let asked = house.post("oauth2/v2.0/introspect", &asking(first.member("access_token"))).await;
    assert_eq!(asked.json["active"], false);
}

fn refresh<'a>(client: &'a str, refresh_token: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut request = vec![
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", refresh_token),
    ];
    if !["spa", "native"].contains(&client) {
        request.push(("client_secret", SECRET));
    }
    request
}

fn asking(token: &str) -> Vec<(&str, &str)> {
    vec![("client_id", "web"), ("client_secret", SECRET), ("token", token)]
}

#[tokio::test]
async fn everything_that_was_bound_to_a_code_is_checked_when_it_is_redeemed() {
    // P4, P5, P7, P9: changes one thing at a time in a request that would be right.
    let house = House::new().await;
    let good = house.code("web", |_| {});
    let right = house.redeem(&good);
    let expired = house.code("web", |code| code.expires_at = Timestamp::from_seconds(1));
    let other_tenant = format!("ac.{}.x", jose::digest::base64url([9; 16]));
    let native = house.code("native", |_| {});
    let other_verifier = VERIFIER.replace('a', "b");
    let cases: Vec<(Vec<(&str, &str)>, u64)> = vec![
        (with(&right, "code", &expired), 70008),
        (with(&right, "code", "nonsense"), 70000),
        (with(&right, "code", "ac.nonsense"), 70000),
        (with(&right, "code", &other_tenant), 700_005),
        (with(&right, "code", &native), 88_000_050),
        (with(&right, "redirect_uri", "https://web.test/callback/"), 500_112),
        (without(&right, "redirect_uri"), 88_000_051),
        (without(&right, "code_verifier"), 88_000_052),
        (with(&right, "code_verifier", "short"), 88_000_053),
        (with(&right, "code_verifier", &other_verifier), 501_481),
    ];
    for (request, number) in cases {
        refused(&house.token(&request).await, 400, "invalid_grant", number);
    }
    // None of these used the code up.
    assert_eq!(house.token(&right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_public_client_gets_a_new_refresh_token_each_time_and_an_old_one_ends_the_family() {
    // F1: refreshes, comes back with the first token within the grace and after, then the last.
    let house = House::new().await;
    let code = house.code("native", |_| {});
    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri("native")),
        ("code_verifier", VERIFIER),
    ];
    let first = house.token(&redeem).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let second = house.token(&refresh("native", first.member("refresh_token"))).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.text);
    assert_ne!(second.member("refresh_token"), first.member("refresh_token"));
    let again = house.token(&refresh("native", first.member("refresh_token"))).await;
    assert_eq!(again.member("refresh_token"), second.member("refresh_token"));
    let third = house.token(&refresh("native", second.member("refresh_token"))).await;
    assert_eq!(third.status, StatusCode::OK, "{}", third.text);
    let stolen = house.token(&refresh("native", first.member("refresh_token"))).await;
    refused(&stolen, 400, "invalid_grant", 88_000_062);
    let last = house.token(&refresh("native", third.member("refresh_token"))).await;
    refused(&last, 400, "invalid_grant", 88_000_063);
}

#[tokio::test]
async fn a_confidential_client_keeps_its_refresh_token() {
    // Refreshes twice with the same token: nothing is written, nothing is replaced.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let first = house.token(&house.redeem(&code)).await;
    for _ in 0..2 {
        let answer = house.token(&refresh("web", first.member("refresh_token"))).await;
        assert_eq!(answer.member("refresh_token"), first.member("refresh_token"));
        assert!(answer.claims("id_token").get("nonce").is_none());
    }
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_never_for_more() {
    // F4: narrows, widens, and names another resource.
    let house = House::new().await;
    let code = house.code("web", |code| code.scopes = vec!["read".into(), "write".into()]);
    let first = house.token(&house.redeem(&code)).await;
    let base = refresh("web", first.member("refresh_token"));
    let asking = |scope: &'static str| [base.clone(), vec![("scope", scope)]].concat();
    let less = house.token(&asking("api://orders/read")).await;
    assert_eq!(less.claims("access_token")["scp"], "read", "{}", less.text);
    let more = house.token(&asking("api://orders/manage")).await;
    refused(&more, 400, "invalid_scope", 88_000_067);
    let other = house.token(&asking("api://billing/read")).await;
    refused(&other, 400, "invalid_scope", 88_000_067);
    let other = house.token(&[base.clone(), vec![("resource", BILLING)]].concat()).await;
    refused(&other, 400, "invalid_target", 88_000_070);
    let all = house.token(&base).await;
    assert_eq!(all.claims("access_token")["scp"], "read write");
}

#[tokio::test]
async fn what_happens_to_the_person_happens_to_the_tokens() {
    // P11, F5: disables the person, or revokes earlier sign-ins, between two steps.
    let house = House::new().await;
    let code = house.code("web", |_| {});
    let first = house.token(&house.redeem(&code)).await;
    let refresh = refresh("web", first.member("refresh_token"));
    house.change_user(|user| user.enabled = false).await;
    refused(&house.token(&refresh).await, 400, "invalid_grant", 50057);
    let late = house.code("web", |_| {});
    refused(&house.token(&house.redeem(&late)).await, 400, "invalid_grant", 50057);
    house
        .change_user(|user| {
            user.enabled = true;
            user.tokens_not_before = service::now() + Seconds::new(1);
        })
        .await;
    let answer = house.token(&refresh).await;
    refused(&answer, 400, "invalid_grant", 50173);
    assert_eq!(answer.member("suberror"), "bad_token");
}

#[tokio::test]
async fn invalid_request_is_for_what_is_missing_repeated_or_malformed() {
    // T2, T3, T17: one wrong thing at a time.
    let house = House::new().await;
    let right = FOR_ITSELF.to_vec();
    refused(&house.token(&without(&right, "grant_type")).await, 400, "invalid_request", 900_144);
    refused(&house.token(&without(&right, "client_id")).await, 400, "invalid_request", 900_144);
    let twice = [right.clone(), vec![("grant_type", "client_credentials")]].concat();
    refused(&house.token(&twice).await, 400, "invalid_request", 9_000_411);
    refused(&house.token(&with(&right, "grant_type", "")).await, 400, "invalid_request", 900_144);
    let mut both = post("oauth2/v2.0/token", &right);
    both.headers_mut().insert("authorization", basic("daemon", SECRET).parse().expect("a header"));
    refused(&house.send(both).await, 400, "invalid_request", 88_000_009);
    let mut json = post("oauth2/v2.0/token", &right);
    json.headers_mut().insert("content-type", "application/json".parse().expect("a header"));
    let answer = house.send(json).await;
    assert_eq!((answer.error(), answer.number()), ("invalid_request", 88_000_001));
    let mut broken = post("oauth2/v2.0/token", &right);
    *broken.body_mut() = "grant_type=%zz".into();
    refused(&house.send(broken).await, 400, "invalid_request", 9_002_313);
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    let credentials = format!("{user}:{password}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials))
}

#[tokio::test]
async fn invalid_client_is_401_with_a_challenge() {
    // T1: no secret, a wrong one, an unknown client, and a public client with a secret.
    let house = House::new().await;
    let right = FOR_ITSELF.to_vec();
    let native = [("client_id", "native"), ("grant_type", "refresh_token"), ("client_secret", "x")];
    let cases: Vec<(Vec<(&str, &str)>, u64)> = vec![
        (without(&right, "client_secret"), 7_000_216),
        (with(&right, "client_secret", "wrong"), 7_000_215),
        (with(&right, "client_id", "nobody"), 700_016),
        (native.to_vec(), 700_025),
    ];
    for (request, number) in cases {
        let answer = house.token(&request).await;
        refused(&answer, 401, "invalid_client", number);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Basic realm="), "{challenge}");
        assert!(challenge.contains(&format!("AADSTS{number}")), "{challenge}");
    }
    let mut header = post("oauth2/v2.0/token", &[("grant_type", "client_credentials")]);
    header
        .headers_mut()
        .insert("authorization", basic("daemon", SECRET).parse().expect("a header"));
    assert_eq!(house.send(header).await.status, StatusCode::OK);
}

#[tokio::test]
async fn grant_types_are_refused_as_unknown_or_as_not_allowed() {
    // T18: one that does not exist here, and one that the client may not use.
    let house = House::new().await;
    let unknown = with(&FOR_ITSELF, "grant_type", "password");
    refused(&house.token(&unknown).await, 400, "unsupported_grant_type", 70003);
    house.change_client("daemon", |client| client.grant_types.clear()).await;
    refused(&house.token(&FOR_ITSELF).await, 400, "unauthorized_client", 88_000_040);
}

#[tokio::test]
async fn a_disabled_client_gets_nothing_and_only_who_has_the_secret_learns_why() {
    // T19: disables the client, then asks with the right secret and with a wrong one.
    let house = House::new().await;
    house.change_client("daemon", |client| client.enabled = false).await;
    refused(&house.token(&FOR_ITSELF).await, 401, "invalid_client", 7_000_112);
    let wrong = with(&FOR_ITSELF, "client_secret", "wrong");
    refused(&house.token(&wrong).await, 401, "invalid_client", 7_000_215);
}

#[tokio::test]
async fn invalid_scope_and_invalid_target_say_which_of_the_two_was_sent() {
    // T15, T19, T21: scopes without a person, unknown ones, too many, and resources.
    let house = House::new().await;
    let asking = |name: &'static str, value: &str| {
        let mut request: Vec<(String, String)> =
            FOR_ITSELF.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        request.push((name.to_owned(), value.to_owned()));
        request
    };
    let many = "a ".repeat(101);
    let cases = [
        ("scope", "openid", "invalid_scope", 1_002_012),
        ("scope", "api://orders/Other.Role", "invalid_scope", 1_002_012),
        ("scope", "api://nowhere/.default", "invalid_scope", 500_011),
        ("scope", "api://orders/.default api://billing/.default", "invalid_scope", 700_022),
        ("scope", "api://billing/.default", "invalid_scope", 88_000_081),
        ("scope", many.as_str(), "invalid_scope", 88_000_080),
        ("scope", "a\"b", "invalid_scope", 70011),
        ("resource", "https://nowhere.test", "invalid_target", 500_011),
        ("resource", "relative", "invalid_target", 88_000_082),
        ("resource", "https://a.test#f", "invalid_target", 88_000_082),
    ];
    for (name, value, error, number) in cases {
        let request = asking(name, value);
        let request: Vec<(&str, &str)> =
            request.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        refused(&house.token(&request).await, 400, error, number);
    }
    let several = [FOR_ITSELF.to_vec(), vec![("resource", ORDERS), ("resource", BILLING)]].concat();
    refused(&house.token(&several).await, 400, "invalid_target", 88_000_083);
    let named = [FOR_ITSELF.to_vec(), vec![("resource", ORDERS)]].concat();
    assert_eq!(house.token(&named).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_endpoint_answers_json_to_whatever_comes() {
    // T3 and the limits: methods, secrets in the URL, sizes, tenants, hosts, wrong paths.
    let house = House::new().await;
    for method in [Method::GET, Method::PUT, Method::TRACE, Method::DELETE] {
        let request = Request::builder()
            .method(method)
            .uri(format!("/{TENANT}/oauth2/v2.0/token"))
            .header("host", "id.test")
            .body("".into())
            .expect("a request");
        let answer = house.send(request).await;
        refused(&answer, 405, "invalid_request", 900_561);
        assert_eq!(answer.header("allow"), "POST");
    }
    let secret = post("oauth2/v2.0/token?client_secret=x", &FOR_ITSELF);
    refused(&house.send(secret).await, 400, "invalid_request", 88_000_008);
    let large = "x".repeat(65 * 1024);
    let answer = house.token(&[("a", &large)]).await;
    refused(&answer, 413, "invalid_request", 88_000_004);
    let long = "x".repeat(9 * 1024);
    refused(&house.token(&[("a", &long)]).await, 400, "invalid_request", 88_000_003);
    let names: Vec<String> = (0..101).map(|n| format!("p{n}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    refused(&house.token(&many).await, 400, "invalid_request", 88_000_002);
    let paths = [("/nobody/oauth2/v2.0/token", 90002), ("/a%20b/oauth2/v2.0/token", 900_023)];
    for (path, number) in paths {
        let mut request = post("oauth2/v2.0/token", &FOR_ITSELF);
        *request.uri_mut() = path.parse().expect("a path");
        refused(&house.send(request).await, 400, "invalid_request", number);
    }
    let mut elsewhere = post("oauth2/v2.0/token", &FOR_ITSELF);
    elsewhere.headers_mut().insert("host", "evil.test".parse().expect("a header"));
    assert_eq!(house.send(elsewhere).await.number(), 88_000_011);
    let nowhere = house.send(get(&format!("/{TENANT}/oauth2/v2.0/nowhere"))).await;
    refused(&nowhere, 404, "invalid_request", 88_000_005);
}

#[tokio::test]
async fn a_refusal_carries_everything_it_can_be_found_by() {
    // Sends a correlation id and compares body, headers and the alphabet of the description.
    let house = House::new().await;
    let sent = "2f2f9aa6-5e1c-4a4b-9c3f-0123456789ab";
    let mut request = post("oauth2/v2.0/token", &with(&FOR_ITSELF, "client_secret", "wrong \"é\""));
    request.headers_mut().insert("client-request-id", sent.parse().expect("a header"));
    let answer = house.send(request).await;
    assert_eq!(answer.member("correlation_id"), sent);
    assert_eq!(answer.header("client-request-id"), sent);
    assert_eq!(answer.member("trace_id"), answer.header("x-ms-request-id"));
    assert_eq!(answer.member("error_uri"), format!("{ORIGIN}/error?code=7000215"));
    let description = answer.member("error_description");
    assert!(description.starts_with("AADSTS7000215: "));
    assert!(description.contains(&format!(" Trace ID: {} ", answer.member("trace_id"))));
    assert!(description.ends_with(answer.member("timestamp")));
    let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(description.bytes().all(allowed), "{description}");
    let in_body = [&FOR_ITSELF[..], &[("client-request-id", sent)]].concat();
    let answer = house.token(&with(&in_body, "client_secret", "wrong")).await;
    assert_eq!(answer.member("correlation_id"), sent);
    let _ = encode(&[]);
}

#[tokio::test]
async fn only_the_client_that_is_meant_may_redeem_from_a_browser() {
    // Redeems a single-page app's code with its origin, another one and none; a web code with one.
    let house = House::new().await;
    let redeem = |client: &'static str, code: &str, origin: Option<&str>| {
        let mut parameters = vec![
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("redirect_uri", redirect_uri(client)),
            ("code_verifier", VERIFIER),
        ];
        if client == "web" {
            parameters.push(("client_secret", SECRET));
        }
        let mut request = post("oauth2/v2.0/token", &parameters);
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a header"));
        }
        request
    };
    let code = house.code("spa", |_| {});
    let answer = house.send(redeem("spa", &code, None)).await;
    refused(&answer, 400, "invalid_request", 9_002_327);
    let answer = house.send(redeem("spa", &code, Some("https://evil.test"))).await;
    assert_eq!(answer.number(), 88_000_056);
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let answer = house.send(redeem("spa", &code, Some("https://spa.test"))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("access-control-allow-origin"), "https://spa.test");
    let code = house.code("web", |_| {});
    let answer = house.send(redeem("web", &code, Some("https://spa.test"))).await;
    refused(&answer, 400, "invalid_request", 9_002_326);
}
