//! A bounded cache of one kind of row that never keeps what was changed while it was read.

use std::{
    future::Future,
    hash::Hash,
    sync::atomic::{AtomicU64, Ordering},
};

use facts::Fault;
use parking_lot::RwLock;
use quick_cache::sync::Cache;

/// The rows, and how often any of them was forgotten.
///
/// Someone who reads a row, is overtaken by a change, and then keeps what was read, would keep
/// it for good. So what was read is kept only if nothing was forgotten since before the reading;
/// the lock makes asking and keeping one step.
pub(super) struct Shelf<K, V> {
    rows: Cache<K, V>,
    forgotten: AtomicU64,
    keeping: RwLock<()>,
}

impl<K: Eq + Hash + Clone, V: Clone> Shelf<K, V> {
    /// A shelf for so many rows.
    pub(super) fn new(rows_max: usize) -> Self {
        Self { rows: Cache::new(rows_max), forgotten: AtomicU64::new(0), keeping: RwLock::new(()) }
    }

    /// The row under this key: the one that is kept, or the one that `ask` finds.
    pub(super) async fn find<F>(&self, key: K, ask: impl FnOnce() -> F) -> Result<Option<V>, Fault>
    where
        F: Future<Output = Result<Option<V>, Fault>>,
    {
        if let Some(row) = self.rows.get(&key) {
            return Ok(Some(row));
        }
        let forgotten_before = self.forgotten.load(Ordering::Acquire);
        let found = ask().await?;
        if let Some(row) = &found {
            let _keeping = self.keeping.read();
            if self.forgotten.load(Ordering::Acquire) == forgotten_before {
                self.rows.insert(key, row.clone());
            }
        }
        Ok(found)
    }

    /// Forgets one row.
    pub(super) fn forget(&self, key: &K) {
        self.forgetting(|| {
            self.rows.remove(key);
        });
    }

    /// Forgets the rows for which `is_it` holds.
    pub(super) fn forget_where(&self, is_it: impl Fn(&K, &V) -> bool) {
        self.forgetting(|| self.rows.retain(|key, row| !is_it(key, row)));
    }

    /// Forgets every row.
    pub(super) fn forget_all(&self) {
        self.forgetting(|| self.rows.clear());
    }

    fn forgetting(&self, forget: impl FnOnce()) {
        let _nobody_keeps = self.keeping.write();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        forget();
    }
}
