//! The store and the history on SQLite: three files in one data directory.

mod backup;
mod bulk_rows;
mod checkpoint;
mod column;
mod directory;
mod error;
mod files;
mod grant_migration;
mod grant_row;
mod history;
mod ledger;
mod migration_plans;
mod read_only;
mod readers;
pub(crate) mod schema;
mod username_keys;
mod worker;
mod write_connection;

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU32},
};

use model::Fault;

pub use self::{
    backup::{BACKUP_FILES, back_up},
    bulk_rows::SqliteRows,
    error::OpenError,
    history::SqliteHistory,
    migration_plans::file_migration_plans,
};
use self::{
    checkpoint::Checkpointer, ledger::Writer, readers::Readers, worker::Worker,
    write_connection::WriteConnection,
};
use crate::copy::UNFINISHED_COPY;

/// The store in `directory.db` and `ledger.db`. Several processes may have it open at once.
///
/// Lists are read on tokio's blocking pool. Each file has a writer thread of its own.
pub struct SqliteStore {
    directory: Database<directory::Job>,
    ledger: Database<ledger::Job>,
}

/// One database file: its read connections and its writer thread.
struct Database<J> {
    // Closed first, so that the writer closes last and leaves a file without a WAL.
    readers: Arc<Readers>,
    writer: Worker<J>,
}

const DIRECTORY_FILE: &str = "directory.db";
const LEDGER_FILE: &str = "ledger.db";

impl SqliteStore {
    /// Opens the store in a data directory. Creates what does not exist yet: the directory (mode
    /// 0700), the files (mode 0600) and the tables.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        files::refuse_earlier_build(directory)?;
        files::create_directory(directory)?;
        let directory_file = directory.join(DIRECTORY_FILE);
        let ledger_file = directory.join(LEDGER_FILE);
        let created = [files::create_file(&directory_file)?, files::create_file(&ledger_file)?];

        let wal_pages = Arc::new(AtomicU32::new(0));
        let mut directory_connection =
            WriteConnection::open(&directory_file, &schema::DIRECTORY, None)?;
        let counted_pages = Some(Arc::clone(&wal_pages));
        let ledger_connection =
            WriteConnection::open(&ledger_file, &schema::LEDGER, counted_pages)?;
        if created.contains(&true) {
            files::sync(directory)?;
        }

        refuse_unfinished_copy(&directory_file, directory_connection.connection())?;
        let checkpointer = Checkpointer::start(&ledger_file)?;
        let ledger_writer = Writer::new(ledger_connection, wal_pages, checkpointer);
        Ok(Self {
            directory: Database {
                readers: Arc::new(Readers::open(&directory_file)?),
                writer: Worker::start(&directory_file, "directory", move |jobs| {
                    directory::run_writer(directory_connection, &jobs);
                })?,
            },
            ledger: Database {
                readers: Arc::new(Readers::open(&ledger_file)?),
                writer: Worker::start(&ledger_file, "ledger", move |jobs| {
                    ledger_writer.run(&jobs);
                })?,
            },
        })
    }

    /// Opens the store in a data directory read-only. Nothing is created or changed, a file that
    /// does not exist is an empty one, and every write returns a fault.
    pub fn open_read_only(directory: &Path) -> Result<Self, OpenError> {
        files::refuse_earlier_build(directory)?;
        let directory_file = directory.join(DIRECTORY_FILE);
        let ledger_file = directory.join(LEDGER_FILE);
        let readers = Readers::open_read_only(&directory_file, &schema::DIRECTORY)?;
        let mark = readers.read(directory::read_mark);
        check_mark(&directory_file, mark)?;
        Ok(Self {
            directory: Database { readers: Arc::new(readers), writer: Worker::disabled() },
            ledger: Database {
                readers: Arc::new(Readers::open_read_only(&ledger_file, &schema::LEDGER)?),
                writer: Worker::disabled(),
            },
        })
    }
}

/// Refuses a directory that is an unfinished copy of another store.
fn refuse_unfinished_copy(
    file: &Path,
    connection: Result<&rusqlite::Connection, Fault>,
) -> Result<(), OpenError> {
    let mark = connection.and_then(|connection| {
        directory::read_mark(connection).map_err(|error| error::fault(&error))
    });
    check_mark(file, mark)
}

/// Judges the mark of a directory. A directory that cannot be read is judged when it is used.
fn check_mark(file: &Path, mark: Result<i64, Fault>) -> Result<(), OpenError> {
    if mark.is_ok_and(|mark| mark == UNFINISHED_COPY) {
        return Err(OpenError::UnfinishedCopy { path: file.to_owned() });
    }
    Ok(())
}
