//! The thread that writes the history.

use std::sync::mpsc::Receiver;

use model::{
    Bounds, Delivery, Event, Fault, Opening, Record, Ticket, TicketEntry, TicketId, Timestamp,
};
use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    block::{Block, Difference},
    event, ticket, trim,
};
use crate::sqlite::{desk::Desk, error::fault};

/// Where an answer goes.
type Reply<T> = oneshot::Sender<Result<T, Fault>>;

/// What the thread is asked to do.
pub(super) enum Job {
    Record(Vec<Record>, Reply<()>),
    Note(Vec<Event>, Reply<()>),
    Trim(Timestamp, Bounds, Reply<u64>),
    OpenTicket(Box<Ticket>, Vec<Delivery>, u32, Reply<Opening>),
    StepTicket(TicketId, TicketEntry, Vec<Delivery>, Reply<Option<Ticket>>),
    Claim { now: Timestamp, again_at: Timestamp, limit: u32, reply: Reply<Vec<Delivery>> },
    Postpone(Uuid, Timestamp, Reply<()>),
    Settle(Uuid, Reply<()>),
    SweepTickets(Timestamp, u32, Reply<u64>),
}

/// The connection, and the blocks that are being filled: of requests that went well, and of
/// those that did not.
pub(super) struct Writer {
    desk: Desk,
    open: [Block; 2],
    /// What the connection was told last, and which connection that was.
    told: Option<(u64, &'static str)>,
}

impl Writer {
    /// A writer with nothing begun.
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk, open: [Block::new(false), Block::new(true)], told: None }
    }

    /// Does the jobs until there will be no more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        for job in jobs {
            self.work(job);
        }
    }

    fn work(&mut self, job: Job) {
        match job {
            Job::Record(batch, reply) => answer(reply, self.record(&batch)),
            Job::Note(events, reply) => {
                answer(reply, self.safely(|connection| event::note(connection, &events)));
            }
            Job::Trim(now, bounds, reply) => {
                answer(reply, self.quickly(|connection| trim::trim(connection, now, &bounds)));
            }
            Job::OpenTicket(ticket, deliveries, open_max, reply) => {
                let open =
                    |connection: &_| ticket::open(connection, &ticket, &deliveries, open_max);
                answer(reply, self.safely(open));
            }
            Job::StepTicket(id, entry, mut deliveries, reply) => {
                let step = |connection: &_| ticket::step(connection, id, entry, &mut deliveries);
                answer(reply, self.safely(step));
            }
            Job::Claim { now, again_at, limit, reply } => {
                let claim = |connection: &_| ticket::claim(connection, now, again_at, limit);
                answer(reply, self.safely(claim));
            }
            Job::Postpone(delivery, due_at, reply) => {
                let postpone = |connection: &_| ticket::postpone(connection, delivery, due_at);
                answer(reply, self.safely(postpone));
            }
            Job::Settle(delivery, reply) => {
                answer(reply, self.safely(|connection| ticket::settle(connection, delivery)));
            }
            Job::SweepTickets(before, limit, reply) => {
                answer(reply, self.safely(|connection| ticket::sweep(connection, before, limit)));
            }
        }
    }

    /// Adds a batch to the blocks that are being filled. A commit that fails leaves what is in
    /// memory ahead of what is in the file, so that it begins anew.
    fn record(&mut self, batch: &[Record]) -> Result<(), Fault> {
        let mut open = std::mem::replace(&mut self.open, [Block::new(false), Block::new(true)]);
        self.quickly(|connection| {
            let mut difference = Difference::default();
            for (block, failed) in open.iter_mut().zip([false, true]) {
                let fitting = batch.iter().filter(|record| record.number.is_some() == failed);
                add(connection, block, fitting, &mut difference)?;
            }
            difference.write(connection)
        })?;
        self.open = open;
        Ok(())
    }

    /// In one transaction that a crash of the machine may undo.
    fn quickly<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        self.transaction("PRAGMA synchronous = NORMAL", work)
    }

    /// In one transaction that nothing undoes once this has returned.
    fn safely<T>(
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
        self.desk.connection()?;
        let told = Some((self.desk.opened(), synchronous));
        if self.told != told {
            // Not from the cache of statements: it has its effect when it is prepared.
            let set = self.desk.connection()?.execute_batch(synchronous);
            set.map_err(|error| fault(&error))?;
            self.told = told;
        }
        self.desk.transaction(|connection| work(connection).map_err(|error| fault(&error)))
    }
}

/// Whoever asked may be gone by now: that is nobody's concern here.
fn answer<T>(reply: Reply<T>, answer: Result<T, Fault>) {
    reply.send(answer).ok();
}

fn add<'a>(
    connection: &Connection,
    block: &mut Block,
    records: impl Iterator<Item = &'a Record>,
    difference: &mut Difference,
) -> rusqlite::Result<()> {
    let mut records = records.peekable();
    let Some(first) = records.peek() else { return Ok(()) };
    let failed = first.number.is_some();
    if !block.is_as_left(connection)? {
        *block = Block::new(failed);
    }
    let mut added = false;
    for record in records {
        if !block.has_room(record) {
            if added {
                block.write(connection, difference)?;
            }
            *block = Block::new(failed);
        }
        block.add(record)?;
        difference.tally(record, 1);
        added = true;
    }
    block.write(connection, difference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;

    #[test]
    fn what_must_not_be_lost_waits_for_the_disk_and_what_may_be_does_not() {
        // Asks SQLite in transactions of both kinds, in turn: 1 is NORMAL, 2 is FULL.
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("some.db");
        std::fs::File::create(&file).unwrap();
        let mut writer = Writer::new(Desk::open(&file, &schema::JOURNAL, None).unwrap());
        let level = |connection: &Connection| -> rusqlite::Result<u32> {
            connection.pragma_query_value(None, "synchronous", |row| row.get(0))
        };
        for _ in 0..3 {
            assert_eq!(writer.quickly(level).unwrap(), 1);
            assert_eq!(writer.quickly(level).unwrap(), 1);
            assert_eq!(writer.safely(level).unwrap(), 2);
        }
    }

    #[test]
    fn a_connection_that_is_made_anew_is_told_again() {
        // A fault of the store ends the first connection; the next begins with SQLite's own level.
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("some.db");
        std::fs::File::create(&file).unwrap();
        let mut writer = Writer::new(Desk::open(&file, &schema::JOURNAL, None).unwrap());
        let level = |connection: &Connection| -> rusqlite::Result<u32> {
            connection.pragma_query_value(None, "synchronous", |row| row.get(0))
        };
        assert_eq!(writer.quickly(level).unwrap(), 1);
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let failed = writer.quickly(|_| -> rusqlite::Result<()> {
            Err(rusqlite::Error::SqliteFailure(full, None))
        });
        assert!(failed.is_err());
        assert_eq!(writer.desk.connection().map(|_| ()).ok(), Some(()));
        assert_eq!(writer.desk.opened(), 2);
        assert_eq!(writer.quickly(level).unwrap(), 1);
    }
}
