//! Store failures during the sign-in: responses to users and clients, and no partial state.

use std::sync::Arc;

use http::StatusCode;
use model::FaultKind;

use super::browser::{
    Browser, PASSWORD, add_users, error_number, location, parameter, redirected_error_number,
    request,
};
use crate::{
    failing_store::{FailingStore, StoreFailure},
    test_service::TestService,
};

async fn service_with_failing_store() -> (Arc<FailingStore>, TestService) {
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    (failing, service)
}

#[tokio::test]
async fn a_store_fault_is_a_page_or_for_prompt_none_a_redirect() {
    // Requests with an active session while no session can be read. A hidden frame shows no page,
    // so prompt=none is redirected. Both work once the store does.
    let (failing, service) = service_with_failing_store().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    failing.set_failure(StoreFailure::Fault(FaultKind::StoreUnavailable));
    let page = browser.get(&request(&[])).await;
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    failing.set_failure(StoreFailure::None);
    assert_eq!((page.status, error_number(&page)), (StatusCode::SERVICE_UNAVAILABLE, 90_033));
    assert!(!page.text.contains("the test says so"));
    assert!(page.text.contains("id=\"start-again\""), "{}", page.text);
    assert!(location(&silent).starts_with("https://web.test/callback?error="));
    assert_eq!(parameter(&silent, "error").as_deref(), Some("temporarily_unavailable"));
    assert_eq!(
        (redirected_error_number(&silent), parameter(&silent, "state").as_deref()),
        (90_033, Some("s 1"))
    );
    for with in [&[][..], &[("prompt", "none")]] {
        assert!(parameter(&browser.get(&request(with)).await, "code").is_some());
    }
}

#[tokio::test]
async fn a_sign_in_form_can_be_resent_after_a_store_fault() {
    // Posts the right password while commits fail, while all calls fail, and while the store
    // panics: a fault and no session. The same form works afterwards.
    let (failing, service) = service_with_failing_store().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    for (failure, status) in [
        (StoreFailure::CommitFault(FaultKind::StoreUnavailable), 503),
        (StoreFailure::Fault(FaultKind::StoreBroken), 500),
        (StoreFailure::Panic, 500),
    ] {
        failing.set_failure(failure);
        let response = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
        failing.set_failure(StoreFailure::None);
        assert_eq!(response.status.as_u16(), status, "{failure:?}: {}", response.text);
        assert!(browser.cookie("__Host-session").is_none());
    }
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(parameter(&browser.press(&stay_page, "stay_signed_in", "no").await, "code").is_some());
}

#[tokio::test]
async fn a_wrong_password_that_cannot_be_counted_is_not_revealed() {
    // Posts a wrong password while commits fail or conflict: the page reports a fault, and not a
    // wrong password.
    let (failing, service) = service_with_failing_store().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    for failure in
        [StoreFailure::CommitFault(FaultKind::StoreUnavailable), StoreFailure::CommitConflict]
    {
        failing.set_failure(failure);
        let response = browser.sign_in(&page, "alice@demo.test", "wrong").await;
        failing.set_failure(StoreFailure::None);
        assert_eq!(
            (response.status, error_number(&response)),
            (StatusCode::SERVICE_UNAVAILABLE, 90_033)
        );
    }
}
