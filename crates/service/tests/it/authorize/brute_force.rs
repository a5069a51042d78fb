//! Brute-force protection of passwords: enumeration, equal work, lockout and spraying.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use std::time::Duration;

use diagnostics::explanation::{Explanation, Viewer};
use http::StatusCode;
use service::metrics::SignInOutcome;
use signin::lockout::Counter;

use super::browser::{
    Browser, PASSWORD, add_users, between, flow_field, parameter, request, service_with_users,
    without_report_token,
};
use crate::{
    failing_store::{FailingStore, StoreFailure},
    test_service::{TestResponse, TestService},
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

/// Returns the error above the sign-in form, without the ids of the request.
fn form_error(page: &TestResponse) -> &str {
    between(&page.text, "id=\"problem\"", "id=\"problem-number\"")
}

async fn guess(browser: &mut Browser<'_>, username: &str, password: &str) -> TestResponse {
    let page = browser.get(&request(&[("prompt", "login")])).await;
    browser.sign_in(&page, username, password).await
}

async fn can_sign_in(service: &TestService, browser: &mut Browser<'_>) -> bool {
    let response = guess(browser, "alice@demo.test", PASSWORD).await;
    let _ = service;
    response.text.contains("stay-yes")
}

#[tokio::test]
async fn wrong_password_unknown_user_and_disabled_user_look_the_same() {
    // S16: compares the three pages and statuses byte for byte, without flow, trace ID, user name
    // and report token.
    let service = service_with_users().await;
    let disabled = model::User {
        administrator: false,
        enabled: false,
        ..model::User::clone(
            &service
                .state
                .store
                .user_named(model::TenantId::new(crate::test_service::TENANT), "budi@demo.test")
                .await
                .expect("a store")
                .expect("a user"),
        )
    };
    service.apply(model::DirectoryChange::PutUser(disabled)).await;
    let mut pages = Vec::new();
    for (name, password) in
        [("alice@demo.test", "wrong"), ("nobody@demo.test", "wrong"), ("budi@demo.test", "wrong")]
    {
        let page = guess(&mut Browser::new(&service), name, password).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(!page.text.contains(PASSWORD));
        let trace_id = between(&page.text, "id=\"problem-trace-id\">", "<");
        let text = page.text.replace(trace_id, "TRACE");
        let text = text.replace(flow_field(&page), "FLOW").replace(name, "NAME");
        pages.push(without_report_token(&text));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[tokio::test]
async fn a_right_password_reveals_that_the_account_is_switched_off() {
    // Signs in to a disabled account: with the right password after a wrong one, which counts, and
    // again. Only the record of the wrong password says more, and only to the operator.
    let service = service_with_users().await;
    let tenant = model::TenantId::new(crate::test_service::TENANT);
    let budi = service.state.store.user_named(tenant, "budi@demo.test").await.expect("a store");
    let since = model::Timestamp::from_seconds(1_790_000_000);
    let disabled = model::User {
        enabled: false,
        disabled_at: Some(since),
        ..model::User::clone(&budi.expect("a user"))
    };
    service.apply(model::DirectoryChange::PutUser(disabled)).await;
    let mut browser = Browser::new(&service);
    let wrong = guess(&mut browser, "budi@demo.test", "wrong").await;
    assert!(wrong.text.contains("Wrong user name or password"), "{}", wrong.text);
    for _ in 0..2 {
        let right = guess(&mut browser, "budi@demo.test", PASSWORD).await;
        assert!(right.text.contains("The account is switched off"), "{}", right.text);
        assert!(!right.text.contains("2026-09"), "the time is not for the user");
    }
    service.state.recorder.flush().await;
    let query = model::RecordQuery { failed_only: true, limit: 9, ..Default::default() };
    let records = service.state.history.find(query).await.expect("a history");
    let numbers: Vec<_> = records.iter().filter_map(|record| record.number).collect();
    assert_eq!(numbers, [50_057, 50_057, 50_126]);
    for record in &records {
        let language = catalogue::Language::ENGLISH;
        let explained = Explanation::new(record, Viewer::Operator, language);
        let steps = explained.refusal.expect("a refusal").steps.join(" ");
        assert!(steps.contains("enabled = true") && !steps.contains("set a new one"), "{steps}");
        let differences = explained.comparisons.iter().filter_map(|it| it.difference.as_ref());
        let texts: Vec<_> = differences.map(|it| it.text.as_str()).collect();
        assert!(texts.iter().any(|text| text.contains("switched off since 2026-09")), "{texts:?}");
        let developer = Explanation::new(record, Viewer::ClientDeveloper, language);
        assert!(developer.comparisons.is_empty());
    }
}

#[tokio::test]
async fn an_unknown_user_name_is_recorded_only_if_it_resembles_one() {
    // Types a misspelled name, a name of the tenant's domain, a password and the form's own
    // password; then searches for each by its digest.
    let service = service_with_users().await;
    let typed = ["alcie@demo.test", "nobody@demo.test", "hunter2-Hunter2", "wrong@demo.test"];
    for name in typed {
        guess(&mut Browser::new(&service), name, "wrong@demo.test").await;
    }
    service.state.recorder.flush().await;
    let mut kept = Vec::new();
    for name in typed {
        let digest = service.tenant.username_digests(&name.to_lowercase()).next();
        assert!(digest.is_some());
        let query = model::RecordQuery { username_digest: digest, limit: 9, ..Default::default() };
        let mut records = service.state.history.find(query).await.expect("a history");
        assert_eq!(records.len(), 1, "{name}");
        let details = records.remove(0).refusal_details.expect("details");
        kept.push(details.typed_username.expect("a typed name").text);
    }
    let known = |name: &str| Some(name.to_owned());
    assert_eq!(kept, [known("alcie@demo.test"), known("nobody@demo.test"), None, None]);
    let unknown = service.tenant.username_digests("alice@demo.test").next();
    let query = model::RecordQuery { username_digest: unknown, limit: 9, ..Default::default() };
    assert!(service.state.history.find(query).await.expect("a history").is_empty());
}

#[tokio::test]
async fn a_wrong_password_costs_the_same_work_for_every_user_name() {
    // S16: compares the store calls of a wrong password, twice for each kind of user: with a
    // password, without one, disabled, and unknown. Tests of signin show that each hashes once at
    // the same cost.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let tenant = model::TenantId::new(crate::test_service::TENANT);
    let alice =
        service.state.store.user(tenant, model::UserId::new(crate::test_service::ALICE)).await;
    let alice = alice.expect("a store").expect("a user");
    for (number, name, enabled) in [(1, "bare@demo.test", true), (2, "off@demo.test", false)] {
        let user = model::User {
            administrator: false,
            id: model::UserId::new(uuid::Uuid::from_u128(number)),
            username: name.to_owned(),
            enabled,
            ..model::User::clone(&alice)
        };
        service.apply(model::DirectoryChange::PutUser(user)).await;
    }
    let mut work = Vec::new();
    for name in ["alice@demo.test", "bare@demo.test", "off@demo.test", "nobody@demo.test"] {
        for _ in 0..2 {
            let mut browser = Browser::new(&service);
            let page = browser.get(&request(&[])).await;
            failing.take_calls();
            let response = browser.sign_in(&page, name, "wrong").await;
            assert_eq!(response.status, StatusCode::BAD_REQUEST);
            work.push(failing.take_calls());
        }
    }
    for calls in &work {
        assert_eq!(calls, &work[0]);
        assert!(calls.contains(&"password"), "{calls:?}");
    }
}

#[tokio::test]
async fn eight_failed_sign_ins_lock_a_user_name_from_any_address() {
    // S17: sends eight wrong passwords from eight addresses, then the right one, for an existing
    // and an unknown user. The pages are the same. A refused one writes nothing.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let mut locked = Vec::new();
    for name in ["alice@demo.test", "nobody@demo.test"] {
        for address in &ADDRESSES[..8] {
            let mut browser = Browser::at_address(&service, address);
            assert_eq!(guess(&mut browser, name, "wrong").await.status, StatusCode::BAD_REQUEST);
        }
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        failing.take_calls();
        let page = browser.sign_in(&page, name, PASSWORD).await;
        let calls = failing.take_calls();
        assert!(!calls.contains(&"commit") && !calls.contains(&"password"), "{calls:?}");
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.headers.contains_key("retry-after"));
        locked.push(form_error(&page).to_owned());
    }
    assert_eq!(locked[0], locked[1]);
}

#[tokio::test]
async fn concurrent_password_guesses_are_counted_one_by_one() {
    // S17, S20: sends 20 at once, again and again until all are refused. Most are refused because
    // an account has two places in the queue. Exactly eight are checked, then it is locked.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let tasks = (0..20).map(|_| {
            let mut other = Browser::new(&service);
            other.cookies.clone_from(&browser.cookies);
            let page = &page;
            async move { other.sign_in(page, "alice@demo.test", "wrong").await.status.as_u16() }
        });
        statuses.extend(futures_util::future::join_all(tasks).await);
    }
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert!(count(503) >= 20, "{statuses:?}");
    assert_eq!(count(400), 8, "{statuses:?}");
    assert_eq!(count(503) + count(400) + count(429), 160, "{statuses:?}");
    let counted = |outcome| usize::try_from(service.state.metrics.sign_ins(outcome)).ok();
    assert_eq!(counted(SignInOutcome::Busy), Some(count(503)));
    assert_eq!(counted(SignInOutcome::Locked), Some(count(429)));
    assert!(!can_sign_in(&service, &mut Browser::new(&service)).await);
}

#[tokio::test]
async fn guesses_from_elsewhere_do_not_lock_out_a_known_browser() {
    // S19: the user signed in once in one browser. After ten wrong guesses elsewhere they still can
    // there, and a new browser cannot.
    let service = service_with_users().await;
    let mut known_browser = Browser::new(&service);
    known_browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let mut attacker = Browser::at_address(&service, "198.51.100.1");
    for _ in 0..10 {
        guess(&mut attacker, "alice@demo.test", "wrong").await;
    }
    assert_eq!(guess(&mut attacker, "alice@demo.test", PASSWORD).await.status.as_u16(), 429);
    assert!(!can_sign_in(&service, &mut Browser::new(&service)).await);
    assert!(can_sign_in(&service, &mut known_browser).await);
    for _ in 0..10 {
        guess(&mut known_browser, "alice@demo.test", "wrong").await;
    }
    assert!(!can_sign_in(&service, &mut known_browser).await);
}

#[tokio::test]
async fn repetitions_of_a_lock_are_one_row_of_the_request_list() {
    // Guesses until two accounts are locked and five times more, in turn. A page is between every
    // two guesses.
    let service = crate::admin::service_with_admin().await;
    let mut administrator = crate::admin::signed_in_admin(&service).await;
    let mut attacker = Browser::at_address(&service, "198.51.100.1");
    for _ in 0..13 {
        for name in ["alice@demo.test", "nobody@demo.test"] {
            guess(&mut attacker, name, "wrong").await;
        }
    }
    service.state.recorder.flush().await;
    let page = administrator.get("/admin/requests").await.assert_ok();
    let rows = page.text.matches("<code>AADSTS50053</code>").count();
    assert_eq!(rows, 2, "{}", page.text);
    assert_eq!(page.text.matches("<span class=\"times\">5 ×</span> <code>AADSTS50053").count(), 2);
}

#[tokio::test]
async fn a_successful_sign_in_resets_the_count_of_a_known_browser() {
    // Nine wrong passwords and the right one, three times, in a browser that the user has used.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    for _ in 0..3 {
        for _ in 0..9 {
            guess(&mut browser, "alice@demo.test", "wrong").await;
        }
        assert!(can_sign_in(&service, &mut browser).await);
    }
}

#[tokio::test]
async fn a_successful_sign_in_gives_an_attacker_no_new_guesses() {
    // LM2: guesses seven times; then the user signs in with a new browser and with it again. The
    // attacker has one guess left.
    let service = service_with_users().await;
    let mut attacker = Browser::at_address(&service, "198.51.100.1");
    for _ in 0..7 {
        guess(&mut attacker, "alice@demo.test", "wrong").await;
    }
    let mut browser = Browser::new(&service);
    assert!(can_sign_in(&service, &mut browser).await);
    assert!(can_sign_in(&service, &mut browser).await);
    let mut guesses = Vec::new();
    for _ in 0..2 {
        guesses.push(guess(&mut attacker, "alice@demo.test", "wrong").await.status.as_u16());
    }
    assert_eq!(guesses, [400, 429]);
}

#[tokio::test]
async fn a_flow_that_ended_verifies_no_password() {
    // LM4: signs in to the end, then sends the form of the password again with the cookies of
    // before.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let before = browser.cookies.clone();
    failing.take_calls();
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(failing.take_calls().contains(&"password"));
    browser.press(&stay_page, "stay_signed_in", "no").await;
    browser.cookies = before;
    failing.take_calls();
    browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let calls = failing.take_calls();
    assert!(!calls.contains(&"password") && !calls.contains(&"user_named"), "{calls:?}");
}

#[tokio::test]
async fn a_flood_of_one_address_lets_the_sign_ins_of_others_pass() {
    // LM3: sends 60 forms at once with the right password of one account, and then those of another
    // user from other addresses. The flood loses its places; the others all sign in.
    let service = service_with_users().await;
    let mut flooder = Browser::at_address(&service, "198.51.100.1");
    let flooded = std::sync::Arc::new(flooder.get(&request(&[])).await);
    let mut senders = Vec::new();
    for _ in 0..60 {
        let mut sender = Browser::at_address(&service, "198.51.100.1");
        sender.cookies.clone_from(&flooder.cookies);
        senders.push((sender, std::sync::Arc::clone(&flooded), "alice@demo.test"));
    }
    for address in &ADDRESSES[..3] {
        let mut sender = Browser::at_address(&service, address);
        let page = sender.get(&request(&[])).await;
        senders.push((sender, std::sync::Arc::new(page), "budi@demo.test"));
    }
    let tasks = senders.into_iter().map(|(mut sender, page, name)| async move {
        let response = sender.sign_in(&page, name, PASSWORD).await;
        (name, response.status.as_u16())
    });
    let statuses = futures_util::future::join_all(tasks).await;
    let refused = |name| statuses.iter().filter(|it| **it == (name, 503)).count();
    assert!(refused("alice@demo.test") > 30, "{statuses:?}");
    assert_eq!(refused("budi@demo.test"), 0, "{statuses:?}");
}

#[tokio::test]
async fn an_address_is_locked_after_guessing_a_hundred_names() {
    // S17: guesses a hundred names from one address and clears the tenant's count meanwhile. Then
    // even the right password is refused there, and accepted elsewhere.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    for number in 0..100 {
        if number == 45 || number == 90 {
            clear_tenant_count(&service).await;
        }
        let name = format!("person{number}@demo.test");
        let response = browser.sign_in(&page, &name, "Winter2026").await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{number}");
    }
    let response = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(response.status, StatusCode::TOO_MANY_REQUESTS);
    let mut other_address = Browser::at_address(&service, "198.51.100.1");
    assert!(can_sign_in(&service, &mut other_address).await);
}

#[tokio::test]
async fn guesses_beyond_an_address_limit_stay_few_on_a_slow_disk() {
    // Hostile input LM25: an address has one guess left. While the store holds every commit, 24
    // guesses for different names arrive. Eight are verified, and the others wait. After the
    // release these are refused, and all eight are counted.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let address = Counter::Address("192.0.2.1".parse().expect("an address"));
    set_count(&service, &address, 99).await;
    let mut browser = Browser::at_address(&service, "192.0.2.1");
    let page = browser.get(&request(&[])).await;
    failing.take_calls();
    failing.set_failure(StoreFailure::CommitHeld);
    let guesses = (0..24).map(|number| {
        let mut other = Browser::at_address(&service, "192.0.2.1");
        other.cookies.clone_from(&browser.cookies);
        let page = &page;
        async move {
            let name = format!("person{number}@demo.test");
            other.sign_in(page, &name, "wrong").await.status.as_u16()
        }
    });
    let release = async {
        let verified = || {
            let calls = failing.take_calls();
            calls.into_iter().filter(|call| *call == "password").count()
        };
        let mut read = 0;
        while read < 8 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            read += verified();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        read += verified();
        failing.set_failure(StoreFailure::None);
        read
    };
    let (statuses, read) = tokio::join!(futures_util::future::join_all(guesses), release);
    assert_eq!(read, 8);
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((count(400), count(429)), (8, 16), "{statuses:?}");
    assert_eq!(stored_count(&service, &address).await.map(|stored| stored.count), Some(107));
}

async fn stored_count(service: &TestService, counter: &Counter) -> Option<model::FailedSignIns> {
    let tenant = model::TenantId::new(crate::test_service::TENANT);
    let key = jose::digest::sha256(&counter.label());
    service.state.store.failed_sign_ins(tenant, key).await.expect("a store")
}

/// Stores the number of failures of a counter. It decays while a slow test runs.
async fn set_count(service: &TestService, counter: &Counter, count: u32) {
    let tenant = model::TenantId::new(crate::test_service::TENANT);
    let key = jose::digest::sha256(&counter.label());
    let stored = stored_count(service, counter).await;
    let now = service::now();
    let failed_sign_ins = model::FailedSignIns {
        tenant,
        key,
        count,
        last_failed_at: now,
        expires_at: now + model::Seconds::hours(1),
    };
    let change = model::Change::CountFailedSignIns { before: stored, failed_sign_ins };
    let outcome = service.state.store.commit(vec![change]).await.expect("a store");
    assert_eq!(outcome, model::CommitOutcome::Committed);
}

async fn clear_tenant_count(service: &TestService) {
    let tenant = model::TenantId::new(crate::test_service::TENANT);
    let key = jose::digest::sha256(&Counter::Tenant.label());
    let change = model::Change::ClearFailedSignIns { tenant, key };
    let outcome = service.state.store.commit(vec![change]).await.expect("a store");
    assert_eq!(outcome, model::CommitOutcome::Committed);
}

#[tokio::test]
async fn password_spraying_delays_the_addresses_that_guess_and_no_other() {
    // S18, LM1: tries one password on 30 names from ten addresses, while many sign-ins fail in the
    // tenant. Then these addresses wait, also with a right password, but not in a browser that the
    // account knows. Every other address may sign in. The operator sees why.
    let service = service_with_users().await;
    let mut known_browser = Browser::new(&service);
    known_browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    for number in 0..30 {
        let address = ADDRESSES[number % ADDRESSES.len()];
        let name = format!("person{number}@demo.test");
        let response =
            guess(&mut Browser::at_address(&service, address), &name, "Winter2026").await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{number}");
    }
    set_count(&service, &Counter::Tenant, 1_000).await;
    for name in ["person51@demo.test", "budi@demo.test"] {
        let page = guess(&mut Browser::at_address(&service, ADDRESSES[3]), name, PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.headers.contains_key("retry-after"));
    }
    service.state.recorder.flush().await;
    let query = model::RecordQuery { failed_only: true, limit: 1, ..Default::default() };
    let record = service.state.history.find(query).await.expect("a history").remove(0);
    let explained = Explanation::new(&record, Viewer::Operator, catalogue::Language::ENGLISH);
    let differences = explained.comparisons.iter().filter_map(|it| it.difference.as_ref());
    let texts: Vec<_> = differences.map(|it| it.text.as_str()).collect();
    assert!(texts.iter().any(|text| text.contains("in the whole tenant")), "{texts:?}");
    assert!(can_sign_in(&service, &mut known_browser).await);
    for number in 0..20 {
        let address = format!("203.0.113.{number}");
        assert!(can_sign_in(&service, &mut Browser::at_address(&service, &address)).await);
    }
}

#[tokio::test]
async fn a_password_over_1024_bytes_is_refused() {
    // S20: sends one byte over the limit, an empty password, and a body over the limit of all
    // bodies.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let response = browser.sign_in(&page, "alice@demo.test", &"p".repeat(1_025)).await;
    assert!(form_error(&response).contains("1024"), "{}", form_error(&response));
    let response = browser.sign_in(&page, "alice@demo.test", "").await;
    assert_eq!(response.status, StatusCode::BAD_REQUEST);
    let response = browser.sign_in(&page, "alice@demo.test", &"p".repeat(1 << 20)).await;
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(can_sign_in(&service, &mut browser).await);
}

#[tokio::test]
async fn a_failed_sign_in_page_keeps_the_user_name_only() {
    // Sends a wrong password, then the right one from the page that was returned.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let page = browser.sign_in(&page, "alice@demo.test", "my secret guess").await;
    assert!(page.text.contains("value=\"alice@demo.test\""));
    let error = form_error(&page);
    assert!(error.contains("Check the user name") && !error.contains("User:"), "{error}");
    assert!(!page.text.contains("my secret guess"));
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(parameter(&browser.press(&stay_page, "stay_signed_in", "no").await, "code").is_some());
}

#[tokio::test]
async fn spellings_of_one_user_name_share_a_failure_count() {
    // S19: guesses with other cases, widths and compositions of one unknown name until the account
    // is locked, then signs in with yet another one.
    let service = service_with_users().await;
    let spellings =
        ["jörg@demo.test", "Jo\u{308}rg@demo.test", "ＪÖRG@demo.test", "JÖRG@DEMO.test"];
    for (round, address) in ADDRESSES[..8].iter().enumerate() {
        let mut browser = Browser::at_address(&service, address);
        let page = guess(&mut browser, spellings[round % spellings.len()], "wrong").await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{round}");
    }
    let page = guess(&mut Browser::new(&service), "ＪＯ\u{308}ＲＧ@demo.test", "wrong").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
}
