//! Prints the report: the measurements of both servers, and whether each budget is met.

use std::time::Duration;

use crate::cpu_time::Memory;
use crate::measurements::{Measurements, real};
use crate::print_line;
use crate::scenario::Scenario;

/// The budget for the memory of the idle service.
const IDLE_BYTES: u64 = 40 * 1_000_000;
/// The budget for the start on existing data.
const READY: Duration = Duration::from_millis(100);

/// The measurements of both servers in a scenario.
pub(crate) struct Row {
    pub(crate) scenario: Scenario,
    pub(crate) service: Measurements,
    pub(crate) baseline: Measurements,
}

/// The measurements of the service before any request.
pub(crate) struct IdleMeasurements {
    pub(crate) ready: Duration,
    pub(crate) memory: Memory,
}

/// Prints the head of the table of measurements.
pub(crate) fn head() {
    print_line("");
    print_line(&format!(
        "{:<26}{:<9}{:>9}{:>10}{:>10}{:>13}{:>11}{:>11}{:>9}",
        "scenario",
        "server",
        "req/s",
        "p50 µs",
        "p99 µs",
        "CPU µs/req",
        "syncs/req",
        "bytes/req",
        "MB"
    ));
}

/// Prints the measurements of both servers, and the ratio of service to baseline.
pub(crate) fn row(row: &Row) {
    measurements(&row.scenario.to_string(), "service", &row.service);
    measurements("", "baseline", &row.baseline);
    let (service, baseline) = (&row.service, &row.baseline);
    let both = service.io.zip(baseline.io);
    print_line(&format!(
        "{:<26}{:<9}{:>9}{:>10}{:>10}{:>13}{:>11}{:>11}{:>9}",
        "",
        "ratio",
        ratio(service.requests_per_second, baseline.requests_per_second),
        ratio(real(service.p50_us), real(baseline.p50_us)),
        ratio(real(service.p99_us), real(baseline.p99_us)),
        ratio(service.cpu_us, baseline.cpu_us),
        both.map_or_else(none, |(service, baseline)| ratio(service.syncs, baseline.syncs)),
        both.map_or_else(none, |(service, baseline)| {
            ratio(service.written_bytes, baseline.written_bytes)
        }),
        ratio(real(service.memory.resident), real(baseline.memory.resident)),
    ));
}

fn measurements(scenario: &str, server: &str, measurements: &Measurements) {
    print_line(&format!(
        "{scenario:<26}{server:<9}{:>9.0}{:>10}{:>10}{:>13.1}{:>11}{:>11}{:>9.1}",
        measurements.requests_per_second,
        measurements.p50_us,
        measurements.p99_us,
        measurements.cpu_us,
        measurements.io.map_or_else(none, |io| format!("{:.3}", io.syncs)),
        measurements.io.map_or_else(none, |io| format!("{:.0}", io.written_bytes)),
        megabytes(measurements.memory.resident),
    ));
}

/// Prints whether each budget is met.
pub(crate) fn budgets(rows: &[Row], idle: &IdleMeasurements) {
    let mut missed = 0;
    print_line("");
    print_line(&format!("{:<42}{:>12}{:>12}  {}", "budget", "allowed", "measured", ""));
    let mut line = |name: &str, allowed: String, measured: String, kept: bool| {
        missed += u32::from(!kept);
        let verdict = if kept { "kept" } else { "MISSED" };
        print_line(&format!("{name:<42}{allowed:>12}{measured:>12}  {verdict}"));
    };
    for Row { scenario, service, .. } in rows {
        let budget = scenario.budget();
        let (allowed, measured) = (budget.cpu_us, service.cpu_us);
        line(
            &format!("{scenario}: CPU per request"),
            format!("{allowed:.0} µs"),
            format!("{measured:.1} µs"),
            measured <= allowed,
        );
        if let Some(allowed) = budget.p99_us {
            line(
                &format!("{scenario}: p99"),
                milliseconds(Duration::from_micros(allowed)),
                milliseconds(Duration::from_micros(service.p99_us)),
                service.p99_us <= allowed,
            );
        }
    }
    let resident = idle.memory.resident;
    line(
        "idle: resident memory",
        format!("{:.0} MB", megabytes(IDLE_BYTES)),
        format!("{:.1} MB", megabytes(resident)),
        resident <= IDLE_BYTES,
    );
    line(
        "start on existing data",
        milliseconds(READY),
        milliseconds(idle.ready),
        idle.ready <= READY,
    );
    print_line("");
    print_line(&match missed {
        0 => "all budgets met".to_owned(),
        1 => "1 budget missed".to_owned(),
        _ => format!("{missed} budgets missed"),
    });
}

fn ratio(service: f64, baseline: f64) -> String {
    if baseline > 0.0 { format!("{:.2}", service / baseline) } else { none() }
}

fn none() -> String {
    "-".to_owned()
}

fn megabytes(bytes: u64) -> f64 {
    real(bytes) / 1e6
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_to_zero_is_a_dash() {
        // Divides by a number, and by zero as in a scenario without writes.
        assert_eq!(ratio(10.0, 4.0), "2.50");
        assert_eq!(ratio(0.0, 0.0), "-");
    }
}
