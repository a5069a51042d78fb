//! Requests at a rate that does not depend on the responses (open loop).
//!
//! A latency begins when the request was due, so a stall counts for every request that was due
//! meanwhile (no coordinated omission).

use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::load::histogram;
use crate::overload::RESPONSE_MAX;
use crate::target::{Outcome, Target};
use crate::target_connection::TargetConnection;
use crate::{Result, clock};

/// The interval in which due requests are handed to connections. Its delay counts as latency.
const STEP: Duration = Duration::from_micros(200);

/// The rate of requests, and how long it lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) duration: Duration,
    /// The connections that share the requests. If all are busy, requests wait.
    pub(crate) connections: u32,
}

/// The latencies of requests at a rate.
pub(crate) struct OpenLoop {
    /// In microseconds, from the time at which a request was due.
    pub(crate) latencies: Histogram<u64>,
    /// Whether the server refused requests because it was overloaded, or there were no further
    /// requests.
    pub(crate) incomplete: bool,
}

/// The times at which requests are due, which the connections take in turn.
type Due = Arc<Mutex<UnboundedReceiver<Instant>>>;

/// Sends requests to a target at a rate, and checks each response.
///
/// # Errors
/// A response was wrong, or the server hangs.
pub(crate) async fn send_at_rate(target: &Target, rate: Rate) -> Result<OpenLoop> {
    let (sender, due) = unbounded_channel();
    let (due, mut workers) = (Arc::new(Mutex::new(due)), JoinSet::new());
    for _ in 0..rate.connections {
        workers.spawn(work(target.clone(), Arc::clone(&due)));
    }
    // A thread of its own: the timers of the runtime are accurate to a millisecond only.
    std::thread::spawn(move || announce(&sender, rate));
    let mut result = OpenLoop { latencies: histogram()?, incomplete: false };
    let collected = async {
        while let Some(worker) = workers.join_next().await {
            let worker = worker?.map_err(|error| format!("{target}: {error}"))?;
            result.latencies.add(&worker.latencies)?;
            result.incomplete |= worker.incomplete;
        }
        Ok::<_, crate::Error>(())
    };
    let collected = timeout(rate.duration + RESPONSE_MAX, collected).await;
    collected.map_err(|_| format!("{target}: no response for {RESPONSE_MAX:?}"))??;
    Ok(result)
}

/// Sends the time of each request when it is due.
fn announce(sender: &UnboundedSender<Instant>, rate: Rate) {
    let interval = Duration::from_secs_f64(1.0 / rate.per_second.max(1.0));
    let (start, mut next) = (clock::now(), Duration::ZERO);
    while next < rate.duration {
        let elapsed = start.elapsed();
        while next <= elapsed && next < rate.duration {
            // The workers end early after an error only.
            if sender.send(start + next).is_err() {
                return;
            }
            next += interval;
        }
        std::thread::sleep(STEP);
    }
}

async fn work(target: Target, due: Due) -> Result<OpenLoop> {
    let mut result = OpenLoop { latencies: histogram()?, incomplete: false };
    let mut connection = TargetConnection::open(&target).await?;
    loop {
        let next = due.lock().await.recv().await;
        let Some(due_at) = next else { return Ok(result) };
        let Some(request) = target.next_request()? else {
            result.incomplete = true;
            continue;
        };
        let response = connection.send(&request.bytes).await?;
        let latency = due_at.elapsed();
        if target.check(&request, response.as_ref())? == Outcome::Overloaded {
            result.incomplete = true;
        }
        let latency = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        result.latencies.saturating_record(latency);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_server::{CORRECT, WRONG, target};

    #[tokio::test]
    async fn a_latency_begins_when_the_request_was_due() {
        // Each response takes 40 ms, and a request is due every 10 ms, on one connection. So the
        // tenth request waits for nine responses, which a latency from its sending would hide.
        let slow = target(CORRECT, Duration::from_millis(40)).await;
        let duration = Duration::from_millis(100);
        let rate = Rate { per_second: 100.0, duration, connections: 1 };
        let result = send_at_rate(&slow, rate).await.unwrap();
        assert_eq!((result.latencies.len(), result.incomplete), (10, false));
        assert!(result.latencies.max() >= 10 * 40_000 - 90_000 - 1_000);
    }

    #[tokio::test]
    async fn a_wrong_response_at_a_rate_is_a_failure() {
        // Sends a response without the expected text.
        let wrong = target(WRONG, Duration::ZERO).await;
        let duration = Duration::from_millis(20);
        let rate = Rate { per_second: 100.0, duration, connections: 1 };
        assert!(send_at_rate(&wrong, rate).await.is_err());
    }
}
