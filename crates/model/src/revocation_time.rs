//! The time of a revocation by time: `tokens_not_before` of a tenant, a client or a user.

use crate::Timestamp;

/// Returns the `tokens_not_before` of a tenant or client that is revoked at `now`. `earlier` are
/// the revocations that reach the same tokens: of the tenant and of its clients.
///
/// An access token has its time of issue in whole seconds, and in the second of an earlier
/// revocation it is rounded up. So a revocation in that second must be later than its end.
pub fn after_revocations(
    now: Timestamp,
    earlier: impl IntoIterator<Item = Timestamp>,
) -> Timestamp {
    let last = earlier.into_iter().max().unwrap_or_default();
    if last > now {
        // Everything that was issued until now is older already.
        return last;
    }
    let rounded_up = Timestamp::from_seconds(last.seconds_rounded_up());
    if rounded_up < now { now } else { next(rounded_up) }
}

/// Returns the `tokens_not_before` of a user who is revoked at `now`, after `earlier`. It is always
/// another one than before, by which a sign-in that has begun notices it.
pub fn after_revocation_of_user(now: Timestamp, earlier: Timestamp) -> Timestamp {
    now.max(next(earlier))
}

/// Returns the `tokens_not_before` of a row that is switched on or off at `now`. Nothing is given
/// while it is off, so switching on need not pass the second.
pub(crate) fn after_switch(now: Timestamp, earlier: Timestamp, is_on: bool) -> Timestamp {
    if is_on { earlier.max(now) } else { after_revocations(now, [earlier]) }
}

fn next(time: Timestamp) -> Timestamp {
    Timestamp::from_microseconds(time.microseconds().saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    fn at(microseconds: i64) -> Timestamp {
        Timestamp::from_microseconds(10 * SECOND + microseconds)
    }

    #[test]
    fn second_revocation_is_later_than_every_token_issued_between() {
        // Revokes twice. A token that was issued between has the first time, rounded up to seconds.
        for first in [1, 300_000, SECOND - 1, SECOND] {
            for wait in [0, 1, 200_000, SECOND, 5 * SECOND] {
                let between = Timestamp::from_seconds(at(first).seconds_rounded_up());
                let second = after_revocations(at(first + wait), [at(first), at(-5)]);
                assert!(between < second && at(first + wait) <= second, "{first} {wait}");
            }
        }
    }

    #[test]
    fn many_revocations_move_the_time_by_no_more_than_a_second() {
        // Revokes a hundred times at once.
        let mut revoked = at(300_000);
        for _ in 0..100 {
            revoked = after_revocations(at(400_000), [revoked]);
        }
        assert_eq!(revoked, at(SECOND + 1));
        assert_eq!(after_revocations(at(3 * SECOND), [revoked]), at(3 * SECOND));
        assert_eq!(after_revocations(at(0), []), at(0));
    }

    #[test]
    fn revocation_of_a_user_always_changes_the_time() {
        // Revokes after, at and before an earlier time.
        assert_eq!(after_revocation_of_user(at(5), at(3)), at(5));
        assert_eq!(after_revocation_of_user(at(3), at(3)), at(4));
        assert_eq!(after_revocation_of_user(at(2), at(3)), at(4));
    }
}
