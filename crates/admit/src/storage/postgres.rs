//! Connecting to the databases on PostgreSQL.

use std::sync::Arc;

use model::{History, Store};
use service::ThisNode;
use store::{
    ConnectError, MemoryHistory, MemoryStore, PostgresHistory, PostgresStore, UnavailableHistory,
    UnusableCause,
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
    /// The history, or its replacement.
    pub(super) history: Arc<dyn History>,
    /// The history, if it can be used.
    usable_history: Option<Arc<PostgresHistory>>,
    /// The id of this process among the nodes.
    node: Uuid,
}

impl Connected {
    fn new(
        store: PostgresStore,
        history: Result<PostgresHistory, ConnectError>,
        node: Uuid,
    ) -> Self {
        let (history, usable_history) = usable(history);
        Self { store: Arc::new(store), history, usable_history, node }
    }

    /// Returns this process among the nodes.
    pub(super) fn node(&self) -> ThisNode {
        ThisNode::new(self.node, actor::host(), self.store.clone())
    }

    /// Returns the pools for metrics, which do not keep them open.
    pub(super) fn pools(&self) -> Pools {
        let history = self.usable_history.as_ref().map(Arc::downgrade);
        Pools { store: Arc::downgrade(&self.store), history }
    }
}

/// Connects, and applies the migrations that are missing.
pub(super) async fn connect(postgres: &Postgres) -> Result<Connected, CommandError> {
    let databases = databases(postgres)?;
    let Databases { directory, ledger, history } = &databases;
    let store = PostgresStore::connect(directory, std::slice::from_ref(ledger)).await;
    let store = store.map_err(|error| cannot_connect(&databases, &error))?;
    let node = node()?;
    Ok(Connected::new(store, PostgresHistory::connect(history, node).await, node))
}

/// Connects to an existing store whose rows a command changes. Creates and migrates nothing: other
/// nodes may be of an earlier release.
pub(super) async fn connect_for_changes(postgres: &Postgres) -> Result<Connected, CommandError> {
    connect_existing(postgres).await?;
    connect(postgres).await
}

/// Connects to an existing store, and changes nothing.
pub(super) async fn connect_existing(postgres: &Postgres) -> Result<Connected, CommandError> {
    let databases = databases(postgres)?;
    let Databases { directory, ledger, history } = &databases;
    let store = PostgresStore::connect_existing(directory, std::slice::from_ref(ledger)).await;
    let store = store.map_err(|error| cannot_connect(&databases, &error))?;
    let node = node()?;
    Ok(Connected::new(store, PostgresHistory::connect_existing(history, node).await, node))
}

/// Connects to an existing store. Returns `None` if there is none, or one of an earlier release.
pub(super) async fn connect_for_checks(
    postgres: &Postgres,
) -> Result<Option<Connected>, CommandError> {
    let databases = databases(postgres)?;
    let Databases { directory, ledger, history } = &databases;
    let store = match PostgresStore::connect_existing(directory, std::slice::from_ref(ledger)).await
    {
        Err(ConnectError::Empty { .. } | ConnectError::TooOld { .. }) => return Ok(None),
        store => store.map_err(|error| cannot_connect(&databases, &error))?,
    };
    let node = node()?;
    let history = PostgresHistory::connect_existing(history, node).await;
    Ok(Some(Connected::new(store, history, node)))
}

/// Connects to a store that may not exist. One that does not exist is empty.
pub(super) async fn connect_existing_or_empty(
    postgres: &Postgres,
) -> Result<(Arc<dyn Store>, Arc<dyn History>), CommandError> {
    let databases = databases(postgres)?;
    let Databases { directory, ledger, history } = &databases;
    let store: Arc<dyn Store> =
        match PostgresStore::connect_existing(directory, std::slice::from_ref(ledger)).await {
            Err(ConnectError::Empty { .. }) => Arc::new(MemoryStore::new()),
            store => Arc::new(store.map_err(|error| cannot_connect(&databases, &error))?),
        };
    let history = match PostgresHistory::connect_existing(history, node()?).await {
        Err(ConnectError::Empty { .. }) => Arc::new(MemoryHistory::new()),
        history => usable(history).0,
    };
    Ok((store, history))
}

/// A store or the reason why it cannot be used, and a history.
type HistoryWithStore = (Result<Arc<dyn Store>, CommandError>, Arc<dyn History>);

/// Connects to the history, and to the store if that is possible.
pub(super) async fn connect_history(postgres: &Postgres) -> Result<HistoryWithStore, CommandError> {
    let databases = databases(postgres)?;
    let Databases { directory, ledger, history } = &databases;
    let history = PostgresHistory::connect_existing(history, node()?).await;
    let history = history.map_err(|error| cannot_connect(&databases, &error))?;
    let store = PostgresStore::connect_existing(directory, std::slice::from_ref(ledger)).await;
    let store = store.map(|store| Arc::new(store) as Arc<dyn Store>);
    Ok((store.map_err(|error| cannot_connect(&databases, &error)), Arc::new(history)))
}

fn databases(postgres: &Postgres) -> Result<Databases, CommandError> {
    postgres.databases().map_err(|invalid| CommandError::message(invalid.reason))
}

/// Returns the id of this process among the nodes.
fn node() -> Result<Uuid, CommandError> {
    Ok(uuid::Builder::from_random_bytes(random::bytes()?).into_uuid())
}

/// Returns the history. If it cannot be used, returns one that reports the error at each use: no
/// rule depends on the history, so the service issues tokens without it.
fn usable(
    history: Result<PostgresHistory, ConnectError>,
) -> (Arc<dyn History>, Option<Arc<PostgresHistory>>) {
    match history {
        Ok(history) => {
            let history = Arc::new(history);
            (history.clone(), Some(history))
        }
        Err(error) => {
            tracing::error!(%error, "cannot use the database of the history; nothing is recorded");
            (Arc::new(UnavailableHistory::new(&error)), None)
        }
    }
}

/// Creates the error of a database that cannot be used: one line that names the database, and ends
/// with what to do.
pub(crate) fn cannot_connect(databases: &Databases, error: &ConnectError) -> CommandError {
    let remedy = remedy(error).map(|remedy| format!("; {remedy}")).unwrap_or_default();
    CommandError::message(match error.component() {
        Some(component) => {
            let database = databases.of(component);
            format!("the database {database} cannot be used: {error}{remedy}")
        }
        None => format!("the database cannot be used: {error}{remedy}"),
    })
}

/// Returns what to do about an error.
const fn remedy(error: &ConnectError) -> Option<&'static str> {
    Some(match error {
        ConnectError::Unusable { cause, .. } => match cause {
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
            UnusableCause::NoRight => "let the role own the database, or the schema and its tables",
            UnusableCause::ReadOnly => {
                "set default_transaction_read_only to off for the role and the database"
            }
            UnusableCause::Standby => {
                "this is a standby: name the primary, or all servers separated by commas"
            }
            UnusableCause::Other => return None,
        },
        ConnectError::Empty { .. } => "`admit serve` and `admit apply` create the tables",
        ConnectError::TooOld { .. } => "start the service, which migrates them",
        ConnectError::TooNew { .. } => "use the release of Admit that the other nodes run",
        ConnectError::OtherLedger { .. } => "name the databases that belong together",
        ConnectError::TooOldServer { .. }
        | ConnectError::Url(_)
        | ConnectError::Certificates { .. }
        | ConnectError::LedgerNumbers
        | ConnectError::Tls(_)
        | ConnectError::Pool(_) => return None,
    })
}
