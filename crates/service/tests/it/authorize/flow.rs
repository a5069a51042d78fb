//! The sign-in flow from the request to a code, and later requests of a signed-in browser.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: R = authorization
//! requests and JWTs, S = pages and sign-in.

use http::{Request, StatusCode};
use model::{
    Change, DirectoryChange, Password, PasswordPreparation, SessionId, TenantId, Timestamp, UserId,
};
use serde_json::json;
use signin::factor::password::{self, HashCost};

use super::browser::{
    Browser, PASSWORD, age_flow, between, error_number, form_action, form_path, link, location,
    parameter, parameters, redirected_error_number, request, service_with_users, step_field,
};
use crate::test_service::{ALICE, ORIGIN, SECRET, TENANT, TestResponse, TestService};

#[tokio::test]
async fn a_sign_in_issues_a_code_that_the_client_redeems() {
    // Goes through sign-in and "stay signed in?" to tokens, and reads the claims of the ID token
    // that request and sign-in determine.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[("client_info", "1")])).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_eq!(form_path(&page), "/demo/sign-in");
    let stay_page = browser.sign_in(&page, "Alice@Demo.test", PASSWORD).await;
    assert_eq!(
        (stay_page.status, form_path(&stay_page).as_str()),
        (StatusCode::OK, "/demo/stay-signed-in")
    );
    let response = browser.press(&stay_page, "stay_signed_in", "no").await;
    assert!(location(&response).starts_with("https://web.test/callback?code="));
    assert_eq!(parameter(&response, "state").as_deref(), Some("s 1"));
    assert_eq!(parameter(&response, "iss"), Some(format!("{ORIGIN}/{TENANT}/v2.0")));
    assert!(parameter(&response, "client_info").is_some());
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.text);
    let claims = tokens.claims("id_token");
    assert_eq!((&claims["nonce"], &claims["amr"][0]), (&"n-1".into(), &"pwd".into()));
    assert_eq!(claims["oid"], ALICE.to_string());
    assert!(claims["auth_time"].is_i64() && claims["sid"].is_string());
}

#[tokio::test]
async fn a_signed_in_browser_gets_a_code_without_a_page() {
    // A second request and one with prompt=none are redirected at once.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    for with in
        [&[][..], &[("prompt", "none")], &[("prompt", "none"), ("response_mode", "fragment")]]
    {
        let response = browser.get(&request(with)).await;
        assert!(parameter(&response, "code").is_some(), "{}", response.header("location"));
        assert!(response.headers.get("x-frame-options").is_none());
        assert!(response.headers.get("access-control-allow-origin").is_none());
        assert!(response.header("cache-control").contains("no-store"));
    }
}

#[tokio::test]
async fn prompt_none_is_redirected_and_never_shows_a_page() {
    // R14: sends prompt=none without a session, with one that is too old, for another user, and for
    // an unknown user name.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let response = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("login_required"));
    assert_eq!((redirected_error_number(&response), response.text.as_str()), (50_058, ""));
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let rows = [
        (("max_age", "0"), 88_000_096),
        (("claims", r#"{"id_token":{"sub":{"value":"else"}}}"#), 88_000_098),
        (("login_hint", "carl@demo.test"), 160_021),
    ];
    for (with, expected) in rows {
        let response = browser.get(&request(&[("prompt", "none"), with])).await;
        assert_eq!(redirected_error_number(&response), expected);
        assert_eq!(parameter(&response, "error").as_deref(), Some("login_required"));
        assert_eq!(parameter(&response, "iss"), Some(format!("{ORIGIN}/{TENANT}/v2.0")));
    }
    let hinted = request(&[("prompt", "none"), ("login_hint", "ALICE@demo.test")]);
    assert!(parameter(&browser.get(&hinted).await, "code").is_some());
}

#[tokio::test]
async fn prompt_login_and_max_age_ask_for_the_password_again() {
    // S11, S2: with an active session the sign-in page is shown. The new session has another id and
    // a later auth_time, and the old one is ended.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    for with in [("prompt", "login"), ("max_age", "0")] {
        let first = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
        let first = parameter(&first, "code").expect("a code");
        let before = browser.cookie("__Host-session").expect("a session").to_owned();
        let response = browser.sign_in_from(&request(&[with]), "alice@demo.test").await;
        assert_ne!(browser.cookie("__Host-session"), Some(before.as_str()));
        let code = parameter(&response, "code").expect("a code");
        let old = service.token(&service.redeem(&first)).await.claims("id_token");
        let new = service.token(&service.redeem(&code)).await.claims("id_token");
        assert_ne!(old["sid"], new["sid"]);
        assert!(old["auth_time"].as_i64() <= new["auth_time"].as_i64());
        browser.cookies.insert(
            browser.cookies.keys().find(|name| name.contains("session")).expect("it").clone(),
            before,
        );
        let page = browser.get(&request(&[])).await;
        assert!(page.text.contains("id=\"password\""), "the old session still works");
        browser.cookies.clear();
    }
}

#[tokio::test]
async fn stay_signed_in_makes_the_session_cookie_persistent() {
    // Answers yes and no, and reads Max-Age of the session cookie.
    let service = service_with_users().await;
    for (stay, persistent) in [("yes", true), ("no", false)] {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        let page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
        let session = |browser: &Browser<'_>| {
            let mut texts = browser.set_cookies.iter().rev();
            texts.find(|text| text.starts_with("__Host-session")).cloned()
        };
        assert!(!session(&browser).expect("a cookie").contains("Max-Age"));
        let response = browser.press(&page, "stay_signed_in", stay).await;
        assert!(parameter(&response, "code").is_some());
        let has_max_age = session(&browser).is_some_and(|text| text.contains("Max-Age=2592000"));
        assert_eq!(has_max_age, persistent);
    }
}

#[tokio::test]
async fn a_user_other_than_the_id_token_hint_gets_login_required() {
    // R14: sends an id_token_hint of Alice, then Budi signs in.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await;
    let hint = tokens.member("id_token").to_owned();
    let again = browser.get(&request(&[("id_token_hint", &hint), ("prompt", "none")])).await;
    assert!(parameter(&again, "code").is_some());
    let mut other = Browser::new(&service);
    let page = other.get(&request(&[("id_token_hint", &hint)])).await;
    let response = other.sign_in(&page, "budi@demo.test", PASSWORD).await;
    assert_eq!(redirected_error_number(&response), 88_000_098);
    assert_eq!(parameter(&response, "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn an_ended_or_revoked_session_or_disabled_user_signs_in_again() {
    // Ends the session, then raises the user's not-before time, then disables the user: each time
    // prompt=none is refused.
    let service = service_with_users().await;
    let silent = request(&[("prompt", "none")]);
    let mut browser = Browser::new(&service);
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    let session = service.token(&service.redeem(&code)).await.claims("id_token")["sid"].clone();
    let session: uuid::Uuid = session.as_str().expect("an id").parse().expect("an id");
    let end = Change::EndSession {
        tenant: TenantId::new(TENANT),
        session: SessionId::new(session.into_bytes()),
        at: service::now(),
    };
    assert!(service.state.store.commit(vec![end]).await.is_ok());
    assert_eq!(redirected_error_number(&browser.get(&silent).await), 50_058);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    assert!(parameter(&browser.get(&silent).await, "code").is_some());
    service.change_user(|user| user.tokens_not_before = service::now()).await;
    assert_eq!(redirected_error_number(&browser.get(&silent).await), 50_132);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    service.change_user(|user| user.enabled = false).await;
    assert_eq!(redirected_error_number(&browser.get(&silent).await), 50_058);
    let user = service.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    assert!(user.expect("a store").is_some_and(|user| !user.enabled));
}

#[tokio::test]
async fn form_post_delivers_the_code_in_a_form() {
    // With response_mode=form_post, the page has code, state and iss, and no policy stops its form.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[("response_mode", "form_post")])).await;
    let page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let page = browser.press(&page, "stay_signed_in", "no").await;
    assert_eq!(
        (page.status, form_action(&page).as_str()),
        (StatusCode::OK, "https://web.test/callback")
    );
    for field in ["code", "state", "iss"] {
        assert!(page.text.contains(&format!("name=\"{field}\"")), "{field}");
    }
    let policy = page.header("content-security-policy");
    assert!(!policy.contains("form-action"), "{policy}");
}

#[tokio::test]
async fn a_cross_site_authorize_post_is_redirected_to_a_get() {
    // A POST from the same origin gets a code. A cross-site POST comes without cookies, so its
    // request is stored, and the browser is redirected to it by GET.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let path = format!("/{TENANT}/oauth2/v2.0/authorize");
    let response = browser.send(Request::post(&path), parameters(&[])).await;
    assert!(parameter(&response, "code").is_some());
    let saved = std::mem::take(&mut browser.cookies);
    let cross_site = Request::post(&path).header("sec-fetch-site", "cross-site");
    let response = browser.send(cross_site, parameters(&[("prompt", "none")])).await;
    let link = location(&response).to_owned();
    assert!(
        link.starts_with("/demo/oauth2/v2.0/authorize?client_id=web&request_uri=urn"),
        "{link}"
    );
    browser.cookies = saved;
    assert!(parameter(&browser.get(&link).await, "code").is_some());
}

#[tokio::test]
async fn a_cancelled_sign_in_returns_access_denied_to_the_client() {
    // Cancels on the sign-in page: access_denied with Microsoft's subcode. The flow has ended then.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let response = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&response, "error_subcode").as_deref(), Some("cancel"));
    assert_eq!(parameter(&response, "state").as_deref(), Some("s 1"));
    let again = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!((again.status, error_number(&again)), (StatusCode::BAD_REQUEST, 88_000_110));
    assert!(browser.cookie("__Host-session").is_none());
}

#[tokio::test]
async fn sign_in_pages_use_the_requested_language() {
    // Sends ui_locales, mkt and Accept-Language, follows them to the next page, and reads the
    // language switch.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let lang = |page: &TestResponse| between(&page.text, "<html lang=\"", "\"").to_owned();
    let page = browser.get(&request(&[("ui_locales", "fr id-ID")])).await;
    assert_eq!(lang(&page), "id");
    let next = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(lang(&next), "id");
    assert_eq!(lang(&browser.get(&request(&[("mkt", "id"), ("prompt", "login")])).await), "id");
    browser.get(&request(&[("prompt", "login")])).await;
    let accept = Request::get(&browser.at).header("accept-language", "id,en;q=0.5");
    let page = browser.send(accept, String::new()).await;
    assert_eq!(lang(&page), "id");
    assert!(page.text.contains("name=\"language\" value=\"en\""), "{}", page.text);
}

#[tokio::test]
async fn an_expired_sign_in_flow_begins_again_with_the_typed_name() {
    // Loads an expired address, and posts its form: the page names the cause, and its link starts a
    // new flow that keeps the name, which is in no address.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let address = age_flow(&service, &mut browser, 11);
    let expired = browser.get(&address).await;
    assert_eq!((expired.status, error_number(&expired)), (StatusCode::BAD_REQUEST, 50_089));
    let action = form_action(&page).split('?').next().expect("a path").to_owned();
    let action = format!("{action}?{}", address.split('?').nth(1).expect("a query"));
    let flow = address.split("&flow=").nth(1).expect("a flow");
    let fields = [
        ("flow", flow),
        ("step", step_field(&page)),
        ("username", "alice@demo.test"),
        ("password", PASSWORD),
    ];
    let expired = browser.post(&action, &fields).await;
    assert_eq!((expired.status, error_number(&expired)), (StatusCode::BAD_REQUEST, 50_089));
    assert!(browser.cookie("__Host-session").is_none());
    let again = link(&expired, "start-again");
    assert!(!again.contains("alice"), "{again}");
    let page = browser.get(&again).await;
    assert!(page.text.contains("value=\"alice@demo.test\""), "{}", page.text);
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(parameter(&browser.press(&stay_page, "stay_signed_in", "no").await, "code").is_some());
}

#[tokio::test]
async fn the_forms_of_a_finished_sign_in_change_nothing() {
    // S11: posts the sign-in form a second time with the right password: no second session, and the
    // present step. After the response, each form leads to the page of a finished sign-in.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let session = browser.cookie("__Host-session").expect("a session").to_owned();
    let replay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(replay.text.contains("stay-yes"), "{}", replay.text);
    assert_eq!(browser.cookie("__Host-session"), Some(session.as_str()));
    let response = browser.press(&stay_page, "stay_signed_in", "no").await;
    assert!(parameter(&response, "code").is_some());
    for page in [&page, &stay_page] {
        let again = browser.press(page, "stay_signed_in", "yes").await;
        assert!(again.text.contains("id=\"go-on\""), "{}", again.text);
        assert_eq!(browser.cookie("__Host-session"), Some(session.as_str()));
    }
}

#[tokio::test]
async fn reauthentication_fills_in_the_user_name_of_the_session() {
    // With a session of Alice, prompt=login and max_age=0 show her name in the field. Another
    // hinted name, and a request without a session, do not.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    for with in [&[("prompt", "login")][..], &[("max_age", "0")]] {
        let page = browser.get(&request(with)).await;
        assert_eq!(username_value(&page), "alice@demo.test");
    }
    let hinted = [("prompt", "login"), ("login_hint", "budi@demo.test")];
    assert_eq!(username_value(&browser.get(&request(&hinted)).await), "budi@demo.test");
    let mut fresh = Browser::new(&service);
    assert_eq!(username_value(&fresh.get(&request(&[("prompt", "login")])).await), "");
}

/// Returns the initial value of the user name field of a sign-in page.
fn username_value(page: &TestResponse) -> &str {
    let field = between(&page.text, "id=\"username\"", ">");
    between(field, "value=\"", "\"")
}

#[tokio::test]
async fn claims_are_returned_where_the_request_names_them() {
    // Requests one claim from UserInfo, one from the ID token and acr, with the scope openid alone:
    // both places have exactly that, before and after a refresh, and no scope is added.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let claims = r#"{"userinfo":{"name":{"essential":true}},"id_token":{"email":null,"acr":null}}"#;
    let with = [("scope", "openid offline_access"), ("claims", claims), ("acr_values", "2 1")];
    let response = browser.sign_in_from(&request(&with), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    let mut tokens = service.token(&service.redeem(&code)).await.assert_ok();
    for _ in 0..2 {
        assert_eq!(tokens.member("scope"), "openid offline_access");
        let id_token = tokens.claims("id_token");
        assert_eq!(
            (&id_token["email"], &id_token["acr"]),
            (&"alice@demo.test".into(), &"1".into())
        );
        for claim in ["name", "preferred_username", "oid", "email_verified"] {
            assert_eq!(id_token.get(claim), None, "{claim}");
        }
        let mut userinfo = crate::test_service::get(&format!("/{TENANT}/oidc/userinfo"));
        let bearer = format!("Bearer {}", tokens.member("access_token"));
        userinfo.headers_mut().insert("authorization", bearer.parse().expect("a header"));
        let userinfo = service.send(userinfo).await.assert_ok().json;
        assert_eq!(userinfo, json!({ "sub": id_token["sub"], "name": "Alice" }));
        let refresh_token = tokens.member("refresh_token").to_owned();
        tokens = service
            .token(&[
                ("grant_type", "refresh_token"),
                ("client_id", "web"),
                ("client_secret", SECRET),
                ("refresh_token", &refresh_token),
            ])
            .await
            .assert_ok();
    }
}

#[tokio::test]
async fn user_name_and_password_match_in_every_composition() {
    // Stores a name and a prepared password with composed letters, and signs in with decomposed
    // ones, a fullwidth name and another space.
    let service = service_with_users().await;
    service.change_user(|user| user.username = "Jörg@demo.test".to_owned()).await;
    let hash = password::hash("grün wie Gras", [1; 16], HashCost::default()).expect("a hash");
    set_password(&service, &hash, PasswordPreparation::Nfc).await;
    for (username, password) in [
        ("jörg@demo.test", "grün wie Gras"),
        ("Jo\u{308}rg@demo.test", "gru\u{308}n\u{a0}wie Gras"),
        ("ｊörg＠demo.test", "grün wie\u{3000}Gras"),
    ] {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        let stay_page = browser.sign_in(&page, username, password).await;
        assert!(stay_page.text.contains("stay-yes"), "{username}: {}", stay_page.text);
    }
}

#[tokio::test]
async fn unprepared_password_is_prepared_after_a_success_only() {
    // Stores an unprepared password. A wrong one changes nothing; the right one marks the hash as
    // prepared, keeps its time, and no change of the password is recorded.
    let service = service_with_users().await;
    let hash = password::hash(PASSWORD, [1; 16], HashCost::default()).expect("a hash");
    set_password(&service, &hash, PasswordPreparation::Raw).await;
    for (password, preparation) in
        [("wrong", PasswordPreparation::Raw), (PASSWORD, PasswordPreparation::Nfc)]
    {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        browser.sign_in(&page, "alice@demo.test", password).await;
        let stored = service.state.store.password(TenantId::new(TENANT), UserId::new(ALICE)).await;
        let stored = stored.expect("a store").expect("a password");
        assert_eq!((stored.preparation, &stored.hash), (preparation, &hash));
        assert_eq!((stored.set_at, stored.rehashed_from), (Timestamp::default(), None));
    }
}

#[tokio::test]
async fn decomposed_password_of_an_earlier_release_is_rehashed() {
    // Stores the hash of unprepared bytes. Only these bytes match at first; after that, the hash is
    // another one, remembers the first, and matches the composed password.
    let service = service_with_users().await;
    set_password(&service, RAW_HASH, PasswordPreparation::Raw).await;
    for (password, is_right) in [
        ("k\u{e9}y word", false),
        ("ke\u{301}y\u{a0}word", true),
        ("k\u{e9}y word", true),
        ("ke\u{301}y word", true),
    ] {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        let page = browser.sign_in(&page, "alice@demo.test", password).await;
        assert_eq!(page.text.contains("stay-yes"), is_right, "{password}");
    }
    let stored = service.state.store.password(TenantId::new(TENANT), UserId::new(ALICE)).await;
    let stored = stored.expect("a store").expect("a password");
    assert_ne!(stored.hash, RAW_HASH);
    assert_eq!(stored.rehashed_from, Some(jose::digest::sha256(RAW_HASH.as_bytes())));
}

/// The hash of the bytes `ke\u{301}y\u{a0}word`, as releases before RFC 8265 stored it.
const RAW_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$\
    BwcHBwcHBwcHBwcHBwcHBw$pr8TLI4MAswRGERNDoO9GQKNb2ST5tTD21Ca/TKzIgo";

/// Sets the password of Alice.
async fn set_password(service: &TestService, hash: &str, preparation: PasswordPreparation) {
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let (hash, set_at) = (hash.to_owned(), Timestamp::default());
    let password = Password { hash, set_at, preparation, rehashed_from: None };
    service.apply(DirectoryChange::PutPassword { tenant, user, password }).await;
}
