//! The store and the history on PostgreSQL 15 to 18, which several nodes share.

mod abandoned;
mod availability;
mod column;
mod connect_error;
mod connect_failure;
mod database;
mod directory;
mod error;
mod history;
mod inspection;
mod ledger;
mod nodes;
mod primary;
mod schema;
mod settings;
mod tls;

pub use self::{
    connect_error::{ConnectError, UnusableCause},
    database::PoolUse,
    history::PostgresHistory,
    inspection::{Component, DatabaseInspection, TablesState, inspect},
    ledger::LedgerSettings,
    settings::{DatabaseSettings, Statements},
};

use tokio::sync::Mutex;

use self::{database::Database, ledger::LedgerDatabases};

/// The store in PostgreSQL.
pub struct PostgresStore {
    directory: Database,
    /// Held by the one transaction that may wait for the lock of the directory. If all waited for
    /// it, each with a connection, no connection would be left for reads.
    directory_write: Mutex<()>,
    ledger: LedgerDatabases,
}

impl PostgresStore {
    /// Connects, and applies the migrations that are missing.
    ///
    /// # Errors
    /// A database cannot be used.
    pub async fn connect(
        directory: &DatabaseSettings,
        ledger: &[LedgerSettings],
    ) -> Result<Self, ConnectError> {
        let directory = Database::new(directory)?;
        schema::DIRECTORY.migrate(&directory).await?;
        Ok(Self::new(directory, LedgerDatabases::connect(ledger, true).await?))
    }

    /// Connects, and changes nothing. Every write to the ledger returns a fault.
    ///
    /// # Errors
    /// A database cannot be used, or has not the tables of this release.
    pub async fn connect_existing(
        directory: &DatabaseSettings,
        ledger: &[LedgerSettings],
    ) -> Result<Self, ConnectError> {
        let directory = Database::new(directory)?;
        schema::DIRECTORY.check(&directory).await?;
        Ok(Self::new(directory, LedgerDatabases::connect(ledger, false).await?))
    }

    fn new(directory: Database, ledger: LedgerDatabases) -> Self {
        Self { directory, directory_write: Mutex::new(()), ledger }
    }

    /// Returns the use of the connections to each component.
    pub fn pool_uses(&self) -> [(Component, PoolUse); 2] {
        [
            (Component::Directory, self.directory.pool_use()),
            (Component::Ledger, self.ledger.pool_use()),
        ]
    }
}
