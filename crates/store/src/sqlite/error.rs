//! What SQLite says went wrong, in our words.

use std::{io, path::PathBuf};

use model::{Fault, FaultKind};
use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the store cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The directory or a file cannot be made, or a thread cannot be started for it.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// SQLite cannot work with the file: it is damaged, locked, or no database at all.
    #[error("{path}: {source}", path = path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file is a database of another program, or another of our files.
    #[error("{path}: a database, but not the one that belongs here", path = path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer Admit has changed the file so that this one cannot work with it.
    #[error(
        "{path}: written for schema {found}; this Admit knows schemas up to {known}",
        path = path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The schema number in the file.
        found: u32,
        /// The highest schema number known here.
        known: u32,
    },
    /// The file was opened to be looked at only, and an older Admit wrote it last.
    #[error(
        "{path}: written for schema {found}; this Admit needs schema {known}, which its first \
         start makes",
        path = path.display()
    )]
    TooOld {
        /// The file.
        path: PathBuf,
        /// The schema number in the file.
        found: u32,
        /// The schema number that is needed.
        known: u32,
    },
}

/// A fault of the kind that decides what callers are told.
pub(crate) fn fault(error: &rusqlite::Error) -> Fault {
    Fault::new(kind(error), error)
}

fn kind(error: &rusqlite::Error) -> FaultKind {
    let Some(code) = error.sqlite_error_code() else {
        // A value that does not fit its type: the row is damaged.
        return FaultKind::StoreBroken;
    };
    match code {
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::PermissionDenied
        | ErrorCode::OutOfMemory
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::OperationInterrupted => FaultKind::StoreUnavailable,
        ErrorCode::ConstraintViolation | ErrorCode::TooBig => FaultKind::Internal,
        _ => FaultKind::StoreBroken,
    }
}
