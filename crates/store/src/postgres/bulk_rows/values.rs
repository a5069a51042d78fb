//! Conversion of rows between PostgreSQL and the form that all stores share.

use model::Fault;
use tokio_postgres::{
    Row as PostgresRow,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{layout::extras, statements::stored_kind};
use crate::{
    copy::{Kind, Row, Table, Value},
    history::event_document,
    postgres::{
        column::{damaged, get},
        database::Parameter,
    },
};

/// Reads a row.
pub(super) fn read_row(table: &Table, row: &PostgresRow) -> Result<Row, Fault> {
    let read = |(column, (_, kind)): (usize, &(&str, Kind))| read_value(row, column, *kind);
    let mut values: Row = table.columns.iter().enumerate().map(read).collect::<Result<_, _>>()?;
    if table.name == "events"
        && let Some(Value::Text(document)) = values.last_mut()
    {
        *document = match get::<Option<i64>>(row, table.columns.len())? {
            Some(number) => event_document::with_number(document, number),
            None => event_document::canonical(document),
        };
    }
    Ok(values)
}

fn read_value(row: &PostgresRow, column: usize, kind: Kind) -> Result<Value, Fault> {
    let value = match kind {
        Kind::Integer => get::<Option<i64>>(row, column)?.map(Value::Integer),
        Kind::Boolean => {
            get::<Option<bool>>(row, column)?.map(|is_true| Value::Integer(is_true.into()))
        }
        Kind::Text => get::<Option<String>>(row, column)?.map(Value::Text),
        Kind::Bytes | Kind::TextBytes => get::<Option<Vec<u8>>>(row, column)?.map(Value::Bytes),
        Kind::Uuid | Kind::OptionalTenant => {
            let id: Option<Uuid> = get(row, column)?;
            id.map(|id| Value::Bytes(id.into_bytes().to_vec()))
        }
    };
    Ok(value.unwrap_or(Value::Null))
}

/// The values of rows, as an array for each column.
pub(super) struct Columns(Vec<(Box<dyn ToSql + Send + Sync>, Type)>);

impl Columns {
    /// Returns all columns, with those that only PostgreSQL has.
    pub(super) fn of_rows(table: &Table, rows: &[Row]) -> Result<Self, Fault> {
        let mut columns = Self::shared(table, rows, table.columns.len())?;
        for (_, kind, extra) in extras(table) {
            let values = rows.iter().map(|row| extra.value(table, row));
            columns.0.push(array(*kind, &values.collect::<Result<Vec<_>, _>>()?)?);
        }
        Ok(columns)
    }

    /// Returns the columns of the key.
    pub(super) fn of_keys(table: &Table, rows: &[Row]) -> Result<Self, Fault> {
        Self::shared(table, rows, table.key)
    }

    fn shared(table: &Table, rows: &[Row], count: usize) -> Result<Self, Fault> {
        let column = |(index, (_, kind)): (usize, &(&str, Kind))| {
            let kind = stored_kind(table, index, *kind);
            let values: Option<Vec<Value>> =
                rows.iter().map(|row| row.get(index).cloned()).collect();
            array(kind, &values.ok_or_else(|| damaged("a row has too few values"))?)
        };
        table.columns.iter().enumerate().take(count).map(column).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the parameters of the statement.
    pub(super) fn parameters(&self) -> Vec<Parameter<'_>> {
        self.0.iter().map(|(values, kind)| (&**values as _, kind.clone())).collect()
    }
}

fn array(kind: Kind, values: &[Value]) -> Result<(Box<dyn ToSql + Send + Sync>, Type), Fault> {
    Ok(match kind {
        Kind::Integer => (converted(values, Value::as_integer)?, Type::INT8_ARRAY),
        Kind::Boolean => {
            let boolean = |value: &Value| value.as_integer().map(|number| number != 0);
            (converted(values, boolean)?, Type::BOOL_ARRAY)
        }
        Kind::Text => {
            (converted(values, |value| value.as_text().map(str::to_owned))?, Type::TEXT_ARRAY)
        }
        Kind::Bytes | Kind::TextBytes => {
            (converted(values, |value| value.as_bytes().map(<[u8]>::to_vec))?, Type::BYTEA_ARRAY)
        }
        Kind::Uuid | Kind::OptionalTenant => (converted(values, uuid)?, Type::UUID_ARRAY),
    })
}

/// Returns a UUID. A number of a block becomes its second half.
fn uuid(value: &Value) -> Option<Uuid> {
    if let Some(number) = value.as_integer() {
        return Some(Uuid::from_u64_pair(0, number.cast_unsigned()));
    }
    value.as_uuid().map(Uuid::from_bytes)
}

fn converted<T: ToSql + Send + Sync + 'static>(
    values: &[Value],
    convert: impl Fn(&Value) -> Option<T>,
) -> Result<Box<dyn ToSql + Send + Sync>, Fault> {
    let column = values.iter().map(|value| match value {
        Value::Null => Ok(None),
        value => convert(value).map(Some).ok_or_else(|| damaged("a value has another type")),
    });
    Ok(Box::new(column.collect::<Result<Vec<Option<T>>, Fault>>()?))
}
