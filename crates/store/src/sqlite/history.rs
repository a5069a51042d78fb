//! The history in a SQLite file beside the store.

mod block;
mod event;
mod filter;
mod find;
mod line;
mod ticket;
mod trim;
mod writer;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use model::{
    Bounds, Count, Delivery, Event, Fault, Opening, Record, Records, Search, Seconds, TenantId,
    Ticket, TicketEntry, TicketId, TicketSearch, Tickets, Timestamp,
};
use uuid::Uuid;

use self::writer::{Job, Writer};
use crate::sqlite::{OpenError, desk::Desk, place, readers::Readers, schema, worker::Worker};

/// The history in `history.db`. Several processes may have it open at once. It is read on
/// tokio's threads for blocking work and written by a thread of its own.
pub struct SqliteHistory {
    // Closed first, so that the writer closes last and leaves a file without a log.
    readers: Arc<Readers>,
    writer: Worker<Job>,
}

/// The file's name.
const FILE: &str = "history.db";

impl SqliteHistory {
    /// Opens the history in this directory, and makes what is not there yet: the directory
    /// (mode 0700), the file (mode 0600), the tables.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        place::make_directory(directory)?;
        let file = directory.join(FILE);
        place::make_file(&file)?;
        let desk = Desk::open(&file, &schema::JOURNAL, None)?;
        place::sync(directory)?;
        let readers = Arc::new(Readers::open(&file)?);
        let run = move |jobs| Writer::new(desk).run(&jobs);
        Ok(Self { readers, writer: Worker::start(&file, "history", run)? })
    }

    /// Opens the history to look at it only: nothing is made or changed, and a history that is
    /// not there is an empty one. Whoever writes gets a fault.
    pub fn look(directory: &Path) -> Result<Self, OpenError> {
        let readers = Readers::look(&directory.join(FILE), &schema::JOURNAL)?;
        Ok(Self { readers: Arc::new(readers), writer: Worker::none() })
    }
}

#[async_trait]
impl Records for SqliteHistory {
    async fn record(&self, batch: Vec<Record>) -> Result<(), Fault> {
        if batch.is_empty() {
            return Ok(());
        }
        self.writer.ask(|reply| Job::Record(batch, reply)).await
    }

    async fn find(&self, search: Search) -> Result<Vec<Record>, Fault> {
        self.readers.walk(move |connection| find::find(connection, &search)).await
    }

    async fn counts(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        step: Seconds,
    ) -> Result<Vec<Count>, Fault> {
        self.readers.walk(move |connection| find::counts(connection, tenant, span, step)).await
    }

    async fn note(&self, events: Vec<Event>) -> Result<(), Fault> {
        if events.is_empty() {
            return Ok(());
        }
        self.writer.ask(|reply| Job::Note(events, reply)).await
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<Event>, Fault> {
        self.readers.walk(move |connection| event::find(connection, tenant, span, limit)).await
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<Event>, Fault> {
        self.readers.walk(move |connection| event::last(connection, kind)).await
    }

    async fn trim(&self, now: Timestamp, bounds: Bounds) -> Result<u64, Fault> {
        self.writer.ask(|reply| Job::Trim(now, bounds, reply)).await
    }
}

#[async_trait]
impl Tickets for SqliteHistory {
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<Opening, Fault> {
        let ticket = Box::new(ticket);
        self.writer.ask(|reply| Job::OpenTicket(ticket, deliveries, open_max, reply)).await
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        self.readers.read(|connection| ticket::one(connection, id))
    }

    async fn tickets(&self, search: TicketSearch) -> Result<Vec<Ticket>, Fault> {
        self.readers.walk(move |connection| ticket::find(connection, &search)).await
    }

    async fn step_ticket(
        &self,
        id: TicketId,
        entry: TicketEntry,
        deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        self.writer.ask(|reply| Job::StepTicket(id, entry, deliveries, reply)).await
    }

    async fn claim(
        &self,
        now: Timestamp,
        again_at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.writer.ask(|reply| Job::Claim { now, again_at, limit, reply }).await
    }

    async fn postpone(&self, delivery: Uuid, due_at: Timestamp) -> Result<(), Fault> {
        self.writer.ask(|reply| Job::Postpone(delivery, due_at, reply)).await
    }

    async fn settle(&self, delivery: Uuid) -> Result<(), Fault> {
        self.writer.ask(|reply| Job::Settle(delivery, reply)).await
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.writer.ask(|reply| Job::SweepTickets(before, limit, reply)).await
    }
}
