//! The history: what happened. Not a third book: nothing is ever decided by what stands in it.

use async_trait::async_trait;
use uuid::Uuid;

use crate::{
    Bounds, Count, Delivery, Event, Fault, Opening, Record, Search, Seconds, TenantId, Ticket,
    TicketEntry, TicketId, TicketSearch, Timestamp,
};

/// Both parts of the history.
pub trait History: Records + Tickets {}

impl<T: Records + Tickets> History for T {}

/// What is left of requests, and what changed meanwhile. Bounded: the oldest goes first.
#[async_trait]
pub trait Records: Send + Sync {
    /// Writes a batch, in one commit. A crash of the machine may lose the last ones.
    async fn record(&self, batch: Vec<Record>) -> Result<(), Fault>;

    /// The newest that fit.
    async fn find(&self, search: Search) -> Result<Vec<Record>, Fault>;

    /// How often each number was given, in stretches of `step` from `from` to `until`; stretches
    /// without any are left out. Ordered by time, then number. Cheap where `from` and `step` are
    /// whole quarters of an hour, which are counted beforehand.
    async fn counts(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        step: Seconds,
    ) -> Result<Vec<Count>, Fault>;

    /// Writes down what changed.
    async fn note(&self, events: Vec<Event>) -> Result<(), Fault>;

    /// What changed in this time, in a tenant (`None`: in any) and in the whole installation; at
    /// most `limit`, the newest first.
    async fn events(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<Event>, Fault>;

    /// The newest event of this kind, of any tenant.
    async fn last_event(&self, kind: &'static str) -> Result<Option<Event>, Fault>;

    /// Removes the oldest records that are beyond a bound, and events beyond the age (but never
    /// the newest [`Event::VERSION`], which says what runs), bounded in
    /// work per call; returns how many records went. Call it again while that is more than none.
    async fn trim(&self, now: Timestamp, bounds: Bounds) -> Result<u64, Fault>;
}

/// What people reported, and what must be sent because of it. Durable before it returns.
#[async_trait]
pub trait Tickets: Send + Sync {
    /// Opens a ticket with what must be sent, unless it is there or its tenant has `open_max`
    /// open ones.
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<Opening, Fault>;

    /// One ticket.
    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault>;

    /// The newest that fit.
    async fn tickets(&self, search: TicketSearch) -> Result<Vec<Ticket>, Fault>;

    /// Adds a step to a ticket, with what must be sent, and moves its state as the step says;
    /// `None` if there is no such ticket or it has as many steps as it may have. What is sent
    /// tells of this step, whatever place it names. A full ticket can still be closed, once.
    async fn step_ticket(
        &self,
        id: TicketId,
        entry: TicketEntry,
        deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault>;

    /// Takes what is due at `now`, at most `limit`: it is not due again before `again_at`, unless
    /// it is settled. Counts a try.
    async fn claim(
        &self,
        now: Timestamp,
        again_at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault>;

    /// Lets a delivery be due at another time, if it is still there.
    async fn postpone(&self, delivery: Uuid, due_at: Timestamp) -> Result<(), Fault>;

    /// Forgets a delivery: it arrived, or was given up.
    async fn settle(&self, delivery: Uuid) -> Result<(), Fault>;

    /// Removes closed tickets that were opened before `before`, at most `limit`; returns how many.
    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault>;
}
