//! The statements that read and write whole tables.

use super::layout::{extra_key, extras};
use crate::copy::{Kind, Table};

/// The number of a block in the other stores, which have no UUIDs: those of copied blocks begin
/// with zeros and end with the number. The number of any other one is its first 63 bits.
const BLOCK_NUMBER: &str = "(CASE WHEN substring(uuid_send(id) FOR 8) = '\\x0000000000000000'
        THEN ('x' || encode(substring(uuid_send(id) FROM 9), 'hex'))::bit(64)::bigint
        ELSE ('x' || encode(substring(uuid_send(id) FOR 8), 'hex'))::bit(64)::bigint
            & 9223372036854775807
    END)";

/// Finds all rows in the order of the key. Columns that other stores do not have follow, if a row
/// cannot be read without them.
pub(super) fn select(table: &Table) -> String {
    let column = |(name, kind): &(&str, Kind)| match kind {
        Kind::Integer => format!("{name}::bigint"),
        _ => (*name).to_owned(),
    };
    let columns: Vec<String> = table.columns.iter().map(column).collect();
    let columns = columns.join(", ");
    let order: Vec<String> = (1..=table.key).map(|number| number.to_string()).collect();
    let order = order.join(", ");
    match table.name {
        "record_blocks" => {
            let columns = columns.replacen("id::bigint", BLOCK_NUMBER, 1);
            format!("SELECT {columns} FROM record_blocks ORDER BY 1")
        }
        "record_shares" => "SELECT tenant, unproven, sum(records)::bigint, sum(bytes)::bigint
            FROM record_shares GROUP BY 1, 2 HAVING sum(records) > 0 ORDER BY 1, 2"
            .to_owned(),
        "refusal_counts" => "SELECT tenant, bucket, number, sum(count)::bigint
            FROM refusal_counts GROUP BY 1, 2, 3 HAVING sum(count) > 0 ORDER BY 1, 2, 3"
            .to_owned(),
        "events" => format!("SELECT {columns}, folded FROM events ORDER BY 1"),
        name => format!("SELECT {columns} FROM {name} ORDER BY {order}"),
    }
}

/// Inserts or replaces rows. Each parameter is an array with the values of a column.
pub(super) fn put(table: &Table) -> String {
    let extras = extras(table);
    let names: Vec<&str> = table.names().chain(extras.iter().map(|(name, ..)| *name)).collect();
    let kinds = table.columns.iter().map(|(_, kind)| *kind);
    let kinds = kinds.chain(extras.iter().map(|(_, kind, _)| *kind));
    let key: Vec<&str> = table.names().take(table.key).chain(extra_key(table)).collect();
    let set = names.iter().filter(|name| !key.contains(name));
    let set: Vec<String> = set.map(|name| format!("{name} = excluded.{name}")).collect();
    let set = set.join(", ");
    let action = if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {set}") };
    // The numbers of events are those of the source.
    let overriding = if table.name == "events" { "OVERRIDING SYSTEM VALUE" } else { "" };
    format!(
        "INSERT INTO {} ({}) {overriding} SELECT * FROM unnest({}) ON CONFLICT ({}) DO {action}",
        table.name,
        names.join(", "),
        arrays(table, kinds),
        key.join(", ")
    )
}

/// Deletes rows by their keys. Each parameter is an array with the values of a column.
pub(super) fn delete(table: &Table) -> String {
    let key: Vec<&str> = table.names().take(table.key).collect();
    let kinds = table.columns.iter().take(table.key).map(|(_, kind)| *kind);
    let conditions: Vec<String> =
        key.iter().map(|name| format!("stored.{name} = old.{name}")).collect();
    format!(
        "DELETE FROM {} AS stored USING unnest({}) AS old ({}) WHERE {}",
        table.name,
        arrays(table, kinds),
        key.join(", "),
        conditions.join(" AND ")
    )
}

/// Returns the kind in which a column of PostgreSQL stores a value.
pub(super) fn stored_kind(table: &Table, index: usize, kind: Kind) -> Kind {
    if table.name == "record_blocks" && index == 0 { Kind::Uuid } else { kind }
}

fn arrays(table: &Table, kinds: impl Iterator<Item = Kind>) -> String {
    let array = |(index, kind): (usize, Kind)| {
        let name = match stored_kind(table, index, kind) {
            Kind::Integer => "bigint",
            Kind::Boolean => "boolean",
            Kind::Text => "text",
            Kind::Bytes | Kind::TextBytes => "bytea",
            Kind::Uuid | Kind::OptionalTenant => "uuid",
        };
        format!("${}::{name}[]", index + 1)
    };
    kinds.enumerate().map(array).collect::<Vec<_>>().join(", ")
}
