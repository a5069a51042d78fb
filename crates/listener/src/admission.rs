//! Decides whether and when a request begins: by the number of those that run, the time that each
//! network uses the worker threads, and the tasks that wait for a thread.

mod meter;
mod networks;
mod period_count;
mod requests;
mod step;
mod thread_time;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeMetrics};
use tokio::time::sleep;

pub(crate) use meter::{Begin, Meter, MeteringExecutor};
pub(crate) use requests::{RunningRequest, refuse};
pub(crate) use step::now;

use super::metrics::ConnectionMetrics;
use networks::{Network, Networks};
use requests::Requests;
use thread_time::{Beginning, ThreadTime};

/// A request of a large network is refused while the tasks that wait for a thread need more time
/// than this; that of any network if none is large. A refusal needs a fraction of the time of a
/// request.
const BACKLOG_MAX: Duration = Duration::from_millis(25);
/// The limit of TLS handshakes: the requests of open connections come first.
const HANDSHAKE_BACKLOG_MAX: Duration = Duration::from_millis(10);
/// The number of tasks that may always wait: on a machine that others keep busy, a few take long.
const WAITING_MIN: usize = 64;
/// The time before the refusal of a large network: its connections send nothing meanwhile.
const REFUSAL_PAUSE: Duration = Duration::from_millis(100);

/// The admission of requests to the runtime, for all listeners that share it.
pub struct Admission {
    metrics: ConnectionMetrics,
    requests: Arc<Requests>,
    /// The requests that are refused after a pause.
    pauses: Arc<Requests>,
    networks: Networks,
    time: ThreadTime,
    /// The runtime whose backlog is limited.
    runtime: Option<RuntimeMetrics>,
}

impl Admission {
    /// Creates the admission to the present runtime. At most `requests_max` requests run at once;
    /// one network has a quarter of them.
    pub fn new(requests_max: usize, metrics: ConnectionMetrics) -> Arc<Self> {
        Arc::new(Self::of(requests_max, metrics, true))
    }

    /// Creates an admission that does not depend on the load of the runtime.
    pub fn of_any_load(requests_max: usize, metrics: ConnectionMetrics) -> Arc<Self> {
        Arc::new(Self::of(requests_max, metrics, false))
    }

    fn of(requests_max: usize, metrics: ConnectionMetrics, limits_backlog: bool) -> Self {
        let runtime = Handle::current().metrics();
        Self {
            metrics,
            requests: Requests::new(requests_max),
            pauses: Requests::new(requests_max),
            networks: Networks::default(),
            time: ThreadTime::new(runtime.num_workers()),
            runtime: limits_backlog.then_some(runtime),
        }
    }

    /// Returns the metrics of the connections.
    pub(crate) const fn metrics(&self) -> &ConnectionMetrics {
        &self.metrics
    }

    /// Decides when a request or a TLS handshake of a network begins.
    fn beginning(&self, network: &Network, backlog_max: Duration) -> Beginning {
        self.time.beginning(&network.time, self.waiting(), backlog_max)
    }

    /// Waits until a request or a TLS handshake begins. Returns `false` if it is refused.
    async fn wait(&self, beginning: Beginning) -> bool {
        match beginning {
            Beginning::Now => true,
            Beginning::After(wait) => {
                self.metrics.requests_delayed.inc();
                sleep(wait).await;
                true
            }
            Beginning::Never { is_large } => {
                if is_large {
                    self.pause().await;
                }
                false
            }
        }
    }

    /// Waits before the refusal of a large network. Of too many at once, the others are refused
    /// without a wait: each holds the head of its request.
    async fn pause(&self) {
        let place = self.pauses.start(None);
        if place.is_some() {
            sleep(REFUSAL_PAUSE).await;
        }
    }

    /// Returns the number of tasks that wait for a thread, if there are many.
    fn waiting(&self) -> usize {
        many(self.runtime.as_ref().map_or(0, RuntimeMetrics::global_queue_depth))
    }
}

/// Returns the number of tasks, or zero if they are few.
const fn many(waiting: usize) -> usize {
    if waiting > WAITING_MIN { waiting } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_tasks_that_wait_are_no_backlog() {
        // As many as may wait on a machine that others keep busy, and one more.
        assert_eq!((many(WAITING_MIN), many(WAITING_MIN + 1)), (0, WAITING_MIN + 1));
    }

    #[tokio::test]
    async fn admission_of_the_metrics_does_not_know_the_load() {
        // The readiness of a node must not depend on it.
        let admission = Admission::of_any_load(1, ConnectionMetrics::default());
        assert!(admission.runtime.is_none());
    }
}
