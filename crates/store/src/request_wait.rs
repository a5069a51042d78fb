//! The time that a request has waited for databases.
//!
//! A request makes several operations one after the other. Each has a deadline of its own, so
//! without a common one a request could wait for several times as long.

use std::{cell::Cell, time::Duration};

thread_local! {
    /// That of the request that runs on this thread. `None` outside of requests.
    static WAITED: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Runs a part of a request, and counts what it waits. `waited` is what it has waited before.
pub fn count_request_wait<T>(waited: &mut Duration, part: impl FnOnce() -> T) -> T {
    let _restore = Restore(WAITED.replace(Some(*waited)));
    let result = part();
    *waited = WAITED.get().unwrap_or(*waited);
    result
}

/// Restores the value after the part, also if it panics.
struct Restore(Option<Duration>);

impl Drop for Restore {
    fn drop(&mut self) {
        WAITED.set(self.0);
    }
}

/// Returns the rest of a limit after what the request has waited.
pub(crate) fn rest_of(limit: Duration) -> Duration {
    limit.saturating_sub(WAITED.get().unwrap_or_default())
}

/// Counts what an operation has waited.
pub(crate) fn add(waited: Duration) {
    if let Some(before) = WAITED.get() {
        WAITED.set(Some(before + waited));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn request_has_the_rest_of_the_limit_and_other_work_has_all() {
        // Counts in two parts of a request, with another request and a task between them.
        let (mut waited, mut other) = (Duration::ZERO, Duration::ZERO);
        count_request_wait(&mut waited, || add(SECOND));
        add(SECOND);
        assert_eq!(rest_of(SECOND * 2), SECOND * 2);
        count_request_wait(&mut other, || assert_eq!(rest_of(SECOND * 2), SECOND * 2));
        count_request_wait(&mut waited, || {
            add(SECOND / 2);
            assert_eq!(rest_of(SECOND * 2), SECOND / 2);
        });
        assert_eq!((waited, other), (SECOND * 3 / 2, Duration::ZERO));
    }
}
