//! Limits how many password verifications run and wait at once.

use std::sync::Arc;

use model::{Fault, FaultKind};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Maximum number of verifications that run at once. Each takes a core and 19 MiB.
const CONCURRENCY: usize = 2;
/// Maximum number of verifications that run or wait. A further one is refused.
const QUEUE_MAX: usize = CONCURRENCY + 32;

/// The queue of password verifications.
pub(crate) struct PasswordPool {
    queue: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

/// The right to run one verification. Dropping it lets the next one run.
pub(crate) struct Slot {
    _running: OwnedSemaphorePermit,
    _queue: OwnedSemaphorePermit,
}

impl Default for PasswordPool {
    fn default() -> Self {
        Self {
            queue: Arc::new(Semaphore::new(QUEUE_MAX)),
            running: Arc::new(Semaphore::new(CONCURRENCY)),
        }
    }
}

impl PasswordPool {
    /// Returns how many verifications run or wait.
    pub(crate) fn in_flight(&self) -> usize {
        QUEUE_MAX.saturating_sub(self.queue.available_permits())
    }

    /// Waits until a verification may run. Returns `None` at once if the queue is full.
    ///
    /// # Errors
    /// The pool was closed, which never happens.
    pub(crate) async fn acquire(&self) -> Result<Option<Slot>, Fault> {
        let Ok(queue) = Arc::clone(&self.queue).try_acquire_owned() else { return Ok(None) };
        let running = Arc::clone(&self.running).acquire_owned().await;
        let running = running.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        Ok(Some(Slot { _running: running, _queue: queue }))
    }
}
