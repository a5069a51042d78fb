//! Inspection of a database: the settings of the server, the rights of the role, and the tables.

use model::{Fault, FaultKind, Timestamp};
use tokio::time::timeout;
use tokio_postgres::{Row, types::Type};

use super::{
    ConnectError, DatabaseSettings, column, connect_failure,
    database::{Connection, DEADLINE, Database, Parameter},
    schema::{DIRECTORY, HISTORY, LEDGER, Schema},
};
use crate::{Component, MigrationPlan};

/// The state of a database, as the role of the settings sees it.
#[derive(Clone, Debug)]
pub struct DatabaseInspection {
    /// The name of the role.
    pub role: String,
    /// The release of PostgreSQL.
    pub server_version: String,
    /// The encoding of the texts.
    pub encoding: String,
    /// Whether transactions of this role cannot write.
    pub is_read_only: bool,
    /// The setting `fsync`.
    pub fsync: String,
    /// The setting `synchronous_commit`.
    pub synchronous_commit: String,
    /// The setting `synchronous_standby_names`, which is empty if a commit waits for no standby.
    pub synchronous_standby_names: String,
    /// The setting `default_transaction_isolation`.
    pub transaction_isolation: String,
    /// The clock of the server.
    pub clock: Timestamp,
    /// The number of connections that the server accepts from all roles but superusers.
    pub connections_max: u64,
    /// The number of connections to the server, the one of the inspection among them.
    pub connections_used: u64,
    /// The schema in which tables are created. `None` if the `search_path` has none.
    pub schema: Option<String>,
    /// Whether the role can create tables.
    pub can_create_tables: bool,
    /// The tables of the components that belong to roles whose rights this role does not have.
    pub tables_of_others: Vec<String>,
    /// The state of the tables of each component.
    pub tables: Vec<(Component, TablesState)>,
}

/// The state of the tables of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TablesState {
    /// There are none yet.
    Missing,
    /// They are those of this release, or of a newer one that this release can use.
    Usable,
    /// Their schema is older: migrations are missing.
    Older {
        /// The schema number in the database.
        found: u32,
        /// The schema number that this Admit needs.
        known: u32,
    },
    /// Their schema is newer than this release can use.
    Newer {
        /// The schema number in the database.
        found: u32,
        /// The newest schema number that this Admit supports.
        known: u32,
    },
}

/// `numbackends` counts the connections to all databases. Every role can read this
/// count, in contrast to `pg_stat_activity`.
const SERVER: &str = "SELECT current_setting('server_version'),
    current_setting('server_encoding'),
    current_setting('transaction_read_only') = 'on',
    current_setting('fsync'),
    current_setting('synchronous_commit'),
    current_setting('synchronous_standby_names'),
    current_setting('default_transaction_isolation'),
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
    current_setting('max_connections')::bigint
        - current_setting('superuser_reserved_connections')::bigint
        - coalesce(current_setting('reserved_connections', true)::bigint, 0),
    (SELECT coalesce(sum(numbackends), 0)::bigint FROM pg_stat_database),
    current_schema()::text,
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
    current_user::text";

/// The owner of a table has every right to it, also to create and to remove partitions.
const TABLES_OF_OTHERS: &str = "SELECT relname::text
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = current_schema() AND relkind IN ('r', 'p')
        AND relname::text = ANY ($1) AND NOT pg_has_role(relowner, 'USAGE')
    ORDER BY relname";

/// Returns the tables of a component.
const fn schema_of(component: Component) -> &'static Schema {
    match component {
        Component::Directory => &DIRECTORY,
        Component::Ledger => &LEDGER,
        Component::History => &HISTORY,
    }
}

/// Reads which migrations the tables of a component lack. Changes nothing.
///
/// # Errors
/// The database cannot be used, or its schema is newer than this release can use.
pub async fn migration_plan(
    settings: &DatabaseSettings,
    component: Component,
) -> Result<MigrationPlan, ConnectError> {
    schema_of(component).plan(settings).await
}

/// Applies the migrations that the tables of a component lack. Waits for another node that does so.
/// Returns the number of the newest migration that was applied before.
///
/// # Errors
/// The database cannot be used, or its schema is newer than this release can use. Nothing was
/// changed then.
pub async fn migrate(
    settings: &DatabaseSettings,
    component: Component,
) -> Result<u32, ConnectError> {
    let settings = DatabaseSettings { connections_max: 2, ..settings.clone() };
    schema_of(component).migrate(&Database::new(&settings)?).await
}

/// Inspects the database of some components. Changes nothing.
///
/// # Errors
/// The database cannot be reached, refuses, or is too old.
pub async fn inspect(
    settings: &DatabaseSettings,
    components: &[Component],
) -> Result<DatabaseInspection, ConnectError> {
    let database = Database::new(&DatabaseSettings { connections_max: 1, ..settings.clone() })?;
    let first = components.first().copied().unwrap_or(Component::Directory);
    let connection = schema_of(first).connect(&database).await?;
    timeout(DEADLINE, read(&connection, components)).await.unwrap_or_else(|_| {
        let fault = Fault::from_message(FaultKind::StoreUnavailable, "no answer in time");
        Err(unreadable(first)(fault))
    })
}

async fn read(
    connection: &Connection,
    components: &[Component],
) -> Result<DatabaseInspection, ConnectError> {
    let first = components.first().copied().unwrap_or(Component::Directory);
    let rows = query(connection, first, SERVER, &[]).await?;
    let row = rows.first().ok_or_else(|| unreadable(first)(column::damaged("there is no row")))?;
    let mut inspection = of_server(row).map_err(unreadable(first))?;
    let mut names = vec!["admit_schema"];
    for component in components.iter().copied() {
        inspection.tables.push((component, tables(connection, component).await?));
        names.extend(schema_of(component).tables());
    }
    let names = [(&names as _, Type::TEXT_ARRAY)];
    for row in query(connection, first, TABLES_OF_OTHERS, &names).await? {
        inspection.tables_of_others.push(column::get(&row, 0).map_err(unreadable(first))?);
    }
    Ok(inspection)
}

fn unreadable(component: Component) -> impl Fn(Fault) -> ConnectError {
    move |fault| connect_failure::of_fault(component.name(), &fault)
}

fn of_server(row: &Row) -> Result<DatabaseInspection, Fault> {
    Ok(DatabaseInspection {
        role: column::get(row, 12)?,
        server_version: column::get(row, 0)?,
        encoding: column::get(row, 1)?,
        is_read_only: column::get(row, 2)?,
        fsync: column::get(row, 3)?,
        synchronous_commit: column::get(row, 4)?,
        synchronous_standby_names: column::get(row, 5)?,
        transaction_isolation: column::get(row, 6)?,
        clock: column::time(row, 7)?,
        connections_max: column::unsigned(row, 8)?,
        connections_used: column::unsigned(row, 9)?,
        schema: column::get(row, 10)?,
        can_create_tables: column::get(row, 11)?,
        tables_of_others: Vec::new(),
        tables: Vec::new(),
    })
}

async fn tables(
    connection: &Connection,
    component: Component,
) -> Result<TablesState, ConnectError> {
    match schema_of(component).check_tables(connection).await {
        Ok(()) => Ok(TablesState::Usable),
        Err(ConnectError::Empty { .. }) => Ok(TablesState::Missing),
        Err(ConnectError::TooOld { found, known, .. }) => Ok(TablesState::Older { found, known }),
        Err(ConnectError::TooNew { found, known, .. }) => Ok(TablesState::Newer { found, known }),
        Err(error) => Err(error),
    }
}

async fn query(
    connection: &Connection,
    component: Component,
    statement: &str,
    parameters: &[Parameter<'_>],
) -> Result<Vec<Row>, ConnectError> {
    let rows = connection.query(statement, parameters).await;
    rows.map_err(|error| connect_failure::of_database(component.name(), error))
}
