//! New passwords that a service of breached passwords lists: a server on this machine.

use std::{fmt::Write, net::Ipv4Addr, sync::Arc};

use outbound::{
    fetch::Fetcher,
    mail::{Mailbox, Mailer},
};
use service::{Settings, metrics::RangeOutcome};
use store::MemoryStore;

use super::{OVERVIEW, open, open_signed_out, submit};
use crate::{
    authorize::browser::{Browser, add_users, problem_number},
    password_reset::{ALICE_NAME, ask, choose, code_of, newest, type_code},
    test_service::{ORIGIN, TestResponse, TestService},
    tickets::webhook_receiver::{CannedResponse, WebhookReceiver, empty_response},
};

const PAGE: &str = "/demo/account/password";
/// A password that the other rules allow.
const NEW: &str = "membeli empat buku hijau";

/// Returns a service that asks a server with these responses, in turn.
async fn service_that_asks(
    replies: Vec<CannedResponse>,
) -> (TestService, WebhookReceiver, Mailbox) {
    let receiver = WebhookReceiver::start(None, replies).await;
    let mailbox = Mailbox::default();
    let settings = Settings {
        breached_range_url: Some(format!("http://127.0.0.1:{}/range/", receiver.port)),
        fetcher: Fetcher::new(vec![Ipv4Addr::LOCALHOST.into()], Vec::new()),
        mail: Some(Mailer::to_mailbox(mailbox.clone())),
        ..Settings::new(ORIGIN.to_owned())
    };
    let service = TestService::with_settings(Arc::new(MemoryStore::new()), settings).await;
    add_users(&service).await;
    (service, receiver, mailbox)
}

/// Returns a response that lists these digits with a count.
fn listing(suffix: &str, count: u32) -> CannedResponse {
    let body = format!("0018A45C4D1DEF81644B54AB7F969B88D65:9\r\n{suffix}:{count}");
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    CannedResponse::Bytes([head.as_bytes(), body.as_bytes()].concat())
}

/// Returns the digest of a password: what is sent, and the rest.
fn digits(password: &str) -> (String, String) {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let mut sent = String::new();
    for byte in digest.as_ref() {
        let _ = write!(sent, "{byte:02X}");
    }
    let rest = sent.split_off(5);
    (sent, rest)
}

/// Changes Alice's password on her account page.
async fn change(service: &TestService) -> TestResponse {
    let mut browser = Browser::new(service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, PAGE).await.assert_ok();
    submit(&mut browser, &page, (PAGE, &[("new_password", NEW)])).await
}

/// Changes the password to one that is listed.
pub async fn refused() -> TestResponse {
    let (service, ..) = service_that_asks(vec![listing(&digits(NEW).1, 3)]).await;
    change(&service).await
}

#[tokio::test]
async fn listed_password_is_refused_and_five_digits_of_it_are_sent() {
    // Changes the password to a listed one, and reads what the server received.
    let (sent, rest) = digits(NEW);
    let (service, receiver, _) = service_that_asks(vec![listing(&rest, 3)]).await;
    assert_eq!(problem_number(&change(&service).await), 88_000_480);
    let received = receiver.received();
    let [request] = &received[..] else { panic!("{received:?}") };
    let line = &request.head[0];
    assert!(format!("{line:?}").contains(&format!("/range/{sent}")), "{line:?}");
    assert_eq!(request.header("add-padding"), "true");
    let whole = format!("{request:?}");
    assert!(!whole.contains(&rest) && !whole.contains("membeli"), "{whole}");
    assert_eq!(service.state.metrics.range_questions.with(RangeOutcome::Listed), 1);
}

#[tokio::test]
async fn password_is_accepted_if_it_is_not_listed_or_only_as_padding() {
    // Lists other digits, and the right ones with a count of 0.
    for reply in [listing("1E4C9B93F3F0682250B6CF8331B7EE68FD8", 7), listing(&digits(NEW).1, 0)] {
        let (service, ..) = service_that_asks(vec![reply]).await;
        let changed = change(&service).await;
        assert_eq!(changed.header("location"), "/demo/account?changed=password");
        assert_eq!(service.state.metrics.range_questions.with(RangeOutcome::NotListed), 1);
    }
}

#[tokio::test]
async fn password_is_accepted_if_the_service_of_breached_passwords_fails() {
    // No response within the limit, an error, a page, a redirect, and a body over the limit.
    let mut long = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    long.resize(long.len() + 600 * 1024, b'A');
    let page = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>".to_vec();
    for reply in [
        CannedResponse::Hang,
        empty_response("503 Service Unavailable"),
        empty_response("302 Found"),
        CannedResponse::Bytes(page),
        CannedResponse::Bytes(long),
    ] {
        let (service, receiver, _) = service_that_asks(vec![reply]).await;
        let changed = change(&service).await;
        assert_eq!(changed.header("location"), "/demo/account?changed=password");
        assert_eq!(service.state.metrics.range_questions.with(RangeOutcome::Failed), 1);
        assert_eq!(receiver.received().len(), 1);
    }
}

#[tokio::test]
async fn listed_password_is_refused_after_a_reset_too() {
    // Resets the password by mail to a listed one.
    let (service, receiver, mailbox) = service_that_asks(vec![listing(&digits(NEW).1, 1)]).await;
    let mut browser = Browser::new(&service);
    let page = ask(&mut browser, ALICE_NAME).await;
    let code = code_of(&newest(&mailbox).await);
    let proven = type_code(&mut browser, &page, &code).await;
    let refused = choose(&mut browser, &proven, [NEW, NEW], true).await;
    assert_eq!(problem_number(&refused), 88_000_480);
    // A password that breaks another rule is not asked about.
    choose(&mut browser, &proven, ["short"; 2], true).await;
    assert_eq!(receiver.received().len(), 1);
}
