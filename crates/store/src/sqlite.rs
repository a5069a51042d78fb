//! Both store in two SQLite files of one directory.

mod checkpoint;
pub(crate) mod column;
pub(crate) mod desk;
mod directory;
pub(crate) mod error;
mod glance;
mod ledger;
pub(crate) mod place;
pub(crate) mod readers;
pub(crate) mod schema;
pub(crate) mod worker;

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU32},
};

pub use self::error::OpenError;
use self::{
    checkpoint::Checkpointer, desk::Desk, ledger::Writer, readers::Readers, worker::Worker,
};

/// Both store in `directory.db` and `ledger.db`. Several processes may have them open at once.
/// Lists are read on tokio's threads for blocking work; a change is handed to a thread of ours.
pub struct Sqlite {
    directory: Book<directory::Job>,
    ledger: Book<ledger::Job>,
}

/// One file: those who read it, and the one thread that writes it.
struct Book<J> {
    // Closed first, so that the writer closes last and leaves a file without a log.
    readers: Arc<Readers>,
    writer: Worker<J>,
}

const DIRECTORY_FILE: &str = "directory.db";
const LEDGER_FILE: &str = "ledger.db";

impl Sqlite {
    /// Opens the store in this directory, and makes what is not there yet: the directory
    /// (mode 0700), the files (mode 0600), the tables.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        place::make_directory(directory)?;
        let directory_file = directory.join(DIRECTORY_FILE);
        let ledger_file = directory.join(LEDGER_FILE);
        place::make_file(&directory_file)?;
        place::make_file(&ledger_file)?;

        let log_pages = Arc::new(AtomicU32::new(0));
        let directory_desk = Desk::open(&directory_file, &schema::DIRECTORY, None)?;
        let counted = Some(Arc::clone(&log_pages));
        let ledger_desk = Desk::open(&ledger_file, &schema::LEDGER, counted)?;
        place::sync(directory)?;

        let checkpointer = Checkpointer::start(&ledger_file)?;
        let writer = Writer::new(ledger_desk, log_pages, checkpointer);
        Ok(Self {
            directory: Book {
                readers: Arc::new(Readers::open(&directory_file)?),
                writer: Worker::start(&directory_file, "directory", move |jobs| {
                    directory::write(directory_desk, &jobs);
                })?,
            },
            ledger: Book {
                readers: Arc::new(Readers::open(&ledger_file)?),
                writer: Worker::start(&ledger_file, "ledger", move |jobs| writer.run(&jobs))?,
            },
        })
    }

    /// Opens the store in this directory to look at them only: nothing is made or changed, and a
    /// book that is not there is an empty one. Whoever writes gets a fault.
    pub fn look(directory: &Path) -> Result<Self, OpenError> {
        let directory_file = directory.join(DIRECTORY_FILE);
        let ledger_file = directory.join(LEDGER_FILE);
        Ok(Self {
            directory: Book {
                readers: Arc::new(Readers::look(&directory_file, &schema::DIRECTORY)?),
                writer: Worker::none(),
            },
            ledger: Book {
                readers: Arc::new(Readers::look(&ledger_file, &schema::LEDGER)?),
                writer: Worker::none(),
            },
        })
    }
}
