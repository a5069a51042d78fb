//! The time of the worker threads: while it is scarce, a network that uses much of it waits before
//! its next request.
//!
//! The runtime polls tasks in the order in which they were woken. So without a share, each step of
//! a request waits for a step of every connection of a flood.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::time::Instant;

use super::period_count::PeriodCount;
use super::step;

/// Time is counted in periods of this length.
const PERIOD: Duration = Duration::from_millis(100);
/// The threads are busy from this part of their time on.
const BUSY: (u64, u64) = (5, 8);
/// The time is scarce for this long after the threads were busy and two networks were active.
const SCARCE_FOR: Duration = Duration::from_secs(1);
/// A network is large if it uses more than its equal part of the time of all threads. These are the
/// least and the greatest number of parts: a few networks have no more than an eighth, and of many
/// networks none is large because it sends some requests at once.
const PARTS: (u64, u64) = (8, 32);
/// While the time is scarce, all networks that are not large and all other work of the process have
/// this part at least (a divisor), also if they do not use it.
const OTHERS: u64 = 4;
/// Large networks together have this part at least (a divisor).
const LARGE_TOGETHER_MIN: u64 = 4;
/// The longest wait of a request. One that would wait longer is refused.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// The use of the worker threads by all networks. Times are nanoseconds since `start`.
pub(super) struct ThreadTime {
    threads: u64,
    start: Instant,
    used: PeriodCount,
    steps: PeriodCount,
    /// The time that large networks used.
    used_by_large: PeriodCount,
    active: PeriodCount,
    large: PeriodCount,
    process: ProcessTime,
    /// The end of the time for which the threads are taken for busy.
    busy_until: AtomicU64,
    /// The end of the time for which more than one network is taken for active.
    shared_until: AtomicU64,
}

/// The processor time of the whole process, which includes the threads that hash passwords and
/// write.
#[derive(Debug, Default)]
struct ProcessTime {
    read_in: AtomicU64,
    at_last: AtomicU64,
    used: PeriodCount,
}

/// The use of the worker threads by one network.
#[derive(Debug, Default)]
pub(super) struct NetworkTime {
    used: PeriodCount,
    /// The requests that began.
    requests: PeriodCount,
    waits: PeriodCount,
    /// The last period in which the network was large.
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
    /// Never: it is refused. It is one of a large network, or not.
    Never { is_large: bool },
}

impl ThreadTime {
    pub(super) fn new(threads: usize) -> Self {
        Self {
            threads: u64::try_from(threads).unwrap_or(1).max(1),
            start: Instant::now(),
            used: PeriodCount::default(),
            steps: PeriodCount::default(),
            used_by_large: PeriodCount::default(),
            active: PeriodCount::default(),
            large: PeriodCount::default(),
            process: ProcessTime::default(),
            busy_until: AtomicU64::new(0),
            shared_until: AtomicU64::new(0),
        }
    }

    /// Counts a step of a task of a network, which began at `start` and ends now.
    pub(super) fn count(&self, network: &NetworkTime, start: Instant) {
        let end = Instant::now();
        let now = self.since_start(end);
        let period = period(now);
        // A process that was stopped for a while has not used the time.
        let step = nanoseconds(end.duration_since(start).min(PERIOD));
        self.steps.add(period, 1);
        if self.used.add(period, step) >= self.capacity() / BUSY.1 * BUSY.0 {
            self.busy_until.fetch_max(now + nanoseconds(SCARCE_FOR), Ordering::Relaxed);
        }
        if network.used.add(period, step) == step && self.active.add(period, 1) > 1 {
            self.shared_until.fetch_max(now + nanoseconds(SCARCE_FOR), Ordering::Relaxed);
        }
        if self.is_large(network, period) {
            self.used_by_large.add(period, step);
        }
        self.process.read(period);
    }

    /// Decides when a request of a network, or a TLS handshake, begins. `backlog_max` is the
    /// longest time that the tasks which wait for a thread may need.
    pub(super) fn beginning(
        &self,
        network: &NetworkTime,
        waiting: usize,
        backlog_max: Duration,
    ) -> Beginning {
        let now = self.now();
        let period = period(now);
        let is_large = self.is_large(network, period);
        if is_large && network.large_in.swap(period, Ordering::Relaxed) != period {
            self.large.add(period, 1);
        }
        let large = self.large.present(period).max(self.large.before(period));
        // Networks that are not large are refused only if there is no large one.
        if (is_large || large == 0) && self.wait_for(waiting, period) > backlog_max {
            return Beginning::Never { is_large };
        }
        let beginning = if is_large && self.is_scarce(now) {
            network.reserve(now, self.interval(network, large, period))
        } else {
            Beginning::Now
        };
        match beginning {
            Beginning::Now => {}
            Beginning::After(_) | Beginning::Never { .. } => drop(network.waits.add(period, 1)),
        }
        if !matches!(beginning, Beginning::Never { .. }) {
            network.requests.add(period, 1);
        }
        beginning
    }

    /// Returns the interval of the requests of a large network: with it, all large networks
    /// together use what the others leave, except for the part of the others.
    fn interval(&self, network: &NetworkTime, large: u64, period: u64) -> u64 {
        let used = self.used.before(period).max(self.process.used.before(period));
        let of_others = used.saturating_sub(self.used_by_large.before(period));
        let left = self.capacity() - self.capacity() / OTHERS;
        let share =
            left.saturating_sub(of_others).max(self.capacity() / LARGE_TOGETHER_MIN) / large.max(1);
        // Both are at most a period, so the product fits.
        let interval = network.mean_cost(period) * nanoseconds(PERIOD) / share.max(1);
        interval.min(nanoseconds(PERIOD))
    }

    /// Returns the time after which this number of tasks, which wait for a thread, have had their
    /// step.
    fn wait_for(&self, tasks: usize, period: u64) -> Duration {
        let mean_step = self.used.before(period) / self.steps.before(period).max(1);
        let tasks = u64::try_from(tasks).unwrap_or(u64::MAX);
        Duration::from_nanos(tasks.saturating_mul(mean_step) / self.threads)
    }

    fn is_scarce(&self, now: u64) -> bool {
        now < self.busy_until.load(Ordering::Relaxed)
            && now < self.shared_until.load(Ordering::Relaxed)
    }

    /// Returns whether a network is large at present.
    pub(super) fn is_large_now(&self, network: &NetworkTime) -> bool {
        self.is_large(network, period(self.now()))
    }

    /// Returns whether a network uses much of the time, or would if it did not wait.
    fn is_large(&self, network: &NetworkTime, period: u64) -> bool {
        let used = network.used.present(period).max(network.used.before(period));
        let parts = (self.active.before(period) + 1).clamp(PARTS.0, PARTS.1);
        used > self.capacity() / parts || network.waits.before(period) > 0
    }

    /// Returns the time of all threads in a period.
    fn capacity(&self) -> u64 {
        self.threads * nanoseconds(PERIOD)
    }

    fn now(&self) -> u64 {
        self.since_start(step::now())
    }

    fn since_start(&self, time: Instant) -> u64 {
        nanoseconds(time.duration_since(self.start))
    }
}

impl ProcessTime {
    /// Reads the time, once in a period. The difference to the time before counts to this one's
    /// predecessor.
    fn read(&self, period: u64) {
        let read_in = self.read_in.load(Ordering::Relaxed);
        if read_in >= period
            || self
                .read_in
                .compare_exchange(read_in, period, Ordering::Relaxed, Ordering::Relaxed)
                .is_err()
        {
            return;
        }
        let time = clock_gettime(ClockId::ProcessCPUTime);
        let now = Duration::new(
            u64::try_from(time.tv_sec).unwrap_or_default(),
            u32::try_from(time.tv_nsec).unwrap_or_default(),
        );
        let before = self.at_last.swap(nanoseconds(now), Ordering::Relaxed);
        // After a pause, the time is that of all periods since then.
        if read_in + 1 == period {
            self.used.add(period - 1, nanoseconds(now).saturating_sub(before));
        }
    }
}

impl NetworkTime {
    /// Returns whether a step was counted, ever.
    #[cfg(test)]
    pub(super) fn has_used_a_thread(&self) -> bool {
        self.used.has_counted()
    }

    /// Returns the time of the last two periods in which a step was counted.
    #[cfg(test)]
    pub(super) fn used_milliseconds(&self) -> u64 {
        self.used.last_two() / 1_000_000
    }

    /// Returns the mean time of a request, with that of refusals, and at most a period.
    fn mean_cost(&self, period: u64) -> u64 {
        let mean = match self.requests.before(period) {
            0 => self.used.present(period) / self.requests.present(period).max(1),
            requests => self.used.before(period) / requests,
        };
        mean.min(nanoseconds(PERIOD))
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
            Err(_) => Beginning::Never { is_large: true },
        }
    }
}

/// Returns the number of the period of a time. The first one is 2: in 0 and 1, nothing happened.
fn period(now: u64) -> u64 {
    now / nanoseconds(PERIOD) + 2
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
            let wait = |_| match self.time.beginning(network, 0, Duration::ZERO) {
                Beginning::Now => 0,
                Beginning::After(wait) => wait.as_millis(),
                Beginning::Never { .. } => u128::MAX,
            };
            (0..requests).map(wait).collect()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_of_a_flood_begin_at_the_rate_of_its_share() {
        // Hostile input ST6: a request of the flood costs 2 ms of thread time, and the flood has
        // three quarters of two threads. The requests of the other network do not wait.
        let threads = Threads::new();
        threads.flood(&[&threads.flood]).await;
        threads.step(&threads.flood).await;
        threads.step(&threads.other).await;
        assert_eq!(threads.waits(&threads.flood, 5), [0, 1, 2, 3, 5]);
        assert_eq!(threads.waits(&threads.other, 5), [0; 5]);
    }

    #[tokio::test(start_paused = true)]
    async fn floods_share_the_time_that_one_flood_has() {
        // Two networks use the threads, while a third is active: each begins half as often.
        let threads = Threads::new();
        let second = NetworkTime::default();
        threads.flood(&[&threads.flood, &second]).await;
        threads.step(&threads.other).await;
        threads.waits(&second, 1);
        assert_eq!(threads.waits(&threads.flood, 4), [0, 2, 5, 7]);
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
        assert_eq!(threads.waits(&threads.flood, 2), [0, 1]);
        advance(SCARCE_FOR + PERIOD).await;
        threads.step(&threads.other).await;
        assert_eq!(threads.waits(&threads.flood, 2), [0, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn request_that_would_wait_too_long_is_refused() {
        // Of requests at an interval of 4/3 ms, 751 begin within a second.
        let threads = Threads::new();
        threads.flood(&[&threads.flood]).await;
        threads.step(&threads.flood).await;
        threads.step(&threads.other).await;
        let waits = threads.waits(&threads.flood, 900);
        let admitted = waits.iter().filter(|wait| **wait != u128::MAX).count();
        assert_eq!(admitted, 751);
    }

    #[tokio::test(start_paused = true)]
    async fn flood_gets_the_time_that_others_leave_but_for_a_quarter() {
        // Five networks use a tenth of the time each, so that a quarter is left for the flood.
        let threads = Threads::new();
        let others: [NetworkTime; 5] = Default::default();
        let start = Instant::now();
        advance(Duration::from_millis(20)).await;
        for other in &others {
            threads.time.count(other, start);
        }
        advance(Duration::from_millis(79)).await;
        threads.flood.requests.add(period(threads.time.now()), 99);
        threads.time.count(&threads.flood, start);
        threads.time.count(&threads.flood, start);
        advance(Duration::from_millis(1)).await;
        assert_eq!(threads.waits(&threads.flood, 3), [0, 4, 8]);
    }

    #[tokio::test(start_paused = true)]
    async fn refused_requests_do_not_lower_the_cost_of_others() {
        // Of 900 requests, those that begin are counted.
        let threads = Threads::new();
        threads.flood(&[&threads.flood]).await;
        threads.step(&threads.flood).await;
        threads.step(&threads.other).await;
        threads.waits(&threads.flood, 900);
        assert_eq!(threads.flood.requests.present(period(threads.time.now())), 751);
    }

    #[tokio::test(start_paused = true)]
    async fn step_of_a_process_that_was_stopped_counts_for_a_period() {
        // Counts a step of ten seconds: the next request of the network begins within a period.
        let threads = Threads::new();
        let start = Instant::now();
        advance(Duration::from_secs(10)).await;
        threads.time.count(&threads.flood, start);
        threads.time.count(&threads.flood, start);
        threads.step(&threads.other).await;
        let waits = threads.waits(&threads.flood, 2);
        assert!(waits.iter().all(|wait| *wait <= 100), "{waits:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn backlog_refuses_large_networks_first() {
        // A thousand steps of at least 1 ms wait. While one network is large, others begin; when
        // none is, all are refused.
        let threads = Threads::new();
        threads.flood(&[&threads.flood]).await;
        threads.step(&threads.other).await;
        let begin = |network| threads.time.beginning(network, 1_000, Duration::from_millis(25));
        assert_eq!(begin(&threads.flood), Beginning::Never { is_large: true });
        assert_eq!(begin(&threads.other), Beginning::Now);
        for _ in 0..10 {
            advance(PERIOD).await;
            threads.step(&threads.other).await;
        }
        assert_eq!(begin(&threads.other), Beginning::Never { is_large: false });
    }

    #[tokio::test(start_paused = true)]
    async fn backlog_is_the_time_of_the_steps_that_wait() {
        // Steps took 1 ms in the last period: 60 of them need 30 ms of two threads.
        let threads = Threads::new();
        for _ in 0..100 {
            threads.step(&threads.other).await;
        }
        let wait_for = |tasks| threads.time.wait_for(tasks, period(threads.time.now()));
        assert_eq!(wait_for(60), Duration::from_millis(30));
        advance(PERIOD).await;
        advance(PERIOD).await;
        assert_eq!(wait_for(60), Duration::ZERO);
    }
}
