//! The additional guarantees of PostgreSQL: several nodes on one database, and lost connections.

mod commit_proxy;
mod directory;
mod failover;
mod history;
mod ledger;
mod lost_answers;
mod lost_standby;
mod nodes;
mod release;
mod several_ledgers;

use std::{sync::Arc, time::Duration};

use postgres_server::{Pooler, Server, execute};
use store::{Access, DatabaseSettings, LedgerSettings, PostgresStore, Statements};
use tokio::{sync::OnceCell, time::sleep};
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

    /// Creates a database with the tables of a store, which takes less time than their migrations.
    pub(crate) async fn with_tables() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(|| async {
            let database = Self::create().await;
            drop(database.node().await);
            let connections = "SELECT count(*) FROM pg_stat_database
                WHERE numbackends > 0 AND datname = '{}'";
            let connections = connections.replace("{}", &database.name);
            let server = Server::shared().url("postgres");
            while execute(&server, &connections).await.unwrap() != ["0"] {
                sleep(Duration::from_millis(10)).await;
            }
            database.name
        });
        let server = Server::shared();
        let name = server.copy_database(template.await).await.unwrap();
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

    /// Connects a node that creates no tables when it starts.
    pub(crate) async fn node_that_creates_no_tables(&self) -> Arc<PostgresStore> {
        let settings = self.settings();
        let ledger = [LedgerSettings::only(settings.clone())];
        Arc::new(PostgresStore::connect(&settings, &ledger, Access::Write).await.unwrap())
    }

    /// Connects a node whose statements have no names.
    pub(crate) async fn node_without_names(&self) -> Arc<PostgresStore> {
        let mut settings = self.settings();
        settings.statements = Statements::Unnamed;
        connect(settings).await
    }

    /// Connects a node through a `PgBouncer` that cannot share statements with names.
    pub(crate) async fn node_behind_a_pooler(&self) -> Arc<PostgresStore> {
        let mut settings = settings(&Pooler::shared().url(&self.name));
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
    Arc::new(PostgresStore::connect(&settings, &ledger, Access::Migrate).await.unwrap())
}
