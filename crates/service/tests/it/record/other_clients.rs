//! Comparisons about other clients of the tenant, which only operators see.

use super::{record, records};
use crate::{
    authorize::browser::{self, Browser, request},
    test_service::{self, SECRET, TestService},
};

/// Returns kind and client of the operator-only comparison in the newest record.
async fn operator_comparison(service: &TestService, name: &str) -> Option<(String, String)> {
    let record = records(service).await.pop().expect("a record");
    let details = record.refusal_details.expect("a reason");
    let comparison = details.comparisons.iter().find(|it| it.name == name && it.operator_only)?;
    let difference = comparison.difference.as_ref().expect("a difference");
    Some((difference.kind.to_string(), difference.arguments[0].1.clone()))
}

#[tokio::test]
async fn another_clients_redirect_uri_is_named_to_operators() {
    // Sends the redirect URI of another client, and an unregistered one.
    let service = browser::service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.get(&request(&[("redirect_uri", test_service::redirect_uri("spa"))])).await;
    let expected = ("registered_elsewhere".to_owned(), "spa".to_owned());
    assert_eq!(operator_comparison(&service, "redirect_uri").await, Some(expected));
    browser.get(&request(&[("redirect_uri", "https://nobody.test/cb")])).await;
    assert_eq!(operator_comparison(&service, "redirect_uri").await, None);
}

#[tokio::test]
async fn a_client_name_sent_as_client_id_is_recognized() {
    // Sends the name of a client as its id, and an unknown text.
    let service = TestService::new().await;
    let of_daemon = Some(("name_of_client".to_owned(), "daemon".to_owned()));
    for (sent, expected) in [("the DAEMON app", of_daemon), ("zzzz", None)] {
        let response = service
            .token(&[
                ("grant_type", "client_credentials"),
                ("client_id", sent),
                ("client_secret", SECRET),
            ])
            .await;
        assert_eq!(record(&service, &response).await.number, Some(700_016));
        assert_eq!(operator_comparison(&service, "client_id").await, expected, "{sent}");
    }
}
