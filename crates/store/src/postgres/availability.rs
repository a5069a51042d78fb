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
const AWAY_AFTER: Duration = Duration::from_secs(1);

/// The state of a database.
pub(super) struct Availability {
    /// The last operation failed.
    is_failing: AtomicBool,
    last_answer: Mutex<Instant>,
    /// An operation tries whether the database is back.
    is_trying: AtomicBool,
}

/// An operation that may be sent to the database.
pub(super) struct Attempt<'a> {
    availability: &'a Availability,
    is_trial: bool,
}

impl Default for Availability {
    fn default() -> Self {
        Self {
            is_failing: AtomicBool::new(false),
            last_answer: Mutex::new(Instant::now()),
            is_trying: AtomicBool::new(false),
        }
    }
}

impl Availability {
    /// Begins an operation.
    ///
    /// # Errors
    /// The database has not answered for a second, and another operation tries again now.
    pub(super) fn begin(&self) -> Result<Attempt<'_>, Fault> {
        let is_away = self.is_failing.load(Ordering::Relaxed)
            && self.last_answer.lock().elapsed() > AWAY_AFTER;
        if is_away && self.is_trying.swap(true, Ordering::Relaxed) {
            let message = "the database has not answered for a second";
            return Err(Fault::from_message(FaultKind::StoreAway, message));
        }
        Ok(Attempt { availability: self, is_trial: is_away })
    }
}

impl Attempt<'_> {
    /// Remembers whether the database has answered.
    pub(super) fn end<T>(self, result: &Result<T, Fault>) {
        let fails = result.as_ref().is_err_and(|fault| fault.kind() == FaultKind::StoreUnavailable);
        self.availability.is_failing.store(fails, Ordering::Relaxed);
        if !fails {
            *self.availability.last_answer.lock() = Instant::now();
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.is_trial {
            self.availability.is_trying.store(false, Ordering::Relaxed);
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
        let availability = Availability::default();
        availability.begin().unwrap().end(&failed());
        assert!(availability.begin().is_ok());
        tokio::time::advance(Duration::from_millis(1_001)).await;
        let trial = availability.begin().unwrap();
        assert!(availability.begin().is_err());
        trial.end(&failed());
        let trial = availability.begin().unwrap();
        assert!(availability.begin().is_err());
        trial.end(&Ok(()));
        assert!(availability.begin().is_ok() && availability.begin().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn database_without_requests_is_not_away() {
        // Waits for an hour after an answer, and fails once.
        let availability = Availability::default();
        tokio::time::advance(Duration::from_secs(3_600)).await;
        let (one, other) = (availability.begin().unwrap(), availability.begin().unwrap());
        one.end(&Ok(()));
        other.end(&failed());
        assert!(availability.begin().is_ok() && availability.begin().is_ok());
    }
}
