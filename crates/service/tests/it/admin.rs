//! The administration pages: access, sign-in, the lists and the chart.

mod access;
mod changes;
mod nodes;
pub mod record_fixtures;
mod refusals;
mod request;
mod requests;
mod revoke;
mod sign_in;

use crate::{
    authorize::browser::{self, Browser, location},
    test_service::{ORIGIN, TestResponse, TestService},
};

/// The user name of the administrator.
pub const ADMINISTRATOR: &str = "alice@demo.test";

/// Returns a service where Alice is an administrator and Budi is not.
pub async fn service_with_admin() -> TestService {
    let service = browser::service_with_users().await;
    service.change_user(|alice| alice.administrator = true).await;
    service
}

/// Signs a user in at the administration pages and returns the response that ends the sign-in.
pub async fn sign_in_to_admin(browser: &mut Browser<'_>, username: &str) -> TestResponse {
    let redirect = browser.get("/admin?tenant=demo").await;
    let callback = browser.sign_in_from(location(&redirect), username).await;
    browser.get(&redirect_path(&callback)).await
}

/// Returns a browser in which the administrator is signed in.
pub async fn signed_in_admin(service: &TestService) -> Browser<'_> {
    let mut browser = Browser::new(service);
    let response = sign_in_to_admin(&mut browser, ADMINISTRATOR).await;
    assert_eq!(location(&response), "/admin/requests");
    browser
}

/// Returns the path that a redirect within the service leads to.
pub fn redirect_path(response: &TestResponse) -> String {
    let location = location(response);
    location.strip_prefix(ORIGIN).unwrap_or(location).to_owned()
}
