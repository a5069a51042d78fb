//! The history traits: request records, change events, tickets and deliveries.
//!
//! No decision depends on the history. The service also runs without it.

use async_trait::async_trait;
use uuid::Uuid;

use crate::{
    ChangeEvent, Delivery, DeliveryQueue, Fault, LogoutLimits, OpenTicketOutcome, RecordQuery,
    RefusalCount, RequestRecord, Seconds, TenantId, Ticket, TicketEntry, TicketId, TicketQuery,
    Timestamp, UserId,
};

/// The history: records and tickets.
pub trait History: Records + Tickets {}

impl<T: Records + Tickets> History for T {}

/// Request records and change events, within retention limits.
#[async_trait]
pub trait Records: Send + Sync {
    /// Stores a batch of records in one commit. A crash of the machine may lose the last batches.
    async fn record(&self, batch: Vec<RequestRecord>) -> Result<(), Fault>;

    /// Returns the newest records that match.
    async fn find(&self, query: RecordQuery) -> Result<Vec<RequestRecord>, Fault>;

    /// Counts refusals by number and time bucket, ordered by time, then number.
    ///
    /// `range` is half-open, and its first moment begins the first bucket. Buckets without
    /// refusals are left out. The call is cheap if the start of the range and the bucket size are
    /// whole quarters of an hour, because those are counted in advance.
    async fn refusal_counts(
        &self,
        tenant: Option<TenantId>,
        range: (Timestamp, Timestamp),
        bucket: Seconds,
    ) -> Result<Vec<RefusalCount>, Fault>;

    /// Stores change events. Those that [fold](ChangeEvent::fold_key) add up within an hour.
    async fn record_events(&self, events: Vec<ChangeEvent>) -> Result<(), Fault>;

    /// Returns the newest `limit` change events of a half-open time range, newest first.
    ///
    /// With a tenant, returns its events and those of the whole installation. With `None`,
    /// returns the events of every tenant.
    async fn events(
        &self,
        tenant: Option<TenantId>,
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault>;

    /// Returns the newest `limit` change events about a user in a half-open time range, newest
    /// first. Events without the id of a user are about none.
    async fn events_of_user(
        &self,
        user: (TenantId, UserId),
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault>;

    /// Returns the newest event of this kind, of any tenant.
    async fn last_event(&self, kind: &'static str) -> Result<Option<ChangeEvent>, Fault>;

    /// Deletes records that exceed a limit, and events that exceed the age or
    /// [`RetentionLimits::EVENTS_MAX`]. Returns the number of deleted records and events.
    ///
    /// Of a full history, the tenant with most of it loses first: failures of senders who proved
    /// nothing as long as they are more than a tenth of its records, and the oldest first.
    ///
    /// The newest event of each kind in [`ChangeEvent::KEPT`] is never deleted.
    /// One call does a bounded amount of work; repeat it until it returns 0. If several nodes share
    /// the history, it also returns 0 while another node does this, and records that a node writes
    /// at this moment may stay until a later call.
    async fn enforce_retention(
        &self,
        now: Timestamp,
        limits: RetentionLimits,
    ) -> Result<u64, Fault>;
}

/// Tickets, and the deliveries that they cause. Every change is durable on return.
#[async_trait]
pub trait Tickets: Send + Sync {
    /// Inserts a ticket and its deliveries, unless the ticket exists or its tenant has `open_max`
    /// open tickets.
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<OpenTicketOutcome, Fault>;

    /// Returns a ticket.
    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault>;

    /// Returns the newest tickets that match.
    async fn tickets(&self, query: TicketQuery) -> Result<Vec<Ticket>, Fault>;

    /// Appends an entry, updates the state and inserts the deliveries. The entry index of the
    /// deliveries is set here.
    ///
    /// Returns `None` if the ticket does not exist or is full. A full ticket can still be closed
    /// once. A second confirmation of the address changes nothing.
    async fn append_entry(
        &self,
        id: TicketId,
        entry: TicketEntry,
        deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault>;

    /// Inserts the delivery of a notice to a user.
    async fn add_notice(&self, delivery: Delivery) -> Result<(), Fault>;

    /// Leases at most `limit` deliveries that are due at `now`, and counts an attempt for each.
    /// They are due again at `leased_until`, unless they are completed before.
    async fn lease_due(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault>;

    /// Inserts deliveries of logout tokens of a tenant, apart from those above a limit. Returns
    /// those that were left out.
    async fn add_logouts(
        &self,
        tenant: TenantId,
        deliveries: Vec<Delivery>,
        limits: LogoutLimits,
    ) -> Result<Vec<Delivery>, Fault>;

    /// Leases at most `limit` deliveries of logout tokens, as [`Self::lease_due`] does with those
    /// of tickets.
    async fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault>;

    /// Returns how many deliveries are not completed, for monitoring.
    async fn delivery_queue(&self) -> Result<DeliveryQueue, Fault>;

    /// Sets when a delivery is due next and how many attempts it has had, if it still exists.
    async fn reschedule(
        &self,
        delivery: Uuid,
        due_at: Timestamp,
        attempts: u32,
    ) -> Result<(), Fault>;

    /// Deletes a delivery that arrived or was given up.
    async fn complete(&self, delivery: Uuid) -> Result<(), Fault>;

    /// Deletes at most `limit` closed tickets that were opened before `before`, and returns their
    /// number.
    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault>;
}

impl RetentionLimits {
    /// The maximum number of change events of all tenants.
    pub const EVENTS_MAX: u32 = 200_000;
}

/// The retention limits of request records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionLimits {
    /// The maximum number of records.
    pub records_max: u64,
    /// The maximum size of all records, in bytes.
    pub bytes_max: u64,
    /// The maximum age of a record.
    pub age_max: Seconds,
}

impl Default for RetentionLimits {
    fn default() -> Self {
        Self { records_max: 10_000_000, bytes_max: 1 << 30, age_max: Seconds::days(30) }
    }
}
