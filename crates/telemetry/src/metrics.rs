//! Metrics in the Prometheus exposition format.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use crate::metric_description::{MetricDescription, MetricKind};
use crate::metric_table as table;

/// The number of statuses of an endpoint whose counters are found without a look-up. No endpoint
/// has as many.
const STATUSES_MAX: usize = 24;

/// Bounds of the duration histogram in seconds.
const DURATION_BUCKETS: [f64; 14] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0,
    5.0,
];

/// Returns the metrics of this process.
pub fn metrics() -> &'static Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(Metrics::new)
}

/// The metrics of this process and of the crates that register with it.
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<RequestLabels, Counter>,
    durations: Family<EndpointLabels, Histogram, fn() -> Histogram>,
    refusals: Family<NumberLabels, Counter>,
    faults: Counter,
    log_lines_dropped: Counter,
    records_dropped: Counter,
    security_events_dropped: Counter,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    endpoint: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct EndpointLabels {
    endpoint: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct NumberLabels {
    number: u32,
}

/// The metrics of one endpoint. They are looked up by their labels once, so that counting a request
/// hashes and allocates nothing. An endpoint without requests is not exposed.
pub struct EndpointMetrics {
    name: &'static str,
    duration: OnceLock<Histogram>,
    by_status: [OnceLock<(u16, Counter)>; STATUSES_MAX],
}

impl EndpointMetrics {
    /// Creates the metrics of an endpoint with this path template. Two with the same template count
    /// together.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            duration: OnceLock::new(),
            by_status: [const { OnceLock::new() }; STATUSES_MAX],
        }
    }
}

impl Metrics {
    fn new() -> Self {
        let metrics = Self {
            registry: Mutex::new(Registry::with_prefix(MetricDescription::PREFIX)),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATION_BUCKETS)),
            refusals: Family::default(),
            faults: Counter::default(),
            log_lines_dropped: Counter::default(),
            records_dropped: Counter::default(),
            security_events_dropped: Counter::default(),
        };
        metrics.register_own();
        metrics
    }

    fn register_own(&self) {
        self.register(&table::REQUESTS_TOTAL, self.requests.clone());
        self.register(&table::REQUEST_DURATION_SECONDS, self.durations.clone());
        self.register(&table::REFUSALS_TOTAL, self.refusals.clone());
        self.register(&table::FAULTS_TOTAL, self.faults.clone());
        self.register(&table::LOG_LINES_DROPPED_TOTAL, self.log_lines_dropped.clone());
        self.register(&table::RECORDS_DROPPED_TOTAL, self.records_dropped.clone());
        let security_events = self.security_events_dropped.clone();
        self.register(&table::SECURITY_EVENTS_DROPPED_TOTAL, security_events);
    }

    /// Adds a metric of another crate.
    pub fn register(&self, description: &MetricDescription, metric: impl Metric) {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        registry.register(description.registered_name(), description.help, metric);
    }

    /// Adds a gauge that is computed on each scrape, such as the depth of a queue. A `None` is not
    /// exposed.
    pub fn register_gauge(
        &self,
        description: &'static MetricDescription,
        read: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) {
        self.register_gauges(description, move || {
            read().into_iter().map(|value| (String::new(), value)).collect()
        });
    }

    /// Adds a counter without labels that is kept elsewhere and read on each scrape.
    pub fn register_counter(
        &self,
        description: &'static MetricDescription,
        read: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) {
        self.register_gauge(description, read);
    }

    /// Adds a gauge with one label, computed on each scrape. `read` returns the values of the
    /// label, each with the value of the gauge.
    pub fn register_gauges(
        &self,
        description: &'static MetricDescription,
        read: impl Fn() -> Vec<(String, u64)> + Send + Sync + 'static,
    ) {
        let gauge = ComputedGauge { description, read: Box::new(read) };
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        registry.register_collector(Box::new(gauge));
    }

    /// Adds a gauge that is always 1 and has information in its labels.
    pub fn register_info(
        &self,
        description: &MetricDescription,
        labels: &[(&'static str, String)],
    ) {
        let family = Family::<Vec<(&'static str, String)>, Gauge>::default();
        family.get_or_create(&labels.to_vec()).set(1);
        self.register(description, family);
    }

    /// Formats all metrics in the OpenMetrics text format.
    pub fn exposition(&self) -> Result<String, fmt::Error> {
        let mut page = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        text::encode(&mut page, &registry)?;
        Ok(page)
    }

    /// Counts a request and its duration.
    pub(crate) fn observe(
        &self,
        endpoint: &EndpointMetrics,
        status: u16,
        number: Option<u32>,
        duration: Duration,
    ) {
        let labels = EndpointLabels { endpoint: endpoint.name };
        let histogram =
            endpoint.duration.get_or_init(|| self.durations.get_or_create_owned(&labels));
        histogram.observe(duration.as_secs_f64());
        self.count(endpoint, status);
        if let Some(number) = number {
            self.refusals.get_or_create(&NumberLabels { number }).inc();
        }
        if status >= 500 {
            self.faults.inc();
        }
    }

    /// Counts a log line that was dropped.
    pub(crate) fn log_line_dropped(&self) {
        self.log_lines_dropped.inc();
    }

    /// Counts request records that were dropped.
    pub fn records_dropped(&self, records: u64) {
        self.records_dropped.inc_by(records);
    }

    /// Counts security events that were dropped.
    pub fn security_events_dropped(&self, events: u64) {
        self.security_events_dropped.inc_by(events);
    }

    fn count(&self, endpoint: &EndpointMetrics, status: u16) {
        let labels = RequestLabels { endpoint: endpoint.name, status };
        for slot in &endpoint.by_status {
            let (known, counter) =
                slot.get_or_init(|| (status, self.requests.get_or_create_owned(&labels)));
            if *known == status {
                counter.inc();
                return;
            }
        }
        self.requests.get_or_create(&labels).inc();
    }
}

struct ComputedGauge {
    description: &'static MetricDescription,
    read: Box<dyn Fn() -> Vec<(String, u64)> + Send + Sync>,
}

impl fmt::Debug for ComputedGauge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ComputedGauge({})", self.description.name)
    }
}

impl Collector for ComputedGauge {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let values = (self.read)();
        let Some((_, first)) = values.first() else { return Ok(()) };
        let MetricDescription { help, labels, .. } = self.description;
        let name = self.description.registered_name();
        // The registry ends the help of other metrics with a full stop.
        let help = format!("{help}.");
        if self.description.kind == MetricKind::Counter {
            let metric = encoder.encode_descriptor(name, &help, None, MetricType::Counter)?;
            return ConstCounter::new(*first).encode(metric);
        }
        let mut metric = encoder.encode_descriptor(name, &help, None, MetricType::Gauge)?;
        let Some(label) = labels.first() else {
            return ConstGauge::new(*first).encode(metric);
        };
        for (value, number) in &values {
            let labelled = [(*label, value.as_str())];
            ConstGauge::new(*number).encode(metric.encode_family(&labelled)?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DURATION: Duration = Duration::from_millis(3);

    #[test]
    fn the_exposition_has_labelled_requests_refusals_and_gauges() {
        // Counts a few requests, adds computed gauges, and reads the exposition.
        let metrics = Metrics::new();
        let endpoint = EndpointMetrics::new("/token");
        metrics.observe(&endpoint, 200, None, DURATION);
        metrics.observe(&endpoint, 401, Some(7_000_215), DURATION);
        metrics.observe(&EndpointMetrics::new("/token"), 401, Some(7_000_215), DURATION);
        metrics.register_gauge(&table::COMMITS_WAITING, || Some(7));
        metrics.register_counter(&table::COMMITS_REFUSED_TOTAL, || Some(5));
        metrics.register_gauge(&table::CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS, || None);
        metrics.register_gauges(&table::STORE_WAL_BYTES, || vec![("ledger.db".to_owned(), 9)]);
        let page = metrics.exposition().expect("a page");
        assert!(page.contains("admit_requests_total{endpoint=\"/token\",status=\"401\"} 2"));
        assert!(page.contains("admit_refusals_total{number=\"7000215\"} 2"), "{page}");
        assert!(page.contains("admit_request_duration_seconds_count{endpoint=\"/token\"} 3"));
        assert!(page.contains("admit_faults_total 0"));
        assert!(page.contains("admit_commits_waiting 7"), "{page}");
        assert!(page.contains("\nadmit_commits_refused_total 5\n"), "{page}");
        assert!(page.contains("admit_store_wal_bytes{file=\"ledger.db\"} 9"), "{page}");
        assert!(!page.contains("certificate"), "{page}");
    }

    #[test]
    fn every_status_of_an_endpoint_is_counted() {
        // Counts more statuses than an endpoint keeps counters of, each of them twice.
        let (metrics, endpoint) = (Metrics::new(), EndpointMetrics::new("/token"));
        let statuses = 400..400 + u16::try_from(2 * STATUSES_MAX).expect("few");
        for status in statuses.clone().chain(statuses.clone()) {
            metrics.observe(&endpoint, status, None, DURATION);
        }
        let page = metrics.exposition().expect("a page");
        for status in statuses {
            let line = format!("{{endpoint=\"/token\",status=\"{status}\"}} 2");
            assert!(page.contains(&line), "{line}");
        }
    }

    #[test]
    fn endpoint_without_requests_is_not_exposed() {
        // Creates the metrics of an endpoint, and counts none of its requests.
        let (metrics, endpoint) = (Metrics::new(), EndpointMetrics::new("/token"));
        assert!(!metrics.exposition().expect("a page").contains("/token"));
        metrics.observe(&endpoint, 200, None, DURATION);
        assert!(metrics.exposition().expect("a page").contains("/token"));
    }
}
