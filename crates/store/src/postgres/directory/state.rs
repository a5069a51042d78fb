//! The row with the state of the directory.

use model::{DirectoryState, Fault, KnownLedger, LedgerId, LedgerIdentity, LedgerRecord};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use crate::{
    postgres::{
        column::{damaged, get, optional_time, time, to_bigint, unsigned},
        database::{Database, Statement},
    },
    sql::directory as sql,
};

/// Reads the state.
pub(super) async fn read(database: &Database) -> Result<DirectoryState, Fault> {
    let row = database.query_first(sql::STATE, &[]).await?;
    let row = row.ok_or_else(|| damaged("the directory has no state"))?;
    Ok(DirectoryState {
        generation: unsigned(&row, 0)?,
        ledger: known_ledger(&row)?,
        remembered_since: time(&row, 4)?,
        is_backup: get::<i32>(&row, 5)? != 0,
    })
}

/// Reads whether the directory is a copy of a backup (1) or an unfinished copy (2).
pub(in crate::postgres) async fn read_mark(database: &Database) -> Result<i64, Fault> {
    let row = database.query_first(sql::STATE, &[]).await?;
    row.map_or(Ok(0), |row| Ok(get::<i32>(&row, 5)?.into()))
}

fn known_ledger(row: &Row) -> Result<Option<KnownLedger>, Fault> {
    let Some(id) = get::<Option<Uuid>>(row, 1)? else { return Ok(None) };
    let (created_at, seen_at) = (optional_time(row, 2)?, optional_time(row, 3)?);
    let created_at = created_at.unwrap_or_default();
    let identity = LedgerIdentity { id: LedgerId::new(id), created_at };
    Ok(Some(KnownLedger { identity, seen_at: seen_at.unwrap_or_default() }))
}

/// Returns the statement that stores what the directory knows of its ledger.
pub(super) fn record_ledger(record: &LedgerRecord) -> Statement<'_> {
    let KnownLedger { identity, seen_at } = record.ledger;
    Statement::new(sql::RECORD_LEDGER)
        .bigint(to_bigint(record.generation_min))
        .uuid(identity.id.uuid())
        .bigint(identity.created_at.microseconds())
        .bigint(seen_at.microseconds())
        .bigint(record.remembered_since.microseconds())
        .value(record.before.map(LedgerId::uuid), Type::UUID)
}
