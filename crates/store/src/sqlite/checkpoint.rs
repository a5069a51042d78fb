//! Moving the log into the file, off the way of those who commit.

use std::{
    path::Path,
    sync::{Arc, mpsc::Receiver},
    time::Duration,
};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::{OpenError, desk::BUSY, worker::Worker};

/// The log is moved each time it has grown by so many pages (4 MiB).
pub(super) const STEP_PAGES: u32 = 1_024;

/// From this length on (32 MiB) the writer itself moves the rest and begins the log anew: while
/// commits come without a pause, moving beside them never reaches the end of the log.
pub(super) const LONGEST_PAGES: u32 = 8 * STEP_PAGES;

/// How long the writer waits for readers before it lets the log grow by another step. Only a
/// reader of another process can hold it up: our own reads are short.
const READERS: Duration = Duration::from_millis(100);

/// The thread that moves the log.
pub(super) struct Checkpointer {
    worker: Worker<()>,
    /// Held while the log is moved: SQLite refuses a second who tries, without waiting.
    turn: Arc<Mutex<()>>,
}

impl Checkpointer {
    /// Starts the thread for a file.
    pub(super) fn start(file: &Path) -> Result<Self, OpenError> {
        let path = file.to_owned();
        let turn = Arc::new(Mutex::new(()));
        let same_turn = Arc::clone(&turn);
        let run = move |wanted| run(&path, &same_turn, &wanted);
        Ok(Self { worker: Worker::start(file, "checkpoint", run)?, turn })
    }

    /// Asks for the log to be moved. A queue full of the same wish is as good.
    pub(super) fn wake(&self) {
        self.worker.hand(()).ok();
    }

    /// Moves what is left and begins the log anew, with the writer's own connection. If that
    /// fails, the log stays as it is, which loses nothing: it is tried again a step later.
    pub(super) fn restart(&self, writer: &Connection) -> rusqlite::Result<()> {
        let _turn = self.turn.lock();
        writer.busy_timeout(READERS)?;
        let restarted = checkpoint(writer, "PRAGMA wal_checkpoint(RESTART)");
        writer.busy_timeout(BUSY)?;
        restarted
    }
}

fn run(file: &Path, turn: &Mutex<()>, wanted: &Receiver<()>) {
    let mut connection = None;
    while wanted.recv().is_ok() {
        // One pass answers everyone who asked before it began.
        while wanted.try_recv().is_ok() {}
        let current = connection.take().map_or_else(|| connect(file), Ok);
        let _turn = turn.lock();
        // A failure is felt where it matters, by the next commit; then we try anew.
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
