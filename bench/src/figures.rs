//! What was measured of one server in one scenario, per request.

use std::time::Duration;

use crate::account::Memory;
use crate::driver::Measured;

/// The figures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) requests_per_second: f64,
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
    /// Processor time of the server, user and system, per request.
    pub(crate) processor_us: f64,
    /// Syncs per request; none where they could not be counted.
    pub(crate) syncs: Option<f64>,
    /// Bytes sent to storage per request.
    pub(crate) written: f64,
    pub(crate) memory: Memory,
}

impl Figures {
    /// From what was measured, and from a pass of its own that counted syncs: how many, in how
    /// many requests.
    pub(crate) fn new(measured: &Measured, syncs: (Option<u64>, u64), memory: Memory) -> Self {
        let requests = measured.requests;
        let (counted, asked) = syncs;
        Self {
            requests_per_second: real(requests) / measured.lasted.as_secs_f64(),
            p50_us: measured.latencies.value_at_quantile(0.5),
            p99_us: measured.latencies.value_at_quantile(0.99),
            processor_us: per(microseconds(measured.processor), requests),
            syncs: counted.map(|counted| per(real(counted), asked)),
            written: per(real(measured.written), requests),
            memory,
        }
    }
}

/// A whole number as one that can be divided.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
pub(crate) const fn real(number: u64) -> f64 {
    number as f64
}

fn per(sum: f64, count: u64) -> f64 {
    sum / real(count.max(1))
}

fn microseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use hdrhistogram::Histogram;

    use super::*;

    #[test]
    fn figures_are_per_request() {
        // 1,000 requests of 200 µs in two seconds that cost 50 ms, 4 MB, and 10 syncs in 100.
        let mut latencies = Histogram::<u64>::new(3).unwrap();
        latencies.record_n(200, 1_000).unwrap();
        let measured = Measured {
            requests: 1_000,
            lasted: Duration::from_secs(2),
            latencies,
            processor: Duration::from_millis(50),
            written: 4_000_000,
        };
        let memory = Memory { resident: 1, anonymous: 1 };
        let figures = Figures::new(&measured, (Some(10), 100), memory);
        let close = |left: f64, right: f64| (left - right).abs() < 1e-9;
        assert!(close(figures.requests_per_second, 500.0));
        assert_eq!((figures.p50_us, figures.p99_us), (200, 200));
        assert!(close(figures.processor_us, 50.0));
        assert!(close(figures.syncs.unwrap(), 0.1));
        assert!(close(figures.written, 4_000.0));
    }
}
