//! The numbers of each counter: how many failures are free, and how long a further one waits.

use model::{FailedSignIns, Seconds, Timestamp};

use super::Counter;

/// A counter is reset after this time without a failure.
const RESET_AFTER: Seconds = Seconds::hours(24);
/// A failure further in the future than this was counted while a clock was wrong. It causes no
/// wait: nothing says when that would end.
const CLOCK_SKEW_MAX: Seconds = Seconds::minutes(1);
/// The failures of a tenant that are free, apart from one for every five recent users.
const TENANT_FREE: u32 = 50;

/// The state of the tenant, and the recent successes of a network.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Circumstances {
    /// More sign-ins fail in the tenant than its users explain.
    pub(super) attacked: bool,
    /// The number of users that have signed in from there recently. Each may mistype once.
    pub(super) recent_users: u32,
}

/// The numbers of a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    /// The number of failures at which the wait begins.
    pub(super) free: u32,
    /// The wait after the failure that reaches the limit. Each further failure doubles it.
    first_wait: Seconds,
    longest_wait: Seconds,
    /// The count decreases by one in this time. `None`: a day without failures resets it.
    decay: Option<Seconds>,
}

impl Allowance {
    /// Returns the numbers of a counter.
    ///
    /// Those of an account are strict: at most eight guesses, and one more in every twelve hours,
    /// so at most ten in any 24 hours. Those of a network are tight only during an attack: many
    /// users may share one.
    pub(super) const fn of(counter: &Counter, circumstances: Circumstances) -> Self {
        let Circumstances { attacked, recent_users } = circumstances;
        let (free, first_wait, longest_wait, decay) = match (counter, attacked) {
            (Counter::Account(_), _) => {
                (8, Seconds::hours(12), Seconds::hours(12), Some(Seconds::hours(12)))
            }
            (Counter::KnownBrowser { .. }, _) => (10, Seconds::new(30), Seconds::hours(1), None),
            // Five codes for each challenge, whose flow ends within an hour.
            (Counter::Challenge { .. }, _) => (5, Seconds::hours(1), Seconds::hours(1), None),
            // Twenty codes, and one more in every three minutes: twenty in an hour.
            (Counter::Codes { .. }, _) => {
                (20, Seconds::minutes(3), Seconds::minutes(3), Some(Seconds::minutes(3)))
            }
            // More than the mails for a name accept, fifty and then 25 in an hour: otherwise anyone
            // could keep the user from a reset. The limits of mails do not outlast a restart.
            (Counter::MailedCodes { .. }, _) => {
                (60, Seconds::minutes(2), Seconds::minutes(2), Some(Seconds::minutes(2)))
            }
            (Counter::Address(_), false) => Self::of_network(100, Seconds::new(30), recent_users),
            (Counter::Address(_), true) => Self::of_network(3, Seconds::minutes(10), recent_users),
            (Counter::Site(_), false) => Self::of_network(400, Seconds::new(30), recent_users),
            (Counter::Site(_), true) => Self::of_network(30, Seconds::minutes(10), recent_users),
            (Counter::Tenant, _) => {
                let free = TENANT_FREE.saturating_add(recent_users / 5);
                (free, Seconds::new(0), Seconds::new(0), Some(Seconds::new(10)))
            }
        };
        Self { free, first_wait, longest_wait, decay }
    }

    /// Returns the numbers of a network, whose count decreases by one in a quarter of an hour.
    const fn of_network(
        free: u32,
        first_wait: Seconds,
        recent_users: u32,
    ) -> (u32, Seconds, Seconds, Option<Seconds>) {
        let free = free.saturating_add(recent_users);
        (free, first_wait, Seconds::hours(1), Some(Seconds::minutes(15)))
    }

    /// Returns until when further sign-ins wait after these failures: the time of the last failure
    /// if none has to wait.
    pub(super) fn waits_until(&self, failed: &FailedSignIns) -> Timestamp {
        failed.last_failed_at + self.wait(failed.count)
    }

    /// Returns the wait after a number of failures.
    fn wait(&self, failed: u32) -> Seconds {
        let Some(beyond) = failed.checked_sub(self.free) else { return Seconds::new(0) };
        let doubled = self.first_wait.get().saturating_mul(1 << beyond.min(20));
        Seconds::new(doubled.min(self.longest_wait.get()))
    }

    /// Returns the count after its decay.
    pub(super) fn remaining(&self, earlier: &FailedSignIns, now: Timestamp) -> u32 {
        let Some(decay) = self.decay else { return earlier.count };
        let elapsed = (now - earlier.last_failed_at).get().max(0);
        earlier.count.saturating_sub(u32::try_from(elapsed / decay.get()).unwrap_or(u32::MAX))
    }

    /// Returns for how long a count must be kept: until it has decayed, at most for a day.
    pub(super) fn kept_for(&self, count: u32) -> Seconds {
        match self.decay {
            Some(decay) => {
                Seconds::new(decay.get().saturating_mul(count.into()).min(RESET_AFTER.get()))
            }
            None => RESET_AFTER,
        }
    }
}

/// Returns the stored count if it still counts: it has not expired, and was not counted by a clock
/// that was ahead. Its last failure is at most now.
pub(super) fn current(earlier: Option<&FailedSignIns>, now: Timestamp) -> Option<FailedSignIns> {
    let earlier = earlier?;
    let counts = now < earlier.expires_at && earlier.last_failed_at <= now + CLOCK_SKEW_MAX;
    let last_failed_at = earlier.last_failed_at.min(now);
    counts.then(|| FailedSignIns { last_failed_at, ..earlier.clone() })
}
