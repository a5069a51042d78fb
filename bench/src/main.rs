//! Measures the cost of requests to the service, and compares it with a minimal server.

mod authenticators;
mod binary;
mod browser;
mod cleaning;
mod clock;
mod comparison;
mod cores;
mod cost;
mod cpu_time;
mod database_servers;
mod dataset;
mod document;
#[cfg(test)]
mod fake_server;
mod growth;
mod http;
mod installation;
mod io_counts;
mod latency;
mod load;
mod machine;
mod measurements;
mod memory;
mod minimal;
mod open_loop;
mod overload;
mod peer;
mod prepared_data;
mod refresh_generations;
mod report;
mod request_keys;
mod rounds;
mod run;
mod running_service;
mod scenario;
mod sealed_code;
mod server;
mod server_process;
mod sign_in;
mod store_comparison;
mod target;
mod target_connection;
mod tls;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use mimalloc::MiMalloc;

use crate::scenario::Scenario;

/// The allocator of the service, which the minimal server has too.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
    /// Measure the requests of clients
    Token(Settings),
    /// Compare the service with and without request records
    Recording(Settings),
    /// Count instructions, allocations and system calls, and compare them with the committed table
    Cost(cost::Settings),
    /// Measure latencies at a rate that does not depend on the responses
    Latency(Settings),
    /// Measure the memory of idle connections
    Memory(memory::Settings),
    /// Compare small with large data sets
    Growth(growth::Settings),
    /// Compare with a provider in JavaScript (`npm ci --prefix bench/peer` first)
    Peer(Settings),
    /// Run the minimal server (started by `token`)
    #[command(hide = true)]
    MinimalServer(minimal::Arguments),
}

/// The store of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreKind {
    /// Files.
    #[default]
    Sqlite,
    /// A primary with a synchronous standby, which the benchmark starts.
    Postgres,
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
    /// Number of rounds, in each of which both servers are measured [default: 10]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: Option<u32>,
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
    /// Compare with this build of the service instead of the minimal server
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// With `postgres`, compare the service on PostgreSQL with the same build on SQLite; for
    /// `token`
    #[arg(long, value_enum, default_value_t)]
    pub(crate) store: StoreKind,
    /// Count rounds in which other programs used the CPU, too, without a verdict: for a machine
    /// that is never quiet
    #[arg(long)]
    pub(crate) beside_others: bool,
    /// Keep the servers on one core, and the load generator on another
    #[arg(long)]
    pub(crate) one_core: bool,
    /// Also write the report into this document, between the markers of the command; not for
    /// `recording` and `--baseline`
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,
    /// Keep the prepared data here and use it again: creating a million grants takes longer than
    /// measuring
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Token(settings) if settings.store == StoreKind::Postgres => {
            store_comparison::run(&settings)
        }
        Command::Token(settings) if settings.baseline.is_some() => comparison::builds(&settings),
        Command::Token(settings) => run::token(&settings),
        Command::Recording(settings) => comparison::recording(&settings),
        Command::Cost(settings) => cost::run(&settings),
        Command::Latency(settings) => latency::run(&settings),
        Command::Memory(settings) => memory::run(&settings),
        Command::Growth(settings) => growth::run(&settings),
        Command::Peer(settings) => peer::run(&settings),
        Command::MinimalServer(arguments) => minimal::run(&arguments),
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
