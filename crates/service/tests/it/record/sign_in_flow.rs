//! Records of one sign-in are linked, from the first request to the last refresh.

use model::RecordQuery;

use super::{AUTHORIZE, TOKEN, record, records};
use crate::{
    authorize::browser::{self, Browser, PASSWORD, parameter, request},
    test_service::{SECRET, TestService, redirect_uri},
};

fn refresh(token: &str) -> Vec<(&str, &str)> {
    vec![("grant_type", "refresh_token"), ("client_id", "native"), ("refresh_token", token)]
}

/// Returns endpoint and outcome of each matching record.
async fn endpoints_and_outcomes(
    service: &TestService,
    query: RecordQuery,
) -> Vec<(String, String)> {
    let query = RecordQuery { limit: 100, ..query };
    let mut found = service.state.history.find(query).await.expect("a history");
    found.reverse();
    let pair =
        |record: model::RequestRecord| (record.endpoint.into_owned(), record.outcome.into_owned());
    found.into_iter().map(pair).collect()
}

fn owned_pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(endpoint, outcome)| ((*endpoint).to_owned(), (*outcome).to_owned())).collect()
}

#[tokio::test]
async fn records_link_a_sign_in_to_the_refused_replay_of_its_token() {
    // A public client without admin consent: page, wrong password, stay, consent, code; tokens,
    // refreshes, and the first refresh token again.
    let service = browser::service_with_users().await;
    service.change_client("native", |client| client.admin_consent = false).await;
    let mut browser = Browser::new(&service);
    let with = [
        ("client_id", "native"),
        ("redirect_uri", redirect_uri("native")),
        ("scope", "openid offline_access read"),
    ];
    let page = browser.get(&request(&with)).await;
    let flow = record(&service, &page).await.flow_id.expect("a flow");
    browser.sign_in(&page, "alice@demo.test", "wrong").await;
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let consent = browser.press(&stay_page, "stay_signed_in", "no").await;
    let response = browser.press(&consent, "action", "accept").await;
    let issued = record(&service, &response).await;
    assert_eq!((issued.flow_id, &*issued.outcome), (Some(flow), "code"));
    let grant = issued.grant.expect("a grant");
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem_as("native", &code)).await.assert_ok();
    let first = tokens.member("refresh_token").to_owned();
    let second = service.token(&refresh(&first)).await.assert_ok();
    let third = service.token(&refresh(second.member("refresh_token"))).await.assert_ok();
    let revoked = service.token(&refresh(&first)).await;
    assert_eq!(record(&service, &revoked).await.outcome, "refusal");
    let last = service.token(&refresh(third.member("refresh_token"))).await;
    assert_eq!(record(&service, &last).await.outcome, "refusal");
    records(&service).await;
    let query = RecordQuery { flow_id: Some(flow), ..RecordQuery::default() };
    let of_flow = endpoints_and_outcomes(&service, query).await;
    assert_eq!(
        of_flow,
        owned_pairs(&[
            (AUTHORIZE, "flow:started"),
            (AUTHORIZE, "page:sign_in"),
            ("/{tenant}/sign-in", "refusal"),
            (AUTHORIZE, "page:sign_in"),
            ("/{tenant}/sign-in", "flow:continued"),
            (AUTHORIZE, "page:stay_signed_in"),
            ("/{tenant}/stay-signed-in", "flow:continued"),
            (AUTHORIZE, "page:consent"),
            ("/{tenant}/consent", "code"),
        ])
    );
    let query = RecordQuery { grant: Some(grant), ..RecordQuery::default() };
    let of_grant = endpoints_and_outcomes(&service, query).await;
    assert_eq!(
        of_grant,
        owned_pairs(&[
            ("/{tenant}/consent", "code"),
            (TOKEN, "tokens"),
            (TOKEN, "tokens"),
            (TOKEN, "tokens"),
            (TOKEN, "refusal"),
            (TOKEN, "refusal"),
        ])
    );
}

#[tokio::test]
async fn the_record_of_a_replayed_code_has_the_revoked_grant() {
    // Redeems a code twice, then introspects its refresh token.
    let service = TestService::new().await;
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let grant = record(&service, &tokens).await.grant;
    let again = service.token(&service.redeem(&code)).await;
    assert_eq!(record(&service, &again).await.grant, grant);
    let token_query = [
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("token", tokens.member("refresh_token")),
    ];
    let inactive = service.post("oauth2/v2.0/introspect", &token_query).await.assert_ok();
    assert_eq!(inactive.json["active"], false);
    assert!(inactive.json.get("grant").is_none(), "{}", inactive.text);
    assert_eq!(record(&service, &inactive).await.grant, grant);
    assert!(grant.is_some());
}

#[tokio::test]
async fn a_restarted_sign_in_keeps_its_flow_id_in_the_records() {
    // Ends the session while "stay signed in?" is shown: the password page is shown again.
    let service = browser::service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let flow = record(&service, &page).await.flow_id;
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    service.change_user(|user| user.tokens_not_before = service::now()).await;
    let restarted = browser.press(&stay_page, "stay_signed_in", "no").await;
    let stored = record(&service, &restarted).await;
    assert_eq!((&*stored.outcome, stored.flow_id), ("page:sign_in", flow));
    let stay_page = browser.sign_in(&restarted, "alice@demo.test", PASSWORD).await;
    assert_eq!(record(&service, &stay_page).await.flow_id, flow);
}

#[tokio::test]
async fn the_record_of_a_refused_form_has_the_checks_of_its_request() {
    // Sends a wrong password: its record has the checks that the authorization request passed.
    let service = browser::service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, "alice@demo.test", "wrong").await;
    records(&service).await;
    let query = RecordQuery { limit: 100, ..RecordQuery::default() };
    let found = service.state.history.find(query).await.expect("a history");
    let details = found.into_iter().find_map(|record| record.refusal_details);
    let checks = details.expect("the refusal").checks_passed;
    assert!(checks.iter().any(|check| check == "redirect_uri"), "{checks:?}");
}
