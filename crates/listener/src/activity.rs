//! Detects idle and slow connections (slowloris attacks) so that they can be closed.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Limits;
use super::admission;

/// Value of a time that does not apply at the moment.
const NEVER: u64 = u64::MAX;

/// Times of one connection, in milliseconds since it opened.
///
/// Atomic values need no lock, and no timer per request.
pub(crate) struct Activity {
    opened: Instant,
    requests_in_flight: AtomicU32,
    responded: AtomicU32,
    idle_since: AtomicU64,
    head_since: AtomicU64,
    write_blocked_since: AtomicU64,
    displacement: OnceLock<Displacement>,
    displaced: Notify,
}

/// The way in which a connection ends whose place is needed for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Displacement {
    /// It was idle. A request that has begun since then gets its response.
    Idle,
    /// It belongs to a flood that keeps its connections busy. It ends at once.
    Flood,
}

/// The reason for which a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseReason {
    /// The keep-alive timeout passed without a request.
    Idle,
    /// The head of a request arrives too slowly, or the peer does not read a response.
    TooSlow,
}

/// The result of checking a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The connection stays open. Check again after this time.
    CheckAfter(Duration),
    /// Close the connection.
    Close(CloseReason),
}

impl Activity {
    /// Creates the times of a connection that just opened.
    pub(crate) fn new() -> Self {
        Self {
            opened: Instant::now(),
            requests_in_flight: AtomicU32::new(0),
            responded: AtomicU32::new(0),
            idle_since: AtomicU64::new(0),
            head_since: AtomicU64::new(NEVER),
            write_blocked_since: AtomicU64::new(NEVER),
            displacement: OnceLock::new(),
            displaced: Notify::new(),
        }
    }

    /// Returns for how long no request has been in flight. `None` while one is.
    pub(crate) fn idle_for(&self) -> Option<Duration> {
        let is_idle = self.requests_in_flight.load(Ordering::Relaxed) == 0;
        let since = self.idle_since.load(Ordering::Relaxed);
        is_idle.then(|| Duration::from_millis(self.now().saturating_sub(since)))
    }

    /// Returns for how long the connection has been open.
    pub(crate) fn open_for(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Asks the connection to close, because its place is needed.
    pub(crate) fn displace(&self, displacement: Displacement) {
        // A second call changes nothing: the place is taken from a connection once.
        let _ = self.displacement.set(displacement);
        self.displaced.notify_one();
    }

    /// Waits until the connection is asked to close.
    pub(crate) async fn displaced(&self) -> Displacement {
        loop {
            if let Some(displacement) = self.displacement() {
                return displacement;
            }
            self.displaced.notified().await;
        }
    }

    /// Returns the way in which the connection is asked to close. `None` if it is not.
    pub(crate) fn displacement(&self) -> Option<Displacement> {
        self.displacement.get().copied()
    }

    /// Records that bytes arrived. Call it for HTTP/1 only: in HTTP/2, bytes between requests need
    /// not belong to the head of a request.
    pub(crate) fn received(&self) {
        if self.requests_in_flight.load(Ordering::Relaxed) == 0
            && self.head_since.load(Ordering::Relaxed) == NEVER
        {
            self.head_since.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Records that a write was completed.
    pub(crate) fn write_completed(&self) {
        self.write_blocked_since.store(NEVER, Ordering::Relaxed);
    }

    /// Records that a write is blocked because the peer does not read.
    pub(crate) fn write_blocked(&self) {
        if self.write_blocked_since.load(Ordering::Relaxed) == NEVER {
            self.write_blocked_since.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Records that the head of a request is complete.
    pub(crate) fn request_started(&self) {
        self.requests_in_flight.fetch_add(1, Ordering::Relaxed);
        self.head_since.store(NEVER, Ordering::Relaxed);
    }

    /// Records that a request has its response, or was cancelled.
    pub(crate) fn request_ended(&self) {
        self.idle_since.store(self.now(), Ordering::Relaxed);
        self.responded.store(1, Ordering::Relaxed);
        self.requests_in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// Checks the timeouts: whether to close the connection, or when to check again.
    pub(crate) fn poll(&self, limits: &Limits) -> Verdict {
        let now = self.now();
        let mut next = limits.head;
        for (since, limit) in [
            (self.write_blocked_since.load(Ordering::Relaxed), limits.write),
            (self.head_since.load(Ordering::Relaxed), limits.head),
        ] {
            match remaining(now, since, limit) {
                Some(Duration::ZERO) => return Verdict::Close(CloseReason::TooSlow),
                Some(remaining) => next = next.min(remaining),
                None => {}
            }
        }
        if self.requests_in_flight.load(Ordering::Relaxed) == 0 {
            // The first request has to arrive as fast as the head of any request.
            let is_first = self.responded.load(Ordering::Relaxed) == 0;
            let limit = if is_first { limits.head } else { limits.idle };
            match remaining(now, self.idle_since.load(Ordering::Relaxed), limit) {
                Some(Duration::ZERO) => return Verdict::Close(CloseReason::Idle),
                Some(remaining) => next = next.min(remaining),
                None => {}
            }
        }
        Verdict::CheckAfter(next)
    }

    fn now(&self) -> u64 {
        let elapsed = admission::now().duration_since(self.opened);
        u64::try_from(elapsed.as_millis()).unwrap_or(NEVER - 1)
    }
}

/// Returns the rest of a limit that runs since `since`, or `None` if it does not run.
fn remaining(now: u64, since: u64, limit: Duration) -> Option<Duration> {
    let elapsed = Duration::from_millis(now.saturating_sub(since));
    (since != NEVER).then(|| limit.saturating_sub(elapsed))
}
