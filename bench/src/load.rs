//! The load generator: every connection sends its next request as soon as it has the response.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use crate::cpu_time::CpuTime;
use crate::database_servers::{Database, DatabaseWork};
use crate::overload::{Attempts, RESPONSE_MAX, RETRY_AFTER, hangs, in_time};
use crate::target::{Outcome, Target};
use crate::target_connection::TargetConnection;
use crate::{Result, clock};

/// Latencies have three significant digits, and at most one minute.
const DIGITS: u8 = 3;
const LATENCY_US_MAX: u64 = 60_000_000;

const WARM_UP: u8 = 0;
const MEASURING: u8 = 1;
const DONE: u8 = 2;

/// The number of connections, and the duration of the load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadPlan {
    pub(crate) connections: u32,
    /// The time before anything is measured.
    pub(crate) warm_up: Duration,
    pub(crate) measuring: Duration,
    /// Whether rounds count although others used the CPU. There is no verdict then.
    pub(crate) beside_others: bool,
}

/// The work of a server during the measurement.
#[derive(Debug)]
pub(crate) struct LoadResult {
    pub(crate) requests: u64,
    pub(crate) duration: Duration,
    /// In microseconds.
    pub(crate) latencies: Histogram<u64>,
    pub(crate) cpu_time: Duration,
    /// The requests that the server refused because it was overloaded. They count nowhere else.
    pub(crate) overloaded: u64,
    /// Whether the target had no further request.
    pub(crate) exhausted: bool,
    /// The work of the database, if the server has one.
    pub(crate) database: Option<DatabaseWork>,
}

struct Load {
    target: Target,
    phase: AtomicU8,
    overloaded: AtomicU64,
    exhausted: AtomicBool,
}

impl Load {
    fn new(target: &Target, phase: u8) -> Self {
        Self {
            target: target.clone(),
            phase: AtomicU8::new(phase),
            overloaded: AtomicU64::new(0),
            exhausted: AtomicBool::new(false),
        }
    }
}

/// Sends requests to a target. Stops early if the target has no further request.
///
/// # Errors
/// A response was wrong, or the server hangs. A slow or overloaded server is no error.
pub(crate) async fn generate_load(target: &Target, plan: LoadPlan) -> Result<LoadResult> {
    let measured = measure(target, plan).await;
    measured.map_err(|error| format!("{target}: {error}").into())
}

async fn measure(target: &Target, plan: LoadPlan) -> Result<LoadResult> {
    let load = Arc::new(Load::new(target, WARM_UP));
    let mut workers = JoinSet::new();
    for _ in 0..plan.connections {
        workers.spawn(work(Arc::clone(&load)));
    }
    let mut latencies = histogram()?;
    collect_until(clock::now() + plan.warm_up, &mut workers, &mut latencies).await?;

    let database = target.server.database.as_ref().map(Database::servers);
    let work_before = match &database {
        Some(servers) => Some(servers.total_work().await?),
        None => None,
    };
    let before = CpuTime::read(target.server.pid)?;
    let start = clock::now();
    load.phase.store(MEASURING, Ordering::Relaxed);
    collect_until(start + plan.measuring, &mut workers, &mut latencies).await?;
    load.phase.store(DONE, Ordering::Relaxed);
    let duration = clock::now() - start;
    let after = CpuTime::read(target.server.pid)?;
    let work = match (database, work_before) {
        (Some(servers), Some(before)) => Some(servers.total_work().await?.since(&before)),
        _ => None,
    };

    collect_until(clock::now() + RESPONSE_MAX, &mut workers, &mut latencies).await?;
    if !workers.is_empty() {
        return Err(hangs());
    }
    Ok(LoadResult {
        requests: latencies.len(),
        duration,
        latencies,
        cpu_time: after.since(&before),
        overloaded: load.overloaded.load(Ordering::Relaxed),
        exhausted: load.exhausted.load(Ordering::Relaxed),
        database: work,
    })
}

/// Collects the latencies of finished workers, until `end` or until every worker has finished.
async fn collect_until(
    end: Instant,
    workers: &mut JoinSet<Result<Histogram<u64>>>,
    latencies: &mut Histogram<u64>,
) -> Result<()> {
    while let Ok(Some(result)) = timeout_at(end.into(), workers.join_next()).await {
        latencies.add(result??)?;
    }
    Ok(())
}

/// Sends a number of requests that the connections share, and checks each response.
pub(crate) async fn send_number(target: &Target, count: u64, connections: u32) -> Result<()> {
    let (connections, mut workers) = (u64::from(connections.max(1)), JoinSet::new());
    for index in 0..connections {
        let share = count / connections + u64::from(index < count % connections);
        let target = target.clone();
        workers.spawn(async move { send_one_by_one(&target, share).await });
    }
    while let Some(worker) = workers.join_next().await {
        worker??;
    }
    Ok(())
}

/// Sends requests one after the other on one connection, and checks each response. Repeats those
/// that the server refuses because it is overloaded.
pub(crate) async fn send_one_by_one(target: &Target, count: u64) -> Result<()> {
    let sent = async {
        let mut connection = TargetConnection::open(target).await?;
        for _ in 0..count {
            let mut attempts = Attempts::default();
            while !send_next(target, &mut connection).await? {
                attempts.wait().await?;
            }
        }
        Ok::<_, crate::Error>(())
    };
    sent.await.map_err(|error| format!("{target}: {error}").into())
}

/// Sends a request and returns whether it was answered. The response must be correct.
async fn send_next(target: &Target, connection: &mut TargetConnection) -> Result<bool> {
    let request = target.next_request()?.ok_or("there are no further requests")?;
    let response = in_time(connection.send(&request.bytes)).await?;
    Ok(target.check(&request, response.as_ref())? == Outcome::Correct)
}

async fn work(load: Arc<Load>) -> Result<Histogram<u64>> {
    let mut latencies = histogram()?;
    let mut connection = TargetConnection::open(&load.target).await?;
    while load.phase.load(Ordering::Relaxed) != DONE {
        let Some(request) = load.target.next_request()? else {
            load.exhausted.store(true, Ordering::Relaxed);
            break;
        };
        let start = clock::now();
        let response = connection.send(&request.bytes).await?;
        let latency = start.elapsed();
        if load.target.check(&request, response.as_ref())? == Outcome::Overloaded {
            load.overloaded.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(RETRY_AFTER).await;
        } else if load.phase.load(Ordering::Relaxed) == MEASURING {
            let latency = u64::try_from(latency.as_micros()).unwrap_or(LATENCY_US_MAX);
            latencies.saturating_record(latency);
        }
    }
    Ok(latencies)
}

/// Returns an empty histogram of latencies in microseconds.
pub(crate) fn histogram() -> Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, LATENCY_US_MAX, DIGITS)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_server::{CLOSES, CORRECT, OVERLOADED, WRONG, target};
    use crate::scenario::Scenario;

    const PLAN: LoadPlan = LoadPlan {
        connections: 2,
        warm_up: Duration::ZERO,
        measuring: Duration::from_millis(20),
        beside_others: false,
    };

    #[tokio::test]
    async fn a_server_slower_than_the_measurement_is_no_failure() {
        // Ends the measurement of a worker before the response to its request.
        let slow = target(CORRECT, Duration::from_millis(100)).await;
        let load = Arc::new(Load::new(&slow, MEASURING));
        let worker = tokio::spawn(work(Arc::clone(&load)));
        // The server begins to wait after this, in the same runtime, and waits longer.
        tokio::time::sleep(Duration::from_millis(20)).await;
        load.phase.store(DONE, Ordering::Relaxed);
        assert_eq!(worker.await.unwrap().unwrap().len(), 0);
        assert_eq!(load.overloaded.load(Ordering::Relaxed), 0);
        assert!(generate_load(&slow, PLAN).await.is_ok());
    }

    /// Measures with a worker until its server has refused something as overloaded. Returns the
    /// number of recorded latencies.
    async fn measure_until_refused(target: &Target) -> u64 {
        let load = Arc::new(Load::new(target, MEASURING));
        let worker = tokio::spawn(work(Arc::clone(&load)));
        while load.overloaded.load(Ordering::Relaxed) == 0 {
            assert!(!worker.is_finished(), "a refusal ends the measurement");
            tokio::task::yield_now().await;
        }
        load.phase.store(DONE, Ordering::Relaxed);
        worker.await.unwrap().unwrap().len()
    }

    #[tokio::test]
    async fn an_overloaded_server_is_no_failure() {
        // Refuses requests with 503, and closes connections instead of a TLS handshake. A server
        // that speaks no TLS is a failure.
        let overloaded = target(OVERLOADED, Duration::ZERO).await;
        assert_eq!(measure_until_refused(&overloaded).await, 0);
        let mut closing = target(CLOSES, Duration::ZERO).await;
        closing.scenario = Scenario::TlsConnection;
        assert_eq!(measure_until_refused(&closing).await, 0);
        let mut plain = target(CORRECT, Duration::ZERO).await;
        plain.scenario = Scenario::TlsConnection;
        assert!(send_one_by_one(&plain, 1).await.is_err());
    }

    #[tokio::test]
    async fn connections_share_a_number_of_requests() {
        // Revokes both grants of confidential clients on three connections: there is no third one.
        let mut revocation = target(CORRECT, Duration::ZERO).await;
        revocation.scenario = Scenario::Revocation;
        send_number(&revocation, 2, 3).await.unwrap();
        assert!(send_number(&revocation, 1, 3).await.is_err());
    }

    #[tokio::test]
    async fn a_wrong_response_is_a_failure() {
        // Sends a response without the expected text to the load and to a single request.
        let wrong = target(WRONG, Duration::ZERO).await;
        let error = generate_load(&wrong, PLAN).await.unwrap_err().to_string();
        assert_eq!(error, "JWKS of the minimal server: wrong response: status 200: {}");
        assert!(send_one_by_one(&wrong, 1).await.is_err());
        let correct = target(CORRECT, Duration::ZERO).await;
        send_one_by_one(&correct, 3).await.unwrap();
    }

    #[test]
    fn latencies_have_three_digits_up_to_a_minute() {
        // Records a thousand values and one above the maximum, and reads quantiles.
        let mut latencies = histogram().unwrap();
        for microseconds in 1..=1_000 {
            latencies.saturating_record(microseconds);
        }
        assert_eq!(latencies.value_at_quantile(0.5), 500);
        assert_eq!(latencies.value_at_quantile(0.99), 990);
        latencies.saturating_record(u64::MAX);
        assert_eq!(latencies.len(), 1_001);
        assert!(latencies.max() >= LATENCY_US_MAX);
    }
}
