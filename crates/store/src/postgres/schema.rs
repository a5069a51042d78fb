//! The tables of each component, created and changed by numbered migrations.
//!
//! A release only expands the schema, so that the previous binary works on it: during an upgrade,
//! nodes of both run. A later release removes what only older binaries need; its migration then
//! raises `oldest`.
//!
//! All migrations of a component are one transaction, and a lock lasts until its end. So none
//! rewrites a table or creates an index on a large one: running nodes would wait for it.

mod migration;

use model::Fault;
use tokio_postgres::{Row, types::Type};

use super::{
    Access, ConnectError, column, connect_failure,
    database::{Connection, Database, DatabaseError},
};

/// The oldest release of PostgreSQL that is supported, as `server_version_num` counts.
const SERVER_MIN: u32 = 150_000;

/// The expected tables of a component.
pub(super) struct Schema {
    /// The name of the component.
    pub(super) component: &'static str,
    /// The migrations in order. The number of a migration is its position, from 1.
    migrations: &'static [&'static str],
}

/// The directory.
pub(super) const DIRECTORY: Schema = Schema {
    component: "directory",
    migrations: &[
        include_str!("migrations/directory_1.sql"),
        include_str!("migrations/directory_2.sql"),
        include_str!("migrations/directory_3.sql"),
    ],
};

/// The ledger.
pub(super) const LEDGER: Schema = Schema {
    component: "ledger",
    migrations: &[
        include_str!("migrations/ledger_1.sql"),
        include_str!("migrations/ledger_2.sql"),
        include_str!("migrations/ledger_3.sql"),
    ],
};

/// The history.
pub(super) const HISTORY: Schema = Schema {
    component: "history",
    migrations: &[
        include_str!("migrations/history_1.sql"),
        include_str!("migrations/history_2.sql"),
        include_str!("migrations/history_3.sql"),
    ],
};

/// The component of a directory that a development server created.
const DEVELOPMENT: &str = "development";
const INSERT: &str = "INSERT INTO admit_schema (component, version, oldest) VALUES ($1, 0, 0)
    ON CONFLICT DO NOTHING";
const SETTINGS: &str = "SELECT current_setting('server_encoding'),
    current_setting('synchronous_commit')";
/// The number of the newest migration of a component, and of the oldest schema whose binary can
/// still work with the tables.
const READ: &str = "SELECT version, oldest FROM admit_schema WHERE component = $1";
const SERVER: &str = "SELECT current_setting('server_version_num')::bigint,
    current_setting('server_version')";

impl Schema {
    /// Returns the number of the newest migration.
    fn number(&self) -> u32 {
        u32::try_from(self.migrations.len()).unwrap_or(u32::MAX)
    }

    /// Returns the names of the tables that the migrations create.
    pub(super) fn tables(&self) -> Vec<&'static str> {
        let lines = self.migrations.iter().flat_map(|migration| migration.lines());
        let names = lines.filter_map(|line| line.strip_prefix("CREATE TABLE "));
        names.filter_map(|line| line.split_whitespace().next()).collect()
    }

    /// Connects to a server of a supported release.
    pub(super) async fn connect(&self, database: &Database) -> Result<Connection, ConnectError> {
        let component = self.component;
        let connection = database.pooled_connection().await;
        let connection = connection.map_err(|error| connect_failure::of_pool(component, error))?;
        let rows = connection.query(SERVER, &[]).await.map_err(|error| self.failed(error))?;
        let Some(row) = rows.first() else { return Ok(connection) };
        let number: u32 = column::unsigned(row, 0).map_err(|fault| self.unreadable(&fault))?;
        if number < SERVER_MIN {
            let found = column::get(row, 1).map_err(|fault| self.unreadable(&fault))?;
            return Err(ConnectError::TooOldServer { component, found });
        }
        Ok(connection)
    }

    /// Makes or checks the tables.
    pub(super) async fn prepare(
        &self,
        database: &Database,
        access: Access,
    ) -> Result<(), ConnectError> {
        match access {
            Access::Migrate => self.migrate(database).await.map(drop),
            Access::Write => {
                self.check_settings(&self.connect(database).await?).await?;
                self.check(database).await
            }
            Access::Read => self.check(database).await,
        }
    }

    /// Refuses a server that cannot store every text, or that forgets commits when it crashes.
    async fn check_settings(&self, connection: &Connection) -> Result<(), ConnectError> {
        let rows = connection.query(SETTINGS, &[]).await.map_err(|error| self.failed(error))?;
        let Some(row) = rows.first() else { return Ok(()) };
        let setting = |index| column::get(row, index).map_err(|fault| self.unreadable(&fault));
        let (component, encoding, commit): (_, String, String) =
            (self.component, setting(0)?, setting(1)?);
        if encoding != "UTF8" {
            return Err(ConnectError::Encoding { component, found: encoding });
        }
        // The history may lose its newest rows.
        if commit == "off" && component != HISTORY.component {
            return Err(ConnectError::CommitsWithoutSync { component });
        }
        Ok(())
    }

    /// Checks that the tables are those of this release. Changes nothing.
    async fn check(&self, database: &Database) -> Result<(), ConnectError> {
        self.check_tables(&self.connect(database).await?).await
    }

    /// Does the same on a connection.
    pub(super) async fn check_tables(&self, connection: &Connection) -> Result<(), ConnectError> {
        let (component, known) = (self.component, self.number());
        let found = self.found(connection).await?.ok_or(ConnectError::Empty { component })?;
        if found < known {
            return Err(ConnectError::TooOld { component, found, known });
        }
        Ok(())
    }

    /// Returns the number of the newest migration that a database has. `None` if it has no tables.
    async fn found(&self, connection: &Connection) -> Result<Option<u32>, ConnectError> {
        let rows = match connection.query(READ, &[(&self.component, Type::TEXT)]).await {
            Err(error) if error.is_undefined_table() => Vec::new(),
            rows => rows.map_err(|error| self.failed(error))?,
        };
        let Some(row) = rows.first() else { return Ok(None) };
        let (found, oldest) = self.numbers(row)?;
        self.check_not_newer(found, oldest)?;
        Ok(Some(found))
    }

    fn numbers(&self, row: &Row) -> Result<(u32, u32), ConnectError> {
        let number = |index| column::unsigned(row, index).map_err(|fault| self.unreadable(&fault));
        Ok((number(0)?, number(1)?))
    }

    fn check_not_newer(&self, found: u32, oldest: u32) -> Result<(), ConnectError> {
        let known = self.number();
        if oldest > known {
            return Err(ConnectError::TooNew { component: self.component, found, known });
        }
        Ok(())
    }

    fn failed(&self, error: DatabaseError) -> ConnectError {
        connect_failure::of_database(self.component, error)
    }

    fn unreadable(&self, fault: &Fault) -> ConnectError {
        connect_failure::of_fault(self.component, fault)
    }
}

/// Returns whether a directory is for development only.
pub(super) async fn is_for_development(directory: &Database) -> Result<bool, Fault> {
    let rows = directory.query(READ, &[(&DEVELOPMENT, Type::TEXT)]).await?;
    Ok(!rows.is_empty())
}

/// Marks a directory as one for development only.
pub(super) async fn mark_for_development(directory: &Database) -> Result<(), Fault> {
    directory.execute(INSERT, &[(&DEVELOPMENT, Type::TEXT)]).await.map(drop)
}
