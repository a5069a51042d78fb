//! The report: figures beside the floor's, and budgets that are kept or missed.

use std::time::Duration;

use crate::account::Memory;
use crate::figures::{Figures, real};
use crate::say;
use crate::scenario::Scenario;

/// What the service may take in memory while nothing happens.
const IDLE_BYTES: u64 = 40 * 1_000_000;
/// How soon it must be ready on store that are there.
const READY: Duration = Duration::from_millis(100);

/// Both servers in one scenario.
pub(crate) struct Row {
    pub(crate) scenario: Scenario,
    pub(crate) service: Figures,
    pub(crate) floor: Figures,
}

/// The service before any request.
pub(crate) struct Idle {
    pub(crate) ready: Duration,
    pub(crate) memory: Memory,
}

/// The head of the table of figures.
pub(crate) fn head() {
    say("");
    say(&format!(
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

/// Two lines of figures and one of ratios.
pub(crate) fn row(row: &Row) {
    figures(&row.scenario.to_string(), "service", &row.service);
    figures("", "floor", &row.floor);
    let (service, floor) = (&row.service, &row.floor);
    let both = service.storage.zip(floor.storage);
    say(&format!(
        "{:<26}{:<9}{:>9}{:>10}{:>10}{:>13}{:>11}{:>11}{:>9}",
        "",
        "ratio",
        ratio(service.requests_per_second, floor.requests_per_second),
        ratio(real(service.p50_us), real(floor.p50_us)),
        ratio(real(service.p99_us), real(floor.p99_us)),
        ratio(service.processor_us, floor.processor_us),
        both.map_or_else(none, |(ours, least)| ratio(ours.syncs, least.syncs)),
        both.map_or_else(none, |(ours, least)| ratio(ours.written, least.written)),
        ratio(real(service.memory.resident), real(floor.memory.resident)),
    ));
}

fn figures(scenario: &str, server: &str, figures: &Figures) {
    say(&format!(
        "{scenario:<26}{server:<9}{:>9.0}{:>10}{:>10}{:>13.1}{:>11}{:>11}{:>9.1}",
        figures.requests_per_second,
        figures.p50_us,
        figures.p99_us,
        figures.processor_us,
        figures.storage.map_or_else(none, |storage| format!("{:.3}", storage.syncs)),
        figures.storage.map_or_else(none, |storage| format!("{:.0}", storage.written)),
        megabytes(figures.memory.resident),
    ));
}

/// The budgets, each kept or missed.
pub(crate) fn budgets(rows: &[Row], idle: &Idle) {
    let mut missed = 0;
    say("");
    say(&format!("{:<42}{:>12}{:>12}  {}", "budget", "allowed", "measured", ""));
    let mut line = |name: &str, allowed: String, measured: String, kept: bool| {
        missed += u32::from(!kept);
        let word = if kept { "kept" } else { "MISSED" };
        say(&format!("{name:<42}{allowed:>12}{measured:>12}  {word}"));
    };
    for Row { scenario, service, .. } in rows {
        let budget = scenario.budget();
        let (allowed, measured) = (budget.processor_us, service.processor_us);
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
        "time to ready on existing store",
        milliseconds(READY),
        milliseconds(idle.ready),
        idle.ready <= READY,
    );
    say("");
    say(&match missed {
        0 => "every budget is kept".to_owned(),
        1 => "1 budget is missed".to_owned(),
        _ => format!("{missed} budgets are missed"),
    });
}

fn ratio(ours: f64, least: f64) -> String {
    if least > 0.0 { format!("{:.2}", ours / least) } else { none() }
}

fn none() -> String {
    "-".to_owned()
}

fn megabytes(bytes: u64) -> f64 {
    real(bytes) / 1e6
}

fn milliseconds(span: Duration) -> String {
    format!("{:.1} ms", span.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_a_ratio_to_nothing() {
        // A scenario that writes nothing has no ratio of bytes.
        assert_eq!(ratio(10.0, 4.0), "2.50");
        assert_eq!(ratio(0.0, 0.0), "-");
    }
}
