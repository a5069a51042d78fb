//! The history in a SQLite file beside the store.

mod block;
mod change_event;
mod query;
mod retention;
mod ticket;
mod totals;
mod writer;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use model::{
    ChangeEvent, Delivery, DeliveryQueue, Fault, LogoutLimits, OpenTicketOutcome, RecordQuery,
    Records, RefusalCount, RequestRecord, RetentionLimits, Seconds, TenantId, Ticket, TicketEntry,
    TicketId, TicketQuery, Tickets, Timestamp, UserId,
};
use uuid::Uuid;

use self::writer::{Job, Writer};
use super::{
    OpenError, files, readers::Readers, schema, worker::Worker, write_connection::WriteConnection,
};

/// The history in `history.db`. Several processes may have it open at once.
///
/// It is read on tokio's blocking pool and written by a thread of its own.
pub struct SqliteHistory {
    // Closed first, so that the writer closes last and leaves a file without a WAL.
    readers: Arc<Readers>,
    writer: Worker<Job>,
}

/// The name of the file.
pub(super) const FILE: &str = "history.db";

impl SqliteHistory {
    /// Opens the history in a data directory. Creates what does not exist yet: the directory (mode
    /// 0700), the file (mode 0600) and the tables.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        files::refuse_earlier_build(directory)?;
        files::create_directory(directory)?;
        let file = directory.join(FILE);
        let is_new = files::create_file(&file)?;
        let connection = WriteConnection::open(&file, &schema::HISTORY, None)?;
        if is_new {
            files::sync(directory)?;
        }
        let readers = Arc::new(Readers::open(&file)?);
        let run = move |jobs| Writer::new(connection).run(&jobs);
        Ok(Self { readers, writer: Worker::start(&file, "history", run)? })
    }

    /// Opens the history in a data directory read-only. Nothing is created or changed, a file that
    /// does not exist is an empty history, and every write returns a fault.
    pub fn open_read_only(directory: &Path) -> Result<Self, OpenError> {
        files::refuse_earlier_build(directory)?;
        let readers = Readers::open_read_only(&directory.join(FILE), &schema::HISTORY)?;
        Ok(Self { readers: Arc::new(readers), writer: Worker::disabled() })
    }
}

#[async_trait]
impl Records for SqliteHistory {
    async fn record(&self, batch: Vec<RequestRecord>) -> Result<(), Fault> {
        if batch.is_empty() {
            return Ok(());
        }
        self.writer.call(|reply| Job::RequestRecord(batch, reply)).await
    }

    async fn find(&self, query: RecordQuery) -> Result<Vec<RequestRecord>, Fault> {
        self.readers.read_blocking(move |connection| query::find(connection, &query)).await
    }

    async fn refusal_counts(
        &self,
        tenant: Option<TenantId>,
        range: (Timestamp, Timestamp),
        bucket: Seconds,
    ) -> Result<Vec<RefusalCount>, Fault> {
        self.readers
            .read_blocking(move |connection| {
                query::refusal_counts(connection, tenant, range, bucket)
            })
            .await
    }

    async fn record_events(&self, events: Vec<ChangeEvent>) -> Result<(), Fault> {
        if events.is_empty() {
            return Ok(());
        }
        self.writer.call(|reply| Job::RecordEvents(events, reply)).await
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.readers
            .read_blocking(move |connection| change_event::find(connection, tenant, range, limit))
            .await
    }

    async fn events_of_user(
        &self,
        user: (TenantId, UserId),
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.readers
            .read_blocking(move |connection| {
                change_event::find_of_user(connection, user, range, limit)
            })
            .await
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<ChangeEvent>, Fault> {
        self.readers.read_blocking(move |connection| change_event::last(connection, kind)).await
    }

    async fn enforce_retention(
        &self,
        now: Timestamp,
        limits: RetentionLimits,
    ) -> Result<u64, Fault> {
        self.writer.call(|reply| Job::EnforceRetention(now, limits, reply)).await
    }
}

#[async_trait]
impl Tickets for SqliteHistory {
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<OpenTicketOutcome, Fault> {
        let ticket = Box::new(ticket);
        self.writer.call(|reply| Job::OpenTicket(ticket, deliveries, open_max, reply)).await
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        self.readers.read(|connection| ticket::find_by_id(connection, id))
    }

    async fn tickets(&self, query: TicketQuery) -> Result<Vec<Ticket>, Fault> {
        self.readers.read_blocking(move |connection| ticket::find(connection, &query)).await
    }

    async fn append_entry(
        &self,
        id: TicketId,
        entry: TicketEntry,
        deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        self.writer.call(|reply| Job::AppendEntry(id, entry, deliveries, reply)).await
    }

    async fn add_notice(&self, delivery: Delivery) -> Result<(), Fault> {
        self.writer.call(|reply| Job::AddNotice(Box::new(delivery), reply)).await
    }

    async fn lease_due(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.writer.call(|reply| Job::LeaseDue { now, leased_until, limit, reply }).await
    }

    async fn add_logouts(
        &self,
        tenant: TenantId,
        deliveries: Vec<Delivery>,
        limits: LogoutLimits,
    ) -> Result<Vec<Delivery>, Fault> {
        let job = |reply| Job::AddLogouts(tenant, deliveries, limits, reply);
        self.writer.call(job).await
    }

    async fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        self.writer.call(|reply| Job::LeaseLogouts(now, leased_until, limit, reply)).await
    }

    async fn delivery_queue(&self) -> Result<DeliveryQueue, Fault> {
        self.readers.read_blocking(ticket::delivery_queue).await
    }

    async fn reschedule(&self, id: Uuid, due_at: Timestamp, attempts: u32) -> Result<(), Fault> {
        self.writer.call(|reply| Job::Reschedule(id, due_at, attempts, reply)).await
    }

    async fn complete(&self, delivery: Uuid) -> Result<(), Fault> {
        self.writer.call(|reply| Job::Complete(delivery, reply)).await
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.writer.call(|reply| Job::SweepTickets(before, limit, reply)).await
    }
}
