//! Reading and writing of all rows of a store.

use std::{any::Any, collections::VecDeque};

use async_trait::async_trait;
use model::{Fault, FaultKind};
use tokio::sync::mpsc;

use super::{
    table::Table,
    value::{Row, Value},
};
use crate::Component;

/// The number of batches that are read ahead.
const BATCHES_AHEAD: usize = 1;
/// The limits of a batch.
const BATCH_ROWS_MAX: usize = 1_000;
pub(crate) const BATCH_BYTES_MAX: usize = 1 << 20;

/// A store whose rows can be read and written table by table.
#[async_trait]
pub trait BulkRows: Send + Sync {
    /// Begins to read a component. All tables are read as of one moment.
    async fn snapshot(&self, component: Component) -> Result<Box<dyn Snapshot>, Fault>;

    /// Inserts rows, or replaces those with the same keys, in one transaction.
    async fn put(&self, table: &'static Table, rows: Vec<Row>) -> Result<(), Fault>;

    /// Deletes the rows with the keys of these, in one transaction.
    async fn delete(&self, table: &'static Table, rows: Vec<Row>) -> Result<(), Fault>;

    /// Keeps all others from writing until the returned value is dropped.
    async fn hold(&self) -> Result<Hold, Fault>;

    /// Computes what a store has besides the rows that were copied.
    async fn settle(&self, component: Component) -> Result<(), Fault>;
}

/// Keeps others from writing a store until it is dropped.
pub struct Hold {
    _locks: Box<dyn Any + Send>,
}

impl Hold {
    pub(crate) fn new(locks: impl Any + Send) -> Self {
        Self { _locks: Box::new(locks) }
    }
}

/// A component as of one moment.
#[async_trait]
pub trait Snapshot: Send + Sync {
    /// Reads the rows of a table in the order of their keys. One table is read at a time.
    fn rows(&self, table: &'static Table) -> RowStream;

    /// Ends the transaction.
    async fn end(self: Box<Self>) -> Result<(), Fault>;
}

/// The rows of a table in the order of their keys.
pub struct RowStream {
    table: &'static Table,
    batches: mpsc::Receiver<Result<Vec<Row>, Fault>>,
    batch: VecDeque<Row>,
    is_ended: bool,
    last: Vec<Value>,
}

/// Sends the rows of a table in batches.
pub(crate) struct RowSender {
    batches: mpsc::Sender<Result<Vec<Row>, Fault>>,
    batch: Vec<Row>,
    bytes: usize,
}

/// Creates a stream and its sender.
pub(crate) fn row_channel(table: &'static Table) -> (RowSender, RowStream) {
    let (sender, batches) = mpsc::channel(BATCHES_AHEAD);
    let sender = RowSender { batches: sender, batch: Vec::new(), bytes: 0 };
    let (batch, last) = (VecDeque::new(), Vec::new());
    (sender, RowStream { table, batches, batch, is_ended: false, last })
}

impl RowSender {
    /// Adds a row. Returns a full batch, which must be sent.
    pub(crate) fn add(&mut self, row: Row) -> Option<Vec<Row>> {
        self.bytes += row.iter().map(Value::size).sum::<usize>();
        self.batch.push(row);
        let is_full = self.batch.len() >= BATCH_ROWS_MAX || self.bytes >= BATCH_BYTES_MAX;
        is_full.then(|| self.take())
    }

    fn take(&mut self) -> Vec<Row> {
        self.bytes = 0;
        std::mem::take(&mut self.batch)
    }

    /// Sends a batch. Returns whether the rows are still read.
    pub(crate) async fn send(&self, batch: Vec<Row>) -> bool {
        self.batches.send(Ok(batch)).await.is_ok()
    }

    /// Sends a batch from a thread that may wait.
    pub(crate) fn send_blocking(&self, batch: Vec<Row>) -> bool {
        self.batches.blocking_send(Ok(batch)).is_ok()
    }

    /// Sends the rest and the end, which is an empty batch, or the fault.
    pub(crate) fn last_messages(mut self, read: Result<(), Fault>) -> LastMessages {
        let rest = self.take();
        let messages = match read {
            Ok(()) if rest.is_empty() => vec![Ok(rest)],
            Ok(()) => vec![Ok(rest), Ok(Vec::new())],
            Err(fault) => vec![Err(fault)],
        };
        LastMessages { batches: self.batches, messages }
    }
}

/// The messages after the last full batch.
pub(crate) struct LastMessages {
    batches: mpsc::Sender<Result<Vec<Row>, Fault>>,
    messages: Vec<Result<Vec<Row>, Fault>>,
}

impl LastMessages {
    /// Sends them. If the rows are no longer read, discards them.
    pub(crate) async fn send(self) {
        for message in self.messages {
            self.batches.send(message).await.ok();
        }
    }

    /// Sends them from a thread that may wait.
    pub(crate) fn send_blocking(self) {
        for message in self.messages {
            self.batches.blocking_send(message).ok();
        }
    }
}

impl RowStream {
    /// Returns the next row, and leaves it in the stream.
    pub(super) async fn peek(&mut self) -> Result<Option<&Row>, Fault> {
        while self.batch.is_empty() && !self.is_ended {
            // A stream without an end was cut off: its rest must not count as deleted.
            let batch =
                self.batches.recv().await.ok_or_else(|| self.broken("ended too early"))??;
            self.is_ended = batch.is_empty();
            self.batch = batch.into();
        }
        Ok(self.batch.front())
    }

    /// Returns the next row.
    ///
    /// # Errors
    /// The store failed, or the rows are not in the order of their keys: comparing them with those
    /// of another store would then find wrong differences.
    pub(crate) async fn next(&mut self) -> Result<Option<Row>, Fault> {
        self.peek().await?;
        let Some(row) = self.batch.pop_front() else { return Ok(None) };
        let key = self.table.key_of(&row);
        if !self.last.is_empty() && *self.last >= *key {
            return Err(self.broken("are not in the order of their keys"));
        }
        self.last = key.to_vec();
        Ok(Some(row))
    }

    fn broken(&self, problem: &str) -> Fault {
        let message = format!("the rows of the table {} {problem}", self.table.name);
        Fault::from_message(FaultKind::StoreBroken, &message)
    }
}
