//! The values of a statement, and their arrays by column.

use model::{Fault, Timestamp};
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::postgres::column::damaged;

/// A value.
pub(super) enum Value {
    Integer(i32),
    Bigint(Option<i64>),
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Bytes(Vec<u8>),
    Boolean(bool),
}

/// The values of one column.
pub(super) enum Column {
    Integer(Vec<i32>),
    Bigint(Vec<Option<i64>>),
    Uuid(Vec<Option<Uuid>>),
    Text(Vec<Option<String>>),
    Bytes(Vec<Vec<u8>>),
    Boolean(Vec<bool>),
}

impl Value {
    /// Returns an empty column for values of this type.
    pub(super) const fn column(&self) -> Column {
        match self {
            Self::Integer(_) => Column::Integer(Vec::new()),
            Self::Bigint(_) => Column::Bigint(Vec::new()),
            Self::Uuid(_) => Column::Uuid(Vec::new()),
            Self::Text(_) => Column::Text(Vec::new()),
            Self::Bytes(_) => Column::Bytes(Vec::new()),
            Self::Boolean(_) => Column::Boolean(Vec::new()),
        }
    }
}

impl Column {
    pub(super) fn push(&mut self, value: Value) -> Result<(), Fault> {
        match (self, value) {
            (Self::Integer(column), Value::Integer(value)) => column.push(value),
            (Self::Bigint(column), Value::Bigint(value)) => column.push(value),
            (Self::Uuid(column), Value::Uuid(value)) => column.push(value),
            (Self::Text(column), Value::Text(value)) => column.push(value),
            (Self::Bytes(column), Value::Bytes(value)) => column.push(value),
            (Self::Boolean(column), Value::Boolean(value)) => column.push(value),
            _ => return Err(damaged("a statement has values of different types")),
        }
        Ok(())
    }

    pub(super) fn parameter(&self) -> (&(dyn ToSql + Sync), Type) {
        match self {
            Self::Integer(column) => (column, Type::INT4_ARRAY),
            Self::Bigint(column) => (column, Type::INT8_ARRAY),
            Self::Uuid(column) => (column, Type::UUID_ARRAY),
            Self::Text(column) => (column, Type::TEXT_ARRAY),
            Self::Bytes(column) => (column, Type::BYTEA_ARRAY),
            Self::Boolean(column) => (column, Type::BOOL_ARRAY),
        }
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Bigint(Some(i64::from(value)))
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Bigint(Some(time.microseconds()))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(time: Option<Timestamp>) -> Self {
        Self::Bigint(time.map(Timestamp::microseconds))
    }
}

impl From<Uuid> for Value {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(Some(uuid))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_owned())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}
