//! The click before an app gets a code at a redirect URI whose owner is not known.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: ED = the edge of HTTP
//! and of the flow.

use model::{Client, ClientId, Platform, RedirectUri};
use protocol::authorize::is_owner_known;

use super::browser::{
    Browser, form_path, location, parameter, redirected_error_number, request, service_with_users,
};
use crate::test_service::{TestService, VERIFIER};

const SCHEME: &str = "com.example.app:/callback";
const CLAIMED: &str = "https://app.example/callback";

/// Returns the path of a request of the native client, with its redirect URI at this port.
fn native(with: &[(&str, &str)]) -> String {
    let client = [("client_id", "native"), ("redirect_uri", "http://127.0.0.1:49152/callback")];
    request(&[&client[..], with].concat())
}

async fn set_redirect_uris(service: &TestService, silent: bool) {
    let uri = |uri: &str| RedirectUri { uri: uri.to_owned(), platform: Platform::Native };
    let uris = vec![uri("http://127.0.0.1/callback"), uri(SCHEME), uri(CLAIMED)];
    service
        .change_client("native", |client| {
            client.redirect_uris = uris;
            client.silent = silent;
        })
        .await;
}

#[tokio::test]
async fn a_signed_in_user_presses_continue_before_a_native_app_gets_a_code() {
    // ED10: with a session of another app, a request at another loopback port shows the page, also
    // when it is loaded again; with prompt=none it is refused. The click gives a code, which is
    // redeemed. The next request asks again.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let silent = browser.get(&native(&[("prompt", "none")])).await;
    assert_eq!(parameter(&silent, "error").as_deref(), Some("interaction_required"));
    assert_eq!(redirected_error_number(&silent), 88_000_314);
    for _ in 0..2 {
        let page = browser.get(&native(&[])).await;
        assert_eq!(form_path(&page), "/demo/continue");
        let again = browser.reload().await;
        assert!(again.text.contains("Continue as Alice to The native app?"), "{}", again.text);
        assert!(again.text.contains("127.0.0.1:49152"));
        let response = browser.press(&page, "action", "continue").await;
        let code = parameter(&response, "code").expect("a code");
        let redeem = [
            ("grant_type", "authorization_code"),
            ("client_id", "native"),
            ("code", code.as_str()),
            ("redirect_uri", "http://127.0.0.1:49152/callback"),
            ("code_verifier", VERIFIER),
        ];
        service.token(&redeem).await.assert_ok();
    }
}

#[tokio::test]
async fn an_act_of_the_user_in_the_flow_replaces_the_click() {
    // Signs in with the password, chooses the account, and consents: each is a click on a page that
    // names the app.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let response = browser.sign_in_from(&native(&[]), "alice@demo.test").await;
    assert!(parameter(&response, "code").is_some());
    let page = browser.get(&native(&[("prompt", "select_account")])).await;
    let session = super::browser::between(&page.text, "name=\"account\" value=\"", "\"").to_owned();
    assert!(parameter(&browser.press(&page, "account", &session).await, "code").is_some());
    let page = browser.get(&native(&[("prompt", "consent")])).await;
    assert_eq!(form_path(&page), "/demo/consent");
    assert!(parameter(&browser.press(&page, "action", "accept").await, "code").is_some());
}

#[tokio::test]
async fn the_page_leads_to_another_account_or_back_to_the_app() {
    // Presses "Use another account", and Cancel; then posts the form of the page to /consent.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let page = browser.get(&native(&[])).await;
    let other = browser.press(&page, "action", "other").await;
    assert!(other.text.contains("id=\"password\""), "{}", other.text);
    let page = browser.get(&native(&[])).await;
    let response = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&response, "error").as_deref(), Some("access_denied"));
    assert!(location(&response).starts_with("http://127.0.0.1:49152/callback?"));
    let page = browser.get(&native(&[])).await;
    let address = super::browser::form_action(&page).replace("/continue?", "/consent?");
    let fields = [
        ("flow", super::browser::flow_field(&page)),
        ("step", super::browser::step_field(&page)),
        ("action", "accept"),
    ];
    let shown = browser.post(&address, &fields).await;
    assert_eq!(form_path(&shown), "/demo/continue");
}

#[tokio::test]
async fn silent_reaches_private_schemes_and_never_loopback_urls() {
    // ED10: with and without the option, prompt=none at a claimed https URL, at a private-use
    // scheme, and at a loopback URL.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    for silent in [false, true] {
        set_redirect_uris(&service, silent).await;
        for (uri, is_given) in
            [(CLAIMED, true), (SCHEME, silent), ("http://127.0.0.1:4/callback", false)]
        {
            let response = browser.get(&native(&[("redirect_uri", uri), ("prompt", "none")])).await;
            assert_eq!(parameter(&response, "code").is_some(), is_given, "{uri} {silent}");
        }
    }
}

#[tokio::test]
async fn the_owner_is_known_of_a_confidential_app_and_of_a_page_in_development() {
    // Confidential and public apps at http://localhost, as declared and in a service for
    // development: a native app is asked for in both.
    let service = service_with_users().await;
    let id = ClientId::new("web").expect("an id");
    let client = service.state.store.client(service.tenant.id(), &id).await;
    let web = Client::clone(&client.expect("a store").expect("a client"));
    let known = |public, any_loopback, platform| {
        let uri = "http://localhost:5173/".to_owned();
        let redirect_uris = vec![RedirectUri { uri, platform }];
        Client { public, any_loopback, redirect_uris, ..web.clone() }
    };
    for (public, any_loopback, platform, expected) in [
        (false, false, Platform::Web, true),
        (true, false, Platform::Web, false),
        (true, false, Platform::SinglePage, false),
        (true, true, Platform::SinglePage, true),
        (true, false, Platform::Native, false),
        (true, true, Platform::Native, false),
    ] {
        let client = known(public, any_loopback, platform);
        let target = client.redirect_uris[0].clone();
        let is_known = is_owner_known(&client, (&target.uri, target.platform));
        assert_eq!(is_known, expected, "{public} {any_loopback} {platform:?}");
    }
}
