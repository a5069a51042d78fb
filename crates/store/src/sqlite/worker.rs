//! A thread that does one kind of job after the other, with a bounded queue before it.

use std::{
    path::Path,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::{Builder, JoinHandle},
};

use model::{Fault, FaultKind};
use tokio::sync::oneshot;

use super::{OpenError, Sqlite};

/// How many jobs may wait. Whoever comes then is told to come again, which is better than to
/// wait in a queue that only grows.
const WAITING_MAX: usize = 4_096;

/// The thread. It ends, and is waited for, when this is dropped.
pub(crate) struct Worker<J> {
    jobs: Option<SyncSender<J>>,
    thread: Option<JoinHandle<()>>,
    /// Jobs that somebody waits for.
    waiting: AtomicU64,
}

impl<J: Send + 'static> Worker<J> {
    /// Starts the thread; `run` returns when there will be no more jobs.
    pub(crate) fn start(
        file: &Path,
        name: &str,
        run: impl FnOnce(Receiver<J>) + Send + 'static,
    ) -> Result<Self, OpenError> {
        let (jobs, waiting) = sync_channel(WAITING_MAX);
        let thread = Builder::new().name(name.to_owned()).spawn(move || run(waiting));
        let thread = thread.map_err(|source| OpenError::Io { path: file.to_owned(), source })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), waiting: AtomicU64::new(0) })
    }

    /// No thread at all: whoever hands over a job gets a fault.
    pub(crate) fn none() -> Self {
        Self { jobs: None, thread: None, waiting: AtomicU64::new(0) }
    }

    /// Whether there is a thread.
    pub(crate) const fn is_there(&self) -> bool {
        self.jobs.is_some()
    }

    /// Hands over a job made around a place for its answer, and waits for that answer. A job
    /// that was handed over is done even if nobody waits any more.
    pub(crate) async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, Fault>>) -> J,
    ) -> Result<T, Fault> {
        let (reply, answer) = oneshot::channel();
        let _waiting = Waiting::new(&self.waiting);
        self.hand(job(reply))?;
        answer.await.map_err(|_| gone())?
    }

    /// Hands over a job, unless too many wait.
    pub(crate) fn hand(&self, job: J) -> Result<(), Fault> {
        let jobs = self.jobs.as_ref().ok_or_else(only_looking)?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => {
                Fault::because(FaultKind::StoreUnavailable, "too many changes wait to be written")
            }
            TrySendError::Disconnected(_) => gone(),
        })
    }
}

impl<J> Drop for Worker<J> {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It can only fail if the thread panicked, which it has said itself.
            thread.join().ok();
        }
    }
}

/// Counts as waiting until it is dropped, also when the one who waits gives up.
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

impl Sqlite {
    /// How many changes of the ledger are being written or wait for it.
    pub fn commits_waiting(&self) -> u64 {
        self.ledger.writer.waiting.load(Ordering::Relaxed)
    }
}

fn only_looking() -> Fault {
    Fault::because(FaultKind::Internal, "this was opened to be looked at only")
}

fn gone() -> Fault {
    Fault::because(FaultKind::Internal, "the thread that writes has ended")
}
