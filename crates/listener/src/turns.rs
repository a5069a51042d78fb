//! Turns of networks at the worker threads: one that keeps them busy leaves a thread to the others.
//!
//! A connection is a task, which does the TLS handshake and serves the requests. The runtime polls
//! tasks in the order in which they were woken. So without turns, each step of a request waits for
//! a step of every connection of a flood.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::rt::Executor;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// The time of worker threads is counted in this period and the one before.
const PERIOD: Duration = Duration::from_millis(250);
/// A network is busy if it used a worker thread for more than this part of a period (a divisor).
const BUSY_PART: u32 = 4;

/// The turns at the worker threads of the runtime.
pub(crate) struct Turns {
    /// The number of threads that all busy networks use together while others are active.
    busy_max: usize,
    table: Mutex<Table>,
}

/// A task of a network, which waits for its turn before each step.
pub(crate) struct InTurn<F> {
    turns: Arc<Turns>,
    network: Option<IpAddr>,
    place: Option<Arc<Place>>,
    task: Pin<Box<F>>,
}

/// Runs the parts of an HTTP/2 connection in the turns of its network.
#[derive(Clone)]
pub(crate) struct TurnExecutor {
    pub(crate) turns: Arc<Turns>,
    pub(crate) network: Option<IpAddr>,
}

struct Table {
    period_start: Instant,
    used: HashMap<IpAddr, Duration>,
    used_before: HashMap<IpAddr, Duration>,
    /// The number of turns that busy networks have.
    taken: usize,
    waiting: VecDeque<(IpAddr, VecDeque<Arc<Place>>)>,
}

/// A place in the queue of a network.
struct Place {
    waker: Waker,
    has_turn: AtomicBool,
}

/// A step of a task that runs. Its end counts the time, and frees the turn if it is one.
struct Step<'a> {
    turns: &'a Turns,
    network: IpAddr,
    start: Instant,
    is_turn: bool,
}

impl Turns {
    /// Creates the turns for the threads of the present runtime.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::of(Handle::current().metrics().num_workers()))
    }

    fn of(workers: usize) -> Self {
        let (period_start, taken) = (Instant::now(), 0);
        let (used, used_before, waiting) = <(HashMap<_, _>, HashMap<_, _>, _)>::default();
        let table = Table { period_start, used, used_before, taken, waiting };
        Self { busy_max: workers.saturating_sub(1).max(1), table: Mutex::new(table) }
    }

    /// Returns the task of a network, which waits for its turn before each step. Without a network
    /// it never waits.
    pub(crate) fn run<F>(self: &Arc<Self>, network: Option<IpAddr>, task: F) -> InTurn<F> {
        InTurn { turns: Arc::clone(self), network, place: None, task: Box::pin(task) }
    }

    /// Starts a step. `None` if it has to wait: then it has a place, and is woken.
    fn start(
        &self,
        network: IpAddr,
        place: &mut Option<Arc<Place>>,
        waker: &Waker,
    ) -> Option<Step<'_>> {
        let (mut table, start) = (self.table(), Instant::now());
        table.start_period(start);
        let step = |is_turn| Some(Step { turns: self, network, start, is_turn });
        if let Some(waiting) = place {
            if !waiting.has_turn.load(Ordering::Relaxed) {
                return None;
            }
            *place = None;
            return step(true);
        }
        if !table.is_busy(network) || table.is_alone(network) {
            return step(false);
        }
        if table.taken < self.busy_max {
            table.taken += 1;
            return step(true);
        }
        *place = Some(table.wait(network, waker));
        None
    }

    /// Gives free turns to the next in the queues.
    fn give(&self, mut table: MutexGuard<'_, Table>) {
        let mut woken = Vec::new();
        while table.taken < self.busy_max
            && let Some(place) = table.next()
        {
            // A task that ended has dropped its place.
            if Arc::strong_count(&place) > 1 {
                place.has_turn.store(true, Ordering::Relaxed);
                table.taken += 1;
                woken.push(place);
            }
        }
        drop(table);
        for place in woken {
            place.waker.wake_by_ref();
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn start_period(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.period_start);
        if elapsed < PERIOD {
            return;
        }
        self.period_start = now;
        std::mem::swap(&mut self.used, &mut self.used_before);
        self.used.clear();
        if elapsed >= PERIOD * 2 {
            self.used_before.clear();
        }
    }

    fn is_busy(&self, network: IpAddr) -> bool {
        let used = |periods: &HashMap<_, _>| periods.get(&network).copied();
        used(&self.used).max(used(&self.used_before)) > Some(PERIOD / BUSY_PART)
    }

    /// Returns whether no other network is active.
    fn is_alone(&self, network: IpAddr) -> bool {
        self.used.keys().chain(self.used_before.keys()).all(|active| *active == network)
    }

    fn wait(&mut self, network: IpAddr, waker: &Waker) -> Arc<Place> {
        let place = Arc::new(Place { waker: waker.clone(), has_turn: AtomicBool::new(false) });
        let entry = Arc::clone(&place);
        match self.waiting.iter_mut().find(|(of, _)| *of == network) {
            Some((_, queue)) => queue.push_back(entry),
            None => self.waiting.push_back((network, VecDeque::from([entry]))),
        }
        place
    }

    /// Removes the first place of the network whose turn it is. Then the network is the last one.
    fn next(&mut self) -> Option<Arc<Place>> {
        let (network, mut queue) = self.waiting.pop_front()?;
        let place = queue.pop_front();
        if !queue.is_empty() {
            self.waiting.push_back((network, queue));
        }
        place
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        let elapsed = self.start.elapsed();
        let mut table = self.turns.table();
        *table.used.entry(self.network).or_default() += elapsed;
        if self.is_turn {
            table.taken = table.taken.saturating_sub(1);
            self.turns.give(table);
        }
    }
}

impl<F: Future> Future for InTurn<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let Some(network) = this.network else { return this.task.as_mut().poll(context) };
        let Some(step) = this.turns.start(network, &mut this.place, context.waker()) else {
            return Poll::Pending;
        };
        let result = this.task.as_mut().poll(context);
        drop(step);
        result
    }
}

impl<F> Drop for InTurn<F> {
    fn drop(&mut self) {
        let Some(place) = self.place.take() else { return };
        let mut table = self.turns.table();
        if place.has_turn.load(Ordering::Relaxed) {
            table.taken = table.taken.saturating_sub(1);
            self.turns.give(table);
        } else {
            // While the lock is held: a place that is dropped here gets no turn.
            drop(place);
        }
    }
}

impl<F> Executor<F> for TurnExecutor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, task: F) {
        tokio::spawn(self.turns.run(self.network, task));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOD: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const SECOND_FLOOD: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 1));

    /// Turns at three threads, of which some networks have used one for a whole period.
    fn turns(busy: &[IpAddr]) -> Arc<Turns> {
        let turns = Arc::new(Turns::of(3));
        // No period ends during a test.
        turns.table().period_start += Duration::from_secs(3_600);
        turns.table().used.extend(busy.iter().map(|network| (*network, PERIOD)));
        turns.table().used.insert(OTHER, Duration::from_millis(1));
        turns
    }

    fn start<'a>(
        turns: &'a Turns,
        network: IpAddr,
        place: &mut Option<Arc<Place>>,
    ) -> Option<Step<'a>> {
        turns.start(network, place, Waker::noop())
    }

    #[test]
    fn busy_network_leaves_a_thread_to_others() {
        // Hostile input ST6: of a busy network, two steps start at three threads and the third one
        // waits, until one ends. A step of another network starts meanwhile.
        let turns = turns(&[FLOOD]);
        let mut place = None;
        let running = [start(&turns, FLOOD, &mut None), start(&turns, FLOOD, &mut None)];
        assert!(running.iter().all(Option::is_some));
        assert!(start(&turns, FLOOD, &mut place).is_none());
        assert!(start(&turns, FLOOD, &mut place).is_none(), "it still waits");
        assert!(start(&turns, OTHER, &mut None).is_some());
        drop(running);
        assert!(start(&turns, FLOOD, &mut place).is_some());
        assert_eq!(turns.table().taken, 0);
    }

    #[test]
    fn busy_networks_take_turns() {
        // Four steps of one network wait before one of another: it is the second to get a turn.
        let turns = turns(&[FLOOD, SECOND_FLOOD]);
        let running = [start(&turns, FLOOD, &mut None), start(&turns, FLOOD, &mut None)];
        let mut places: [Option<Arc<Place>>; 5] = Default::default();
        for (number, place) in places.iter_mut().enumerate() {
            let network = if number < 4 { FLOOD } else { SECOND_FLOOD };
            assert!(start(&turns, network, place).is_none());
        }
        drop(running);
        let have_turn = places.each_ref().map(|place| {
            place.as_ref().is_some_and(|place| place.has_turn.load(Ordering::Relaxed))
        });
        assert_eq!(have_turn, [true, false, false, false, true]);
    }

    #[test]
    fn network_uses_all_threads_while_no_other_is_active() {
        // Starts more steps than there are threads, without a step of another network.
        let turns = turns(&[FLOOD]);
        turns.table().used.remove(&OTHER);
        let running: Vec<_> = (0..8).filter_map(|_| start(&turns, FLOOD, &mut None)).collect();
        assert_eq!(running.len(), 8);
    }

    #[test]
    fn network_is_no_longer_busy_after_two_periods() {
        // Ends the period once, and twice: the time of the network is forgotten, and its entry.
        let turns = turns(&[FLOOD]);
        let mut table = turns.table();
        let start = table.period_start;
        table.start_period(start + PERIOD);
        assert!(table.is_busy(FLOOD));
        table.start_period(start + PERIOD * 2);
        assert!(!table.is_busy(FLOOD));
        assert!(table.used.is_empty() && table.used_before.is_empty());
    }

    #[test]
    fn task_that_ends_in_the_queue_passes_its_turn_on() {
        // Drops one task that waits, and one that has got a turn. The third one gets it.
        let turns = turns(&[FLOOD]);
        let mut running = [start(&turns, FLOOD, &mut None), start(&turns, FLOOD, &mut None)];
        let mut tasks = [0, 1, 2].map(|_| Some(turns.run(Some(FLOOD), std::future::ready(()))));
        for task in tasks.iter_mut().flatten() {
            assert!(start(&turns, FLOOD, &mut task.place).is_none());
        }
        tasks[0] = None;
        running[0] = None;
        tasks[1] = None;
        let last = tasks[2].as_ref().and_then(|task| task.place.as_ref()).expect("a place");
        assert!(last.has_turn.load(Ordering::Relaxed));
        assert_eq!(turns.table().taken, 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tasks_of_a_busy_network_all_end() {
        // Runs 100 tasks with 20 steps each of a busy network, beside one of another.
        let turns = turns(&[FLOOD]);
        let steps = || async {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        };
        let networks = std::iter::once(OTHER).chain(std::iter::repeat_n(FLOOD, 100));
        let tasks: Vec<_> =
            networks.map(|network| tokio::spawn(turns.run(Some(network), steps()))).collect();
        for task in tasks {
            task.await.expect("a task that ends");
        }
        assert_eq!(turns.table().taken, 0);
    }
}
