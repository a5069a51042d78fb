//! The columns of the tables that only PostgreSQL has, and how they follow from the others.

use model::{Fault, GrantId, SessionId, Timestamp};
use uuid::Uuid;

use crate::{
    copy::{Kind, Row, Table, Value},
    history::event_document,
    postgres::{column::damaged, ledger::day_of},
};

/// A column that only PostgreSQL has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    /// The week of the id of a grant or a session.
    Week,
    /// The day of the end of a used value.
    Day,
    /// The last write: none that a node could take for its own.
    Attempt,
    /// The node that wrote a block. The copied ones belong to none.
    Node,
    /// The kind of an event.
    EventKind,
    /// The user whom an event is about.
    EventUser,
    /// The number of a folded event.
    Folded,
    /// Whether a webhook receives a delivery.
    Webhook,
    /// The time of the creation of a delivery.
    CreatedAt,
    /// The newest generation whose changes are not stored.
    ChangesDeleted,
}

/// Returns the additional columns of a table, with their kind.
pub(super) fn extras(table: &Table) -> &'static [(&'static str, Kind, Extra)] {
    match table.name {
        "grants" | "sessions" => {
            &[("week", Kind::Integer, Extra::Week), ("attempt", Kind::Uuid, Extra::Attempt)]
        }
        "used_values" => {
            &[("day", Kind::Integer, Extra::Day), ("attempt", Kind::Uuid, Extra::Attempt)]
        }
        "pushed_requests" | "failed_sign_ins" => &[("attempt", Kind::Uuid, Extra::Attempt)],
        "record_blocks" | "record_shares" | "refusal_counts" => {
            &[("node", Kind::Uuid, Extra::Node)]
        }
        "events" => &[
            ("kind", Kind::Text, Extra::EventKind),
            ("user_id", Kind::Uuid, Extra::EventUser),
            ("folded", Kind::Integer, Extra::Folded),
        ],
        "deliveries" => &[
            ("webhook", Kind::Boolean, Extra::Webhook),
            ("created_at", Kind::Integer, Extra::CreatedAt),
        ],
        "logout_deliveries" => &[("created_at", Kind::Integer, Extra::CreatedAt)],
        "directory_state" => &[("changes_deleted", Kind::Integer, Extra::ChangesDeleted)],
        _ => &[],
    }
}

/// Returns the additional column of the primary key.
pub(super) fn extra_key(table: &Table) -> Option<&'static str> {
    match table.name {
        "grants" | "sessions" => Some("week"),
        "used_values" => Some("day"),
        "record_shares" | "refusal_counts" => Some("node"),
        _ => None,
    }
}

/// Returns the number of rows that are read at once.
pub(super) fn rows_at_once(table: &Table) -> u32 {
    // A block has up to hundreds of KiB.
    if table.name == "record_blocks" { 16 } else { 500 }
}

impl Extra {
    /// Returns the value in a row.
    pub(super) fn value(self, table: &Table, row: &Row) -> Result<Value, Fault> {
        let column = |name: &str| {
            let index = table.names().position(|other| other == name);
            index.and_then(|index| row.get(index))
        };
        let nil = || Value::Bytes(Uuid::nil().into_bytes().to_vec());
        let document = column("document").and_then(Value::as_text).unwrap_or_default();
        let missing = || damaged("a value is missing from which another one follows");
        Ok(match self {
            Self::Week => {
                let id = column("id").and_then(Value::as_uuid).ok_or_else(missing)?;
                let is_grant = table.name == "grants";
                let week =
                    if is_grant { GrantId::new(id).week() } else { SessionId::new(id).week() };
                Value::Integer(week.into())
            }
            Self::Day => {
                let end = column("expires_at").and_then(Value::as_integer).ok_or_else(missing)?;
                Value::Integer(day_of(Timestamp::from_microseconds(end)).into())
            }
            Self::Attempt | Self::Node => nil(),
            Self::EventKind => {
                Value::Text(event_document::text(document, "kind").unwrap_or_default())
            }
            Self::EventUser => {
                let user = event_document::text(document, "user");
                let user = user.and_then(|user| Uuid::try_parse(&user).ok());
                user.map_or(Value::Null, |user| Value::Bytes(user.into_bytes().to_vec()))
            }
            Self::Folded => match column("fold") {
                None | Some(Value::Null) => Value::Null,
                Some(_) => {
                    let number = event_document::text(document, "detail");
                    let number = number.and_then(|number| number.parse().ok());
                    Value::Integer(number.unwrap_or(1))
                }
            },
            Self::Webhook => {
                let channel = event_document::text(document, "channel");
                Value::Integer(channel.is_some_and(|channel| channel == "webhook").into())
            }
            Self::CreatedAt => {
                Value::Integer(event_document::number(document, "created_at").unwrap_or(0))
            }
            Self::ChangesDeleted => column("generation").cloned().ok_or_else(missing)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use postgres_server::Server;
    use uuid::Uuid;

    use super::*;
    use crate::{
        Access, Component, DatabaseSettings, LedgerSettings, PostgresHistory, PostgresStore,
        copy::{DIRECTORY_STATE, tables},
    };

    /// The tables of what happens at present on these databases, and of names that never change.
    const NOT_COPIED: [&str; 6] =
        ["admit_schema", "changes", "history_locks", "leases", "ledger_databases", "nodes"];
    /// Columns with the last write of a state, which a new database does not have.
    const WITHOUT_VALUE: [&str; 2] = ["directory_state.attempt", "ledger_state.attempt"];

    #[tokio::test]
    async fn copy_contains_every_column_of_every_table() {
        // Compares the columns of new databases with those that are copied or follow from them.
        let url = Server::shared().create_database().await.unwrap();
        let settings = DatabaseSettings::parse(&url).unwrap();
        let ledger = [LedgerSettings::only(settings.clone())];
        PostgresStore::connect(&settings, &ledger, Access::Migrate).await.unwrap();
        PostgresHistory::connect(&settings, Uuid::nil(), Access::Migrate).await.unwrap();
        let columns = "SELECT table_name || '.' || column_name FROM information_schema.columns
            JOIN pg_class ON oid = table_name::regclass
            WHERE table_schema = 'public' AND NOT relispartition";
        let stored = postgres_server::execute(&url, columns).await.unwrap();
        let is_copied = |column: &String| {
            let table = column.split('.').next().unwrap_or_default();
            !NOT_COPIED.contains(&table) && !WITHOUT_VALUE.contains(&column.as_str())
        };
        let stored: BTreeSet<String> = stored.into_iter().filter(is_copied).collect();
        let copied = Component::ALL.into_iter().flat_map(tables).chain([&DIRECTORY_STATE]);
        let columns = |table: &'static Table| {
            let names = table.names().chain(extras(table).iter().map(|(name, ..)| *name));
            names.map(move |column| format!("{}.{column}", table.name))
        };
        assert_eq!(copied.flat_map(columns).collect::<BTreeSet<_>>(), stored);
    }
}
