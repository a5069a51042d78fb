//! Reading and writing of all rows of the databases on PostgreSQL.

mod layout;
mod statements;
mod values;

use std::sync::Arc;

use async_trait::async_trait;
use model::{Fault, FaultKind, NODE_LIFETIME};
use tokio::sync::Mutex;
use tokio_postgres::types::Type;

use self::values::{Columns, read_row};
use super::{
    Access, ConnectError, DatabaseSettings, LedgerSettings, PostgresHistory, PostgresStore,
    UnusableCause, column, connect_failure,
    database::{Database, DatabaseError, Transaction},
    random_id::random_id,
    schema,
};
use crate::{
    Component,
    copy::{BulkRows, Hold, Row, RowSender, RowStream, Snapshot, Table, row_channel},
};

/// Reads everything as of one moment. A batch may be written for longer than a silent transaction
/// may last otherwise.
const SNAPSHOT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
    SET LOCAL idle_in_transaction_session_timeout = 0";
/// A copy takes as long as it takes.
const HOLD: &str = "SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '60s'";
/// Held by one copy at a time into the databases. The number stands for nothing else.
const LOCK_TARGET: &str = "SELECT pg_try_advisory_xact_lock(7232143850)";
const LIVE_NODES: &str =
    "SELECT count(*) FROM nodes WHERE seen_at >= now() - $1 * interval '1 second'";
/// The next number of an event follows the copied ones.
const SETTLE_HISTORY: &str = "SELECT setval(pg_get_serial_sequence('events', 'id'),
    (SELECT coalesce(max(id), 0) + 1 FROM events), false)";

/// The databases of directory, ledger and history.
pub struct PostgresRows {
    directory: Database,
    ledger: Database,
    history: Database,
    /// The transaction that keeps other copies out of a target.
    lock: Option<Mutex<Transaction>>,
}

impl PostgresRows {
    /// Connects to databases with the tables of this release. Changes nothing.
    ///
    /// # Errors
    /// A database cannot be used.
    pub async fn of_source(
        directory: &DatabaseSettings,
        ledger: &LedgerSettings,
        history: &DatabaseSettings,
    ) -> Result<Self, ConnectError> {
        let rows = Self::new(directory, ledger, history)?;
        schema::DIRECTORY.prepare(&rows.directory, Access::Read).await?;
        schema::LEDGER.prepare(&rows.ledger, Access::Read).await?;
        schema::HISTORY.prepare(&rows.history, Access::Read).await?;
        Ok(rows)
    }

    /// Connects to databases to write them. Creates the tables that do not exist.
    ///
    /// # Errors
    /// A database cannot be used.
    pub async fn of_target(
        directory: &DatabaseSettings,
        ledger: &LedgerSettings,
        history: &DatabaseSettings,
    ) -> Result<Self, ConnectError> {
        let mut rows = Self::new(directory, ledger, history)?;
        rows.lock = Some(Mutex::new(rows.lock_target().await?));
        let ledgers = std::slice::from_ref(ledger);
        PostgresStore::connect_unfinished(directory, ledgers, Access::Migrate).await?;
        PostgresHistory::connect(history, random_id(), Access::Migrate).await?;
        Ok(rows)
    }

    /// Keeps other copies out of the target until the transaction ends.
    async fn lock_target(&self) -> Result<Transaction, ConnectError> {
        let component = schema::DIRECTORY.component;
        let locked = async {
            let transaction = self.directory.begin().await?;
            transaction.execute_batch(HOLD).await?;
            let rows = transaction.query(LOCK_TARGET, &[]).await?;
            let is_locked = rows.first().map(|row| column::get(row, 0)).transpose()?;
            Ok((transaction, is_locked.unwrap_or(false)))
        };
        let failed = |error: DatabaseError| connect_failure::of_database(component, error);
        let (transaction, is_locked) = locked.await.map_err(failed)?;
        if is_locked {
            return Ok(transaction);
        }
        let reason = "another copy into it runs".to_owned();
        Err(ConnectError::Unusable { component, cause: UnusableCause::Other, reason })
    }

    /// Checks that the lock of the target was not lost with its connection.
    async fn check_lock(&self) -> Result<(), Fault> {
        if let Some(lock) = &self.lock {
            lock.lock().await.query("SELECT 1", &[]).await?;
        }
        Ok(())
    }

    /// Returns whether the databases were created for development only.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_for_development(&self) -> Result<bool, Fault> {
        schema::is_for_development(&self.directory).await
    }

    fn new(
        directory: &DatabaseSettings,
        ledger: &LedgerSettings,
        history: &DatabaseSettings,
    ) -> Result<Self, ConnectError> {
        Ok(Self {
            directory: Database::new(directory)?,
            ledger: Database::new(&ledger.database)?,
            history: Database::new(history)?,
            lock: None,
        })
    }

    /// Returns the number of nodes that use the databases.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn live_nodes(&self) -> Result<u64, Fault> {
        let lifetime = NODE_LIFETIME.get();
        let row = self.directory.query_first(LIVE_NODES, &[(&lifetime, Type::INT8)]).await?;
        row.map_or(Ok(0), |row| column::unsigned(&row, 0))
    }

    const fn of(&self, component: Component) -> &Database {
        match component {
            Component::Directory => &self.directory,
            Component::Ledger => &self.ledger,
            Component::History => &self.history,
        }
    }

    /// Executes a statement in a transaction of its own, without the deadline of a request.
    async fn execute(
        &self,
        table: &'static Table,
        (statement, columns): (String, Columns),
    ) -> Result<(), Fault> {
        self.check_lock().await?;
        let transaction = self.of(table.component).begin().await?;
        transaction.execute(&statement, &columns.parameters()).await?;
        Ok(transaction.commit().await?)
    }
}

#[async_trait]
impl BulkRows for PostgresRows {
    async fn snapshot(&self, component: Component) -> Result<Box<dyn Snapshot>, Fault> {
        let transaction = self.of(component).begin().await?;
        transaction.execute_batch(SNAPSHOT).await?;
        Ok(Box::new(PostgresSnapshot(Arc::new(Mutex::new(Some(transaction))))))
    }

    async fn put(&self, table: &'static Table, rows: Vec<Row>) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        self.execute(table, (statements::put(table), Columns::of_rows(table, &rows)?)).await
    }

    async fn delete(&self, table: &'static Table, rows: Vec<Row>) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        self.execute(table, (statements::delete(table), Columns::of_keys(table, &rows)?)).await
    }

    async fn hold(&self) -> Result<Hold, Fault> {
        let mut transactions = Vec::new();
        for schema in [&schema::DIRECTORY, &schema::LEDGER, &schema::HISTORY] {
            let database = match schema.component {
                "directory" => &self.directory,
                "ledger" => &self.ledger,
                _ => &self.history,
            };
            let transaction = database.begin().await?;
            transaction.execute_batch(HOLD).await?;
            let tables = schema.tables().join(", ");
            transaction.execute_batch(&format!("LOCK TABLE {tables} IN SHARE MODE")).await?;
            transactions.push(transaction);
        }
        Ok(Hold::new(transactions))
    }

    async fn settle(&self, component: Component) -> Result<(), Fault> {
        if component == Component::History {
            self.history.query(SETTLE_HISTORY, &[]).await?;
        }
        Ok(())
    }
}

/// A read transaction of one database. It ends with its last user.
struct PostgresSnapshot(Arc<Mutex<Option<Transaction>>>);

#[async_trait]
impl Snapshot for PostgresSnapshot {
    fn rows(&self, table: &'static Table) -> RowStream {
        let (sender, stream) = row_channel(table);
        let transaction = Arc::clone(&self.0);
        tokio::spawn(async move {
            send_rows(&transaction, table, sender).await;
            // If the snapshot is no longer in use, its connection goes back to the pool.
            if let Some(transaction) = Arc::into_inner(transaction).and_then(Mutex::into_inner) {
                transaction.commit().await.ok();
            }
        });
        stream
    }

    async fn end(self: Box<Self>) -> Result<(), Fault> {
        let Some(transaction) = self.0.lock().await.take() else { return Ok(()) };
        Ok(transaction.commit().await?)
    }
}

async fn send_rows(
    transaction: &Mutex<Option<Transaction>>,
    table: &'static Table,
    mut sender: RowSender,
) {
    let transaction = transaction.lock().await;
    let read = match &*transaction {
        Some(transaction) => read_all(transaction, table, &mut sender).await,
        None => Err(Fault::from_message(FaultKind::Internal, "the snapshot has ended")),
    };
    drop(transaction);
    sender.last_messages(read).send().await;
}

async fn read_all(
    transaction: &Transaction,
    table: &'static Table,
    sender: &mut RowSender,
) -> Result<(), Fault> {
    transaction.open_cursor(&statements::select(table)).await?;
    loop {
        let rows = transaction.fetch(layout::rows_at_once(table)).await?;
        if rows.is_empty() {
            return Ok(transaction.close_cursor().await?);
        }
        for row in &rows {
            if let Some(batch) = sender.add(read_row(table, row)?)
                && !sender.send(batch).await
            {
                return Ok(transaction.close_cursor().await?);
            }
        }
    }
}
