//! Shows on the built binary that codes and refresh tokens are used at most once, and that a crash
//! loses nothing.

mod client;
mod crash;
mod http;
mod once;
mod person;
mod service;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What any step of a test gives: its value, or why the test fails.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A whole test longer than this has hung.
const PATIENCE: Duration = Duration::from_secs(240);

/// Usage: `load ADMIT-BINARY [ROUNDS-PER-CENT]`; the second shortens the tests while one works on
/// them.
#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let binary =
        arguments.next().map_or_else(|| PathBuf::from("target/release/admit"), PathBuf::from);
    let percent = arguments.next().and_then(|text| text.to_str()?.parse().ok()).unwrap_or(100);
    let rounds = |whole: u32| (whole * percent / 100).max(1);

    let mut failed = 0;
    let codes = once::one_code_is_redeemed_once(&binary, rounds(1_000));
    failed += u32::from(!report("one code, 50 redemptions at once", codes).await);
    let refreshes = once::one_refresh_token_has_one_successor(&binary, rounds(200));
    failed += u32::from(!report("one refresh token, 50 uses at once", refreshes).await);
    let crashes = crash::a_crash_loses_nothing(&binary, rounds(100));
    failed += u32::from(!report("kill -9 under load", crashes).await);
    say(&format!("{} passed, {failed} failed", 3 - failed));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one test and says how it went.
#[expect(clippy::disallowed_methods, reason = "a report says how long a test took")]
async fn report(name: &str, test: impl Future<Output = Outcome<String>>) -> bool {
    let start = Instant::now();
    let outcome = match tokio::time::timeout(PATIENCE, test).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("not over after {} s", PATIENCE.as_secs()).into()),
    };
    let seconds = start.elapsed().as_secs_f32();
    match outcome {
        Ok(ref shown) => say(&format!("ok      {name}: {shown} ({seconds:.1} s)")),
        Err(ref error) => say(&format!("FAILED  {name}: {error} ({seconds:.1} s)")),
    }
    outcome.is_ok()
}

/// A line of the report; a reader who has gone away is no failure of the test.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
