//! The stores under test. Each is empty.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use model::Store;
use store::{CachedStore, MemoryStore, SqliteStore};
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
    OpenedStore { store: SharedDatabase::create().await.node().await, _directory: None }
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
