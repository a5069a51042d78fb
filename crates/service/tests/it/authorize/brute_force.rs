//! Guessing passwords: what it tells, what it costs, and how it ends.

use http::StatusCode;

use super::browser::{Browser, PASSWORD, between, flow, furnish, house, parameter, request};
use crate::{
    failing::Failing,
    house::{Answer, House},
};

const ADDRESSES: [&str; 10] = [
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.3",
    "192.0.2.4",
    "192.0.2.5",
    "192.0.2.6",
    "192.0.2.7",
    "192.0.2.8",
    "192.0.2.9",
    "192.0.2.10",
];

/// The problem that the sign-in page shows.
fn problem(page: &Answer) -> &str {
    between(&page.text, "id=\"problem\"", "</div>")
}

async fn guess(browser: &mut Browser<'_>, username: &str, password: &str) -> Answer {
    let page = browser.get(&request(&[("prompt", "login")])).await;
    browser.sign_in(&page, username, password).await
}

async fn can_sign_in(house: &House, browser: &mut Browser<'_>) -> bool {
    let answer = guess(browser, "alice@demo.test", PASSWORD).await;
    let _ = house;
    answer.text.contains("stay-yes")
}

#[tokio::test]
async fn a_wrong_password_an_unknown_name_and_a_disabled_account_look_the_same() {
    // S16: the three pages, with flow and name taken out, byte for byte, and their statuses.
    let house = house().await;
    let disabled = model::User {
        administrator: false,
        enabled: false,
        ..model::User::clone(
            &house
                .service
                .store
                .user_named(model::TenantId::new(crate::house::TENANT), "budi@demo.test")
                .await
                .expect("a book")
                .expect("a user"),
        )
    };
    house.apply(model::DirectoryChange::PutUser(disabled)).await;
    let mut pages = Vec::new();
    for (name, password) in
        [("alice@demo.test", "wrong"), ("nobody@demo.test", "wrong"), ("budi@demo.test", PASSWORD)]
    {
        let page = guess(&mut Browser::new(&house), name, password).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(!page.text.contains(PASSWORD));
        pages.push(page.text.replace(flow(&page), "FLOW").replace(name, "NAME"));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[tokio::test]
async fn every_name_costs_the_same_work() {
    // S16: what is asked of the store for a wrong password, twice each: a name with a password,
    // one without, one that is switched off, and one that nobody has. That the password is hashed
    // once for each, and at one cost, is shown where it is hashed.
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    furnish(&house).await;
    let tenant = model::TenantId::new(crate::house::TENANT);
    let alice = house.service.store.user(tenant, model::UserId::new(crate::house::ALICE)).await;
    let alice = alice.expect("a book").expect("a user");
    for (number, name, enabled) in [(1, "bare@demo.test", true), (2, "off@demo.test", false)] {
        let user = model::User {
            administrator: false,
            id: model::UserId::new(uuid::Uuid::from_u128(number)),
            username: name.to_owned(),
            enabled,
            ..model::User::clone(&alice)
        };
        house.apply(model::DirectoryChange::PutUser(user)).await;
    }
    let mut work = Vec::new();
    for name in ["alice@demo.test", "bare@demo.test", "off@demo.test", "nobody@demo.test"] {
        for _ in 0..2 {
            let mut browser = Browser::new(&house);
            let page = browser.get(&request(&[])).await;
            failing.asked();
            let answer = browser.sign_in(&page, name, "wrong").await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            work.push(failing.asked());
        }
    }
    for asked in &work {
        assert_eq!(asked, &work[0]);
        assert!(asked.contains(&"password"), "{asked:?}");
    }
}

#[tokio::test]
async fn guesses_end_after_ten_from_wherever_they_come() {
    // S17: ten wrong ones from ten addresses with invented X-Forwarded-For, then the right one,
    // for a name that exists and for one that does not; the pages are the same.
    let house = house().await;
    let mut locked = Vec::new();
    for name in ["alice@demo.test", "nobody@demo.test"] {
        for address in ADDRESSES {
            let mut browser = Browser::at(&house, address);
            assert_eq!(guess(&mut browser, name, "wrong").await.status, StatusCode::BAD_REQUEST);
        }
        let page = guess(&mut Browser::new(&house), name, PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.headers.contains_key("retry-after"));
        locked.push(problem(&page).to_owned());
    }
    assert_eq!(locked[0], locked[1]);
}

#[tokio::test]
async fn guesses_that_come_at_once_are_counted_one_by_one() {
    // S17, S20: 60 at once: some are turned away because the places are taken, and of the others
    // hardly more than the ten free ones are checked; then the account is locked.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let tasks = (0..60).map(|_| {
        let mut other = Browser::new(&house);
        other.cookies.clone_from(&browser.cookies);
        let page = &page;
        async move { other.sign_in(page, "alice@demo.test", "wrong").await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(tasks).await;
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert!(count(503) >= 20, "{statuses:?}");
    assert!((10..=12).contains(&count(400)), "{statuses:?}");
    assert_eq!(count(503) + count(400) + count(429), 60, "{statuses:?}");
    assert!(!can_sign_in(&house, &mut Browser::new(&house)).await);
}

#[tokio::test]
async fn whoever_guesses_elsewhere_does_not_lock_the_owner_out() {
    // S19: the owner signed in once in one browser; ten wrong guesses elsewhere later it still
    // can there, and a fresh browser cannot.
    let house = house().await;
    let mut owner = Browser::new(&house);
    owner.enter(&request(&[]), "alice@demo.test").await;
    let mut attacker = Browser::at(&house, "198.51.100.1");
    for _ in 0..10 {
        guess(&mut attacker, "alice@demo.test", "wrong").await;
    }
    assert_eq!(guess(&mut attacker, "alice@demo.test", PASSWORD).await.status.as_u16(), 429);
    assert!(!can_sign_in(&house, &mut Browser::new(&house)).await);
    assert!(can_sign_in(&house, &mut owner).await);
    for _ in 0..10 {
        guess(&mut owner, "alice@demo.test", "wrong").await;
    }
    assert!(!can_sign_in(&house, &mut owner).await);
}

#[tokio::test]
async fn a_success_ends_the_count_of_the_account() {
    // Nine wrong, one right, nine wrong, one right: never locked.
    let house = house().await;
    let mut known = None;
    for _ in 0..2 {
        let mut browser = Browser::new(&house);
        browser.cookies.extend(known.take());
        for _ in 0..9 {
            guess(&mut browser, "alice@demo.test", "wrong").await;
        }
        assert!(can_sign_in(&house, &mut browser).await);
    }
}

#[tokio::test]
async fn one_address_cannot_try_every_name() {
    // S17: a hundred names from one address with one guess each, in so long a time that the
    // tenant is forgiven; then even a right one has to wait there, and elsewhere it does not.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    for number in 0..100 {
        if number == 45 || number == 90 {
            forgive_tenant(&house).await;
        }
        let name = format!("person{number}@demo.test");
        let answer = browser.sign_in(&page, &name, "Winter2026").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{number}");
    }
    let answer = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let mut elsewhere = Browser::at(&house, "198.51.100.1");
    assert!(can_sign_in(&house, &mut elsewhere).await);
}

async fn forgive_tenant(house: &House) {
    let tenant = model::TenantId::new(crate::house::TENANT);
    let key = jose::digest::sha256(&signin::lockout::Counter::Tenant.label());
    let change = model::Change::ForgetAttempts { tenant, key };
    let outcome = house.service.store.commit(vec![change]).await.expect("a book");
    assert_eq!(outcome, model::Outcome::Done);
}

#[tokio::test]
async fn one_password_cannot_be_tried_on_every_name_from_many_addresses() {
    // S18: one password on many names from ten addresses; the 51st attempt has to wait, wherever
    // it comes from and for names that nobody has too, but not in a browser that the account
    // knows; the count is the tenant's own, and when it is forgiven everybody may try again.
    let house = house().await;
    let mut owner = Browser::new(&house);
    owner.enter(&request(&[]), "alice@demo.test").await;
    for number in 0..50 {
        let address = ADDRESSES[number % ADDRESSES.len()];
        let name = format!("person{number}@demo.test");
        let answer = guess(&mut Browser::at(&house, address), &name, "Winter2026").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{number}");
    }
    for name in ["person51@demo.test", "budi@demo.test"] {
        let page = guess(&mut Browser::at(&house, "203.0.113.1"), name, PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.headers.contains_key("retry-after"));
    }
    assert!(can_sign_in(&house, &mut owner).await);
    forgive_tenant(&house).await;
    assert!(can_sign_in(&house, &mut Browser::new(&house)).await);
}

#[tokio::test]
async fn a_password_of_any_length_costs_nothing_beyond_the_limit() {
    // S20: one byte more than is read, a missing one, and a body over the limit of all bodies.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let answer = browser.sign_in(&page, "alice@demo.test", &"p".repeat(1_025)).await;
    assert!(problem(&answer).contains("1024"), "{}", problem(&answer));
    let answer = browser.sign_in(&page, "alice@demo.test", "").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = browser.sign_in(&page, "alice@demo.test", &"p".repeat(1 << 20)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(can_sign_in(&house, &mut browser).await);
}

#[tokio::test]
async fn a_failed_attempt_keeps_the_name_and_forgets_the_password() {
    // Types a wrong password and then the right one into the page that came back.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let page = browser.sign_in(&page, "alice@demo.test", "my secret guess").await;
    assert!(page.text.contains("value=\"alice@demo.test\""));
    assert!(problem(&page).contains("Check both") && !problem(&page).contains("User:"));
    assert!(!page.text.contains("my secret guess"));
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(parameter(&browser.press(&stay, "stay", "no").await, "code").is_some());
}
