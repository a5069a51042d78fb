//! Prints the report: the measurements of both servers, and whether each promise is kept.

use std::time::Duration;

use crate::cpu_time::Memory;
use crate::io_counts::IoPerRequest;
use crate::measurements::real;
use crate::print_line;
use crate::rounds::{Rounds, Side, Spread};
use crate::running_service::RunningService;
use crate::scenario::Scenario;

/// The permitted memory of the idle service.
const IDLE_BYTES_MAX: u64 = 16 * 1_000_000;
/// The permitted memory of the service after the last scenario.
const USED_BYTES_MAX: u64 = 60 * 1_000_000;
/// The permitted time of a start on existing data.
const READY_MAX: Duration = Duration::from_millis(100);

/// The memory and the I/O of a server.
pub(crate) struct Measurements {
    pub(crate) memory: Memory,
    /// `None` if `perf` could not count it.
    pub(crate) io: Option<IoPerRequest>,
}

/// The measurements of both servers in a scenario.
pub(crate) struct Row {
    pub(crate) scenario: Scenario,
    pub(crate) rounds: Rounds,
    pub(crate) service: Measurements,
    pub(crate) minimal: Measurements,
}

/// Prints the head of the table of measurements.
pub(crate) fn head() {
    print_line("");
    print_line(&format!(
        "{:<26}{:<9}{:>22}{:>8}{:>8}{:>8}{:>10}{:>10}{:>7}",
        "scenario",
        "server",
        "CPU µs/req",
        "req/s",
        "p50 µs",
        "p99 µs",
        "syncs/req",
        "bytes/req",
        "MB"
    ));
}

/// Prints the measurements of both servers, and the ratio of their CPU time.
pub(crate) fn row(row: &Row) {
    line(&row.scenario.to_string(), "service", &row.rounds.first, &row.service);
    line("", "minimal", &row.rounds.second, &row.minimal);
    let disturbed = match row.rounds.disturbed {
        0 => String::new(),
        disturbed => format!("   {disturbed} disturbed rounds left out"),
    };
    print_line(&format!("{:<26}{:<9}{:>22}{disturbed}", "", "ratio", text(row.rounds.ratio())));
}

fn line(scenario: &str, server: &str, side: &Side, used: &Measurements) {
    print_line(&format!(
        "{scenario:<26}{server:<9}{:>22}{:>8.0}{:>8}{:>8}{:>10}{:>10}{:>7.1}",
        text(side.cpu()),
        side.requests_per_second(),
        side.latencies.value_at_quantile(0.5),
        side.latencies.value_at_quantile(0.99),
        used.io.as_ref().map_or_else(none, |io| format!("{:.3}", io.syncs)),
        used.io.as_ref().map_or_else(none, |io| format!("{:.0}", io.written_bytes)),
        megabytes(used.memory.resident),
    ));
}

/// Prints whether each promise is kept.
pub(crate) fn verdicts(rows: &[Row], service: &RunningService) {
    let mut missed = 0;
    print_line("");
    print_line(&format!("{:<36}{:>10}{:>10}", "", "allowed", "measured"));
    let mut line = |name: &str, allowed: String, measured: String, kept: Option<bool>| {
        missed += u32::from(kept == Some(false));
        let verdict = match kept {
            Some(true) => "kept",
            Some(false) => "MISSED",
            None => "disturbed: no verdict",
        };
        print_line(&format!("{name:<36}{allowed:>10}{measured:>10}  {verdict}"));
    };
    for Row { scenario, rounds, .. } in rows {
        let (allowed, ratio) = (scenario.ratio_max(), rounds.ratio());
        let measured = ratio.map_or_else(none, |ratio| format!("{:.2}", ratio.median));
        let kept = ratio.filter(|_| rounds.is_conclusive()).map(|it| it.median <= allowed);
        line(&format!("{scenario}: CPU ratio"), format!("{allowed:.2}"), measured, kept);
    }
    let mut memory = |name: &str, allowed: u64, measured: u64| {
        let text = |bytes| format!("{:.1} MB", megabytes(bytes));
        line(name, text(allowed), text(measured), Some(measured <= allowed));
    };
    memory("memory when idle", IDLE_BYTES_MAX, service.memory.resident);
    if let Some(last) = rows.last() {
        memory("memory after the last scenario", USED_BYTES_MAX, last.service.memory.resident);
    }
    let ready = service.ready;
    line(
        "start on existing data",
        milliseconds(READY_MAX),
        milliseconds(ready),
        Some(ready <= READY_MAX),
    );
    print_line("");
    print_line(&match missed {
        0 => "nothing missed".to_owned(),
        missed => format!("{missed} missed"),
    });
}

fn text(spread: Option<Spread>) -> String {
    spread.map_or_else(none, |spread| spread.to_string())
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
