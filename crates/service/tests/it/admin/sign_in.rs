//! Signing in to the administration pages, and signing out.

use http::StatusCode;
use model::{ClientId, DirectoryChange, Platform};
use service::BuiltInClient;

use super::{ADMINISTRATOR, redirect_path, service_with_admin, sign_in_to_admin, signed_in_admin};
use crate::{
    authorize::browser::{
        Browser, PASSWORD, between, error_number, flow_field, location, parameter, unescaped,
    },
    test_service::{SECRET, TENANT, TestService, VERIFIER, client, redirect_uri},
};

#[tokio::test]
async fn an_administrator_signs_in_without_a_consent_page() {
    // Follows every redirect from the form to the first page. No consent page is shown.
    let service = service_with_admin().await;
    let mut browser = Browser::new(&service);
    let page = browser.get("/admin").await.assert_ok();
    assert!(page.text.contains("name=\"tenant\""), "{}", page.text);
    let redirect = browser.get("/admin?tenant=demo&next=%2Fadmin%2Frequests").await;
    assert!(
        location(&redirect).starts_with("/demo/oauth2/v2.0/authorize?"),
        "{}",
        location(&redirect)
    );
    let sign_in = browser.get(location(&redirect)).await;
    assert!(sign_in.text.contains("Admit administration"), "{}", sign_in.text);
    let response = sign_in_to_admin(&mut browser, ADMINISTRATOR).await;
    assert_eq!(location(&response), "/admin/requests");
    let page = browser.get("/admin/requests").await.assert_ok();
    assert!(unescaped(&page).contains(ADMINISTRATOR), "{}", page.text);
    assert_eq!(location(&browser.get("/admin").await), "/admin/requests");
}

#[tokio::test]
async fn an_admin_sign_in_returns_to_the_requested_page() {
    // Requests a page with a query while signed out, once with the tenant and once without.
    let service = service_with_admin().await;
    let mut browser = Browser::new(&service);
    let wanted = "/admin/requests?number=50011&tenant=demo";
    let redirect = browser.get(wanted).await;
    let callback = browser.sign_in_from(location(&redirect), ADMINISTRATOR).await;
    assert_eq!(location(&browser.get(&redirect_path(&callback)).await), wanted);
    let redirected = Browser::new(&service).get("/admin/requests?number=50011").await;
    assert_eq!(location(&redirected), "/admin?next=%2Fadmin%2Frequests%3Fnumber%3D50011");
    let foreign = Browser::new(&service).get("/admin?next=https://evil.test/").await.assert_ok();
    assert!(unescaped(&foreign).contains("name=\"next\" value=\"/admin/requests\""));
}

#[tokio::test]
async fn an_unknown_tenant_is_reported_at_its_field() {
    // Asks for a tenant that exists, one that does not (discovery shows both), and a malformed
    // name.
    let service = service_with_admin().await;
    let known = Browser::new(&service).get("/admin?tenant=demo").await;
    assert!(location(&known).starts_with("/demo/oauth2/v2.0/authorize?"));
    let unknown = Browser::new(&service).get("/admin?tenant=nope").await.assert_ok();
    let problem = between(&unknown.text, "id=\"tenant-problem\">", "</p>");
    assert!(problem.contains("no tenant with this name"), "{}", unknown.text);
    assert!(unknown.text.contains("value=\"nope\""), "{}", unknown.text);
    assert_eq!(unknown.header("set-cookie"), "");
    let page = Browser::new(&service).get("/admin?tenant=Demo%20Company%22%3E").await.assert_ok();
    assert!(page.text.contains("id=\"tenant-problem\""), "{}", page.text);
    assert!(page.text.contains("value=\"Demo Company&quot;&gt;\""), "{}", page.text);
}

#[tokio::test]
async fn an_admin_sign_in_response_is_accepted_once_in_its_browser() {
    // Replays the callback URL in another browser, with another state, another issuer, without a
    // code, and a second time.
    let service = service_with_admin().await;
    let mut browser = Browser::new(&service);
    let redirect = browser.get("/admin?tenant=demo").await;
    let callback = browser.sign_in_from(location(&redirect), ADMINISTRATOR).await;
    let (callback_path, state) =
        (redirect_path(&callback), parameter(&callback, "state").expect("a state"));
    assert_eq!(error_number(&Browser::new(&service).get(&callback_path).await), 88_000_221);
    let other = callback_path.replace(&state, "another");
    assert_eq!(error_number(&browser.get(&other).await), 88_000_221);
    let foreign = callback_path.replace("iss=", "iss=x");
    assert_eq!(error_number(&browser.get(&foreign).await), 88_000_221);
    let failed = format!("/admin/signed-in?error=access_denied&state={state}&iss=");
    let iss = parameter(&callback, "iss").expect("an issuer").replace(':', "%3A");
    assert_eq!(error_number(&browser.get(&format!("{failed}{iss}")).await), 88_000_223);
    let flow = browser.cookies.clone();
    assert_eq!(location(&browser.get(&callback_path).await), "/admin/requests");
    browser.cookies = flow;
    let again = browser.get(&callback_path).await;
    assert_eq!(error_number(&again), 54_005, "{}", again.text);
}

#[tokio::test]
async fn only_the_service_can_use_the_admin_client() {
    // Redeems a code of the admin client without its secret and with a secret of other clients. The
    // client has one redirect URI and no client credentials grant.
    let service = service_with_admin().await;
    let redirect = "https://id.test/admin/signed-in";
    let other_uri =
        [("client_id", BuiltInClient::Administration.id()), ("redirect_uri", "https://evil.test/")];
    let mut browser = Browser::new(&service);
    let page = browser.get(&crate::authorize::browser::request(&other_uri)).await;
    assert_eq!(error_number(&page), 50_011);
    let code = service.code("web", |code| {
        code.client = ClientId::new(BuiltInClient::Administration.id()).expect("an id");
        code.redirect_uri = redirect.to_owned();
    });
    let redemption = |secret: &str| {
        let mut all = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("client_id", BuiltInClient::Administration.id().to_owned()),
            ("code", code.clone()),
            ("redirect_uri", redirect.to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ];
        if !secret.is_empty() {
            all.push(("client_secret", secret.to_owned()));
        }
        all
    };
    for (secret, expected) in [("", 7_000_218), (SECRET, 7_000_215)] {
        let sent = redemption(secret);
        let sent: Vec<(&str, &str)> =
            sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        service.token(&sent).await.assert_refused(401, "invalid_client", expected);
    }
    let client_credentials = [
        ("grant_type", "client_credentials"),
        ("client_id", BuiltInClient::Administration.id()),
        ("scope", "api://orders/.default"),
    ];
    service.token(&client_credentials).await.assert_refused(401, "invalid_client", 7_000_216);
}

#[tokio::test]
async fn the_directory_refuses_a_client_with_the_admin_client_id() {
    // Puts such a client into the store: it is refused, and the sign-in still works.
    let service = service_with_admin().await;
    let mut conflicting = client("web", Platform::Web, false);
    conflicting.id = ClientId::new(BuiltInClient::Administration.id()).expect("an id");
    conflicting.redirect_uris[0].uri = redirect_uri("spa").to_owned();
    let put = service.state.store.apply(vec![DirectoryChange::PutClient(conflicting)]).await;
    assert!(put.is_err());
    signed_in_admin(&service).await;
}

#[tokio::test]
async fn signing_out_ends_the_administrator_session() {
    // Signs out, then sends the old cookie again.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let saved = browser.cookies.clone();
    let page = browser.get("/admin/requests").await.assert_ok();
    let token = between(&page.text, "name=\"csrf_token\" value=\"", "\"").to_owned();
    let signed_out = browser.post("/admin/sign-out", &[("csrf_token", &token)]).await.assert_ok();
    assert!(signed_out.text.contains("id=\"signed-out\""), "{}", signed_out.text);
    assert_eq!(browser.cookie("__Host-admin"), None);
    assert!(location(&browser.get("/admin/requests").await).starts_with("/admin?next="));
    browser.cookies = saved;
    let redirect = browser.get("/admin/requests").await;
    let page = browser.get(location(&redirect)).await;
    assert!(page.text.contains("id=\"password\""), "{}", page.text);
}

#[tokio::test]
async fn a_cancelled_admin_sign_in_shows_access_denied() {
    // Cancels on the sign-in page. The response returns to the administration pages with an error.
    let service = service_with_admin().await;
    let mut browser = Browser::new(&service);
    let redirect = browser.get("/admin?tenant=demo").await;
    let page = browser.get(location(&redirect)).await;
    let callback = browser.press(&page, "action", "cancel").await;
    let response = browser.get(&redirect_path(&callback)).await;
    assert_eq!((response.status, error_number(&response)), (StatusCode::BAD_REQUEST, 88_000_223));
    assert!(response.text.contains("access_denied"), "{}", response.text);
}

#[tokio::test]
async fn the_admin_sign_in_requests_a_max_age_of_eight_hours() {
    // Reads `max_age` in the authorization request, and that the cookie is sealed.
    let service: TestService = service_with_admin().await;
    let mut browser = Browser::new(&service);
    let redirect = browser.get("/admin?tenant=demo").await;
    assert!(location(&redirect).contains("max_age=28800"), "{}", location(&redirect));
    let page = browser.get(location(&redirect)).await;
    let stay = browser.sign_in(&page, ADMINISTRATOR, PASSWORD).await;
    assert!(!flow_field(&stay).is_empty());
    let cookie = {
        let mut browser = signed_in_admin(&service).await;
        browser.get("/admin/requests").await.assert_ok();
        browser.cookie("__Host-admin").expect("a cookie").to_owned()
    };
    assert!(!cookie.contains(&TENANT.to_string()), "the cookie is sealed");
}
