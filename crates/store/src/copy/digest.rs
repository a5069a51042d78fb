//! The count and the digest of a table.

use aws_lc_rs::digest::{Context, SHA256};
use model::{Digest, Fault, FaultKind};

use super::{bulk_rows::BulkRows, table::Table};

/// The count and the digest of the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableDigest {
    /// The number of rows.
    pub rows: u64,
    /// SHA-256 of the canonical encodings of the rows in the order of their keys.
    pub sha256: Digest,
}

/// A table of both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableComparison {
    /// The name of the component.
    pub component: &'static str,
    /// The table.
    pub table: &'static str,
    /// That of the source.
    pub source: TableDigest,
    /// That of the target.
    pub target: TableDigest,
}

impl TableComparison {
    pub(super) const fn new(table: &Table, source: TableDigest, target: TableDigest) -> Self {
        Self { component: table.component.name(), table: table.name, source, target }
    }

    /// Returns whether both sides have the same rows.
    pub fn is_equal(&self) -> bool {
        self.source == self.target
    }
}

/// Reads a table and returns its count and digest.
pub(super) async fn digest(
    store: &dyn BulkRows,
    table: &'static Table,
) -> Result<TableDigest, Fault> {
    let mut rows = store.snapshot(table.component).await?.rows(table);
    let (mut count, mut context, mut encoded) = (0, Context::new(&SHA256), Vec::new());
    while let Some(row) = rows.next().await? {
        encoded.clear();
        for value in &row {
            value.encode(&mut encoded);
        }
        context.update(&encoded);
        count += 1;
    }
    let sha256 = Digest::try_from(context.finish().as_ref())
        .map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    Ok(TableDigest { rows: count, sha256 })
}
