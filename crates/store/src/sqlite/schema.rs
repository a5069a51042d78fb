//! The tables of each file, created and changed by numbered migrations.
//!
//! A release only expands the schema: a new table, a new column with a default, a new document
//! member with a serde default. The previous binary can then still use the file. A later release
//! removes what only older binaries need; its migration then raises `schema.oldest`.

use std::path::Path;

use model::{Fault, FaultKind};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::{OpenError, error::fault, grant_migration::move_grants, username_keys::map_usernames};

/// The expected contents of a file.
pub(crate) struct Schema {
    /// `PRAGMA application_id`: distinguishes the files of Admit from others and from each other.
    pub(crate) application_id: u32,
    /// The migrations in order. The number of a migration is its position, from 1:
    /// `PRAGMA user_version`.
    pub(crate) migrations: &'static [&'static str],
    /// The parts of migrations that SQL cannot express, by the number of the migration.
    pub(crate) steps: &'static [(usize, MigrationStep)],
}

/// A part of a migration that SQL cannot express.
type MigrationStep = fn(&Connection) -> rusqlite::Result<()>;

impl Schema {
    /// Returns the number of the newest migration.
    fn number(&self) -> u32 {
        u32::try_from(self.migrations.len()).unwrap_or(u32::MAX)
    }

    /// Returns whether SQL cannot express a part of a migration.
    pub(crate) fn has_step(&self, number: u32) -> bool {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.steps.iter().any(|(of_migration, _)| *of_migration == number)
    }
}

/// The directory: `AMTD` in ASCII.
pub(crate) const DIRECTORY: Schema = Schema {
    application_id: 0x414d_5444,
    migrations: &[
        include_str!("migrations/directory_1.sql"),
        include_str!("migrations/directory_2.sql"),
        include_str!("migrations/directory_3.sql"),
        include_str!("migrations/directory_4.sql"),
        include_str!("migrations/directory_5.sql"),
        include_str!("migrations/directory_6.sql"),
    ],
    steps: &[(2, map_usernames)],
};

/// The ledger: `AMTL` in ASCII.
pub(crate) const LEDGER: Schema = Schema {
    application_id: 0x414d_544c,
    migrations: &[
        include_str!("migrations/ledger_1.sql"),
        include_str!("migrations/ledger_2.sql"),
        include_str!("migrations/ledger_3.sql"),
        include_str!("migrations/ledger_4.sql"),
        include_str!("migrations/ledger_5.sql"),
        include_str!("migrations/ledger_6.sql"),
        include_str!("migrations/ledger_7.sql"),
    ],
    steps: &[(5, move_grants)],
};

/// The history: `AMTH` in ASCII.
pub(crate) const HISTORY: Schema = Schema {
    application_id: 0x414d_5448,
    migrations: &[
        include_str!("migrations/history_1.sql"),
        include_str!("migrations/history_2.sql"),
        include_str!("migrations/history_3.sql"),
        include_str!("migrations/history_4.sql"),
        include_str!("migrations/history_5.sql"),
    ],
    steps: &[],
};

/// The application ids of builds from before the first release, whose tables had other names:
/// `ADMD`, `ADML` and `ADMJ` in ASCII.
const EARLIER_APPLICATION_IDS: [u32; 3] = [0x4144_4d44, 0x4144_4d4c, 0x4144_4d4a];

/// The reason why a file cannot be used.
pub(crate) enum SchemaError {
    /// It is a database of another program, or another one of Admit's files.
    UnexpectedDatabase,
    /// A part of its last page is missing.
    Incomplete,
    /// A build from before the first release wrote it.
    EarlierBuild,
    /// A newer binary has changed it, and this one cannot use it any more.
    TooNew { found: u32, known: u32 },
    /// It lacks migrations, and it is opened read-only.
    TooOld { found: u32, known: u32 },
    /// SQLite failed.
    Database(rusqlite::Error),
}

impl SchemaError {
    /// Adds the path of the file.
    pub(crate) fn into_open_error(self, path: &Path) -> OpenError {
        let path = path.to_owned();
        match self {
            Self::UnexpectedDatabase => OpenError::UnexpectedDatabase { path },
            Self::Incomplete => OpenError::Incomplete { path },
            Self::EarlierBuild => OpenError::EarlierBuild { path },
            Self::TooNew { found, known } => OpenError::TooNew { path, found, known },
            Self::TooOld { found, known } => OpenError::TooOld { path, found, known },
            Self::Database(source) => OpenError::Database { path, source },
        }
    }

    /// Converts the error of reopening a file to a fault.
    pub(crate) fn fault(&self) -> Fault {
        match self {
            Self::Database(error) => fault(error),
            _ => {
                Fault::from_message(FaultKind::StoreBroken, "the file was replaced by another one")
            }
        }
    }

    /// Returns whether another process holds a lock, which it will release.
    pub(crate) fn is_busy(&self) -> bool {
        let Self::Database(error) = self else { return false };
        error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
    }
}

impl From<rusqlite::Error> for SchemaError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Checks the application id, before anything is changed in the file.
pub(crate) fn check_application_id(
    connection: &Connection,
    schema: &Schema,
) -> Result<(), SchemaError> {
    // In one transaction: another process may be creating the tables at this moment.
    let transaction = connection.unchecked_transaction()?;
    let application_id = pragma(&transaction, "application_id")?;
    if application_id == schema.application_id {
        // The list of tables may be in a page that is incomplete.
        return Ok(());
    }
    let count_tables = "SELECT count(*) FROM sqlite_schema";
    let tables: u32 = transaction.query_row(count_tables, [], |row| row.get(0))?;
    if (application_id, tables) == (0, 0) {
        Ok(())
    } else if EARLIER_APPLICATION_IDS.contains(&application_id) {
        Err(SchemaError::EarlierBuild)
    } else {
        Err(SchemaError::UnexpectedDatabase)
    }
}

/// Refuses a file of which a part of the last page is missing. SQLite rounds the number of pages
/// up, and reads that part as zeros. `length` is `None` for a file that SQLite completes from a
/// log.
pub(crate) fn check_length(
    connection: &Connection,
    length: Option<u64>,
) -> Result<(), SchemaError> {
    let page_size = u64::from(pragma(connection, "page_size")?);
    let is_complete = length.is_none_or(|length| length.is_multiple_of(page_size));
    if is_complete { Ok(()) } else { Err(SchemaError::Incomplete) }
}

/// Checks that a file can be read as it is. `length` as in [`check_length`].
pub(crate) fn check(
    connection: &Connection,
    schema: &Schema,
    length: Option<u64>,
) -> Result<(), SchemaError> {
    check_application_id(connection, schema)?;
    check_length(connection, length)?;
    let (known, found) = (schema.number(), pragma(connection, "user_version")?);
    if found < known {
        return Err(SchemaError::TooOld { found, known });
    }
    if found > known {
        refuse_too_new(connection, found, known)?;
    }
    Ok(())
}

/// Creates the empty tables of a file that does not exist, in memory.
pub(crate) fn empty(schema: &Schema) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    apply_migrations(&connection, schema, 0)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Applies the migrations that the file lacks. Another process may do the same at this moment. The
/// first one to get the write lock applies them; the other finds them applied.
pub(crate) fn migrate(connection: &mut Connection, schema: &Schema) -> Result<(), SchemaError> {
    let known = schema.number();
    if pragma(connection, "user_version")? == known {
        // An up-to-date file needs no write lock.
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
    apply_migrations(&transaction, schema, applied)?;
    transaction.pragma_update(None, "application_id", schema.application_id)?;
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

/// Applies the migrations after the first ones, which are applied already.
fn apply_migrations(
    connection: &Connection,
    schema: &Schema,
    applied: usize,
) -> rusqlite::Result<()> {
    for (number, migration) in (1..).zip(schema.migrations).skip(applied) {
        connection.execute_batch(migration)?;
        let mut steps = schema.steps.iter().filter(|(of_migration, _)| *of_migration == number);
        steps.try_for_each(|(_, step)| step(connection))?;
    }
    Ok(())
}

/// Refuses a file whose `schema.oldest`, set by a newer binary, is newer than this binary.
fn refuse_too_new(connection: &Connection, found: u32, known: u32) -> Result<(), SchemaError> {
    let oldest: u32 = connection.query_row("SELECT oldest FROM schema", [], |row| row.get(0))?;
    if oldest > known { Err(SchemaError::TooNew { found, known }) } else { Ok(()) }
}

/// Reads the number of the newest migration that a file has.
pub(crate) fn found_number(connection: &Connection) -> Result<u32, SchemaError> {
    Ok(pragma(connection, "user_version")?)
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
        steps: &[],
    };
    const NEW: Schema = Schema {
        application_id: 7,
        migrations: &["CREATE TABLE schema (oldest INTEGER)", "CREATE TABLE more (value)"],
        steps: &[],
    };

    #[test]
    fn read_only_check_refuses_a_file_that_lacks_a_migration() {
        // Creates a file with the older schema, and checks it with both schemas.
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &OLD).ok().unwrap();
        assert!(check(&connection, &OLD, None).is_ok());
        let refused = check(&connection, &NEW, None).err().unwrap();
        assert!(matches!(refused, SchemaError::TooOld { found: 1, known: 2 }));
        let message = refused.into_open_error(Path::new("a.db")).to_string();
        assert!(message.starts_with("a.db: written for schema 1;"), "{message}");
        migrate(&mut connection, &NEW).ok().unwrap();
        assert!(check(&connection, &NEW, None).is_ok());
        assert!(check(&connection, &OLD, None).is_ok());
    }
}
