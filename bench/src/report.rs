//! Prints the report: measurements, and whether each promise is kept.

use std::time::Duration;

use crate::cpu_time::Memory;
use crate::io_counts::IoPerRequest;
use crate::measurements::real;
use crate::rounds::{DISTURBED, Rounds, Side, Spread};
use crate::scenario::Scenario;
use crate::sign_in::SignIns;
use crate::{Result, print_line};

/// The permitted memory of the idle service.
pub(crate) const IDLE_BYTES_MAX: u64 = 16 * 1_000_000;
/// The permitted memory of the service after the last scenario.
pub(crate) const USED_BYTES_MAX: u64 = 60 * 1_000_000;
/// The permitted time of a start on existing data.
const READY_MAX: Duration = Duration::from_millis(100);
/// The permitted CPU time of a sign-in without the password hash, in microseconds.
const SIGN_IN_US_MAX: f64 = 400.0;

/// Whether a promise is kept, or the reason for which that is unknown.
pub(crate) type Verdict = Result<bool, &'static str>;

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

/// The report, which is printed line by line, and can be written into a document at the end.
#[derive(Default)]
pub(crate) struct Report {
    text: String,
    missed: u32,
    /// The missed promises that fail a command.
    missed_costs: u32,
}

impl Report {
    /// Prints a line.
    pub(crate) fn line(&mut self, line: &str) {
        print_line(line);
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Prints lines.
    pub(crate) fn lines(&mut self, lines: &[String]) {
        for line in lines {
            self.line(line);
        }
    }

    /// Returns all lines.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Prints the head of the table of measurements.
    pub(crate) fn head(&mut self) {
        self.line("");
        self.line(&format!(
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
    pub(crate) fn row(&mut self, row: &Row) {
        self.line(&side(&row.scenario.to_string(), ("service", &row.rounds.first), &row.service));
        self.line(&side("", ("minimal", &row.rounds.second), &row.minimal));
        let disturbed = disturbed(row.rounds.disturbed);
        self.line(&format!("{:<26}{:<9}{:>22}{disturbed}", "", "ratio", text(row.rounds.ratio())));
    }

    /// Prints the CPU time of sign-ins.
    pub(crate) fn sign_ins(&mut self, sign_ins: &SignIns) {
        let disturbed = disturbed(sign_ins.disturbed());
        let of_hash = "password hash, subtracted";
        self.line(&format!(
            "{:<26}{:<9}{:>22}{disturbed}",
            "sign-in",
            "service",
            text(sign_ins.cpu())
        ));
        self.line(&format!("{of_hash:<35}{:>22}", text(sign_ins.hash())));
    }

    /// Prints the head of the table of promises.
    pub(crate) fn head_of_verdicts(&mut self) {
        self.line("");
        self.line(&format!("{:<56}{:>10}{:>10}", "", "allowed", "measured"));
    }

    /// Prints whether a promise about CPU or memory is kept.
    pub(crate) fn verdict(&mut self, name: &str, texts: [String; 2], kept: Verdict) {
        self.missed_costs += u32::from(kept == Ok(false));
        self.verdict_without_failure(name, texts, kept);
    }

    /// Prints whether a promise is kept that fails no command: about an elapsed time, which depends
    /// on what else the machine does, or one that the service does not keep yet.
    pub(crate) fn verdict_without_failure(
        &mut self,
        name: &str,
        [allowed, measured]: [String; 2],
        kept: Verdict,
    ) {
        self.missed += u32::from(kept == Ok(false));
        let verdict = match kept {
            Ok(true) => "kept",
            Ok(false) => "MISSED",
            Err(reason) => reason,
        };
        self.line(&format!("{name:<56}{allowed:>10}{measured:>10}  {verdict}"));
    }

    /// Prints whether the permitted ratio of a scenario is kept.
    pub(crate) fn ratio_verdict(&mut self, name: &str, rounds: &Rounds, allowed: f64) {
        let ratio = rounds.ratio();
        let measured = ratio.map_or_else(none, |ratio| format!("{:.2}", ratio.median));
        let kept = match rounds.no_verdict() {
            None => Ok(ratio.is_some_and(|ratio| ratio.median <= allowed)),
            Some(reason) => Err(reason),
        };
        self.verdict(name, [format!("{allowed:.2}"), measured], kept);
    }

    /// Prints whether the ratio is at least the promised one.
    pub(crate) fn distance_verdict(&mut self, name: &str, rounds: &Rounds, least: f64) {
        let ratio = rounds.ratio();
        let measured = ratio.map_or_else(none, |ratio| format!("{:.2}", ratio.median));
        let kept = match rounds.no_verdict() {
            None => Ok(ratio.is_some_and(|ratio| ratio.median >= least)),
            Some(reason) => Err(reason),
        };
        self.verdict(name, [format!("≥ {least:.1}"), measured], kept);
    }

    /// Prints whether the permitted CPU time of a sign-in is kept.
    pub(crate) fn sign_in_verdict(&mut self, sign_ins: &SignIns) {
        let microseconds = |value: f64| format!("{value:.0} µs");
        let cpu = sign_ins.cpu();
        let measured = cpu.map_or_else(none, |cpu| microseconds(cpu.median));
        let kept = if sign_ins.is_conclusive() {
            Ok(cpu.is_some_and(|cpu| cpu.median <= SIGN_IN_US_MAX))
        } else {
            Err(DISTURBED)
        };
        self.verdict("sign-in without hash: CPU", [microseconds(SIGN_IN_US_MAX), measured], kept);
    }

    /// Prints whether the first sign-ins cost at most so much of the second.
    pub(crate) fn sign_in_ratio_verdict(
        &mut self,
        name: &str,
        sign_ins: &[SignIns; 2],
        allowed: f64,
    ) {
        let ratio = SignIns::ratio(sign_ins);
        let measured = ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
        let conclusive = ratio.filter(|_| sign_ins.iter().all(SignIns::is_conclusive));
        let kept = conclusive.map(|ratio| ratio <= allowed).ok_or(DISTURBED);
        self.verdict(name, [format!("{allowed:.2}"), measured], kept);
    }

    /// Prints whether a permitted memory is kept.
    pub(crate) fn memory_verdict(&mut self, name: &str, allowed: u64, measured: u64) {
        let text = |bytes| format!("{:.1} MB", megabytes(bytes));
        self.verdict(name, [text(allowed), text(measured)], Ok(measured <= allowed));
    }

    /// Prints whether the permitted time of a start is kept.
    pub(crate) fn ready_verdict(&mut self, name: &str, ready: Duration) {
        let texts = [READY_MAX, ready].map(milliseconds);
        self.verdict_without_failure(name, texts, Ok(ready <= READY_MAX));
    }

    /// Returns an error if a promise about CPU or memory is missed.
    pub(crate) fn strict(&self) -> Result<()> {
        match self.missed_costs {
            0 => Ok(()),
            missed => Err(format!("{missed} promises about CPU and memory are missed").into()),
        }
    }

    /// Prints the number of missed promises.
    pub(crate) fn end(&mut self) {
        self.line("");
        let missed = self.missed;
        self.line(&if missed == 0 {
            "nothing missed".to_owned()
        } else {
            format!("{missed} missed")
        });
    }
}

fn side(scenario: &str, (server, side): (&str, &Side), used: &Measurements) -> String {
    format!(
        "{scenario:<26}{server:<9}{:>22}{:>8.0}{:>8}{:>8}{:>10}{:>10}{:>7.1}",
        text(side.cpu()),
        side.requests_per_second(),
        side.latencies.value_at_quantile(0.5),
        side.latencies.value_at_quantile(0.99),
        used.io.as_ref().map_or_else(none, |io| format!("{:.3}", io.syncs)),
        used.io.as_ref().map_or_else(none, |io| format!("{:.0}", io.written_bytes)),
        megabytes(used.memory.resident),
    )
}

fn disturbed(rounds: u32) -> String {
    match rounds {
        0 => String::new(),
        rounds => format!("   {rounds} disturbed rounds left out"),
    }
}

pub(crate) fn text(spread: Option<Spread>) -> String {
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
