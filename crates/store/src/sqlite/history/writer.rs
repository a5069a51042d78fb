//! The writer thread of the history.

use model::{
    ChangeEvent, Delivery, Fault, LogoutLimits, OpenTicketOutcome, RequestRecord, RetentionLimits,
    TenantId, Ticket, TicketEntry, TicketId, Timestamp,
};
use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{block::Block, change_event, retention, ticket, totals};
use crate::{
    history::{
        block::{BlockKind, OPEN_MAX, by_kind},
        totals::TotalsDelta,
    },
    job_queue::{JobReceiver, QueuedJob, too_many_waiting},
    sqlite::{error::fault, write_connection::WriteConnection},
};

/// The channel for the result of a job.
type Reply<T> = oneshot::Sender<Result<T, Fault>>;

/// A job of the thread.
pub(super) enum Job {
    RequestRecord(Vec<RequestRecord>, Reply<()>),
    RecordEvents(Vec<ChangeEvent>, Reply<()>),
    EnforceRetention(Timestamp, RetentionLimits, Reply<u64>),
    OpenTicket(Box<Ticket>, Vec<Delivery>, u32, Reply<OpenTicketOutcome>),
    AppendEntry(TicketId, TicketEntry, Vec<Delivery>, Reply<Option<Ticket>>),
    AddNotice(Box<Delivery>, Reply<()>),
    LeaseDue { now: Timestamp, leased_until: Timestamp, limit: u32, reply: Reply<Vec<Delivery>> },
    AddLogouts(TenantId, Vec<Delivery>, LogoutLimits, Reply<Vec<Delivery>>),
    LeaseLogouts(Timestamp, Timestamp, u32, Reply<Vec<Delivery>>),
    Reschedule(Uuid, Timestamp, u32, Reply<()>),
    Complete(Uuid, Reply<()>),
    SweepTickets(Timestamp, u32, Reply<u64>),
}

// Jobs of the service itself: its tasks wait for their result before they send the next one, and
// what they write was shared out among the tenants before.
impl QueuedJob for Job {
    fn refuse(self) {
        match self {
            Self::RequestRecord(_, reply)
            | Self::RecordEvents(_, reply)
            | Self::AddNotice(_, reply)
            | Self::Reschedule(.., reply)
            | Self::Complete(_, reply) => refuse(reply),
            Self::EnforceRetention(.., reply) | Self::SweepTickets(.., reply) => refuse(reply),
            Self::OpenTicket(.., reply) => refuse(reply),
            Self::AppendEntry(.., reply) => refuse(reply),
            Self::AddLogouts(.., reply)
            | Self::LeaseDue { reply, .. }
            | Self::LeaseLogouts(.., reply) => refuse(reply),
        }
    }
}

fn refuse<T>(reply: Reply<T>) {
    reply.send(Err(too_many_waiting())).ok();
}

/// The state of the thread.
pub(super) struct Writer {
    connection: WriteConnection,
    /// The blocks that are being filled, the one that was filled last at the end.
    open: Vec<(BlockKind, Block)>,
    /// The number of the connection, and its last `PRAGMA synchronous`.
    synchronous: Option<(u64, &'static str)>,
}

impl Writer {
    /// Creates a writer with empty blocks.
    pub(super) fn new(connection: WriteConnection) -> Self {
        Self { connection, open: Vec::new(), synchronous: None }
    }

    /// Runs jobs until their sender is dropped.
    pub(super) fn run(mut self, jobs: &JobReceiver<Job>) {
        while let Some(job) = jobs.recv() {
            self.run_job(job);
        }
    }

    fn run_job(&mut self, job: Job) {
        match job {
            Job::RequestRecord(batch, reply) => respond(reply, self.record(&batch)),
            Job::RecordEvents(events, reply) => {
                respond(
                    reply,
                    self.durably(|connection| change_event::insert(connection, &events)),
                );
            }
            Job::EnforceRetention(now, limits, reply) => {
                respond(
                    reply,
                    self.without_sync(|connection| retention::enforce(connection, now, &limits)),
                );
            }
            Job::OpenTicket(ticket, deliveries, open_max, reply) => {
                let open =
                    |connection: &_| ticket::open(connection, &ticket, &deliveries, open_max);
                respond(reply, self.durably(open));
            }
            Job::AppendEntry(id, entry, mut deliveries, reply) => {
                let append =
                    |connection: &_| ticket::append_entry(connection, id, entry, &mut deliveries);
                respond(reply, self.durably(append));
            }
            Job::AddNotice(delivery, reply) => {
                let add = |connection: &_| ticket::insert_deliveries(connection, &[*delivery]);
                respond(reply, self.durably(add));
            }
            Job::LeaseDue { now, leased_until, limit, reply } => {
                let lease =
                    |connection: &_| ticket::lease_due(connection, now, leased_until, limit);
                respond(reply, self.durably(lease));
            }
            Job::AddLogouts(tenant, deliveries, limits, reply) => {
                let add =
                    |connection: &_| ticket::add_logouts(connection, tenant, &deliveries, limits);
                respond(reply, self.durably(add));
            }
            Job::LeaseLogouts(now, leased_until, limit, reply) => {
                let lease =
                    |connection: &_| ticket::lease_logouts(connection, now, leased_until, limit);
                respond(reply, self.durably(lease));
            }
            Job::Reschedule(delivery, due_at, attempts, reply) => {
                let reschedule =
                    |connection: &_| ticket::reschedule(connection, delivery, due_at, attempts);
                respond(reply, self.durably(reschedule));
            }
            Job::Complete(delivery, reply) => {
                respond(reply, self.durably(|connection| ticket::complete(connection, delivery)));
            }
            Job::SweepTickets(before, limit, reply) => {
                respond(reply, self.durably(|connection| ticket::sweep(connection, before, limit)));
            }
        }
    }

    /// Adds a batch to the open blocks. If the commit fails, the blocks in memory contain records
    /// that the file does not, so that new blocks replace them.
    fn record(&mut self, batch: &[RequestRecord]) -> Result<(), Fault> {
        let mut open = std::mem::take(&mut self.open);
        self.without_sync(|connection| {
            let mut delta = TotalsDelta::default();
            for (kind, records) in by_kind(batch) {
                let position = open.iter().position(|(other, _)| *other == kind);
                let block = position.map(|position| open.remove(position).1);
                let mut block = block.unwrap_or_else(|| Block::new(kind));
                add(connection, (&mut block, kind), records, &mut delta)?;
                open.push((kind, block));
            }
            totals::add(connection, &delta)
        })?;
        // Blocks are written after each batch, so one that is dropped is only not filled further.
        open.drain(..open.len().saturating_sub(OPEN_MAX));
        self.open = open;
        Ok(())
    }

    /// Runs a transaction that a crash of the machine may undo.
    fn without_sync<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        self.transaction("PRAGMA synchronous = NORMAL", work)
    }

    /// Runs a transaction that is durable on return.
    fn durably<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        self.transaction("PRAGMA synchronous = FULL", work)
    }

    fn transaction<T>(
        &mut self,
        synchronous: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        self.connection.connection()?;
        let current = Some((self.connection.opened(), synchronous));
        if self.synchronous != current {
            // Not from the statement cache: this pragma takes effect when it is prepared.
            let set = self.connection.connection()?.execute_batch(synchronous);
            set.map_err(|error| fault(&error))?;
            self.synchronous = current;
        }
        self.connection.transaction(|connection| work(connection).map_err(|error| fault(&error)))
    }
}

/// Sends the result of a job. If the receiver was dropped, the result is discarded.
fn respond<T>(reply: Reply<T>, result: Result<T, Fault>) {
    reply.send(result).ok();
}

/// Adds records to a block. Writes it, and starts new blocks as they fill up.
fn add(
    connection: &Connection,
    (block, kind): (&mut Block, BlockKind),
    records: Vec<&RequestRecord>,
    delta: &mut TotalsDelta,
) -> rusqlite::Result<()> {
    if !block.is_unchanged(connection)? {
        *block = Block::new(kind);
    }
    let mut added = false;
    for record in records {
        if !block.can_take(record) {
            if added {
                block.write(connection, delta)?;
            }
            *block = Block::new(kind);
        }
        block.add(record)?;
        delta.count(record, 1);
        added = true;
    }
    block.write(connection, delta)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;

    #[test]
    fn tickets_wait_for_the_disk_and_records_do_not() {
        // Reads `PRAGMA synchronous` in transactions of both kinds in turn: 1 is NORMAL, 2 is FULL.
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("some.db");
        std::fs::File::create(&file).unwrap();
        let mut writer = Writer::new(WriteConnection::open(&file, &schema::HISTORY, None).unwrap());
        let level = |connection: &Connection| -> rusqlite::Result<u32> {
            connection.pragma_query_value(None, "synchronous", |row| row.get(0))
        };
        for _ in 0..3 {
            assert_eq!(writer.without_sync(level).unwrap(), 1);
            assert_eq!(writer.without_sync(level).unwrap(), 1);
            assert_eq!(writer.durably(level).unwrap(), 2);
        }
    }

    #[test]
    fn reopened_connection_gets_its_synchronous_level_again() {
        // A fault of the store closes the first connection. The next one starts with the level that
        // every write connection has.
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("some.db");
        std::fs::File::create(&file).unwrap();
        let mut writer = Writer::new(WriteConnection::open(&file, &schema::HISTORY, None).unwrap());
        let level = |connection: &Connection| -> rusqlite::Result<u32> {
            connection.pragma_query_value(None, "synchronous", |row| row.get(0))
        };
        assert_eq!(writer.without_sync(level).unwrap(), 1);
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let failed = writer.without_sync(|_| -> rusqlite::Result<()> {
            Err(rusqlite::Error::SqliteFailure(full, None))
        });
        assert!(failed.is_err());
        assert_eq!(writer.connection.connection().map(|_| ()).ok(), Some(()));
        assert_eq!(writer.connection.opened(), 2);
        assert_eq!(writer.without_sync(level).unwrap(), 1);
    }
}
