//! The statements that read and write whole tables.

use std::iter::repeat_n;

use crate::copy::Table;

/// Finds all rows in the order of the key.
pub(super) fn select(table: &Table) -> String {
    let columns: Vec<&str> = table.names().collect();
    let columns = columns.join(", ");
    let order = order(table);
    match table.name {
        "grants" => {
            let columns = columns.replacen("id", "grant_id(tenant, key, id_end) AS id", 1);
            format!("SELECT {columns} FROM grants ORDER BY {order}")
        }
        "record_blocks" => format!(
            "SELECT {columns} FROM record_blocks JOIN record_block_bodies ON block = id
            ORDER BY id"
        ),
        // Earlier releases kept rows of zero.
        "record_shares" => {
            format!("SELECT {columns} FROM record_shares WHERE records > 0 ORDER BY {order}")
        }
        "refusal_counts" => {
            format!("SELECT {columns} FROM refusal_counts WHERE count > 0 ORDER BY {order}")
        }
        name => format!("SELECT {columns} FROM {name} ORDER BY {order}"),
    }
}

/// Inserts or replaces a row. Returns statements with the number of their parameters.
pub(super) fn put(table: &Table) -> Vec<(String, usize)> {
    match table.name {
        "grants" => {
            let key = ["key", "tenant", "id_end"].into_iter();
            let columns: Vec<&str> = key.chain(table.names().skip(table.key)).collect();
            let text = format!(
                "{} WHERE tenant = excluded.tenant AND id_end = excluded.id_end",
                upsert("grants", &columns, 1)
            );
            vec![(text, columns.len())]
        }
        "record_blocks" => {
            let (columns, bodies) = (block_names(table), ["block", "body"]);
            vec![
                (upsert("record_blocks", &columns, 1), columns.len()),
                (upsert("record_block_bodies", &bodies, 1), bodies.len()),
            ]
        }
        name => vec![(upsert(name, &names(table), table.key), table.columns.len())],
    }
}

/// Deletes a row by its key.
pub(super) fn delete(table: &Table) -> Vec<String> {
    let delete = |name: &str, key: &[&str]| {
        let conditions: Vec<String> =
            (1..).zip(key).map(|(number, name)| format!("{name} = ?{number}")).collect();
        format!("DELETE FROM {name} WHERE {}", conditions.join(" AND "))
    };
    match table.name {
        "grants" => vec![delete("grants", &["key", "tenant", "id_end"])],
        "record_blocks" => {
            vec![delete("record_blocks", &["id"]), delete("record_block_bodies", &["block"])]
        }
        name => vec![delete(name, &table.names().take(table.key).collect::<Vec<_>>())],
    }
}

fn names(table: &Table) -> Vec<&'static str> {
    table.names().collect()
}

/// Returns the columns of a block without its body, which is the last one.
fn block_names(table: &Table) -> Vec<&'static str> {
    table.names().filter(|name| *name != "body").collect()
}

fn order(table: &Table) -> String {
    let names: Vec<&str> = table.names().take(table.key).collect();
    names.join(", ")
}

fn upsert(table: &str, columns: &[&str], key: usize) -> String {
    let marks: Vec<&str> = repeat_n("?", columns.len()).collect();
    let set: Vec<String> =
        columns.iter().skip(key).map(|name| format!("{name} = excluded.{name}")).collect();
    let (marks, names, set) = (marks.join(", "), columns.join(", "), set.join(", "));
    let key: Vec<&str> = columns.iter().take(key).copied().collect();
    let action = if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {set}") };
    format!(
        "INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({}) DO {action}",
        key.join(", ")
    )
}
