//! Both store in memory, for tests and for measuring the rules without a disk.

mod directory;
mod household;
mod ledger;

use parking_lot::{Mutex, RwLock};

/// Both store in memory. Everything is gone with the value.
#[derive(Default)]
pub struct Memory {
    directory: RwLock<household::Rows>,
    ledger: Mutex<ledger::Rows>,
}

impl Memory {
    /// Empty store.
    pub fn new() -> Self {
        Self::default()
    }
}
