//! The number of live nodes, which the limits of this node share with the heartbeat.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// The number of live nodes: 1 until more are known.
#[derive(Clone)]
pub(crate) struct NodeCount(Arc<AtomicI64>);

impl Default for NodeCount {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(1)))
    }
}

impl NodeCount {
    /// Returns the number, at least 1.
    pub(crate) fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Changes the number. This node is always one of them.
    pub(crate) fn set(&self, number: usize) {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.0.store(number.max(1), Ordering::Relaxed);
    }
}
