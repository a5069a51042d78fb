//! The store in memory, for tests and for benchmarks of the rules without a disk.

mod deliveries;
mod directory;
mod events;
mod history;
mod ledger;
mod shares;
mod tenant_rows;

use parking_lot::{Mutex, RwLock};

pub use self::history::MemoryHistory;

/// A store in memory. Its rows are lost when it is dropped.
#[derive(Default)]
pub struct MemoryStore {
    directory: RwLock<tenant_rows::DirectoryRows>,
    ledger: Mutex<ledger::LedgerRows>,
}

impl MemoryStore {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }
}
