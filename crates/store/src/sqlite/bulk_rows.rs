//! Reading and writing of all rows of the files in a data directory.

mod statements;
mod values;

use std::{path::Path, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use model::{Fault, FaultKind};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, functions::FunctionFlags};

use self::values::{read_row, write_values};
use super::{
    DIRECTORY_FILE, LEDGER_FILE, OpenError,
    error::fault,
    files,
    grant_row::grant_id,
    history,
    read_only::ReadOnlyFile,
    schema::{self, Schema},
    write_connection::WriteConnection,
};
use crate::{
    Component,
    copy::{BulkRows, Hold, Row, RowSender, RowStream, Snapshot, Table, row_channel},
};

/// The totals of the history are the sum of those of the tenants.
const SETTLE_HISTORY: &str = "UPDATE totals SET
    records = (SELECT coalesce(sum(records), 0) FROM record_shares),
    bytes = (SELECT coalesce(sum(bytes), 0) FROM record_shares)";

/// The time for which a copy waits for other commands that write.
const HOLD_TIMEOUT: Duration = Duration::from_secs(60);

/// The files of a data directory.
pub struct SqliteRows {
    directory: PathBuf,
    /// The connections that write directory, ledger and history. `None` for a source.
    writers: Option<Arc<[Mutex<WriteConnection>; 3]>>,
}

impl SqliteRows {
    /// Opens an existing data directory. Nothing is created or changed.
    pub fn of_source(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), writers: None }
    }

    /// Opens a data directory to write it. Creates what does not exist.
    ///
    /// # Errors
    /// A file cannot be used.
    pub fn of_target(directory: &Path) -> Result<Self, OpenError> {
        files::refuse_earlier_build(directory)?;
        files::create_directory(directory)?;
        let open = |component| {
            let (name, schema) = file(component);
            let file = directory.join(name);
            files::create_file(&file)?;
            WriteConnection::open(&file, schema, None).map(Mutex::new)
        };
        let [one, two, three] = Component::ALL;
        let writers = [open(one)?, open(two)?, open(three)?];
        files::sync(directory)?;
        Ok(Self { directory: directory.to_owned(), writers: Some(Arc::new(writers)) })
    }

    /// Runs a transaction on tokio's blocking pool.
    async fn transaction(
        &self,
        component: Component,
        work: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), Fault> {
        let read_only = || Fault::from_message(FaultKind::Internal, "the source is only read");
        let writers = Arc::clone(self.writers.as_ref().ok_or_else(read_only)?);
        let run = move || {
            let [directory, ledger, history] = &*writers;
            let writer = match component {
                Component::Directory => directory,
                Component::Ledger => ledger,
                Component::History => history,
            };
            writer.lock().transaction(|connection| work(connection).map_err(|error| fault(&error)))
        };
        let task = tokio::task::spawn_blocking(run);
        task.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }
}

/// Returns the name and the schema of the file of a component.
const fn file(component: Component) -> (&'static str, &'static Schema) {
    match component {
        Component::Directory => (DIRECTORY_FILE, &schema::DIRECTORY),
        Component::Ledger => (LEDGER_FILE, &schema::LEDGER),
        Component::History => (history::FILE, &schema::HISTORY),
    }
}

#[async_trait]
impl BulkRows for SqliteRows {
    async fn snapshot(&self, component: Component) -> Result<Box<dyn Snapshot>, Fault> {
        let (name, schema) = file(component);
        let opened = ReadOnlyFile::new(&self.directory.join(name), schema).connect();
        let (connection, _) = opened.map_err(|error| error.fault())?;
        begin(&connection).map_err(|error| fault(&error))?;
        Ok(Box::new(SqliteSnapshot(Arc::new(Mutex::new(connection)))))
    }

    async fn put(&self, table: &'static Table, rows: Vec<Row>) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        let put = move |connection: &Connection| put_rows(connection, table, &rows);
        self.transaction(table.component, put).await
    }

    async fn delete(&self, table: &'static Table, rows: Vec<Row>) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        let delete = move |connection: &Connection| {
            for text in statements::delete(table) {
                let mut statement = connection.prepare_cached(&text)?;
                for row in &rows {
                    statement
                        .execute(rusqlite::params_from_iter(values::key_values(table, row)?))?;
                }
            }
            Ok(())
        };
        self.transaction(table.component, delete).await
    }

    async fn hold(&self) -> Result<Hold, Fault> {
        let mut connections = Vec::new();
        for component in Component::ALL {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let held = Connection::open_with_flags(self.directory.join(file(component).0), flags)
                .and_then(|connection| {
                    connection.busy_timeout(HOLD_TIMEOUT)?;
                    connection.execute_batch("BEGIN IMMEDIATE")?;
                    Ok(connection)
                });
            connections.push(held.map_err(|error| fault(&error))?);
        }
        Ok(Hold::new(connections))
    }

    async fn settle(&self, component: Component) -> Result<(), Fault> {
        if component != Component::History {
            return Ok(());
        }
        self.transaction(component, |connection| connection.execute_batch(SETTLE_HISTORY)).await
    }
}

fn put_rows(connection: &Connection, table: &Table, rows: &[Row]) -> rusqlite::Result<()> {
    let statements = statements::put(table);
    for row in rows {
        for ((text, columns), values) in statements.iter().zip(write_values(table, row)?) {
            let mut statement = connection.prepare_cached(text)?;
            let changed = statement.execute(rusqlite::params_from_iter(values))?;
            if changed == 0 && *columns > table.key {
                return Err(values::number_is_taken());
            }
        }
    }
    Ok(())
}

/// Begins a read transaction, whose snapshot is that of its first statement.
fn begin(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("grant_id", 3, flags, |arguments| {
        let (tenant, number, id_end) = (arguments.get(0)?, arguments.get(1)?, arguments.get(2)?);
        Ok(grant_id(tenant, number, id_end).to_vec())
    })?;
    connection.execute_batch("BEGIN")?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// A read transaction of one file.
struct SqliteSnapshot(Arc<Mutex<Connection>>);

#[async_trait]
impl Snapshot for SqliteSnapshot {
    fn rows(&self, table: &'static Table) -> RowStream {
        let (sender, stream) = row_channel(table);
        let connection = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || send_rows(&connection.lock(), table, sender));
        stream
    }

    async fn end(self: Box<Self>) -> Result<(), Fault> {
        Ok(())
    }
}

fn send_rows(connection: &Connection, table: &'static Table, mut sender: RowSender) {
    let mut read = || -> rusqlite::Result<()> {
        let mut statement = connection.prepare(&statements::select(table))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(batch) = sender.add(read_row(table, row)?)
                && !sender.send_blocking(batch)
            {
                break;
            }
        }
        Ok(())
    };
    let read = read().map_err(|error| fault(&error));
    sender.last_messages(read).send_blocking();
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::copy::{DIRECTORY_STATE, tables};

    /// The columns that follow from others, or that say nothing about an installation.
    const DERIVED: [&str; 9] = [
        "schema.oldest",
        "totals.records",
        "totals.bytes",
        "record_block_bodies.block",
        "record_block_bodies.body",
        "grants.key",
        "grants.id_end",
        "events.kind",
        "events.user_id",
    ];

    #[test]
    fn copy_contains_every_column_of_every_table() {
        // Compares the columns of new files with those that are copied. A column that is not
        // copied would be lost without a difference.
        let mut stored = BTreeSet::new();
        for component in Component::ALL {
            let connection = schema::empty(file(component).1).unwrap();
            let columns = "SELECT t.name || '.' || c.name FROM sqlite_schema t,
                pragma_table_xinfo(t.name) c WHERE t.type = 'table'";
            let mut statement = connection.prepare(columns).unwrap();
            let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
            stored.extend(rows.map(Result::unwrap));
        }
        let copied = Component::ALL.into_iter().flat_map(tables).chain([&DIRECTORY_STATE]);
        let columns = |table: &'static Table| {
            table.names().map(move |column| format!("{}.{column}", table.name))
        };
        let computed = ["grants.id", "record_blocks.body"].map(str::to_owned);
        let copied: BTreeSet<String> =
            copied.flat_map(columns).filter(|column| !computed.contains(column)).collect();
        let derived: BTreeSet<String> = DERIVED.into_iter().map(str::to_owned).collect();
        let missing: Vec<&String> = stored.difference(&copied).collect();
        assert_eq!(missing, derived.iter().collect::<Vec<_>>());
        assert!(copied.is_subset(&stored));
    }
}
