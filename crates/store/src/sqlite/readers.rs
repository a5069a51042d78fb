//! Connections that only read.
//!
//! A keyed read is done right where it is asked for: it takes some microseconds, less than the
//! way to another thread and back. Walks over many rows go to a thread of their own.
//!
//! The file is not mapped into memory: it would save a tenth of a read's time, and turn a
//! failing disk from a fault into a signal that ends the process.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use facts::{Fault, FaultKind};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::{OpenError, error::fault};

/// Readers wait for nobody but a process that recovers the log of one that was killed.
const BUSY: Duration = Duration::from_millis(500);

/// Statements that one connection keeps prepared: more than there are.
const STATEMENTS_MAX: usize = 64;

/// The connections: as many as there are cores, within bounds.
pub(super) struct Readers {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Readers {
    /// Opens the file for reading.
    pub(super) fn open(file: &Path) -> Result<Self, OpenError> {
        let number = available_parallelism().map_or(4, |cores| cores.get().clamp(2, 8));
        let connections = (0..number).map(|_| connect(file).map(Mutex::new)).collect();
        let connections: rusqlite::Result<_> = connections;
        let connections =
            connections.map_err(|source| OpenError::Database { path: file.to_owned(), source })?;
        Ok(Self { connections, next: AtomicUsize::new(0) })
    }

    /// Reads right here.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        let start = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len().max(1);
        let turn = || self.connections.iter().cycle().skip(start).take(self.connections.len());
        let free = turn().find_map(Mutex::try_lock);
        let connection = free.or_else(|| turn().next().map(Mutex::lock));
        let Some(connection) = connection else {
            return Err(Fault::because(FaultKind::Internal, "no connection to read with"));
        };
        read(&connection).map_err(|error| fault(&error))
    }

    /// Reads on a thread where it may take its time.
    pub(super) async fn walk<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Fault> {
        let readers = Arc::clone(self);
        let walk = tokio::task::spawn_blocking(move || readers.read(read));
        walk.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cache_size = -1024;")?;
    Ok(connection)
}
