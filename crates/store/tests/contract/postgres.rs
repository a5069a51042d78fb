//! The additional guarantees of PostgreSQL: several nodes on one database, and lost connections.

mod commit_proxy;
mod directory;
mod failover;
mod history;
mod ledger;
mod lost_answers;
mod nodes;

use std::sync::Arc;

use postgres_server::Server;
use store::{DatabaseSettings, LedgerSettings, PostgresStore, Statements};
use tokio_postgres::{Client, NoTls};

/// A database that several nodes have open.
pub(crate) struct SharedDatabase {
    name: String,
    url: String,
}

impl SharedDatabase {
    /// Creates an empty database.
    pub(crate) async fn create() -> Self {
        let server = Server::shared();
        let name = server.create_named_database().await.unwrap();
        Self { url: server.url(&name), name }
    }

    /// Returns the settings of a node.
    pub(crate) fn settings(&self) -> DatabaseSettings {
        settings(&self.url)
    }

    /// Connects a node through a proxy at a port.
    pub(crate) async fn node_behind(&self, port: u16) -> Arc<PostgresStore> {
        connect(settings(&Server::shared().url_behind(port, &self.name))).await
    }

    /// Connects a node.
    pub(crate) async fn node(&self) -> Arc<PostgresStore> {
        connect(self.settings()).await
    }

    /// Connects a node that creates no tables, but can.
    pub(crate) async fn node_that_changes_nothing(&self) -> Arc<PostgresStore> {
        let settings = self.settings();
        let ledger = [LedgerSettings::only(settings.clone())];
        Arc::new(PostgresStore::connect_existing(&settings, &ledger).await.unwrap())
    }

    /// Connects a node whose statements have no names.
    pub(crate) async fn node_without_names(&self) -> Arc<PostgresStore> {
        let mut settings = self.settings();
        settings.statements = Statements::Unnamed;
        connect(settings).await
    }

    /// Connects without a store.
    pub(crate) async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

/// Returns settings with few connections, for many tests run at once.
fn settings(url: &str) -> DatabaseSettings {
    let mut settings = DatabaseSettings::parse(url).unwrap();
    settings.connections_max = 6;
    settings
}

async fn connect(settings: DatabaseSettings) -> Arc<PostgresStore> {
    let ledger = [LedgerSettings::only(settings.clone())];
    Arc::new(PostgresStore::connect(&settings, &ledger).await.unwrap())
}
