//! The time of the worker threads: while it is scarce, a network that uses much of it waits before
//! its next request.
//!
//! The runtime polls tasks in the order in which they were woken. So without a share, each step of
//! a request waits for a step of every connection of a flood.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::period_count::PeriodCount;

/// Time is counted in periods of this length.
const PERIOD: Duration = Duration::from_millis(100);
/// A network is large if it uses more than this part of the time of all threads (a divisor).
const LARGE: u64 = 8;
/// All large networks together have this part of the time while it is scarce (a divisor).
const LARGE_TOGETHER: u64 = 2;
/// The time is scarce for this long after the threads were busy, and a large network waited.
const SCARCE_FOR: Duration = Duration::from_secs(1);
/// The longest wait of a request. One that would wait longer is refused.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// The use of the worker threads by all networks. Times are nanoseconds since `start`.
pub(super) struct ThreadTime {
    threads: u64,
    start: Instant,
    used: PeriodCount,
    steps: PeriodCount,
    active: PeriodCount,
    large: PeriodCount,
    /// The end of the time for which the threads are taken for busy.
    busy_until: AtomicU64,
    /// The end of the time for which more than one network is taken for active.
    shared_until: AtomicU64,
}

/// The use of the worker threads by one network.
#[derive(Debug, Default)]
pub(super) struct NetworkTime {
    used: PeriodCount,
    requests: PeriodCount,
    waits: PeriodCount,
    /// The last period in which the network was counted as a large one.
    large_in: AtomicU64,
    /// The time at which its next request begins, if it has to wait.
    next: AtomicU64,
}

/// The beginning of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    /// At once.
    Now,
    /// After a wait, because the network is large.
    After(Duration),
    /// Not in time.
    Never,
}

impl ThreadTime {
    pub(super) fn new(threads: usize) -> Self {
        Self {
            threads: u64::try_from(threads).unwrap_or(1).max(1),
            start: Instant::now(),
            used: PeriodCount::default(),
            steps: PeriodCount::default(),
            active: PeriodCount::default(),
            large: PeriodCount::default(),
            busy_until: AtomicU64::new(0),
            shared_until: AtomicU64::new(0),
        }
    }

    /// Counts a step of a task of a network, which began at `start` and ends now.
    pub(super) fn count(&self, network: &NetworkTime, start: Instant) {
        let now = self.now();
        let period = period(now);
        let step = nanoseconds(start.elapsed());
        if self.used.add(period, step) >= self.capacity() / 4 * 3 {
            self.busy_until.fetch_max(now + nanoseconds(SCARCE_FOR), Ordering::Relaxed);
        }
        self.steps.add(period, 1);
        if network.used.add(period, step) == step && self.active.add(period, 1) > 1 {
            self.shared_until.fetch_max(now + nanoseconds(SCARCE_FOR), Ordering::Relaxed);
        }
    }

    /// Decides when a request of a network, or a TLS handshake, begins.
    pub(super) fn beginning(&self, network: &NetworkTime) -> Beginning {
        let now = self.now();
        let period = period(now);
        network.requests.add(period, 1);
        if !self.is_scarce(now) || !self.is_large(network, period) {
            return Beginning::Now;
        }
        if network.large_in.swap(period, Ordering::Relaxed) != period {
            self.large.add(period, 1);
        }
        let large = self.large.present(period).max(self.large.before(period)).max(1);
        let interval = network.mean_cost(period) * LARGE_TOGETHER * large / self.threads;
        let beginning = network.reserve(now, interval);
        if beginning != Beginning::Now {
            network.waits.add(period, 1);
            self.busy_until.fetch_max(now + nanoseconds(SCARCE_FOR), Ordering::Relaxed);
        }
        beginning
    }

    /// Returns the time after which this number of tasks, which wait for a thread, have had their
    /// step.
    pub(super) fn wait_for(&self, tasks: usize) -> Duration {
        let period = period(self.now());
        let mean_step = self.used.before(period) / self.steps.before(period).max(1);
        let tasks = u64::try_from(tasks).unwrap_or(u64::MAX);
        Duration::from_nanos(tasks.saturating_mul(mean_step) / self.threads)
    }

    fn is_scarce(&self, now: u64) -> bool {
        now < self.busy_until.load(Ordering::Relaxed)
            && now < self.shared_until.load(Ordering::Relaxed)
    }

    /// Returns whether a network uses much of the time, or would if it did not wait.
    fn is_large(&self, network: &NetworkTime, period: u64) -> bool {
        let used = network.used.present(period).max(network.used.before(period));
        used > self.capacity() / LARGE || network.waits.before(period) > 0
    }

    /// Returns the time of all threads in a period.
    fn capacity(&self) -> u64 {
        self.threads * nanoseconds(PERIOD)
    }

    fn now(&self) -> u64 {
        nanoseconds(self.start.elapsed())
    }
}

impl NetworkTime {
    /// Returns whether a step was counted, ever.
    #[cfg(test)]
    pub(super) fn has_used_a_thread(&self) -> bool {
        self.used.has_counted()
    }

    /// Returns the mean time that a request of this network uses.
    fn mean_cost(&self, period: u64) -> u64 {
        match self.requests.before(period) {
            0 => self.used.present(period) / self.requests.present(period).max(1),
            requests => self.used.before(period) / requests,
        }
    }

    /// Takes the next beginning of a request. They have this interval.
    fn reserve(&self, now: u64, interval: u64) -> Beginning {
        let next = |next: u64| {
            let wait = next.saturating_sub(now);
            (wait <= nanoseconds(WAIT_MAX)).then(|| next.max(now) + interval)
        };
        match self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
            Ok(next) if next <= now => Beginning::Now,
            Ok(next) => Beginning::After(Duration::from_nanos(next - now)),
            Err(_) => Beginning::Never,
        }
    }
}

/// Returns the number of the period of a time.
fn period(now: u64) -> u64 {
    now / nanoseconds(PERIOD) + 1
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    /// The time of two threads, and two networks.
    struct Threads {
        time: ThreadTime,
        flood: NetworkTime,
        other: NetworkTime,
    }

    impl Threads {
        fn new() -> Self {
            let (flood, other) = <(NetworkTime, NetworkTime)>::default();
            Self { time: ThreadTime::new(2), flood, other }
        }

        /// Lets each network use the time of both threads for a period, 2 ms for each request.
        async fn flood(&self, networks: &[&NetworkTime]) {
            let start = Instant::now();
            advance(Duration::from_millis(99)).await;
            for network in networks {
                network.requests.add(period(self.time.now()), 99);
                self.time.count(network, start);
                self.time.count(network, start);
            }
            advance(Duration::from_millis(1)).await;
        }

        /// Lets a network use a thread for a millisecond.
        async fn step(&self, network: &NetworkTime) {
            let start = Instant::now();
            advance(Duration::from_millis(1)).await;
            self.time.count(network, start);
        }

        /// Returns the waits of some requests of a network, in milliseconds.
        fn waits(&self, network: &NetworkTime, requests: usize) -> Vec<u128> {
            let wait = |_| match self.time.beginning(network) {
                Beginning::Now => 0,
                Beginning::After(wait) => wait.as_millis(),
                Beginning::Never => u128::MAX,
            };
            (0..requests).map(wait).collect()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_of_a_flood_begin_at_the_rate_of_its_share() {
        // Hostile input ST6: a request of the flood costs 2 ms of thread time, and the flood has
        // one of two threads. The requests of the other network do not wait.
        let threads = Threads::new();
        threads.flood(&[&threads.flood]).await;
        threads.step(&threads.flood).await;
        threads.step(&threads.other).await;
        assert_eq!(threads.waits(&threads.flood, 5), [0, 2, 4, 6, 8]);
        assert_eq!(threads.waits(&threads.other, 5), [0; 5]);
    }

    #[tokio::test(start_paused = true)]
    async fn floods_share_the_half_of_the_threads() {
        // Two networks use the threads, while a third is active: each begins half as often.
        let threads = Threads::new();
        let second = NetworkTime::default();
        threads.flood(&[&threads.flood, &second]).await;
        threads.step(&threads.other).await;
        threads.waits(&second, 1);
        assert_eq!(threads.waits(&threads.flood, 3), [0, 4, 8]);
    }

    #[tokio::test(start_paused = true)]
    async fn network_uses_all_threads_while_no_other_is_active() {
        // Begins requests of a flood when no other network has used the service for a second.
        let threads = Threads::new();
        threads.step(&threads.other).await;
        threads.step(&threads.flood).await;
        for _ in 0..12 {
            threads.flood(&[&threads.flood]).await;
        }
        assert_eq!(threads.waits(&threads.flood, 5), [0; 5]);
    }

    #[tokio::test(start_paused = true)]
    async fn requests_do_not_wait_after_a_flood() {
        // Begins requests one second after the last one that waited.
        let threads = Threads::new();
        threads.flood(&[&threads.flood]).await;
        threads.step(&threads.flood).await;
        threads.step(&threads.other).await;
        assert_eq!(threads.waits(&threads.flood, 2), [0, 2]);
        advance(SCARCE_FOR + PERIOD).await;
        threads.step(&threads.other).await;
        assert_eq!(threads.waits(&threads.flood, 2), [0, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn request_that_would_wait_too_long_is_refused() {
        // Of requests at an interval of 2 ms, 501 begin within a second.
        let threads = Threads::new();
        threads.flood(&[&threads.flood]).await;
        threads.step(&threads.flood).await;
        threads.step(&threads.other).await;
        let waits = threads.waits(&threads.flood, 600);
        let admitted = waits.iter().filter(|wait| **wait != u128::MAX).count();
        assert_eq!(admitted, 501);
    }

    #[tokio::test(start_paused = true)]
    async fn backlog_is_the_time_of_the_steps_that_wait() {
        // Steps took 1 ms in the last period: 60 of them need 30 ms of two threads.
        let threads = Threads::new();
        for _ in 0..100 {
            threads.step(&threads.other).await;
        }
        assert_eq!(threads.time.wait_for(60), Duration::from_millis(30));
        advance(PERIOD).await;
        advance(PERIOD).await;
        assert_eq!(threads.time.wait_for(60), Duration::ZERO);
    }
}
