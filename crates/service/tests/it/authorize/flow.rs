//! The way from a request to a code, and what a browser that signed in gets the next time.

use http::{Request, StatusCode};
use model::{Change, SessionId, TenantId, UserId};

use super::browser::{
    Browser, PASSWORD, action, between, flow, house, location, number, number_sent, parameter,
    parameters, request,
};
use crate::house::{ALICE, ORIGIN, TENANT};

#[tokio::test]
async fn a_person_signs_in_and_the_client_gets_a_code_that_it_can_redeem() {
    // From the request over sign-in and "stay signed in?" to tokens, with every claim of the ID
    // token that the request and the sign-in decide.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[("client_info", "1")])).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_eq!(action(&page), "/demo/sign-in");
    let stay = browser.sign_in(&page, "Alice@Demo.test", PASSWORD).await;
    assert_eq!((stay.status, action(&stay).as_str()), (StatusCode::OK, "/demo/stay-signed-in"));
    let answer = browser.press(&stay, "stay", "no").await;
    assert!(location(&answer).starts_with("https://web.test/callback?code="));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("s 1"));
    assert_eq!(parameter(&answer, "iss"), Some(format!("{ORIGIN}/{TENANT}/v2.0")));
    assert!(parameter(&answer, "client_info").is_some());
    let code = parameter(&answer, "code").expect("a code");
    let tokens = house.token(&house.redeem(&code)).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.text);
    let claims = tokens.claims("id_token");
    assert_eq!((&claims["nonce"], &claims["amr"][0]), (&"n-1".into(), &"pwd".into()));
    assert_eq!(claims["oid"], ALICE.to_string());
    assert!(claims["auth_time"].is_i64() && claims["sid"].is_string());
}

#[tokio::test]
async fn a_browser_that_signed_in_is_not_asked_again() {
    // The second request, and one with prompt=none, are answered at once by a bare redirect.
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(&request(&[]), "alice@demo.test").await;
    for with in
        [&[][..], &[("prompt", "none")], &[("prompt", "none"), ("response_mode", "fragment")]]
    {
        let answer = browser.get(&request(with)).await;
        assert!(parameter(&answer, "code").is_some(), "{}", answer.header("location"));
        assert!(answer.headers.get("x-frame-options").is_none());
        assert!(answer.headers.get("access-control-allow-origin").is_none());
        assert!(answer.header("cache-control").contains("no-store"));
    }
}

#[tokio::test]
async fn a_silent_request_gets_an_answer_and_never_a_page() {
    // R14: prompt=none with nobody signed in, with a proof too old, with another person meant,
    // and with a user name that is not there.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let answer = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("login_required"));
    assert_eq!((number_sent(&answer), answer.text.as_str()), (50_058, ""));
    browser.enter(&request(&[]), "alice@demo.test").await;
    let rows = [
        (("max_age", "0"), 88_000_096),
        (("claims", r#"{"id_token":{"sub":{"value":"else"}}}"#), 88_000_098),
        (("login_hint", "carl@demo.test"), 160_021),
    ];
    for (with, expected) in rows {
        let answer = browser.get(&request(&[("prompt", "none"), with])).await;
        assert_eq!(number_sent(&answer), expected);
        assert_eq!(parameter(&answer, "error").as_deref(), Some("login_required"));
        assert_eq!(parameter(&answer, "iss"), Some(format!("{ORIGIN}/{TENANT}/v2.0")));
    }
    let hinted = request(&[("prompt", "none"), ("login_hint", "ALICE@demo.test")]);
    assert!(parameter(&browser.get(&hinted).await, "code").is_some());
}

#[tokio::test]
async fn prompt_login_and_max_age_make_the_person_prove_itself_anew() {
    // S11, S2: with a live session the sign-in page comes all the same; after it the session has
    // another id, and the token's auth_time is of now. The old session is over.
    let house = house().await;
    let mut browser = Browser::new(&house);
    for with in [("prompt", "login"), ("max_age", "0")] {
        let first = browser.enter(&request(&[]), "alice@demo.test").await;
        let first = parameter(&first, "code").expect("a code");
        let before = browser.cookie("__Host-session").expect("a session").to_owned();
        let answer = browser.enter(&request(&[with]), "alice@demo.test").await;
        assert_ne!(browser.cookie("__Host-session"), Some(before.as_str()));
        let code = parameter(&answer, "code").expect("a code");
        let old = house.token(&house.redeem(&first)).await.claims("id_token");
        let new = house.token(&house.redeem(&code)).await.claims("id_token");
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
async fn staying_signed_in_gives_the_cookie_a_life_of_its_own() {
    // Answers yes and no, and reads Max-Age and the session's end in the book.
    let house = house().await;
    for (stay, lives_on) in [("yes", true), ("no", false)] {
        let mut browser = Browser::new(&house);
        let page = browser.get(&request(&[])).await;
        let page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
        let session = |answer: &crate::house::Answer| {
            let all = answer.headers.get_all("set-cookie");
            let mut texts = all.iter().filter_map(|value| value.to_str().ok());
            texts.find(|text| text.starts_with("__Host-session")).map(str::to_owned)
        };
        assert!(!session(&page).expect("a cookie").contains("Max-Age"));
        let answer = browser.press(&page, "stay", stay).await;
        assert!(parameter(&answer, "code").is_some());
        let kept = session(&answer).is_some_and(|text| text.contains("Max-Age=7776000"));
        assert_eq!(kept, lives_on);
    }
}

#[tokio::test]
async fn somebody_else_than_the_app_means_is_told_to_the_app() {
    // R14: id_token_hint of Alice, then Budi signs in.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let answer = browser.enter(&request(&[]), "alice@demo.test").await;
    let code = parameter(&answer, "code").expect("a code");
    let tokens = house.token(&house.redeem(&code)).await;
    let hint = tokens.member("id_token").to_owned();
    let again = browser.get(&request(&[("id_token_hint", &hint), ("prompt", "none")])).await;
    assert!(parameter(&again, "code").is_some());
    let mut other = Browser::new(&house);
    let page = other.get(&request(&[("id_token_hint", &hint)])).await;
    let answer = other.sign_in(&page, "budi@demo.test", PASSWORD).await;
    assert_eq!(number_sent(&answer), 88_000_098);
    assert_eq!(parameter(&answer, "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn a_session_counts_only_while_it_and_its_person_hold() {
    // Ends the session, then moves the person's not-before, then switches the person off: each
    // time the browser is asked to sign in, or told that nobody is.
    let house = house().await;
    let silent = request(&[("prompt", "none")]);
    let mut browser = Browser::new(&house);
    let answer = browser.enter(&request(&[]), "alice@demo.test").await;
    let code = parameter(&answer, "code").expect("a code");
    let session = house.token(&house.redeem(&code)).await.claims("id_token")["sid"].clone();
    let session: uuid::Uuid = session.as_str().expect("an id").parse().expect("an id");
    let end = Change::EndSession {
        tenant: TenantId::new(TENANT),
        session: SessionId::new(session.into_bytes()),
        at: service::now(),
    };
    assert!(house.service.store.commit(vec![end]).await.is_ok());
    assert_eq!(number_sent(&browser.get(&silent).await), 50_058);
    browser.enter(&request(&[]), "alice@demo.test").await;
    assert!(parameter(&browser.get(&silent).await, "code").is_some());
    house.change_user(|user| user.tokens_not_before = service::now()).await;
    assert_eq!(number_sent(&browser.get(&silent).await), 50_132);
    browser.enter(&request(&[]), "alice@demo.test").await;
    house.change_user(|user| user.enabled = false).await;
    assert_eq!(number_sent(&browser.get(&silent).await), 50_058);
    let user = house.service.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    assert!(user.expect("a book").is_some_and(|user| !user.enabled));
}

#[tokio::test]
async fn the_answer_can_be_posted_by_the_browser() {
    // response_mode=form_post: the page holds code, state and iss, and may post to the client.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[("response_mode", "form_post")])).await;
    let page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let page = browser.press(&page, "stay", "no").await;
    assert_eq!(
        (page.status, action(&page).as_str()),
        (StatusCode::OK, "https://web.test/callback")
    );
    for field in ["code", "state", "iss"] {
        assert!(page.text.contains(&format!("name=\"{field}\"")), "{field}");
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https:;"), "{policy}");
}

#[tokio::test]
async fn a_request_may_be_posted_and_one_from_another_site_finds_its_session() {
    // POST from our own origin is answered; from another site, whose request comes without our
    // cookies, the browser is sent to the same request as a link.
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(&request(&[]), "alice@demo.test").await;
    let path = format!("/{TENANT}/oauth2/v2.0/authorize");
    let answer = browser.send(Request::post(&path), parameters(&[])).await;
    assert!(parameter(&answer, "code").is_some());
    let kept = std::mem::take(&mut browser.cookies);
    let foreign = Request::post(&path).header("sec-fetch-site", "cross-site");
    let answer = browser.send(foreign, parameters(&[("prompt", "none")])).await;
    let link = location(&answer).to_owned();
    assert!(link.starts_with(&format!("{path}?client%5Fid=web&")), "{link}");
    browser.cookies = kept;
    assert!(parameter(&browser.get(&link).await, "code").is_some());
}

#[tokio::test]
async fn whoever_turns_back_is_told_to_the_client() {
    // Cancel on the sign-in page: access_denied with Microsoft's subcode; the flow is over then.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let answer = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&answer, "error_subcode").as_deref(), Some("cancel"));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("s 1"));
    let again = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_pages_speak_the_language_that_is_asked_for() {
    // ui_locales, mkt and Accept-Language, through to the page after the form, and links between
    // the languages on the first page.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let lang = |page: &crate::house::Answer| between(&page.text, "<html lang=\"", "\"").to_owned();
    let page = browser.get(&request(&[("ui_locales", "fr id-ID")])).await;
    assert_eq!(lang(&page), "id");
    let next = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(lang(&next), "id");
    assert_eq!(lang(&browser.get(&request(&[("mkt", "id"), ("prompt", "login")])).await), "id");
    let accept =
        Request::get(request(&[("prompt", "login")])).header("accept-language", "id,en;q=0.5");
    let page = browser.send(accept, String::new()).await;
    assert_eq!(lang(&page), "id");
    assert!(page.text.contains("&amp;ui_locales=en\"") || page.text.contains("&ui_locales=en\""));
}

#[tokio::test]
async fn a_sign_in_that_took_too_long_has_to_begin_anew() {
    // Moves the end of the flow, which only whoever holds our keys can, to this very moment.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let sealer = &house.realm.seals.flow;
    let mut pending: serde_json::Value =
        serde_json::from_slice(&sealer.open(flow(&page)).expect("ours")).expect("JSON");
    pending["expires_at"] = service::now().microseconds().into();
    let over = sealer.seal(&serde_json::to_vec(&pending).expect("JSON")).expect("sealed");
    let answer = browser.post(&action(&page), &[("flow", &over)]).await;
    assert_eq!((answer.status, number(&answer)), (StatusCode::BAD_REQUEST, 50_089));
}

#[tokio::test]
async fn a_sign_in_that_was_finished_leads_nowhere() {
    // S11: the sign-in form posted a second time, with the right password, opens no second
    // session; after the answer went out, none of the flow's forms is taken any more.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let session = browser.cookie("__Host-session").expect("a session").to_owned();
    let replay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!((replay.status, number(&replay)), (StatusCode::BAD_REQUEST, 88_000_110));
    assert_eq!(browser.cookie("__Host-session"), Some(session.as_str()));
    let answer = browser.press(&stay, "stay", "no").await;
    assert!(parameter(&answer, "code").is_some());
    for page in [&page, &stay] {
        let again = browser.post(&action(page), &[("flow", flow(page)), ("stay", "yes")]).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN, "{}", again.text);
    }
}
