//! Conversion of failures to the reason why a database cannot be used.

use deadpool::managed::PoolError;
use model::{Fault, FaultKind};
use tokio_postgres::{Error, error::SqlState};

use super::{ConnectError, UnusableCause, database::DatabaseError};

/// Converts the failure of the pool to make a connection.
pub(super) fn of_pool(component: &'static str, error: PoolError<DatabaseError>) -> ConnectError {
    match error {
        PoolError::Backend(error) => of_database(component, error),
        PoolError::Timeout(_) => {
            let reason = "no connection is free".to_owned();
            ConnectError::Unusable { component, cause: UnusableCause::Unreachable, reason }
        }
        PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            ConnectError::Pool("the pool is closed".to_owned())
        }
    }
}

/// Converts the failure of a statement.
pub(super) fn of_database(component: &'static str, error: DatabaseError) -> ConnectError {
    match error {
        DatabaseError::Driver(error) => of_driver(component, &error),
        DatabaseError::Fault(fault) => of_fault(component, &fault),
    }
}

/// Converts the failure to read a result.
pub(super) fn of_fault(component: &'static str, fault: &Fault) -> ConnectError {
    let reason = fault.cause().to_owned();
    ConnectError::Unusable { component, cause: cause_of_text(&reason), reason }
}

fn of_driver(component: &'static str, error: &Error) -> ConnectError {
    // The message of PostgreSQL alone: the driver would add `db error`.
    let reason = match error.as_db_error() {
        Some(error) => error.message().to_owned(),
        None => Fault::new(FaultKind::StoreUnavailable, error).cause().to_owned(),
    };
    let cause = error.code().map_or_else(|| cause_of_text(&reason), cause_of_code);
    ConnectError::Unusable { component, cause, reason }
}

fn cause_of_code(code: &SqlState) -> UnusableCause {
    match code.code() {
        // 28: the role, its password, or `pg_hba.conf`.
        code if code.starts_with("28") => UnusableCause::Authentication,
        "3D000" => UnusableCause::NoDatabase,
        "42501" => UnusableCause::NoRight,
        "25006" => UnusableCause::ReadOnly,
        // The position in the write-ahead log is asked for, which a standby does not write.
        "55000" => UnusableCause::Standby,
        "53300" => UnusableCause::TooManyConnections,
        "53100" => UnusableCause::DiskFull,
        // PostgreSQL starts, stops or recovers.
        "57P01" | "57P02" | "57P03" => UnusableCause::Unreachable,
        _ => UnusableCause::Other,
    }
}

/// Returns the cause of an error of the driver, whose kinds are known by their text only.
fn cause_of_text(reason: &str) -> UnusableCause {
    let contains = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    if contains(&["TLS", "certificate"]) {
        UnusableCause::Tls
    } else if contains(&["password missing", "authentication"]) {
        UnusableCause::Authentication
    } else if contains(&[
        "error connecting",
        "error communicating",
        "timeout",
        "closed",
        "did not answer",
    ]) {
        UnusableCause::Unreachable
    } else {
        UnusableCause::Other
    }
}
