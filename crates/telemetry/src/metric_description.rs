//! The description of a metric.

/// The description of a metric, as the reference lists it.
#[derive(Debug)]
pub struct MetricDescription {
    /// The name, with its prefix, its unit and its suffix.
    pub name: &'static str,
    /// The kind.
    pub kind: MetricKind,
    /// The meaning, in one line.
    pub help: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
}

/// The kinds of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// A number that only grows.
    Counter,
    /// A number that grows and shrinks.
    Gauge,
    /// A distribution, counted in buckets.
    Histogram,
}

impl MetricDescription {
    /// The prefix of every name, which the registry adds.
    pub(crate) const PREFIX: &str = "admit";

    /// Returns the name for the registry, which adds the prefix, and `_total` to a counter.
    pub(crate) fn registered_name(&self) -> &'static str {
        let name = self.name.strip_prefix("admit_").unwrap_or(self.name);
        name.strip_suffix("_total").unwrap_or(name)
    }
}
