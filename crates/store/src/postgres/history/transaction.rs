//! Transactions of the history.

use model::{Fault, FaultKind};
use tokio_postgres::Row;

use crate::postgres::database::{Database, Parameter, Transaction};

/// A transaction with more work than a request would wait for. Each of its statements has the time
/// of an operation.
pub(super) struct LongTransaction<'a> {
    database: &'a Database,
    transaction: Transaction,
}

impl<'a> LongTransaction<'a> {
    /// Begins a transaction that is durable once it is committed.
    pub(super) async fn durable(database: &'a Database) -> Result<Self, Fault> {
        Self::begin(database, "").await
    }

    /// Begins a transaction that a crash of the server may undo, also after it was committed.
    pub(super) async fn without_sync(database: &'a Database) -> Result<Self, Fault> {
        Self::begin(database, "SET LOCAL synchronous_commit = off").await
    }

    /// Begins a transaction whose statements all see the same rows, and that changes none.
    pub(super) async fn snapshot(database: &'a Database) -> Result<Self, Fault> {
        Self::begin(database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await
    }

    async fn begin(database: &'a Database, settings: &str) -> Result<Self, Fault> {
        let begin = async {
            let transaction = database.begin().await?;
            if !settings.is_empty() {
                transaction.execute_batch(settings).await?;
            }
            Ok(transaction)
        };
        Ok(Self { database, transaction: database.in_time(begin).await? })
    }

    /// Returns the rows that a statement finds.
    pub(super) async fn query(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Fault> {
        let query = async { Ok(self.transaction.query(statement, parameters).await?) };
        self.database.in_time(query).await
    }

    /// Returns the row of a statement that always finds one.
    pub(super) async fn query_one(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Row, Fault> {
        let row = self.query(statement, parameters).await?.into_iter().next();
        row.ok_or_else(|| Fault::from_message(FaultKind::StoreBroken, "a row is missing"))
    }

    /// Executes a statement. Returns the number of changed rows.
    pub(super) async fn execute(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<u64, Fault> {
        let execute = async { Ok(self.transaction.execute(statement, parameters).await?) };
        self.database.in_time(execute).await
    }

    /// Ends the transaction.
    pub(super) async fn commit(self) -> Result<(), Fault> {
        self.database.in_time(async { Ok(self.transaction.commit().await?) }).await
    }
}

#[cfg(test)]
mod tests {
    use postgres_server::Server;

    use super::*;
    use crate::{DatabaseSettings, postgres::column::get};

    #[tokio::test]
    async fn only_transactions_without_sync_do_not_wait_for_the_disk() {
        // Reads the settings of transactions of each kind in turn, on one connection.
        let url = Server::shared().create_database().await.unwrap();
        let settings =
            DatabaseSettings { connections_max: 1, ..DatabaseSettings::parse(&url).unwrap() };
        let database = Database::new(&settings).unwrap();
        let level = async |transaction: LongTransaction| {
            let show = "SHOW idle_in_transaction_session_timeout";
            let silence = transaction.query_one(show, &[]).await.unwrap();
            assert_eq!(get::<&str>(&silence, 0).unwrap(), "5s");
            let row = transaction.query_one("SHOW synchronous_commit", &[]).await.unwrap();
            transaction.commit().await.unwrap();
            get::<&str>(&row, 0).unwrap().to_owned()
        };
        for _ in 0..2 {
            let durable = LongTransaction::durable(&database).await.unwrap();
            assert_eq!(level(durable).await, "on");
            let without_sync = LongTransaction::without_sync(&database).await.unwrap();
            assert_eq!(level(without_sync).await, "off");
            let snapshot = LongTransaction::snapshot(&database).await.unwrap();
            assert_eq!(level(snapshot).await, "on");
        }
    }
}
