//! `bench growth --store postgres`: whether a request costs service and database the same with
//! many grants as with few, and what dropping the table of a week costs.

use tempfile::TempDir;

use super::dropped_week::DroppedWeek;
use super::{FEW_CLIENTS, RATIO_MAX, RATIO_OF_MOST_MAX, Settings};
use crate::cpu_time::Memory;
use crate::database_servers::{Database, DatabaseServers};
use crate::dataset::{Dataset, GrantIds};
use crate::installation::Installation;
use crate::prepared_data::{FOLDER, PreparedData};
use crate::report::{Report, text};
use crate::rounds::{Rounds, Side};
use crate::running_service::RunningService;
use crate::scenario::Scenario;
use crate::server_process::ServiceCommand;
use crate::store_comparison::{READY_MAX, medians, milliseconds};
use crate::target::Target;
use crate::{Result, document, machine};

/// The numbers of grants. Ten million take ten minutes and ten gigabytes.
const GRANTS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// The number of grants up to which the smaller ratio is permitted.
const MANY_GRANTS: u64 = 100_000;
const SCENARIOS: [Scenario; 2] = [Scenario::Introspection, Scenario::Refresh];
/// The table of the grants, and its indexes, in bytes: those of the week that has all of them.
const BYTES: &str = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('grants')
    WHERE isleaf";

/// A service with a database of its own.
struct Size {
    dataset: Dataset,
    database: Database,
    service: RunningService,
    /// The only target of refreshes: it has the generations of the refresh tokens.
    refreshes: Target,
    /// The bytes of the grants before the first request.
    bytes: u64,
    _directory: TempDir,
}

/// Measures, and prints the report.
pub(super) async fn measure(settings: &Settings, command: &ServiceCommand) -> Result<()> {
    let servers = DatabaseServers::start().await?;
    let mut sizes = Vec::new();
    for grants in settings.numbers_of_grants(&GRANTS) {
        let database = servers.create_database().await?;
        sizes.push(Size::start(command, Dataset::new(FEW_CLIENTS, grants), database).await?);
    }
    let (base, larger) = sizes.split_first().ok_or("no number of grants")?;
    let mut report = Report::default();
    let (date, cpu) = (model::format_utc_minutes(service::now()), machine::processor());
    report.line(&format!("{date}, {cpu}; compared with {} grants", base.dataset.grants));
    report.line(&servers.describe().await?);
    let all = measure_rounds(&mut report, (base, larger), settings).await?;
    report.head_of_verdicts();
    for (scenario, grants, rounds) in &all {
        let allowed = if *grants > MANY_GRANTS { RATIO_OF_MOST_MAX } else { RATIO_MAX };
        report.ratio_verdict(&format!("{grants} grants: {scenario}"), rounds, allowed);
    }
    for size in &sizes {
        size.verdicts(&mut report).await?;
    }
    if let Some(size) = sizes.last() {
        let target = size.target(Scenario::Refresh).await?;
        let dropped = DroppedWeek::measure(&size.database, &target, settings.plan()).await?;
        dropped.report(&mut report);
    }
    report.end();
    for size in sizes {
        size.service.end().await?;
    }
    document::replace(settings.write.as_deref(), "growth on PostgreSQL", report.text())
}

/// Compares each larger size with the base in rounds.
async fn measure_rounds(
    report: &mut Report,
    (base, larger): (&Size, &[Size]),
    settings: &Settings,
) -> Result<Vec<(Scenario, u64, Rounds)>> {
    report.line("");
    report.line(&format!(
        "{:<32}{:>26}{:>19}{:>9}{:>9}{:>8}",
        "CPU µs/req", "service", "ratio", "primary", "standby", "WAL B"
    ));
    let mut all = Vec::new();
    for scenario in SCENARIOS {
        let on_base = base.target(scenario).await?;
        for size in larger {
            let target = size.target(scenario).await?;
            let (plan, wanted) = (settings.plan(), settings.wanted_rounds());
            let rounds = Rounds::measure([&target, &on_base], plan, wanted).await?;
            let grants = size.dataset.grants;
            row(report, &format!("{scenario}, {grants} grants"), &rounds.first, &rounds);
            let name = format!("  beside it, {} grants", base.dataset.grants);
            row(report, &name, &rounds.second, &rounds);
            all.push((scenario, grants, rounds));
        }
    }
    Ok(all)
}

fn row(report: &mut Report, name: &str, side: &Side, rounds: &Rounds) {
    let [primary, standby, wal, _] = medians(&side.database);
    let is_first = std::ptr::eq(side, &raw const rounds.first);
    let ratio = if is_first { text(rounds.ratio()) } else { String::new() };
    let cpu = text(side.cpu());
    report.line(&format!("{name:<32}{cpu:>26}{ratio:>19}{primary:>9.1}{standby:>9.1}{wal:>8.0}"));
}

impl Size {
    async fn start(command: &ServiceCommand, dataset: Dataset, database: Database) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("admit-growth-").tempdir()?;
        let data = PreparedData::new(directory.path().join(FOLDER));
        let grant_ids = GrantIds::new_at(service::now());
        data.create_in(&database, (dataset, grant_ids)).await?;
        database.settle().await?;
        let bytes = database.number(BYTES).await?;
        let in_database = Some(database.clone());
        let path = directory.path();
        let installation =
            Installation { directory: path, dataset, grant_ids, database: in_database };
        let service = RunningService::start(command, installation, true).await?;
        let refreshes = Target::new(&service.server, Scenario::Refresh).await?;
        Ok(Self { dataset, database, service, refreshes, bytes, _directory: directory })
    }

    async fn target(&self, scenario: Scenario) -> Result<Target> {
        match scenario {
            Scenario::Refresh => Ok(self.refreshes.clone()),
            _ => Target::new(&self.service.server, scenario).await,
        }
    }

    async fn verdicts(&self, report: &mut Report) -> Result<()> {
        let Dataset { grants, .. } = self.dataset;
        let texts = [READY_MAX, self.service.ready].map(milliseconds);
        let kept = Ok(self.service.ready <= READY_MAX);
        report.verdict_without_failure(&format!("{grants} grants: start"), texts, kept);
        let memory = Memory::read(self.service.server.pid)?;
        let after = self.database.number(BYTES).await?;
        report.line(&format!(
            "{grants} grants: {} MB of memory; {} bytes of a grant with its index, {} after the \
             rounds",
            memory.resident / 1_000_000,
            self.bytes / grants.max(1),
            after / grants.max(1),
        ));
        Ok(())
    }
}
