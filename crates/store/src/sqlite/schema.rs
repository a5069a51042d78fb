//! The tables of each file, made and changed by numbered migrations.
//!
//! A release expands (a new table, a new column with a default, a new member of a document with
//! a serde default) so that the binary before it still works with the file. What only older
//! binaries need is removed by a later release, whose migration then raises `schema.oldest`.

use std::path::Path;

use model::{Fault, FaultKind};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::{OpenError, error::fault};

/// What a file should hold.
pub(crate) struct Schema {
    /// `PRAGMA application_id`: tells our files from others, and from one another.
    pub(crate) application_id: u32,
    /// In order; the number of a migration is its position, from 1: `PRAGMA user_version`.
    pub(crate) migrations: &'static [&'static str],
}

impl Schema {
    /// The number of the newest migration.
    fn number(&self) -> u32 {
        u32::try_from(self.migrations.len()).unwrap_or(u32::MAX)
    }
}

/// The directory's: `ADMD` in ASCII.
pub(crate) const DIRECTORY: Schema = Schema {
    application_id: 0x4144_4d44,
    migrations: &[include_str!("migrations/directory_1.sql")],
};

/// The ledger's: `ADML` in ASCII.
pub(crate) const LEDGER: Schema =
    Schema { application_id: 0x4144_4d4c, migrations: &[include_str!("migrations/ledger_1.sql")] };

/// The history's: `ADMJ` in ASCII.
pub(crate) const JOURNAL: Schema =
    Schema { application_id: 0x4144_4d4a, migrations: &[include_str!("migrations/history_1.sql")] };

/// Why a file was not migrated.
pub(crate) enum Refusal {
    /// It is not ours.
    Foreign,
    /// It was migrated beyond what we can work with.
    TooNew { found: u32, known: u32 },
    /// It lacks migrations that we need and may not make.
    TooOld { found: u32, known: u32 },
    /// SQLite failed.
    Database(rusqlite::Error),
}

impl Refusal {
    /// The refusal of this file, for whoever opens it.
    pub(crate) fn of(self, path: &Path) -> OpenError {
        let path = path.to_owned();
        match self {
            Self::Foreign => OpenError::Foreign { path },
            Self::TooNew { found, known } => OpenError::TooNew { path, found, known },
            Self::TooOld { found, known } => OpenError::TooOld { path, found, known },
            Self::Database(source) => OpenError::Database { path, source },
        }
    }

    /// The fault of whoever opened the file before and opens it again.
    pub(crate) fn fault(&self) -> Fault {
        match self {
            Self::Database(error) => fault(error),
            _ => Fault::because(FaultKind::StoreBroken, "the file was exchanged for another one"),
        }
    }

    /// Whether another process holds a lock that it will let go.
    pub(crate) fn is_busy(&self) -> bool {
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
pub(crate) fn recognise(connection: &Connection, schema: &Schema) -> Result<(), Refusal> {
    // One look: another process may be making the tables at this moment.
    let look = connection.unchecked_transaction()?;
    let owner = pragma(&look, "application_id")?;
    let tables: u32 = look.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let fresh = (owner, tables) == (0, 0);
    if fresh || owner == schema.application_id { Ok(()) } else { Err(Refusal::Foreign) }
}

/// Refuses a file that we cannot read as it is.
pub(crate) fn check(connection: &Connection, schema: &Schema) -> Result<(), Refusal> {
    recognise(connection, schema)?;
    let (known, found) = (schema.number(), pragma(connection, "user_version")?);
    if found < known {
        return Err(Refusal::TooOld { found, known });
    }
    if found > known {
        refuse_too_new(connection, found, known)?;
    }
    Ok(())
}

/// The tables of a file that is not there, with nothing in them.
pub(crate) fn empty(schema: &Schema) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    schema.migrations.iter().try_for_each(|migration| connection.execute_batch(migration))?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Makes the migrations that the file has not seen. Another process may be doing the same: who
/// gets the write lock first does it, the other finds it done.
pub(crate) fn migrate(connection: &mut Connection, schema: &Schema) -> Result<(), Refusal> {
    let known = schema.number();
    if pragma(connection, "user_version")? == known {
        // Nobody has to wait for the write lock to find that there is nothing to write.
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = pragma(&transaction, "user_version")?;
    if found > known {
        return refuse_too_new(&transaction, found, known);
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

/// A newer binary says what the oldest is that can work with its file.
fn refuse_too_new(connection: &Connection, found: u32, known: u32) -> Result<(), Refusal> {
    let oldest: u32 = connection.query_row("SELECT oldest FROM schema", [], |row| row.get(0))?;
    if oldest > known { Err(Refusal::TooNew { found, known }) } else { Ok(()) }
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Schema = Schema {
        application_id: 7,
        migrations: &["CREATE TABLE schema (oldest INTEGER); INSERT INTO schema VALUES (1)"],
    };
    const NEW: Schema = Schema {
        application_id: 7,
        migrations: &["CREATE TABLE schema (oldest INTEGER)", "CREATE TABLE more (value)"],
    };

    #[test]
    fn who_only_looks_refuses_a_file_that_lacks_a_migration() {
        // Makes a file as an older binary does, and looks at it as both.
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &OLD).ok().unwrap();
        assert!(check(&connection, &OLD).is_ok());
        let refused = check(&connection, &NEW).err().unwrap();
        assert!(matches!(refused, Refusal::TooOld { found: 1, known: 2 }));
        let said = refused.of(Path::new("a.db")).to_string();
        assert!(said.starts_with("a.db: written for schema 1;"), "{said}");
        migrate(&mut connection, &NEW).ok().unwrap();
        assert!(check(&connection, &NEW).is_ok());
        assert!(check(&connection, &OLD).is_ok());
    }
}
