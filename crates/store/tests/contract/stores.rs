//! The stores under test, each empty.

use std::sync::Arc;

use model::Books;
use store::{Cached, Memory, Sqlite};
use tempfile::TempDir;

/// Books, and the directory they are kept in, which goes with them.
pub(crate) struct Kept {
    pub(crate) books: Arc<dyn Books>,
    _directory: Option<TempDir>,
}

pub(crate) fn memory() -> Kept {
    Kept { books: Arc::new(Memory::new()), _directory: None }
}

pub(crate) fn sqlite() -> Kept {
    let directory = tempfile::tempdir().unwrap();
    let books = Sqlite::open(directory.path()).unwrap();
    Kept { books: Arc::new(books), _directory: Some(directory) }
}

pub(crate) fn cached_memory() -> Kept {
    cached(memory())
}

pub(crate) fn cached_sqlite() -> Kept {
    cached(sqlite())
}

fn cached(kept: Kept) -> Kept {
    let books = Arc::clone(&kept.books);
    Kept { books: Arc::new(Cached::new(books)), ..kept }
}
