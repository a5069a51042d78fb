//! What was measured of one server in one scenario, per request.

use std::time::Duration;

use crate::account::Memory;
use crate::driver::Measured;
use crate::storage::Asked;

/// The figures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) requests_per_second: f64,
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
    /// Processor time of the server, user and system, per request.
    pub(crate) processor_us: f64,
    /// What was asked of files per request; none where it could not be counted.
    pub(crate) storage: Option<Storage>,
    pub(crate) memory: Memory,
}

/// What one request asks of files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Storage {
    pub(crate) syncs: f64,
    /// In bytes.
    pub(crate) written: f64,
}

impl Figures {
    /// From what was measured, and from a pass of its own that watched files, with the number of
    /// its requests.
    pub(crate) fn new(measured: &Measured, files: (Option<Asked>, u64), memory: Memory) -> Self {
        let requests = measured.requests;
        let (asked, while_asked) = files;
        Self {
            requests_per_second: real(requests) / measured.lasted.as_secs_f64(),
            p50_us: measured.latencies.value_at_quantile(0.5),
            p99_us: measured.latencies.value_at_quantile(0.99),
            processor_us: per(microseconds(measured.processor), requests),
            storage: asked.map(|asked| Storage {
                syncs: per(real(asked.syncs), while_asked),
                written: per(real(asked.written), while_asked),
            }),
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
        // 1,000 requests of 200 µs in two seconds that cost 50 ms; 100 others that wrote.
        let mut latencies = Histogram::<u64>::new(3).unwrap();
        latencies.record_n(200, 1_000).unwrap();
        let measured = Measured {
            requests: 1_000,
            lasted: Duration::from_secs(2),
            latencies,
            processor: Duration::from_millis(50),
        };
        let memory = Memory { resident: 1, anonymous: 1 };
        let asked = Asked { syncs: 10, written: 400_000 };
        let figures = Figures::new(&measured, (Some(asked), 100), memory);
        let close = |left: f64, right: f64| (left - right).abs() < 1e-9;
        assert!(close(figures.requests_per_second, 500.0));
        assert_eq!((figures.p50_us, figures.p99_us), (200, 200));
        assert!(close(figures.processor_us, 50.0));
        let storage = figures.storage.unwrap();
        assert!(close(storage.syncs, 0.1) && close(storage.written, 4_000.0));
    }
}
