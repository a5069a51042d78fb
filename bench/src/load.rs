//! The load generator: every connection sends its next request as soon as it has the response.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::{timeout, timeout_at};

use crate::cpu_time::CpuTime;
use crate::http::Connection;
use crate::target::{Outcome, Target};
use crate::{Result, clock};

/// Latencies have three significant digits, and at most one minute.
const DIGITS: u8 = 3;
const LATENCY_US_MAX: u64 = 60_000_000;
/// A server that has not responded after this time hangs. It is far above the longest stall of a
/// disk, so that a slow machine alone is no failure.
pub(crate) const RESPONSE_MAX: Duration = Duration::from_secs(60);
/// The pause before a request is repeated that the server refused because it was overloaded.
pub(crate) const RETRY_AFTER: Duration = Duration::from_millis(200);
/// The number of attempts, a minute in all.
pub(crate) const ATTEMPTS_MAX: u32 = 300;

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
}

struct Load {
    target: Target,
    phase: AtomicU8,
    overloaded: AtomicU64,
    exhausted: AtomicBool,
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
    let load = Arc::new(Load {
        target: target.clone(),
        phase: AtomicU8::new(WARM_UP),
        overloaded: AtomicU64::new(0),
        exhausted: AtomicBool::new(false),
    });
    let mut workers = JoinSet::new();
    for _ in 0..plan.connections {
        workers.spawn(work(Arc::clone(&load)));
    }
    let mut latencies = histogram()?;
    collect_until(clock::now() + plan.warm_up, &mut workers, &mut latencies).await?;

    let before = CpuTime::read(target.server.pid)?;
    let start = clock::now();
    load.phase.store(MEASURING, Ordering::Relaxed);
    collect_until(start + plan.measuring, &mut workers, &mut latencies).await?;
    load.phase.store(DONE, Ordering::Relaxed);
    let duration = clock::now() - start;
    let after = CpuTime::read(target.server.pid)?;

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

/// Sends requests one after the other on one connection, and checks each response. Repeats those
/// that the server refuses because it is overloaded, and returns their number.
pub(crate) async fn send_one_by_one(target: &Target, count: u64) -> Result<u64> {
    let sent = async {
        let mut repeated = 0;
        let mut connection = target.connect().await?;
        for _ in 0..count {
            let mut attempts = 1;
            while !send_next(target, &mut connection).await? {
                if attempts == ATTEMPTS_MAX {
                    return Err("the server refuses every request as overloaded".into());
                }
                attempts += 1;
                repeated += 1;
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
        Ok::<_, crate::Error>(repeated)
    };
    sent.await.map_err(|error| format!("{target}: {error}").into())
}

/// Sends a request and returns whether it was answered. The response must be correct.
async fn send_next(target: &Target, connection: &mut Connection) -> Result<bool> {
    let request = target.next_request()?.ok_or("there are no further requests")?;
    let response = timeout(RESPONSE_MAX, connection.send(&request.bytes)).await;
    let response = response.map_err(|_| hangs())??;
    Ok(target.check(&request, &response)? == Outcome::Correct)
}

fn hangs() -> crate::Error {
    format!("no response for {} seconds", RESPONSE_MAX.as_secs()).into()
}

async fn work(load: Arc<Load>) -> Result<Histogram<u64>> {
    let mut latencies = histogram()?;
    let mut connection = load.target.connect().await?;
    while load.phase.load(Ordering::Relaxed) != DONE {
        let Some(request) = load.target.next_request()? else {
            load.exhausted.store(true, Ordering::Relaxed);
            break;
        };
        let start = clock::now();
        if load.target.reconnects() {
            connection = load.target.connect().await?;
        }
        let response = connection.send(&request.bytes).await?;
        let latency = start.elapsed();
        if load.target.check(&request, &response)? == Outcome::Overloaded {
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
    use crate::fake_server::{CORRECT, OVERLOADED, WRONG, target};

    const PLAN: LoadPlan =
        LoadPlan { connections: 2, warm_up: Duration::ZERO, measuring: Duration::from_millis(20) };

    #[tokio::test]
    async fn a_server_slower_than_the_measurement_is_no_failure() {
        // Each response comes long after the measurement, or is a refusal for overload.
        let slow = target(CORRECT, Duration::from_millis(300)).await;
        let result = generate_load(&slow, PLAN).await.unwrap();
        assert_eq!((result.requests, result.overloaded), (0, 0));
        let overloaded = target(OVERLOADED, Duration::ZERO).await;
        let result = generate_load(&overloaded, PLAN).await.unwrap();
        assert_eq!((result.requests, result.overloaded), (0, 2));
    }

    #[tokio::test]
    async fn a_wrong_response_is_a_failure() {
        // Sends a response without the expected text to the load and to a single request.
        let wrong = target(WRONG, Duration::ZERO).await;
        let error = generate_load(&wrong, PLAN).await.unwrap_err().to_string();
        assert_eq!(error, "JWKS of the minimal server: wrong response: status 200: {}");
        assert!(send_one_by_one(&wrong, 1).await.is_err());
        let correct = target(CORRECT, Duration::ZERO).await;
        assert_eq!(send_one_by_one(&correct, 3).await.unwrap(), 0);
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
