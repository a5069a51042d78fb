//! A thread that runs jobs one after the other, with a bounded queue.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread::{Builder, JoinHandle},
};

use model::{Fault, FaultKind};
use tokio::sync::oneshot;

use super::{OpenError, SqliteStore};
use crate::job_queue::{JobReceiver, JobSender, NotQueued, QueuedJob, job_queue, too_many_waiting};

/// The thread. Dropping this value waits for the queued jobs and ends the thread.
pub(crate) struct Worker<J> {
    jobs: Option<JobSender<J>>,
    thread: Option<JoinHandle<()>>,
    /// The number of callers that wait for a result.
    waiting: AtomicU64,
    /// The number of jobs that were refused because the queue was full.
    refused: AtomicU64,
}

impl<J: QueuedJob> Worker<J> {
    /// Starts the thread. `run` returns when the sender of the jobs is dropped.
    pub(crate) fn start(
        file: &Path,
        name: &str,
        run: impl FnOnce(JobReceiver<J>) + Send + 'static,
    ) -> Result<Self, OpenError> {
        let (jobs, receiver) = job_queue();
        let thread = Builder::new().name(name.to_owned()).spawn(move || run(receiver));
        let thread = thread.map_err(|source| OpenError::Io { path: file.to_owned(), source })?;
        let mut worker = Self::disabled();
        (worker.jobs, worker.thread) = (Some(jobs), Some(thread));
        Ok(worker)
    }

    /// Creates a worker without a thread. Every job is refused with a fault.
    pub(crate) fn disabled() -> Self {
        Self { jobs: None, thread: None, waiting: AtomicU64::new(0), refused: AtomicU64::new(0) }
    }

    /// Returns whether there is a thread.
    pub(crate) const fn is_running(&self) -> bool {
        self.jobs.is_some()
    }

    /// Queues a job with a channel for its result, and waits for the result. A queued job is done
    /// even if the caller is dropped.
    pub(crate) async fn call<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, Fault>>) -> J,
    ) -> Result<T, Fault> {
        let (reply, result) = oneshot::channel();
        let _waiting = Waiting::new(&self.waiting);
        self.send(job(reply))?;
        result.await.map_err(|_| thread_ended())?
    }

    /// Queues a job. If the queue is full, the newest job of the tenant with the most is refused.
    pub(crate) fn send(&self, job: J) -> Result<(), Fault> {
        let jobs = self.jobs.as_ref().ok_or_else(opened_read_only)?;
        match jobs.send(job) {
            Ok(None) => Ok(()),
            Ok(Some(displaced)) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                displaced.refuse();
                Ok(())
            }
            Err(NotQueued::Full) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                Err(too_many_waiting())
            }
            Err(NotQueued::Ended) => Err(thread_ended()),
        }
    }
}

impl<J> Drop for Worker<J> {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // This fails only if the thread panicked. The panic hook has reported that already.
            thread.join().ok();
        }
    }
}

/// Counts a waiting caller until it is dropped, also if the caller gives up.
struct Waiting<'a>(&'a AtomicU64);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl SqliteStore {
    /// Returns the number of changes of the directory that are queued or being written.
    pub fn directory_changes_waiting(&self) -> u64 {
        self.directory.writer.waiting.load(Ordering::Relaxed)
    }

    /// Returns the number of changes of the directory that were refused because too many were
    /// queued.
    pub fn directory_changes_refused(&self) -> u64 {
        self.directory.writer.refused.load(Ordering::Relaxed)
    }

    /// Returns the number of ledger commits that are queued or being written.
    pub fn commits_waiting(&self) -> u64 {
        self.ledger.writer.waiting.load(Ordering::Relaxed)
    }

    /// Returns the number of ledger commits that were refused because too many were queued.
    pub fn commits_refused(&self) -> u64 {
        self.ledger.writer.refused.load(Ordering::Relaxed)
    }
}

fn opened_read_only() -> Fault {
    Fault::from_message(FaultKind::Internal, "the database is opened read-only")
}

fn thread_ended() -> Fault {
    Fault::from_message(FaultKind::Internal, "the writer thread has ended")
}
