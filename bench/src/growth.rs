//! `bench growth`: whether a request costs the same with many grants, clients and tenants as with
//! few.

mod deletion;
mod dropped_week;
mod on_postgres;
mod sign_ins;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use tempfile::TempDir;

use crate::cpu_time::Memory;
use crate::dataset::Dataset;
use crate::load::{LoadPlan, send_number};
use crate::measurements::{per, real};
use crate::prepared_data::{FOLDER, PreparedData};
use crate::report::{Report, text};
use crate::rounds::Rounds;
use crate::run::interruptible;
use crate::running_service::RunningService;
use crate::scenario::Scenario;
use crate::server_process::ServiceCommand;
use crate::target::Target;
use crate::{Result, StoreKind, binary, document, machine};

/// The permitted ratio of the CPU time up to [`MANY_GRANTS`], and above it.
const RATIO_MAX: f64 = 1.3;
const RATIO_OF_MOST_MAX: f64 = 1.6;
const MANY_GRANTS: u64 = 100_000;
/// The permitted memory of the service after the measurement.
const BYTES_MAX: u64 = 100 * 1_000_000;
/// The permitted bytes of the ledger for a grant.
const GRANT_BYTES_MAX: f64 = 260.0;
/// The permitted growth of the ledger by refreshes.
const FILE_GROWTH_MAX: f64 = 1.1;
/// The refreshes before the length of the ledger is read: an hour of twenty a second, and few in
/// the quick form.
const REFRESHES: u64 = 72_000;
const QUICK_REFRESHES: u64 = 2_000;
/// The clients of the data sets that grow in grants.
const FEW_CLIENTS: u64 = 100;
/// The numbers of grants, and of rounds. Each grant is a commit of its own.
const GRANTS: [u64; 3] = [1_000, MANY_GRANTS, 10_000_000];
const QUICK_GRANTS: [u64; 2] = [1_000, 20_000];
const ROUNDS: u32 = 5;
const QUICK_ROUNDS: u32 = 3;
const SCENARIOS: [Scenario; 3] =
    [Scenario::ClientCredentialsEs256, Scenario::Introspection, Scenario::Refresh];

/// The options of `bench growth`.
#[derive(Args)]
pub(crate) struct Settings {
    /// The binary of the service [default: the release build of this checkout, built first]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Use fewer grants, rounds and refreshes, and measure no cleaning
    #[arg(long)]
    quick: bool,
    /// The numbers of grants, the least of which is compared with the others
    /// [default: 1000,100000,10000000; quick: 1000,20000; on PostgreSQL: 1000 to 1000000]
    #[arg(long, value_delimiter = ',',
        value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    grants: Vec<u64>,
    /// The store. On PostgreSQL, only the number of grants grows
    #[arg(long, value_enum, default_value_t)]
    store: StoreKind,
    /// The number of clients in the data set with many, and of users
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(2..))]
    clients: u64,
    /// The number of tenants in the data set with many clients
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
    tenants: u64,
    /// The number of undisturbed rounds [default: 5; quick: 3]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: Option<u32>,
    /// The number of concurrent connections
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=100))]
    connections: u32,
    /// Count rounds in which other programs used the CPU, too, without a verdict
    #[arg(long)]
    beside_others: bool,
    /// Also write the report into this document, between the markers of the command
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// A service with a data set of its own.
struct Size {
    name: String,
    directory: TempDir,
    dataset: Dataset,
    service: RunningService,
    /// The only target of refreshes: it has the generations of the refresh tokens.
    refreshes: Target,
    /// The bytes of the ledger before the first request.
    ledger_bytes: u64,
}

/// Runs `bench growth`.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let binary = binary::path(settings.binary.as_deref())?;
    let command = ServiceCommand::new(&binary);
    match settings.store {
        StoreKind::Sqlite => interruptible(measure(settings, &command)),
        StoreKind::Postgres => interruptible(on_postgres::measure(settings, &command)),
    }
}

async fn measure(settings: &Settings, command: &ServiceCommand) -> Result<()> {
    let mut datasets = datasets(settings).into_iter();
    let base = datasets.next().ok_or("no number of grants")?;
    let base = Size::start(command, base).await?;
    let mut larger = Vec::new();
    for dataset in datasets {
        larger.push(Size::start(command, dataset).await?);
    }

    let mut report = Report::default();
    let (date, cpu) = (model::format_utc_minutes(service::now()), machine::processor());
    report.line(&format!("{date}, {cpu}; compared with {}", base.name));
    let rounds = measure_rounds(&mut report, (&base, &larger[..]), settings).await?;
    let directory = larger.last().ok_or("no directory with many users")?;
    let sign_ins = sign_ins::measure(&mut report, (directory, command), settings).await?;
    let refreshes = if settings.quick { QUICK_REFRESHES } else { REFRESHES };
    for size in larger.iter().filter(|size| size.has_more_grants_than(&base)) {
        send_number(&size.refreshes, refreshes, settings.connections).await?;
    }
    report.line("");
    report.line(&format!("{refreshes} refreshes for each number of grants after the rounds"));
    report.head_of_verdicts();
    for (scenario, size, rounds) in &rounds {
        let many = size.dataset.grants > MANY_GRANTS;
        let allowed = if many { RATIO_OF_MOST_MAX } else { RATIO_MAX };
        report.ratio_verdict(&format!("{}: {scenario}", size.name), rounds, allowed);
    }
    for compared in &sign_ins {
        compared.verdict(&mut report);
    }
    for size in std::iter::once(&base).chain(&larger) {
        size.verdicts(&mut report, &base)?;
    }
    if let Some(size) = larger.first().filter(|_| !settings.quick) {
        deletion::measure(&mut report, size.dataset).await?;
    }
    report.end();
    base.service.end().await?;
    for size in larger {
        size.service.end().await?;
    }
    document::replace(settings.write.as_deref(), "growth", report.text())?;
    report.strict()
}

/// Returns the size that the others are compared with, those with more grants, and the one with
/// many clients and tenants.
fn datasets(settings: &Settings) -> Vec<Dataset> {
    let grants = settings.numbers_of_grants(&GRANTS);
    let mut datasets: Vec<Dataset> =
        grants.iter().map(|grants| Dataset::new(FEW_CLIENTS, *grants)).collect();
    let clients = settings.clients.next_multiple_of(2);
    let least = grants.first().copied().unwrap_or(MANY_GRANTS);
    let many = Dataset::new(clients, least);
    datasets.push(Dataset { tenants: settings.tenants, factors: true, ..many });
    datasets
}

impl Settings {
    /// Returns the numbers of grants in order.
    fn numbers_of_grants(&self, default: &[u64]) -> Vec<u64> {
        let mut grants = match &self.grants[..] {
            [] if self.quick => QUICK_GRANTS.to_vec(),
            [] => default.to_vec(),
            grants => grants.to_vec(),
        };
        grants.sort_unstable();
        grants
    }

    const fn plan(&self) -> LoadPlan {
        LoadPlan {
            connections: self.connections,
            warm_up: Duration::from_millis(200),
            measuring: Duration::from_millis(700),
            beside_others: self.beside_others,
        }
    }

    fn wanted_rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.quick { QUICK_ROUNDS } else { ROUNDS })
    }
}

/// Compares each larger size with the base in rounds.
async fn measure_rounds<'a>(
    report: &mut Report,
    (base, larger): (&Size, &'a [Size]),
    settings: &Settings,
) -> Result<Vec<(Scenario, &'a Size, Rounds)>> {
    let (plan, wanted) = (settings.plan(), settings.wanted_rounds());
    report.line("");
    report.line(&format!("{:<52}{:>22}{:>22}", "CPU µs/req", "this size", "ratio"));
    let mut all = Vec::new();
    for scenario in SCENARIOS {
        let base = base.target(scenario).await?;
        for size in larger {
            let target = size.target(scenario).await?;
            let rounds = Rounds::measure([&target, &base], plan, wanted).await?;
            let name = format!("{scenario}, {}", size.name);
            let (cpu, ratio) = (text(rounds.first.cpu()), text(rounds.ratio()));
            report.line(&format!("{name:<52}{cpu:>22}{ratio:>22}"));
            all.push((scenario, size, rounds));
        }
    }
    Ok(all)
}

impl Size {
    async fn start(command: &ServiceCommand, dataset: Dataset) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("admit-growth-").tempdir()?;
        let data = PreparedData::new(directory.path().join(FOLDER));
        data.create(dataset).await?;
        let ledger_bytes = ledger_bytes(&data.data())?;
        let service = RunningService::start(command, (directory.path(), dataset), true).await?;
        let refreshes = Target::new(&service.server, Scenario::Refresh).await?;
        let Dataset { clients, grants, tenants, factors: _ } = dataset;
        let name = if tenants > 1 {
            format!("{clients} clients, {tenants} tenants")
        } else {
            format!("{grants} grants")
        };
        Ok(Self { name, directory, dataset, service, refreshes, ledger_bytes })
    }

    async fn target(&self, scenario: Scenario) -> Result<Target> {
        match scenario {
            Scenario::Refresh => Ok(self.refreshes.clone()),
            _ => Target::new(&self.service.server, scenario).await,
        }
    }

    const fn has_more_grants_than(&self, base: &Self) -> bool {
        self.dataset.grants > base.dataset.grants
    }

    fn data(&self) -> PathBuf {
        PreparedData::new(self.directory.path().join(FOLDER)).data()
    }

    fn verdicts(&self, report: &mut Report, base: &Self) -> Result<()> {
        let name = &self.name;
        report.ready_verdict(&format!("{name}: start"), self.service.ready);
        let memory = Memory::read(self.service.server.pid)?;
        report.memory_verdict(&format!("{name}: memory"), BYTES_MAX, memory.resident);
        if !self.has_more_grants_than(base) {
            return Ok(());
        }
        let grants = self.dataset.grants - base.dataset.grants;
        let bytes = per(real(self.ledger_bytes.saturating_sub(base.ledger_bytes)), grants);
        let texts = [GRANT_BYTES_MAX, bytes].map(|bytes| format!("{bytes:.0} B"));
        let kept = Ok(bytes <= GRANT_BYTES_MAX);
        report.verdict(&format!("{name}: ledger per grant"), texts, kept);
        let growth = per(real(ledger_bytes(&self.data())?), self.ledger_bytes);
        let texts = [FILE_GROWTH_MAX, growth].map(|growth| format!("{growth:.2}"));
        let name = format!("{name}: ledger after refreshes");
        report.verdict(&name, texts, Ok(growth <= FILE_GROWTH_MAX));
        Ok(())
    }
}

fn ledger_bytes(data: &Path) -> Result<u64> {
    Ok(std::fs::metadata(data.join("ledger.db"))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_data_sets_differ_from_the_base_in_one_respect() {
        // Returns the base first, then more grants, then more clients and tenants, for chosen
        // numbers and for those of the quick form.
        let settings = Settings {
            binary: None,
            quick: false,
            grants: vec![100_000, 1_000],
            store: StoreKind::Sqlite,
            clients: 9_999,
            tenants: 7,
            rounds: None,
            connections: 1,
            beside_others: false,
            write: None,
        };
        let directory = Dataset { tenants: 7, factors: true, ..Dataset::new(10_000, 1_000) };
        let expected = [Dataset::new(100, 1_000), Dataset::new(100, 100_000), directory];
        assert_eq!(datasets(&settings), expected);
        let quick = Settings { quick: true, grants: Vec::new(), ..settings };
        let expected = [Dataset::new(100, 1_000), Dataset::new(100, 20_000), directory];
        assert_eq!(datasets(&quick), expected);
    }
}
