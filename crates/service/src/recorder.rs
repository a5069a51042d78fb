//! Writes down what is left of requests: in batches, behind their backs, and never in their way.

mod neighbours;
mod owner;
mod queue;

use std::{
    sync::{
        Arc, Mutex as Lock, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use model::{History, Record, Seconds, Store, Timestamp};
use tokio::sync::{Mutex, Notify};

use crate::{clock, signals::metrics};
use neighbours::Neighbours;
use owner::Owners;
use queue::Queue;

pub use queue::Left;

/// So long a record waits for others at most: what a crash can lose.
const GATHERING: Duration = Duration::from_millis(500);
/// Records that are written in one commit.
const BATCH_MAX: usize = 4_096;
/// Whoever asks for a record of this moment waits so long for it to be written.
const SETTLING: Duration = Duration::from_secs(1);
/// An orderly stop waits so long for the last records.
const STOPPING: Duration = Duration::from_secs(10);
/// Finding out what else the values of one batch mean takes no longer.
const NEIGHBOURS: Duration = Duration::from_secs(1);
/// What was shed is told in the log this often.
const TOLD_EVERY: Seconds = Seconds::minutes(1);

/// What takes in the records of requests, and writes them.
pub struct Recorder {
    enabled: bool,
    queue: Queue,
    filled: Notify,
    history: Arc<dyn History>,
    store: Arc<dyn Store>,
    // One writer at a time, so that whoever comes after it knows that it is done.
    writing: Mutex<(Owners, Neighbours)>,
    // On their way to the history: shed, unless it says that it has them.
    in_hand: AtomicUsize,
    shed: AtomicU64,
    told: Lock<(Timestamp, u64)>,
}

impl Recorder {
    pub(crate) fn new(enabled: bool, history: Arc<dyn History>, store: Arc<dyn Store>) -> Self {
        Self {
            enabled,
            queue: Queue::default(),
            filled: Notify::new(),
            history,
            store,
            writing: Mutex::default(),
            in_hand: AtomicUsize::default(),
            shed: AtomicU64::default(),
            told: Lock::default(),
        }
    }

    /// Whether anything is recorded at all.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Takes in what is left of a request. Never waits: what does not fit is shed.
    pub(crate) fn take(&self, left: Left) {
        match self.queue.push(left) {
            queue::Pushed::Fits => {}
            queue::Pushed::Enough => self.filled.notify_one(),
            queue::Pushed::Full => self.shed(1),
        }
    }

    /// Waits until the records of all requests that were answered before are written, or for a
    /// second.
    pub async fn settled(self: &Arc<Self>) {
        self.written_within(SETTLING).await;
    }

    /// Writes what waits, before the process ends.
    pub async fn stop(self: &Arc<Self>) {
        if !self.written_within(STOPPING).await {
            tracing::warn!("the last records could not be written in time");
            self.give_up();
            self.shed(self.queue.drain().len());
        }
        self.tell(clock::now() + TOLD_EVERY);
    }

    /// How many records were shed: they did not fit, or could not be written.
    pub fn records_shed(&self) -> u64 {
        self.shed.load(Ordering::Relaxed)
    }

    /// Writes records as long as the runtime lives.
    pub(crate) fn start(self: &Arc<Self>) {
        let recorder = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(GATHERING) => {}
                    () = recorder.filled.notified() => {}
                }
                recorder.write_apart().await;
                recorder.tell(clock::now());
            }
        });
    }

    async fn written_within(self: &Arc<Self>, span: Duration) -> bool {
        let recorder = Arc::clone(self);
        tokio::time::timeout(span, recorder.write_apart()).await.is_ok()
    }

    /// In a task of its own: it goes on when nobody waits for it any more, and a panic in a store
    /// ends only that.
    async fn write_apart(self: &Arc<Self>) {
        let recorder = Arc::clone(self);
        if tokio::spawn(async move { recorder.write().await }).await.is_err() {
            tracing::error!("the writing of records panicked");
        }
    }

    async fn write(&self) {
        let mut known = self.writing.lock().await;
        let mut waiting = self.queue.drain();
        self.in_hand.store(waiting.len(), Ordering::Relaxed);
        let _unwritten = Unwritten(self);
        while !waiting.is_empty() {
            // What fits into one batch, which is nearly always all, is not copied.
            let rest = waiting.split_off(waiting.len().min(BATCH_MAX));
            let left = std::mem::replace(&mut waiting, rest);
            let records = left.len();
            let batch = self.owned(left, &mut known).await;
            let written = self.history.record(batch).await;
            // None are left in hand where a stop has given them up.
            let less = |in_hand: usize| Some(in_hand.saturating_sub(records));
            let held = self.in_hand.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
            if let Err(fault) = written {
                let cause = fault.cause();
                tracing::debug!(kind = ?fault.kind(), cause, "records could not be written");
                self.shed(held.unwrap_or_default().min(records));
            }
        }
    }

    /// The records, each with the client that it is taken for.
    async fn owned(
        &self,
        mut left: Vec<Left>,
        (owners, neighbours): &mut (Owners, Neighbours),
    ) -> Vec<Record> {
        owners.find(&mut left, &*self.store).await;
        // What is not said by then stays unsaid.
        let told = neighbours.tell(&mut left, &*self.store);
        tokio::time::timeout(NEIGHBOURS, told).await.unwrap_or_default();
        left.into_iter().map(|left| left.record).collect()
    }

    /// Counts what is in hand as shed.
    fn give_up(&self) {
        self.shed(self.in_hand.swap(0, Ordering::Relaxed));
    }

    fn shed(&self, records: usize) {
        if records == 0 {
            return;
        }
        let records = u64::try_from(records).unwrap_or(u64::MAX);
        self.shed.fetch_add(records, Ordering::Relaxed);
        metrics().records_shed(records);
    }

    /// Says in the log what was shed since it last did.
    fn tell(&self, now: Timestamp) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (told_at, told_of) = *told;
        let shed = self.records_shed();
        if shed > told_of && now >= told_at + TOLD_EVERY {
            *told = (now, shed);
            tracing::warn!(records = shed - told_of, "records of requests were shed");
        }
    }
}

/// Whatever ends the writing, what is still in hand then is shed.
struct Unwritten<'a>(&'a Recorder);

impl Drop for Unwritten<'_> {
    fn drop(&mut self) {
        self.0.give_up();
    }
}
