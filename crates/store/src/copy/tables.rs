//! The tables that are copied, with the columns that all stores share.
//!
//! Rows are copied as values of columns, not as rows of the model: a document keeps members that
//! this release does not know, and a damaged row stays one that cannot be read.

use super::{
    table::{Column, Table},
    value::{Row, Value},
};
use crate::Component;

use super::table::Kind::{Boolean, Bytes, Integer, OptionalTenant, Text, TextBytes, Uuid};

const fn table(
    component: Component,
    name: &'static str,
    columns: &'static [Column],
    key: usize,
) -> Table {
    Table { component, name, columns, key, unique: None }
}

const fn with_unique(table: Table, index: usize) -> Table {
    Table { unique: Some(index), ..table }
}

const TENANT: Column = ("tenant", Uuid);
const DOCUMENT: Column = ("document", Text);
const EXPIRES_AT: Column = ("expires_at", Integer);
const DUE_AT: Column = ("due_at", Integer);
const ATTEMPTS: Column = ("attempts", Integer);

/// The state of the directory, which is copied last. Its mark is what makes a target unusable.
pub(crate) const DIRECTORY_STATE: Table = table(
    Component::Directory,
    "directory_state",
    &[
        ("singleton", Integer),
        ("generation", Integer),
        ("ledger", Uuid),
        ("ledger_created_at", Integer),
        ("ledger_seen_at", Integer),
        ("remembered_since", Integer),
        ("is_backup", Integer),
    ],
    1,
);
/// The index of the ledger in the state of the directory.
pub(super) const LEDGER_COLUMN: usize = 2;
/// The index of the mark of an unfinished copy.
pub(super) const MARK_COLUMN: usize = 6;

const LEDGER_STATE: &str = "ledger_state";
/// The index of the id in the state of the ledger.
pub(super) const LEDGER_ID_COLUMN: usize = 1;

/// Returns the table with the state of the ledger.
pub(super) fn ledger_state() -> Option<&'static Table> {
    tables(Component::Ledger).find(|table| table.name == LEDGER_STATE)
}

static DIRECTORY: [Table; 9] = [
    with_unique(
        table(Component::Directory, "tenants", &[("id", Uuid), ("name", Text), DOCUMENT], 1),
        1,
    ),
    table(Component::Directory, "clients", &[TENANT, ("id", Text), DOCUMENT], 2),
    table(Component::Directory, "client_origins", &[TENANT, ("client", Text), ("origin", Text)], 3),
    table(Component::Directory, "resources", &[TENANT, ("identifier", Text), DOCUMENT], 2),
    with_unique(
        table(
            Component::Directory,
            "users",
            &[TENANT, ("id", Uuid), ("username_key", Text), DOCUMENT],
            2,
        ),
        2,
    ),
    table(
        Component::Directory,
        "passwords",
        &[
            TENANT,
            ("user_id", Uuid),
            ("hash", Text),
            ("set_at", Integer),
            ("preparation", Text),
            ("rehashed_from", Bytes),
        ],
        2,
    ),
    table(Component::Directory, "authenticators", &[TENANT, ("user_id", Uuid), DOCUMENT], 2),
    table(
        Component::Directory,
        "consents",
        &[
            TENANT,
            ("user_id", Uuid),
            ("client", Text),
            ("resource", Text),
            ("scopes", Text),
            ("given_at", Integer),
            ("grants_not_before", Integer),
        ],
        4,
    ),
    table(
        Component::Directory,
        "signing_keys",
        &[
            TENANT,
            ("kid", Text),
            ("algorithm", Text),
            ("sealed_private_key", Bytes),
            ("jwk", Text),
            ("published_at", Integer),
            ("active_from", Integer),
            ("retired_at", Integer),
        ],
        2,
    ),
];

static LEDGER: [Table; 7] = [
    table(
        Component::Ledger,
        "grants",
        &[
            TENANT,
            ("id", Uuid),
            EXPIRES_AT,
            ("generation", Integer),
            ("rotated_at", Integer),
            ("revoked_at", Integer),
            ("revoked_reason", Text),
            ("terms", Bytes),
        ],
        2,
    ),
    table(
        Component::Ledger,
        "sessions",
        &[
            TENANT,
            ("id", Uuid),
            ("user_id", Uuid),
            ("auth_time", Integer),
            ("amr", Text),
            EXPIRES_AT,
            ("persistent", Boolean),
            ("ended_at", Integer),
            ("replaces", Uuid),
            ("origin", Text),
        ],
        2,
    ),
    table(
        Component::Ledger,
        "session_grants",
        &[
            TENANT,
            ("user_id", Uuid),
            ("session", Uuid),
            ("grant_id", Uuid),
            ("client", Text),
            ("offline", Boolean),
            EXPIRES_AT,
        ],
        4,
    ),
    table(
        Component::Ledger,
        "used_values",
        &[TENANT, ("kind", Text), ("digest", Bytes), EXPIRES_AT],
        3,
    ),
    table(
        Component::Ledger,
        "pushed_requests",
        &[TENANT, ("id", Uuid), ("client", Text), ("parameters", Text), EXPIRES_AT],
        2,
    ),
    table(
        Component::Ledger,
        "failed_sign_ins",
        &[TENANT, ("key", Bytes), ("count", Integer), ("last_failed_at", Integer), EXPIRES_AT],
        2,
    ),
    table(
        Component::Ledger,
        LEDGER_STATE,
        &[
            ("singleton", Integer),
            ("id", Uuid),
            ("created_at", Integer),
            ("high_water", Integer),
            ("directory_generation", Integer),
        ],
        1,
    ),
];

static HISTORY: [Table; 7] = [
    table(
        Component::History,
        "record_blocks",
        &[
            ("id", Integer),
            ("tenant", OptionalTenant),
            ("failed", Boolean),
            ("unproven", Boolean),
            ("uniform", Boolean),
            ("from_at", Integer),
            ("until_at", Integer),
            ("records", Integer),
            ("bytes", Integer),
            ("filter", Bytes),
            ("body", Bytes),
        ],
        1,
    ),
    table(
        Component::History,
        "record_shares",
        &[
            ("tenant", OptionalTenant),
            ("unproven", Boolean),
            ("records", Integer),
            ("bytes", Integer),
        ],
        2,
    ),
    table(
        Component::History,
        "refusal_counts",
        &[("tenant", OptionalTenant), ("bucket", Integer), ("number", Integer), ("count", Integer)],
        3,
    ),
    table(
        Component::History,
        "events",
        &[
            ("id", Integer),
            ("at", Integer),
            ("tenant", OptionalTenant),
            ("fold", TextBytes),
            DOCUMENT,
        ],
        1,
    ),
    table(
        Component::History,
        "tickets",
        &[
            ("id", Bytes),
            ("tenant", OptionalTenant),
            ("state", Integer),
            ("number", Integer),
            ("trace_id", Uuid),
            ("opened_at", Integer),
            DOCUMENT,
        ],
        1,
    ),
    table(Component::History, "deliveries", &[("id", Uuid), DUE_AT, ATTEMPTS, DOCUMENT], 1),
    table(
        Component::History,
        "logout_deliveries",
        &[("id", Uuid), TENANT, ("client", Text), DUE_AT, ATTEMPTS, DOCUMENT],
        1,
    ),
];

/// Returns the tables of a component, apart from the state of the directory. A table comes after
/// those that its rows refer to.
pub(crate) fn tables(component: Component) -> std::slice::Iter<'static, Table> {
    match component {
        Component::Directory => DIRECTORY.iter(),
        Component::Ledger => LEDGER.iter(),
        Component::History => HISTORY.iter(),
    }
}

/// Returns the state of the directory in an unfinished copy of a source with this ledger.
pub(super) fn unfinished_state(ledger: Value) -> Row {
    let zero = Value::Integer(0);
    let mark = Value::Integer(super::UNFINISHED_COPY);
    vec![Value::Integer(1), zero.clone(), ledger, Value::Null, Value::Null, zero, mark]
}

/// Returns whether a row is the one that migrations insert. Only the two states have one.
pub(super) fn is_initial(table: &Table, row: &Row) -> bool {
    let is_state = [DIRECTORY_STATE.name, LEDGER_STATE].contains(&table.name);
    let is_unused = |value: &Value| matches!(value, Value::Null | Value::Integer(0));
    is_state && row.iter().skip(table.key).all(is_unused)
}
