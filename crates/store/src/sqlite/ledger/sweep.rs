//! Removing rows that are over, a bounded number of looks at a time.

use std::sync::Arc;

use facts::{Fault, Timestamp};
use parking_lot::Mutex;
use rusqlite::{Connection, ToSql, params_from_iter, types::Value};

use super::{Job, Work};
use crate::{
    sql::ledger as sql,
    sqlite::{Book, readers::Readers},
};

/// How many rows one sweep looks at, at most; some milliseconds of one core.
const LOOKS_MAX: u32 = 16_384;

/// How many rows one step looks at: a step holds a reader.
const STEP_LOOKS: u32 = 1_024;

/// How many rows one piece of work removes: decisions wait behind it.
const REMOVED_TOGETHER: usize = 32;

/// Where a sweep goes on: in which table, after which key (`None`: at the beginning).
#[derive(Clone, Default)]
pub(in crate::sqlite) struct Position {
    table: usize,
    after: Option<Vec<Value>>,
}

/// A row that is over.
pub(super) struct Row {
    statement: &'static str,
    key: Vec<Value>,
}

struct Table {
    walk: &'static str,
    remove: &'static str,
    /// Less than every key.
    start: fn() -> Vec<Value>,
}

static TABLES: [Table; 4] = [
    Table { walk: sql::WALK_MARKS, remove: sql::REMOVE_MARK, start: start_of_marks },
    Table { walk: sql::WALK_ATTEMPTS, remove: sql::REMOVE_ATTEMPTS, start },
    Table { walk: sql::WALK_SESSIONS, remove: sql::REMOVE_SESSION, start },
    // A revoked grant stays until its time is over: it keeps its code from being redeemed.
    Table { walk: sql::WALK_GRANTS, remove: sql::REMOVE_GRANT, start },
];

fn start() -> Vec<Value> {
    vec![Value::Blob(Vec::new()), Value::Blob(Vec::new())]
}

fn start_of_marks() -> Vec<Value> {
    vec![Value::Blob(Vec::new()), Value::Text(String::new()), Value::Blob(Vec::new())]
}

impl Row {
    /// Removes the row if it is still over.
    pub(super) fn remove(&self, connection: &Connection, now: Timestamp) -> rusqlite::Result<u64> {
        let mut statement = connection.prepare_cached(self.statement)?;
        let now = now.microseconds();
        let parameters = self.key.iter().map(|value| value as &dyn ToSql);
        let parameters = parameters.chain(std::iter::once(&now as &dyn ToSql));
        statement.execute(params_from_iter(parameters)).map(|removed| removed as u64)
    }
}

/// What a step saw.
struct Seen {
    over: Vec<Row>,
    looks: u32,
    /// The last key it looked at; `None` if the table ended.
    last: Option<Vec<Value>>,
}

/// Goes on where the last sweep ended, table after table, round and round; stops when it has
/// removed `limit` rows, looked at its share, or been everywhere once.
pub(super) async fn sweep(
    book: &Book<Job>,
    swept: &Mutex<Position>,
    now: Timestamp,
    limit: u32,
) -> Result<u64, Fault> {
    let mut position = swept.lock().clone();
    let (mut looks, mut removed, mut ended) = (0, 0, 0);
    // One more than there are tables: the first may have been entered in its middle.
    while looks < LOOKS_MAX && removed < u64::from(limit) && ended <= TABLES.len() {
        let left = u32::try_from(u64::from(limit) - removed).unwrap_or(limit);
        let seen = look(&book.readers, position.clone(), now, left).await?;
        looks += seen.looks;
        removed += remove(book, seen.over, now).await?;
        if seen.last.is_none() {
            position.table = (position.table + 1) % TABLES.len();
            ended += 1;
        }
        position.after = seen.last;
        *swept.lock() = position.clone();
    }
    Ok(removed)
}

/// Looks at the next rows, and no further than at the `limit`-th that is over.
async fn look(
    readers: &Arc<Readers>,
    position: Position,
    now: Timestamp,
    limit: u32,
) -> Result<Seen, Fault> {
    readers
        .walk(move |connection| {
            let mut seen = Seen { over: Vec::new(), looks: 0, last: None };
            let Some(table) = TABLES.get(position.table) else { return Ok(seen) };
            let after = position.after.unwrap_or_else(table.start);
            let width = after.len();
            let mut parameters = after;
            parameters.push(Value::Integer(i64::from(STEP_LOOKS)));
            let mut statement = connection.prepare_cached(table.walk)?;
            let mut rows = statement.query(params_from_iter(parameters))?;
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            while let Some(row) = rows.next()? {
                seen.looks += 1;
                let key: Vec<Value> =
                    (1..=width).map(|column| row.get(column)).collect::<Result<_, _>>()?;
                if row.get::<_, i64>(0)? <= now.microseconds() {
                    seen.over.push(Row { statement: table.remove, key: key.clone() });
                }
                if seen.over.len() >= limit || seen.looks == STEP_LOOKS {
                    seen.last = Some(key);
                    break;
                }
            }
            Ok(seen)
        })
        .await
}

async fn remove(book: &Book<Job>, mut over: Vec<Row>, now: Timestamp) -> Result<u64, Fault> {
    let mut removed = 0;
    while !over.is_empty() {
        let rest = over.split_off(over.len().min(REMOVED_TOGETHER));
        let work = Work::Removal(std::mem::replace(&mut over, rest), now);
        let answer = book.writer.ask(|reply| Job { work, reply }).await?;
        removed += answer.unwrap_or(0);
    }
    Ok(removed)
}
