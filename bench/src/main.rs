//! What a request costs the service, beside a floor server that does only the unavoidable.

mod account;
mod binary;
mod child;
mod clock;
mod driver;
mod figures;
mod floor;
mod http;
mod recording;
mod report;
mod run;
mod scenario;
mod seed;
mod storage;
mod target;
mod world;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::scenario::Scenario;

/// What any step gives: its value, or why the benchmark cannot go on.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures what a request costs the service.
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The token endpoint and its neighbours.
    Token(Settings),
    /// The same service with and without records of its requests.
    Recording(Settings),
    /// The floor server; started by `token`.
    #[command(hide = true)]
    Floor(floor::Arguments),
}

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct Settings {
    /// Small numbers, to see that it works; the figures say little.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only this scenario; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Vec<Scenario>,
    /// How long each scenario is measured, in seconds [default: 4].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) seconds: Option<u64>,
    /// Connections that ask at the same time.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) connections: u32,
    /// Clients in the directory; an even number [default: 10000].
    #[arg(long, value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    pub(crate) clients: Option<u64>,
    /// Grants in the ledger [default: 1000000].
    #[arg(long, value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    pub(crate) grants: Option<u64>,
    /// The service's binary; without it the release build of this checkout, built first.
    #[arg(long, value_name = "FILE")]
    pub(crate) binary: Option<PathBuf>,
    /// Keeps the store as they were made, and takes them from there the next time: making a
    /// million grants takes longer than measuring.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) store: Option<PathBuf>,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Token(settings) => run::token(&settings),
        Command::Recording(settings) => recording::recording(&settings),
        Command::Floor(arguments) => floor::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is gone.
            writeln!(std::io::stderr(), "bench: {error}").unwrap_or_default();
            ExitCode::FAILURE
        }
    }
}

/// A line of the report; a reader who has gone away does not stop the measuring.
pub(crate) fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").unwrap_or_default();
}
