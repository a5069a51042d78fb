//! Limits of reports. The typed text is kept when a report is refused.

use async_trait::async_trait;
use model::{
    ChangeEvent, Delivery, DeliveryQueue, Fault, FaultKind, LogoutLimits, OpenTicketOutcome,
    RecordQuery, Records, RefusalCount, RequestRecord, RetentionLimits, Seconds, TenantId, Ticket,
    TicketEntry, TicketId, TicketQuery, TicketState, Tickets, Timestamp, UserId,
};
use store::MemoryHistory;
use uuid::Uuid;

use super::{
    all_tickets, default_service, form_error_number, refusal_page, report,
    service_with_full_history,
};
use crate::{
    authorize::browser::{Browser, between, request},
    test_service::{TENANT, TestResponse, TestService},
};

/// Asserts number and status of a form that is shown again, and that it has the typed text.
fn assert_shown_again(page: &TestResponse, (status, number): (u16, u32), typed: &str) {
    assert_eq!((page.status.as_u16(), form_error_number(page)), (status, number), "{}", page.text);
    let text = between(&page.text, "aria-describedby=\"text-hint\">", "</textarea>");
    assert_eq!(text.trim_start_matches('\n'), typed);
    assert!(page.text.contains("value=\"ana@demo.test\""), "{}", page.text);
    if status == 429 || status == 503 {
        let wait: u64 = page.header("retry-after").parse().expect("seconds");
        assert!((1..=3_600).contains(&wait), "{wait}");
    }
}

/// Reports one more refusal from an address.
async fn report_from(service: &TestService, address: &str) -> TestResponse {
    let mut browser = Browser::at_address(service, address);
    let page = refusal_page(&mut browser).await;
    report(&mut browser, &page, ("what I typed", "ana@demo.test")).await
}

#[tokio::test]
async fn one_address_opens_at_most_five_tickets_at_once() {
    // The sixth from one address is refused; another address has its own limit.
    let service = default_service().await;
    for _ in 0..5 {
        report_from(&service, "192.0.2.1").await.assert_ok();
    }
    assert_shown_again(
        &report_from(&service, "192.0.2.1").await,
        (429, 88_000_244),
        "what I typed",
    );
    report_from(&service, "192.0.2.2").await.assert_ok();
    assert_eq!(all_tickets(&service).await.len(), 6);
}

#[tokio::test]
async fn a_repeated_report_does_not_count_against_the_limit() {
    // Reports one refusal 300 times, then another one, from the same and from another address.
    let service = default_service().await;
    let mut browser = Browser::at_address(&service, "192.0.2.1");
    let page = refusal_page(&mut browser).await;
    for _ in 0..300 {
        report(&mut browser, &page, ("again", "")).await.assert_ok();
    }
    report_from(&service, "192.0.2.1").await.assert_ok();
    report_from(&service, "192.0.2.2").await.assert_ok();
    assert_eq!(all_tickets(&service).await.len(), 3);
}

#[tokio::test]
async fn ticket_mails_are_limited_and_webhook_deliveries_are_not() {
    // Opens thirty tickets: all have a webhook delivery, and fifteen have a mail. The rest of the
    // mails is for known browsers.
    let service = default_service().await;
    super::set_support(&service, Some("support@demo.test"), Some("https://hook.test/")).await;
    for at in 0..30 {
        report_from(&service, &format!("198.51.100.{at}")).await.assert_ok();
    }
    assert_eq!(all_tickets(&service).await.len(), 30);
    let now = service::now();
    let due = service.state.history.lease_due(now, now + Seconds::minutes(2), 100).await;
    let (mails, calls): (Vec<_>, Vec<_>) = due
        .expect("a history")
        .into_iter()
        .partition(|delivery| matches!(delivery.channel, model::Channel::Mail(_)));
    assert_eq!((mails.len(), calls.len()), (15, 30));
}

#[tokio::test]
async fn a_report_sent_twice_at_once_uses_up_one_mail() {
    // ED15: sends one report from twenty addresses at the same time. It takes one of the fifteen
    // mails to the support that unknown browsers may cause.
    let service = default_service().await;
    super::set_support(&service, Some("support@demo.test"), None).await;
    let mut first = Browser::at_address(&service, "192.0.2.1");
    let page = refusal_page(&mut first).await;
    let send = async |last: u8| {
        let mut browser = Browser::at_address(&service, &format!("198.51.100.{last}"));
        report(&mut browser, &page, ("at once", "ana@demo.test")).await.assert_ok();
    };
    futures_util::future::join_all((0..20).map(send)).await;
    assert_eq!(all_tickets(&service).await.len(), 1);
    for last in 100..130 {
        report_from(&service, &format!("198.51.100.{last}")).await.assert_ok();
    }
    let now = service::now();
    let due = service.state.history.lease_due(now, now + Seconds::minutes(2), 100).await;
    let due = due.expect("a history");
    let to_support = due.iter().filter(|delivery| delivery.entry.is_none()).count();
    assert_eq!(to_support, 15);
}

#[tokio::test]
async fn a_tenant_has_a_report_limit_over_all_addresses() {
    // Reports from ever new addresses until the limit of the tenant refuses one.
    let service = default_service().await;
    let start = service::now();
    let mut reported = 0_usize;
    let refused = loop {
        let address = format!("198.51.{}.{}", reported / 200, reported % 200);
        let response = report_from(&service, &address).await;
        if response.status.as_u16() != 200 {
            break response;
        }
        reported += 1;
        assert!(reported < 20_000, "the tenant has no limit");
    };
    assert_shown_again(&refused, (429, 88_000_245), "what I typed");
    // A permit comes back every 15 seconds while the test runs.
    let refilled = usize::try_from((service::now() - start).get() / 15).expect("a number");
    assert!((216..=217 + refilled).contains(&reported), "{reported}");
    assert_eq!(all_tickets(&service).await.len(), reported);
    // A browser in which a user has signed in still reports.
    let mut known = Browser::at_address(&service, "198.51.0.1");
    known.sign_in_from(&request(&[]), "alice@demo.test").await;
    let page = refusal_page(&mut known).await;
    report(&mut known, &page, ("what I typed", "")).await.assert_ok();
}

#[tokio::test]
async fn an_overlong_report_or_bad_address_keeps_the_typed_text() {
    // Sends one character too many, and malformed addresses; then a valid report.
    let service = default_service().await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let long = "x".repeat(Ticket::TEXT_MAX + 1);
    let response = report(&mut browser, &page, (&long, "ana@demo.test")).await;
    assert_shown_again(&response, (400, 88_000_242), &long);
    for address in ["ana@demo.test,eve@evil.test", "ana@demo.test\r\nBcc: eve@evil.test", "ana"] {
        let response = report(&mut browser, &page, ("text", address)).await;
        assert_eq!(
            (response.status.as_u16(), form_error_number(&response)),
            (400, 88_000_243),
            "{address}"
        );
        assert!(response.text.contains(">\ntext</textarea>"), "{}", response.text);
    }
    report(&mut browser, &page, (&long[1..], "ana@demo.test")).await.assert_ok();
}

#[tokio::test]
async fn a_tenant_has_at_most_500_open_tickets() {
    // Stores as many open tickets as unknown browsers may open. A report of a known one is
    // accepted then, and one of an unknown browser after two are closed.
    let service = default_service().await;
    super::set_support(&service, Some("support@demo.test"), None).await;
    let tenant = Some(TenantId::new(TENANT));
    for number in 0..400_u32 {
        let mut id = [0; 10];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let ticket = ticket_with_id(TicketId::new(id), tenant);
        let opening = service.state.history.open_ticket(ticket, Vec::new(), u32::MAX).await;
        assert_eq!(opening.expect("a history"), OpenTicketOutcome::Opened);
    }
    assert_shown_again(
        &report_from(&service, "192.0.2.1").await,
        (429, 88_000_247),
        "what I typed",
    );
    for last in 0..20 {
        report_from(&service, &format!("198.51.100.{last}")).await;
    }
    let mut known = Browser::at_address(&service, "192.0.2.3");
    known.sign_in_from(&request(&[]), "alice@demo.test").await;
    let page = refusal_page(&mut known).await;
    report(&mut known, &page, ("what I typed", "")).await.assert_ok();
    let step = |ticket| service::tickets::TicketAction {
        ticket: TicketId::new(ticket),
        tenant: None,
        by: "operator",
        kind: model::TicketEntryKind::Close,
        text: "",
        at: service::now(),
        seed: protocol::context::RequestSeed::new([1; 32]),
    };
    for ticket in [[0; 10], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]] {
        assert!(service::tickets::apply(&service.state.tickets, step(ticket)).await.is_ok());
    }
    report_from(&service, "192.0.2.1").await.assert_ok();
    // A report that was refused took no mail: that of the known browser and the last one have one.
    let now = service::now();
    let due = service.state.history.lease_due(now, now + Seconds::minutes(2), 100).await;
    assert_eq!(due.expect("a history").len(), 2);
}

fn ticket_with_id(id: TicketId, tenant: Option<TenantId>) -> Ticket {
    Ticket {
        id,
        tenant,
        trace_id: Uuid::new_v4(),
        number: 50_011,
        opened_at: service::now(),
        language: "en".to_owned(),
        text: String::new(),
        address: None,
        record: None,
        state: TicketState::Open,
        entries: Vec::new(),
    }
}

#[tokio::test]
async fn a_report_that_cannot_be_stored_keeps_the_typed_text() {
    // The history fails: the page has the trace id and the typed text.
    let service = service_with_full_history().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[("redirect_uri", "https://evil.test/")])).await;
    let response = report(&mut browser, &page, ("what I typed", "ana@demo.test")).await;
    assert_shown_again(&response, (503, 88_000_248), "what I typed");
    let trace_id = page.header("x-ms-request-id");
    assert!(response.text.contains(trace_id), "{}", response.text);
    assert!(!response.text.contains("the disk is full"), "{}", response.text);
}

/// A history that refuses tickets.
pub struct FullHistory(pub MemoryHistory);

#[async_trait]
impl Records for FullHistory {
    async fn record(&self, batch: Vec<RequestRecord>) -> Result<(), Fault> {
        self.0.record(batch).await
    }

    async fn find(&self, query: RecordQuery) -> Result<Vec<RequestRecord>, Fault> {
        self.0.find(query).await
    }

    async fn refusal_counts(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        step: Seconds,
    ) -> Result<Vec<RefusalCount>, Fault> {
        self.0.refusal_counts(tenant, span, step).await
    }

    async fn record_events(&self, events: Vec<ChangeEvent>) -> Result<(), Fault> {
        self.0.record_events(events).await
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.0.events(tenant, span, limit).await
    }

    async fn events_of_user(
        &self,
        user: (TenantId, UserId),
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.0.events_of_user(user, span, limit).await
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<ChangeEvent>, Fault> {
        self.0.last_event(kind).await
    }

    async fn enforce_retention(
        &self,
        now: Timestamp,
        bounds: RetentionLimits,
    ) -> Result<u64, Fault> {
        self.0.enforce_retention(now, bounds).await
    }
}

#[async_trait]
impl Tickets for FullHistory {
    async fn open_ticket(
        &self,
        _: Ticket,
        _: Vec<Delivery>,
        _: u32,
    ) -> Result<OpenTicketOutcome, Fault> {
        Err(Fault::from_message(FaultKind::StoreUnavailable, "the disk is full"))
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        self.0.ticket(id).await
    }

    async fn tickets(&self, query: TicketQuery) -> Result<Vec<Ticket>, Fault> {
        self.0.tickets(query).await
    }

    async fn append_entry(
        &self,
        id: TicketId,
        entry: TicketEntry,
        deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        self.0.append_entry(id, entry, deliveries).await
    }

    async fn add_notice(&self, delivery: Delivery) -> Result<(), Fault> {
        self.0.add_notice(delivery).await
    }

    async fn lease_due(
        &self,
        now: Timestamp,
        again_at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.0.lease_due(now, again_at, limit).await
    }

    async fn add_logouts(
        &self,
        tenant: TenantId,
        deliveries: Vec<Delivery>,
        limits: LogoutLimits,
    ) -> Result<Vec<Delivery>, Fault> {
        self.0.add_logouts(tenant, deliveries, limits).await
    }

    async fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.0.lease_logouts(now, leased_until, limit).await
    }

    async fn delivery_queue(&self) -> Result<DeliveryQueue, Fault> {
        self.0.delivery_queue().await
    }

    async fn reschedule(&self, id: Uuid, due_at: Timestamp, attempts: u32) -> Result<(), Fault> {
        self.0.reschedule(id, due_at, attempts).await
    }

    async fn complete(&self, delivery: Uuid) -> Result<(), Fault> {
        self.0.complete(delivery).await
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.0.sweep_tickets(before, limit).await
    }
}
