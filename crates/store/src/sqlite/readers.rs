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

use model::{Fault, FaultKind};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::{
    OpenError,
    error::fault,
    glance::{Glance, Still},
    schema::{Refusal, Schema},
};

/// Readers wait for nobody but a process that recovers the log of one that was killed.
const BUSY: Duration = Duration::from_millis(500);

/// Statements that one connection keeps prepared: more than there are.
const STATEMENTS_MAX: usize = 64;

/// The connections: as many as there are cores, within bounds.
pub(crate) struct Readers {
    connections: Vec<Mutex<Reader>>,
    next: AtomicUsize,
    /// How the file is opened anew, where we only look at it.
    glance: Option<Glance>,
}

struct Reader {
    connection: Connection,
    /// What must be true of the file for the connection to be good.
    still: Option<Still>,
}

impl Readers {
    /// Opens the file for reading.
    pub(crate) fn open(file: &Path) -> Result<Self, OpenError> {
        let number = available_parallelism().map_or(4, |cores| cores.get().clamp(2, 8));
        let reader = |connection| Mutex::new(Reader { connection, still: None });
        let connections = (0..number).map(|_| connect(file).map(reader)).collect();
        let connections: rusqlite::Result<_> = connections;
        let connections =
            connections.map_err(|source| OpenError::Database { path: file.to_owned(), source })?;
        Ok(Self { connections, next: AtomicUsize::new(0), glance: None })
    }

    /// Opens the file to look at it only; one that is not there is an empty one.
    pub(crate) fn look(file: &Path, schema: &'static Schema) -> Result<Self, OpenError> {
        let glance = Glance::new(file, schema);
        let reader = Reader::of(&glance).map_err(|refusal| refusal.of(file))?;
        let connections = vec![Mutex::new(reader)];
        Ok(Self { connections, next: AtomicUsize::new(0), glance: Some(glance) })
    }

    /// A number that is never the same twice.
    pub(crate) fn turn(&self) -> u64 {
        u64::try_from(self.next.fetch_add(1, Ordering::Relaxed)).unwrap_or(u64::MAX)
    }

    /// Reads right here.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        let start = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len().max(1);
        let turn = || self.connections.iter().cycle().skip(start).take(self.connections.len());
        let free = turn().find_map(Mutex::try_lock);
        let connection = free.or_else(|| turn().next().map(Mutex::lock));
        let Some(mut reader) = connection else {
            return Err(Fault::because(FaultKind::Internal, "no connection to read with"));
        };
        if let Some(glance) = &self.glance {
            reader.look_again(glance)?;
        }
        read(&reader.connection).map_err(|error| fault(&error))
    }

    /// Reads on a thread where it may take its time.
    pub(crate) async fn walk<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Fault> {
        let readers = Arc::clone(self);
        let walk = tokio::task::spawn_blocking(move || readers.read(read));
        walk.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }
}

impl Reader {
    fn of(glance: &Glance) -> Result<Self, Refusal> {
        let (connection, still) = glance.connect()?;
        prepare(&connection)?;
        Ok(Self { connection, still })
    }

    /// Opens the file anew if it is no longer what it was.
    fn look_again(&mut self, glance: &Glance) -> Result<(), Fault> {
        if self.still.as_ref().is_some_and(|still| glance.has_changed(still)) {
            let again = Self::of(glance);
            *self = again.map_err(|refusal| refusal.fault())?;
        }
        Ok(())
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    prepare(&connection)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cache_size = -1024;")
}
