//! The endpoint for signing out (OpenID Connect RP-Initiated Logout 1.0).

use http::StatusCode;
use jose::digest::base64url;
use serde_json::{Value, json};

use super::{OUT, is_signed_in, known_grants, logout, service_with_logout, sign_in, signed};
use crate::{
    authorize::browser::{Browser, error_number, location},
    test_service::{ORIGIN, SECRET, TENANT, TestService, encode, get},
};

const ALICE: &str = "alice@demo.test";
const BUDI: &str = "budi@demo.test";

async fn introspected(service: &TestService, token: &str) -> bool {
    let parameters = [("client_id", "api"), ("client_secret", SECRET), ("token", token)];
    let response = service.post("oauth2/v2.0/introspect", &parameters).await.assert_ok();
    response.json["active"].as_bool().expect("a flag")
}

#[tokio::test]
async fn hint_ends_the_session_and_leads_back_with_the_state_alone() {
    // Signs out with the ID token and a state of 128 characters, by GET. The session has ended, and
    // the address is the registered one with the unchanged state. Without a state, there is none.
    let service = service_with_logout().await;
    let state = "ab-_~.019".repeat(15);
    for (uri, state, expected) in [
        (OUT, Some(&*state), format!("{OUT}?state={state}")),
        (OUT, None, OUT.to_owned()),
        ("https://web.test/out?x=1", Some("a b"), format!("{OUT}?x=1&state=a%20b")),
    ] {
        let mut browser = Browser::new(&service);
        let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
        assert!(is_signed_in(&mut browser, ALICE).await);
        let hint = tokens.member("id_token");
        let mut parameters = vec![("id_token_hint", hint), ("post_logout_redirect_uri", uri)];
        parameters.extend(state.map(|state| ("state", state)));
        let response = browser.get(&logout(&parameters)).await;
        assert_eq!(location(&response), expected);
        assert!(!is_signed_in(&mut browser, ALICE).await);
    }
}

#[tokio::test]
async fn grants_without_offline_access_end_with_their_session() {
    // Signs in with and without `offline_access`. After the sign-out, the token of the short grant
    // is inactive and refused at UserInfo; the other grant can still be refreshed.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    let offline = sign_in(&service, &mut browser, (ALICE, "openid offline_access read")).await;
    let code = browser.get(&crate::authorize::browser::request(&[("scope", "openid read")])).await;
    let code = crate::authorize::browser::parameter(&code, "code").expect("a code");
    let short = service.token(&service.redeem(&code)).await.assert_ok();
    assert!(introspected(&service, short.member("access_token")).await);
    assert_eq!(known_grants(&service).await, 2);
    let hint = short.member("id_token");
    let response = browser.get(&logout(&[("id_token_hint", hint)])).await;
    assert_eq!(location(&response), "/demo/signed-out");
    assert!(!introspected(&service, short.member("access_token")).await);
    assert!(introspected(&service, offline.member("access_token")).await);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", offline.member("refresh_token")),
    ];
    let refreshed = service.token(&refresh).await.assert_ok();
    let (before, after) = (offline.claims("id_token"), refreshed.claims("id_token"));
    assert!(before["sid"].is_string());
    assert_eq!(before["sid"], after["sid"]);
}

#[tokio::test]
async fn expired_hint_is_accepted() {
    // Signs out with an ID token that expired long ago.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let mut claims = tokens.claims("id_token");
    claims["exp"] = 1_000_000.into();
    let expired = signed(&service, "JWT", &claims).await;
    let parameters = [("id_token_hint", &*expired), ("post_logout_redirect_uri", OUT)];
    assert_eq!(location(&browser.get(&logout(&parameters)).await), OUT);
    assert!(!is_signed_in(&mut browser, ALICE).await);
}

#[tokio::test]
async fn forged_hint_never_leads_back_and_never_ends_a_session() {
    // S9: changes an ID token: `alg` none, HS256 with the client secret, another payload, another
    // issuer, another `typ`; and sends an access token, a logout token and no token. The user is
    // asked, and the answer leads to no client.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid read")).await;
    let genuine = tokens.member("id_token");
    let claims = tokens.claims("id_token");
    let parts: Vec<&str> = genuine.split('.').collect();
    let encode = |json: &Value| base64url(json.to_string());
    let none = format!("{}.{}.", encode(&json!({ "alg": "none", "typ": "JWT" })), parts[1]);
    let header = encode(&json!({ "alg": "HS256", "typ": "JWT" }));
    let key = jose::digest::HmacKey::new(SECRET.as_bytes());
    let input = format!("{header}.{}", parts[1]);
    let hs256 = format!("{input}.{}", base64url(key.sign(input.as_bytes())));
    let mut other = claims.clone();
    other["sub"] = "someone".into();
    let changed = format!("{}.{}.{}", parts[0], encode(&other), parts[2]);
    let mut foreign = claims.clone();
    foreign["iss"] = "https://other.test".into();
    let forged = [
        none,
        hs256,
        changed,
        signed(&service, "JWT", &foreign).await,
        signed(&service, "logout+jwt", &claims).await,
        signed(&service, "at+jwt", &claims).await,
        tokens.member("access_token").to_owned(),
        "x".to_owned(),
    ];
    for hint in &forged {
        let parameters = [("id_token_hint", &**hint), ("post_logout_redirect_uri", OUT)];
        let response = browser.get(&logout(&parameters)).await;
        let question = location(&response).to_owned();
        assert!(question.starts_with("/demo/sign-out?request="), "{hint}: {question}");
        assert!(is_signed_in(&mut browser, ALICE).await, "{hint}");
    }
    let mut other = claims.clone();
    other["aud"] = "api".into();
    let of_other_client = signed(&service, "JWT", &other).await;
    let parameters = [("id_token_hint", &*of_other_client), ("post_logout_redirect_uri", OUT)];
    assert_eq!(error_number(&browser.get(&logout(&parameters)).await), 88_000_350);
}

#[tokio::test]
async fn unregistered_uri_shows_an_error_and_ends_nothing() {
    // S9: the registered URI with changes, other schemes and other hosts. No response leads there.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let hint = tokens.member("id_token");
    for uri in [
        "https://web.test/out?foo=bar",
        "https://web.test/out/",
        "https://web.test/out#x",
        "https://web.test",
        "https://evil.test/out",
        "javascript:alert(1)",
        "//evil.test/",
        "https://web.test/callback",
    ] {
        let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", uri)];
        for parameters in [&parameters[..], &[parameters[1], ("client_id", "web")]] {
            let page = browser.get(&logout(parameters)).await;
            assert_eq!((page.status, error_number(&page)), (StatusCode::BAD_REQUEST, 88_000_350));
            assert!(page.text.contains("sign-out"), "{}", page.text);
        }
        assert!(is_signed_in(&mut browser, ALICE).await, "{uri}");
    }
}

#[tokio::test]
async fn client_id_beside_a_hint_must_be_its_client() {
    // Sends the hint of one client with the `client_id` of another, and with its own.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let with =
        |client| logout(&[("id_token_hint", tokens.member("id_token")), ("client_id", client)]);
    assert_eq!(error_number(&browser.get(&with("api")).await), 88_000_351);
    assert!(is_signed_in(&mut browser, ALICE).await);
    assert_eq!(location(&browser.get(&with("web")).await), "/demo/signed-out");
    assert!(!is_signed_in(&mut browser, ALICE).await);
}

#[tokio::test]
async fn hint_of_another_user_is_asked_before_the_browser_is_sent_back() {
    // Signs out with the ID token of Alice in the browser of Budi: only a click ends his session.
    let service = service_with_logout().await;
    let mut alice = Browser::new(&service);
    let tokens = sign_in(&service, &mut alice, (ALICE, "openid")).await;
    let mut budi = Browser::new(&service);
    sign_in(&service, &mut budi, (BUDI, "openid")).await;
    let hint = tokens.member("id_token");
    let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", OUT), ("state", "s")];
    let question = location(&budi.get(&logout(&parameters)).await).to_owned();
    let page = budi.get(&question).await.assert_ok();
    assert!(page.text.contains(BUDI) && !page.text.contains(ALICE), "{}", page.text);
    assert!(is_signed_in(&mut budi, BUDI).await);
    let response = super::pages::press(&mut budi, &page, None).await;
    assert_eq!(location(&response), format!("{OUT}?state=s"));
    assert!(!is_signed_in(&mut budi, BUDI).await);
    assert!(is_signed_in(&mut alice, ALICE).await, "a hint ends no session of another browser");
}

#[tokio::test]
async fn request_without_a_hint_leads_back_only_for_a_client_that_asks_for_it() {
    // S9: without a hint, first to a client as it is, then with `logout_without_hint`, with and
    // without `client_id`. In every case the user is asked.
    let service = service_with_logout().await;
    for (without_hint, expected) in [(false, "/demo/signed-out"), (true, OUT)] {
        service.change_client("web", |client| client.logout_without_hint = without_hint).await;
        let uri = ("post_logout_redirect_uri", OUT);
        for parameters in [&[uri][..], &[uri, ("client_id", "web")]] {
            let mut browser = Browser::new(&service);
            sign_in(&service, &mut browser, (ALICE, "openid offline_access")).await;
            let question = location(&browser.get(&logout(parameters)).await).to_owned();
            let page = browser.get(&question).await.assert_ok();
            assert!(is_signed_in(&mut browser, ALICE).await);
            let response = super::pages::press(&mut browser, &page, None).await;
            assert_eq!(location(&response), expected);
            assert!(!is_signed_in(&mut browser, ALICE).await);
        }
    }
}

#[tokio::test]
async fn browser_without_a_session_follows_a_hint_only() {
    // Signs out in an empty browser: with a hint, the browser is sent back; without, a page says
    // that the user is signed out.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let uri = ("post_logout_redirect_uri", OUT);
    let mut empty = Browser::new(&service);
    let hinted = [("id_token_hint", tokens.member("id_token")), uri];
    assert_eq!(location(&empty.get(&logout(&hinted)).await), OUT);
    for parameters in [&[][..], &[("state", "x")], &[uri], &[uri, ("client_id", "web")]] {
        assert_eq!(location(&empty.get(&logout(parameters)).await), "/demo/signed-out");
    }
    let page = empty.get("/demo/signed-out").await.assert_ok();
    assert!(page.text.contains("id=\"signed-out\""), "{}", page.text);
}

#[tokio::test]
async fn posted_request_is_handled_like_a_link() {
    // Posts the request from the same site, and from another site: that POST has no cookies, and
    // the page it leads to finds them.
    let service = service_with_logout().await;
    for site in ["same-site", "cross-site"] {
        let mut browser = Browser::new(&service);
        let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
        let body = encode(&[
            ("id_token_hint", tokens.member("id_token")),
            ("post_logout_redirect_uri", OUT),
            ("state", "s"),
        ]);
        let path = format!("/{TENANT}/oauth2/v2.0/logout");
        let request = http::Request::post(&path).header("sec-fetch-site", site);
        let mut sender = if site == "cross-site" { Browser::new(&service) } else { browser.copy() };
        let mut response = sender.send(request, body).await;
        if site == "cross-site" {
            let next = location(&response).to_owned();
            assert!(next.starts_with("/demo/sign-out?request="), "{next}");
            response = browser.get(&next).await;
        }
        assert_eq!(location(&response), format!("{OUT}?state=s"), "{site}");
        assert!(!is_signed_in(&mut browser, ALICE).await, "{site}");
    }
}

#[tokio::test]
async fn long_state_and_long_uri_are_refused() {
    // Sends values of one byte above their limits.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    for name in ["state", "post_logout_redirect_uri"] {
        let page = browser.get(&logout(&[(name, &"x".repeat(2_049))])).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name}");
        let page = browser.get(&logout(&[(name, &"x".repeat(2_048))])).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{name}");
    }
}

#[tokio::test]
async fn metadata_names_the_endpoint_and_the_kinds_of_logout() {
    // Reads the metadata of the tenant.
    let service = service_with_logout().await;
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let metadata = service.send(get(&path)).await.assert_ok();
    let endpoint = format!("{ORIGIN}/{TENANT}/oauth2/v2.0/logout");
    assert_eq!(metadata.member("end_session_endpoint"), endpoint);
    for name in ["backchannel", "frontchannel"] {
        for member in ["supported", "session_supported"] {
            assert_eq!(metadata.json[format!("{name}_logout_{member}")], true);
        }
    }
    assert_eq!(metadata.json["http_logout_supported"], true);
}
