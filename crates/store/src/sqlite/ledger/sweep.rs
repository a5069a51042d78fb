//! Removing rows that are over.

use model::{Fault, Timestamp};
use rusqlite::{Connection, ToSql, params, params_from_iter, types::Value};

use super::{Job, Work};
use crate::{sql::ledger as sql, sqlite::Book};

/// How many rows one piece of work removes: decisions wait behind it.
const REMOVED_TOGETHER: usize = 32;

/// For each table: what finds rows that are over, and what removes one. A revoked grant stays
/// until its time is over: it keeps its code from being redeemed.
static TABLES: [(&str, &str); 4] = [
    (sql::OVER_MARKS, sql::REMOVE_MARK),
    (sql::OVER_ATTEMPTS, sql::REMOVE_ATTEMPTS),
    (sql::OVER_SESSIONS, sql::REMOVE_SESSION),
    (sql::OVER_GRANTS, sql::REMOVE_GRANT),
];

/// A row that is over, and the statement that removes it.
pub(super) struct Row {
    remove: &'static str,
    key: Vec<Value>,
}

impl Row {
    /// Removes the row if it is still over; how many rows that were.
    pub(super) fn remove(&self, connection: &Connection, now: Timestamp) -> rusqlite::Result<u64> {
        let mut statement = connection.prepare_cached(self.remove)?;
        let now = now.microseconds();
        let key = self.key.iter().map(|value| value as &dyn ToSql);
        let removed = statement.execute(params_from_iter(key.chain([&now as &dyn ToSql])))?;
        Ok(u64::from(removed > 0))
    }
}

/// Removes at most `limit` rows, table after table.
pub(super) async fn sweep(book: &Book<Job>, now: Timestamp, limit: u32) -> Result<u64, Fault> {
    let mut removed = 0;
    for (find, remove) in &TABLES {
        let left = u64::from(limit).saturating_sub(removed);
        if left == 0 {
            break;
        }
        let find = move |connection: &_| over(connection, (find, remove), now, left);
        let mut rows = book.readers.walk(find).await?;
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(REMOVED_TOGETHER));
            let work = Work::Removal(std::mem::replace(&mut rows, rest), now);
            let answer = book.writer.ask(|reply| Job { work, reply }).await?;
            removed += answer.unwrap_or(0);
        }
    }
    Ok(removed)
}

fn over(
    connection: &Connection,
    (find, remove): (&str, &'static str),
    now: Timestamp,
    limit: u64,
) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(find)?;
    let columns = statement.column_count();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![now.microseconds(), limit], |row| {
        let key = (0..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        Ok(Row { remove, key })
    })?;
    rows.collect()
}
