//! A database: its pool of connections, and the execution of statements.

mod pipeline;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use deadpool::{
    Runtime,
    managed::{Object, Pool, PoolError},
};
use model::{Fault, FaultKind};
use tokio::time::timeout;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

pub(super) use self::pipeline::Statement;
pub(super) use super::error::DatabaseError;
use super::{
    ConnectError, DatabaseSettings, Statements, abandoned::AbandonedConnections,
    availability::Availability, error::pool_fault, primary::PrimaryConnector,
};

/// The time that an operation has. A request is then refused, and may be repeated.
pub(super) const DEADLINE: Duration = Duration::from_secs(2);
/// The number of times that a transaction is run that has to give way to others.
pub(super) const ATTEMPTS_MAX: u32 = 5;

/// A parameter of a statement, and its type. With the type, a statement needs one round trip.
pub(super) type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// Begins a transaction. The server ends one whose node has gone silent, and with it its locks.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL idle_in_transaction_session_timeout = 5000";

/// A database.
#[derive(Clone)]
pub(super) struct Database {
    pool: Pool<PrimaryConnector>,
    availability: Arc<Availability>,
    statements: Statements,
}

impl Database {
    /// Creates a pool without a connection.
    pub(super) fn new(settings: &DatabaseSettings) -> Result<Self, ConnectError> {
        let pool = Pool::builder(PrimaryConnector::new(settings)?)
            .max_size(settings.connections_max)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(DEADLINE))
            .build()
            .map_err(|error| ConnectError::Pool(error.to_string()))?;
        Ok(Self { pool, availability: Arc::default(), statements: settings.statements })
    }

    /// Waits for a connection.
    pub(super) async fn connection(&self) -> Result<Connection, Fault> {
        self.pooled_connection().await.map_err(pool_fault)
    }

    /// Waits for a connection. The error is that of the pool.
    pub(super) async fn pooled_connection(&self) -> Result<Connection, PoolError<DatabaseError>> {
        let object = self.pool.get().await?;
        let is_in_use = AtomicBool::new(false);
        let abandoned = Arc::clone(&self.pool.manager().abandoned);
        let (object, statements) = (Some(object), self.statements);
        Ok(Connection { object, statements, is_in_use, abandoned })
    }

    /// Returns the use of the connections.
    pub(super) fn pool_use(&self) -> PoolUse {
        let status = self.pool.status();
        PoolUse { in_use: status.size.saturating_sub(status.available), waiting: status.waiting }
    }

    /// Returns the rows that a statement finds.
    pub(super) async fn query(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Fault> {
        self.in_time(async {
            let connection = self.connection().await?;
            Ok(connection.query(statement, parameters).await?)
        })
        .await
    }

    /// Returns the first row that a statement finds.
    pub(super) async fn query_first(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Option<Row>, Fault> {
        Ok(self.query(statement, parameters).await?.into_iter().next())
    }

    /// Executes a statement. Returns the number of changed rows.
    pub(super) async fn execute(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, Fault> {
        self.in_time(async {
            let connection = self.connection().await?;
            Ok(connection.execute(statement, parameters).await?)
        })
        .await
    }

    /// Closes the connections that are not in use. After a failover, those to the former primary
    /// may never answer.
    pub(super) fn close_idle(&self) {
        self.pool.retain(|_, _| false);
    }

    /// Limits the time of an operation on this database to the deadline.
    pub(super) async fn in_time<T>(
        &self,
        operation: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        self.in_time_of(DEADLINE, operation).await
    }

    /// Limits the time of an operation on this database. A connection that it used is then closed.
    pub(super) async fn in_time_of<T>(
        &self,
        limit: Duration,
        operation: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let attempt = self.availability.begin()?;
        let result = timeout(limit, operation).await.unwrap_or_else(|_| {
            let message = "the database did not answer in time";
            Err(Fault::from_message(FaultKind::StoreUnavailable, message))
        });
        attempt.end(&result);
        if result.as_ref().is_err_and(|fault| fault.kind() == FaultKind::StoreUnavailable) {
            self.close_idle();
        }
        result
    }

    /// Begins a transaction, of the level READ COMMITTED.
    pub(super) async fn begin(&self) -> Result<Transaction, DatabaseError> {
        let connection = self.connection().await?;
        connection.is_in_use.store(true, Ordering::Relaxed);
        connection.client()?.batch_execute(BEGIN).await?;
        Ok(Transaction(connection))
    }
}

/// The use of the connections to a database at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolUse {
    /// The number of connections that execute something.
    pub in_use: usize,
    /// The number of operations that wait for a connection.
    pub waiting: usize,
}

/// A connection of the pool. It goes back when it is dropped. If it is dropped in the middle of an
/// operation, it is closed: the server may still be executing it.
pub(super) struct Connection {
    /// Taken when it is closed.
    object: Option<Object<PrimaryConnector>>,
    statements: Statements,
    is_in_use: AtomicBool,
    abandoned: Arc<AbandonedConnections>,
}

impl Connection {
    /// Returns the rows that a statement finds.
    pub(super) async fn query(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, DatabaseError> {
        let was_in_use = self.is_in_use.swap(true, Ordering::Relaxed);
        let client = self.client()?;
        let rows = match self.statements {
            Statements::Unnamed => client.query_typed(statement, parameters).await,
            Statements::Named => {
                let types: Vec<Type> = parameters.iter().map(|(_, kind)| kind.clone()).collect();
                let values: Vec<_> = parameters.iter().map(|(value, _)| *value).collect();
                match Box::pin(client.prepare_typed_cached(statement, &types)).await {
                    Ok(prepared) => client.query(&prepared, &values).await,
                    Err(error) => Err(error),
                }
            }
        };
        self.is_in_use.store(was_in_use, Ordering::Relaxed);
        Ok(rows?)
    }

    /// Executes a statement. Returns the number of changed rows.
    pub(super) async fn execute(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, DatabaseError> {
        let was_in_use = self.is_in_use.swap(true, Ordering::Relaxed);
        let client = self.client()?;
        let changed = match self.statements {
            Statements::Unnamed => client.execute_typed(statement, parameters).await,
            Statements::Named => {
                let types: Vec<Type> = parameters.iter().map(|(_, kind)| kind.clone()).collect();
                let values: Vec<_> = parameters.iter().map(|(value, _)| *value).collect();
                match Box::pin(client.prepare_typed_cached(statement, &types)).await {
                    Ok(prepared) => client.execute(&prepared, &values).await,
                    Err(error) => Err(error),
                }
            }
        };
        self.is_in_use.store(was_in_use, Ordering::Relaxed);
        Ok(changed?)
    }

    /// Executes statements without parameters, separated by semicolons.
    pub(super) async fn execute_batch(&self, statements: &str) -> Result<(), DatabaseError> {
        let was_in_use = self.is_in_use.swap(true, Ordering::Relaxed);
        let executed = self.client()?.batch_execute(statements).await;
        self.is_in_use.store(was_in_use, Ordering::Relaxed);
        Ok(executed?)
    }

    /// Closes the connection.
    pub(super) fn close(self) {
        self.is_in_use.store(true, Ordering::Relaxed);
    }

    fn client(&self) -> Result<&Object<PrimaryConnector>, Fault> {
        self.object.as_ref().ok_or_else(|| {
            Fault::from_message(FaultKind::Internal, "the connection is closed already")
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(object) = self.object.take()
            && self.is_in_use.load(Ordering::Relaxed)
        {
            // The server has ended what belonged to a connection that it closed.
            if !object.is_closed() {
                self.abandoned.add();
            }
            drop(Object::take(object));
        }
    }
}

/// A transaction. If it is dropped before its end, its connection is closed, and nothing of it is
/// stored.
pub(super) struct Transaction(Connection);

impl Transaction {
    /// Stores everything.
    pub(super) async fn commit(self) -> Result<(), DatabaseError> {
        self.end("COMMIT").await
    }

    /// Stores nothing.
    pub(super) async fn roll_back(self) -> Result<(), DatabaseError> {
        self.end("ROLLBACK").await
    }

    async fn end(self, statement: &str) -> Result<(), DatabaseError> {
        self.0.client()?.batch_execute(statement).await?;
        self.0.is_in_use.store(false, Ordering::Relaxed);
        Ok(())
    }
}

impl std::ops::Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}
