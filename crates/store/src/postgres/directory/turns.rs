//! The turns of the transactions that wait for the lock of the directory.
//!
//! One of them waits for the lock at a time: if all did, each with a connection, no connection
//! would be left for reads. Those of each tenant take turns, and their number is limited, as on
//! SQLite.

use model::{Fault, FaultKind, TenantId};
use tokio::sync::oneshot;

use crate::job_queue::{JobReceiver, JobSender, NotQueued, QueuedJob, job_queue, too_many_waiting};

/// The queue of the transactions.
pub(in crate::postgres) struct DirectoryTurns(JobSender<Waiting>);

/// The turn of a transaction, which ends when this value is dropped.
pub(in crate::postgres) struct Turn {
    _end: oneshot::Sender<()>,
}

/// A transaction that waits for its turn.
struct Waiting {
    tenant: Option<TenantId>,
    begin: oneshot::Sender<Turn>,
}

impl QueuedJob for Waiting {
    fn tenant(&self) -> Option<TenantId> {
        self.tenant
    }

    fn refuse(self) {
        // The receiver sees that the sender is dropped.
    }
}

impl DirectoryTurns {
    /// Creates an empty queue. Its task ends when this value is dropped.
    pub(in crate::postgres) fn start() -> Self {
        let (sender, receiver) = job_queue();
        tokio::spawn(run(receiver));
        Self(sender)
    }

    /// Waits for the turn of a transaction of a tenant, or of the service itself.
    ///
    /// # Errors
    /// Too many wait.
    pub(super) async fn next(&self, tenant: Option<TenantId>) -> Result<Turn, Fault> {
        let (begin, turn) = oneshot::channel();
        match self.0.send(Waiting { tenant, begin }) {
            Ok(None) => {}
            Ok(Some(displaced)) => displaced.refuse(),
            Err(NotQueued::Full) => return Err(too_many_waiting()),
            Err(NotQueued::Ended) => {
                let message = "the task of the directory's turns has ended";
                return Err(Fault::from_message(FaultKind::Internal, message));
            }
        }
        turn.await.map_err(|_| too_many_waiting())
    }
}

async fn run(receiver: JobReceiver<Waiting>) {
    while let Some(waiting) = receiver.next_batch_in_task(1).await.pop() {
        let (end, ended) = oneshot::channel();
        // A transaction whose request has ended takes no turn.
        if waiting.begin.send(Turn { _end: end }).is_ok() {
            ended.await.ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use parking_lot::Mutex;
    use uuid::Uuid;

    use super::*;

    const fn tenant(number: u128) -> TenantId {
        TenantId::new(Uuid::from_u128(number))
    }

    #[tokio::test(start_paused = true)]
    async fn tenants_take_turns_however_many_transactions_one_has() {
        // One tenant has ten transactions in the queue when another one comes with one.
        let turns = Arc::new(DirectoryTurns::start());
        let first = turns.next(Some(tenant(1))).await.unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for number in [1; 10].into_iter().chain([2]) {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            tasks.spawn(async move {
                let turn = turns.next(Some(tenant(number))).await.unwrap();
                order.lock().push(number);
                drop(turn);
            });
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(order.lock().is_empty());
        drop(first);
        tasks.join_all().await;
        let place = order.lock().iter().position(|number| *number == 2);
        assert!(place.is_some_and(|place| place <= 1), "{place:?}");
    }

    #[tokio::test]
    async fn transaction_that_is_given_up_takes_no_turn() {
        // Two wait, and the first of them is given up.
        let turns = DirectoryTurns::start();
        let held = turns.next(Some(tenant(1))).await.unwrap();
        let given_up =
            tokio::time::timeout(Duration::from_millis(5), turns.next(Some(tenant(1)))).await;
        assert!(given_up.is_err());
        drop(held);
        assert!(turns.next(Some(tenant(2))).await.is_ok());
    }
}
