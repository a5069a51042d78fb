//! The page with the recent activity, and the report that something was not the user.

use http::StatusCode;
use model::{ChangeEvent, Seconds, TenantId, TicketQuery, UserId};
use service::Settings;

use super::{ALICE_NAME, OVERVIEW, open, open_signed_out, silent_result, submit};
use crate::{
    authorize::browser::{
        Browser, between, form_path, problem_number, request, service_with_users, unescaped,
    },
    test_service::{ALICE, ORIGIN, TENANT, TestResponse, TestService},
    tickets::service_with,
};

const PAGE: &str = "/demo/account/activity";
const REPORT: &str = "/demo/account/activity/report";

/// Types a wrong password for Alice in another browser.
async fn guess(service: &TestService) {
    let mut other = Browser::at_address(service, "198.51.100.7");
    let page = other.get(&request(&[])).await;
    let refused = other.sign_in(&page, ALICE_NAME, "a wrong password").await;
    assert_eq!(problem_number(&refused), 50_126);
}

#[tokio::test]
async fn activity_has_successes_failures_with_number_and_changes() {
    // Guesses the password elsewhere, twice, signs in and changes it. Another user sees none of
    // that.
    let service = service_with_users().await;
    guess(&service).await;
    guess(&service).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, "/demo/account/password").await.assert_ok();
    let fields = [("new_password", "membeli empat buku hijau")];
    submit(&mut browser, &page, ("/demo/account/password", &fields)).await;
    let page = open(&mut browser, PAGE).await.assert_ok();
    for text in ["AADSTS50126", "198.51.100.7", "You signed in", "Password set"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(unescaped(&page).contains("href=\"/error?code=50126\""), "{}", page.text);
    assert!(!page.text.contains("a wrong password"));
    assert_eq!(page.text.matches("AADSTS50126").count(), 1, "{}", page.text);
    assert!(page.text.contains("2 times"), "{}", page.text);
    let mut budi = Browser::new(&service);
    budi.sign_in_from(&request(&[]), "budi@demo.test").await;
    let page = open(&mut budi, PAGE).await.assert_ok();
    assert!(!page.text.contains("50126") && !page.text.contains("Password set"), "{}", page.text);
}

#[tokio::test]
async fn changes_are_shown_by_user_id_in_a_busy_tenant() {
    // An earlier user of the same name had an app, and after the change of Alice the tenant has
    // thousands of others. She sees hers alone.
    let service = service_with_users().await;
    let (now, tenant) = (service.state.now(), TenantId::new(TENANT));
    let event = |ago, kind, subject: &str| {
        ChangeEvent::new(now - Seconds::new(ago), Some(tenant), (kind, subject, "gone"))
    };
    let own = event(100, "passkey_added", ALICE_NAME).of_user(UserId::new(ALICE));
    let earlier = event(90, "authenticator_app_added", ALICE_NAME);
    let of_other = UserId::new(uuid::Uuid::from_u128(99));
    let events = vec![own, earlier.clone().of_user(of_other), earlier];
    service.state.history.record_events(events).await.expect("a history");
    let others = (0..3_000).map(|_| event(50, "password_set", "budi@demo.test")).collect();
    service.state.history.record_events(others).await.expect("a history");
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    assert!(page.text.contains("Passkey \u{201c}gone\u{201d} added"), "{}", page.text);
    assert!(!page.text.contains("Authenticator app") && !page.text.contains("Password set"));
}

#[tokio::test]
async fn report_ends_every_session_and_opens_one_ticket() {
    // Reports a failure of another browser, twice. The page after it needs no session, and says
    // which ticket it is; without its sealed parameter, it leads to the account.
    let service = service_with_users().await;
    guess(&service).await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let mut other = Browser::new(&service);
    other.sign_in_from(&request(&[]), ALICE_NAME).await;
    let page = open(&mut browser, PAGE).await.assert_ok();
    let text = unescaped(&page);
    let of_failure = between(&text, "AADSTS50126", "aria-label");
    let id = between(of_failure, "report?id=", "\"").to_owned();
    let asked = open(&mut browser, &format!("{REPORT}?id={id}")).await.assert_ok();
    assert!(asked.text.contains("id=\"confirm\""), "{}", asked.text);
    let reported = submit(&mut browser, &asked, (REPORT, &[("id", &id)])).await;
    let path = reported.header("location").to_owned();
    let shown = browser.get(&path).await.assert_ok();
    assert_eq!(silent_result(&mut other).await, "login_required");
    assert_eq!(form_path(&open(&mut browser, OVERVIEW).await), "/demo/sign-in");
    let tickets = tickets(&service).await;
    let [ticket] = tickets.as_slice() else { panic!("{tickets:?}") };
    assert_eq!(ticket.number, 50_126);
    assert!(ticket.text.contains(ALICE_NAME) && ticket.text.contains("198.51.100.7"));
    assert!(ticket.record.is_some());
    assert!(shown.text.contains(&ticket.id.to_string()), "{}", shown.text);
    let forged = browser.get("/demo/account/reported?report=x").await;
    assert_eq!(forged.header("location"), OVERVIEW);
}

#[tokio::test]
async fn request_of_another_user_cannot_be_reported() {
    // Budi posts the trace id of a request of Alice: nothing happens to either.
    let service = service_with_users().await;
    let mut alice = Browser::new(&service);
    open_signed_out(&mut alice, OVERVIEW).await.assert_ok();
    let page = open(&mut alice, PAGE).await.assert_ok();
    let id = between(&unescaped(&page), "report?id=", "\"").to_owned();
    let mut budi = Browser::new(&service);
    budi.sign_in_from(&request(&[]), "budi@demo.test").await;
    let page = open(&mut budi, PAGE).await.assert_ok();
    for id in [id.as_str(), "x", ""] {
        let response = submit(&mut budi, &page, (REPORT, &[("id", id)])).await;
        assert_eq!((response.status, response.header("location")), (StatusCode::SEE_OTHER, PAGE));
    }
    assert_eq!(tickets(&service).await.len(), 0);
    assert_eq!(silent_result(&mut budi).await, "code");
    assert_eq!(silent_result(&mut alice).await, "code");
}

#[tokio::test]
async fn look_ups_of_a_user_in_the_history_are_limited() {
    // Hostile input LM7: opens each page that reads the history until it is refused, and requests
    // the download. Another user still opens them.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let data = open_signed_out(&mut browser, "/demo/account/data").await.assert_ok();
    let report = format!("{REPORT}?id={}", uuid::Uuid::nil());
    for page in [PAGE, "/demo/account/sessions", &report] {
        assert!(is_refused(async || open(&mut browser, page).await).await, "{page}");
    }
    let download = ("/demo/account/data", &[][..]);
    assert!(is_refused(async || submit(&mut browser, &data, download).await).await);
    let mut budi = Browser::new(&service);
    budi.sign_in_from(&request(&[]), "budi@demo.test").await;
    open(&mut budi, PAGE).await.assert_ok();
}

#[tokio::test]
async fn page_without_records_says_so() {
    // The operator has switched records off.
    let settings = Settings { records: None, ..Settings::new(ORIGIN.to_owned()) };
    let history = std::sync::Arc::new(store::MemoryHistory::new());
    let service = service_with(settings, history).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    assert!(page.text.contains("id=\"not-recorded\""), "{}", page.text);
}

/// Returns whether a page is refused at last. The limit is refilled meanwhile.
async fn is_refused(mut open: impl AsyncFnMut() -> TestResponse) -> bool {
    for _ in 0..100 {
        let page = open().await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            return page.text.contains("ADMIT88000208");
        }
    }
    false
}

async fn tickets(service: &TestService) -> Vec<model::Ticket> {
    let tenant = Some(TenantId::new(TENANT));
    let query = TicketQuery { tenant, limit: 9, ..TicketQuery::default() };
    service.state.history.tickets(query).await.expect("a history")
}
