//! Decides whether and when a request begins: by the number of those that run, the time that each
//! network uses the worker threads, and the tasks that wait for a thread.

mod meter;
mod networks;
mod period_count;
mod requests;
mod thread_time;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeMetrics};
use tokio::time::sleep;

pub(crate) use meter::{Meter, MeteringExecutor};
pub(crate) use requests::refuse;

use super::metrics::ConnectionMetrics;
use networks::{Network, Networks};
use requests::Requests;
use thread_time::{Beginning, ThreadTime};

/// A request is refused while the tasks that wait for a thread need more time than this. A refusal
/// needs a fraction of the time of a request.
const BACKLOG_MAX: Duration = Duration::from_millis(25);
/// The limit of TLS handshakes: the requests of open connections come first.
const HANDSHAKE_BACKLOG_MAX: Duration = Duration::from_millis(10);
/// So many tasks may always wait: on a machine that others keep busy, a few take long.
const WAITING_MIN: usize = 64;

/// The admission of requests to the runtime, for all listeners that share it.
pub struct Admission {
    metrics: ConnectionMetrics,
    requests: Arc<Requests>,
    networks: Networks,
    time: ThreadTime,
    runtime: RuntimeMetrics,
}

impl Admission {
    /// Creates the admission to the present runtime. At most `requests_max` requests run at once;
    /// one network has a quarter of them.
    pub fn new(requests_max: usize, metrics: ConnectionMetrics) -> Arc<Self> {
        let runtime = Handle::current().metrics();
        let requests = Requests::new(requests_max);
        let time = ThreadTime::new(runtime.num_workers());
        Arc::new(Self { metrics, requests, networks: Networks::default(), time, runtime })
    }

    /// Returns the metrics of the connections.
    pub(crate) const fn metrics(&self) -> &ConnectionMetrics {
        &self.metrics
    }

    /// Waits until a request or a TLS handshake of a network may begin. Returns `false` if it is
    /// refused.
    async fn wait(&self, network: Option<&Network>, backlog_max: Duration) -> bool {
        let waiting = self.runtime.global_queue_depth();
        if waiting > WAITING_MIN && self.time.wait_for(waiting) > backlog_max {
            return false;
        }
        match network.map(|network| self.time.beginning(&network.time)) {
            None | Some(Beginning::Now) => true,
            Some(Beginning::After(wait)) => {
                self.metrics.requests_delayed.inc();
                sleep(wait).await;
                true
            }
            Some(Beginning::Never) => false,
        }
    }
}
