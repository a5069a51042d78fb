//! A history that writes records only when a test lets it.

use async_trait::async_trait;
use model::{
    Bounds, Count, Delivery, Event, Fault, FaultKind, Opening, Record, Records, Search, Seconds,
    TenantId, Ticket, TicketEntry, TicketId, TicketSearch, Tickets, Timestamp,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::MemoryHistory;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// A history in memory behind a gate.
pub struct Gated {
    history: MemoryHistory,
    /// Batches that may be written.
    pub gate: Semaphore,
    /// Whether every batch fails.
    pub fails: AtomicBool,
    /// Whether a write that fails panics.
    pub panics: AtomicBool,
}

impl Gated {
    /// One that lets so many batches in.
    pub fn open_for(batches: usize) -> Arc<Self> {
        Arc::new(Self {
            history: MemoryHistory::new(),
            gate: Semaphore::new(batches),
            fails: AtomicBool::new(false),
            panics: AtomicBool::new(false),
        })
    }
}

#[async_trait]
impl Records for Gated {
    async fn record(&self, batch: Vec<Record>) -> Result<(), Fault> {
        self.gate.acquire().await.expect("open").forget();
        if self.fails.load(Ordering::Relaxed) {
            assert!(!self.panics.load(Ordering::Relaxed), "the history is mad");
            return Err(Fault::because(FaultKind::StoreUnavailable, "the disk is full"));
        }
        self.history.record(batch).await
    }

    async fn find(&self, search: Search) -> Result<Vec<Record>, Fault> {
        self.history.find(search).await
    }

    async fn counts(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        step: Seconds,
    ) -> Result<Vec<Count>, Fault> {
        self.history.counts(tenant, span, step).await
    }

    async fn note(&self, events: Vec<Event>) -> Result<(), Fault> {
        self.history.note(events).await
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<Event>, Fault> {
        self.history.events(tenant, span, limit).await
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<Event>, Fault> {
        self.history.last_event(kind).await
    }

    async fn trim(&self, now: Timestamp, bounds: Bounds) -> Result<u64, Fault> {
        self.history.trim(now, bounds).await
    }
}

#[async_trait]
impl Tickets for Gated {
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<Opening, Fault> {
        self.history.open_ticket(ticket, deliveries, open_max).await
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        self.history.ticket(id).await
    }

    async fn tickets(&self, search: TicketSearch) -> Result<Vec<Ticket>, Fault> {
        self.history.tickets(search).await
    }

    async fn step_ticket(
        &self,
        id: TicketId,
        entry: TicketEntry,
        deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        self.history.step_ticket(id, entry, deliveries).await
    }

    async fn claim(
        &self,
        now: Timestamp,
        again_at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.history.claim(now, again_at, limit).await
    }

    async fn postpone(&self, delivery: Uuid, due_at: Timestamp) -> Result<(), Fault> {
        self.history.postpone(delivery, due_at).await
    }

    async fn settle(&self, delivery: Uuid) -> Result<(), Fault> {
        self.history.settle(delivery).await
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.history.sweep_tickets(before, limit).await
    }
}
