//! A sign-in flow gives one code and stores what its page showed, whatever is posted.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: ED = the edge of HTTP
//! and of the flow.

use futures_util::future::join_all;
use model::{ClientId, TenantId, UserId};

use super::browser::{
    Browser, PASSWORD, add_users, form_action, location, parameter, redirected_error_number,
    request, service_with_users, step_field,
};
use crate::{
    failing_store::{FailingStore, StoreFailure},
    test_service::{ALICE, TENANT, TestResponse, TestService, encode},
};

const AT_ONCE: usize = 20;

/// Presses the last button of a sign-in many times at once, each time with the same cookies.
/// Returns the codes that the client gets.
async fn codes(
    browser: &Browser<'_>,
    page: &TestResponse,
    (name, value): (&str, &str),
) -> Vec<String> {
    let press = async || {
        let mut browser = browser.copy();
        let flow = super::browser::flow_field(page);
        let fields = [("flow", flow), ("step", step_field(page)), (name, value)];
        let response = browser.post_only(&form_action(page), &fields).await;
        parameter(&response, "code")
    };
    join_all((0..AT_ONCE).map(|_| press())).await.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_finished_sign_in_posted_again_gives_no_further_code() {
    // ED1: presses the last button twenty times at once and once more, with the earlier cookies:
    // one response has a code.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let first = codes(&browser, &stay, ("stay_signed_in", "no")).await;
    let again = codes(&browser, &stay, ("stay_signed_in", "no")).await;
    assert_eq!((first.len(), again.len()), (1, 0));
    service.token(&service.redeem(&first[0])).await.assert_ok();
}

#[tokio::test]
async fn codes_of_a_flow_open_one_grant_if_its_end_is_lost() {
    // ED1: loses the mark of the used flow, so that each post gives a code. One is redeemed, the
    // others are replays of it, and the first of them revokes the grant.
    let store = FailingStore::new();
    let service = TestService::over(store.store()).await;
    add_users(&service).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[("scope", "openid offline_access read")])).await;
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    store.set_failure(StoreFailure::UsedFlowLost);
    let codes = codes(&browser, &stay, ("stay_signed_in", "no")).await;
    assert_eq!(codes.len(), AT_ONCE);
    let tokens = service.token(&service.redeem(&codes[0])).await.assert_ok();
    for code in &codes[1..] {
        service.token(&service.redeem(code)).await.assert_refused(400, "invalid_grant", 54_005);
    }
    let claims = tokens.claims("id_token");
    assert!(claims["sid"].is_string(), "{claims}");
    let active = [("client_id", "web"), ("token", tokens.member("access_token"))];
    let active = [&active[..], &[("client_secret", crate::test_service::SECRET)]].concat();
    assert_eq!(service.post("oauth2/v2.0/introspect", &active).await.json["active"], false);
}

#[tokio::test]
async fn a_form_of_a_step_posted_to_another_address_stores_nothing() {
    // ED2: posts every field of the consent page to /consent while the flow is at "stay signed
    // in?", with the step of that page, then with the step that consent will have. The page stays,
    // no consent is stored, and prompt=none is still refused.
    let service = service_with_users().await;
    service.change_client("web", |client| client.admin_consent = false).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let mut later = browser.copy();
    let consent = later.press(&stay, "stay_signed_in", "no").await;
    let steps = [step_field(&stay).to_owned(), step_field(&consent).to_owned()];
    for form in ["consent", "choose-account", "sign-in"] {
        let address = form_action(&stay).replace("/stay-signed-in?", &format!("/{form}?"));
        for step in &steps {
            let fields = [
                ("flow", super::browser::flow_field(&stay)),
                ("step", step),
                ("action", "accept"),
                ("stay_signed_in", "yes"),
                ("username", "budi@demo.test"),
                ("password", PASSWORD),
            ];
            let shown = browser.post(&address, &fields).await;
            assert!(shown.text.contains("stay-yes"), "{form}: {}", shown.text);
        }
    }
    let (tenant, client) = (TenantId::new(TENANT), ClientId::new("web").expect("an id"));
    let store = &service.state.store;
    let consents = store.consents(tenant, UserId::new(ALICE), &client).await.expect("a store");
    assert!(consents.is_empty());
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&silent), 65_001);
}

#[tokio::test]
async fn the_account_form_gives_no_code_while_the_password_is_asked_for() {
    // ED2: with an active session, requests prompt=login and posts the choice of that session to
    // /choose-account, with the steps of both pages: the sign-in page stays.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    let sid = service.token(&service.redeem(&code)).await.claims("id_token")["sid"].clone();
    let session = sid.as_str().expect("a session").to_owned();
    let page = browser.get(&request(&[("prompt", "login")])).await;
    let address = form_action(&page).replace("/sign-in?", "/choose-account?");
    for step in [step_field(&page), "account"] {
        let flow = super::browser::flow_field(&page);
        let fields = [("flow", flow), ("step", step), ("account", session.as_str())];
        let response = browser.post_only(&address, &fields).await;
        assert!(location(&response).contains("&flow="), "{}", encode(&fields));
        assert!(browser.follow(response).await.text.contains("id=\"password\""));
    }
}
