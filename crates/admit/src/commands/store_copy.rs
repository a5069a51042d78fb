//! `admit store copy`: copies a store between files and PostgreSQL.

mod report;

use std::sync::Arc;
use std::time::Duration;

use store::{
    BulkRows, Component, CopyBegin, CopyError, LedgerSettings, PostgresRows, SqliteRows,
    SqliteStore, StoreCopy,
};

use super::print;
use crate::cli::CopyArguments;
use crate::config::{Config, Databases, Postgres};
use crate::data_lock::{DataLock, served_root_keys};
use crate::development_marker::DevelopmentMarker;
use crate::error::CommandError;
use crate::server;
use crate::storage::{
    DataLocation, StoreLocation, cannot_connect, cannot_open, created_by_dev, databases,
};

/// Maximum number of users that a message names.
const NAMED_MAX: usize = 10;

/// The time within which a node that has started adds its row, and some more.
const NODE_START: Duration = Duration::from_secs(3);

/// Copies the store, or what changed since the last run.
pub(super) fn run(arguments: &CopyArguments) -> Result<(), CommandError> {
    let source = StoreLocation::from_config(&Config::load(&arguments.from)?);
    let config = Config::load(&arguments.to)?;
    let target = StoreLocation::from_config(&config);
    let source_with_target_keys =
        StoreLocation { data: source.data.clone(), ..StoreLocation::from_config(&config) };
    refuse_same_place(&source.data, &target.data)?;
    let without_history = [Component::Directory, Component::Ledger];
    let components =
        if arguments.without_history { &without_history[..] } else { &Component::ALL[..] };
    server::runtime()?.block_on(async {
        check_root_keys(&source, &source_with_target_keys).await?;
        refuse_colliding_users(&source.data, &target.data).await?;
        let reader = Source::open(&source.data).await?;
        for data in [&source.data, &target.data] {
            data.directory().map_or(Ok(()), DevelopmentMarker::refuse)?;
        }
        refuse_earlier_target(&target.data).await?;
        let (writer, _lock) = open_target(&target.data).await?;
        let copy = StoreCopy::new(reader.rows.clone(), writer, components);
        let begin = copy.begin().await.map_err(|error| not_begun(&error, &target.data))?;
        let failed = |error: CopyError| unfinished(&error, &target.data);
        // What commands change meanwhile would be missing.
        let _hold = if reader.is_served { None } else { Some(reader.rows.hold().await?) };
        let changes = copy.copy().await.map_err(|fault| failed(fault.into()))?;
        let places = (source.data.name(), target.data.name());
        let copied = report::copied(&places, begin == CopyBegin::Continued, &changes);
        if reader.is_served {
            return print(&(copied + &report::still_served(&places)));
        }
        let mut tables = copy.verify().await.map_err(failed)?;
        reader.refuse_new_nodes(&source.data).await?;
        tables.push(copy.complete().await.map_err(failed)?);
        print(&(copied + &report::completed(&places, &tables)))
    })
}

/// A store that is copied.
struct Source {
    rows: Arc<dyn BulkRows>,
    /// The databases, if it is on PostgreSQL.
    databases: Option<Arc<PostgresRows>>,
    /// Whether the service runs on it.
    is_served: bool,
    /// Keeps the service from starting on files.
    _lock: Option<DataLock>,
}

impl Source {
    /// Opens the source, and finds out whether the service runs on it.
    async fn open(data: &DataLocation) -> Result<Self, CommandError> {
        match data {
            DataLocation::Files(data_dir) => {
                let is_served = served_root_keys(data_dir)?.is_some();
                let lock = (!is_served).then(|| DataLock::acquire(data_dir)).transpose()?;
                let rows = Arc::new(SqliteRows::of_source(data_dir));
                Ok(Self { rows, databases: None, is_served, _lock: lock })
            }
            DataLocation::Postgres(postgres) => {
                let databases = databases(postgres)?;
                let ledger = only_ledger(&databases)?;
                let rows =
                    PostgresRows::of_source(&databases.directory, ledger, &databases.history);
                let rows = rows
                    .await
                    .map_err(|error| cannot_connect(databases.of_error(&error), &error))?;
                refuse_development(&rows, postgres).await?;
                let rows = Arc::new(rows);
                let is_served = rows.live_nodes().await? > 0;
                Ok(Self { rows: rows.clone(), databases: Some(rows), is_served, _lock: None })
            }
        }
    }

    /// Refuses to complete a copy if a node has started meanwhile. Files are locked.
    async fn refuse_new_nodes(&self, data: &DataLocation) -> Result<(), CommandError> {
        let Some(databases) = &self.databases else { return Ok(()) };
        tokio::time::sleep(NODE_START).await;
        if databases.live_nodes().await? == 0 {
            return Ok(());
        }
        Err(CommandError::message(format!(
            "a node has started on {} during the copy; stop it, and run the command again; the \
             copy is not finished",
            data.name()
        )))
    }
}

/// Opens the target, and creates what it lacks. Files are locked.
async fn open_target(
    data: &DataLocation,
) -> Result<(Arc<dyn BulkRows>, Option<DataLock>), CommandError> {
    match data {
        DataLocation::Files(data_dir) => {
            let lock = DataLock::acquire_if_exists(data_dir)?;
            let rows = SqliteRows::of_target(data_dir);
            let rows = rows.map_err(|error| cannot_open(data_dir, &error))?;
            let lock = lock.map_or_else(|| DataLock::acquire(data_dir), Ok)?;
            Ok((Arc::new(rows), Some(lock)))
        }
        DataLocation::Postgres(postgres) => Ok((open_databases(postgres).await?, None)),
    }
}

async fn open_databases(postgres: &Postgres) -> Result<Arc<dyn BulkRows>, CommandError> {
    let databases = databases(postgres)?;
    let (directory, history) = (&databases.directory, &databases.history);
    let rows = PostgresRows::of_target(directory, only_ledger(&databases)?, history).await;
    let rows = rows.map_err(|error| cannot_connect(databases.of_error(&error), &error))?;
    refuse_development(&rows, postgres).await?;
    if rows.live_nodes().await? > 0 {
        let name = postgres.name();
        return Err(CommandError::message(format!(
            "{name} cannot be the target: a node runs on it; nothing was changed"
        )));
    }
    Ok(Arc::new(rows))
}

/// Returns the database of the ledger if there is only one.
fn only_ledger(databases: &Databases) -> Result<&LedgerSettings, CommandError> {
    match &databases.ledger[..] {
        [only] => Ok(only),
        _ => Err(CommandError::message(
            "a ledger on several databases is not copied by this command: copy into one database, \
             and add others to `ledgers` afterwards; nothing was changed",
        )),
    }
}

/// Refuses databases of `admit dev`: their passwords and secrets are on a page, and the copy would
/// have no marker.
async fn refuse_development(rows: &PostgresRows, postgres: &Postgres) -> Result<(), CommandError> {
    if rows.is_for_development().await? { Err(created_by_dev(&postgres.name())) } else { Ok(()) }
}

/// Refuses a target with tables of an earlier release. Opening it would migrate them, and it is no
/// copy of this one.
async fn refuse_earlier_target(data: &DataLocation) -> Result<(), CommandError> {
    let plans = super::migrate::plans(data).await?;
    if plans.iter().all(|plan| plan.found == 0 || plan.missing.is_empty()) {
        return Ok(());
    }
    Err(CommandError::message(format!(
        "{} cannot be the target: it has tables of an earlier release; copy into a new data \
         directory or an empty database; nothing was changed",
        data.name()
    )))
}

/// Refuses a copy onto itself.
fn refuse_same_place(source: &DataLocation, target: &DataLocation) -> Result<(), CommandError> {
    let is_same = match (source, target) {
        (DataLocation::Files(one), DataLocation::Files(other)) => {
            let canonical = |path: &std::path::Path| path.canonicalize().ok();
            one == other || canonical(one).is_some_and(|one| canonical(other) == Some(one))
        }
        (DataLocation::Postgres(one), DataLocation::Postgres(other)) => one.name() == other.name(),
        _ => false,
    };
    if is_same {
        let name = source.name();
        return Err(CommandError::message(format!(
            "--from and --to both name {name}; name the place to copy to in --to"
        )));
    }
    Ok(())
}

/// Checks that both sides have the root key that decrypts the source. Changes nothing.
async fn check_root_keys(
    source: &StoreLocation,
    with_target_keys: &StoreLocation,
) -> Result<(), CommandError> {
    let service = source.open_existing_read_only().await?;
    source.check_root_key(&service).await?;
    let of_target = with_target_keys.open_existing_read_only().await?;
    if service.root_keys().first() != of_target.root_keys().first() {
        return Err(CommandError::message(format!(
            "the root key {} is not that of the source, {}: what is stored could not be decrypted; \
             give the target the root key of the source; nothing was changed",
            with_target_keys.root_keys.current.display(),
            source.root_keys.current.display()
        )));
    }
    with_target_keys.check_root_key(&of_target).await
}

/// Refuses user names that PostgreSQL cannot have side by side.
async fn refuse_colliding_users(
    source: &DataLocation,
    target: &DataLocation,
) -> Result<(), CommandError> {
    let (DataLocation::Files(data_dir), DataLocation::Postgres(_)) = (source, target) else {
        return Ok(());
    };
    let store = SqliteStore::open_read_only(data_dir);
    let store = store.map_err(|error| cannot_open(data_dir, &error))?;
    let users = store.colliding_users().await?;
    if users.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = users
        .iter()
        .take(NAMED_MAX)
        .map(|(tenant, user)| format!("{} in {tenant}", user.username))
        .collect();
    let more = match users.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Err(CommandError::message(format!(
        "users have names that are equal to those of others: {}{more}; PostgreSQL cannot have \
         both; rename them with `admit user`; nothing was changed",
        names.join(", ")
    )))
}

fn not_begun(error: &CopyError, target: &DataLocation) -> CommandError {
    let name = target.name();
    let remedy = match error {
        CopyError::NotEmpty { .. } => {
            "copy into a new data directory or an empty database; nothing was changed"
        }
        CopyError::OtherSource => {
            "name the source of that copy, or copy into a new data directory or an empty \
             database; nothing was changed"
        }
        CopyError::Incomplete => "restore the backup, or finish that copy; nothing was changed",
        CopyError::Different { .. } | CopyError::Fault(_) => "nothing was changed",
    };
    CommandError::message(format!("{name} cannot be the target: {error}; {remedy}"))
}

fn unfinished(error: &CopyError, target: &DataLocation) -> CommandError {
    let name = target.name();
    let remedy = match error {
        CopyError::Different { .. } => "stop the service and other commands on the source, and",
        _ => "nothing was written to the source;",
    };
    CommandError::message(format!(
        "the copy failed: {error}; the copy in {name} is not finished: {remedy} run the same \
         command again"
    ))
}
