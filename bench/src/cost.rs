//! `bench cost`: counts the instructions, allocations and system calls of a request. They hardly
//! depend on what else the machine does, so a test compares them with the committed table.

mod callgrind;
mod system_calls;
mod table;

use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::TempDir;

use crate::dataset::Dataset;
use crate::load::send_one_by_one;
use crate::prepared_data::{FOLDER, PreparedData};
use crate::run::interruptible;
use crate::running_service::RunningService;
use crate::scenario::Scenario;
use crate::server_process::ServiceCommand;
use crate::target::Target;
use crate::{Result, binary, print_line};

use callgrind::Callgrind;
use table::{Cost, Table};

/// The scenarios, which differ in what the service does.
const SCENARIOS: [Scenario; 6] = [
    Scenario::ClientCredentialsEs256,
    Scenario::Code,
    Scenario::Refresh,
    Scenario::Introspection,
    Scenario::Jwks,
    Scenario::WrongSecret,
];
const DATASET: Dataset = Dataset::new(100, 2_000);
/// Requests before the counted ones, which fill the caches.
const WARM_UP: u64 = 100;
const COUNTED: u64 = 1_500;

/// The options of `bench cost`.
#[derive(Args)]
pub(crate) struct Settings {
    /// The binary of the service [default: the release build of this checkout, built first]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Replace the committed table
    #[arg(long, conflicts_with_all = ["scenario", "profile"])]
    write: bool,
    /// Only this scenario, without a verdict; may be given several times
    #[arg(long, value_enum)]
    scenario: Vec<Scenario>,
    /// Copy the counts of each scenario there, a file for `callgrind_annotate`
    #[arg(long, value_name = "DIRECTORY")]
    profile: Option<PathBuf>,
}

/// Runs `bench cost`.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let binary = binary::path(settings.binary.as_deref())?;
    interruptible(measure(settings, &binary))
}

async fn measure(settings: &Settings, binary: &Path) -> Result<()> {
    let mut table = Table::new()?;
    let scenarios =
        if settings.scenario.is_empty() { &SCENARIOS[..] } else { &settings.scenario[..] };
    for scenario in scenarios {
        table.add(*scenario, measure_scenario(settings, binary, *scenario).await?);
    }
    if settings.write {
        return table.write();
    }
    let committed = Table::read()?;
    print_line(&table.compared_with(&committed));
    if !settings.scenario.is_empty() {
        return Ok(());
    }
    if let Some(reason) = table.no_verdict(&committed) {
        print_line(&reason);
        return Ok(());
    }
    let increases = table.increases(&committed);
    if !increases.is_empty() {
        return Err(increases.join("; ").into());
    }
    match table.cheaper_than(&committed) {
        Some(cheaper) => cheaper.write(),
        None => Ok(()),
    }
}

/// Counts in two processes: one that callgrind runs, and one that the kernel traces. The service
/// refuses none of the requests, however slow it is: there is one at a time.
async fn measure_scenario(settings: &Settings, binary: &Path, scenario: Scenario) -> Result<Cost> {
    let directory = prepare().await?;
    let callgrind = Callgrind::new(directory.path());
    let (service, target) = start(&callgrind.command(binary), directory.path(), scenario).await?;
    let pid = service.server.pid;
    callgrind.dump(pid).await?;
    send_one_by_one(&target, COUNTED).await?;
    let dump = callgrind.dump(pid).await?;
    let (instructions, allocations) = callgrind::counts(&dump)?;
    if let Some(directory) = &settings.profile {
        std::fs::create_dir_all(directory)?;
        std::fs::copy(dump, directory.join(format!("{scenario}.callgrind")))?;
    }
    service.end().await?;

    // New data, because the codes and refresh tokens are used up.
    let directory = prepare().await?;
    let command = ServiceCommand::new(binary);
    let (service, target) = start(&command, directory.path(), scenario).await?;
    let requests = send_one_by_one(&target, COUNTED);
    let ((), system_calls) = system_calls::count(service.server.pid, requests).await?;
    service.end().await?;
    Ok(Cost {
        instructions: instructions / COUNTED,
        allocations: allocations / COUNTED,
        system_calls: system_calls.map(|calls| calls / COUNTED),
    })
}

async fn prepare() -> Result<TempDir> {
    let directory = tempfile::Builder::new().prefix("admit-cost-").tempdir()?;
    PreparedData::new(directory.path().join(FOLDER)).create(DATASET).await?;
    Ok(directory)
}

/// Starts a service, and warms it up.
async fn start(
    command: &ServiceCommand,
    directory: &Path,
    scenario: Scenario,
) -> Result<(RunningService, Target)> {
    let service = RunningService::start(command, (directory, DATASET), true).await?;
    let target = Target::new(&service.server, scenario).await?;
    send_one_by_one(&target, WARM_UP).await?;
    Ok((service, target))
}
