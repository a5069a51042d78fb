//! A table that is copied.

use super::value::{Row, Value};
use crate::Component;

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The component.
    pub(crate) component: Component,
    /// The name.
    pub(crate) name: &'static str,
    /// The columns. Those of the key come first, in the order of the rows.
    pub(crate) columns: &'static [Column],
    /// The number of columns of the key.
    pub(crate) key: usize,
    /// The index of a text that is unique besides the key.
    pub(crate) unique: Option<usize>,
}

/// A column: its name and its kind.
pub(crate) type Column = (&'static str, Kind);

/// The kind of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number, or a time in microseconds.
    Integer,
    /// True or false.
    Boolean,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
    /// A UUID.
    Uuid,
    /// A tenant, or the nil UUID for no tenant. SQLite stores that as an empty blob.
    OptionalTenant,
    /// A text that PostgreSQL stores as bytes.
    TextBytes,
}

impl Table {
    /// Returns the key of a row.
    pub(crate) fn key_of<'a>(&self, row: &'a Row) -> &'a [Value] {
        row.get(..self.key).unwrap_or(row)
    }

    /// Returns the names of the columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|(name, _)| *name)
    }
}
