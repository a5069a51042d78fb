//! Measures the cost of requests to the service, and compares it with a minimal baseline server.

mod baseline;
mod binary;
mod clock;
mod cpu_time;
mod dataset;
mod http;
mod io_counts;
mod load;
mod measurements;
mod prepared_data;
mod recording_overhead;
mod report;
mod run;
mod scenario;
mod server_process;
mod target;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::scenario::Scenario;

/// An error that ends the benchmark.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of a step of the benchmark.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// Measure the cost of requests to the service
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure the token endpoint, introspection and the key set
    Token(Settings),
    /// Compare the service with and without request records
    Recording(Settings),
    /// Run the baseline server (started by `token`)
    #[command(hide = true)]
    Baseline(baseline::Arguments),
}

/// The options of a measurement.
#[derive(Args, Clone, Debug)]
pub(crate) struct Settings {
    /// Use a small data set and short runs, to test the benchmark itself
    #[arg(long)]
    pub(crate) quick: bool,
    /// Measure only this scenario; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Vec<Scenario>,
    /// Duration of each scenario in seconds [default: 4]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) seconds: Option<u64>,
    /// Number of concurrent connections
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) connections: u32,
    /// Number of clients in the directory, an even number [default: 10000]
    #[arg(long, value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    pub(crate) clients: Option<u64>,
    /// Number of grants in the ledger [default: 1000000]
    #[arg(long, value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    pub(crate) grants: Option<u64>,
    /// The binary of the service [default: the release build of this checkout, built first]
    #[arg(long, value_name = "FILE")]
    pub(crate) binary: Option<PathBuf>,
    /// Keep the prepared data here and use it again: creating a million grants takes longer than
    /// measuring
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Token(settings) => run::token(&settings),
        Command::Recording(settings) => recording_overhead::run(&settings),
        Command::Baseline(arguments) => baseline::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, there is nowhere to report the error.
            writeln!(std::io::stderr(), "bench: {error}").unwrap_or_default();
            ExitCode::FAILURE
        }
    }
}

/// Prints a line of the report. A closed standard output does not stop the measurement.
pub(crate) fn print_line(line: &str) {
    writeln!(std::io::stdout(), "{line}").unwrap_or_default();
}
