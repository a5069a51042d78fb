//! Connections that only read.
//!
//! A read by key runs on the calling thread: it takes some microseconds, less than the way to
//! another thread and back. Reads of many rows run on tokio's blocking pool.
//!
//! The files are not memory-mapped. That would save a tenth of the time of a read, but would turn
//! the failure of a disk from a fault into a signal that ends the process.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use model::{Fault, FaultKind};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::{
    OpenError,
    error::fault,
    read_only::{FileState, ReadOnlyFile},
    schema::{Schema, SchemaError},
    write_connection::keep_plans,
};

/// The time that a reader waits for a lock. Only a process that recovers the WAL of a killed
/// process can block it.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// The size of a connection's cache of prepared statements. There are fewer statements.
const STATEMENTS_MAX: usize = 64;

/// The pages that the read connections of a file keep, in KiB, all together. A connection keeps
/// its part only once it has read as much.
///
/// A look-up among a million grants reads one page of rows, and three that lead to it. Those that
/// lead there are 400 pages in all (1.6 MB).
const CACHE_KIB: usize = 8_192;

/// A pool of read connections: one for each core, between 2 and 8.
pub(crate) struct Readers {
    connections: Vec<Mutex<Reader>>,
    next: AtomicUsize,
    /// The file, if the database is opened read-only.
    read_only: Option<ReadOnlyFile>,
}

struct Reader {
    connection: Connection,
    /// The state that the file must keep for the connection to stay valid.
    valid_for: Option<FileState>,
}

impl Readers {
    /// Opens read connections to a file that this process writes.
    pub(crate) fn open(file: &Path) -> Result<Self, OpenError> {
        let number = available_parallelism().map_or(4, |cores| cores.get().clamp(2, 8));
        let reader = |connection| Mutex::new(Reader { connection, valid_for: None });
        let connections =
            (0..number).map(|_| connect(file, CACHE_KIB / number).map(reader)).collect();
        let connections: rusqlite::Result<_> = connections;
        let connections =
            connections.map_err(|source| OpenError::Database { path: file.to_owned(), source })?;
        Ok(Self { connections, next: AtomicUsize::new(0), read_only: None })
    }

    /// Opens a file read-only. A file that does not exist is opened as an empty one.
    pub(crate) fn open_read_only(file: &Path, schema: &'static Schema) -> Result<Self, OpenError> {
        let read_only = ReadOnlyFile::new(file, schema);
        let reader = Reader::open(&read_only).map_err(|error| error.into_open_error(file))?;
        let connections = vec![Mutex::new(reader)];
        Ok(Self { connections, next: AtomicUsize::new(0), read_only: Some(read_only) })
    }

    /// Returns a number that it never returns again.
    pub(crate) fn next_id(&self) -> u64 {
        u64::try_from(self.next.fetch_add(1, Ordering::Relaxed)).unwrap_or(u64::MAX)
    }

    /// Reads on the calling thread.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        // The first one that is free, so that the pages that are read often are in few caches.
        let free = self.connections.iter().find_map(Mutex::try_lock);
        let reader = free.or_else(|| self.next_connection().map(Mutex::lock));
        let Some(mut reader) = reader else {
            return Err(Fault::from_message(FaultKind::Internal, "there is no read connection"));
        };
        if let Some(file) = &self.read_only {
            reader.reopen_if_changed(file)?;
        }
        read(&reader.connection).map_err(|error| fault(&error))
    }

    /// Returns the connections in turn.
    fn next_connection(&self) -> Option<&Mutex<Reader>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len().max(1);
        self.connections.get(turn)
    }

    /// Reads on tokio's blocking pool.
    pub(crate) async fn read_blocking<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Fault> {
        let readers = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || readers.read(read));
        task.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }
}

impl Reader {
    fn open(file: &ReadOnlyFile) -> Result<Self, SchemaError> {
        let (connection, valid_for) = file.connect()?;
        prepare(&connection, CACHE_KIB)?;
        Ok(Self { connection, valid_for })
    }

    /// Reopens the file if it has changed.
    fn reopen_if_changed(&mut self, file: &ReadOnlyFile) -> Result<(), Fault> {
        if self.valid_for.as_ref().is_some_and(|state| file.has_changed(state)) {
            *self = Self::open(file).map_err(|error| error.fault())?;
        }
        Ok(())
    }
}

fn connect(file: &Path, cache_kib: usize) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    prepare(&connection, cache_kib)?;
    Ok(connection)
}

fn prepare(connection: &Connection, cache_kib: usize) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_plans(connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection
        .execute_batch(&format!("PRAGMA trusted_schema = OFF; PRAGMA cache_size = -{cache_kib};"))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::{super::schema, *};
    use crate::sql::directory::CONSENTS;

    #[test]
    fn statement_is_not_prepared_again_for_other_parameters() {
        // Reads the consents of two users. SQLite would plan this statement for each value anew.
        let connection = Connection::open_in_memory().unwrap();
        for migration in schema::DIRECTORY.migrations {
            connection.execute_batch(migration).unwrap();
        }
        prepare(&connection, CACHE_KIB).unwrap();
        for user in [1, 2] {
            let mut statement = connection.prepare_cached(CONSENTS).unwrap();
            assert!(!statement.exists((0, user, "app")).unwrap());
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        }
    }
}
