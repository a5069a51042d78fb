//! Security events: replays, consents and sign-ins of administrators, added up by the hour.

use model::{ChangeEvent, Timestamp};

use crate::{
    admin::{service_with_admin, signed_in_admin},
    authorize::browser::{Browser, request, service_with_users, unescaped},
    test_service::TestService,
};

/// Returns kind, subject and number of the events that add up.
async fn events(service: &TestService) -> Vec<(String, String, u32)> {
    service.state.recorder.flush().await;
    let always = (Timestamp::default(), Timestamp::from_microseconds(i64::MAX));
    let found = service.state.history.events(None, always, 1_000).await.expect("a history");
    let found = found.into_iter().filter(ChangeEvent::is_folded);
    let number = |event: &ChangeEvent| event.detail.parse().expect("a number");
    found.map(|event| (event.kind.to_string(), event.subject.clone(), number(&event))).collect()
}

#[tokio::test]
async fn replays_become_events_that_administrators_see() {
    // Redeems a code four times and reads the events and the page. The hour may end meanwhile.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let code = service.code("web", |_| {});
    for _ in 0..4 {
        service.token(&service.redeem(&code)).await;
    }
    let found = events(&service).await;
    let replays = found
        .iter()
        .filter(|(kind, subject, _)| (kind.as_str(), subject.as_str()) == ("code_replayed", "web"));
    assert_eq!(replays.map(|(_, _, number)| number).sum::<u32>(), 3, "{found:?}");
    assert!(found.iter().any(|(kind, _, _)| kind == "administrator_signed_in"), "{found:?}");
    let page = browser.get("/admin/changes").await.assert_ok();
    assert!(unescaped(&page).contains("App web: a code was sent again"), "{}", page.text);
}

#[tokio::test]
async fn consent_becomes_an_event_of_its_app() {
    // Accepts the consent page; a second request needs no consent.
    let service = service_with_users().await;
    service.change_client("web", |client| client.admin_consent = false).await;
    let mut browser = Browser::new(&service);
    let page = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    browser.press(&page, "action", "accept").await;
    browser.get(&request(&[("prompt", "none")])).await;
    let found = events(&service).await;
    assert_eq!(found, [("consent_given".to_owned(), "web".to_owned(), 1)]);
}
