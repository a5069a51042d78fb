//! Connecting to the databases on PostgreSQL.

use std::sync::Arc;

use model::{Directory as _, History, Store};
use service::ThisNode;
use store::{
    Access, Component, ConnectError, DatabaseSettings, MemoryHistory, MemoryStore, PostgresHistory,
    PostgresStore, UnavailableHistory, UnusableCause,
};
use uuid::Uuid;

use crate::actor;
use crate::config::{Databases, Postgres};
use crate::error::CommandError;
use crate::random;
use crate::storage_metrics::Pools;

/// A store and a history on PostgreSQL.
pub(super) struct Connected {
    /// The store.
    pub(super) store: Arc<PostgresStore>,
    /// The history.
    pub(super) history: Arc<PostgresHistory>,
    /// The id of this process among the nodes.
    node: Uuid,
}

impl Connected {
    /// Returns this process among the nodes.
    pub(super) fn node(&self) -> ThisNode {
        ThisNode::new(self.node, actor::host(), self.store.clone())
    }

    /// Returns the pools for metrics, which do not keep them open.
    pub(super) fn pools(&self) -> Pools {
        Pools { store: Arc::downgrade(&self.store), history: Arc::downgrade(&self.history) }
    }
}

/// Connects, and applies the migrations that are missing. A database of `admit dev` is for it only.
pub(super) async fn connect(
    postgres: &Postgres,
    for_development: bool,
) -> Result<Connected, CommandError> {
    let connected = connect_with(postgres, Access::Migrate).await?;
    let (store, database) = (&connected.store, postgres.name());
    match (store.is_for_development().await?, for_development) {
        (true, true) | (false, false) => {}
        (true, false) => return Err(created_by_dev(&database)),
        (false, true)
            if store.tenants().await?.is_empty()
                && store.directory_state().await?.ledger.is_none() =>
        {
            store.mark_for_development().await?;
        }
        (false, true) => {
            return Err(CommandError::message(format!(
                "the database {database} has data that `admit dev` did not create: it would \
                 weaken them; use an empty one"
            )));
        }
    }
    Ok(connected)
}

/// Connects to an existing store whose rows a command changes. Creates and migrates nothing: other
/// nodes may be of an earlier release.
pub(super) async fn connect_for_changes(postgres: &Postgres) -> Result<Connected, CommandError> {
    connect_with(postgres, Access::Write).await
}

/// Connects to an existing store, and changes nothing.
pub(super) async fn connect_existing(postgres: &Postgres) -> Result<Connected, CommandError> {
    connect_with(postgres, Access::Read).await
}

/// Creates the error of a database that `admit dev` created.
pub(crate) fn created_by_dev(database: &str) -> CommandError {
    CommandError::message(format!(
        "the database {database} was created by `admit dev`: its passwords and secrets are on a \
         page, and its clients take any redirect URI of this machine; use another one, and declare \
         what you need with `admit apply`"
    ))
}

async fn connect_with(postgres: &Postgres, access: Access) -> Result<Connected, CommandError> {
    let databases = databases(postgres)?;
    let store = open_store(&databases, access).await;
    let store = store.map_err(|error| cannot_connect(databases.of_error(&error), &error))?;
    connected(store, &databases, access).await
}

/// Adds the history to a store. If it cannot be used, each use tries again: no rule depends on it,
/// so the service issues tokens without it.
async fn connected(
    store: PostgresStore,
    databases: &Databases,
    access: Access,
) -> Result<Connected, CommandError> {
    let node = node()?;
    let history = PostgresHistory::new(&databases.history, node, access);
    let history = history.map_err(|error| cannot_connect(databases.of_error(&error), &error))?;
    if let Err(error) = history.prepare().await {
        tracing::error!(%error, "cannot use the database of the history; nothing is recorded yet");
    }
    Ok(Connected { store: Arc::new(store), history: Arc::new(history), node })
}

async fn open_store(databases: &Databases, access: Access) -> Result<PostgresStore, ConnectError> {
    let Databases { directory, ledger, .. } = databases;
    PostgresStore::connect(directory, ledger, access).await
}

/// Connects to an existing store. Returns `None` if there is none, or one of an earlier release.
pub(super) async fn connect_for_checks(
    postgres: &Postgres,
) -> Result<Option<Connected>, CommandError> {
    let databases = databases(postgres)?;
    let store = match open_store(&databases, Access::Read).await {
        Err(ConnectError::Empty { component } | ConnectError::TooOld { component, .. })
            if component == Component::Directory.name() =>
        {
            return Ok(None);
        }
        store => store.map_err(|error| cannot_connect(databases.of_error(&error), &error))?,
    };
    if store.is_for_development().await? {
        return Err(created_by_dev(&postgres.name()));
    }
    connected(store, &databases, Access::Read).await.map(Some)
}

/// Connects to a store that may not exist. One that does not exist is empty.
pub(super) async fn connect_existing_or_empty(
    postgres: &Postgres,
) -> Result<(Arc<dyn Store>, Arc<dyn History>), CommandError> {
    let databases = databases(postgres)?;
    let store: Arc<dyn Store> = match open_store(&databases, Access::Read).await {
        Err(ConnectError::Empty { component }) if component == Component::Directory.name() => {
            Arc::new(MemoryStore::new())
        }
        store => {
            Arc::new(store.map_err(|error| cannot_connect(databases.of_error(&error), &error))?)
        }
    };
    let history: Arc<dyn History> =
        match PostgresHistory::connect(&databases.history, node()?, Access::Read).await {
            Err(ConnectError::Empty { .. }) => Arc::new(MemoryHistory::new()),
            Err(error) => Arc::new(UnavailableHistory::new(&error)),
            Ok(history) => Arc::new(history),
        };
    Ok((store, history))
}

/// A store or the reason why it cannot be used, and a history.
type HistoryWithStore = (Result<Arc<dyn Store>, CommandError>, Arc<dyn History>);

/// Connects to the history, and to the store if that is possible.
pub(super) async fn connect_history(postgres: &Postgres) -> Result<HistoryWithStore, CommandError> {
    let databases = databases(postgres)?;
    let history = PostgresHistory::connect(&databases.history, node()?, Access::Read).await;
    let history = history.map_err(|error| cannot_connect(databases.of_error(&error), &error))?;
    let store = open_store(&databases, Access::Read).await;
    let store = store.map(|store| Arc::new(store) as Arc<dyn Store>);
    Ok((
        store.map_err(|error| cannot_connect(databases.of_error(&error), &error)),
        Arc::new(history),
    ))
}

/// Returns the settings of the connections to each component.
pub(crate) fn databases(postgres: &Postgres) -> Result<Databases, CommandError> {
    postgres.databases().map_err(|invalid| CommandError::message(invalid.reason))
}

/// Returns the id of this process among the nodes.
fn node() -> Result<Uuid, CommandError> {
    Ok(uuid::Builder::from_random_bytes(random::bytes()?).into_uuid())
}

/// Creates the error of a database that cannot be used: one line that names the database, and ends
/// with what to do.
pub(crate) fn cannot_connect(
    database: Option<&DatabaseSettings>,
    error: &ConnectError,
) -> CommandError {
    let remedy = remedy(error).map(|remedy| format!("; {remedy}")).unwrap_or_default();
    CommandError::message(match database {
        Some(database) => format!("the database {database} cannot be used: {error}{remedy}"),
        None => format!("the database cannot be used: {error}{remedy}"),
    })
}

/// Returns what to do about an error.
fn remedy(error: &ConnectError) -> Option<&'static str> {
    Some(match error {
        ConnectError::Unusable { cause, .. } => return remedy_of_cause(*cause),
        ConnectError::Encoding { .. } => "create it again with ENCODING 'UTF8' TEMPLATE template0",
        ConnectError::CommitsWithoutSync { .. } => {
            "run ALTER DATABASE … SET synchronous_commit = on, or ALTER ROLE if the role sets it"
        }
        ConnectError::Empty { .. } => "`admit serve` and `admit apply` create the tables",
        ConnectError::TooOld { .. } => {
            "start the service, which migrates them, or run `admit migrate --apply`"
        }
        ConnectError::TooNew { .. } => "use the release of Admit that the other nodes run",
        ConnectError::LedgerDatabase { source, .. } => return remedy(source),
        ConnectError::UnfinishedCopy => "run `admit store copy` again to finish it",
        ConnectError::OtherLedger { .. } => {
            "correct its URL; if it was lost, restore it and revoke what was issued since \
             (docs/guides/postgres.md)"
        }
        ConnectError::UnlistedLedger { .. } => {
            "name every database in `[[store.postgres.ledgers]]` until it is closed and empty"
        }
        ConnectError::UnregisteredLedger { .. } => "start a node with this configuration first",
        ConnectError::LedgerPeriod { .. } => {
            "name the times that the other nodes have; a change must be at least three hours ahead"
        }
        ConnectError::LedgerOpensTooSoon { .. } => {
            "set `opens_at` to a time at least three hours ahead, and the same on every node"
        }
        ConnectError::TooOldServer { .. }
        | ConnectError::Url(_)
        | ConnectError::Certificates { .. }
        | ConnectError::LedgerNumbers
        | ConnectError::Tls(_)
        | ConnectError::Pool(_) => return None,
    })
}

/// Returns what to do about a database that cannot be used.
const fn remedy_of_cause(cause: UnusableCause) -> Option<&'static str> {
    Some(match cause {
        UnusableCause::Unreachable => {
            "check that PostgreSQL accepts connections there, and host and port in \
             `[store.postgres]`"
        }
        UnusableCause::Tls => {
            "check the certificate of the server and `certificate_authorities_file`; a server \
             on this machine can be used without TLS by `?sslmode=disable`"
        }
        UnusableCause::Authentication => {
            "check the role in the URL, `password_file`, and pg_hba.conf of the server"
        }
        UnusableCause::NoDatabase => {
            "create it with CREATE DATABASE, or correct the name in the URL"
        }
        UnusableCause::TooManyConnections => {
            "raise max_connections of the server, or lower `connections_max` of the nodes"
        }
        UnusableCause::DiskFull => {
            "free space on the server, for data and WAL; a replication slot of a lost standby \
             keeps WAL"
        }
        UnusableCause::NoRight => "let the role own the database, or the schema and its tables",
        UnusableCause::ReadOnly => {
            "set default_transaction_read_only to off for the role and the database"
        }
        UnusableCause::Standby => {
            "no server that answers is the primary: promote one, or name the primary in the URL"
        }
        UnusableCause::Other => return None,
    })
}
