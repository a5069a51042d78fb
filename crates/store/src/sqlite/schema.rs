//! The tables of each file, made and changed by numbered migrations.
//!
//! A release expands (a new table, a new column with a default, a new member of a document with
//! a serde default) so that the binary before it still works with the file. What only older
//! binaries need is removed by a later release, whose migration then raises `schema.oldest`.

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

/// What a file should hold.
pub(super) struct Schema {
    /// `PRAGMA application_id`: tells our files from others, and from one another.
    pub(super) application_id: u32,
    /// In order; the number of a migration is its position, from 1: `PRAGMA user_version`.
    pub(super) migrations: &'static [&'static str],
}

/// The directory's: `ADMD` in ASCII.
pub(super) const DIRECTORY: Schema = Schema {
    application_id: 0x4144_4d44,
    migrations: &[include_str!("migrations/directory_1.sql")],
};

/// The ledger's: `ADML` in ASCII.
pub(super) const LEDGER: Schema =
    Schema { application_id: 0x4144_4d4c, migrations: &[include_str!("migrations/ledger_1.sql")] };

/// Why a file was not migrated.
pub(super) enum Refusal {
    /// It is not ours.
    Foreign,
    /// It was migrated beyond what we can work with.
    TooNew { found: u32, known: u32 },
    /// SQLite failed.
    Database(rusqlite::Error),
}

impl Refusal {
    /// Whether another process holds a lock that it will let go.
    pub(super) fn is_busy(&self) -> bool {
        let Self::Database(error) = self else { return false };
        error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Refuses a file that is not ours, before anything is changed in it.
pub(super) fn recognise(connection: &Connection, schema: &Schema) -> Result<(), Refusal> {
    // One look: another process may be making the tables at this moment.
    let look = connection.unchecked_transaction()?;
    let owner = pragma(&look, "application_id")?;
    let tables: u32 = look.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let fresh = (owner, tables) == (0, 0);
    if fresh || owner == schema.application_id { Ok(()) } else { Err(Refusal::Foreign) }
}

/// Makes the migrations that the file has not seen. Another process may be doing the same: who
/// gets the write lock first does it, the other finds it done.
pub(super) fn migrate(connection: &mut Connection, schema: &Schema) -> Result<(), Refusal> {
    let known = u32::try_from(schema.migrations.len()).unwrap_or(u32::MAX);
    if pragma(connection, "user_version")? == known {
        // Nobody has to wait for the write lock to find that there is nothing to write.
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = pragma(&transaction, "user_version")?;
    if found > known {
        let oldest: u32 =
            transaction.query_row("SELECT oldest FROM schema", [], |row| row.get(0))?;
        return if oldest > known { Err(Refusal::TooNew { found, known }) } else { Ok(()) };
    }
    if found == known {
        return Ok(());
    }
    let applied = usize::try_from(found).unwrap_or(usize::MAX);
    for migration in schema.migrations.iter().skip(applied) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", schema.application_id)?;
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}
