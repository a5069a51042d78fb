//! The pages of a sign-out.

use http::{Request, StatusCode};

use super::{OUT, is_signed_in, logout, service_with_logout, sign_in};
use crate::{
    authorize::browser::{Browser, between, error_number, form_action, location},
    test_service::{TestResponse, TestService, encode},
};

const ALICE: &str = "alice@demo.test";
const BUDI: &str = "budi@demo.test";

/// Presses the button of a user on the page, or the only one.
pub async fn press(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    username: Option<&str>,
) -> TestResponse {
    let value = account(page, username);
    let fields = [("request", request_field(page)), ("account", &*value)];
    browser.post_only(&form_action(page), &fields).await
}

fn request_field(page: &TestResponse) -> &str {
    between(&page.text, "name=\"request\" value=\"", "\"")
}

/// Returns the value of the button of a user, or of the first one.
fn account(page: &TestResponse, username: Option<&str>) -> String {
    let end = username.map_or(page.text.len(), |name| page.text.find(name).expect("the user"));
    let button = "name=\"account\" value=\"";
    let start = match username {
        Some(_) => page.text[..end].rfind(button),
        None => page.text.find(button),
    };
    between(&page.text[start.expect("a button")..], "value=\"", "\"").to_owned()
}

async fn browser_with_two_accounts(service: &TestService) -> Browser<'_> {
    let mut browser = Browser::new(service);
    sign_in(service, &mut browser, (ALICE, "openid")).await;
    sign_in(service, &mut browser, (BUDI, "openid")).await;
    browser
}

#[tokio::test]
async fn chosen_account_is_signed_out_and_the_other_one_stays() {
    // Two accounts: the page lists both, and the page afterwards leads to the other one. The
    // hinted account comes first.
    let service = service_with_logout().await;
    let mut browser = browser_with_two_accounts(&service).await;
    for (hint, first) in [(ALICE, ALICE), (BUDI, BUDI), ("x@demo.test", BUDI)] {
        let question = location(&browser.get(&logout(&[("logout_hint", hint)])).await).to_owned();
        let page = browser.get(&question).await.assert_ok();
        let other = if first == ALICE { BUDI } else { ALICE };
        assert!(page.text.find(first) < page.text.find(other), "{hint}");
    }
    let page = browser.get("/demo/sign-out").await.assert_ok();
    let response = press(&mut browser, &page, Some(ALICE)).await;
    assert_eq!(location(&response), "/demo/signed-out");
    assert!(!is_signed_in(&mut browser, ALICE).await);
    assert!(is_signed_in(&mut browser, BUDI).await);
    let page = browser.get("/demo/signed-out").await.assert_ok();
    assert!(page.text.contains("id=\"other-accounts\""), "{}", page.text);
}

#[tokio::test]
async fn all_accounts_are_signed_out_at_once() {
    // Presses the button for all accounts. Afterwards no page names one, and the cookie is deleted.
    let service = service_with_logout().await;
    let mut browser = browser_with_two_accounts(&service).await;
    let page = browser.get("/demo/sign-out").await.assert_ok();
    let fields = [("request", request_field(&page)), ("account", "all")];
    browser.post_only(&form_action(&page), &fields).await;
    for username in [ALICE, BUDI] {
        assert!(!is_signed_in(&mut browser, username).await);
    }
    assert_eq!(browser.cookie("__Host-session"), None);
    assert_eq!(location(&browser.get("/demo/sign-out").await), "/demo/signed-out");
}

#[tokio::test]
async fn form_of_another_site_ends_nothing() {
    // S1b: posts the form with the headers of another site, with cookies as a browser without
    // SameSite would send them. Then the same from a page of the service.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let page = browser.get("/demo/sign-out").await.assert_ok();
    let body = encode(&[("request", request_field(&page)), ("account", "all")]);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
    ] {
        let request = Request::post(form_action(&page)).header(name, value);
        let response = browser.send(request, body.clone()).await;
        assert!(response.status.is_client_error(), "{name}: {value}");
        assert_eq!(error_number(&response), 165_000, "{name}: {value}");
        assert!(is_signed_in(&mut browser, ALICE).await);
    }
    press(&mut browser, &page, None).await;
    assert!(!is_signed_in(&mut browser, ALICE).await);
}

#[tokio::test]
async fn forged_request_and_unknown_account_lead_nowhere() {
    // S1b: changes the sealed request, and names a session that the browser does not have.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let mut other = Browser::new(&service);
    sign_in(&service, &mut other, (BUDI, "openid")).await;
    let hint = tokens.member("id_token");
    let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", OUT)];
    let question = location(&other.get(&logout(&parameters)).await).to_owned();
    let page = other.get(&question).await.assert_ok();
    let own = account(&browser.get("/demo/sign-out").await.assert_ok(), None);
    let fields = [("request", request_field(&page)), ("account", &*own)];
    let response = other.post_only(&form_action(&page), &fields).await;
    assert!(location(&response).starts_with("/demo/sign-out?request="));
    assert!(is_signed_in(&mut browser, ALICE).await && is_signed_in(&mut other, BUDI).await);
    let forged = request_field(&page)[1..].to_owned();
    let value = account(&page, None);
    let fields = [("request", &*forged), ("account", &*value)];
    let response = other.post_only(&form_action(&page), &fields).await;
    assert_eq!(location(&response), "/demo/signed-out");
}

#[tokio::test]
async fn every_page_can_be_loaded_again_in_the_requested_language() {
    // Loads the question twice, in the language of `ui_locales`, and both addresses without the
    // parameters that they have.
    let service = service_with_logout().await;
    let mut browser = Browser::new(&service);
    sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let parameters = [("ui_locales", "id"), ("client_id", "web")];
    let question = location(&browser.get(&logout(&parameters)).await).to_owned();
    for _ in 0..2 {
        let page = browser.get(&question).await.assert_ok();
        assert!(page.text.contains("<html lang=\"id\""), "{}", page.text);
        assert!(page.text.contains("The web app meminta Anda keluar."), "{}", page.text);
    }
    for path in ["/demo/sign-out", "/demo/sign-out?request=x", "/demo/signed-out?done=x"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains("The web app"), "{path}");
    }
    let page = browser.get("/demo/signed-out?done=x&continue=1").await.assert_ok();
    assert!(page.text.contains("id=\"signed-out\""), "{}", page.text);
}
