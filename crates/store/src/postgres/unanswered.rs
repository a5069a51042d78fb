//! The connections whose last operation was given up before the server answered it.
//!
//! The server goes on with such an operation, and for as long as it does, the connection counts as
//! one of its own. A commit that waits for a lost standby does not end when the connection is
//! closed. If each such connection was replaced, a node would use up the connections of the server,
//! and those of all other nodes. So they stay open until the answer comes, and while there are too
//! many of them, nothing more is written, and at last nothing read.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use deadpool::managed::Object;
use model::{Fault, FaultKind};
use parking_lot::Mutex;
use tokio::{runtime::Handle, time::timeout};

use super::primary::PrimaryConnector;

/// The time in which an answer is expected. The connection then goes back to its pool.
const SOON: Duration = Duration::from_millis(250);
/// The time after which an answer is no longer waited for.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(600);
/// Sent after the operation that was given up. Its answer comes after that one, and it leaves no
/// transaction open.
const END: &str = "ROLLBACK";

/// The connections to the database of a pool that wait for an answer.
pub(super) struct Unanswered {
    /// The number by the timeline of the host. What a former primary does not answer does not
    /// count.
    by_timeline: Mutex<BTreeMap<u32, usize>>,
    max: usize,
}

/// A connection that waits for an answer. Dropping this value ends its count.
struct Waiting {
    unanswered: Arc<Unanswered>,
    timeline: u32,
}

impl Unanswered {
    pub(super) const fn new(connections_max: usize) -> Self {
        Self { by_timeline: Mutex::new(BTreeMap::new()), max: connections_max }
    }

    /// Takes a connection in the middle of an operation. It goes back to the pool if the answer
    /// comes soon, and else leaves it for another one.
    pub(super) fn wait_for(self: &Arc<Self>, connection: Object<PrimaryConnector>) {
        let runtime = Handle::try_current();
        let (false, Ok(runtime)) = (connection.is_closed(), runtime) else {
            drop(Object::take(connection));
            return;
        };
        let unanswered = Arc::clone(self);
        runtime.spawn(async move {
            match timeout(SOON, connection.batch_execute(END)).await {
                Ok(Ok(())) => drop(connection),
                Ok(Err(_)) => drop(Object::take(connection)),
                Err(_) => {
                    let _waiting = Waiting::begin(&unanswered, connection.timeline());
                    let connection = Object::take(connection);
                    timeout(GIVEN_UP_AFTER, connection.batch_execute(END)).await.ok();
                }
            }
        });
    }

    /// Checks that something may be written on a host of a timeline.
    ///
    /// # Errors
    /// As many operations have not been answered as the pool has connections.
    pub(super) fn check_write(&self, timeline: u32) -> Result<(), Fault> {
        self.check(timeline, self.max)
    }

    /// Checks that another connection may be made to a host of a timeline, for reads as well.
    ///
    /// # Errors
    /// Twice as many operations have not been answered.
    pub(super) fn check_connect(&self, timeline: u32) -> Result<(), Fault> {
        self.check(timeline, self.max.saturating_mul(2))
    }

    fn check(&self, timeline: u32, max: usize) -> Result<(), Fault> {
        let count: usize = self.by_timeline.lock().range(timeline..).map(|(_, count)| count).sum();
        if count < max {
            return Ok(());
        }
        let message = "the database has not answered too many operations";
        Err(Fault::from_message(FaultKind::StoreUnavailable, message))
    }
}

impl Waiting {
    fn begin(unanswered: &Arc<Unanswered>, timeline: u32) -> Self {
        *unanswered.by_timeline.lock().entry(timeline).or_default() += 1;
        Self { unanswered: Arc::clone(unanswered), timeline }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut by_timeline = self.unanswered.by_timeline.lock();
        if let Some(count) = by_timeline.get_mut(&self.timeline) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                by_timeline.remove(&self.timeline);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_unanswered_operations_refuse_others_until_answered() {
        // Two of two wait on a timeline, then a newer one begins, and then one is answered.
        let unanswered = Arc::new(Unanswered::new(2));
        let first = Waiting::begin(&unanswered, 1);
        assert!(unanswered.check_write(1).is_ok());
        let _second = Waiting::begin(&unanswered, 1);
        assert!(unanswered.check_write(1).is_err());
        assert!(unanswered.check_write(2).is_ok());
        drop(first);
        assert!(unanswered.check_write(1).is_ok());
    }
}
