//! Checkpoints of the WAL, in a thread of their own. Commits wait only if the WAL is too long.

use std::{path::Path, sync::Arc, time::Duration};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::{OpenError, worker::Worker, write_connection::BUSY_TIMEOUT};
use crate::job_queue::{JobReceiver, QueuedJob};

/// A checkpoint runs each time the WAL has grown by this number of pages (4 MiB).
pub(super) const STEP_PAGES: u32 = 1_024;

/// If the WAL reaches this length (32 MiB), the writer itself runs a checkpoint that restarts it.
/// While commits come without a pause, a concurrent checkpoint never reaches its end.
pub(super) const RESTART_PAGES: u32 = 8 * STEP_PAGES;

/// The time that the writer waits for readers before it lets the WAL grow by another step. Only a
/// reader of another process can block it: reads of this process are short.
const READERS_TIMEOUT: Duration = Duration::from_millis(100);

/// A request for a checkpoint.
struct Request;

impl QueuedJob for Request {
    // No caller waits for it: a later one does its work.
    fn refuse(self) {}
}

/// The thread that runs checkpoints.
pub(super) struct Checkpointer {
    worker: Worker<Request>,
    /// Held during a checkpoint. SQLite refuses a second checkpoint without waiting.
    running: Arc<Mutex<()>>,
}

impl Checkpointer {
    /// Starts the thread for a file.
    pub(super) fn start(file: &Path) -> Result<Self, OpenError> {
        let path = file.to_owned();
        let running = Arc::new(Mutex::new(()));
        let shared = Arc::clone(&running);
        let run = move |requests| run(&path, &shared, &requests);
        Ok(Self { worker: Worker::start(file, "checkpoint", run)?, running })
    }

    /// Requests a checkpoint. If the queue is full, a checkpoint is requested already.
    pub(super) fn wake(&self) {
        self.worker.send(Request).ok();
    }

    /// Runs a checkpoint with the writer's own connection and restarts the WAL.
    ///
    /// If it fails, nothing is lost: the WAL stays as it is, and the writer tries again a step
    /// later.
    pub(super) fn restart(&self, writer: &Connection) -> rusqlite::Result<()> {
        let _running = self.running.lock();
        writer.busy_timeout(READERS_TIMEOUT)?;
        let result = checkpoint(writer, "PRAGMA wal_checkpoint(RESTART)");
        writer.busy_timeout(BUSY_TIMEOUT)?;
        result
    }
}

fn run(file: &Path, running: &Mutex<()>, requests: &JobReceiver<Request>) {
    let mut connection = None;
    while requests.recv().is_some() {
        // One checkpoint serves every request that came before it.
        requests.take_waiting();
        let current = connection.take().map_or_else(|| connect(file), Ok);
        let _running = running.lock();
        // The next commit reports a failure of the disk. Here, only the connection is replaced.
        connection = current.ok().filter(|connection: &Connection| {
            checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)").is_ok()
        });
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")?;
    Ok(connection)
}

fn checkpoint(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.query_row(statement, [], |_| Ok(()))
}
