//! Tests on the built binary that what is used stays used, whatever happens to the process, its
//! disk, its clock and its load.

mod client;
mod clock;
mod cluster;
mod crash;
mod disk_shim;
mod http;
mod imported_users;
mod issued_tokens;
mod on_postgres;
mod one_time;
mod random;
mod service;
mod single_use;
mod stress;
mod user_agent;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::random::Random;
use crate::service::Data;

/// An error that fails a test.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of a step of a test.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// The time limit of a test.
const TEST_TIMEOUT: Duration = Duration::from_secs(240);

/// Test the built binary under load
#[derive(Parser)]
#[command(name = "load")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Use codes and refresh tokens fifty times at once, and kill the service under load
    Once {
        /// The binary of the service
        binary: PathBuf,
        /// The number of rounds, in percent
        #[arg(default_value_t = 100)]
        percent: u32,
    },
    /// Run the rows of docs/reference/stress.md
    Stress(stress::Settings),
    /// Sign in users with password hashes of other systems
    ImportedUsers(imported_users::Arguments),
    /// Run a command with the URL of an empty PostgreSQL database in `ADMIT_POSTGRES_URL`
    OnPostgres(on_postgres::Arguments),
    /// Commit the changes of one process of the row `contested` (started by `stress`)
    #[command(hide = true)]
    Contend(stress::contender::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Once { binary, percent } => once(&binary, percent).await,
        Command::Stress(settings) => stress::run(&settings).await,
        Command::ImportedUsers(arguments) => imported_users::run(&arguments).await,
        Command::OnPostgres(arguments) => on_postgres::run(&arguments).await,
        Command::Contend(arguments) => stress::contender::run(&arguments).await,
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // If standard error is closed, there is nowhere to report the error.
            writeln!(std::io::stderr(), "load: {error}").unwrap_or_default();
            ExitCode::FAILURE
        }
    }
}

async fn once(binary: &Path, percent: u32) -> Result<bool> {
    let rounds = |all: u32| (all * percent / 100).max(1);
    let mut failed = 0;
    let codes = single_use::one_code_is_redeemed_once(binary, rounds(1_000));
    failed += u32::from(!report("one code, 50 redemptions at once", codes).await);
    let refreshes = single_use::one_refresh_token_has_one_successor(binary, rounds(200));
    failed += u32::from(!report("one refresh token, 50 uses at once", refreshes).await);
    let crashes = a_crash_loses_nothing(binary, rounds(100));
    failed += u32::from(!report("kill -9 under load", crashes).await);
    print_line(&format!("{} passed, {failed} failed", 3 - failed));
    Ok(failed == 0)
}

async fn a_crash_loses_nothing(binary: &Path, rounds: u32) -> Result<String> {
    let data = Data::create(binary, "crashes")?;
    let seed = Random::seed();
    let counts = crash::crash_repeatedly(&data, rounds, Random::new(seed, "kill")).await;
    let counts = counts.map_err(|error| format!("seed {seed}: {error}"))?;
    if counts.broken.is_empty() && counts.had_load() {
        return Ok(counts.summary());
    }
    Err(format!("seed {seed}: {}", counts.summary()).into())
}

/// Runs a test and prints its result.
async fn report(name: &str, test: impl Future<Output = Result<String>>) -> bool {
    let start = clock::now();
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
pub(crate) fn print_line(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
