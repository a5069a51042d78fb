//! The authorization endpoint and its pages.

use model::{Change, FailedSignIns, PkceMode, Seconds, Timestamp};
use signin::lockout::Counter;

use super::Row;
use crate::{
    authorize::browser::{Browser, PASSWORD, age_flow, parameter, request},
    test_service::TestService,
};

const ALICE: &str = "alice@demo.test";

pub async fn rows(service: &TestService) -> Vec<Row> {
    let mut rows = requests(service).await;
    rows.extend(clients(service).await);
    rows.extend(prompt_none(service).await);
    rows.extend(forms(service).await);
    rows.extend(pushed_requests(service).await);
    rows.extend(consent(service).await);
    rows.extend(lockouts(service).await);
    rows
}

async fn requests(service: &TestService) -> Vec<Row> {
    let mut browser = Browser::new(service);
    let cases = [
        (50_011, ("redirect_uri", "https://web.test/callback/")),
        (90_102, ("redirect_uri", "web.test/callback")),
        (900_971, ("redirect_uri", "")),
        (70_005, ("response_type", "pony")),
        (700_054, ("response_type", "id_token")),
        (70_007, ("response_mode", "pigeon")),
        (650_053, ("scope", "eat")),
        (650_057, ("scope", "manage")),
        (65_005, ("scope", "api://billing/read")),
        (65_005, ("resource", "api://billing")),
        (50_147, ("code_challenge", "")),
        (501_491, ("code_challenge", "short")),
        (88_000_090, ("code_challenge", "*******************************************")),
        (50_149, ("code_challenge_method", "plain")),
        (88_000_091, ("prompt", "beg")),
        (88_000_092, ("prompt", "none login")),
        (88_000_093, ("max_age", "soon")),
        (88_000_097, ("id_token_hint", "a.b.c")),
        (50_117, ("claims", "{")),
        (88_000_099, ("claims", r#"{"id_token":{"acr":{"essential":true,"value":"gold"}}}"#)),
        (88_000_100, ("request", "e30.")),
        (88_000_101, ("request_uri", "https://web.test/request")),
        (88_000_102, ("registration", "{}")),
        (88_000_103, ("dpop_jkt", "x")),
    ];
    let mut rows = Vec::new();
    for (number, with) in cases {
        let with = match with {
            ("resource", _) => vec![with, ("scope", "openid")],
            _ => vec![with],
        };
        rows.push(Row(number, browser.get(&request(&with)).await));
    }
    rows
}

async fn clients(service: &TestService) -> Vec<Row> {
    service.change_client("api", |client| client.redirect_uris.clear()).await;
    let mut browser = Browser::new(service);
    let mut rows = vec![Row(500_113, browser.get(&request(&[("client_id", "api")])).await)];
    service.change_client("web", |client| client.pkce = PkceMode::Optional).await;
    rows.push(Row(88_000_089, browser.get(&request(&[("code_challenge", "")])).await));
    service.change_client("web", |client| client.pkce = PkceMode::Required).await;
    rows
}

async fn prompt_none(service: &TestService) -> Vec<Row> {
    let mut browser = Browser::new(service);
    let silent = ("prompt", "none");
    let mut rows = vec![Row(50_058, browser.get(&request(&[silent])).await)];
    let response = browser.sign_in_from(&request(&[]), ALICE).await;
    let code = parameter(&response, "code").expect("a code");
    let native = [("client_id", "native"), ("redirect_uri", "http://127.0.0.1:49152/callback")];
    let native = request(&[&native[..], &[silent]].concat());
    rows.push(Row(88_000_314, browser.get(&native).await));
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let sid = tokens.claims("id_token")["sid"].as_str().expect("a session").to_owned();
    let named = [("sid", sid.as_str()), ("login_hint", ALICE)];
    rows.push(Row(90_005, browser.get(&request(&named)).await));
    let mut another = Browser::new(service);
    another.sign_in_from(&request(&[]), "budi@demo.test").await;
    let of_alice = [silent, ("sid", sid.as_str())];
    rows.push(Row(16_002, another.get(&request(&of_alice)).await));
    let other = ("login_hint", "budi@demo.test");
    rows.push(Row(160_021, browser.get(&request(&[silent, other])).await));
    rows.push(Row(88_000_096, browser.get(&request(&[silent, ("max_age", "0")])).await));
    let hint = ("id_token_hint", tokens.member("id_token"));
    let page = Browser::new(service).get(&request(&[hint])).await;
    assert!(page.text.contains("id=\"password\""), "{}", page.text);
    let claims = ("claims", r#"{"id_token":{"sub":{"value":"else"}}}"#);
    rows.push(Row(88_000_098, browser.get(&request(&[silent, claims])).await));
    let mut ended = Browser::new(service);
    ended.sign_in_from(&request(&[]), ALICE).await;
    service.change_user(|user| user.tokens_not_before = service::now()).await;
    rows.push(Row(50_132, ended.get(&request(&[silent])).await));
    service.change_user(|user| user.tokens_not_before = Timestamp::default()).await;
    browser.sign_in_from(&request(&[("prompt", "login")]), "budi@demo.test").await;
    rows.push(Row(88_000_095, browser.get(&request(&[silent])).await));
    let page = browser.get(&request(&[])).await;
    let unknown = browser.press(&page, "account", "x").await;
    let cancelled = browser.press(&unknown, "action", "cancel").await;
    rows.extend([Row(16_001, unknown), Row(88_000_094, cancelled)]);
    rows
}

async fn forms(service: &TestService) -> Vec<Row> {
    let mut browser = Browser::new(service);
    let page = browser.get(&request(&[])).await;
    // A browser that keeps no cookie, at the marked address.
    let mut forgetful = Browser::new(service);
    forgetful.get(&request(&[])).await;
    let marked = format!("{}&flow_retry=1", forgetful.at);
    forgetful.cookies.clear();
    let mut rows = vec![Row(88_000_113, forgetful.get(&marked).await)];
    rows.push(Row(165_000, browser.post("/demo/sign-in", &[("flow", "x")]).await));
    rows.push(Row(50_126, browser.sign_in(&page, ALICE, "wrong").await));
    rows.push(Row(88_000_111, browser.sign_in(&page, ALICE, &"p".repeat(1_025)).await));
    let at = browser.at.clone();
    let cancelled = browser.press(&page, "action", "cancel").await;
    assert!(parameter(&cancelled, "error").is_some());
    rows.push(Row(88_000_110, browser.get(&at).await));
    browser.get(&request(&[])).await;
    let expired = age_flow(service, &mut browser, 11);
    rows.push(Row(50_089, browser.get(&expired).await));
    rows
}

async fn pushed_requests(service: &TestService) -> Vec<Row> {
    let mut browser = Browser::at_address(service, "198.51.100.9");
    let path = format!("/{}/oauth2/v2.0/authorize", crate::test_service::TENANT);
    let unknown = "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAA";
    let unknown = format!("{path}?client_id=web&request_uri={unknown}");
    let mut rows = vec![Row(88_000_116, browser.get(&unknown).await)];
    let claim = "x".repeat(8_000);
    let long = [("nonce_1", &*claim), ("nonce_2", &claim), ("nonce_3", &claim)];
    rows.push(Row(88_000_117, browser.post(&path, &fields(&long)).await));
    // One per second is accepted again meanwhile.
    for _ in 0..1_000 {
        let response = browser.post_only(&path, &fields(&[])).await;
        if response.status.as_u16() == 429 {
            rows.push(Row(88_000_114, response));
            break;
        }
    }
    rows
}

/// Returns the parameters of a valid request, and more.
fn fields<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let mut all = vec![
        ("client_id", "web"),
        ("redirect_uri", crate::test_service::redirect_uri("web")),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    all.extend_from_slice(more);
    all
}

async fn consent(service: &TestService) -> Vec<Row> {
    service
        .change_client("web", |client| {
            client.admin_consent = false;
            client.permissions[0].scopes.push("manage".to_owned());
        })
        .await;
    let mut browser = Browser::new(service);
    let page = browser.sign_in_from(&request(&[]), ALICE).await;
    let mut rows = vec![Row(65_004, browser.press(&page, "action", "cancel").await)];
    rows.push(Row(65_001, browser.get(&request(&[("prompt", "none")])).await));
    let reserved = [("scope", "openid manage"), ("prompt", "none")];
    rows.push(Row(90_094, browser.get(&request(&reserved)).await));
    service.change_client("web", |client| client.admin_consent = true).await;
    rows
}

/// Sets a counter of failed sign-ins.
async fn set_failed_sign_ins(service: &TestService, counter: Counter, failed: u32) {
    let (tenant, now) = (service.tenant.id(), service::now());
    let key = jose::digest::sha256(&counter.label());
    let expires_at = now + Seconds::hours(1);
    let failed_sign_ins =
        FailedSignIns { tenant, key, count: failed, last_failed_at: now, expires_at };
    let stored = service.state.store.failed_sign_ins(tenant, key).await.expect("a store");
    let change = Change::CountFailedSignIns { before: stored, failed_sign_ins };
    let outcome = service.state.store.commit(vec![change]).await.expect("a store");
    assert_eq!(outcome, model::CommitOutcome::Committed);
}

async fn lockouts(service: &TestService) -> Vec<Row> {
    let mut rows = Vec::new();
    set_failed_sign_ins(service, Counter::Account("budi@demo.test".to_owned()), 50).await;
    let mut browser = Browser::at_address(service, "198.51.100.1");
    let page = browser.get(&request(&[])).await;
    rows.push(Row(50_053, browser.sign_in(&page, "budi@demo.test", PASSWORD).await));
    let address = "198.51.100.2";
    set_failed_sign_ins(service, Counter::Address(address.parse().expect("an address")), 500).await;
    let mut browser = Browser::at_address(service, address);
    let page = browser.get(&request(&[])).await;
    rows.push(Row(88_000_115, browser.sign_in(&page, ALICE, PASSWORD).await));
    // More at once than the queue holds.
    let mut first = Browser::at_address(service, "198.51.100.3");
    let page = first.get(&request(&[])).await;
    let tries = (0..60).map(|_| {
        let mut one = Browser::at_address(service, "198.51.100.3");
        one.cookies.clone_from(&first.cookies);
        let page = &page;
        async move { one.sign_in(page, "nobody@demo.test", "wrong").await }
    });
    let responses = futures_util::future::join_all(tries).await;
    let busy = responses.into_iter().find(|response| response.status.as_u16() == 503);
    rows.push(Row(88_000_112, busy.expect("one too many")));
    rows
}
