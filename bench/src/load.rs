//! The load generator: every connection sends its next request as soon as it has the response.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use crate::cpu_time::CpuTime;
use crate::target::Target;
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
}

/// The work of a server during the measurement.
#[derive(Debug)]
pub(crate) struct LoadResult {
    pub(crate) requests: u64,
    pub(crate) duration: Duration,
    /// In microseconds.
    pub(crate) latencies: Histogram<u64>,
    pub(crate) cpu_time: Duration,
}

struct Load {
    target: Target,
    phase: AtomicU8,
}

/// Sends requests to a target. Stops early if the target has no further request.
pub(crate) async fn generate_load(target: &Target, plan: LoadPlan) -> Result<LoadResult> {
    let phase = AtomicU8::new(WARM_UP);
    let load = Arc::new(Load { target: target.clone(), phase });
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

    let deadline = clock::now() + Duration::from_secs(10);
    collect_until(deadline, &mut workers, &mut latencies).await?;
    if !workers.is_empty() {
        return Err("no response for ten seconds".into());
    }
    Ok(LoadResult {
        requests: latencies.len(),
        duration,
        latencies,
        cpu_time: after.since(&before),
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

/// Sends requests one after the other on one connection, and checks each response.
pub(crate) async fn send_one_by_one(target: &Target, count: u64) -> Result<()> {
    let mut connection = target.connect().await?;
    for _ in 0..count {
        let request = target.next_request()?.ok_or("there are no further requests")?;
        target.check(&connection.send(&request).await?)?;
    }
    Ok(())
}

async fn work(load: Arc<Load>) -> Result<Histogram<u64>> {
    let mut latencies = histogram()?;
    let mut connection = load.target.connect().await?;
    while load.phase.load(Ordering::Relaxed) != DONE {
        let Some(request) = load.target.next_request()? else { break };
        let start = clock::now();
        if load.target.reconnects() {
            connection = load.target.connect().await?;
        }
        let response = connection.send(&request).await?;
        let latency = start.elapsed();
        load.target.check(&response)?;
        if load.phase.load(Ordering::Relaxed) == MEASURING {
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
