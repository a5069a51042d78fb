//! The tables of each component, created and changed by numbered migrations.
//!
//! A release only expands the schema, so that the previous binary works on it: during an upgrade,
//! nodes of both run. A later release removes what only older binaries need; its migration then
//! raises `oldest`.

use model::Fault;
use tokio_postgres::{Row, types::Type};

use super::{
    ConnectError, column, connect_failure,
    database::{Connection, Database, DatabaseError, Transaction},
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
pub(super) const DIRECTORY: Schema =
    Schema { component: "directory", migrations: &[include_str!("migrations/directory_1.sql")] };

/// The ledger.
pub(super) const LEDGER: Schema =
    Schema { component: "ledger", migrations: &[include_str!("migrations/ledger_1.sql")] };

/// The history.
pub(super) const HISTORY: Schema =
    Schema { component: "history", migrations: &[include_str!("migrations/history_1.sql")] };

/// One row for each component, with the number of its newest migration, and of the oldest schema
/// whose binary can still work with the tables.
const CREATE: &str = "CREATE TABLE IF NOT EXISTS admit_schema (
    component text COLLATE \"C\" PRIMARY KEY, version bigint NOT NULL, oldest bigint NOT NULL)";
const INSERT: &str = "INSERT INTO admit_schema (component, version, oldest) VALUES ($1, 0, 0)
    ON CONFLICT DO NOTHING";
const LOCK: &str = "SELECT version, oldest FROM admit_schema WHERE component = $1 FOR UPDATE";
const READ: &str = "SELECT version, oldest FROM admit_schema WHERE component = $1";
const UPDATE: &str = "UPDATE admit_schema SET version = $2 WHERE component = $1";
const EXISTS: &str = "SELECT to_regclass('admit_schema') IS NOT NULL";
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

    /// Applies the migrations that are missing, in one transaction. Another node that does the same
    /// waits for it.
    pub(super) async fn migrate(&self, database: &Database) -> Result<(), ConnectError> {
        self.create_table(&self.connect(database).await?).await?;
        let failed = |error| self.failed(error);
        let transaction = database.begin().await.map_err(failed)?;
        let name = (&self.component as _, Type::TEXT);
        transaction.execute(INSERT, std::slice::from_ref(&name)).await.map_err(failed)?;
        let rows = transaction.query(LOCK, &[name]).await.map_err(failed)?;
        let row = rows.first().ok_or(ConnectError::Empty { component: self.component })?;
        let (found, oldest) = self.numbers(row)?;
        self.check_not_newer(found, oldest)?;
        self.apply_after(&transaction, found).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// Checks that the tables are those of this release. Changes nothing.
    pub(super) async fn check(&self, database: &Database) -> Result<(), ConnectError> {
        self.check_tables(&self.connect(database).await?).await
    }

    /// Does the same on a connection.
    pub(super) async fn check_tables(&self, connection: &Connection) -> Result<(), ConnectError> {
        let component = self.component;
        let rows = match connection.query(READ, &[(&component, Type::TEXT)]).await {
            Err(error) if error.is_undefined_table() => Vec::new(),
            rows => rows.map_err(|error| self.failed(error))?,
        };
        let row = rows.first().ok_or(ConnectError::Empty { component })?;
        let (found, oldest) = self.numbers(row)?;
        self.check_not_newer(found, oldest)?;
        let known = self.number();
        if found < known {
            return Err(ConnectError::TooOld { component, found, known });
        }
        Ok(())
    }

    /// Creates the table of the schema numbers.
    async fn create_table(&self, connection: &Connection) -> Result<(), ConnectError> {
        let rows = connection.query(EXISTS, &[]).await.map_err(|error| self.failed(error))?;
        let exists = rows.first().map(|row| column::get(row, 0)).transpose();
        if exists.map_err(|fault| self.unreadable(&fault))?.unwrap_or(false) {
            return Ok(());
        }
        let Err(error) = connection.execute_batch(CREATE).await else { return Ok(()) };
        // Another node may have created the table at this moment.
        let read = connection.query(READ, &[(&self.component, Type::TEXT)]).await;
        read.map(drop).map_err(|_| self.failed(error))
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

    async fn apply_after(
        &self,
        transaction: &Transaction,
        found: u32,
    ) -> Result<(), DatabaseError> {
        let missing = self.migrations.iter().skip(usize::try_from(found).unwrap_or(usize::MAX));
        for migration in missing {
            transaction.execute_batch(migration).await?;
        }
        let number = i64::from(self.number().max(found));
        let row = [(&self.component as _, Type::TEXT), (&number as _, Type::INT8)];
        transaction.execute(UPDATE, &row).await.map(drop)
    }

    fn failed(&self, error: DatabaseError) -> ConnectError {
        connect_failure::of_database(self.component, error)
    }

    fn unreadable(&self, fault: &Fault) -> ConnectError {
        connect_failure::of_fault(self.component, fault)
    }
}
