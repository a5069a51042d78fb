//! Arrivals at a rate (open loop), or one after the other on each connection (closed loop).

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::load_counts::Counts;
use super::mixture::{Kind, Senders, Unserved};
use crate::http::{Connection, Target};
use crate::service::Service;
use crate::{Result, clock};

/// The number of addresses that the connections come from, as the users of an hour come from many
/// networks: one that sends much has a share only.
const ADDRESSES: usize = 250;
/// The arrivals of an open loop come in steps of this time.
const STEP: Duration = Duration::from_millis(2);

/// Clients and browsers that use a service.
#[derive(Clone)]
pub(super) struct Load {
    target: Target,
    senders: Senders,
    /// The kinds of the arrivals, in their order.
    kinds: &'static [Kind],
    state: Arc<State>,
}

struct State {
    /// The connection that is idle for longest is used next, so all addresses take part.
    idle: Mutex<VecDeque<Connection>>,
    /// The number of arrivals that are not served yet.
    running: AtomicUsize,
    opened: AtomicUsize,
    arrived: AtomicUsize,
    counts: Mutex<Counts>,
}

/// The rate of an open loop per second, its duration, and the most arrivals that run at once.
#[derive(Clone, Copy)]
pub(super) struct Rate {
    pub(super) per_second: f64,
    pub(super) period: Duration,
    pub(super) running_max: usize,
}

impl Load {
    pub(super) fn new(service: &Service, senders: Senders, kinds: &'static [Kind]) -> Result<Self> {
        let state = State {
            idle: Mutex::default(),
            running: AtomicUsize::new(0),
            opened: AtomicUsize::new(0),
            arrived: AtomicUsize::new(0),
            counts: Mutex::new(Counts::new()?),
        };
        Ok(Self { target: service.target.clone(), senders, kinds, state: Arc::new(state) })
    }

    /// Sends the next arrival on each connection as soon as the one before is served. Every one
    /// must succeed.
    pub(super) async fn closed_loop(self, connections: usize, period: Duration) -> Result<Counts> {
        let (end, mut workers) = (clock::now() + period, JoinSet::new());
        for _ in 0..connections {
            let load = self.clone();
            workers.spawn(async move {
                while clock::now() < end {
                    load.send_next(clock::now()).await;
                }
            });
        }
        while let Some(result) = workers.join_next().await {
            result?;
        }
        let mut counts = self.take_counts()?;
        counts.end_period();
        match counts.last_failure {
            Some(failure) => Err(format!("{} arrivals failed: {failure}", counts.failed).into()),
            None if !counts.shed.is_empty() => {
                Err(format!("{} of a closed loop were shed", counts.shed.len()).into())
            }
            None => Ok(counts),
        }
    }

    /// Sends arrivals at a rate, whether or not earlier ones were served. One opens a connection if
    /// none is idle.
    pub(super) async fn open_loop(self, rate: Rate) -> Result<Counts> {
        let (start, mut arrived, mut unsent) = (clock::now(), 0_u32, 0);
        let mut workers = JoinSet::new();
        while start.elapsed() < rate.period {
            loop {
                let due = start + Duration::from_secs_f64(f64::from(arrived) / rate.per_second);
                if due > clock::now() {
                    break;
                }
                arrived += 1;
                if self.state.running.load(Ordering::Relaxed) >= rate.running_max {
                    unsent += 1;
                    continue;
                }
                self.state.running.fetch_add(1, Ordering::Relaxed);
                let load = self.clone();
                workers.spawn(async move {
                    load.send_next(due).await;
                    load.state.running.fetch_sub(1, Ordering::Relaxed);
                });
            }
            while workers.try_join_next().is_some() {}
            tokio::time::sleep(STEP).await;
        }
        lock(&self.state.counts).end_period();
        while let Some(result) = workers.join_next().await {
            result?;
        }
        Ok(Counts { arrived: u64::from(arrived), unsent, ..self.take_counts()? })
    }

    /// Closes the idle connections.
    pub(super) fn disconnect(&self) {
        lock(&self.state.idle).clear();
    }

    /// Sends the requests of the next arrival, which was due at a time.
    async fn send_next(&self, due: Instant) {
        let number = self.state.arrived.fetch_add(1, Ordering::Relaxed);
        let Some(kind) = self.kinds.get(number % self.kinds.len().max(1)) else { return };
        let outcome = self.send((*kind, number), due).await;
        lock(&self.state.counts).record(*kind, outcome, due.elapsed());
    }

    async fn send(&self, arrival: (Kind, usize), due: Instant) -> Result<(), Unserved> {
        let idle = lock(&self.state.idle).pop_front();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect().await.map_err(|_| Unserved::Closed(due.elapsed()))?,
        };
        let outcome = self.senders.send(arrival, &mut connection, due).await;
        if matches!(outcome, Ok(()) | Err(Unserved::Shed(_) | Unserved::ShedLater(_))) {
            lock(&self.state.idle).push_back(connection);
        }
        outcome
    }

    async fn connect(&self) -> Result<Connection> {
        let number = self.state.opened.fetch_add(1, Ordering::Relaxed);
        let last = 1 + u8::try_from(number % ADDRESSES)?;
        Connection::open_from(&self.target, Ipv4Addr::new(127, 0, 2, last)).await
    }

    fn take_counts(&self) -> Result<Counts> {
        Ok(std::mem::replace(&mut *lock(&self.state.counts), Counts::new()?))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
