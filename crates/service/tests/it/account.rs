//! The account pages, used as a browser uses them.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

#![expect(clippy::expect_used, reason = "a test stops at the first unexpected value")]

mod activity;
mod apps;
pub mod breached_password;
mod data;
pub mod delete;
pub mod email;
pub mod password;
pub mod profile;
mod removal;
mod sessions;

use http::StatusCode;
use model::{DirectoryChange, SecondFactor, Seconds, TenantId, UserId};

use crate::{
    authorize::{
        authenticator::App,
        browser::{
            Browser, PASSWORD, age_session, between, form_path, parameter, problem_number, request,
            service_with_users, unescaped,
        },
        second_factor::give,
    },
    test_service::{ALICE, ORIGIN, TENANT, TestResponse, TestService},
};

const ALICE_NAME: &str = "alice@demo.test";
/// The first page.
pub const OVERVIEW: &str = "/demo/account";
/// The page that adds a passkey.
pub const ADD_PASSKEY: &str = "/demo/account/passkey";
const ADD_APP: &str = "/demo/account/authenticator-app";
/// The forms that need a fresh sign-in, by their path after that of the overview.
const FRESH_FORMS: [&str; 9] = [
    "authenticator-app",
    "authenticator-app/remove",
    "recovery-codes",
    "passkey",
    "passkey/remove",
    "password",
    "data",
    "email",
    "delete",
];
/// The other forms.
const OTHER_FORMS: [&str; 8] = [
    "end-sessions",
    "sign-out",
    "sessions/end",
    "sessions/end-others",
    "apps/withdraw",
    "activity/report",
    "profile",
    "email/code",
];

/// Follows every redirect within the service.
pub async fn follow(browser: &mut Browser<'_>, mut response: TestResponse) -> TestResponse {
    for _ in 0..8 {
        let location = response.header("location").to_owned();
        let Some(path) = location.strip_prefix(ORIGIN).or(Some(&location)) else { break };
        if !path.starts_with('/') {
            return response;
        }
        response = browser.get(path).await;
    }
    response
}

/// Opens an account page, and signs Alice in on the way.
pub async fn open_signed_out(browser: &mut Browser<'_>, path: &str) -> TestResponse {
    let response = browser.get(path).await;
    let page = follow(browser, response).await;
    let stay = browser.sign_in(&page, ALICE_NAME, PASSWORD).await;
    finish(browser, stay).await
}

/// Declines to stay signed in, and follows the redirects to the page.
async fn finish(browser: &mut Browser<'_>, page: TestResponse) -> TestResponse {
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    let response = browser.press(&page, "stay_signed_in", "no").await;
    follow(browser, response).await
}

/// Opens an account page with the session of the pages.
pub async fn open(browser: &mut Browser<'_>, path: &str) -> TestResponse {
    let response = browser.get(path).await;
    follow(browser, response).await
}

/// Posts a form of an account page.
pub async fn submit(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    (path, fields): (&str, &[(&str, &str)]),
) -> TestResponse {
    let token = between(&page.text, "name=\"csrf_token\" value=\"", "\"").to_owned();
    let fields = [&[("csrf_token", token.as_str())], fields].concat();
    browser.post_only(path, &fields).await
}

/// Adds an app on the account pages of a browser that is signed in. Returns it with the page that
/// follows.
async fn add_app(
    service: &TestService,
    browser: &mut Browser<'_>,
    name: &str,
) -> (App, TestResponse) {
    let page = open(browser, ADD_APP).await;
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    let sealed = between(&page.text, "name=\"sealed_secret\" value=\"", "\"").to_owned();
    let code = app.code();
    let fields = [("sealed_secret", sealed.as_str()), ("code", &code), ("name", name)];
    let shown = submit(browser, &page, (ADD_APP, &fields)).await;
    (app, shown)
}

/// Returns the number of Alice's apps and recovery codes.
async fn stored(service: &TestService) -> (usize, usize) {
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let row = service.state.store.authenticators(tenant, user).await.expect("a store");
    row.map_or((0, 0), |row| (row.apps.len(), row.recovery_codes.digests.len()))
}

#[tokio::test]
async fn user_adds_an_app_and_gets_recovery_codes() {
    // Opens the overview without a session and adds an app. New codes need both factors then.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    assert!(page.text.contains("id=\"no-second-step\""), "{}", page.text);
    let (_, codes) = add_app(&service, &mut browser, "My phone").await;
    assert_eq!(codes.text.matches("<li><code>").count(), 10, "{}", codes.text);
    assert!(!codes.text.contains("name=\"language\""), "the switch loses the codes");
    assert_eq!(stored(&service).await, (1, 10));
    // The session has one factor, and the user has two now.
    let page = open(&mut browser, OVERVIEW).await.assert_ok();
    assert!(page.text.contains("My phone") && page.text.contains("id=\"recovery-left\""));
    let renewed = submit(&mut browser, &page, ("/demo/account/recovery-codes", &[])).await;
    assert!(renewed.header("location").contains("/authorize?"), "{renewed:?}");
    assert_eq!(stored(&service).await, (1, 10));
}

#[tokio::test]
async fn account_page_warns_when_few_recovery_codes_are_left() {
    // Leaves four codes, and then three.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    add_app(&service, &mut browser, "My phone").await;
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    for (left, is_warned) in [(4, false), (3, true)] {
        let row = service.state.store.authenticators(tenant, user).await.expect("a store");
        let mut row = row.expect("a row");
        row.recovery_codes.digests.truncate(left);
        let change = DirectoryChange::PutAuthenticators(row);
        service.state.store.apply(vec![change]).await.expect("a store");
        let page = open(&mut browser, OVERVIEW).await.assert_ok();
        let warning = "class=\"notice\" role=\"status\" id=\"recovery-left\"";
        assert_eq!(page.text.contains(warning), is_warned, "{left}: {}", page.text);
    }
}

#[tokio::test]
async fn old_session_changes_nothing_on_account_pages() {
    // Opens the pages with a session of six minutes, and posts each form that changes a proof. With
    // one of four minutes, the page that adds an app is shown.
    let service = service_with_users().await;
    for (seconds, is_fresh) in [(360, false), (240, true)] {
        let mut browser = Browser::new(&service);
        browser.sign_in_from(&request(&[]), ALICE_NAME).await;
        age_session(&service, &mut browser, seconds).await;
        let page = open(&mut browser, OVERVIEW).await.assert_ok();
        let shown = open(&mut browser, ADD_APP).await;
        assert_eq!(shown.text.contains("id=\"qr-code\""), is_fresh, "{seconds}");
        if is_fresh {
            continue;
        }
        for form in FRESH_FORMS {
            let response = submit(&mut browser, &page, (&format!("{OVERVIEW}/{form}"), &[])).await;
            assert!(response.header("location").contains("/authorize?"), "{form}");
        }
    }
    assert_eq!(stored(&service).await, (0, 0));
}

#[tokio::test]
async fn recovery_codes_come_with_a_second_factor_only() {
    // Asks for codes without a second factor; then adds an app, whose codes are new ones.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let none = submit(&mut browser, &page, ("/demo/account/recovery-codes", &[])).await;
    assert_eq!((none.header("location"), stored(&service).await), (OVERVIEW, (0, 0)));
    let (app, _) = add_app(&service, &mut browser, "").await;
    assert_eq!(stored(&service).await, (1, 10));
    // The code of the set-up is used.
    let mut other = Browser::new(&service);
    let response = other.get(OVERVIEW).await;
    let page = follow(&mut other, response).await;
    let asked = other.sign_in(&page, ALICE_NAME, PASSWORD).await;
    let refused = give(&mut other, &asked, ("code", &app.code())).await;
    assert_eq!(problem_number(&refused), 88_000_330);
}

#[tokio::test]
async fn changes_of_proofs_need_both_factors_of_the_user() {
    // Hostile input S13: with a session of the password alone, opens the page that adds an
    // app and posts forms. Then with a fresh session of both factors.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let (app, _) = add_app(&service, &mut browser, "").await;
    let page = open(&mut browser, OVERVIEW).await.assert_ok();
    let id = between(&unescaped(&page), "/authenticator-app/remove?id=", "\"").to_owned();
    let remove = ("/demo/account/authenticator-app/remove", [("id", id.as_str())]);
    let asked = open(&mut browser, ADD_APP).await;
    assert_eq!(form_path(&asked), "/demo/second-factor", "{}", asked.text);
    for (path, fields) in [(remove.0, &remove.1[..]), ("/demo/account/recovery-codes", &[])] {
        let response = submit(&mut browser, &page, (path, fields)).await;
        assert!(response.header("location").contains("/authorize?"), "{path}");
    }
    assert_eq!(stored(&service).await, (1, 10));

    let mut strong = Browser::new(&service);
    let response = strong.get(OVERVIEW).await;
    let page = follow(&mut strong, response).await;
    let asked = strong.sign_in(&page, ALICE_NAME, PASSWORD).await;
    let stay = give(&mut strong, &asked, ("code", &app.code_after(Seconds::new(30)))).await;
    let page = finish(&mut strong, stay).await.assert_ok();
    let codes = submit(&mut strong, &page, ("/demo/account/recovery-codes", &[])).await;
    assert_eq!(codes.text.matches("<li><code>").count(), 10, "{}", codes.text);
    let removed = submit(&mut strong, &page, (remove.0, &remove.1)).await;
    assert_eq!(removed.header("location"), OVERVIEW);
    assert_eq!(stored(&service).await, (0, 0), "codes stand in for a factor that is gone");
}

#[tokio::test]
async fn forms_of_account_pages_need_their_session_token_and_origin() {
    // Hostile input S1: posts each form without a session, with the token of another session, and
    // from another site.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let mut other = Browser::new(&service);
    open_signed_out(&mut other, OVERVIEW).await.assert_ok();
    let token = between(&page.text, "name=\"csrf_token\" value=\"", "\"").to_owned();
    for form in FRESH_FORMS.into_iter().chain(OTHER_FORMS) {
        let path = format!("/demo/account/{form}");
        let fields = [("csrf_token", token.as_str())];
        let signed_out = Browser::new(&service).post_only(&path, &fields).await;
        assert_eq!(super::authorize::browser::error_number(&signed_out), 88_000_333, "{form}");
        let foreign = other.post_only(&path, &fields).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN, "{form}");
        let request = http::Request::post(&path).header("sec-fetch-site", "cross-site");
        let cross_site = browser.send(request, format!("csrf_token={token}")).await;
        assert_eq!(cross_site.status, StatusCode::FORBIDDEN, "{form}");
    }
    assert_eq!(stored(&service).await, (0, 0));
    open(&mut browser, OVERVIEW).await.assert_ok();
}

#[tokio::test]
async fn wrong_code_adds_no_app_and_keeps_its_secret_on_the_page() {
    // Posts a wrong code, a secret of another session, and one that is no sealed text.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, ADD_APP).await.assert_ok();
    let sealed = |page: &TestResponse| {
        between(&page.text, "name=\"sealed_secret\" value=\"", "\"").to_owned()
    };
    let key = |page: &TestResponse| between(&page.text, "id=\"key\">", "<").to_owned();
    let secret = sealed(&page);
    let fields = [("sealed_secret", secret.as_str()), ("code", "000000")];
    let refused = submit(&mut browser, &page, (ADD_APP, &fields)).await;
    assert_eq!((problem_number(&refused), key(&refused)), (500_121, key(&page)));
    let mut other = Browser::new(&service);
    open_signed_out(&mut other, OVERVIEW).await.assert_ok();
    let page = open(&mut other, ADD_APP).await.assert_ok();
    let long = "x".repeat(9_999);
    for secret in [secret.as_str(), "", &long] {
        let fields = [("sealed_secret", secret), ("code", "000000")];
        let refused = submit(&mut other, &page, (ADD_APP, &fields)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(stored(&service).await, (0, 0));
}

#[tokio::test]
async fn sign_out_everywhere_ends_every_session() {
    // Signs in with two browsers, then signs out everywhere in one.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let mut other = Browser::new(&service);
    other.sign_in_from(&request(&[]), ALICE_NAME).await;
    let left = submit(&mut browser, &page, ("/demo/account/end-sessions", &[])).await;
    assert_eq!(left.header("location"), OVERVIEW);
    let silent = other.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&silent, "error").as_deref(), Some("login_required"));
    let page = open(&mut browser, OVERVIEW).await;
    assert_eq!(form_path(&page), "/demo/sign-in");
}

#[tokio::test]
async fn cookie_of_account_pages_is_none_of_administration_pages() {
    // Sends the cookie of the account pages under the name of the administration's, and after the
    // user was disabled.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let cookie = browser.cookie("__Host-account").expect("a cookie").to_owned();
    let mut renamed = Browser::new(&service);
    renamed.cookies.insert("__Host-admin".to_owned(), cookie);
    let response = renamed.get("/admin/requests").await;
    assert!(response.header("location").starts_with("/admin?next="), "{response:?}");
    service.change_user(|user| user.enabled = false).await;
    let page = open(&mut browser, OVERVIEW).await;
    assert_eq!(form_path(&page), "/demo/sign-in");
}

#[tokio::test]
async fn a_policy_without_second_factors_still_protects_the_one_that_exists() {
    // The policy is "never", and the user has an app: changes need it all the same.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Never).await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    add_app(&service, &mut browser, "").await;
    let asked = open(&mut browser, ADD_APP).await;
    assert_eq!(form_path(&asked), "/demo/second-factor", "{}", asked.text);
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert!(parameter(&silent, "code").is_some(), "{silent:?}");
}

/// Returns the result of a request that shows no page: an error, or a code.
pub async fn silent_result(browser: &mut Browser<'_>) -> String {
    let response = browser.get(&request(&[("prompt", "none")])).await;
    parameter(&response, "error").unwrap_or_else(|| {
        parameter(&response, "code").expect("a code");
        "code".to_owned()
    })
}
