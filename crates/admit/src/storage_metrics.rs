//! The metrics of the storage: files, disk and queues of a data directory, and connections to
//! databases.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use rustix::fs::statvfs;
use service::Service;
use store::{Component, PoolUse, PostgresHistory, PostgresStore, SqliteStore};
use telemetry::{metric_table as table, metrics};

/// The files of a data directory whose size is exposed.
const FILES: [&str; 3] = ["directory.db", "ledger.db", "history.db"];

/// Exposes the metrics of an open data directory. They are read on each scrape, which takes a few
/// system calls.
pub(crate) fn register_files(data_dir: &Path, store: &Weak<SqliteStore>, service: &Arc<Service>) {
    let metrics = metrics();
    service.expose_metrics(metrics);
    let read = |count: fn(&SqliteStore) -> u64| {
        let store = Weak::clone(store);
        move || store.upgrade().map(|store| count(&store))
    };
    let refused = read(SqliteStore::commits_refused);
    metrics.register_counter(&table::COMMITS_REFUSED_TOTAL, refused);
    metrics.register_gauge(&table::COMMITS_WAITING, read(SqliteStore::commits_waiting));
    let refused = read(SqliteStore::directory_changes_refused);
    metrics.register_counter(&table::DIRECTORY_CHANGES_REFUSED_TOTAL, refused);
    let waiting = read(SqliteStore::directory_changes_waiting);
    metrics.register_gauge(&table::DIRECTORY_CHANGES_WAITING, waiting);
    let data_dir = data_dir.to_owned();
    let sizes = |suffix: &'static str| {
        let data_dir: PathBuf = data_dir.clone();
        move || file_sizes(&data_dir, suffix)
    };
    metrics.register_gauges(&table::STORE_FILE_BYTES, sizes(""));
    metrics.register_gauges(&table::STORE_WAL_BYTES, sizes("-wal"));
    let disk = data_dir.clone();
    metrics.register_gauge(&table::DISK_FREE_BYTES, move || {
        statvfs(&disk).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    });
    metrics.register_gauge(&table::DISK_SIZE_BYTES, move || {
        statvfs(&data_dir).ok().map(|disk| disk.f_blocks.saturating_mul(disk.f_frsize))
    });
}

/// The connections to databases, as long as they are used.
#[derive(Clone)]
pub(crate) struct Pools {
    /// The store.
    pub(crate) store: Weak<PostgresStore>,
    /// The history.
    pub(crate) history: Weak<PostgresHistory>,
}

/// Exposes the metrics of the connections to databases. They are read on each scrape.
pub(crate) fn register_databases(pools: Pools, service: &Arc<Service>) {
    let metrics = metrics();
    service.expose_metrics(metrics);
    let waiting = pools.clone();
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    metrics.register_gauges(&table::DATABASE_CONNECTIONS_BUSY, move || {
        pools.read(|pool| count(pool.in_use))
    });
    metrics.register_gauges(&table::DATABASE_OPERATIONS_WAITING, move || {
        waiting.read(|pool| count(pool.waiting))
    });
}

impl Pools {
    fn read(&self, count: impl Fn(PoolUse) -> u64) -> Vec<(String, u64)> {
        let store = self.store.upgrade().map(|store| store.pool_uses());
        let history = self.history.upgrade();
        let history = history.map(|history| (Component::History, history.pool_use()));
        let uses = store.into_iter().flatten().chain(history);
        uses.map(|(component, pool)| (component.name().to_owned(), count(pool))).collect()
    }
}

/// Returns the size of each file. A file that does not exist has no bytes.
fn file_sizes(data_dir: &Path, suffix: &str) -> Vec<(String, u64)> {
    let size = |name: &str| {
        let file = data_dir.join(format!("{name}{suffix}"));
        (name.to_owned(), std::fs::metadata(file).map_or(0, |file| file.len()))
    };
    FILES.into_iter().map(size).collect()
}
