//! Row `overload`: ten times as many requests as fit, whether or not earlier ones were answered.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinSet;

use super::Run;
use super::figure::{Figure, milliseconds};
use crate::http::{Connection, Response, Target};
use crate::service::Service;
use crate::{Result, clock};

/// The number of connections, and of the addresses that they come from.
const CONNECTIONS: usize = 1_000;
const ADDRESSES: u8 = 50;
/// The number of connections at which the peak is measured.
pub(super) const PEAK_CONNECTIONS: usize = 16;
pub(super) const PEAK_PERIOD: Duration = Duration::from_secs(3);
const OVERLOAD: f64 = 10.0;
const MEMORY_KIB_MAX: u64 = 256 * 1024;
const SHED_MAX: Duration = Duration::from_millis(50);
const CALM_AFTER: Duration = Duration::from_secs(5);
/// The requests are sent in steps of this time.
const STEP: Duration = Duration::from_millis(2);

/// The requests of a load: tokens for the client itself.
#[derive(Clone)]
struct Load {
    path: Arc<str>,
    form: Arc<[(String, String)]>,
    counts: Arc<Mutex<Counts>>,
}

/// A connection that is opened for its first request, and again after it was closed.
pub(super) struct Slot {
    target: Target,
    address: Ipv4Addr,
    connection: Option<Connection>,
}

/// The responses of a load.
pub(super) struct Counts {
    pub(super) succeeded: Histogram<u64>,
    shed: Histogram<u64>,
    failed: u64,
    last_failure: Option<String>,
}

/// Measures the peak, sends ten times as much for 60 s, or 5 s, and measures again.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("overload")?;
    let service = Service::start(&data).await?;
    let connections = connections(&service, CONNECTIONS);
    let quiet = closed_loop(&service, connections.iter().take(1)).await?;
    let peak = closed_loop(&service, connections.iter().take(PEAK_CONNECTIONS)).await?;
    let rate = peak.rate(PEAK_PERIOD);
    let period = Duration::from_secs(u64::from(run.size(60, 5)));
    let (sent, unsent, counts) = open_loop(&service, &connections, rate * OVERLOAD, period).await?;
    let goodput = counts.rate(period);
    let memory = service.memory_kib("VmHWM")?;
    tokio::time::sleep(CALM_AFTER).await;
    let after = closed_loop(&service, connections.iter().take(1)).await?;
    service.kill().await?;
    let measured = format!(
        "{goodput:.0}/s of a peak of {rate:.0}/s; {sent} sent, {unsent} more had no free \
         connection, {} shed, {} failed",
        counts.shed.len(),
        counts.failed
    );
    let calm = format!(
        "{} (quiet: {})",
        milliseconds(quantile(&after.succeeded)),
        milliseconds(quantile(&quiet.succeeded))
    );
    let is_calm = quantile(&after.succeeded) <= quantile(&quiet.succeeded) * 2;
    Ok(vec![
        Figure::new("goodput ≥ 80 % of peak at 10 × peak", measured, goodput >= rate * 0.8)
            .of_time(),
        Figure::at_most("99 % of shed requests answered", quantile(&counts.shed), SHED_MAX),
        Figure::new("memory ≤ 256 MB", format!("{} MB", memory / 1_024), memory <= MEMORY_KIB_MAX),
        Figure::new("p99 normal 5 s later", calm, is_calm).of_time(),
    ])
}

/// Returns the connections, from several addresses: one alone has a share only.
pub(super) fn connections(service: &Service, count: usize) -> Vec<Arc<Mutex<Slot>>> {
    let addresses = (100..100 + ADDRESSES).cycle().take(count);
    let slot = |last| Slot {
        target: service.target.clone(),
        address: Ipv4Addr::new(127, 0, 1, last),
        connection: None,
    };
    addresses.map(|last| Arc::new(Mutex::new(slot(last)))).collect()
}

/// Sends the next request on each connection as soon as there is a response.
pub(super) async fn closed_loop(
    service: &Service,
    connections: impl Iterator<Item = &Arc<Mutex<Slot>>>,
) -> Result<Counts> {
    let load = Load::new(service)?;
    let (end, mut workers) = (clock::now() + PEAK_PERIOD, JoinSet::new());
    for connection in connections {
        let (load, connection) = (load.clone(), Arc::clone(connection));
        workers.spawn(async move {
            let mut connection = connection.lock().await;
            while clock::now() < end {
                load.send(&mut connection, clock::now()).await;
            }
        });
    }
    while let Some(result) = workers.join_next().await {
        result?;
    }
    let counts = load.into_counts().await?;
    match counts.last_failure {
        Some(failure) => Err(format!("{} requests failed: {failure}", counts.failed).into()),
        None => Ok(counts),
    }
}

/// Sends requests at a rate, each on any free connection. Returns the numbers of those that were
/// sent and that had no free connection.
pub(super) async fn open_loop(
    service: &Service,
    connections: &[Arc<Mutex<Slot>>],
    rate: f64,
    period: Duration,
) -> Result<(u64, u64, Counts)> {
    let load = Load::new(service)?;
    let free = Arc::new(Semaphore::new(connections.len()));
    let idle = Arc::new(Mutex::new(VecDeque::from(connections.to_vec())));
    let (start, mut due, mut sent, mut unsent) = (clock::now(), 0.0, 0, 0);
    let mut workers = JoinSet::new();
    while start.elapsed() < period {
        let arrived = start.elapsed().as_secs_f64() * rate;
        while due < arrived {
            due += 1.0;
            let Ok(permit) = Arc::clone(&free).try_acquire_owned() else {
                unsent += 1;
                continue;
            };
            sent += 1;
            let (load, idle, arrival) = (load.clone(), Arc::clone(&idle), clock::now());
            workers.spawn(async move {
                let Some(connection) = idle.lock().await.pop_front() else { return };
                load.send(&mut *connection.lock().await, arrival).await;
                idle.lock().await.push_back(connection);
                drop(permit);
            });
        }
        while workers.try_join_next().is_some() {}
        tokio::time::sleep(STEP).await;
    }
    while let Some(result) = workers.join_next().await {
        result?;
    }
    Ok((sent, unsent, load.into_counts().await?))
}

impl Load {
    fn new(service: &Service) -> Result<Self> {
        let daemon = service.tenant.client("daemon")?;
        let secret = daemon.client_secret.clone().ok_or("no secret")?;
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("scope", "api://orders/.default".to_owned()),
            ("client_id", daemon.client_id.clone()),
            ("client_secret", secret),
        ];
        let counts = Counts {
            succeeded: Histogram::new_with_bounds(1, 60_000_000, 3)?,
            shed: Histogram::new_with_bounds(1, 60_000_000, 3)?,
            failed: 0,
            last_failure: None,
        };
        Ok(Self {
            path: format!("/{}/oauth2/v2.0/token", service.tenant.id).into(),
            form: form.map(|(name, value)| (name.to_owned(), value)).into(),
            counts: Arc::new(Mutex::new(counts)),
        })
    }

    async fn send(&self, slot: &mut Slot, arrival: Instant) {
        let form: Vec<(&str, &str)> =
            self.form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let response = slot.post(&self.path, &form).await;
        let latency = u64::try_from(arrival.elapsed().as_micros()).unwrap_or(u64::MAX);
        let mut counts = self.counts.lock().await;
        match response {
            Ok(Response { status: 200, .. }) => counts.succeeded.saturating_record(latency),
            Ok(Response { status: 429 | 503, .. }) => counts.shed.saturating_record(latency),
            Ok(Response { status, .. }) => {
                counts.failed += 1;
                counts.last_failure = Some(format!("status {status}"));
            }
            Err(error) => {
                counts.failed += 1;
                counts.last_failure = Some(error.to_string());
            }
        }
    }

    async fn into_counts(self) -> Result<Counts> {
        let empty = Histogram::new_with_bounds(1, 60_000_000, 3)?;
        let none = Counts { succeeded: empty.clone(), shed: empty, failed: 0, last_failure: None };
        Ok(std::mem::replace(&mut *self.counts.lock().await, none))
    }
}

impl Slot {
    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Result<Response> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open_from(&self.target, self.address).await?,
        };
        let response = connection.post(path, form).await?;
        self.connection = Some(connection);
        Ok(response)
    }
}

impl Counts {
    /// Returns the number of successes per second.
    pub(super) fn rate(&self, period: Duration) -> f64 {
        let succeeded = u32::try_from(self.succeeded.len()).unwrap_or(u32::MAX);
        f64::from(succeeded) / period.as_secs_f64()
    }
}

/// Returns the slowest of 100 latencies.
pub(super) fn quantile(latencies: &Histogram<u64>) -> Duration {
    Duration::from_micros(latencies.value_at_quantile(0.99))
}
