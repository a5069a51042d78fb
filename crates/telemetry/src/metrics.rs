//! Counts and measures, in the Prometheus exposition format.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::request_line::RequestLine;

/// Endpoints that are told apart; any further one is counted as `other`.
const ENDPOINTS_MAX: usize = 128;

/// Seconds: from what an answer out of memory takes to what nobody should wait for.
const DURATION_BUCKETS: [f64; 14] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0,
    5.0,
];

/// The metrics of this process.
pub fn metrics() -> &'static Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(Metrics::new)
}

/// Everything that is counted.
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<RequestLabels, Counter>,
    durations: Family<EndpointLabels, Histogram, fn() -> Histogram>,
    refusals: Family<NumberLabels, Counter>,
    faults: Counter,
    connections: Gauge,
    connections_refused: Counter,
    connections_unlisted: Counter,
    handshakes_failed: Counter,
    log_lines_lost: Counter,
    records_shed: Counter,
    // Handles made once, so that counting a request allocates nothing.
    endpoints: RwLock<HashMap<Box<str>, Arc<Endpoint>>>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    endpoint: Arc<str>,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct EndpointLabels {
    endpoint: Arc<str>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct NumberLabels {
    number: u32,
}

struct Endpoint {
    name: Arc<str>,
    duration: Histogram,
    by_status: RwLock<Vec<(u16, Counter)>>,
}

impl Metrics {
    fn new() -> Self {
        let metrics = Self {
            registry: Mutex::new(Registry::with_prefix("admit")),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATION_BUCKETS)),
            refusals: Family::default(),
            faults: Counter::default(),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            connections_unlisted: Counter::default(),
            handshakes_failed: Counter::default(),
            log_lines_lost: Counter::default(),
            records_shed: Counter::default(),
            endpoints: RwLock::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&self) {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        registry.register("requests", "Requests, by endpoint and status", self.requests.clone());
        registry.register(
            "request_duration_seconds",
            "How long requests took, by endpoint",
            self.durations.clone(),
        );
        registry.register(
            "refusals",
            "Refusals and faults, by their number",
            self.refusals.clone(),
        );
        registry.register("faults", "Answers of 500 and above", self.faults.clone());
        registry.register("connections", "Open connections", self.connections.clone());
        registry.register(
            "connections_refused",
            "Connections closed at once because too many were open",
            self.connections_refused.clone(),
        );
        registry.register(
            "connections_unlisted",
            "Connections of plain HTTP closed at once because no listed proxy made them",
            self.connections_unlisted.clone(),
        );
        registry.register(
            "tls_handshakes_failed",
            "TLS handshakes that failed or took too long",
            self.handshakes_failed.clone(),
        );
        registry.register(
            "log_lines_lost",
            "Log lines lost because the output was too slow",
            self.log_lines_lost.clone(),
        );
        registry.register(
            "records_shed",
            "Records of requests that were not kept: too many waited, or the history failed",
            self.records_shed.clone(),
        );
    }

    /// Shows a value that something else keeps, read at each look: the depth of a queue, say.
    /// The name is given without the prefix `admit_`.
    pub fn watch(
        &self,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> u64 + Send + Sync + 'static,
    ) {
        let watched = Watched { name, help, read: Box::new(read) };
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        registry.register_collector(Box::new(watched));
    }

    /// Everything, in the text format that Prometheus reads.
    pub fn exposition(&self) -> Result<String, fmt::Error> {
        let mut page = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        text::encode(&mut page, &registry)?;
        Ok(page)
    }

    pub(super) fn request(&self, line: &RequestLine<'_>) {
        let endpoint = self.endpoint(line.endpoint);
        endpoint.duration.observe(line.duration.as_secs_f64());
        self.count(&endpoint, line.status);
        if let Some(number) = line.number {
            self.refusals.get_or_create(&NumberLabels { number }).inc();
        }
        if line.status >= 500 {
            self.faults.inc();
        }
    }

    pub(super) fn log_line_lost(&self) {
        self.log_lines_lost.inc();
    }

    pub(crate) fn records_shed(&self, records: u64) {
        self.records_shed.inc_by(records);
    }

    pub(crate) fn connection_refused(&self) {
        self.connections_refused.inc();
    }

    pub(crate) fn connection_unlisted(&self) {
        self.connections_unlisted.inc();
    }

    pub(crate) fn handshake_failed(&self) {
        self.handshakes_failed.inc();
    }

    /// Counts a connection as open for as long as the answer lives.
    pub(crate) fn connection_opened(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }

    fn endpoint(&self, name: &str) -> Arc<Endpoint> {
        let known = self.endpoints.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(endpoint) = known.get(name) {
            return Arc::clone(endpoint);
        }
        let name = if known.len() < ENDPOINTS_MAX { name } else { "other" };
        drop(known);
        let mut endpoints = self.endpoints.write().unwrap_or_else(PoisonError::into_inner);
        let endpoint = endpoints.entry(name.into()).or_insert_with(|| {
            let name: Arc<str> = name.into();
            let labels = EndpointLabels { endpoint: Arc::clone(&name) };
            let duration = self.durations.get_or_create_owned(&labels);
            Arc::new(Endpoint { name, duration, by_status: RwLock::default() })
        });
        Arc::clone(endpoint)
    }

    fn count(&self, endpoint: &Endpoint, status: u16) {
        let known = endpoint.by_status.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, counter)) = known.iter().find(|(known, _)| *known == status) {
            counter.inc();
            return;
        }
        drop(known);
        let labels = RequestLabels { endpoint: Arc::clone(&endpoint.name), status };
        let counter = self.requests.get_or_create_owned(&labels);
        counter.inc();
        let mut known = endpoint.by_status.write().unwrap_or_else(PoisonError::into_inner);
        if known.iter().all(|(known, _)| *known != status) {
            known.push((status, counter));
        }
    }
}

/// A connection that is counted as open.
pub(crate) struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

struct Watched {
    name: &'static str,
    help: &'static str,
    read: Box<dyn Fn() -> u64 + Send + Sync>,
}

impl fmt::Debug for Watched {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Watched({})", self.name)
    }
}

impl Collector for Watched {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let gauge = ConstGauge::<u64>::new((self.read)());
        let metric = encoder.encode_descriptor(self.name, self.help, None, gauge.metric_type())?;
        gauge.encode(metric)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn line(endpoint: &str, status: u16, number: Option<u32>) -> RequestLine<'_> {
        RequestLine {
            at: Timestamp::default(),
            trace_id: Uuid::nil(),
            correlation_id: Uuid::nil(),
            method: "GET",
            endpoint,
            status,
            number,
            tenant: None,
            client: None,
            duration: Duration::from_millis(3),
            peer: None,
        }
    }

    #[test]
    fn refusals_are_labelled_by_number_and_requests_by_endpoint_and_status() {
        // Counts a few requests and reads the exposition back.
        let metrics = Metrics::new();
        metrics.request(&line("/token", 200, None));
        metrics.request(&line("/token", 401, Some(7_000_215)));
        metrics.request(&line("/token", 401, Some(7_000_215)));
        metrics.watch("commit_queue", "Waiting decisions", || 7);
        let page = metrics.exposition().expect("a page");
        assert!(page.contains("admit_requests_total{endpoint=\"/token\",status=\"401\"} 2"));
        assert!(page.contains("admit_refusals_total{number=\"7000215\"} 2"), "{page}");
        assert!(page.contains("admit_request_duration_seconds_count{endpoint=\"/token\"} 3"));
        assert!(page.contains("admit_faults_total 0"));
        assert!(page.contains("admit_commit_queue 7"), "{page}");
    }

    #[test]
    fn endpoints_without_end_do_not_grow_the_page_without_end() {
        // Sends ten times as many endpoints as are told apart.
        let metrics = Metrics::new();
        for index in 0..ENDPOINTS_MAX * 10 {
            metrics.request(&line(&format!("/{index}"), 404, None));
        }
        let page = metrics.exposition().expect("a page");
        let series = page.lines().filter(|line| line.starts_with("admit_requests_total{")).count();
        assert_eq!(series, ENDPOINTS_MAX + 1);
        assert!(page.contains("endpoint=\"other\""));
    }
}
