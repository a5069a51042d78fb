//! The data directory that a configuration names, opened once for all checks of it.

use std::sync::Arc;

use service::Service;
use store::SqliteStore;
use tokio::runtime::Runtime;

use crate::error::CommandError;
use crate::storage::StoreLocation;
use crate::{server, username_notes};

/// An existing data directory, opened read-only.
pub(crate) struct StoredData {
    /// The service on the store.
    pub(super) service: Arc<Service>,
    store: Arc<SqliteStore>,
    runtime: Runtime,
}

impl StoredData {
    /// Opens the data directory. Returns `None` if there is none, or one that `serve` migrates.
    pub(super) fn open(location: &StoreLocation) -> Result<Option<Self>, CommandError> {
        let Some((store, service)) = location.open_for_checks()? else { return Ok(None) };
        Ok(Some(Self { service, store, runtime: server::runtime()? }))
    }

    /// Waits for what is read.
    pub(super) fn read<T>(&self, reading: impl Future<Output = T>) -> T {
        self.runtime.block_on(reading)
    }

    /// Returns the notes on stored user names.
    pub(crate) fn username_notes(&self) -> Vec<String> {
        self.read(username_notes::notes(&self.store))
    }
}
