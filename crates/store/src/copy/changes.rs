//! Copying of the differences between two tables.

use std::{cmp::Ordering, fmt::Write};

use model::Fault;

use super::{
    bulk_rows::{BATCH_BYTES_MAX, BulkRows, RowStream, Snapshot},
    table::Table,
    value::{Row, Value},
};

/// The number of rows that one transaction writes.
const BATCH_ROWS_MAX: usize = 1_000;

/// The changes of a table of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableChanges {
    /// The table.
    pub table: &'static str,
    /// The number of inserted rows.
    pub inserted: u64,
    /// The number of replaced rows.
    pub replaced: u64,
    /// The number of deleted rows.
    pub deleted: u64,
}

/// The copying of one table.
pub(super) struct TableCopy<'a> {
    pub(super) source: &'a dyn Snapshot,
    pub(super) target: &'a dyn BulkRows,
    pub(super) table: &'static Table,
}

/// A difference.
enum Difference {
    /// The target lacks the row.
    Missing(Row),
    /// The row of the source, and the other one of the target.
    Changed(Row, Row),
    /// The source lacks the row.
    Surplus(Row),
}

impl TableCopy<'_> {
    /// Deletes the rows that the source does not have. A changed row releases its unique text: it
    /// may now be that of another row.
    pub(super) async fn remove(&self) -> Result<TableChanges, Fault> {
        let table = self.table;
        let mut changes = TableChanges { table: table.name, inserted: 0, replaced: 0, deleted: 0 };
        let (mut surplus, mut released) = (Batch::default(), Batch::default());
        let (mut source, mut target) = self.streams().await?;
        // An empty target needs no comparison.
        while target.peek().await?.is_some() {
            match next_difference(table, &mut source, &mut target).await? {
                Some(Difference::Surplus(row)) => {
                    changes.deleted += 1;
                    if let Some(rows) = surplus.add(row) {
                        self.target.delete(table, rows).await?;
                    }
                }
                Some(Difference::Changed(_, row)) => {
                    if let Some(rows) = release(table, row).and_then(|row| released.add(row)) {
                        self.target.put(table, rows).await?;
                    }
                }
                Some(Difference::Missing(_)) => {}
                None => break,
            }
        }
        self.target.delete(table, surplus.rows).await?;
        self.target.put(table, released.rows).await?;
        Ok(changes)
    }

    /// Inserts and replaces the rows that differ.
    pub(super) async fn put(&self, changes: &mut TableChanges) -> Result<(), Fault> {
        let mut batch = Batch::default();
        let (mut source, mut target) = self.streams().await?;
        while let Some(difference) = next_difference(self.table, &mut source, &mut target).await? {
            let row = match difference {
                Difference::Missing(row) => {
                    changes.inserted += 1;
                    row
                }
                Difference::Changed(row, _) => {
                    changes.replaced += 1;
                    row
                }
                Difference::Surplus(_) => continue,
            };
            if let Some(rows) = batch.add(row) {
                self.target.put(self.table, rows).await?;
            }
        }
        self.target.put(self.table, batch.rows).await
    }

    async fn streams(&self) -> Result<(RowStream, RowStream), Fault> {
        let target = self.target.snapshot(self.table.component).await?;
        Ok((self.source.rows(self.table), target.rows(self.table)))
    }
}

/// Returns the next difference of two streams. Both are in the order of the keys.
async fn next_difference(
    table: &Table,
    source: &mut RowStream,
    target: &mut RowStream,
) -> Result<Option<Difference>, Fault> {
    loop {
        let order = match (source.peek().await?, target.peek().await?) {
            (None, None) => return Ok(None),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => table.key_of(one).cmp(table.key_of(other)),
        };
        let from_source = if order.is_le() { source.next().await? } else { None };
        let from_target = if order.is_ge() { target.next().await? } else { None };
        match (from_source, from_target) {
            (Some(row), None) => return Ok(Some(Difference::Missing(row))),
            (None, Some(row)) => return Ok(Some(Difference::Surplus(row))),
            (Some(row), Some(other)) if row != other => {
                return Ok(Some(Difference::Changed(row, other)));
            }
            _ => {}
        }
    }
}

/// Returns a row with another unique text, which no row of the source has: it begins with a control
/// character. `None` if the table has no unique text.
fn release(table: &Table, mut row: Row) -> Option<Row> {
    let mut text = "\u{1}".to_owned();
    for value in table.key_of(&row) {
        for byte in value.as_bytes().unwrap_or_default() {
            write!(text, "{byte:02x}").ok()?;
        }
    }
    *row.get_mut(table.unique?)? = Value::Text(text);
    Some(row)
}

/// Rows of one transaction.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    bytes: usize,
}

impl Batch {
    /// Adds a row. Returns the rows if they are enough for a transaction.
    fn add(&mut self, row: Row) -> Option<Vec<Row>> {
        self.bytes += row.iter().map(Value::size).sum::<usize>();
        self.rows.push(row);
        let is_full = self.rows.len() >= BATCH_ROWS_MAX || self.bytes >= BATCH_BYTES_MAX;
        is_full.then(|| {
            self.bytes = 0;
            std::mem::take(&mut self.rows)
        })
    }
}
