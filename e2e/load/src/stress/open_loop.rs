//! Token requests at a rate (open loop), or one after the other on each connection (closed loop).

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::error::Elapsed;

use crate::http::{Connection, Response, Target};
use crate::service::Service;
use crate::{Result, clock};

/// The number of addresses that the connections come from: one alone has a share only.
const ADDRESSES: u8 = 50;
/// The requests of an open loop arrive in steps of this time.
const STEP: Duration = Duration::from_millis(2);
/// The longest latency that is counted.
const LATENCY_US_MAX: u64 = 60_000_000;

/// A number of clients that request tokens for themselves.
#[derive(Clone)]
pub(super) struct Load {
    target: Target,
    path: Arc<str>,
    form: Arc<[(String, String)]>,
    state: Arc<State>,
}

struct State {
    idle: Mutex<Vec<Connection>>,
    /// The number of requests that wait for a response.
    running: AtomicUsize,
    opened: AtomicUsize,
    counts: Mutex<Counts>,
}

/// The responses of a load.
pub(super) struct Counts {
    /// The requests that had to be sent at the rate.
    pub(super) arrived: u64,
    /// Those of them that were not sent, because the most requests were running.
    pub(super) unsent: u64,
    /// The successes before the end of the period. Those that follow only empty the queues.
    pub(super) in_time: u64,
    pub(super) succeeded: Histogram<u64>,
    /// The refusals (429 and 503), and the connections that the service closed or did not accept.
    pub(super) shed: Histogram<u64>,
    pub(super) closed: u64,
    pub(super) failed: u64,
    last_failure: Option<String>,
}

/// The rate of an open loop per second, its duration, and the most requests that run at once.
#[derive(Clone, Copy)]
pub(super) struct Rate {
    pub(super) per_second: f64,
    pub(super) period: Duration,
    pub(super) running_max: usize,
}

impl Load {
    pub(super) fn new(service: &Service) -> Result<Self> {
        let daemon = service.tenant.client("daemon")?;
        let secret = daemon.client_secret.clone().ok_or("no secret")?;
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("scope", "api://orders/.default".to_owned()),
            ("client_id", daemon.client_id.clone()),
            ("client_secret", secret),
        ];
        Ok(Self {
            target: service.target.clone(),
            path: format!("/{}/oauth2/v2.0/token", service.tenant.id).into(),
            form: form.map(|(name, value)| (name.to_owned(), value)).into(),
            state: Arc::new(State {
                idle: Mutex::default(),
                running: AtomicUsize::new(0),
                opened: AtomicUsize::new(0),
                counts: Mutex::new(Counts::new()?),
            }),
        })
    }

    /// Sends the next request on each connection as soon as there is a response. Every request
    /// must succeed.
    pub(super) async fn closed_loop(&self, connections: usize, period: Duration) -> Result<Counts> {
        let (end, mut workers) = (clock::now() + period, JoinSet::new());
        for _ in 0..connections {
            let load = self.clone();
            workers.spawn(async move {
                while clock::now() < end {
                    load.send().await;
                }
            });
        }
        while let Some(result) = workers.join_next().await {
            result?;
        }
        let mut counts = self.take_counts()?;
        counts.in_time = counts.succeeded.len();
        match counts.last_failure {
            Some(failure) => Err(format!("{} requests failed: {failure}", counts.failed).into()),
            None => Ok(counts),
        }
    }

    /// Sends requests at a rate, whether or not earlier ones were answered, on some threads. A
    /// request opens a connection if none is idle.
    pub(super) async fn open_loop(&self, rate: Rate, threads: &Handle) -> Result<Counts> {
        let (start, mut arrived, mut unsent) = (clock::now(), 0_u32, 0);
        let mut workers = JoinSet::new();
        while start.elapsed() < rate.period {
            let due = start.elapsed().as_secs_f64() * rate.per_second;
            while f64::from(arrived) < due {
                arrived += 1;
                if self.state.running.load(Ordering::Relaxed) >= rate.running_max {
                    unsent += 1;
                    continue;
                }
                self.state.running.fetch_add(1, Ordering::Relaxed);
                let load = self.clone();
                let request = async move {
                    load.send().await;
                    load.state.running.fetch_sub(1, Ordering::Relaxed);
                };
                workers.spawn_on(request, threads);
            }
            while workers.try_join_next().is_some() {}
            tokio::time::sleep(STEP).await;
        }
        let in_time = lock(&self.state.counts).succeeded.len();
        while let Some(result) = workers.join_next().await {
            result?;
        }
        Ok(Counts { arrived: u64::from(arrived), unsent, in_time, ..self.take_counts()? })
    }

    /// Closes the idle connections.
    pub(super) fn disconnect(&self) {
        lock(&self.state.idle).clear();
    }

    async fn send(&self) {
        let start = clock::now();
        let response = self.post().await;
        lock(&self.state.counts).record(response, start);
    }

    async fn post(&self) -> Result<Response> {
        let idle = lock(&self.state.idle).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let form: Vec<(&str, &str)> =
            self.form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let response = connection.post(&self.path, &form).await?;
        lock(&self.state.idle).push(connection);
        Ok(response)
    }

    async fn connect(&self) -> Result<Connection> {
        let number = self.state.opened.fetch_add(1, Ordering::Relaxed);
        let last = 100 + u8::try_from(number % usize::from(ADDRESSES))?;
        Connection::open_from(&self.target, Ipv4Addr::new(127, 0, 1, last)).await
    }

    fn take_counts(&self) -> Result<Counts> {
        Ok(std::mem::replace(&mut *lock(&self.state.counts), Counts::new()?))
    }
}

impl Counts {
    pub(super) fn new() -> Result<Self> {
        let latencies = Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)?;
        Ok(Self {
            arrived: 0,
            unsent: 0,
            in_time: 0,
            succeeded: latencies.clone(),
            shed: latencies,
            closed: 0,
            failed: 0,
            last_failure: None,
        })
    }

    /// Returns the number of successes per second of the period.
    pub(super) fn rate(&self, period: Duration) -> f64 {
        let succeeded = u32::try_from(self.in_time).unwrap_or(u32::MAX);
        f64::from(succeeded) / period.as_secs_f64()
    }

    fn record(&mut self, response: Result<Response>, start: Instant) {
        let latency = u64::try_from(start.elapsed().as_micros()).unwrap_or(LATENCY_US_MAX);
        match response {
            Ok(Response { status: 200, .. }) => self.succeeded.saturating_record(latency),
            Ok(Response { status: 429 | 503, .. }) => self.shed.saturating_record(latency),
            Ok(Response { status, .. }) => self.fail(format!("status {status}")),
            Err(error) if error.is::<Elapsed>() => self.fail("no response".to_owned()),
            Err(_) => {
                self.closed += 1;
                self.shed.saturating_record(latency);
            }
        }
    }

    fn fail(&mut self, failure: String) {
        self.failed += 1;
        self.last_failure = Some(failure);
    }
}

/// Returns the slowest of 100 latencies.
pub(super) fn p99(latencies: &Histogram<u64>) -> Duration {
    Duration::from_micros(latencies.value_at_quantile(0.99))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
