//! The table of changed rows, from which nodes learn which cached rows to read again.
//!
//! A transaction that changes rows takes the next generation first and so locks the row of the
//! state until its end. The generations therefore become visible in order, and a node that has seen
//! one misses no row of an earlier one.

use std::collections::HashSet;

use model::{ChangedRow, ChangedRows, DirectoryChange, ExternalChanges, Fault};
use tokio_postgres::{Row, types::Type};

use super::rows::Source;
use crate::postgres::{
    column::{damaged, get, to_bigint, to_json, unsigned},
    database::{Database, Statement},
};

/// The number of rows up to which a node invalidates each by itself.
const ROWS_MAX: usize = 10_000;
/// The interval of deletions, in generations.
const DELETION_INTERVAL: u64 = 64;

const INSERT: &str = "INSERT INTO changes (generation, number, row_key)
    SELECT $1, row.number, row.key FROM unnest($2) WITH ORDINALITY AS row (key, number)";
/// Five minutes are far more than nodes need: one that has read nothing for ten seconds reads every
/// row again. A node that was stopped for longer sees in the state that it has missed rows.
const DELETE_OLD: &str = "WITH deleted AS (
        DELETE FROM changes WHERE at < now() - interval '5 minutes' RETURNING generation)
    UPDATE directory_state SET changes_deleted =
        greatest(changes_deleted, (SELECT max(generation) FROM deleted))
    WHERE singleton = 1";
/// One statement, which sees one state of both tables. Without a changed row, its key is NULL.
const SINCE: &str = "SELECT state.generation, state.changes_deleted, changes.row_key
    FROM directory_state AS state LEFT JOIN changes ON changes.generation > $1
    WHERE state.singleton = 1 LIMIT $2";

/// Returns the keys of the rows that changes replace or remove, as they are stored.
pub(super) fn keys(changes: &[DirectoryChange]) -> Result<Vec<String>, Fault> {
    let mut known = HashSet::new();
    let rows = changes.iter().filter_map(ChangedRow::of);
    rows.filter(|row| known.insert(row.clone())).map(|row| to_json(&row)).collect()
}

/// Returns the statements that store changed rows with the generation of their transaction.
///
/// Now and then, old rows are deleted as well: the transaction holds the lock of the state, and
/// rows become old only as fast as others are inserted. No node needs a task for it.
pub(super) fn record(generation: u64, keys: &[String]) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    if !keys.is_empty() {
        let insert = Statement::new(INSERT).bigint(to_bigint(generation));
        statements.push(insert.value(keys, Type::TEXT_ARRAY));
    }
    if generation.is_multiple_of(DELETION_INTERVAL) {
        statements.push(Statement::new(DELETE_OLD));
    }
    statements
}

/// Returns the rows that were changed after a generation.
pub(super) async fn since(database: &Database, seen: u64) -> Result<ExternalChanges, Fault> {
    let limit = to_bigint(ROWS_MAX as u64 + 1);
    let rows = database.find(&Statement::new(SINCE).bigint(to_bigint(seen)).bigint(limit)).await?;
    let state = rows.first().ok_or_else(|| damaged("the directory has no state"))?;
    let (version, deleted): (u64, u64) = (unsigned(state, 0)?, unsigned(state, 1)?);
    // A lower generation is that of a restored database.
    let is_known = (deleted..=version).contains(&seen) && rows.len() <= ROWS_MAX;
    let changed = if is_known { changed_rows(&rows)? } else { ChangedRows::All };
    Ok(ExternalChanges { version, changed })
}

fn changed_rows(rows: &[Row]) -> Result<ChangedRows, Fault> {
    let mut changed = Vec::new();
    for row in rows {
        let Some(key) = get::<Option<&str>>(row, 2)? else { continue };
        // A newer release may cache more kinds of rows.
        let Ok(row) = serde_json::from_str(key) else { return Ok(ChangedRows::All) };
        changed.push(row);
    }
    Ok(ChangedRows::Rows(changed))
}
