//! The row with the state of the directory.

use model::{DirectoryState, KnownLedger, LedgerId, LedgerIdentity, LedgerRecord};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::{
    sql::directory as sql,
    sqlite::column::{optional_time, time, to_integer, unsigned},
};

/// Reads the state.
pub(in crate::sqlite) fn read(connection: &Connection) -> rusqlite::Result<DirectoryState> {
    connection.prepare_cached(sql::STATE)?.query_row([], |row| {
        Ok(DirectoryState {
            generation: unsigned(row, 0)?,
            ledger: known_ledger(row)?,
            remembered_since: time(row, 4)?,
            is_backup: row.get(5)?,
        })
    })
}

/// Reads whether the directory is a copy of a backup (1) or an unfinished copy (2).
pub(in crate::sqlite) fn read_mark(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached(sql::STATE)?.query_row([], |row| row.get(5))
}

fn known_ledger(row: &Row<'_>) -> rusqlite::Result<Option<KnownLedger>> {
    let Some(id) = row.get::<_, Option<[u8; 16]>>(1)? else { return Ok(None) };
    let id = LedgerId::new(Uuid::from_bytes(id));
    let (created_at, seen_at) = (optional_time(row, 2)?, optional_time(row, 3)?);
    let identity = LedgerIdentity { id, created_at: created_at.unwrap_or_default() };
    Ok(Some(KnownLedger { identity, seen_at: seen_at.unwrap_or_default() }))
}

/// Raises the generation by one.
pub(super) fn raise_generation(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached(sql::RAISE_GENERATION)?.execute([]).map(drop)
}

/// Stores what the directory knows of its ledger.
pub(super) fn record_ledger(
    connection: &Connection,
    record: &LedgerRecord,
) -> rusqlite::Result<()> {
    let KnownLedger { identity, seen_at } = record.ledger;
    let row = params![
        to_integer(record.generation_min),
        identity.id.into_bytes(),
        identity.created_at.microseconds(),
        seen_at.microseconds(),
        record.remembered_since.microseconds(),
        record.before.map(LedgerId::into_bytes),
    ];
    connection.prepare_cached(sql::RECORD_LEDGER)?.execute(row).map(drop)
}
