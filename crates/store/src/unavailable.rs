//! A replacement for a history that cannot be opened, so that the service still runs.

use std::error::Error;

use async_trait::async_trait;
use model::{
    ChangeEvent, Delivery, DeliveryQueue, Fault, FaultKind, LogoutLimits, OpenTicketOutcome,
    RecordQuery, Records, RefusalCount, RequestRecord, RetentionLimits, Seconds, TenantId, Ticket,
    TicketEntry, TicketId, TicketQuery, Tickets, Timestamp, UserId,
};
use uuid::Uuid;

/// A history whose every call returns the fault that kept the real one from being opened.
pub struct UnavailableHistory(Fault);

impl UnavailableHistory {
    /// Creates the replacement for a history that could not be opened because of this error.
    pub fn new(error: &(dyn Error + 'static)) -> Self {
        Self(Fault::new(FaultKind::StoreUnavailable, error))
    }

    fn fault<T>(&self) -> Result<T, Fault> {
        Err(self.0.clone())
    }
}

#[async_trait]
impl Records for UnavailableHistory {
    async fn record(&self, _: Vec<RequestRecord>) -> Result<(), Fault> {
        self.fault()
    }

    async fn find(&self, _: RecordQuery) -> Result<Vec<RequestRecord>, Fault> {
        self.fault()
    }

    async fn refusal_counts(
        &self,
        _: Option<TenantId>,
        _: (Timestamp, Timestamp),
        _: Seconds,
    ) -> Result<Vec<RefusalCount>, Fault> {
        self.fault()
    }

    async fn record_events(&self, _: Vec<ChangeEvent>) -> Result<(), Fault> {
        self.fault()
    }

    async fn events(
        &self,
        _: Option<TenantId>,
        _: (Timestamp, Timestamp),
        _: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.fault()
    }

    async fn events_of_user(
        &self,
        _: (TenantId, UserId),
        _: (Timestamp, Timestamp),
        _: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.fault()
    }

    async fn last_event(&self, _: &'static str) -> Result<Option<ChangeEvent>, Fault> {
        self.fault()
    }

    async fn enforce_retention(&self, _: Timestamp, _: RetentionLimits) -> Result<u64, Fault> {
        self.fault()
    }
}

#[async_trait]
impl Tickets for UnavailableHistory {
    async fn open_ticket(
        &self,
        _: Ticket,
        _: Vec<Delivery>,
        _: u32,
    ) -> Result<OpenTicketOutcome, Fault> {
        self.fault()
    }

    async fn ticket(&self, _: TicketId) -> Result<Option<Ticket>, Fault> {
        self.fault()
    }

    async fn tickets(&self, _: TicketQuery) -> Result<Vec<Ticket>, Fault> {
        self.fault()
    }

    async fn append_entry(
        &self,
        _: TicketId,
        _: TicketEntry,
        _: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        self.fault()
    }

    async fn add_notice(&self, _: Delivery) -> Result<(), Fault> {
        self.fault()
    }

    async fn lease_due(&self, _: Timestamp, _: Timestamp, _: u32) -> Result<Vec<Delivery>, Fault> {
        self.fault()
    }

    async fn add_logouts(
        &self,
        _: TenantId,
        _: Vec<Delivery>,
        _: LogoutLimits,
    ) -> Result<Vec<Delivery>, Fault> {
        self.fault()
    }

    async fn lease_logouts(
        &self,
        _: Timestamp,
        _: Timestamp,
        _: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.fault()
    }

    async fn delivery_queue(&self) -> Result<DeliveryQueue, Fault> {
        self.fault()
    }

    async fn reschedule(&self, _: Uuid, _: Timestamp, _: u32) -> Result<(), Fault> {
        self.fault()
    }

    async fn complete(&self, _: Uuid) -> Result<(), Fault> {
        self.fault()
    }

    async fn sweep_tickets(&self, _: Timestamp, _: u32) -> Result<u64, Fault> {
        self.fault()
    }
}
