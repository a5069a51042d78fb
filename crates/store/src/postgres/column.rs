//! Reading of columns.

use model::{Fault, FaultKind, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use tokio_postgres::{Row, types::FromSql};

/// Reads a column.
pub(super) fn get<'row, T: FromSql<'row>>(row: &'row Row, column: usize) -> Result<T, Fault> {
    row.try_get(column).map_err(|error| Fault::new(FaultKind::StoreBroken, &error))
}

/// Reads a time that is stored in microseconds.
pub(super) fn time(row: &Row, column: usize) -> Result<Timestamp, Fault> {
    get(row, column).map(Timestamp::from_microseconds)
}

/// Reads a time that may be NULL.
pub(super) fn optional_time(row: &Row, column: usize) -> Result<Option<Timestamp>, Fault> {
    Ok(get::<Option<i64>>(row, column)?.map(Timestamp::from_microseconds))
}

/// Reads a number that is never negative.
pub(super) fn unsigned<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<T, Fault> {
    T::try_from(get(row, column)?).map_err(|_| damaged("a number is out of range"))
}

/// Reads a value that is stored as JSON. Unknown members are ignored.
pub(super) fn json<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T, Fault> {
    serde_json::from_str(get(row, column)?)
        .map_err(|error| Fault::new(FaultKind::StoreBroken, &error))
}

/// Reads a value that is stored as JSON, or null.
pub(super) fn optional_json<T: DeserializeOwned>(
    row: &Row,
    column: usize,
) -> Result<Option<T>, Fault> {
    let text = get::<Option<&str>>(row, column)?;
    let value = text.map(serde_json::from_str).transpose();
    value.map_err(|error| Fault::new(FaultKind::StoreBroken, &error))
}

/// Formats a value as JSON.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::new(FaultKind::Internal, &error))
}

/// Returns a number as PostgreSQL stores it. Saturates.
pub(super) fn to_bigint(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns the fault of a column with a value that is never written there.
pub(super) fn damaged(message: &str) -> Fault {
    Fault::from_message(FaultKind::StoreBroken, message)
}
