//! The stores under test. Each is empty.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use model::Store;
use store::{Access, CachedStore, LedgerSettings, MemoryStore, PostgresStore, SqliteStore};
use tempfile::TempDir;

use crate::postgres::SharedDatabase;

/// A store and its data directory, which is deleted with it.
pub(crate) struct OpenedStore {
    pub(crate) store: Arc<dyn Store>,
    _directory: Option<TempDir>,
}

pub(crate) fn memory() -> Ready<OpenedStore> {
    ready(OpenedStore { store: Arc::new(MemoryStore::new()), _directory: None })
}

pub(crate) fn sqlite() -> Ready<OpenedStore> {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    ready(OpenedStore { store: Arc::new(store), _directory: Some(directory) })
}

pub(crate) async fn postgres() -> OpenedStore {
    OpenedStore { store: SharedDatabase::with_tables().await.node().await, _directory: None }
}

pub(crate) async fn postgres_behind_a_pooler() -> OpenedStore {
    let database = SharedDatabase::with_tables().await;
    OpenedStore { store: database.node_behind_a_pooler().await, _directory: None }
}

/// The rows with the number 1 are in the second database of the ledger, the others in the first.
pub(crate) async fn postgres_with_two_ledgers() -> OpenedStore {
    let databases = [SharedDatabase::create().await, SharedDatabase::create().await];
    let [first, second] = databases.map(|database| LedgerSettings::only(database.settings()));
    let directory = first.database.clone();
    let ledger = [first, LedgerSettings { number: 1, ..second }];
    let store = PostgresStore::connect(&directory, &ledger, Access::Migrate).await.unwrap();
    OpenedStore { store: Arc::new(store), _directory: None }
}

pub(crate) async fn cached_memory() -> OpenedStore {
    cached(memory().await)
}

pub(crate) async fn cached_sqlite() -> OpenedStore {
    cached(sqlite().await)
}

pub(crate) async fn cached_postgres() -> OpenedStore {
    cached(postgres().await)
}

fn cached(opened: OpenedStore) -> OpenedStore {
    let store = Arc::clone(&opened.store);
    OpenedStore { store: Arc::new(CachedStore::new(store)), ..opened }
}
