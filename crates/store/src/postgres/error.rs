//! Errors of PostgreSQL, as faults.

use deadpool::managed::PoolError;
use model::{Fault, FaultKind};
use tokio_postgres::{Error, error::SqlState};

/// The failure of an operation.
#[derive(Debug)]
pub(super) enum DatabaseError {
    /// PostgreSQL or the driver failed.
    Driver(Error),
    /// Something else failed.
    Fault(Fault),
}

impl DatabaseError {
    /// Returns whether the transaction has to give way to another one. Nothing of it is stored,
    /// and it may be run again.
    pub(super) fn is_serialization_failure(&self) -> bool {
        matches!(self, Self::Driver(error) if is_serialization_failure(error))
    }

    /// Returns whether a table does not exist.
    pub(super) fn is_undefined_table(&self) -> bool {
        matches!(self, Self::Driver(error) if is_undefined_table(error))
    }

    /// Returns whether a row violates a condition of its table.
    pub(super) fn is_check_violation(&self) -> bool {
        matches!(self, Self::Driver(error) if is_check_violation(error))
    }

    /// Returns whether a table exists already.
    pub(super) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Driver(error) if is_duplicate(error))
    }

    /// Returns whether a lock was not free within `lock_timeout`.
    pub(super) fn is_lock_timeout(&self) -> bool {
        matches!(self, Self::Driver(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
    }

    /// Returns whether the database cannot be used at present. It may have stored what was sent.
    pub(super) fn is_unavailable(&self) -> bool {
        match self {
            Self::Driver(error) => kind(error) == FaultKind::StoreUnavailable,
            Self::Fault(fault) => fault.kind() == FaultKind::StoreUnavailable,
        }
    }
}

impl From<Error> for DatabaseError {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<Fault> for DatabaseError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Driver(error) => fault(&error),
            DatabaseError::Fault(fault) => fault,
        }
    }
}

/// Converts an error of the driver to a fault. The details of the server are left out: they can
/// contain values of a row.
fn fault(error: &Error) -> Fault {
    let Some(answer) = error.as_db_error() else { return Fault::new(kind(error), error) };
    let message = if *answer.code() == SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE {
        "the server is a standby, and no other one is the primary".to_owned()
    } else {
        format!("{} ({})", answer.message(), answer.code().code())
    };
    Fault::from_message(kind(error), &message)
}

/// Returns whether the server chose this transaction to give way to another one. Nothing of it was
/// stored, and it may be repeated.
fn is_serialization_failure(error: &Error) -> bool {
    let codes = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
    error.code().is_some_and(|code| codes.contains(code))
}

/// Returns whether the server does not know a table.
fn is_undefined_table(error: &Error) -> bool {
    error.code() == Some(&SqlState::UNDEFINED_TABLE)
}

/// Returns whether a row violates a condition of its table.
fn is_check_violation(error: &Error) -> bool {
    error.code() == Some(&SqlState::CHECK_VIOLATION)
}

/// Returns whether a table exists already, perhaps since another node created it at this moment.
fn is_duplicate(error: &Error) -> bool {
    let codes = [SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT, SqlState::UNIQUE_VIOLATION];
    error.code().is_some_and(|code| codes.contains(code))
}

/// Returns the kind of the fault.
fn kind(error: &Error) -> FaultKind {
    // Without a code, the connection was lost, or could not be made.
    let Some(code) = error.code() else { return FaultKind::StoreUnavailable };
    if is_serialization_failure(error) {
        return FaultKind::Conflict;
    }
    match code.code().get(..2) {
        // 08 connection, 25 read-only, 28 authorization, 42501 privilege, 53 resources, 55 lock
        // and 57 operator intervention, 58 system error.
        Some("08" | "25" | "28" | "53" | "55" | "57" | "58") => FaultKind::StoreUnavailable,
        Some("42") if *code == SqlState::INSUFFICIENT_PRIVILEGE => FaultKind::StoreUnavailable,
        Some("42" | "XX") => FaultKind::StoreBroken,
        _ => FaultKind::Internal,
    }
}

/// Converts an error of the pool to a fault.
pub(super) fn pool_fault(error: PoolError<DatabaseError>) -> Fault {
    match error {
        PoolError::Backend(error) => error.into(),
        PoolError::Timeout(_) => {
            let message = "no connection to the database was made or free in time";
            Fault::from_message(FaultKind::StoreUnavailable, message)
        }
        PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            let message = "the connections to the database are closed";
            Fault::from_message(FaultKind::StoreUnavailable, message)
        }
    }
}
