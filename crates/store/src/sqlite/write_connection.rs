//! The one connection that writes a file, opened again after a failure.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use model::{Fault, FaultKind};
use rusqlite::{Connection, OpenFlags, hooks::Wal};

use super::{
    OpenError,
    error::fault,
    schema::{self, Refusal, Schema},
};

/// How long to wait for another process that writes.
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// How often, and with which pause, a file is tried that is locked while it is opened.
const CONNECT_TRIES: u32 = 20;
const CONNECT_PAUSE: Duration = Duration::from_millis(50);

/// Statements that one connection keeps prepared: more than there are.
const STATEMENTS_MAX: usize = 64;

/// The connection, and how to make it anew.
pub(crate) struct Desk {
    file: PathBuf,
    /// Where the log's length in pages is noted after each commit; whoever asks for it also
    /// sees to checkpoints. Without it SQLite checkpoints by itself.
    log_pages: Option<Arc<AtomicU32>>,
    connection: Option<Connection>,
    opened: u64,
}

impl Desk {
    /// Opens the file for writing and brings its tables up to date.
    pub(crate) fn open(
        file: &Path,
        schema: &Schema,
        log_pages: Option<Arc<AtomicU32>>,
    ) -> Result<Self, OpenError> {
        let connection = connect_patiently(file, schema, log_pages.as_ref());
        let connection = connection.map_err(|refusal| refusal.of(file))?;
        Ok(Self { file: file.to_owned(), log_pages, connection: Some(connection), opened: 1 })
    }

    /// Does the work in one transaction: durable when this returns `Ok`, undone otherwise.
    pub(crate) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let connection = self.connection()?;
        let result = execute(connection, "BEGIN IMMEDIATE").and_then(|()| {
            let done = work(connection)?;
            execute(connection, "COMMIT")?;
            Ok(done)
        });
        if let Err(error) = &result {
            let undone = connection.is_autocommit() || execute(connection, "ROLLBACK").is_ok();
            // After a full disk or worse, begin anew: closing also undoes.
            if !undone || error.kind() != FaultKind::Internal {
                self.connection = None;
            }
        }
        result
    }

    /// The connection, made anew if the last one failed.
    pub(crate) fn connection(&mut self) -> Result<&Connection, Fault> {
        if let Some(connection) = self.connection.take() {
            return Ok(self.connection.insert(connection));
        }
        self.opened += 1;
        let connected = connect(&self.file).and_then(|mut connection| {
            prepare(&mut connection, self.log_pages.as_ref())?;
            Ok(connection)
        });
        Ok(self.connection.insert(connected.map_err(|error| fault(&error))?))
    }

    /// How often the connection was made.
    pub(crate) const fn opened(&self) -> u64 {
        self.opened
    }
}

/// Executes a statement without parameters or rows.
pub(crate) fn execute(connection: &Connection, statement: &str) -> Result<(), Fault> {
    let executed = connection.prepare_cached(statement).and_then(|mut it| it.execute([]));
    executed.map(|_| ()).map_err(|error| fault(&error))
}

/// Two processes that make the same file at once can find it locked even where SQLite does not
/// wait by itself: while the history mode changes.
fn connect_patiently(
    file: &Path,
    schema: &Schema,
    log_pages: Option<&Arc<AtomicU32>>,
) -> Result<Connection, Refusal> {
    for _ in 0..CONNECT_TRIES {
        match connect_first(file, schema, log_pages) {
            Err(refusal) if refusal.is_busy() => std::thread::sleep(CONNECT_PAUSE),
            result => return result,
        }
    }
    connect_first(file, schema, log_pages)
}

fn connect_first(
    file: &Path,
    schema: &Schema,
    log_pages: Option<&Arc<AtomicU32>>,
) -> Result<Connection, Refusal> {
    let mut connection = connect(file)?;
    schema::recognise(&connection, schema)?;
    prepare(&mut connection, log_pages)?;
    schema::migrate(&mut connection, schema)?;
    Ok(connection)
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

fn prepare(
    connection: &mut Connection,
    log_pages: Option<&Arc<AtomicU32>>,
) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -4096;",
    )?;
    if let Some(log_pages) = log_pages.map(Arc::clone) {
        connection.wal_hook(Some(move |_: &mut Wal, pages| {
            log_pages.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn desk(directory: &Path) -> Desk {
        let file = directory.join("some.db");
        File::create(&file).unwrap();
        let schema = Schema { application_id: 1, migrations: &["CREATE TABLE some (value)"] };
        Desk::open(&file, &schema, None).unwrap()
    }

    fn insert(connection: &Connection) -> Result<(), Fault> {
        execute(connection, "INSERT INTO some VALUES (zeroblob(100000))")
    }

    fn count(desk: &mut Desk) -> u32 {
        let count = "SELECT count(*) FROM some";
        desk.connection().unwrap().query_row(count, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_full_disk_is_a_fault_that_passes_and_leaves_nothing_half_written() {
        // Lets the file grow by ten pages only, then inserts 25: SQLite says that it is full.
        // The limit belongs to the connection, and the connection is made anew.
        let directory = tempfile::tempdir().unwrap();
        let mut desk = desk(directory.path());
        desk.connection().unwrap().pragma_update(None, "max_page_count", 12).unwrap();
        let full = desk.transaction(|connection| {
            execute(connection, "INSERT INTO some VALUES (1)")?;
            insert(connection)
        });
        assert_eq!(full.map_err(|fault| fault.kind()), Err(FaultKind::StoreUnavailable));
        assert_eq!(count(&mut desk), 0);
        desk.transaction(insert).unwrap();
        assert_eq!(count(&mut desk), 1);
    }

    #[test]
    fn work_that_fails_is_undone() {
        // Inserts a row and then fails by itself; the connection stays.
        let directory = tempfile::tempdir().unwrap();
        let mut desk = desk(directory.path());
        let failed = desk.transaction(|connection| {
            insert(connection)?;
            Err::<(), _>(Fault::because(FaultKind::Internal, "a reason"))
        });
        assert!(failed.is_err());
        assert_eq!(count(&mut desk), 0);
        assert_eq!(desk.opened(), 1);
        desk.transaction(insert).unwrap();
        assert_eq!(count(&mut desk), 1);
    }
}
