//! Webhook deliveries of tickets: signed, retried, and given up.

use std::{net::Ipv4Addr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Seconds, TicketEntryKind};
use outbound::fetch::Fetcher;
use service::Settings;
use store::MemoryHistory;

use super::{
    HOOK_SECRET, deliver, refusal_page, report, service_with, set_support, ticket_on_page,
    webhook_receiver::{
        CannedResponse, ReceivedRequest, TestCertificate, WebhookReceiver, empty_response,
    },
};
use crate::{
    authorize::browser::Browser,
    test_service::{ORIGIN, TestService},
};

/// Returns a service that may call this machine and trusts this authority.
async fn service_with_webhooks(certificate: &TestCertificate) -> TestService {
    let local = vec![Ipv4Addr::LOCALHOST.into()];
    let fetcher = Fetcher::new(local, vec![certificate.authority.clone()]);
    let settings = Settings { fetcher, ..Settings::new(ORIGIN.to_owned()) };
    service_with(settings, Arc::new(MemoryHistory::new())).await
}

/// Compares the signature of a request with the expected one.
fn assert_signature(received: &ReceivedRequest) {
    let key = STANDARD.decode(HOOK_SECRET.trim_start_matches("whsec_")).expect("base64");
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let (id, time) = (received.header("webhook-id"), received.header("webhook-timestamp"));
    let signed = format!("{id}.{time}.{}", received.body);
    let mac = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac));
    assert_eq!(received.header("webhook-signature"), expected);
}

#[tokio::test]
async fn webhook_delivery_is_retried_with_the_same_id() {
    // The receiver fails twice, then accepts: three signed requests with one id, and no fourth.
    let certificate = TestCertificate::new();
    let replies =
        vec![empty_response("500 Oh"), empty_response("503 Oh"), empty_response("204 Thanks")];
    let receiver = WebhookReceiver::start(Some(certificate.acceptor.clone()), replies).await;
    let service = service_with_webhooks(&certificate).await;
    let url = format!("https://localhost:{}/hook?x=1", receiver.port);
    set_support(&service, None, Some(&url)).await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let response =
        report(&mut browser, &page, ("<b>x</b>\n\"y\"", "ana@demo.test")).await.assert_ok();
    let ticket = ticket_on_page(&service, &response).await;
    let now = service::now() + Seconds::new(1);
    let moments = [0, 30, 61, 100, 182, 400, 10_000].map(|seconds| now + Seconds::new(seconds));
    let mut counts = Vec::new();
    for moment in moments {
        deliver(&service, moment).await;
        counts.push(receiver.received().len());
    }
    assert_eq!(counts, [1, 1, 2, 2, 3, 3, 3]);
    let received = receiver.received();
    assert!(
        received.iter().all(|one| one.header("webhook-id") == received[0].header("webhook-id"))
    );
    assert_ne!(received[0].header("webhook-timestamp"), received[1].header("webhook-timestamp"));
    received.iter().for_each(assert_signature);
    let (first, body) =
        (&received[0], serde_json::from_str::<serde_json::Value>(&received[0].body));
    let body = body.expect("JSON");
    assert_eq!(first.head[0].1, "POST /hook?x=1 HTTP/1.1");
    assert_eq!(first.header("host"), format!("localhost:{}", receiver.port));
    assert_eq!(first.header("content-type"), "application/json");
    assert_eq!(body["type"], "ticket.opened");
    assert_eq!(body["data"]["ticket"], ticket.id.to_string());
    assert_eq!(body["data"]["trace_id"], ticket.trace_id.to_string());
    assert_eq!(body["data"]["number"], 50_011);
    assert_eq!(body["data"]["text"], "<b>x</b>\n\"y\"");
    assert_eq!(body["data"]["url"], format!("{ORIGIN}/admin/tickets/{}", ticket.id));
    assert!(body["data"]["title"].as_str().is_some_and(|title| !title.is_empty()));
}

#[tokio::test]
async fn webhook_delivery_is_given_up_after_three_days() {
    // The receiver always fails: attempts end after three days, with an entry in the ticket.
    let certificate = TestCertificate::new();
    let receiver =
        WebhookReceiver::start(Some(certificate.acceptor.clone()), vec![empty_response("500 Oh")])
            .await;
    let service = service_with_webhooks(&certificate).await;
    let url = format!("https://localhost:{}/", receiver.port);
    set_support(&service, None, Some(&url)).await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let response = report(&mut browser, &page, ("", "")).await.assert_ok();
    let now = service::now() + Seconds::new(1);
    for hour in 0..80 {
        deliver(&service, now + Seconds::hours(hour)).await;
    }
    let attempts = receiver.received().len();
    assert!((15..=24).contains(&attempts), "{attempts}");
    let ticket = ticket_on_page(&service, &response).await;
    let [entry] = &ticket.entries[..] else { panic!("{:?}", ticket.entries) };
    assert_eq!((entry.kind, entry.by.as_str()), (TicketEntryKind::Undelivered, "admit"));
    assert!(entry.text.contains("webhook") && entry.text.contains("500"), "{}", entry.text);
    assert!(!entry.text.contains("whsec_"), "{}", entry.text);
}

#[tokio::test]
async fn webhook_status_410_stops_delivery() {
    // Status 410: one request, and an entry in the ticket.
    let certificate = TestCertificate::new();
    let receiver = WebhookReceiver::start(
        Some(certificate.acceptor.clone()),
        vec![empty_response("410 Gone")],
    )
    .await;
    let service = service_with_webhooks(&certificate).await;
    let url = format!("https://localhost:{}/", receiver.port);
    set_support(&service, None, Some(&url)).await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let response = report(&mut browser, &page, ("", "")).await.assert_ok();
    let now = service::now() + Seconds::new(1);
    deliver(&service, now).await;
    deliver(&service, now + Seconds::days(1)).await;
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(ticket_on_page(&service, &response).await.entries.len(), 1);
}

#[tokio::test]
async fn a_slow_webhook_does_not_delay_other_deliveries() {
    // The receiver hangs for two tickets and answers the third, which arrives while the first two
    // wait.
    let certificate = TestCertificate::new();
    let replies = vec![CannedResponse::Hang, CannedResponse::Hang, empty_response("200 OK")];
    let receiver = WebhookReceiver::start(Some(certificate.acceptor.clone()), replies).await;
    let service = service_with_webhooks(&certificate).await;
    let url = format!("https://localhost:{}/", receiver.port);
    set_support(&service, None, Some(&url)).await;
    let mut browser = Browser::new(&service);
    for _ in 0..2 {
        let page = refusal_page(&mut browser).await;
        report(&mut browser, &page, ("", "")).await.assert_ok();
    }
    let now = service::now() + Seconds::new(1);
    let state = Arc::clone(&service.state);
    let waiting = tokio::spawn(async move { service::tickets::deliver(&state.tickets, now).await });
    for _ in 0..200 {
        if receiver.received().len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let page = refusal_page(&mut browser).await;
    report(&mut browser, &page, ("", "")).await.assert_ok();
    deliver(&service, service::now() + Seconds::new(1)).await;
    assert_eq!(receiver.received().len(), 3);
    assert!(!waiting.is_finished());
    waiting.await.expect("it ends").expect("a history");
}
