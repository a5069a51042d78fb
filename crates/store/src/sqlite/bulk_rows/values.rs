//! Conversion of rows between SQLite and the form that all stores share.

use model::{GrantId, TenantId};
use rusqlite::{
    Error, Row as SqliteRow,
    types::{Value as Stored, ValueRef},
};
use uuid::Uuid;

use crate::{
    copy::{Kind, Row, Table, Value},
    history::event_document,
    sqlite::{column::damaged, grant_row::GrantKey},
};

/// Reads a row.
pub(super) fn read_row(table: &Table, row: &SqliteRow<'_>) -> rusqlite::Result<Row> {
    let read = |(column, (name, kind)): (usize, &(&str, Kind))| {
        Ok(match (row.get_ref(column)?, kind) {
            (ValueRef::Null, _) => Value::Null,
            (ValueRef::Integer(number), Kind::Integer) => Value::Integer(number),
            (ValueRef::Integer(number), Kind::Boolean) => Value::Integer(i64::from(number != 0)),
            (ValueRef::Text(_), Kind::Text) if *name == "document" && table.name == "events" => {
                Value::Text(event_document::canonical(row.get_ref(column)?.as_str()?))
            }
            (ValueRef::Text(_), Kind::Text) => {
                Value::Text(row.get_ref(column)?.as_str()?.to_owned())
            }
            (ValueRef::Blob([]), Kind::OptionalTenant) => {
                Value::Bytes(Uuid::nil().into_bytes().to_vec())
            }
            (ValueRef::Text(bytes), Kind::TextBytes)
            | (ValueRef::Blob(bytes), Kind::Bytes | Kind::Uuid | Kind::OptionalTenant) => {
                Value::Bytes(bytes.to_vec())
            }
            _ => return Err(damaged(column, "a value of another type than that of its column")),
        })
    };
    table.columns.iter().enumerate().map(read).collect()
}

/// Returns the values for each of the statements that write a row.
pub(super) fn write_values(table: &Table, row: &Row) -> rusqlite::Result<Vec<Vec<Stored>>> {
    let all: Vec<Stored> = stored(table, row).collect();
    Ok(match table.name {
        "grants" => {
            let rest = all.into_iter().skip(table.key);
            vec![grant_key(row)?.into_iter().chain(rest).collect()]
        }
        "record_blocks" => {
            let mut block = all;
            let body = block.pop().unwrap_or(Stored::Null);
            let id = block.first().cloned().unwrap_or(Stored::Null);
            vec![block, vec![id, body]]
        }
        _ => vec![all],
    })
}

/// Returns the values of the key for each of the statements that delete a row.
pub(super) fn key_values(table: &Table, row: &Row) -> rusqlite::Result<Vec<Stored>> {
    if table.name == "grants" {
        return grant_key(row);
    }
    Ok(stored(table, row).take(table.key).collect())
}

/// Returns the error of two grants whose numbers are equal.
pub(super) fn number_is_taken() -> Error {
    damaged(0, "two grants have one number in SQLite, which can store only one of them")
}

fn stored<'a>(table: &'a Table, row: &'a Row) -> impl Iterator<Item = Stored> {
    let nil = Uuid::nil().into_bytes();
    table.columns.iter().zip(row).map(move |((_, kind), value)| match (value, kind) {
        (Value::Null, _) => Stored::Null,
        (Value::Integer(number), _) => Stored::Integer(*number),
        (Value::Text(text), _) => Stored::Text(text.clone()),
        (Value::Bytes(bytes), Kind::OptionalTenant) if *bytes == nil => Stored::Blob(Vec::new()),
        (Value::Bytes(bytes), Kind::TextBytes) => {
            Stored::Text(String::from_utf8_lossy(bytes).into_owned())
        }
        (Value::Bytes(bytes), _) => Stored::Blob(bytes.clone()),
    })
}

/// Returns the columns of the key of a grant.
fn grant_key(row: &Row) -> rusqlite::Result<Vec<Stored>> {
    let uuid = |index| row.get(index).and_then(Value::as_uuid);
    let (Some(tenant), Some(id)) = (uuid(0), uuid(1)) else {
        return Err(damaged(0, "the key of a grant is not two UUIDs"));
    };
    let key = GrantKey::new(TenantId::new(Uuid::from_bytes(tenant)), GrantId::new(id));
    let tenant = Stored::Blob(key.tenant.to_vec());
    Ok(vec![Stored::Integer(key.number), tenant, Stored::Integer(key.id_end)])
}
