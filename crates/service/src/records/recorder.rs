//! Writes request records in batches in the background. Never delays or fails a request.

use std::{
    sync::{
        Arc, Mutex as Lock, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use model::{ChangeEvent, History, RequestRecord, Seconds, Store, Timestamp};
use tokio::sync::{Mutex, Notify};

use super::{
    attribution::ClientAttribution,
    other_clients::OtherClients,
    queue::{self, PendingRecord, Queue},
    security_events::SecurityEvents,
    typed_usernames::{self, TypedUsernames},
};
use crate::system;
use telemetry::metrics;

/// Maximum time that a record waits for a batch. A crash loses the records of this time.
const BATCH_DELAY: Duration = Duration::from_millis(500);
/// Maximum number of records in one commit.
const BATCH_MAX: usize = 4_096;
/// Timeout of [`Recorder::flush`].
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);
/// Timeout of [`Recorder::stop`].
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// Timeout of comparing the values of a batch with other clients.
const OTHER_CLIENTS_TIMEOUT: Duration = Duration::from_secs(1);
/// Timeout of comparing typed user names with those of the tenant.
const TYPED_USERNAMES_TIMEOUT: Duration = Duration::from_secs(1);
/// Minimum interval between log messages about dropped records.
const LOG_INTERVAL: Seconds = Seconds::minutes(1);

/// The caches with which records are completed before they are written.
type Attribution = (ClientAttribution, OtherClients, TypedUsernames);

/// The writer of request records.
pub struct Recorder {
    enabled: bool,
    queue: Queue,
    filled: Notify,
    history: Arc<dyn History>,
    store: Arc<dyn Store>,
    // One write at a time: after acquiring the lock, the previous write is complete.
    writing: Mutex<Attribution>,
    // Records that left the queue and are not stored yet. They count as dropped if a write is
    // interrupted.
    in_flight: AtomicUsize,
    dropped: AtomicU64,
    security_events: Lock<SecurityEvents>,
    // Time and number of the last log message about dropped records.
    logged: Lock<(Timestamp, u64)>,
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
            in_flight: AtomicUsize::default(),
            dropped: AtomicU64::default(),
            security_events: Lock::default(),
            logged: Lock::default(),
        }
    }

    /// Returns whether requests are recorded.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Adds a record to the queue. Never waits: if the queue is full, drops it or another one.
    pub(crate) fn enqueue(&self, record: PendingRecord) {
        match self.queue.push(record) {
            queue::PushOutcome::Queued => {}
            queue::PushOutcome::FlushNow => self.filled.notify_one(),
            queue::PushOutcome::Displaced(records) | queue::PushOutcome::Full(records) => {
                self.drop_records(records);
            }
        }
    }

    /// Adds a security event, which is written with the next batch. Never waits.
    pub(crate) fn add_security_event(&self, event: ChangeEvent) {
        self.with_security_events(|events| events.add(event));
    }

    /// Waits until the records of all requests so far are written, for at most one second.
    pub async fn flush(self: &Arc<Self>) {
        self.write_within(FLUSH_TIMEOUT).await;
    }

    /// Writes the queued records at the end of the process.
    pub async fn stop(self: &Arc<Self>) {
        if !self.write_within(STOP_TIMEOUT).await {
            tracing::warn!("timed out while writing the last request records");
            self.drop_in_flight();
            self.drop_records(self.queue.drain().len());
        }
        self.log_dropped(system::now() + LOG_INTERVAL);
    }

    /// Returns how many records wait to be written.
    pub(crate) fn records_waiting(&self) -> usize {
        self.queue.len() + self.in_flight.load(Ordering::Relaxed)
    }

    /// Returns how many records were dropped: the queue was full, or the history failed.
    pub fn records_dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Writes records in the background until the runtime ends.
    pub(crate) fn start(self: &Arc<Self>) {
        let recorder = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(BATCH_DELAY) => {}
                    () = recorder.filled.notified() => {}
                }
                recorder.spawn_write().await;
                recorder.log_dropped(system::now());
            }
        });
    }

    async fn write_within(self: &Arc<Self>, timeout: Duration) -> bool {
        let recorder = Arc::clone(self);
        tokio::time::timeout(timeout, recorder.spawn_write()).await.is_ok()
    }

    /// Writes in a task of its own, which goes on if the caller stops waiting. A panic of a store
    /// ends only that task.
    async fn spawn_write(self: &Arc<Self>) {
        let recorder = Arc::clone(self);
        if tokio::spawn(async move { recorder.write().await }).await.is_err() {
            tracing::error!("writing request records panicked");
        }
    }

    async fn write(&self) {
        let mut attribution = self.writing.lock().await;
        let mut waiting = self.queue.drain();
        self.in_flight.store(waiting.len(), Ordering::Relaxed);
        let _guard = InFlightGuard(self);
        while !waiting.is_empty() {
            // `split_off` copies only the rest, which is nearly always empty.
            let rest = waiting.split_off(waiting.len().min(BATCH_MAX));
            let batch = std::mem::replace(&mut waiting, rest);
            let count = batch.len();
            let batch = self.attribute(batch, &mut attribution).await;
            self.with_security_events(|events| events.add_records(&batch));
            let result = self.history.record(batch).await;
            // Zero if `stop` has already counted the records as dropped.
            let subtract = |in_flight: usize| Some(in_flight.saturating_sub(count));
            let before =
                self.in_flight.fetch_update(Ordering::Relaxed, Ordering::Relaxed, subtract);
            if let Err(fault) = result {
                let cause = fault.cause();
                tracing::debug!(kind = ?fault.kind(), cause, "cannot write request records");
                self.drop_records(before.unwrap_or_default().min(count));
            }
        }
        self.write_security_events().await;
    }

    async fn write_security_events(&self) {
        let (events, dropped) = self.with_security_events(SecurityEvents::take);
        metrics().security_events_dropped(dropped);
        if events.is_empty() {
            return;
        }
        if let Err(fault) = self.history.record_events(events).await {
            let cause = fault.cause();
            tracing::error!(kind = ?fault.kind(), cause, "cannot store security events");
        }
    }

    fn with_security_events<T>(&self, access: impl FnOnce(&mut SecurityEvents) -> T) -> T {
        access(&mut self.security_events.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Attributes the records to clients, and adds comparisons about other clients.
    async fn attribute(
        &self,
        mut batch: Vec<PendingRecord>,
        (attribution, other_clients, typed_usernames): &mut Attribution,
    ) -> Vec<RequestRecord> {
        // A text that is not compared within the timeout is not kept.
        let texts = typed_usernames::take_texts(&mut batch);
        let keeping = typed_usernames.keep(&mut batch, texts, &*self.store);
        tokio::time::timeout(TYPED_USERNAMES_TIMEOUT, keeping).await.unwrap_or_default();
        attribution.attribute(&mut batch, &*self.store).await;
        // Records that are not compared within the timeout get no comparison.
        let comparing = other_clients.add_comparisons(&mut batch, &*self.store);
        tokio::time::timeout(OTHER_CLIENTS_TIMEOUT, comparing).await.unwrap_or_default();
        batch.into_iter().map(|pending| pending.record).collect()
    }

    /// Counts the records in flight as dropped.
    fn drop_in_flight(&self) {
        self.drop_records(self.in_flight.swap(0, Ordering::Relaxed));
    }

    /// Counts records as dropped.
    fn drop_records(&self, count: usize) {
        if count == 0 {
            return;
        }
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.dropped.fetch_add(count, Ordering::Relaxed);
        metrics().records_dropped(count);
    }

    /// Logs how many records were dropped since the last log message.
    fn log_dropped(&self, now: Timestamp) {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let (logged_at, logged_count) = *logged;
        let dropped = self.records_dropped();
        if dropped > logged_count && now >= logged_at + LOG_INTERVAL {
            *logged = (now, dropped);
            tracing::warn!(records = dropped - logged_count, "dropped request records");
        }
    }
}

/// Counts the records in flight as dropped when writing ends, also by a panic.
struct InFlightGuard<'a>(&'a Recorder);

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        self.0.drop_in_flight();
    }
}
