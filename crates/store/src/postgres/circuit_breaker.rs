//! Whether a database answers. While it does not, requests are refused at once, apart from one at a
//! time that tries again.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use model::{Fault, FaultKind};
use parking_lot::Mutex;
use tokio::time::Instant;

/// The time since the last answer after which requests are refused at once.
const OPEN_AFTER: Duration = Duration::from_secs(1);

/// The state of a database.
pub(super) struct CircuitBreaker {
    /// The operations, for the log: `reads of db.example.com:5432/admit`.
    operations: String,
    /// The last operation failed.
    is_failing: AtomicBool,
    last_response: Mutex<Instant>,
    /// An operation tries whether the database is back.
    is_trying: AtomicBool,
    /// The log says that the database does not answer.
    is_logged: AtomicBool,
}

/// An operation that may be sent to the database.
pub(super) struct Attempt<'a> {
    breaker: &'a CircuitBreaker,
    is_trial: bool,
}

impl CircuitBreaker {
    pub(super) fn new(operations: String) -> Self {
        Self {
            operations,
            is_failing: AtomicBool::new(false),
            last_response: Mutex::new(Instant::now()),
            is_trying: AtomicBool::new(false),
            is_logged: AtomicBool::new(false),
        }
    }

    /// Begins an operation.
    ///
    /// # Errors
    /// The database has not answered for a second, and another operation tries again now.
    pub(super) fn begin(&self) -> Result<Attempt<'_>, Fault> {
        let is_away = self.is_failing.load(Ordering::Relaxed)
            && self.last_response.lock().elapsed() > OPEN_AFTER;
        if is_away && !self.is_logged.swap(true, Ordering::Relaxed) {
            tracing::error!(
                operations = self.operations,
                "the database has not answered for a second; operations are refused until it does"
            );
        }
        if is_away && self.is_trying.swap(true, Ordering::Relaxed) {
            let message = "the database has not answered for a second";
            return Err(Fault::from_message(FaultKind::StoreNotAsked, message));
        }
        Ok(Attempt { breaker: self, is_trial: is_away })
    }
}

impl Attempt<'_> {
    /// Remembers whether the database has answered.
    pub(super) fn end<T>(self, result: &Result<T, Fault>) {
        let fails = result.as_ref().is_err_and(|fault| fault.kind() == FaultKind::StoreUnavailable);
        self.breaker.is_failing.store(fails, Ordering::Relaxed);
        if !fails {
            *self.breaker.last_response.lock() = Instant::now();
            if self.breaker.is_logged.swap(false, Ordering::Relaxed) {
                tracing::warn!(operations = self.breaker.operations, "the database answers again");
            }
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.is_trial {
            self.breaker.is_trying.store(false, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> Result<(), Fault> {
        Err(Fault::from_message(FaultKind::StoreUnavailable, "away"))
    }

    #[tokio::test(start_paused = true)]
    async fn one_operation_at_a_time_is_tried_while_the_database_is_away() {
        // Fails for more than a second, and then answers again.
        let breaker = CircuitBreaker::new(String::new());
        breaker.begin().unwrap().end(&failed());
        assert!(breaker.begin().is_ok());
        tokio::time::advance(Duration::from_millis(1_001)).await;
        let trial = breaker.begin().unwrap();
        assert!(breaker.begin().is_err());
        trial.end(&failed());
        let trial = breaker.begin().unwrap();
        assert!(breaker.begin().is_err());
        trial.end(&Ok(()));
        assert!(breaker.begin().is_ok() && breaker.begin().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn database_without_requests_is_not_away() {
        // Waits for an hour after an answer, and fails once.
        let breaker = CircuitBreaker::new(String::new());
        tokio::time::advance(Duration::from_secs(3_600)).await;
        let (one, other) = (breaker.begin().unwrap(), breaker.begin().unwrap());
        one.end(&Ok(()));
        other.end(&failed());
        assert!(breaker.begin().is_ok() && breaker.begin().is_ok());
    }
}
