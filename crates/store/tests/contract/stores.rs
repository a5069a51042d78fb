//! The stores under test. Each is empty.

use std::sync::Arc;

use model::Store;
use store::{CachedStore, MemoryStore, SqliteStore};
use tempfile::TempDir;

/// A store and its data directory, which is deleted with it.
pub(crate) struct OpenedStore {
    pub(crate) store: Arc<dyn Store>,
    _directory: Option<TempDir>,
}

pub(crate) fn memory() -> OpenedStore {
    OpenedStore { store: Arc::new(MemoryStore::new()), _directory: None }
}

pub(crate) fn sqlite() -> OpenedStore {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    OpenedStore { store: Arc::new(store), _directory: Some(directory) }
}

pub(crate) fn cached_memory() -> OpenedStore {
    cached(memory())
}

pub(crate) fn cached_sqlite() -> OpenedStore {
    cached(sqlite())
}

fn cached(opened: OpenedStore) -> OpenedStore {
    let store = Arc::clone(&opened.store);
    OpenedStore { store: Arc::new(CachedStore::new(store)), ..opened }
}
