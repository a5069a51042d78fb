//! The sweep: deletes expired rows.

use model::{Fault, Timestamp};
use rusqlite::{Connection, params};

use super::job::{ExpiredRow, Job, Work};
use crate::{sql::ledger as sql, sqlite::Database};

/// The number of rows of a table that one step finds and deletes, before the next table follows.
const ROWS_PER_STEP: u64 = 1_024;

/// A table: the statement that finds expired rows, and the one that deletes a row.
type Table = (&'static str, &'static str);

/// Every table.
///
/// A revoked grant stays until it expires: it keeps its code from being redeemed again.
static TABLES: [Table; 6] = [
    (sql::EXPIRED_USED_VALUES, sql::DELETE_EXPIRED_USED_VALUE),
    (sql::EXPIRED_FAILED_SIGN_INS, sql::DELETE_EXPIRED_FAILED_SIGN_INS),
    (sql::EXPIRED_PUSHED_REQUESTS, sql::DELETE_EXPIRED_PUSHED_REQUEST),
    (sql::EXPIRED_SESSION_GRANTS, sql::DELETE_EXPIRED_SESSION_GRANT),
    (sql::EXPIRED_SESSIONS, sql::DELETE_EXPIRED_SESSION),
    (sql::EXPIRED_GRANTS, sql::DELETE_EXPIRED_GRANT),
];

/// Deletes at most `limit` expired rows, a step of each table in turn: rows that a flood leaves in
/// one table do not keep those of another.
pub(super) async fn sweep(
    database: &Database<Job>,
    now: Timestamp,
    limit: u32,
) -> Result<u64, Fault> {
    let (mut deleted, limit) = (0, u64::from(limit));
    let mut unfinished: Vec<Table> = TABLES.to_vec();
    while !unfinished.is_empty() && deleted < limit {
        let mut next = Vec::new();
        for table in unfinished {
            let rows_max = ROWS_PER_STEP.min(limit.saturating_sub(deleted));
            let (found, count) = step(database, table, now, rows_max).await?;
            deleted += count;
            if rows_max > 0 && (found == rows_max || count < found) {
                next.push(table);
            }
        }
        unfinished = next;
    }
    Ok(deleted)
}

/// Finds and deletes expired rows of a table. Returns how many it found, and how many of them it
/// deleted: the writer stops after a time, because decisions wait meanwhile. Those that wait come
/// before the next step.
async fn step(
    database: &Database<Job>,
    (find, delete): Table,
    now: Timestamp,
    rows_max: u64,
) -> Result<(u64, u64), Fault> {
    let find = move |connection: &_| expired(connection, (find, delete), now, rows_max);
    let rows = database.readers.read_blocking(find).await?;
    if rows.is_empty() {
        return Ok((0, 0));
    }
    let found = rows.len() as u64;
    let work = Work::Deletion(rows, now);
    let deleted = database.writer.call(|reply| Job { work, reply }).await?;
    Ok((found, deleted.unwrap_or(0)))
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

#[cfg(test)]
mod tests {
    use model::{Ledger, Seconds};

    use super::*;
    use crate::SqliteStore;

    /// The rows of each state in each of two tables.
    const ROWS: u32 = 50_000;
    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    /// Inserts rows that expired up to fifty seconds ago, and as many that have not expired.
    fn fill(connection: &Connection) {
        let (past, rows) = (NOW.microseconds() - 50_000_000, i64::from(ROWS));
        let numbers = "WITH RECURSIVE numbers (n) AS
            (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < 2 * ?2)";
        let expires_at = "?1 + 1000 * n + CASE WHEN n < ?2 THEN 0 ELSE 60000000 END";
        let marks = format!(
            "{numbers} INSERT INTO used_values SELECT zeroblob(16), 'dpop_proof', randomblob(32),
             {expires_at} FROM numbers"
        );
        let grants = format!(
            "{numbers} INSERT INTO grants (key, tenant, id_end, expires_at, generation, rotated_at,
             terms) SELECT random(), zeroblob(16), random(), {expires_at}, 0, 0, zeroblob(100)
             FROM numbers"
        );
        for insert in [marks, grants] {
            connection.execute(&insert, [past, rows]).unwrap();
        }
    }

    fn count(connection: &Connection, table: &str) -> u32 {
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    }

    #[tokio::test]
    async fn sweep_deletes_all_expired_rows_in_turns_of_each_table() {
        // Sweeps 100,000 expired rows of two tables, 10,000 at a time. After the first time both
        // tables are shorter, although one of them has more than 10,000 expired rows. In the end,
        // the rows that have not expired are left.
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(directory.path()).unwrap();
        let connection = Connection::open(directory.path().join("ledger.db")).unwrap();
        fill(&connection);
        assert_eq!(store.sweep(NOW, 10_000).await.unwrap(), 10_000);
        for table in ["used_values", "grants"] {
            let deleted = 2 * ROWS - count(&connection, table);
            // A step of a loaded machine may delete one row only.
            assert!((1..10_000).contains(&deleted), "{table}: {deleted}");
        }
        while store.sweep(NOW, 10_000).await.unwrap() == 10_000 {}
        for table in ["used_values", "grants"] {
            assert_eq!(count(&connection, table), ROWS, "{table}");
        }
        assert_eq!(store.sweep(NOW - Seconds::days(1), 10_000).await.unwrap(), 0);
    }
}
