//! The time of the present step of a task, which its parts share: each reading of the clock costs.

use std::cell::Cell;

use tokio::time::Instant;

thread_local! {
    /// The beginning of the step that this thread does.
    static BEGINNING: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// A step of a task whose time is counted. Its end, or a panic in it, drops this value.
pub(super) struct Step(Instant);

impl Step {
    /// Begins a step of this thread.
    pub(super) fn begin() -> Self {
        let beginning = Instant::now();
        BEGINNING.set(Some(beginning));
        Self(beginning)
    }

    /// Returns the time at which the step began.
    pub(super) const fn beginning(&self) -> Instant {
        self.0
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        BEGINNING.set(None);
    }
}

/// Returns the time at which the present step began, or the present time outside of a step. A step
/// takes milliseconds at most, and the limits of connections are seconds.
pub(crate) fn now() -> Instant {
    BEGINNING.get().unwrap_or_else(Instant::now)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_stands_still_during_a_step() {
        // Advances the clock by a second during a step and after it.
        let second = Duration::from_secs(1);
        let step = Step::begin();
        tokio::time::advance(second).await;
        assert_eq!(now(), step.beginning());
        let beginning = step.beginning();
        drop(step);
        assert_eq!(now(), beginning + second);
    }
}
