//! What is too much, and that nothing of what was typed is lost by it.

use async_trait::async_trait;
use model::{
    Bounds, Count, Delivery, Event, Fault, FaultKind, Opening, Record, Records, Search, Seconds,
    TenantId, Ticket, TicketEntry, TicketId, TicketSearch, TicketState, Tickets, Timestamp,
};
use store::MemoryHistory;
use uuid::Uuid;

use super::{all, house, kept_nowhere, problem, refused, report};
use crate::{
    authorize::browser::{Browser, between, request},
    house::{Answer, House, TENANT},
};

/// Holds a form that came back against its number, status, and what was typed.
fn shown_again(page: &Answer, (status, number): (u16, u32), typed: &str) {
    assert_eq!((page.status.as_u16(), problem(page)), (status, number), "{}", page.text);
    let text = between(&page.text, "aria-describedby=\"text-hint\">", "</textarea>");
    assert_eq!(text.trim_start_matches('\n'), typed);
    assert!(page.text.contains("value=\"ana@demo.test\""), "{}", page.text);
    if status == 429 || status == 503 {
        let wait: u64 = page.header("retry-after").parse().expect("seconds");
        assert!((1..=3_600).contains(&wait), "{wait}");
    }
}

/// Reports one more problem from an address.
async fn from(house: &House, address: &str) -> Answer {
    let mut browser = Browser::at(house, address);
    let page = refused(&mut browser).await;
    report(&mut browser, &page, ("what I typed", "ana@demo.test")).await
}

#[tokio::test]
async fn one_network_reports_a_few_problems_at_once() {
    // The sixth from one address is too much; another address has its own count.
    let house = house().await;
    for _ in 0..5 {
        from(&house, "192.0.2.1").await.good();
    }
    shown_again(&from(&house, "192.0.2.1").await, (429, 88_000_244), "what I typed");
    from(&house, "192.0.2.2").await.good();
    assert_eq!(all(&house).await.len(), 6);
}

#[tokio::test]
async fn a_report_that_is_repeated_takes_no_room_from_others() {
    // One problem, reported far more often than reports are taken; then another from elsewhere.
    let house = house().await;
    let mut browser = Browser::at(&house, "192.0.2.1");
    let page = refused(&mut browser).await;
    for _ in 0..300 {
        report(&mut browser, &page, ("again", "")).await.good();
    }
    from(&house, "192.0.2.1").await.good();
    from(&house, "192.0.2.2").await.good();
    assert_eq!(all(&house).await.len(), 3);
}

#[tokio::test]
async fn a_flood_of_reports_fills_no_mailbox() {
    // Thirty tickets are kept, and twenty of them have a mail and all of them a webhook's request.
    let house = house().await;
    super::support(&house, Some("support@demo.test"), Some("https://hook.test/")).await;
    for at in 0..30 {
        from(&house, &format!("198.51.100.{at}")).await.good();
    }
    assert_eq!(all(&house).await.len(), 30);
    let now = service::now();
    let due = house.service.history.claim(now, now + Seconds::minutes(2), 100).await;
    let (mails, calls): (Vec<_>, Vec<_>) = due
        .expect("a history")
        .into_iter()
        .partition(|delivery| matches!(delivery.channel, model::Channel::Mail(_)));
    assert_eq!((mails.len(), calls.len()), (20, 30));
}

#[tokio::test]
async fn one_tenant_and_all_together_have_a_limit_as_well() {
    // From as many addresses as it takes; first for one tenant, then for none in particular.
    let house = house().await;
    let mut refused = None;
    for at in 0..250 {
        let answer = from(&house, &format!("198.51.100.{at}")).await;
        if answer.status.as_u16() != 200 {
            refused = Some(answer);
            break;
        }
    }
    shown_again(&refused.expect("a refusal"), (429, 88_000_245), "what I typed");
    assert_eq!(all(&house).await.len(), 240);
}

#[tokio::test]
async fn what_is_too_long_or_no_address_is_said_and_kept() {
    // One character too many, and two addresses; the same once more as it should be.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let long = "x".repeat(Ticket::TEXT_MAX + 1);
    let answer = report(&mut browser, &page, (&long, "ana@demo.test")).await;
    shown_again(&answer, (400, 88_000_242), &long);
    for address in ["ana@demo.test,eve@evil.test", "ana@demo.test\r\nBcc: eve@evil.test", "ana"] {
        let answer = report(&mut browser, &page, ("text", address)).await;
        assert_eq!((answer.status.as_u16(), problem(&answer)), (400, 88_000_243), "{address}");
        assert!(answer.text.contains(">\ntext</textarea>"), "{}", answer.text);
    }
    report(&mut browser, &page, (&long[1..], "ana@demo.test")).await.good();
}

#[tokio::test]
async fn a_tenant_has_only_so_many_open_tickets() {
    // Fills the history up; a report is taken again when one of them is closed.
    let house = house().await;
    let tenant = Some(TenantId::new(TENANT));
    for number in 0..500_u32 {
        let mut id = [0; 10];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let ticket = open(TicketId::new(id), tenant);
        let opening = house.service.history.open_ticket(ticket, Vec::new(), u32::MAX).await;
        assert_eq!(opening.expect("a history"), Opening::Opened);
    }
    shown_again(&from(&house, "192.0.2.1").await, (429, 88_000_247), "what I typed");
    let step = service::tickets::Step {
        ticket: TicketId::new([0; 10]),
        tenant: None,
        by: "operator",
        kind: model::TicketStep::Close,
        text: "",
        entropy: protocol::context::Entropy::new([1; 32]),
    };
    assert!(service::tickets::step(&house.service, step).await.is_ok());
    from(&house, "192.0.2.1").await.good();
}

fn open(id: TicketId, tenant: Option<TenantId>) -> Ticket {
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
async fn a_report_that_cannot_be_kept_is_not_lost() {
    // A history that fails: the page says so, with the trace id, and has what was typed.
    let house = kept_nowhere().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[("redirect_uri", "https://evil.test/")])).await;
    let answer = report(&mut browser, &page, ("what I typed", "ana@demo.test")).await;
    shown_again(&answer, (503, 88_000_248), "what I typed");
    let trace_id = page.header("x-ms-request-id");
    assert!(answer.text.contains(trace_id), "{}", answer.text);
    assert!(!answer.text.contains("the disk is full"), "{}", answer.text);
}

/// A history that takes no ticket.
pub struct Full(pub MemoryHistory);

#[async_trait]
impl Records for Full {
    async fn record(&self, batch: Vec<Record>) -> Result<(), Fault> {
        self.0.record(batch).await
    }

    async fn find(&self, search: Search) -> Result<Vec<Record>, Fault> {
        self.0.find(search).await
    }

    async fn counts(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        step: Seconds,
    ) -> Result<Vec<Count>, Fault> {
        self.0.counts(tenant, span, step).await
    }

    async fn note(&self, events: Vec<Event>) -> Result<(), Fault> {
        self.0.note(events).await
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<Event>, Fault> {
        self.0.events(tenant, span, limit).await
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<Event>, Fault> {
        self.0.last_event(kind).await
    }

    async fn trim(&self, now: Timestamp, bounds: Bounds) -> Result<u64, Fault> {
        self.0.trim(now, bounds).await
    }
}

#[async_trait]
impl Tickets for Full {
    async fn open_ticket(&self, _: Ticket, _: Vec<Delivery>, _: u32) -> Result<Opening, Fault> {
        Err(Fault::because(FaultKind::StoreUnavailable, "the disk is full"))
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        self.0.ticket(id).await
    }

    async fn tickets(&self, search: TicketSearch) -> Result<Vec<Ticket>, Fault> {
        self.0.tickets(search).await
    }

    async fn step_ticket(
        &self,
        id: TicketId,
        entry: TicketEntry,
        deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        self.0.step_ticket(id, entry, deliveries).await
    }

    async fn claim(
        &self,
        now: Timestamp,
        again_at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.0.claim(now, again_at, limit).await
    }

    async fn postpone(&self, delivery: Uuid, due_at: Timestamp) -> Result<(), Fault> {
        self.0.postpone(delivery, due_at).await
    }

    async fn settle(&self, delivery: Uuid) -> Result<(), Fault> {
        self.0.settle(delivery).await
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.0.sweep_tickets(before, limit).await
    }
}
