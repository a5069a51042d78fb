//! The store that a configuration names, opened once for all checks of it.

use std::sync::Arc;

use service::Service;
use store::SqliteStore;
use tokio::runtime::Runtime;

use crate::error::CommandError;
use crate::storage::{CheckedStore, StoreLocation};
use crate::{server, username_notes};

/// An existing store, opened read-only.
pub(crate) struct StoredData {
    /// The service on the store.
    pub(super) service: Arc<Service>,
    files: Option<Arc<SqliteStore>>,
    runtime: Runtime,
}

impl StoredData {
    /// Opens the store. Returns `None` if there is none, or one that `serve` migrates.
    pub(super) fn open(location: &StoreLocation) -> Result<Option<Self>, CommandError> {
        let runtime = server::runtime()?;
        let opened = runtime.block_on(location.open_for_checks())?;
        Ok(opened.map(|CheckedStore { service, files }| Self { service, files, runtime }))
    }

    /// Waits for what is read.
    pub(super) fn read<T>(&self, reading: impl Future<Output = T>) -> T {
        self.runtime.block_on(reading)
    }

    /// Returns the notes on stored user names. Only releases that stored them in files accepted
    /// names that have notes.
    pub(crate) fn username_notes(&self) -> Vec<String> {
        let files = self.files.as_ref();
        files.map(|store| self.read(username_notes::notes(store))).unwrap_or_default()
    }
}
