//! The sweep: drops the tables of weeks and days that have ended, and deletes expired rows of the
//! other tables.

use model::{Fault, Timestamp};
use tokio_postgres::types::Type;

use super::{Shared, partition::time_of, statement};

/// The number of rows of a table that one statement deletes, before the next table follows.
const ROWS_PER_STEP: u64 = 1_024;

/// The tables without partitions.
///
/// A revoked grant stays until it expires: it keeps its code from being redeemed again.
const TABLES: [&str; 6] = [
    "used_values_default",
    "failed_sign_ins",
    "pushed_requests",
    "session_grants",
    "sessions_default",
    "grants_default",
];

/// Deletes at most `limit` expired rows, a step of each table in turn: rows that a flood leaves in
/// one table do not keep those of another. Several nodes may do it at once.
pub(super) async fn sweep(shared: &Shared, now: Timestamp, limit: u32) -> Result<u64, Fault> {
    if limit == 0 {
        return Ok(0);
    }
    let Shared { database, partitions } = shared;
    // A node whose clock is ahead must not drop what others use.
    let now = now.min(time_of(database).await?);
    partitions.create_needed(database, now).await?;
    partitions.drop_ended(database, now).await?;
    let (mut deleted, limit) = (0, u64::from(limit));
    let mut unfinished = TABLES.to_vec();
    while !unfinished.is_empty() && deleted < limit {
        let mut next = Vec::new();
        for table in unfinished {
            let rows_max = ROWS_PER_STEP.min(limit.saturating_sub(deleted));
            let statement = statement::DELETE_EXPIRED.replace("{table}", table);
            let (now, rows) = (now.microseconds(), i64::try_from(rows_max).unwrap_or(i64::MAX));
            let parameters = [(&now as _, Type::INT8), (&rows as _, Type::INT8)];
            let count = database.execute(&statement, &parameters).await?;
            deleted += count;
            if rows_max > 0 && count == rows_max {
                next.push(table);
            }
        }
        unfinished = next;
    }
    Ok(deleted)
}
