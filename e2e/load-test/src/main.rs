//! Tests on the built binary that codes and refresh tokens are used at most once, and that a crash
//! loses nothing.

mod client;
mod crash;
mod http;
mod service;
mod single_use;
mod user_agent;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// An error that fails a test.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of a step of a test.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// The time limit of a test.
const TEST_TIMEOUT: Duration = Duration::from_secs(240);

/// Usage: `load-test ADMIT-BINARY [PERCENT]`. The second argument reduces the number of rounds.
#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let binary =
        arguments.next().map_or_else(|| PathBuf::from("target/release/admit"), PathBuf::from);
    let percent = arguments.next().and_then(|text| text.to_str()?.parse().ok()).unwrap_or(100);
    let rounds = |all: u32| (all * percent / 100).max(1);

    let mut failed = 0;
    let codes = single_use::one_code_is_redeemed_once(&binary, rounds(1_000));
    failed += u32::from(!report("one code, 50 redemptions at once", codes).await);
    let refreshes = single_use::one_refresh_token_has_one_successor(&binary, rounds(200));
    failed += u32::from(!report("one refresh token, 50 uses at once", refreshes).await);
    let crashes = crash::a_crash_loses_nothing(&binary, rounds(100));
    failed += u32::from(!report("kill -9 under load", crashes).await);
    print_line(&format!("{} passed, {failed} failed", 3 - failed));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a test and prints its result.
#[expect(clippy::disallowed_methods, reason = "a report has the duration of a test")]
async fn report(name: &str, test: impl Future<Output = Result<String>>) -> bool {
    let start = Instant::now();
    let result = match tokio::time::timeout(TEST_TIMEOUT, test).await {
        Ok(result) => result,
        Err(_) => Err(format!("not finished after {} s", TEST_TIMEOUT.as_secs()).into()),
    };
    let seconds = start.elapsed().as_secs_f32();
    match result {
        Ok(ref summary) => print_line(&format!("ok      {name}: {summary} ({seconds:.1} s)")),
        Err(ref error) => print_line(&format!("FAILED  {name}: {error} ({seconds:.1} s)")),
    }
    result.is_ok()
}

/// Prints a line of the report. A closed standard output does not fail the test.
fn print_line(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
