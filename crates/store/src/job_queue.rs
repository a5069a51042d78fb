//! The jobs that wait for a writer: bounded, and those of each tenant in turn.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use model::{Fault, FaultKind, Shares, TenantId};
use parking_lot::{Condvar, Mutex};
use tokio::sync::Notify;

/// The maximum number of queued jobs. Further jobs are refused at once instead of waiting in a
/// queue that only grows.
pub(crate) const QUEUED_MAX: usize = 4_096;

/// A job of a writer.
pub(crate) trait QueuedJob: Send + 'static {
    /// Returns the tenant whose share of the queue the job takes. `None` for a job of the service
    /// itself, which waits only for the jobs that came before it.
    fn tenant(&self) -> Option<TenantId> {
        None
    }

    /// Refuses the job, because it lost its place to that of another tenant. Jobs of the service
    /// itself never do.
    fn refuse(self);
}

/// The sending end.
pub(crate) struct JobSender<J>(Arc<JobQueue<J>>);

/// The receiving end, which the writer has.
pub(crate) struct JobReceiver<J>(Arc<JobQueue<J>>);

/// The reason why a job was not queued.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotQueued {
    /// The queue is full, and no other tenant has more jobs in it.
    Full,
    /// The writer has ended.
    Ended,
}

struct JobQueue<J> {
    waiting: Mutex<Waiting<J>>,
    /// Wakes a thread.
    changed: Condvar,
    /// Wakes a task.
    notify: Notify,
}

struct Waiting<J> {
    /// The jobs of each tenant that has some.
    tenants: HashMap<TenantId, VecDeque<J>>,
    /// Their numbers of jobs.
    shares: Shares<TenantId>,
    /// These tenants. The first one is next.
    turns: VecDeque<TenantId>,
    /// The jobs of the service itself. Each is due when this number of jobs has been taken.
    own: VecDeque<(u64, J)>,
    len: usize,
    taken: u64,
    /// The sender was dropped. The jobs that wait are done.
    is_closed: bool,
    /// The receiver was dropped.
    has_ended: bool,
}

/// Creates an empty queue.
pub(crate) fn job_queue<J>() -> (JobSender<J>, JobReceiver<J>) {
    let waiting = Waiting {
        tenants: HashMap::new(),
        shares: Shares::default(),
        turns: VecDeque::new(),
        own: VecDeque::new(),
        len: 0,
        taken: 0,
        is_closed: false,
        has_ended: false,
    };
    let queue =
        JobQueue { waiting: Mutex::new(waiting), changed: Condvar::new(), notify: Notify::new() };
    let queue = Arc::new(queue);
    (JobSender(Arc::clone(&queue)), JobReceiver(queue))
}

impl<J: QueuedJob> JobSender<J> {
    /// Queues a job. If the queue is full, the newest job of the tenant with the most is refused,
    /// and returned: that of another tenant in its place, or the job itself.
    pub(crate) fn send(&self, job: J) -> Result<Option<J>, NotQueued> {
        let mut waiting = self.0.waiting.lock();
        if waiting.has_ended {
            return Err(NotQueued::Ended);
        }
        let displaced = if waiting.len >= QUEUED_MAX {
            Some(waiting.displace(job.tenant()).ok_or(NotQueued::Full)?)
        } else {
            None
        };
        waiting.push(job);
        drop(waiting);
        self.0.wake();
        Ok(displaced)
    }
}

impl<J> JobQueue<J> {
    fn wake(&self) {
        self.changed.notify_one();
        self.notify.notify_one();
    }
}

impl<J> Drop for JobSender<J> {
    fn drop(&mut self) {
        self.0.waiting.lock().is_closed = true;
        self.0.wake();
    }
}

impl<J: QueuedJob> JobReceiver<J> {
    /// Waits for a job, and takes it with those that wait as well, but at most `max`. None are
    /// left if the result is empty: the sender was dropped.
    pub(crate) fn next_batch(&self, max: usize) -> Vec<J> {
        let mut waiting = self.0.waiting.lock();
        while waiting.len == 0 && !waiting.is_closed {
            self.0.changed.wait(&mut waiting);
        }
        std::iter::from_fn(|| waiting.pop()).take(max).collect()
    }

    /// As [`Self::next_batch`], in a task.
    pub(crate) async fn next_batch_in_task(&self, max: usize) -> Vec<J> {
        loop {
            {
                let mut waiting = self.0.waiting.lock();
                if waiting.len > 0 || waiting.is_closed {
                    return std::iter::from_fn(|| waiting.pop()).take(max).collect();
                }
            }
            // A job that is sent at this moment leaves a permit.
            self.0.notify.notified().await;
        }
    }

    /// Waits for a job and takes it. `None` if the sender was dropped and none is left.
    pub(crate) fn recv(&self) -> Option<J> {
        self.next_batch(1).pop()
    }

    /// Takes all jobs that wait.
    pub(crate) fn take_waiting(&self) -> Vec<J> {
        let mut waiting = self.0.waiting.lock();
        std::iter::from_fn(|| waiting.pop()).collect()
    }
}

impl<J> Drop for JobReceiver<J> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock();
        waiting.has_ended = true;
        // A caller that waits for the result of a job gets a fault.
        let (tenants, own) =
            (std::mem::take(&mut waiting.tenants), std::mem::take(&mut waiting.own));
        drop(waiting);
        drop((tenants, own));
    }
}

/// Returns the fault of a job that was refused because the queue is full.
pub(crate) fn too_many_waiting() -> Fault {
    Fault::from_message(FaultKind::StoreUnavailable, "too many changes are waiting to be written")
}

impl<J: QueuedJob> Waiting<J> {
    fn push(&mut self, job: J) {
        if let Some(tenant) = job.tenant() {
            let jobs = self.tenants.entry(tenant).or_default();
            if jobs.is_empty() {
                self.turns.push_back(tenant);
            }
            jobs.push_back(job);
            self.shares.add(&tenant, 1);
        } else {
            let due = self.taken.saturating_add(self.len as u64);
            self.own.push_back((due, job));
        }
        self.len += 1;
    }

    fn pop(&mut self) -> Option<J> {
        let is_due = |(due, _): &(u64, J)| *due <= self.taken || self.turns.is_empty();
        let job = if self.own.front().is_some_and(is_due) {
            self.own.pop_front().map(|(_, job)| job)
        } else {
            self.pop_of_tenant()
        }?;
        self.len -= 1;
        self.taken += 1;
        Some(job)
    }

    fn pop_of_tenant(&mut self) -> Option<J> {
        let tenant = self.turns.pop_front()?;
        let job = self.remove(tenant, VecDeque::pop_front);
        if self.tenants.contains_key(&tenant) {
            self.turns.push_back(tenant);
        }
        job
    }

    /// Removes the newest job of the tenant with the most, unless the sender would then have the
    /// most. The service itself never has too many.
    fn displace(&mut self, sender: Option<TenantId>) -> Option<J> {
        let tenant = match sender {
            Some(sender) => self.shares.loser(&sender, 1),
            None => self.shares.largest(),
        }?;
        let job = self.remove(tenant, VecDeque::pop_back)?;
        if !self.tenants.contains_key(&tenant) {
            self.turns.retain(|other| *other != tenant);
        }
        self.len -= 1;
        Some(job)
    }

    /// Removes the oldest or the newest job of a tenant.
    fn remove(
        &mut self,
        tenant: TenantId,
        take: impl FnOnce(&mut VecDeque<J>) -> Option<J>,
    ) -> Option<J> {
        let jobs = self.tenants.get_mut(&tenant)?;
        let job = take(jobs)?;
        self.shares.remove(&tenant, 1);
        if jobs.is_empty() {
            self.tenants.remove(&tenant);
        }
        Some(job)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// A job of a tenant, or of the service itself, with its number.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Job(Option<TenantId>, usize);

    impl QueuedJob for Job {
        fn tenant(&self) -> Option<TenantId> {
            self.0
        }

        fn refuse(self) {}
    }

    const ONE: Option<TenantId> = Some(TenantId::new(Uuid::from_u128(1)));
    const TWO: Option<TenantId> = Some(TenantId::new(Uuid::from_u128(2)));
    const THREE: Option<TenantId> = Some(TenantId::new(Uuid::from_u128(3)));

    fn send_many(sender: &JobSender<Job>, tenant: Option<TenantId>, jobs: usize) -> Vec<Job> {
        let sent = (0..jobs).map(|number| sender.send(Job(tenant, number)).unwrap());
        sent.flatten().collect()
    }

    #[test]
    fn full_queue_refuses_the_newest_job_of_the_tenant_with_most() {
        // Hostile input LG21: one tenant fills the queue. Others get places until each has a third;
        // then the tenant that sends is refused. The first tenant loses its newest jobs.
        let (sender, receiver) = job_queue();
        let most = QUEUED_MAX - 100;
        assert_eq!(send_many(&sender, ONE, most), []);
        assert_eq!(send_many(&sender, TWO, 100), []);
        let displaced = send_many(&sender, THREE, 10);
        let newest: Vec<Job> = (0..10).map(|back| Job(ONE, most - 1 - back)).collect();
        assert_eq!(displaced, newest);
        assert_eq!(sender.send(Job(ONE, most)), Err(NotQueued::Full));

        let mut sent = 10;
        while sender.send(Job(TWO, sent)).is_ok() {
            sent += 1;
        }
        while sender.send(Job(THREE, sent)).is_ok() {
            sent += 1;
        }
        assert_eq!(sender.0.waiting.lock().shares.total(), QUEUED_MAX);
        let jobs = receiver.take_waiting();
        assert_eq!(jobs.len(), QUEUED_MAX);
        assert_eq!(sender.0.waiting.lock().shares.total(), 0);
        for tenant in [ONE, TWO, THREE] {
            let of_tenant = jobs.iter().filter(|job| job.0 == tenant).count();
            assert!(of_tenant > QUEUED_MAX / 4, "{tenant:?}: {of_tenant}");
        }
    }

    #[test]
    fn tenants_take_turns_and_each_keeps_its_order() {
        // Sends three jobs of one tenant, then two of another, and takes them two at a time.
        let (sender, receiver) = job_queue();
        send_many(&sender, ONE, 3);
        send_many(&sender, TWO, 2);
        let taken: Vec<Job> =
            std::iter::repeat_with(|| receiver.next_batch(2)).take(3).flatten().collect();
        let expected = [Job(ONE, 0), Job(TWO, 0), Job(ONE, 1), Job(TWO, 1), Job(ONE, 2)];
        assert_eq!(taken, expected);
        drop(sender);
        assert_eq!(receiver.recv(), None);
    }

    #[test]
    fn job_of_the_service_waits_only_for_those_before_it() {
        // Sends jobs of a tenant before and after one of the service. A full queue takes it, too.
        let (sender, receiver) = job_queue();
        send_many(&sender, ONE, 2);
        sender.send(Job(None, 7)).unwrap();
        send_many(&sender, TWO, 3);
        let taken = receiver.take_waiting();
        assert_eq!(taken.iter().position(|job| job.0.is_none()), Some(2));

        send_many(&sender, ONE, QUEUED_MAX);
        assert_eq!(sender.send(Job(None, 8)), Ok(Some(Job(ONE, QUEUED_MAX - 1))));
        assert_eq!(receiver.take_waiting().last(), Some(&Job(None, 8)));
        send_many(&sender, None, QUEUED_MAX);
        assert_eq!(sender.send(Job(None, 9)), Err(NotQueued::Full));
        drop(receiver);
        assert_eq!(sender.send(Job(None, 10)), Err(NotQueued::Ended));
    }
}
