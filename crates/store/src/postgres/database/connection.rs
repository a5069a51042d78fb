//! A connection of the pool, and a transaction on it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use deadpool::managed::Object;
use model::{Fault, FaultKind};
use tokio_postgres::{
    Error, Row, Statement,
    types::{ToSql, Type},
};

use super::{DatabaseError, Parameter};
use crate::postgres::{Statements, primary::PrimaryConnector, unanswered::Unanswered};

/// A connection of the pool. It goes back when it is dropped, or when the server has answered if it
/// is dropped in the middle of an operation.
pub(in crate::postgres) struct Connection {
    /// Taken when it is dropped.
    object: Option<Object<PrimaryConnector>>,
    pub(super) statements: Statements,
    is_in_use: AtomicBool,
    unanswered: Arc<Unanswered>,
}

impl Connection {
    pub(super) const fn new(
        object: Object<PrimaryConnector>,
        statements: Statements,
        unanswered: Arc<Unanswered>,
    ) -> Self {
        let is_in_use = AtomicBool::new(false);
        Self { object: Some(object), statements, is_in_use, unanswered }
    }

    /// Returns the rows that a statement finds.
    pub(in crate::postgres) async fn query(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, DatabaseError> {
        let client = self.client()?;
        let query = async {
            match self.prepare(client, statement, parameters).await? {
                Some(prepared) => client.query(&prepared, &values(parameters)).await,
                None => client.query_typed(statement, parameters).await,
            }
        };
        self.in_use(query).await
    }

    /// Executes a statement. Returns the number of changed rows.
    pub(in crate::postgres) async fn execute(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, DatabaseError> {
        let client = self.client()?;
        let execute = async {
            match self.prepare(client, statement, parameters).await? {
                Some(prepared) => client.execute(&prepared, &values(parameters)).await,
                None => client.execute_typed(statement, parameters).await,
            }
        };
        self.in_use(execute).await
    }

    /// Executes statements without parameters, separated by semicolons.
    pub(in crate::postgres) async fn execute_batch(
        &self,
        statements: &str,
    ) -> Result<(), DatabaseError> {
        self.in_use(self.client()?.batch_execute(statements)).await
    }

    /// Runs an operation. If it is dropped before its end, the connection counts as in use.
    async fn in_use<T>(
        &self,
        operation: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, DatabaseError> {
        let was_in_use = self.is_in_use.swap(true, Ordering::Relaxed);
        let result = operation.await;
        self.is_in_use.store(was_in_use, Ordering::Relaxed);
        Ok(result?)
    }

    /// Prepares a statement, unless statements have no names.
    async fn prepare(
        &self,
        client: &Object<PrimaryConnector>,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Option<Statement>, Error> {
        if self.statements == Statements::Unnamed {
            return Ok(None);
        }
        let types: Vec<Type> = parameters.iter().map(|(_, kind)| kind.clone()).collect();
        Box::pin(client.prepare_typed_cached(statement, &types)).await.map(Some)
    }

    pub(super) fn client(&self) -> Result<&Object<PrimaryConnector>, Fault> {
        self.object.as_ref().ok_or_else(|| {
            Fault::from_message(FaultKind::Internal, "the connection is closed already")
        })
    }
}

fn values<'a>(parameters: &[Parameter<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    parameters.iter().map(|(value, _)| *value).collect()
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(object) = self.object.take()
            && self.is_in_use.load(Ordering::Relaxed)
        {
            self.unanswered.wait_for(object);
        }
    }
}

/// A transaction. If it is dropped before its end, it is rolled back.
pub(in crate::postgres) struct Transaction(Connection);

impl Transaction {
    /// Begins a transaction by a statement.
    pub(super) async fn begin(
        connection: Connection,
        statement: &str,
    ) -> Result<Self, DatabaseError> {
        connection.is_in_use.store(true, Ordering::Relaxed);
        connection.client()?.batch_execute(statement).await?;
        Ok(Self(connection))
    }

    /// Stores everything.
    pub(in crate::postgres) async fn commit(self) -> Result<(), DatabaseError> {
        self.end("COMMIT").await
    }

    /// Stores nothing.
    pub(in crate::postgres) async fn roll_back(self) -> Result<(), DatabaseError> {
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
