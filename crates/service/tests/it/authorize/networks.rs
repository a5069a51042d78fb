//! Access by network: pages, silent codes and refreshes from elsewhere are refused.

use axum::body::Body;
use http::Request;
use listener::Peer;
use model::IpNetwork;

use super::browser::{
    Browser, PASSWORD, parameter, redirected_error_number, request, service_with_users,
};
use crate::account::{OVERVIEW, follow, open_signed_out};
use crate::test_service::{SECRET, TestResponse, TestService, post};

const ALICE_NAME: &str = "alice@demo.test";
/// The address of a browser, and one of another network.
const OFFICE: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.7";

fn networks(texts: &[&str]) -> Vec<IpNetwork> {
    texts.iter().map(|text| text.parse().expect("a network")).collect()
}

async fn allow(service: &TestService, texts: &[&str]) {
    service.change_tenant(|tenant| tenant.allowed_networks = networks(texts)).await;
}

/// Refreshes a token from an address. `None` is a process at a UNIX socket.
async fn refresh(service: &TestService, token: &str, address: Option<&str>) -> TestResponse {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ];
    let mut request: Request<Body> = post("oauth2/v2.0/token", &parameters);
    if let Some(address) = address {
        let address = address.parse().expect("an address");
        request.extensions_mut().insert(Peer { address });
    }
    service.send(request).await
}

#[tokio::test]
async fn sign_in_and_refresh_from_another_network_are_refused() {
    // Signs in from an allowed network, then repeats each step from another one.
    let service = service_with_users().await;
    allow(&service, &["192.0.2.0/24", "2001:db8::/32"]).await;
    let mut office = Browser::at_address(&service, OFFICE);
    let page = office.get(&request(&[("scope", "openid offline_access")])).await;
    let mut elsewhere = Browser::at_address(&service, ELSEWHERE);
    elsewhere.cookies = office.cookies.clone();
    let refused = elsewhere.sign_in(&page, ALICE_NAME, PASSWORD).await;
    assert_eq!(redirected_error_number(&refused), 53003, "in the middle of a flow");
    let page = office.sign_in(&page, ALICE_NAME, PASSWORD).await;
    let response = office.press(&page, "stay_signed_in", "no").await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let token = tokens.member("refresh_token");

    let silent = request(&[("prompt", "none")]);
    assert!(parameter(&office.get(&silent).await, "code").is_some());
    elsewhere.cookies = office.cookies.clone();
    for address in [&silent, &request(&[])] {
        let refused = elsewhere.get(address).await;
        assert_eq!(redirected_error_number(&refused), 53003);
        assert_eq!(parameter(&refused, "error").as_deref(), Some("access_denied"));
        let description = parameter(&refused, "error_description").expect("a text");
        assert!(description.contains(ELSEWHERE) && !description.contains("192.0.2"));
    }
    refresh(&service, token, Some(OFFICE)).await.assert_ok();
    refresh(&service, token, Some("2001:db8::9")).await.assert_ok();
    for address in [Some(ELSEWHERE), None] {
        let refused = refresh(&service, token, address).await;
        refused.assert_refused(400, "invalid_grant", 53003);
    }
    refresh(&service, token, Some(OFFICE)).await.assert_ok();
}

#[tokio::test]
async fn networks_of_an_app_replace_those_of_the_tenant() {
    // Opens the app in a closed tenant, closes it in an open one, and asks for a token of an app
    // itself, which networks do not concern.
    let service = service_with_users().await;
    allow(&service, &[OFFICE]).await;
    let number = async |address| {
        let mut browser = Browser::at_address(&service, address);
        redirected_error_number(&browser.get(&request(&[("prompt", "none")])).await)
    };
    assert_eq!((number(OFFICE).await, number(ELSEWHERE).await), (50_058, 53_003));
    service.change_client("web", |web| web.allowed_networks = networks(&["0.0.0.0/0"])).await;
    assert_eq!((number(OFFICE).await, number(ELSEWHERE).await), (50_058, 50_058));
    service.change_tenant(|_| {}).await;
    service.change_client("web", |web| web.allowed_networks = networks(&[OFFICE])).await;
    assert_eq!((number(OFFICE).await, number(ELSEWHERE).await), (50_058, 53_003));
    let own =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
    service.change_client("daemon", |app| app.allowed_networks = networks(&[OFFICE])).await;
    service.token(&own).await.assert_ok();
}

#[tokio::test]
async fn own_pages_are_left_with_the_network() {
    // Opens the account page in an allowed network, then with the same cookies elsewhere.
    let service = service_with_users().await;
    allow(&service, &[OFFICE]).await;
    let mut office = Browser::at_address(&service, OFFICE);
    let page = open_signed_out(&mut office, OVERVIEW).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let page = office.get(OVERVIEW).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let mut elsewhere = Browser::at_address(&service, ELSEWHERE);
    elsewhere.cookies = office.cookies.clone();
    let response = elsewhere.get(OVERVIEW).await;
    let refused = follow(&mut elsewhere, response).await;
    assert!(refused.status != 200 && refused.text.contains("53003"), "{}", refused.text);
}
