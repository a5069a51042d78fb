//! Load: connections that each ask again as soon as they are answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use crate::account::Account;
use crate::http::Connection;
use crate::target::Target;
use crate::{Outcome, clock};

/// Latencies are kept in microseconds, to three digits, up to a minute.
const DIGITS: u8 = 3;
const LONGEST_US: u64 = 60_000_000;

const WARMING: u8 = 0;
const MEASURING: u8 = 1;
const OVER: u8 = 2;

/// How long to drive, and with how many connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) connections: u32,
    /// Before anything is counted.
    pub(crate) warming: Duration,
    pub(crate) measuring: Duration,
}

/// What a server did while it was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) requests: u64,
    pub(crate) lasted: Duration,
    /// In microseconds.
    pub(crate) latencies: Histogram<u64>,
    pub(crate) processor: Duration,
}

struct Load {
    target: Target,
    phase: AtomicU8,
    next: Arc<AtomicU64>,
}

/// Drives a target. Requests are numbered by `next`, which goes on where it was, so that nothing
/// that can be used once is sent twice; when the target has no more of them, the end is early.
pub(crate) async fn drive(target: &Target, next: &Arc<AtomicU64>, plan: Plan) -> Outcome<Measured> {
    let phase = AtomicU8::new(WARMING);
    let load = Arc::new(Load { target: target.clone(), phase, next: Arc::clone(next) });
    let mut workers = JoinSet::new();
    for _ in 0..plan.connections {
        workers.spawn(work(Arc::clone(&load)));
    }
    let mut latencies = histogram()?;
    gather_until(clock::now() + plan.warming, &mut workers, &mut latencies).await?;

    let before = Account::of(target.pid)?;
    let start = clock::now();
    load.phase.store(MEASURING, Ordering::Relaxed);
    gather_until(start + plan.measuring, &mut workers, &mut latencies).await?;
    load.phase.store(OVER, Ordering::Relaxed);
    let lasted = clock::now() - start;
    let after = Account::of(target.pid)?;

    let last_answers = clock::now() + Duration::from_secs(10);
    gather_until(last_answers, &mut workers, &mut latencies).await?;
    if !workers.is_empty() {
        return Err("no answer for ten seconds".into());
    }
    Ok(Measured {
        requests: latencies.len(),
        lasted,
        latencies,
        processor: after.processor_since(&before),
    })
}

/// Takes in what workers have measured, until a moment or until none works any more.
async fn gather_until(
    end: Instant,
    workers: &mut JoinSet<Outcome<Histogram<u64>>>,
    latencies: &mut Histogram<u64>,
) -> Outcome<()> {
    while let Ok(Some(worked)) = timeout_at(end.into(), workers.join_next()).await {
        latencies.add(worked??)?;
    }
    Ok(())
}

async fn work(load: Arc<Load>) -> Outcome<Histogram<u64>> {
    let mut latencies = histogram()?;
    let mut connection = Connection::open(load.target.port).await?;
    while load.phase.load(Ordering::Relaxed) != OVER {
        let number = load.next.fetch_add(1, Ordering::Relaxed);
        let Some(request) = load.target.request(number)? else { break };
        let start = clock::now();
        let answer = connection.ask(&request).await?;
        let lasted = start.elapsed();
        load.target.check(&answer)?;
        if load.phase.load(Ordering::Relaxed) == MEASURING {
            let lasted = u64::try_from(lasted.as_micros()).unwrap_or(LONGEST_US);
            latencies.saturating_record(lasted);
        }
    }
    Ok(latencies)
}

fn histogram() -> Outcome<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, LONGEST_US, DIGITS)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_keep_three_digits_up_to_a_minute() {
        // Records a thousand values and one beyond the end, and reads quantiles back.
        let mut latencies = histogram().unwrap();
        for microseconds in 1..=1_000 {
            latencies.saturating_record(microseconds);
        }
        assert_eq!(latencies.value_at_quantile(0.5), 500);
        assert_eq!(latencies.value_at_quantile(0.99), 990);
        latencies.saturating_record(u64::MAX);
        assert_eq!(latencies.len(), 1_001);
        assert!(latencies.max() >= LONGEST_US);
    }
}
