//! The measurements of a server in a scenario, per request.

use std::time::Duration;

use crate::cpu_time::Memory;
use crate::io_counts::IoCounts;
use crate::load::LoadResult;

/// The throughput, latency, CPU time, I/O and memory of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measurements {
    pub(crate) requests_per_second: f64,
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
    /// CPU time of the server per request, user and system.
    pub(crate) cpu_us: f64,
    /// `None` if `perf` could not count it.
    pub(crate) io: Option<IoPerRequest>,
    pub(crate) memory: Memory,
}

/// The file I/O of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IoPerRequest {
    pub(crate) syncs: f64,
    pub(crate) written_bytes: f64,
}

impl Measurements {
    /// Combines the result of a measuring run with the I/O counts and the number of requests of a
    /// counting run.
    pub(crate) fn new(
        result: &LoadResult,
        (io, counted_requests): (Option<IoCounts>, u64),
        memory: Memory,
    ) -> Self {
        let requests = result.requests;
        Self {
            requests_per_second: real(requests) / result.duration.as_secs_f64(),
            p50_us: result.latencies.value_at_quantile(0.5),
            p99_us: result.latencies.value_at_quantile(0.99),
            cpu_us: per(microseconds(result.cpu_time), requests),
            io: io.map(|counts| IoPerRequest {
                syncs: per(real(counts.syncs), counted_requests),
                written_bytes: per(real(counts.written_bytes), counted_requests),
            }),
            memory,
        }
    }
}

/// Converts a count to a floating-point number.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
pub(crate) const fn real(number: u64) -> f64 {
    number as f64
}

fn per(sum: f64, count: u64) -> f64 {
    sum / real(count.max(1))
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use hdrhistogram::Histogram;

    use super::*;

    #[test]
    fn measurements_are_per_request() {
        // 1,000 requests of 200 µs in two seconds with 50 ms of CPU time; 100 others with I/O.
        let mut latencies = Histogram::<u64>::new(3).unwrap();
        latencies.record_n(200, 1_000).unwrap();
        let result = LoadResult {
            requests: 1_000,
            duration: Duration::from_secs(2),
            latencies,
            cpu_time: Duration::from_millis(50),
        };
        let memory = Memory { resident: 1, anonymous: 1 };
        let io = IoCounts { syncs: 10, written_bytes: 400_000 };
        let measurements = Measurements::new(&result, (Some(io), 100), memory);
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(close(measurements.requests_per_second, 500.0));
        assert_eq!((measurements.p50_us, measurements.p99_us), (200, 200));
        assert!(close(measurements.cpu_us, 50.0));
        let io = measurements.io.unwrap();
        assert!(close(io.syncs, 0.1) && close(io.written_bytes, 4_000.0));
    }
}
