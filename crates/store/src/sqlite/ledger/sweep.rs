//! The sweep: deletes expired rows.

use model::{Fault, Timestamp};
use rusqlite::{Connection, params};

use super::job::{ExpiredRow, Job, Work};
use crate::{sql::ledger as sql, sqlite::Database};

/// The number of rows that one job deletes. Decisions wait behind it.
const ROWS_PER_JOB: usize = 32;

/// For each table: the statement that finds expired rows, and the one that deletes a row.
///
/// A revoked grant stays until it expires: it keeps its code from being redeemed again.
static TABLES: [(&str, &str); 5] = [
    (sql::EXPIRED_USED_VALUES, sql::DELETE_EXPIRED_USED_VALUE),
    (sql::EXPIRED_FAILED_SIGN_INS, sql::DELETE_EXPIRED_FAILED_SIGN_INS),
    (sql::EXPIRED_PUSHED_REQUESTS, sql::DELETE_EXPIRED_PUSHED_REQUEST),
    (sql::EXPIRED_SESSIONS, sql::DELETE_EXPIRED_SESSION),
    (sql::EXPIRED_GRANTS, sql::DELETE_EXPIRED_GRANT),
];

/// Deletes at most `limit` expired rows, one table after the other.
pub(super) async fn sweep(
    database: &Database<Job>,
    now: Timestamp,
    limit: u32,
) -> Result<u64, Fault> {
    let mut deleted = 0;
    for (find, delete) in &TABLES {
        let remaining = u64::from(limit).saturating_sub(deleted);
        if remaining == 0 {
            break;
        }
        let find = move |connection: &_| expired(connection, (find, delete), now, remaining);
        let mut rows = database.readers.read_blocking(find).await?;
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(ROWS_PER_JOB));
            let work = Work::Deletion(std::mem::replace(&mut rows, rest), now);
            let count = database.writer.call(|reply| Job { work, reply }).await?;
            deleted += count.unwrap_or(0);
        }
    }
    Ok(deleted)
}

fn expired(
    connection: &Connection,
    (find, delete): (&str, &'static str),
    now: Timestamp,
    limit: u64,
) -> rusqlite::Result<Vec<ExpiredRow>> {
    let mut statement = connection.prepare_cached(find)?;
    let columns = statement.column_count();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![now.microseconds(), limit], |row| {
        let key = (0..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        Ok(ExpiredRow { delete, key })
    })?;
    rows.collect()
}
