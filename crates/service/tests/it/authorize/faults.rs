//! What people and clients get while the store is in trouble, and that nothing is half done.

use std::sync::Arc;

use http::StatusCode;
use model::FaultKind;

use super::browser::{
    Browser, PASSWORD, furnish, location, number, number_sent, parameter, request,
};
use crate::{
    failing::{Failing, Trouble},
    house::House,
};

async fn house() -> (Arc<Failing>, House) {
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    furnish(&house).await;
    (failing, house)
}

#[tokio::test]
async fn a_person_sees_a_page_and_a_silent_request_hears_it_from_the_answer() {
    // A signed-in browser while no session can be read: nobody would see a page in a hidden frame,
    // so only the visible request gets one; both work again when the trouble is over.
    let (failing, house) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(&request(&[]), "alice@demo.test").await;
    failing.set(Trouble::Fault(FaultKind::StoreUnavailable));
    let page = browser.get(&request(&[])).await;
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    failing.set(Trouble::None);
    assert_eq!((page.status, number(&page)), (StatusCode::SERVICE_UNAVAILABLE, 90_033));
    assert!(!page.text.contains("the test says so"));
    assert!(page.text.contains("id=\"start-again\""), "{}", page.text);
    assert!(location(&silent).starts_with("https://web.test/callback?error="));
    assert_eq!(parameter(&silent, "error").as_deref(), Some("temporarily_unavailable"));
    assert_eq!(
        (number_sent(&silent), parameter(&silent, "state").as_deref()),
        (90_033, Some("s 1"))
    );
    for with in [&[][..], &[("prompt", "none")]] {
        assert!(parameter(&browser.get(&request(with)).await, "code").is_some());
    }
}

#[tokio::test]
async fn a_sign_in_that_could_not_be_recorded_can_be_sent_again() {
    // Posts the right password while commits fail, while everything does, and while the store
    // panics: each time a page that says so and no session; the same form works afterwards.
    let (failing, house) = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    for (trouble, status) in [
        (Trouble::Commits(FaultKind::StoreUnavailable), 503),
        (Trouble::Fault(FaultKind::StoreBroken), 500),
        (Trouble::Panic, 500),
    ] {
        failing.set(trouble);
        let answer = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
        failing.set(Trouble::None);
        assert_eq!(answer.status.as_u16(), status, "{trouble:?}: {}", answer.text);
        assert!(browser.cookie("__Host-session").is_none());
    }
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(parameter(&browser.press(&stay, "stay", "no").await, "code").is_some());
}

#[tokio::test]
async fn a_guess_that_cannot_be_counted_is_not_told() {
    // A wrong password while commits fail or never hold still: the page says that the service
    // failed, and not that the password was wrong.
    let (failing, house) = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    for trouble in [Trouble::Commits(FaultKind::StoreUnavailable), Trouble::Conflicts] {
        failing.set(trouble);
        let answer = browser.sign_in(&page, "alice@demo.test", "wrong").await;
        failing.set(Trouble::None);
        assert_eq!((answer.status, number(&answer)), (StatusCode::SERVICE_UNAVAILABLE, 90_033));
    }
}
