//! Counts by period of time, without a lock.

use std::sync::atomic::{AtomicU64, Ordering};

/// The count of the present period, and that of the one before.
///
/// An amount that is added in the moment in which a period ends may count to either one, or be
/// lost: the counts decide on delays only.
#[derive(Debug, Default)]
pub(super) struct PeriodCount {
    period: AtomicU64,
    present: AtomicU64,
    before: AtomicU64,
}

impl PeriodCount {
    /// Adds to the count of a period, and returns that count. Periods have numbers from 1 on.
    pub(super) fn add(&self, period: u64, amount: u64) -> u64 {
        let counted = self.period.load(Ordering::Relaxed);
        // A thread can be late: its amount counts to the present period.
        if counted < period
            && self
                .period
                .compare_exchange(counted, period, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            let ended = self.present.swap(0, Ordering::Relaxed);
            let is_previous = counted + 1 == period;
            self.before.store(if is_previous { ended } else { 0 }, Ordering::Relaxed);
        }
        self.present.fetch_add(amount, Ordering::Relaxed) + amount
    }

    /// Returns whether anything was ever counted.
    #[cfg(test)]
    pub(super) fn has_counted(&self) -> bool {
        self.period.load(Ordering::Relaxed) > 0
    }

    /// Returns the counts of the last period in which something was counted, and of the one before.
    #[cfg(test)]
    pub(super) fn last_two(&self) -> u64 {
        self.present.load(Ordering::Relaxed) + self.before.load(Ordering::Relaxed)
    }

    /// Returns the count of this period so far.
    pub(super) fn present(&self, period: u64) -> u64 {
        let is_counted = self.period.load(Ordering::Relaxed) == period;
        if is_counted { self.present.load(Ordering::Relaxed) } else { 0 }
    }

    /// Returns the count of the period before this one.
    pub(super) fn before(&self, period: u64) -> u64 {
        let counted = self.period.load(Ordering::Relaxed);
        if counted == period {
            self.before.load(Ordering::Relaxed)
        } else if counted + 1 == period {
            self.present.load(Ordering::Relaxed)
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_is_that_of_its_period_and_of_the_one_before() {
        // Adds in the periods 5 and 6, and reads in 5, 6, 7 and 8.
        let count = PeriodCount::default();
        assert_eq!((count.add(5, 2), count.add(5, 3)), (2, 5));
        assert_eq!((count.present(5), count.before(5)), (5, 0));
        assert_eq!((count.present(6), count.before(6)), (0, 5));
        assert_eq!(count.add(6, 1), 1);
        assert_eq!((count.present(6), count.before(6)), (1, 5));
        assert_eq!((count.present(7), count.before(7)), (0, 1));
        assert_eq!((count.present(8), count.before(8)), (0, 0));
        count.add(9, 4);
        assert_eq!((count.present(9), count.before(9)), (4, 0));
    }
}
