//! A history that blocks writes until the test permits them.

use async_trait::async_trait;
use model::{
    ChangeEvent, Delivery, DeliveryQueue, Fault, FaultKind, LogoutLimits, OpenTicketOutcome,
    RecordQuery, Records, RefusalCount, RequestRecord, RetentionLimits, Seconds, TenantId, Ticket,
    TicketEntry, TicketId, TicketQuery, Tickets, Timestamp, UserId,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::MemoryHistory;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// A history in memory that needs a permit for each batch.
pub struct BlockedHistory {
    history: MemoryHistory,
    /// The permits for batches.
    pub permits: Semaphore,
    /// Makes every batch fail.
    pub fails: AtomicBool,
    /// Makes a failing write panic.
    pub panics: AtomicBool,
}

impl BlockedHistory {
    /// Returns a history that accepts so many batches.
    pub fn with_permits(batches: usize) -> Arc<Self> {
        Arc::new(Self {
            history: MemoryHistory::new(),
            permits: Semaphore::new(batches),
            fails: AtomicBool::new(false),
            panics: AtomicBool::new(false),
        })
    }
}

#[async_trait]
impl Records for BlockedHistory {
    async fn record(&self, batch: Vec<RequestRecord>) -> Result<(), Fault> {
        self.permits.acquire().await.expect("open").forget();
        if self.fails.load(Ordering::Relaxed) {
            assert!(!self.panics.load(Ordering::Relaxed), "the history panics");
            return Err(Fault::from_message(FaultKind::StoreUnavailable, "the disk is full"));
        }
        self.history.record(batch).await
    }

    async fn find(&self, query: RecordQuery) -> Result<Vec<RequestRecord>, Fault> {
        self.history.find(query).await
    }

    async fn refusal_counts(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        step: Seconds,
    ) -> Result<Vec<RefusalCount>, Fault> {
        self.history.refusal_counts(tenant, span, step).await
    }

    async fn record_events(&self, events: Vec<ChangeEvent>) -> Result<(), Fault> {
        self.history.record_events(events).await
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.history.events(tenant, span, limit).await
    }

    async fn events_of_user(
        &self,
        user: (TenantId, UserId),
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.history.events_of_user(user, span, limit).await
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<ChangeEvent>, Fault> {
        self.history.last_event(kind).await
    }

    async fn enforce_retention(
        &self,
        now: Timestamp,
        bounds: RetentionLimits,
    ) -> Result<u64, Fault> {
        self.history.enforce_retention(now, bounds).await
    }
}

#[async_trait]
impl Tickets for BlockedHistory {
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<OpenTicketOutcome, Fault> {
        self.history.open_ticket(ticket, deliveries, open_max).await
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        self.history.ticket(id).await
    }

    async fn tickets(&self, query: TicketQuery) -> Result<Vec<Ticket>, Fault> {
        self.history.tickets(query).await
    }

    async fn append_entry(
        &self,
        id: TicketId,
        entry: TicketEntry,
        deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        self.history.append_entry(id, entry, deliveries).await
    }

    async fn add_notice(&self, delivery: Delivery) -> Result<(), Fault> {
        self.history.add_notice(delivery).await
    }

    async fn lease_due(
        &self,
        now: Timestamp,
        again_at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.history.lease_due(now, again_at, limit).await
    }

    async fn add_logouts(
        &self,
        tenant: TenantId,
        deliveries: Vec<Delivery>,
        limits: LogoutLimits,
    ) -> Result<Vec<Delivery>, Fault> {
        self.history.add_logouts(tenant, deliveries, limits).await
    }

    async fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.history.lease_logouts(now, leased_until, limit).await
    }

    async fn delivery_queue(&self) -> Result<DeliveryQueue, Fault> {
        self.history.delivery_queue().await
    }

    async fn reschedule(&self, id: Uuid, due_at: Timestamp, attempts: u32) -> Result<(), Fault> {
        self.history.reschedule(id, due_at, attempts).await
    }

    async fn complete(&self, delivery: Uuid) -> Result<(), Fault> {
        self.history.complete(delivery).await
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.history.sweep_tickets(before, limit).await
    }
}
