//! Execution of several statements in one round trip.

use std::{
    future::{Future, poll_fn},
    task::Poll,
};

use futures_util::future::maybe_done;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::{DatabaseError, Parameter, Statements, Transaction};

/// The number of statements that are sent before their results are awaited.
const SENT_MAX: usize = 256;

/// A statement with the values of its parameters.
pub(in crate::postgres) struct Statement<'a> {
    /// The statement, with the parameters `$1`, `$2`, ….
    pub(in crate::postgres) text: &'static str,
    values: Vec<(Box<dyn ToSql + Send + Sync + 'a>, Type)>,
}

impl<'a> Statement<'a> {
    /// Creates a statement. Its parameters follow in order.
    pub(in crate::postgres) const fn new(text: &'static str) -> Self {
        Self { text, values: Vec::new() }
    }

    /// Adds a parameter of the type `uuid`.
    pub(in crate::postgres) fn uuid(self, id: Uuid) -> Self {
        self.value(id, Type::UUID)
    }

    /// Adds a parameter of the type `text`.
    pub(in crate::postgres) fn text(self, text: impl ToSql + Send + Sync + 'a) -> Self {
        self.value(text, Type::TEXT)
    }

    /// Adds a parameter of the type `bigint`.
    pub(in crate::postgres) fn bigint(self, number: i64) -> Self {
        self.value(number, Type::INT8)
    }

    /// Adds a parameter.
    pub(in crate::postgres) fn value(
        mut self,
        value: impl ToSql + Send + Sync + 'a,
        kind: Type,
    ) -> Self {
        self.values.push((Box::new(value), kind));
        self
    }

    /// Returns the parameters.
    pub(in crate::postgres) fn parameters(&self) -> Vec<Parameter<'_>> {
        self.values.iter().map(|(value, kind)| (&**value as _, kind.clone())).collect()
    }
}

impl Transaction {
    /// Executes statements in their order, until one fails.
    pub(in crate::postgres) async fn execute_all<'a, 'b: 'a>(
        &self,
        statements: impl IntoIterator<Item = &'a Statement<'b>>,
    ) -> Result<(), DatabaseError> {
        let statements: Vec<&Statement<'_>> = statements.into_iter().collect();
        for part in statements.chunks(SENT_MAX) {
            self.execute_part(part).await?;
        }
        Ok(())
    }

    async fn execute_part(&self, statements: &[&Statement<'_>]) -> Result<(), DatabaseError> {
        let parameters: Vec<_> = statements.iter().map(|it| it.parameters()).collect();
        if self.statements == Statements::Named {
            // Before the first one is sent: a statement that has to be prepared is sent later.
            for (statement, parameters) in statements.iter().zip(&parameters) {
                let types: Vec<Type> = parameters.iter().map(|(_, kind)| kind.clone()).collect();
                self.client()?.prepare_typed_cached(statement.text, &types).await?;
            }
        }
        let execute = |(statement, parameters)| {
            let statement: &Statement<'_> = statement;
            let parameters: &Vec<Parameter<'_>> = parameters;
            Box::pin(maybe_done(self.execute(statement.text, parameters)))
        };
        let mut executions: Vec<_> =
            statements.iter().copied().zip(&parameters).map(execute).collect();
        // The first poll sends a statement, and the server executes them in this order.
        poll_fn(|context| {
            for execution in &mut executions {
                let _ = execution.as_mut().poll(context);
            }
            Poll::Ready(())
        })
        .await;
        for mut execution in executions {
            execution.as_mut().await;
            // Those after the first failure fail because of it.
            execution.as_mut().take_output().transpose()?;
        }
        Ok(())
    }
}
