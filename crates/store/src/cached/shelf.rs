//! A bounded cache of one kind of row that never keeps what was changed while it was read.

use std::{
    future::Future,
    hash::Hash,
    sync::atomic::{AtomicU64, Ordering},
};

use model::Fault;
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

#[cfg(test)]
mod tests {
    use model::FaultKind;

    use super::*;

    async fn find(shelf: &Shelf<u32, &'static str>, row: &'static str) -> Option<&'static str> {
        shelf.find(1, || async { Ok(Some(row)) }).await.unwrap()
    }

    #[tokio::test]
    async fn a_row_is_asked_for_once_until_it_is_forgotten() {
        // Offers another row each time; which one comes back shows whether it was asked for.
        let shelf = Shelf::new(100);
        assert_eq!(find(&shelf, "first").await, Some("first"));
        assert_eq!(find(&shelf, "second").await, Some("first"));
        shelf.forget(&2);
        assert_eq!(find(&shelf, "third").await, Some("first"));
        shelf.forget(&1);
        assert_eq!(find(&shelf, "fourth").await, Some("fourth"));
        shelf.forget_where(|key, row| *key == 1 && *row == "another");
        assert_eq!(find(&shelf, "fifth").await, Some("fourth"));
        shelf.forget_where(|key, row| *key == 1 && *row == "fourth");
        assert_eq!(find(&shelf, "sixth").await, Some("sixth"));
        shelf.forget_all();
        assert_eq!(find(&shelf, "seventh").await, Some("seventh"));
    }

    #[tokio::test]
    async fn what_was_read_before_a_change_is_not_kept_after_it() {
        // The row is forgotten while it is being read, as by a change that overtakes the reader.
        let shelf = Shelf::new(100);
        let overtaken = shelf
            .find(1, || async {
                shelf.forget(&1);
                Ok(Some("old"))
            })
            .await;
        assert_eq!(overtaken.unwrap(), Some("old"));
        assert_eq!(find(&shelf, "new").await, Some("new"));
    }

    #[tokio::test]
    async fn what_was_not_found_takes_no_room() {
        // Asks for a thousand rows that do not exist, and for one that cannot be read.
        let shelf: Shelf<u32, &str> = Shelf::new(100);
        for key in 0..1_000 {
            assert_eq!(shelf.find(key, || async { Ok(None) }).await.unwrap(), None);
        }
        let fault = Fault::because(FaultKind::StoreUnavailable, "away");
        let failed = shelf.find(1, || async { Err(fault) }).await;
        assert!(failed.is_err());
        assert_eq!(shelf.rows.len(), 0);
    }

    #[tokio::test]
    async fn no_more_rows_are_kept_than_there_is_room_for() {
        // Finds a thousand rows with room for a hundred.
        let shelf: Shelf<u32, u32> = Shelf::new(100);
        for key in 0..1_000 {
            shelf.find(key, || async { Ok(Some(key)) }).await.unwrap();
        }
        assert!(shelf.rows.len() <= 100);
    }
}
