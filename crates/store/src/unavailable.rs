//! In the place of a history that cannot be opened, so that all else can go on.

use async_trait::async_trait;
use model::{
    Bounds, Count, Delivery, Event, Fault, FaultKind, Opening, Record, Records, Search, Seconds,
    TenantId, Ticket, TicketEntry, TicketId, TicketSearch, Tickets, Timestamp,
};
use uuid::Uuid;

use crate::OpenError;

/// No history: whoever asks for anything or writes anything gets the fault that kept it from
/// being opened.
pub struct UnavailableHistory(Fault);

impl UnavailableHistory {
    /// In the place of the history that this kept from being opened.
    pub fn because(error: &OpenError) -> Self {
        Self(Fault::new(FaultKind::StoreUnavailable, error))
    }

    fn away<T>(&self) -> Result<T, Fault> {
        Err(self.0.clone())
    }
}

#[async_trait]
impl Records for UnavailableHistory {
    async fn record(&self, _: Vec<Record>) -> Result<(), Fault> {
        self.away()
    }

    async fn find(&self, _: Search) -> Result<Vec<Record>, Fault> {
        self.away()
    }

    async fn counts(
        &self,
        _: Option<TenantId>,
        _: (Timestamp, Timestamp),
        _: Seconds,
    ) -> Result<Vec<Count>, Fault> {
        self.away()
    }

    async fn note(&self, _: Vec<Event>) -> Result<(), Fault> {
        self.away()
    }

    async fn events(
        &self,
        _: Option<TenantId>,
        _: (Timestamp, Timestamp),
        _: u32,
    ) -> Result<Vec<Event>, Fault> {
        self.away()
    }

    async fn last_event(&self, _: &'static str) -> Result<Option<Event>, Fault> {
        self.away()
    }

    async fn trim(&self, _: Timestamp, _: Bounds) -> Result<u64, Fault> {
        self.away()
    }
}

#[async_trait]
impl Tickets for UnavailableHistory {
    async fn open_ticket(&self, _: Ticket, _: Vec<Delivery>, _: u32) -> Result<Opening, Fault> {
        self.away()
    }

    async fn ticket(&self, _: TicketId) -> Result<Option<Ticket>, Fault> {
        self.away()
    }

    async fn tickets(&self, _: TicketSearch) -> Result<Vec<Ticket>, Fault> {
        self.away()
    }

    async fn step_ticket(
        &self,
        _: TicketId,
        _: TicketEntry,
        _: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        self.away()
    }

    async fn claim(&self, _: Timestamp, _: Timestamp, _: u32) -> Result<Vec<Delivery>, Fault> {
        self.away()
    }

    async fn postpone(&self, _: Uuid, _: Timestamp) -> Result<(), Fault> {
        self.away()
    }

    async fn settle(&self, _: Uuid) -> Result<(), Fault> {
        self.away()
    }

    async fn sweep_tickets(&self, _: Timestamp, _: u32) -> Result<u64, Fault> {
        self.away()
    }
}
