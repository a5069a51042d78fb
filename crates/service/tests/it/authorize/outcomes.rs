//! The outcomes of sign-ins, as the metrics count them.

use model::FaultKind;
use service::metrics::SignInOutcome::{
    self, Cancelled, ConsentRefused, DisabledUser, Expired, Fault, Locked, Malformed, Succeeded,
    UnknownUser, WrongPassword,
};

use super::browser::{
    Browser, PASSWORD, add_users, age_flow, form_action, request, service_with_users, step_field,
};
use crate::{
    failing_store::{FailingStore, StoreFailure},
    test_service::TestService,
};

const ALICE: &str = "alice@demo.test";

/// Returns how often each outcome was counted, without those that never were.
fn counted(service: &TestService) -> Vec<(SignInOutcome, u64)> {
    let all = SignInOutcome::ALL.map(|it| (it, service.state.metrics.sign_ins(it)));
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn each_form_of_a_sign_in_page_is_counted_by_its_outcome() {
    // Sends one form of each outcome, in a browser of its own, and compares all counts each time.
    let service = service_with_users().await;
    let mut expected = Vec::new();
    for (username, password, outcome) in [
        (ALICE, PASSWORD, Succeeded),
        (ALICE, "wrong", WrongPassword),
        ("nobody@demo.test", "wrong", UnknownUser),
        (ALICE, "", Malformed),
    ] {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        browser.sign_in(&page, username, password).await;
        expected.push((outcome, 1));
        expected.sort_by_key(|(outcome, _)| SignInOutcome::ALL.iter().position(|it| it == outcome));
        assert_eq!(counted(&service), expected);
    }
}

#[tokio::test]
async fn a_disabled_user_and_a_locked_account_have_outcomes_of_their_own() {
    // Guesses until the account is locked, then sends the right password of a disabled user.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    for _ in 0..11 {
        let page = browser.get(&request(&[])).await;
        browser.sign_in(&page, "budi@demo.test", "wrong").await;
    }
    service.change_user(|user| user.enabled = false).await;
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!(counted(&service), [(WrongPassword, 8), (Locked, 3), (DisabledUser, 1)]);
}

#[tokio::test]
async fn a_cancelled_sign_in_and_a_refused_consent_have_outcomes_of_their_own() {
    // Cancels on the sign-in page, on the account page, and on the consent page.
    let service = service_with_users().await;
    service.change_client("web", |client| client.admin_consent = false).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    browser.press(&page, "action", "cancel").await;
    assert_eq!(counted(&service), [(Cancelled, 1)]);
    let page = browser.get(&request(&[])).await;
    let stay = browser.sign_in(&page, ALICE, PASSWORD).await;
    let consent = browser.press(&stay, "stay_signed_in", "no").await;
    browser.press(&consent, "action", "cancel").await;
    let accounts = browser.get(&request(&[("prompt", "select_account")])).await;
    browser.press(&accounts, "action", "cancel").await;
    assert_eq!(counted(&service), [(Succeeded, 1), (Cancelled, 2), (ConsentRefused, 1)]);
}

#[tokio::test]
async fn a_form_of_an_expired_flow_is_counted_as_expired() {
    // Ages the flow by eleven minutes, and posts its form.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let address = age_flow(&service, &mut browser, 11);
    let action = form_action(&page).split('?').next().expect("a path").to_owned();
    let action = format!("{action}?{}", address.split('?').nth(1).expect("a query"));
    let flow = address.split("&flow=").nth(1).expect("a flow");
    let fields = [("flow", flow), ("step", step_field(&page)), ("username", ALICE)];
    browser.post(&action, &fields).await;
    assert_eq!(counted(&service), [(Expired, 1)]);
}

#[tokio::test]
async fn a_sign_in_that_the_store_fails_is_counted_as_a_fault() {
    // Posts the right password while the store fails.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    failing.set_failure(StoreFailure::CommitFault(FaultKind::StoreUnavailable));
    browser.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!(counted(&service), [(Fault, 1)]);
}
