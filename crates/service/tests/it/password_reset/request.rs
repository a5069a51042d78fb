//! Asking for a mail: who gets one, and what a response reveals.

use http::StatusCode;
use model::{DirectoryChange, PasswordReset, RecordQuery, RequestRecord, TenantId, User, UserId};
use uuid::Uuid;

use super::{
    ALICE_NAME, ask, ask_on, begin, change_alice, mails, service_over, service_with_mailbox,
};
use crate::{
    authorize::browser::{
        Browser, flow_field, form_action, form_path, problem_number, request, service_with_users,
        step_field, without_report_token,
    },
    failing_store::FailingStore,
    test_service::{ALICE, TENANT, TestResponse, TestService},
};

/// A change of a user.
type Edit = fn(&mut User);

/// Adds users to whom no mail goes, each for another reason. Returns their names and the reasons.
async fn add_users_without_mail(service: &TestService) -> Vec<(String, &'static str)> {
    let policy = PasswordReset::MailExceptAdministrators;
    service.change_tenant(|tenant| tenant.password_reset = policy).await;
    service.change_user(|user| user.administrator = false).await;
    let alice = service.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    let alice = User::clone(&alice.expect("a store").expect("a user"));
    let stored = service.state.store.password(alice.tenant, alice.id).await.expect("a store");
    let mut users = vec![("nobody@demo.test".to_owned(), "account_unknown")];
    let kinds: [(&str, Edit); 7] = [
        ("reset_user_disabled", |user| user.enabled = false),
        ("reset_user_expired", |user| user.expires = Some(service::now())),
        ("reset_not_for_administrators", |user| user.administrator = true),
        ("reset_not_allowed", |user| user.password_reset = false),
        ("reset_no_address", |user| user.email = None),
        ("reset_address_unverified", |user| user.email_verified = false),
        ("reset_no_password", |_| {}),
    ];
    for (number, (reason, change)) in (1..).zip(kinds) {
        let mut user = User {
            id: UserId::new(Uuid::from_u128(number)),
            username: format!("user{number}@demo.test"),
            email: Some(format!("user{number}@demo.test")),
            ..alice.clone()
        };
        change(&mut user);
        let (tenant, id, name) = (user.tenant, user.id, user.username.clone());
        service.apply(DirectoryChange::PutUser(user)).await;
        if reason != "reset_no_password" {
            let password = stored.clone().expect("a password");
            service.apply(DirectoryChange::PutPassword { tenant, user: id, password }).await;
        }
        users.push((name, reason));
    }
    users
}

/// Returns status and page of a response without what differs between all responses.
fn comparable(response: &TestResponse, name: &str) -> (StatusCode, String) {
    let page = response.text.replace("&#64;", "@").replace(name, "NAME");
    let initial = name.chars().take(1).flat_map(char::to_uppercase).collect::<String>();
    let page = page.replace(&format!(">{initial}</span>"), ">INITIAL</span>");
    let trace_id = page.split("problem-trace-id\">").nth(1).and_then(|it| it.split('<').next());
    let page = trace_id.map_or_else(|| page.clone(), |trace_id| page.replace(trace_id, "TRACE"));
    let page = page.replace(flow_field(response), "FLOW").replace(step_field(response), "STEP");
    let parts = page.split("request_uri=").map(|part| part.split('"').skip(1).collect::<String>());
    let page = if page.contains("request_uri=") { parts.collect() } else { page };
    (response.status, without_report_token(&page))
}

#[tokio::test]
async fn every_user_name_gets_the_same_answer_and_costs_the_same_work() {
    // Hostile input S25: asks for mails for a user with a verified address, for users without one,
    // and for a name of no user; then types a wrong code. Pages and store calls are the same.
    let failing = FailingStore::new();
    let (service, mailbox) = service_over(failing.store()).await;
    let mut names = add_users_without_mail(&service).await;
    names.push((ALICE_NAME.to_owned(), ""));
    let mut seen = Vec::new();
    for (name, _) in &names {
        let mut browser = Browser::new(&service);
        let page = begin(&mut browser).await;
        failing.take_calls();
        let fields = [
            ("flow", flow_field(&page)),
            ("step", step_field(&page)),
            ("username", name.as_str()),
            ("action", "send"),
        ];
        let sent = browser.post_only(&form_action(&page), &fields).await;
        let asked = failing.take_calls();
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let page = browser.follow(sent).await.assert_ok();
        assert!(page.text.contains("id=\"send-again\""), "{}", page.text);
        failing.take_calls();
        let wrong = super::type_code(&mut browser, &page, "1234 5678").await;
        let typed = failing.take_calls();
        assert_eq!(problem_number(&wrong), 88_000_371, "{name}");
        seen.push((comparable(&page, name), asked, comparable(&wrong, name), typed));
    }
    for (one, (name, _)) in seen.iter().zip(&names) {
        assert_eq!(one, &seen[0], "{name}");
    }
    assert_eq!(mails(&mailbox).await.len(), 1);
}

#[tokio::test]
async fn record_says_why_no_mail_was_sent() {
    // Asks for mails for users who get none, and reads the reason in the record of each request.
    let (service, mailbox) = service_with_mailbox().await;
    for (name, reason) in add_users_without_mail(&service).await {
        let mut browser = Browser::new(&service);
        let page = begin(&mut browser).await;
        let fields = [
            ("flow", flow_field(&page)),
            ("step", step_field(&page)),
            ("username", name.as_str()),
            ("action", "send"),
        ];
        let sent = browser.post_only(&form_action(&page), &fields).await;
        let record = record_of(&service, &sent).await;
        assert_eq!(record.warnings[0].kind, "reset_mail_not_sent");
        let details = record.refusal_details.expect("details");
        let difference = details.comparisons[0].difference.as_ref().expect("a difference");
        assert_eq!(difference.kind, reason, "{name}");
        assert!(details.comparisons[0].operator_only, "{name}");
        assert_eq!(record.number, None);
    }
    assert!(mails(&mailbox).await.is_empty());
}

async fn record_of(service: &TestService, response: &TestResponse) -> RequestRecord {
    service.state.recorder.flush().await;
    let trace_id = response.header("x-ms-request-id").parse().ok();
    let query = RecordQuery { trace_id, limit: 1, ..RecordQuery::default() };
    service.state.history.find(query).await.expect("a history").pop().expect("a record")
}

#[tokio::test]
async fn page_offers_a_reset_only_if_tenant_and_service_allow_it() {
    // Opens the sign-in page of a service without mail, and of a tenant that has switched resets
    // off; then sends the form nevertheless, and in the middle of a reset.
    let service = service_with_users().await;
    let page = Browser::new(&service).get(&request(&[])).await.assert_ok();
    assert!(!page.text.contains("forgot-password"));
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, ALICE_NAME).await;
    assert_eq!(mails(&mailbox).await.len(), 1);
    service.change_tenant(|tenant| tenant.password_reset = PasswordReset::Off).await;
    let shown = ask_on(&mut browser, &page, ALICE_NAME).await;
    assert_eq!(form_path(&shown), "/demo/sign-in");
    let shown = browser.press(&shown, "action", "forgot").await;
    assert_eq!(form_path(&shown), "/demo/sign-in");
    assert!(!shown.text.contains("forgot-password"));
    assert_eq!(mails(&mailbox).await.len(), 1);
}

#[tokio::test]
async fn sixth_mail_for_a_name_is_refused_whether_a_user_has_it_or_not() {
    // Hostile input S26: asks for six mails for a user and for a name of no user, again and again
    // on the same page. In another network, the user still gets one.
    let (service, mailbox) = service_with_mailbox().await;
    let mut refused = Vec::new();
    for name in [ALICE_NAME, "nobody@demo.test"] {
        let mut browser = Browser::new(&service);
        let mut page = ask(&mut browser, name).await;
        for _ in 0..4 {
            page = ask_on(&mut browser, &page, name).await.assert_ok();
        }
        let sixth = ask_on(&mut browser, &page, name).await;
        assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(problem_number(&sixth), 88_000_370);
        refused.push(comparable(&sixth, name));
    }
    assert_eq!(refused[0], refused[1]);
    assert_eq!(mails(&mailbox).await.len(), 5);
    let mut elsewhere = Browser::at_address(&service, "198.51.100.7");
    ask(&mut elsewhere, ALICE_NAME).await.assert_ok();
    assert_eq!(mails(&mailbox).await.len(), 6);
}

#[tokio::test]
async fn reset_leads_back_to_the_sign_in_and_can_be_cancelled() {
    // Presses "Back to sign-in" on both pages, with the name kept; sends a name that is too long;
    // then presses "Cancel".
    let (service, mailbox) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = begin(&mut browser).await;
    let back = browser.press(&page, "action", "back").await;
    assert_eq!(form_path(&back), "/demo/sign-in");
    let page = ask(&mut browser, ALICE_NAME).await;
    let back = browser.press(&page, "action", "back").await;
    assert_eq!(form_path(&back), "/demo/sign-in");
    assert!(back.text.replace("&#64;", "@").contains(ALICE_NAME));
    let page = browser.press(&back, "action", "forgot").await;
    let refused = ask_on(&mut browser, &page, &"x".repeat(257)).await;
    assert_eq!(form_path(&refused), "/demo/reset-password");
    assert_eq!(problem_number(&refused), 88_000_003);
    let cancelled = browser.press(&refused, "action", "cancel").await;
    assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
    assert_eq!(mails(&mailbox).await.len(), 1);
}

#[tokio::test]
async fn mailbox_of_several_users_gets_ten_mails_in_an_hour() {
    // Hostile input S26: asks for mails for three users with one address. The record of the
    // eleventh says why it was not sent.
    let (service, mailbox) = service_with_mailbox().await;
    let alice = service.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    let alice = User::clone(&alice.expect("a store").expect("a user"));
    let stored = service.state.store.password(alice.tenant, alice.id).await.expect("a store");
    change_alice(&service, |_| {}).await;
    for number in 1..=3 {
        let user = User {
            id: UserId::new(Uuid::from_u128(number)),
            username: format!("user{number}"),
            ..alice.clone()
        };
        let (tenant, id) = (user.tenant, user.id);
        service.apply(DirectoryChange::PutUser(user)).await;
        let password = stored.clone().expect("a password");
        service.apply(DirectoryChange::PutPassword { tenant, user: id, password }).await;
        for _ in 0..4 {
            let mut browser = Browser::at_address(&service, &format!("192.0.2.{number}"));
            ask(&mut browser, &format!("user{number}")).await.assert_ok();
        }
    }
    assert_eq!(mails(&mailbox).await.len(), 10);
}
