//! Copies a store row by row to another one, and verifies the copy.
//!
//! The target is marked as an unfinished copy before the first row is written, and until both sides
//! were compared. The source is only read.

mod bulk_rows;
mod changes;
mod digest;
mod table;
mod tables;
mod value;

use std::sync::Arc;

use model::{Fault, FaultKind};
use thiserror::Error;

pub use self::{
    bulk_rows::{BulkRows, Hold},
    changes::TableChanges,
    digest::{TableComparison, TableDigest},
};
pub(crate) use self::{
    bulk_rows::{RowSender, RowStream, Snapshot, row_channel},
    table::{Kind, Table},
    tables::{DIRECTORY_STATE, tables},
    value::{Row, Value},
};
use self::{
    changes::TableCopy,
    digest::digest,
    tables::{
        LEDGER_COLUMN, LEDGER_ID_COLUMN, MARK_COLUMN, is_initial, ledger_state, unfinished_state,
    },
};
use crate::Component;

/// The value of `directory_state.is_backup` in an unfinished copy. Earlier releases refuse it as
/// they refuse the copy of a backup.
pub(crate) const UNFINISHED_COPY: i64 = 2;

/// A copy from one store to another.
pub struct StoreCopy {
    source: Arc<dyn BulkRows>,
    target: Arc<dyn BulkRows>,
    components: Vec<Component>,
}

/// The state of a target when a copy begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyBegin {
    /// The target was empty.
    Started,
    /// The target had an unfinished copy of the same source, which goes on.
    Continued,
}

/// The reason why a store is not copied.
#[derive(Debug, Error)]
pub enum CopyError {
    /// The target has rows.
    #[error("the target is not empty: its table {table} has rows")]
    NotEmpty {
        /// The table.
        table: &'static str,
    },
    /// The target has an unfinished copy of another store.
    #[error("the target has an unfinished copy of another store")]
    OtherSource,
    /// The source is a copy of a backup, or an unfinished copy.
    #[error("the source is a copy of a backup, or an unfinished copy")]
    Incomplete,
    /// The two sides differ after the copy.
    #[error("source and target differ in the table {table}: the source was changed meanwhile")]
    Different {
        /// The table.
        table: &'static str,
    },
    /// A store failed.
    #[error("{}", .0.cause())]
    Fault(Fault),
}

impl From<Fault> for CopyError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl StoreCopy {
    /// Creates a copy of these components.
    pub fn new(
        source: Arc<dyn BulkRows>,
        target: Arc<dyn BulkRows>,
        components: &[Component],
    ) -> Self {
        Self { source, target, components: components.to_vec() }
    }

    /// Marks an empty target as an unfinished copy, or recognizes that of an earlier run.
    ///
    /// # Errors
    /// Source or target cannot be used for this copy. Nothing was changed.
    pub async fn begin(&self) -> Result<CopyBegin, CopyError> {
        let source = state(&*self.source).await?;
        let target = state(&*self.target).await?;
        if source.get(MARK_COLUMN) != Some(&Value::Integer(0)) {
            return Err(CopyError::Incomplete);
        }
        if target.get(MARK_COLUMN) == Some(&Value::Integer(UNFINISHED_COPY)) {
            let known = source.get(LEDGER_COLUMN);
            let own = ledger_id(&*self.target).await?;
            // The ledger gets its id when it is copied.
            let is_same_ledger = own == Value::Null || known == Some(&own);
            return if known == target.get(LEDGER_COLUMN) && is_same_ledger {
                Ok(CopyBegin::Continued)
            } else {
                Err(CopyError::OtherSource)
            };
        }
        self.check_empty(&target).await?;
        let ledger = source.get(LEDGER_COLUMN).cloned().unwrap_or(Value::Null);
        let mark = unfinished_state(ledger);
        self.target.put(&DIRECTORY_STATE, vec![mark]).await?;
        Ok(CopyBegin::Started)
    }

    async fn check_empty(&self, state: &Row) -> Result<(), CopyError> {
        if !is_initial(&DIRECTORY_STATE, state) {
            return Err(CopyError::NotEmpty { table: DIRECTORY_STATE.name });
        }
        for table in Component::ALL.into_iter().flat_map(tables) {
            let snapshot = self.target.snapshot(table.component).await?;
            let mut rows = snapshot.rows(table);
            if rows.next().await?.is_some_and(|row| !is_initial(table, &row)) {
                return Err(CopyError::NotEmpty { table: table.name });
            }
        }
        Ok(())
    }

    /// Copies what differs. Returns the changes of each table.
    ///
    /// # Errors
    /// A store failed. The target stays an unfinished copy.
    pub async fn copy(&self) -> Result<Vec<TableChanges>, Fault> {
        let mut changes = Vec::new();
        for component in self.components.iter().copied() {
            let snapshot = self.source.snapshot(component).await?;
            let copy = |table| TableCopy { source: &*snapshot, target: &*self.target, table };
            // What refers to other rows is deleted first, and inserted last.
            let mut of_component = Vec::new();
            for table in tables(component).rev() {
                of_component.push(copy(table).remove().await?);
            }
            of_component.reverse();
            for (table, changes) in tables(component).zip(&mut of_component) {
                copy(table).put(changes).await?;
            }
            snapshot.end().await?;
            self.target.settle(component).await?;
            changes.extend(of_component);
        }
        Ok(changes)
    }

    /// Compares both sides by the count and the digest of each table.
    ///
    /// # Errors
    /// A store failed, or a table differs.
    pub async fn verify(&self) -> Result<Vec<TableComparison>, CopyError> {
        let mut comparisons = Vec::new();
        for table in self.components.iter().copied().flat_map(tables) {
            let (source, target) =
                tokio::join!(digest(&*self.source, table), digest(&*self.target, table));
            let comparison = TableComparison::new(table, source?, target?);
            if !comparison.is_equal() {
                return Err(CopyError::Different { table: table.name });
            }
            comparisons.push(comparison);
        }
        Ok(comparisons)
    }

    /// Completes the target: copies the state of the directory, which removes the mark.
    ///
    /// # Errors
    /// A store failed: the target stays an unfinished copy, unless only the comparison failed. Or
    /// the state differs.
    pub async fn complete(&self) -> Result<TableComparison, CopyError> {
        let state = state(&*self.source).await?;
        self.target.put(&DIRECTORY_STATE, vec![state]).await?;
        let source = digest(&*self.source, &DIRECTORY_STATE).await?;
        let target = digest(&*self.target, &DIRECTORY_STATE).await?;
        let comparison = TableComparison::new(&DIRECTORY_STATE, source, target);
        if comparison.is_equal() {
            Ok(comparison)
        } else {
            Err(CopyError::Different { table: DIRECTORY_STATE.name })
        }
    }
}

/// Reads the id of a ledger, which is null if it has none yet.
async fn ledger_id(store: &dyn BulkRows) -> Result<Value, Fault> {
    let Some(table) = ledger_state() else { return Ok(Value::Null) };
    let snapshot = store.snapshot(Component::Ledger).await?;
    let row = snapshot.rows(table).next().await?;
    Ok(row.and_then(|row| row.get(LEDGER_ID_COLUMN).cloned()).unwrap_or(Value::Null))
}

/// Reads the state of a directory.
async fn state(store: &dyn BulkRows) -> Result<Row, Fault> {
    let snapshot = store.snapshot(Component::Directory).await?;
    let mut rows = snapshot.rows(&DIRECTORY_STATE);
    let missing = || Fault::from_message(FaultKind::StoreBroken, "the directory has no state");
    rows.next().await?.ok_or_else(missing)
}
