//! Errors of SQLite, as open errors and faults.

use std::{io, path::PathBuf};

use model::{Fault, FaultKind};
use rusqlite::ErrorCode;
use thiserror::Error;

/// The reason why a database cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The directory or a file cannot be created, or a thread cannot be started for it.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// SQLite cannot use the file: it is damaged, locked or not a database.
    #[error("{path}: {source}", path = path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
    /// A part of the file is missing.
    #[error(
        "{path}: damaged: the end of the file is missing; put a complete one back",
        path = path.display()
    )]
    Incomplete {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database of another program, or another one of Admit's files.
    #[error("{path}: a database, but not the one that belongs here", path = path.display())]
    UnexpectedDatabase {
        /// The file.
        path: PathBuf,
    },
    /// A build from before the first release wrote the file, in tables that no longer exist.
    #[error(
        "{path}: written by an earlier build; Admit is not released yet, so there is no \
         migration: start with an empty data directory",
        path = path.display()
    )]
    EarlierBuild {
        /// The file.
        path: PathBuf,
    },
    /// A newer Admit has changed the file, and this one cannot use it any more.
    #[error(
        "{path}: written for schema {found}; this Admit supports schemas up to {known}",
        path = path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The schema number in the file.
        found: u32,
        /// The newest schema number that this Admit supports.
        known: u32,
    },
    /// `admit store copy` has not finished.
    #[error(
        "{path}: an unfinished copy of another store: run `admit store copy` again to finish it",
        path = path.display()
    )]
    UnfinishedCopy {
        /// The file.
        path: PathBuf,
    },
    /// The file was opened read-only, and an older Admit wrote it last.
    #[error(
        "{path}: written for schema {found}; this Admit needs schema {known}: start the service \
         once to migrate the file",
        path = path.display()
    )]
    TooOld {
        /// The file.
        path: PathBuf,
        /// The schema number in the file.
        found: u32,
        /// The schema number that this Admit needs.
        known: u32,
    },
}

/// Converts an error of SQLite to a fault.
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
