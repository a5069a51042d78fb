//! The rows of docs/reference/stress.md: each has a promise, and shows by figures whether it is
//! kept.

mod attack;
mod clock;
pub(crate) mod contender;
mod contested;
mod cores;
mod disabled_client;
mod disk_failures;
mod evidence;
mod figure;
mod floods;
mod installation;
mod key_rotation;
mod kill;
mod load_counts;
mod mixture;
mod node_faults;
mod node_races;
mod nodes;
mod open_loop;
mod overload;
mod report;
mod report_flood;
mod second_tenant;
mod soak;
mod unsynced_writes;
mod victim;
mod wrong_start_cases;
mod wrong_starts;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::random::Random;
use crate::service::Data;
use crate::{Result, clock as measuring, print_line};
use attack::Flood;
use figure::Figure;
use report::Report;

/// The time limit of a row in its short form, and in its full form.
const SHORT_TIMEOUT: Duration = Duration::from_secs(300);
const FULL_TIMEOUT: Duration = Duration::from_secs(3_600);

/// The options of a run.
#[derive(Args)]
pub(crate) struct Settings {
    /// Run these rows only
    #[arg(value_name = "ROW")]
    rows: Vec<Row>,
    /// Run the short forms, as `./test all` does
    #[arg(long)]
    short: bool,
    /// Repeat the random choices of an earlier run
    #[arg(long)]
    seed: Option<u64>,
    /// The binary of the service [default: the release build of this checkout, built first]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Write the figures of all rows into their section of this file, docs/reference/stress.md
    #[arg(long, value_name = "FILE", conflicts_with = "rows")]
    write: Option<PathBuf>,
}

/// A row.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Row {
    /// Kill the service at random moments under mixed load
    Kill,
    /// Lose the writes that were not synced in a power failure under load
    UnsyncedWrites,
    /// Race for the same ids in two processes on one file
    Contested,
    /// Race on three nodes with one database, and kill and cut nodes and database
    Nodes,
    /// Fill the disk, and let writes and syncs fail
    DiskFailures,
    /// Set the clock by an hour or a day
    Clock,
    /// Send ten times as many requests as fit
    Overload,
    /// Open idle connections from one address while others use the service
    FloodConnections,
    /// Sign one user in, as often as possible
    FloodSignIns,
    /// Try wrong passwords for many names from three addresses
    FloodPasswords,
    /// Refresh with a revoked token and fresh proofs
    FloodRefreshes,
    /// Request tokens for clients that do not exist
    FloodFailures,
    /// Submit the form of a finished sign-in again
    FloodFinishedFlows,
    /// Send authorization requests that are stored
    FloodPushedRequests,
    /// Dry-run requests as one client
    FloodDryRuns,
    /// Look requests up as one client
    FloodLookUps,
    /// Look requests up as one administrator
    FloodAdminLookUps,
    /// Write to the ledger in another tenant
    FloodWrites,
    /// Report problems from sixty addresses
    FloodReports,
    /// Fail 200,000 times as unknown clients, and look up what happened before
    Evidence,
    /// Start the service with configurations, keys and files that are wrong
    WrongStarts,
    /// Rotate and withdraw keys while tokens are verified
    KeyRotation,
    /// Use half of the peak for half an hour; only in the full form
    Soak,
}

/// The parameters of all rows.
pub(crate) struct Run {
    binary: PathBuf,
    is_short: bool,
    seed: u64,
}

/// Runs the rows, prints their figures, and returns whether every promise is kept. Times are
/// judged in the full forms only.
pub(crate) async fn run(settings: &Settings) -> Result<bool> {
    let binary = match &settings.binary {
        Some(binary) => binary.clone(),
        None => build()?,
    };
    let seed = settings.seed.unwrap_or_else(Random::seed);
    raise_file_limit()?;
    let run = Run { binary: binary.canonicalize()?, is_short: settings.short, seed };
    let size = if settings.short { "short" } else { "full" };
    print_line(&format!("seed {seed}, {size} forms"));
    print_line(&figure::heading());
    let report = |file: &PathBuf| Report::new(file, &run.binary, run.is_short, seed);
    let mut report = settings.write.as_ref().map(report).transpose()?;
    let (start, mut passed, mut broken) = (measuring::now(), 0, 0);
    for row in Row::value_variants() {
        if !settings.rows.is_empty() && !settings.rows.contains(row) {
            continue;
        }
        let figures = row.figures(&run).await;
        for figure in &figures {
            *(if figure.is_broken(run.is_short) { &mut broken } else { &mut passed }) += 1;
            print_line(&figure.line());
        }
        if let Some(report) = &mut report {
            let lines = figures.iter().map(Figure::line).collect();
            report.add(lines, start.elapsed().as_secs_f64())?;
        }
    }
    print_line(&format!("{:.0} s, seed {seed}", start.elapsed().as_secs_f64()));
    print_line(&format!("{passed} passed, {broken} failed"));
    Ok(broken == 0)
}

impl Row {
    /// Runs the row. An error is a broken promise, too.
    async fn figures(self, run: &Run) -> Vec<Figure> {
        let limit = if run.is_short { SHORT_TIMEOUT } else { FULL_TIMEOUT };
        let start = measuring::now();
        let result = tokio::time::timeout(limit, Box::pin(self.measure(run))).await;
        let seconds = start.elapsed().as_secs_f64();
        let name = self.name();
        let figures = match result {
            Ok(Ok(figures)) => figures,
            Ok(Err(error)) => vec![Figure::broken("runs", error.to_string())],
            Err(_) => vec![Figure::broken("runs", format!("not finished after {limit:?}"))],
        };
        figures.into_iter().map(|figure| figure.of_row(&name, seconds)).collect()
    }

    async fn measure(self, run: &Run) -> Result<Vec<Figure>> {
        match self {
            Self::Kill => kill::measure(run).await,
            Self::UnsyncedWrites => unsynced_writes::measure(run).await,
            Self::DiskFailures => disk_failures::measure(run).await,
            Self::Contested => contested::measure(run).await,
            Self::Nodes => nodes::measure(run).await,
            Self::Clock => clock::measure(run).await,
            Self::Overload => overload::measure(run).await,
            Self::FloodConnections => floods::measure(run, Flood::IdleConnections).await,
            Self::FloodSignIns => floods::measure(run, Flood::SignIns).await,
            Self::FloodPasswords => floods::measure(run, Flood::WrongPasswords).await,
            Self::FloodRefreshes => floods::measure(run, Flood::RefusedRefreshes).await,
            Self::FloodFailures => floods::measure(run, Flood::AnonymousFailures).await,
            Self::FloodFinishedFlows => floods::measure(run, Flood::FinishedFlows).await,
            Self::FloodPushedRequests => floods::measure(run, Flood::PushedRequests).await,
            Self::FloodDryRuns => floods::measure(run, Flood::DryRuns).await,
            Self::FloodLookUps => floods::measure(run, Flood::LookUpsOfClient).await,
            Self::FloodAdminLookUps => floods::measure(run, Flood::LookUpsOfAdministrator).await,
            Self::FloodWrites => floods::measure(run, Flood::Writes).await,
            Self::Evidence => evidence::measure(run).await,
            Self::FloodReports => report_flood::measure(run).await,
            Self::KeyRotation => key_rotation::measure(run).await,
            Self::Soak => soak::measure(run).await,
            Self::WrongStarts => wrong_starts::measure(run).await,
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Run {
    /// Returns the size of a row: the full one, or the short one.
    pub(crate) const fn size(&self, full: u32, short: u32) -> u32 {
        if self.is_short { short } else { full }
    }

    /// Returns the random numbers of a row.
    pub(crate) fn random(&self, row: &str) -> Random {
        Random::new(self.seed, row)
    }

    /// Creates the data directory of a row.
    pub(crate) fn data(&self, row: &str) -> Result<Data> {
        Data::create(&self.binary, row)
    }
}

/// Lets this process open as many files as the system allows it.
fn raise_file_limit() -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?)
}

/// Builds the service beside this binary, so that no outdated one is tested.
fn build() -> Result<PathBuf> {
    // This binary is in `<target>/<profile>`.
    let executable = std::env::current_exe()?;
    let target = executable.ancestors().nth(2).ok_or("no target directory")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "admit", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !status.success() {
        return Err("the build of the service failed; use --binary with an existing one".into());
    }
    Ok(target.join("release/admit"))
}
