//! The store and the history on PostgreSQL 15 to 18, which several nodes share.

mod bulk_rows;
mod circuit_breaker;
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
mod random_id;
mod schema;
mod settings;
mod tls;
mod unanswered;

pub use self::{
    bulk_rows::PostgresRows,
    connect_error::{ConnectError, UnusableCause},
    database::PoolUse,
    history::PostgresHistory,
    inspection::{DatabaseInspection, TablesState, inspect, migrate, migration_plan},
    ledger::{LedgerSettings, Period},
    settings::{DatabaseSettings, Statements},
};

use model::{Fault, FaultKind};

use self::{database::Database, directory::DirectoryTurns, ledger::LedgerDatabases};
use crate::{Component, copy::UNFINISHED_COPY};

/// The store in PostgreSQL.
pub struct PostgresStore {
    directory: Database,
    directory_turns: DirectoryTurns,
    ledger: LedgerDatabases,
    access: Access,
}

/// The purpose for which a process connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read. Every write returns a fault.
    Read,
    /// To read and write tables that exist.
    Write,
    /// To read and write, after the migrations that are missing.
    Migrate,
}

impl PostgresStore {
    /// Connects.
    ///
    /// # Errors
    /// A database cannot be used, or has not the tables of this release.
    pub async fn connect(
        directory: &DatabaseSettings,
        ledger: &[LedgerSettings],
        access: Access,
    ) -> Result<Self, ConnectError> {
        let store = Self::connect_unfinished(directory, ledger, access).await?;
        let mark = directory::read_mark(&store.directory).await;
        let of_fault = |fault| connect_failure::of_fault(schema::DIRECTORY.component, &fault);
        if mark.map_err(of_fault)? == UNFINISHED_COPY {
            return Err(ConnectError::UnfinishedCopy);
        }
        Ok(store)
    }

    /// Connects, also to an unfinished copy.
    async fn connect_unfinished(
        directory: &DatabaseSettings,
        ledger: &[LedgerSettings],
        access: Access,
    ) -> Result<Self, ConnectError> {
        let directory = Database::new(directory)?;
        schema::DIRECTORY.prepare(&directory, access).await?;
        let ledger = LedgerDatabases::connect(ledger, access).await?;
        Ok(Self { directory, directory_turns: DirectoryTurns::start(), ledger, access })
    }

    /// Returns whether the directory was created for development only.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_for_development(&self) -> Result<bool, Fault> {
        schema::is_for_development(&self.directory).await
    }

    /// Marks the directory as one for development only.
    ///
    /// # Errors
    /// The database cannot be changed.
    pub async fn mark_for_development(&self) -> Result<(), Fault> {
        schema::mark_for_development(&self.directory).await
    }

    /// Refuses a write of a process that only reads.
    fn check_writes(&self) -> Result<(), Fault> {
        if self.access == Access::Read { Err(opened_read_only()) } else { Ok(()) }
    }

    /// Returns the use of the connections to each component.
    pub fn pool_uses(&self) -> [(Component, PoolUse); 2] {
        [
            (Component::Directory, self.directory.pool_use()),
            (Component::Ledger, self.ledger.pool_use()),
        ]
    }
}

fn opened_read_only() -> Fault {
    Fault::from_message(FaultKind::Internal, "the database is opened read-only")
}
