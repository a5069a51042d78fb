//! A database: its pool of connections, and the execution of statements.

mod connection;
mod cursor;
mod pipeline;

use std::{sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{Pool, PoolError},
};
use model::{Fault, FaultKind};
use tokio::time::{Instant, timeout};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

pub(super) use self::{
    connection::{Connection, Transaction},
    pipeline::Statement,
};
pub(super) use super::error::DatabaseError;
use super::{
    ConnectError, DatabaseSettings, Statements,
    circuit_breaker::CircuitBreaker,
    error::pool_fault,
    primary::{Planning, PrimaryConnector},
    unanswered::Unanswered,
};
use crate::request_wait;

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
    circuit_breaker: Arc<CircuitBreaker>,
    /// That of the operations that write: while no standby confirms commits, only reads go on.
    write_circuit_breaker: Arc<CircuitBreaker>,
    unanswered: Arc<Unanswered>,
    statements: Statements,
    /// Whether all operations of a request have one deadline together. Those of a search in the
    /// history have one each.
    has_request_deadline: bool,
}

impl Database {
    /// Creates a pool without a connection.
    pub(super) fn new(settings: &DatabaseSettings) -> Result<Self, ConnectError> {
        Self::planned(settings, Planning::Default)
    }

    /// Creates a pool without a connection, for statements that reach rows by key only.
    pub(super) fn for_keys(settings: &DatabaseSettings) -> Result<Self, ConnectError> {
        // Behind a pooler, statements of other components get the settings of the connection.
        let planning = match settings.statements {
            Statements::Named => Planning::Once,
            Statements::Unnamed => Planning::Default,
        };
        Self::planned(settings, planning)
    }

    fn planned(settings: &DatabaseSettings, planning: Planning) -> Result<Self, ConnectError> {
        let pool = Pool::builder(PrimaryConnector::new(settings, planning)?)
            .max_size(settings.connections_max)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(DEADLINE))
            .build()
            .map_err(|error| ConnectError::Pool(error.to_string()))?;
        let breaker = |kind| Arc::new(CircuitBreaker::new(format!("{kind} of {settings}")));
        Ok(Self {
            pool,
            circuit_breaker: breaker("reads"),
            write_circuit_breaker: breaker("writes"),
            unanswered: Arc::new(Unanswered::new(settings.connections_max)),
            statements: settings.statements,
            has_request_deadline: true,
        })
    }

    /// Lets each operation of a request have the whole deadline.
    pub(super) fn without_request_deadline(self) -> Self {
        Self { has_request_deadline: false, ..self }
    }

    /// Waits for a connection.
    pub(super) async fn connection(&self) -> Result<Connection, Fault> {
        self.pooled_connection().await.map_err(pool_fault)
    }

    /// Waits for a connection on which something is written.
    ///
    /// # Errors
    /// Too many writes have not been answered.
    pub(super) async fn connection_for_write(&self) -> Result<Connection, Fault> {
        self.unanswered.check_write(self.pool.manager().timeline())?;
        self.connection().await
    }

    /// Waits for a connection. The error is that of the pool.
    pub(super) async fn pooled_connection(&self) -> Result<Connection, PoolError<DatabaseError>> {
        if self.pool.status().available == 0 {
            let checked = self.unanswered.check_connect(self.pool.manager().timeline());
            checked.map_err(|fault| PoolError::Backend(fault.into()))?;
        }
        let object = self.pool.get().await?;
        Ok(Connection::new(object, self.statements, Arc::clone(&self.unanswered)))
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

    /// Executes a statement that writes. Returns the number of changed rows.
    pub(super) async fn execute(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, Fault> {
        self.write_in_time(DEADLINE, async {
            let connection = self.connection_for_write().await?;
            Ok(connection.execute(statement, parameters).await?)
        })
        .await
    }

    /// Returns the rows of a statement that writes.
    pub(super) async fn query_for_write(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Fault> {
        self.write_in_time(DEADLINE, async {
            let connection = self.connection_for_write().await?;
            Ok(connection.query(statement, parameters).await?)
        })
        .await
    }

    /// Has each connection checked before it is used again. After a failover, those to the former
    /// primary may never answer.
    pub(super) fn check_connections(&self) {
        self.pool.manager().check_connections();
    }

    /// Limits the time of an operation on this database to the deadline.
    pub(super) async fn in_time<T>(
        &self,
        operation: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        self.limited(&self.circuit_breaker, DEADLINE, operation).await
    }

    /// Limits the time of an operation that writes.
    pub(super) async fn write_in_time<T>(
        &self,
        limit: Duration,
        operation: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        self.limited(&self.write_circuit_breaker, limit, operation).await
    }

    async fn limited<T>(
        &self,
        circuit_breaker: &CircuitBreaker,
        limit: Duration,
        operation: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let whole_limit = limit;
        let limit = if self.has_request_deadline { request_wait::rest_of(limit) } else { limit };
        if limit.is_zero() {
            let message = "the request has waited for databases as long as it may";
            return Err(Fault::from_message(FaultKind::StoreUnavailable, message));
        }
        let attempt = circuit_breaker.begin()?;
        let began_at = Instant::now();
        let result = timeout(limit, operation).await;
        if self.has_request_deadline {
            request_wait::add(began_at.elapsed());
        }
        let Ok(result) = result else {
            let message = "the database did not answer in time";
            let result = Err(Fault::from_message(FaultKind::StoreUnavailable, message));
            // If the request had waited before, this database need not be slow.
            if limit == whole_limit {
                // The other connections to a host that is frozen would not answer, either.
                self.check_connections();
                attempt.end(&result);
            }
            return result;
        };
        attempt.end(&result);
        result
    }

    /// Begins a transaction, of the level READ COMMITTED.
    pub(super) async fn begin(&self) -> Result<Transaction, DatabaseError> {
        Transaction::begin(self.connection_for_write().await?, BEGIN).await
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
