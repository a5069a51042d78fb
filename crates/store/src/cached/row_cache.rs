//! A bounded read-through cache of one kind of row, with invalidation.

use std::{
    future::Future,
    hash::Hash,
    sync::atomic::{AtomicU64, Ordering},
};

use model::Fault;
use parking_lot::RwLock;
use quick_cache::{Equivalent, Weighter, sync::Cache};

use super::row_size::RowSize;

/// The memory of an entry beside the row: the key, the hash table and the order of use.
const ENTRY_BYTES: usize = 200;

/// The cached rows, and a counter of invalidations.
///
/// A reader could load a row before an update and insert it after the invalidation. The cache
/// would then return the stale row forever. So a loaded row is inserted only if nothing was
/// invalidated since before the load. The lock makes the check and the insertion one step.
pub(super) struct RowCache<K, V> {
    rows: Cache<K, Entry<V>, EntrySize>,
    invalidations: AtomicU64,
    insertion: RwLock<()>,
}

/// A cached row with its size, which must not change.
#[derive(Clone)]
struct Entry<V> {
    row: V,
    bytes: usize,
}

impl<V: RowSize> Entry<V> {
    fn new(row: V) -> Self {
        Self { bytes: ENTRY_BYTES + row.bytes(), row }
    }
}

/// The weight of entries: their bytes.
#[derive(Clone, Copy)]
struct EntrySize;

impl<K, V> Weighter<K, Entry<V>> for EntrySize {
    fn weight(&self, _: &K, entry: &Entry<V>) -> u64 {
        entry.bytes as u64
    }
}

impl<K: Eq + Hash + Clone, V: Clone + RowSize> RowCache<K, V> {
    /// Creates a cache for rows that together take about `bytes_max`, of which one takes about
    /// `row_bytes`. On a machine with many cores, the cache has parts for no less than 32 of these.
    /// A row that takes more than a part is not cached.
    pub(super) fn new(bytes_max: usize, row_bytes: usize) -> Self {
        let rows = bytes_max / (ENTRY_BYTES + row_bytes);
        Self {
            rows: Cache::with_weighter(rows, bytes_max as u64, EntrySize),
            invalidations: AtomicU64::new(0),
            insertion: RwLock::new(()),
        }
    }

    /// Returns the cached row.
    pub(super) fn get<Q: Equivalent<K> + Hash + ?Sized>(&self, key: &Q) -> Option<V> {
        self.rows.get(key).map(|entry| entry.row)
    }

    /// Returns the number of invalidations. A row that was read after it is up to date as long as
    /// it is the same.
    pub(super) fn version(&self) -> u64 {
        self.invalidations.load(Ordering::Acquire)
    }

    /// Returns the cached row, or the one that `load` returns. Only then is an owned key created.
    pub(super) async fn get_or_load<Q, F>(
        &self,
        key: &Q,
        load: impl FnOnce() -> F,
    ) -> Result<Option<V>, Fault>
    where
        Q: Equivalent<K> + Hash + ToOwned<Owned = K> + ?Sized,
        F: Future<Output = Result<Option<V>, Fault>>,
    {
        if let Some(entry) = self.rows.get(key) {
            return Ok(Some(entry.row));
        }
        let invalidations_before = self.version();
        let loaded = load().await?;
        let _insertion = self.insertion.read();
        if let Some(row) = &loaded
            && self.version() == invalidations_before
        {
            self.rows.insert(key.to_owned(), Entry::new(row.clone()));
        }
        Ok(loaded)
    }

    /// Invalidates one row.
    pub(super) fn invalidate(&self, key: &K) {
        self.exclusively(|| drop(self.rows.remove(key)));
    }

    /// Invalidates the rows that match.
    pub(super) fn invalidate_where(&self, matches: impl Fn(&K, &V) -> bool) {
        self.exclusively(|| self.rows.retain(|key, entry| !matches(key, &entry.row)));
    }

    /// Invalidates every row.
    pub(super) fn invalidate_all(&self) {
        self.exclusively(|| self.rows.clear());
    }

    /// Removes rows while no reader can insert one. The version changes last: a reader takes a row
    /// without a lock, and one that it reads after the version must not be one that is about to be
    /// removed.
    fn exclusively(&self, remove: impl FnOnce()) {
        let _no_insertion = self.insertion.write();
        remove();
        self.invalidations.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use model::FaultKind;

    use super::*;

    /// The memory of a hundred rows without size.
    const BYTES: usize = 100 * ENTRY_BYTES;

    /// A row that takes this many bytes.
    #[derive(Clone)]
    struct Sized(usize);

    impl RowSize for Sized {
        fn bytes(&self) -> usize {
            self.0
        }
    }

    impl RowSize for &str {
        fn bytes(&self) -> usize {
            0
        }
    }

    async fn load(cache: &RowCache<u32, &'static str>, row: &'static str) -> Option<&'static str> {
        cache.get_or_load(&1, || async { Ok(Some(row)) }).await.unwrap()
    }

    #[tokio::test]
    async fn row_is_loaded_once_until_it_is_invalidated() {
        // Offers another row at each call. The returned row shows whether it was loaded.
        let cache = RowCache::new(BYTES, 0);
        assert_eq!(load(&cache, "first").await, Some("first"));
        assert_eq!(load(&cache, "second").await, Some("first"));
        cache.invalidate(&2);
        assert_eq!(load(&cache, "third").await, Some("first"));
        cache.invalidate(&1);
        assert_eq!(load(&cache, "fourth").await, Some("fourth"));
        cache.invalidate_where(|key, row| *key == 1 && *row == "another");
        assert_eq!(load(&cache, "fifth").await, Some("fourth"));
        cache.invalidate_where(|key, row| *key == 1 && *row == "fourth");
        assert_eq!(load(&cache, "sixth").await, Some("sixth"));
        cache.invalidate_all();
        assert_eq!(load(&cache, "seventh").await, Some("seventh"));
    }

    #[tokio::test]
    async fn row_that_was_loaded_before_an_invalidation_is_not_cached() {
        // Invalidates the row while it is being loaded, as a concurrent update does.
        let cache = RowCache::new(BYTES, 0);
        let stale = cache
            .get_or_load(&1, || async {
                cache.invalidate(&1);
                Ok(Some("old"))
            })
            .await;
        assert_eq!(stale.unwrap(), Some("old"));
        assert_eq!(load(&cache, "new").await, Some("new"));
    }

    #[test]
    fn version_changes_after_the_rows_are_removed() {
        // Reads the version before, while and after rows are removed.
        let cache: RowCache<u32, &str> = RowCache::new(BYTES, 0);
        let before = cache.version();
        cache.exclusively(|| assert_eq!(cache.version(), before));
        assert_ne!(cache.version(), before);
    }

    #[tokio::test]
    async fn missing_rows_are_not_cached() {
        // Loads a thousand rows that do not exist, and one that cannot be read.
        let cache: RowCache<u32, &str> = RowCache::new(BYTES, 0);
        for key in 0..1_000 {
            assert_eq!(cache.get_or_load(&key, || async { Ok(None) }).await.unwrap(), None);
        }
        let fault = Fault::from_message(FaultKind::StoreUnavailable, "unavailable");
        let failed = cache.get_or_load(&1, || async { Err(fault) }).await;
        assert!(failed.is_err());
        assert_eq!(cache.rows.len(), 0);
    }

    #[tokio::test]
    async fn cache_holds_at_most_its_maximum_of_bytes() {
        // Loads a thousand rows without size into a cache for a hundred, and a thousand rows that
        // take ten times as much.
        for (row_bytes, rows_max) in [(0, 100), (9 * ENTRY_BYTES, 10)] {
            let cache: RowCache<u32, Sized> = RowCache::new(BYTES, row_bytes);
            for key in 0..1_000 {
                cache.get_or_load(&key, || async { Ok(Some(Sized(row_bytes))) }).await.unwrap();
            }
            assert!((rows_max / 2..=rows_max).contains(&cache.rows.len()), "{row_bytes}");
        }
    }

    #[tokio::test]
    async fn row_that_is_larger_than_the_cache_is_not_cached() {
        // Loads a large row and a small one.
        let cache: RowCache<u32, Sized> = RowCache::new(BYTES, 0);
        for (key, bytes) in [(1, BYTES), (2, 0)] {
            cache.get_or_load(&key, || async { Ok(Some(Sized(bytes))) }).await.unwrap();
        }
        assert_eq!((cache.rows.len(), cache.rows.get(&2).is_some()), (1, true));
    }
}
