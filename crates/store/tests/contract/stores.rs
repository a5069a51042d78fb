//! The stores under test, each empty.

use std::sync::Arc;

use model::Store;
use store::{Cached, Memory, Sqlite};
use tempfile::TempDir;

/// Store, and the directory they are kept in, which goes with them.
pub(crate) struct Kept {
    pub(crate) store: Arc<dyn Store>,
    _directory: Option<TempDir>,
}

pub(crate) fn memory() -> Kept {
    Kept { store: Arc::new(Memory::new()), _directory: None }
}

pub(crate) fn sqlite() -> Kept {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    Kept { store: Arc::new(store), _directory: Some(directory) }
}

pub(crate) fn cached_memory() -> Kept {
    cached(memory())
}

pub(crate) fn cached_sqlite() -> Kept {
    cached(sqlite())
}

fn cached(kept: Kept) -> Kept {
    let store = Arc::clone(&kept.store);
    Kept { store: Arc::new(Cached::new(store)), ..kept }
}
