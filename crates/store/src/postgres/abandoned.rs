//! The connections that were closed in the middle of an operation.
//!
//! The server may go on with the operation for long, and does not notice that the connection was
//! closed while it waits for a lock or a standby. If each was replaced at once, a node would use up
//! the connections of the server, and those of all other nodes.

use std::{collections::VecDeque, time::Duration};

use model::{Fault, FaultKind};
use parking_lot::Mutex;
use tokio::time::Instant;

/// The time for which a closed connection counts as one of the server.
const COUNTED: Duration = Duration::from_secs(30);
/// The number of closed connections for each one of the pool.
const PER_CONNECTION: usize = 4;

/// The connections of a pool that were closed in the middle of an operation.
pub(super) struct AbandonedConnections {
    times: Mutex<VecDeque<Instant>>,
    max: usize,
}

impl AbandonedConnections {
    pub(super) fn new(connections_max: usize) -> Self {
        Self { times: Mutex::default(), max: connections_max.saturating_mul(PER_CONNECTION) }
    }

    /// Counts a connection.
    pub(super) fn add(&self) {
        self.times.lock().push_back(Instant::now());
    }

    /// Returns whether another connection may be made.
    ///
    /// # Errors
    /// The server may still be busy with too many that were closed.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let mut times = self.times.lock();
        while times.front().is_some_and(|time| time.elapsed() >= COUNTED) {
            times.pop_front();
        }
        if times.len() < self.max {
            return Ok(());
        }
        let message = "too many operations of the last half minute were not answered in time";
        Err(Fault::from_message(FaultKind::StoreUnavailable, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn connections_are_made_again_when_the_closed_ones_are_old() {
        // Closes four connections for each of the pool, and waits for half a minute.
        let abandoned = AbandonedConnections::new(2);
        for _ in 0..8 {
            assert!(abandoned.check().is_ok());
            abandoned.add();
        }
        assert!(abandoned.check().is_err());
        tokio::time::advance(COUNTED).await;
        assert!(abandoned.check().is_ok());
    }
}
