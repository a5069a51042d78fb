//! The connection that writes a file, reopened after a failure.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use model::{Fault, FaultKind};
use rusqlite::{Connection, OpenFlags, config::DbConfig, hooks::Wal};

use super::{
    OpenError,
    error::fault,
    files,
    schema::{self, Schema, SchemaError},
};

/// The time to wait for the write lock of another process.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The number of attempts, and the pause between them, to open a file that is locked.
const CONNECT_ATTEMPTS: u32 = 20;
const CONNECT_PAUSE: Duration = Duration::from_millis(50);

/// The size of a connection's cache of prepared statements. There are fewer statements.
const STATEMENTS_MAX: usize = 64;

/// A write connection and what is needed to reopen it.
pub(crate) struct WriteConnection {
    file: PathBuf,
    /// Receives the length of the WAL in pages after each commit. The owner of this counter must
    /// run the checkpoints. Without a counter, SQLite runs them itself.
    wal_pages: Option<Arc<AtomicU32>>,
    connection: Option<Connection>,
    opened: u64,
}

impl WriteConnection {
    /// Opens the file for writing and applies missing migrations.
    pub(crate) fn open(
        file: &Path,
        schema: &Schema,
        wal_pages: Option<Arc<AtomicU32>>,
    ) -> Result<Self, OpenError> {
        let connection = connect_with_retry(file, schema, wal_pages.as_ref());
        let connection = connection.map_err(|error| error.into_open_error(file))?;
        Ok(Self { file: file.to_owned(), wal_pages, connection: Some(connection), opened: 1 })
    }

    /// Does the work in one transaction. It is durable if this returns `Ok`, and rolled back
    /// otherwise.
    pub(crate) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let connection = self.connection()?;
        let result = execute(connection, "BEGIN IMMEDIATE").and_then(|()| {
            let result = work(connection)?;
            execute(connection, "COMMIT")?;
            Ok(result)
        });
        if let Err(error) = &result {
            let rolled_back = connection.is_autocommit() || execute(connection, "ROLLBACK").is_ok();
            // After a full disk or another failure of the store, the connection is reopened.
            // Closing it also rolls back.
            if !rolled_back || error.kind() != FaultKind::Internal {
                self.connection = None;
            }
        }
        result
    }

    /// Returns the connection. Reopens it if the last one failed.
    pub(crate) fn connection(&mut self) -> Result<&Connection, Fault> {
        if let Some(connection) = self.connection.take() {
            return Ok(self.connection.insert(connection));
        }
        self.opened += 1;
        let connected = connect(&self.file).and_then(|mut connection| {
            prepare(&mut connection, self.wal_pages.as_ref())?;
            Ok(connection)
        });
        Ok(self.connection.insert(connected.map_err(|error| fault(&error))?))
    }

    /// Returns how often the connection was opened.
    pub(crate) const fn opened(&self) -> u64 {
        self.opened
    }
}

/// Executes a statement without parameters or rows.
pub(crate) fn execute(connection: &Connection, statement: &str) -> Result<(), Fault> {
    let executed =
        connection.prepare_cached(statement).and_then(|mut prepared| prepared.execute([]));
    executed.map(|_| ()).map_err(|error| fault(&error))
}

/// Keeps the plan of a prepared statement for all values of its parameters. Otherwise SQLite may
/// prepare it for each execution, which costs many times as much as a read by key.
pub(crate) fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Opens the file, and retries while it is locked. If two processes create the same file at once,
/// SQLite does not wait for the lock while the journal mode changes.
fn connect_with_retry(
    file: &Path,
    schema: &Schema,
    wal_pages: Option<&Arc<AtomicU32>>,
) -> Result<Connection, SchemaError> {
    for _ in 0..CONNECT_ATTEMPTS {
        match connect_and_migrate(file, schema, wal_pages) {
            Err(error) if error.is_busy() => std::thread::sleep(CONNECT_PAUSE),
            result => return result,
        }
    }
    connect_and_migrate(file, schema, wal_pages)
}

fn connect_and_migrate(
    file: &Path,
    schema: &Schema,
    wal_pages: Option<&Arc<AtomicU32>>,
) -> Result<Connection, SchemaError> {
    // Before SQLite creates the WAL.
    let length = files::length_if_closed(file);
    let mut connection = connect(file)?;
    schema::check_application_id(&connection, schema)?;
    schema::check_length(&connection, length)?;
    prepare(&mut connection, wal_pages)?;
    schema::migrate(&mut connection, schema)?;
    Ok(connection)
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

fn prepare(
    connection: &mut Connection,
    wal_pages: Option<&Arc<AtomicU32>>,
) -> rusqlite::Result<()> {
    keep_plans(connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -4096;",
    )?;
    if let Some(wal_pages) = wal_pages.map(Arc::clone) {
        connection.wal_hook(Some(move |_: &mut Wal, pages| {
            wal_pages.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn open(directory: &Path) -> WriteConnection {
        let file = directory.join("some.db");
        File::create(&file).unwrap();
        let schema =
            Schema { application_id: 1, migrations: &["CREATE TABLE some (value)"], steps: &[] };
        WriteConnection::open(&file, &schema, None).unwrap()
    }

    fn insert(connection: &Connection) -> Result<(), Fault> {
        execute(connection, "INSERT INTO some VALUES (zeroblob(100000))")
    }

    fn count(writer: &mut WriteConnection) -> u32 {
        let count = "SELECT count(*) FROM some";
        writer.connection().unwrap().query_row(count, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn full_disk_rolls_back_and_the_next_transaction_succeeds() {
        // Limits the file to ten more pages and inserts 25: SQLite reports a full disk. The limit
        // belongs to the connection, so that the reopened one is free of it.
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open(directory.path());
        writer.connection().unwrap().pragma_update(None, "max_page_count", 12).unwrap();
        let full = writer.transaction(|connection| {
            execute(connection, "INSERT INTO some VALUES (1)")?;
            insert(connection)
        });
        assert_eq!(full.map_err(|fault| fault.kind()), Err(FaultKind::StoreUnavailable));
        assert_eq!(count(&mut writer), 0);
        writer.transaction(insert).unwrap();
        assert_eq!(count(&mut writer), 1);
    }

    #[test]
    fn failed_work_is_rolled_back_on_the_same_connection() {
        // Inserts a row and then returns a fault of its own. The connection stays open.
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open(directory.path());
        let failed = writer.transaction(|connection| {
            insert(connection)?;
            Err::<(), _>(Fault::from_message(FaultKind::Internal, "a reason"))
        });
        assert!(failed.is_err());
        assert_eq!(count(&mut writer), 0);
        assert_eq!(writer.opened(), 1);
        writer.transaction(insert).unwrap();
        assert_eq!(count(&mut writer), 1);
    }
}
