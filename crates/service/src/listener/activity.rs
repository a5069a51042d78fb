//! What a connection is doing, so that one that does nothing can be closed.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::Limits;

/// Milliseconds that mean "not now".
const NEVER: u64 = u64::MAX;

/// Times of one connection, kept without a lock and without a timer for each request.
pub(super) struct Activity {
    opened: Instant,
    in_work: AtomicU32,
    answered: AtomicU32,
    idle_since: AtomicU64,
    head_since: AtomicU64,
    write_stuck_since: AtomicU64,
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// Nothing was asked for a while: an ordinary end.
    Idle,
    /// A head dribbles in, or an answer is not taken.
    Stuck,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing before this time.
    Again(Duration),
    /// Close it.
    Close(Overdue),
}

impl Activity {
    /// A connection just opened. Only in HTTP/1 do bytes between requests belong to a head.
    pub(super) fn new() -> Self {
        Self {
            opened: Instant::now(),
            in_work: AtomicU32::new(0),
            answered: AtomicU32::new(0),
            idle_since: AtomicU64::new(0),
            head_since: AtomicU64::new(NEVER),
            write_stuck_since: AtomicU64::new(NEVER),
        }
    }

    /// Bytes of HTTP/1 came in.
    pub(super) fn received(&self) {
        if self.in_work.load(Ordering::Relaxed) == 0
            && self.head_since.load(Ordering::Relaxed) == NEVER
        {
            self.head_since.store(self.now(), Ordering::Relaxed);
        }
    }

    /// The other end took something, or has nothing to take.
    pub(super) fn sent(&self) {
        self.write_stuck_since.store(NEVER, Ordering::Relaxed);
    }

    /// The other end takes nothing at the moment.
    pub(super) fn send_waits(&self) {
        if self.write_stuck_since.load(Ordering::Relaxed) == NEVER {
            self.write_stuck_since.store(self.now(), Ordering::Relaxed);
        }
    }

    /// A request's head is complete.
    pub(super) fn request_began(&self) {
        self.in_work.fetch_add(1, Ordering::Relaxed);
        self.head_since.store(NEVER, Ordering::Relaxed);
    }

    /// A request has its answer.
    pub(super) fn request_ended(&self) {
        self.idle_since.store(self.now(), Ordering::Relaxed);
        self.answered.store(1, Ordering::Relaxed);
        self.in_work.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether the connection is to be closed, or when to look again.
    pub(super) fn look(&self, limits: &Limits) -> Look {
        let now = self.now();
        let mut next = limits.head;
        for (since, limit) in [
            (self.write_stuck_since.load(Ordering::Relaxed), limits.write),
            (self.head_since.load(Ordering::Relaxed), limits.head),
        ] {
            match left(now, since, limit) {
                Some(Duration::ZERO) => return Look::Close(Overdue::Stuck),
                Some(left) => next = next.min(left),
                None => {}
            }
        }
        if self.in_work.load(Ordering::Relaxed) == 0 {
            // Whoever connects has something to ask: it gets no longer than a head.
            let first = self.answered.load(Ordering::Relaxed) == 0;
            let limit = if first { limits.head } else { limits.idle };
            match left(now, self.idle_since.load(Ordering::Relaxed), limit) {
                Some(Duration::ZERO) => return Look::Close(Overdue::Idle),
                Some(left) => next = next.min(left),
                None => {}
            }
        }
        Look::Again(next)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(NEVER - 1)
    }
}

/// What is left of a limit; `None` if it does not run.
fn left(now: u64, since: u64, limit: Duration) -> Option<Duration> {
    let passed = Duration::from_millis(now.saturating_sub(since));
    (since != NEVER).then(|| limit.saturating_sub(passed))
}
