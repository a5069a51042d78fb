//! `bench token --store postgres`: the service on PostgreSQL beside the same build on SQLite.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::cpu_time::CpuTime;
use crate::database_servers::{Database, DatabaseServers, DatabaseWork};
use crate::dataset::{Dataset, GrantIds};
use crate::installation::Installation;
use crate::prepared_data::{FOLDER, PreparedData};
use crate::report::{Report, text};
use crate::rounds::{Rounds, Spread};
use crate::run::{Schedule, dataset, describe, interruptible, selected_scenarios};
use crate::running_service::RunningService;
use crate::scenario::Scenario;
use crate::server_process::ServiceCommand;
use crate::sign_in::{SignInBy, SignInPlan, SignIns};
use crate::target::Target;
use crate::{Result, Settings, binary, cores, document};

/// The permitted ratio of the service's CPU time on PostgreSQL to that on SQLite.
const RATIO_MAX: f64 = 1.25;
/// The permitted time of a start on PostgreSQL.
pub(crate) const READY_MAX: Duration = Duration::from_millis(500);
/// The time for which nothing is requested at the end.
const IDLE_TIME: Duration = Duration::from_secs(5);
/// The scenarios without `--scenario`. The first and the last read the directory only, which is
/// in memory; the others read or change the ledger.
const SCENARIOS: [Scenario; 7] = [
    Scenario::ClientCredentialsEs256,
    Scenario::PrivateKeyJwt,
    Scenario::Code,
    Scenario::Refresh,
    Scenario::Introspection,
    Scenario::WrongSecret,
    // It ends the grants that others use.
    Scenario::Revocation,
];

/// A service, and what it runs on.
struct Side {
    service: RunningService,
    _directory: TempDir,
}

/// Runs `bench token --store postgres`.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    if settings.data.is_some() || settings.baseline.is_some() {
        let message = "--store postgres creates its data, and compares with SQLite: omit --data \
            and --baseline";
        return Err(message.into());
    }
    let binary = binary::path(settings.binary.as_deref())?;
    interruptible(measure(settings, &binary))
}

async fn measure(settings: &Settings, binary: &Path) -> Result<()> {
    let dataset = dataset(settings);
    let grant_ids = GrantIds::new_at(service::now());
    let command = ServiceCommand::new(binary);
    cores::use_last(settings.one_core)?;
    let servers = DatabaseServers::start().await?;
    let database = servers.create_database().await?;
    let postgres = Side::start(&command, (dataset, grant_ids), Some(&database)).await?;
    let sqlite = Side::start(&command, (dataset, grant_ids), None).await?;
    cores::use_first(settings.one_core)?;

    let mut report = Report::default();
    report.lines(&describe(settings, dataset));
    report.line(&servers.describe().await?);
    head(&mut report);
    let mut all = Vec::new();
    for scenario in scenarios(settings) {
        let on_postgres = Target::new(&postgres.service.server, scenario).await?;
        let on_sqlite = Target::new(&sqlite.service.server, scenario).await?;
        let schedule = Schedule::new(settings);
        let targets = [&on_postgres, &on_sqlite];
        let rounds = Rounds::measure(targets, schedule.plan, schedule.rounds).await?;
        let cpu = [rounds.second.cpu(), rounds.first.cpu(), rounds.ratio()];
        row(&mut report, &scenario.to_string(), (cpu, &rounds.first.database));
        all.push((scenario, rounds));
    }
    let mut sign_ins = None;
    if settings.scenario.is_empty() {
        sign_ins = Some(measure_sign_ins(&mut report, settings, [&postgres, &sqlite]).await?);
    }
    report.line("");
    report.line("elapsed: requests per second, p50 and p99 in µs");
    for (scenario, rounds) in &all {
        elapsed(&mut report, *scenario, rounds);
    }
    verdicts(&mut report, (&all, sign_ins.as_ref()), [&postgres, &sqlite]);
    report.line(&sizes(&database).await?);
    report.line(&idle([&postgres, &sqlite], &servers).await?);
    report.end();
    postgres.service.end().await?;
    sqlite.service.end().await?;
    document::replace(settings.write.as_deref(), "token on PostgreSQL", report.text())
}

fn scenarios(settings: &Settings) -> Vec<Scenario> {
    if settings.scenario.is_empty() { SCENARIOS.to_vec() } else { selected_scenarios(settings) }
}

impl Side {
    /// Creates the data and starts the service.
    async fn start(
        command: &ServiceCommand,
        (dataset, grant_ids): (Dataset, GrantIds),
        database: Option<&Database>,
    ) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("admit-bench-").tempdir()?;
        let data = PreparedData::new(directory.path().join(FOLDER));
        match database {
            None => data.create_with_ids(dataset, grant_ids).await?,
            Some(database) => {
                data.create_in(database, (dataset, grant_ids)).await?;
                database.settle().await?;
            }
        }
        let database = database.cloned();
        let path = directory.path();
        let installation = Installation { directory: path, dataset, grant_ids, database };
        let service = RunningService::start(command, installation, true).await?;
        Ok(Self { service, _directory: directory })
    }
}

/// Measures sign-ins on both.
async fn measure_sign_ins(
    report: &mut Report,
    settings: &Settings,
    [postgres, sqlite]: [&Side; 2],
) -> Result<[SignIns; 2]> {
    let rounds = Schedule::new(settings).rounds;
    let servers = [&postgres.service.server, &sqlite.service.server];
    let sign_ins = if settings.quick { 2 } else { 12 };
    let plan = SignInPlan {
        by: SignInBy::Password,
        rounds,
        sign_ins,
        beside_others: settings.beside_others,
    };
    let both = SignIns::measure_both(servers, plan).await?;
    let [on_postgres, on_sqlite] = &both;
    let ratio = SignIns::ratio(&both);
    let spread = ratio.map(|ratio| Spread { median: ratio, least: ratio, greatest: ratio });
    let cpu = [on_sqlite.cpu(), on_postgres.cpu(), spread];
    row(report, "sign-in without hash", (cpu, on_postgres.database()));
    let hash = [on_sqlite.hash(), on_postgres.hash()].map(text);
    report.line(&format!("{:<25}{:>27}{:>27}", "its hash, subtracted", hash[0], hash[1]));
    Ok(both)
}

fn head(report: &mut Report) {
    report.line("");
    report.line(&format!(
        "{:<25}{:>27}{:>27}{:>19}{:>9}{:>9}{:>8}{:>8}",
        "CPU µs/req",
        "service, SQLite",
        "service, PostgreSQL",
        "ratio",
        "primary",
        "standby",
        "WAL B",
        "commits"
    ));
}

/// Prints the CPU time on SQLite and on PostgreSQL, their ratio, and the work of the database.
fn row(
    report: &mut Report,
    name: &str,
    ([sqlite, postgres, ratio], work): ([Option<Spread>; 3], &[DatabaseWork]),
) {
    let [primary, standby, wal, commits] = medians(work);
    report.line(&format!(
        "{name:<25}{:>27}{:>27}{:>19}{primary:>9.1}{standby:>9.1}{wal:>8.0}{commits:>8.3}",
        text(sqlite),
        text(postgres),
        text(ratio),
    ));
}

/// Returns the medians of the CPU time of primary and standby, of the bytes of the WAL and of the
/// transactions.
pub(crate) fn medians(work: &[DatabaseWork]) -> [f64; 4] {
    let median = |value: fn(&DatabaseWork) -> f64| {
        let values: Vec<f64> = work.iter().map(value).collect();
        Spread::of(&values).map_or(f64::NAN, |spread| spread.median)
    };
    [
        median(|work| work.primary_us),
        median(|work| work.standby_us),
        median(|work| work.wal_bytes),
        median(|work| work.transactions),
    ]
}

fn elapsed(report: &mut Report, scenario: Scenario, rounds: &Rounds) {
    let [sqlite, postgres] = [&rounds.second, &rounds.first].map(|side| {
        let [p50, p99] = [0.5, 0.99].map(|part| side.latencies.value_at_quantile(part));
        format!("{:.0}; {p50}; {p99}", side.requests_per_second())
    });
    report.line(&format!("{scenario:<26}SQLite {sqlite:<28}PostgreSQL {postgres}"));
}

fn verdicts(
    report: &mut Report,
    (all, sign_ins): (&[(Scenario, Rounds)], Option<&[SignIns; 2]>),
    [postgres, sqlite]: [&Side; 2],
) {
    report.head_of_verdicts();
    for (scenario, rounds) in all {
        let name = format!("{scenario}: PostgreSQL to SQLite");
        report.ratio_verdict(&name, rounds, RATIO_MAX);
    }
    if let Some(sign_ins) = sign_ins {
        let name = "sign-in without hash: PostgreSQL to SQLite";
        report.sign_in_ratio_verdict(name, sign_ins, RATIO_MAX);
    }
    let texts = [READY_MAX, postgres.service.ready].map(milliseconds);
    let kept = Ok(postgres.service.ready <= READY_MAX);
    report.verdict_without_failure("start on PostgreSQL", texts, kept);
    report.line(&format!("start on SQLite: {}", milliseconds(sqlite.service.ready)));
    let memory = [&postgres.service, &sqlite.service].map(|it| it.memory.resident / 1_000_000);
    report.line(&format!("memory when idle: {} MB; on SQLite {} MB", memory[0], memory[1]));
}

/// Returns a duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> String {
    format!("{:.0} ms", duration.as_secs_f64() * 1e3)
}

/// Returns the CPU time in which nothing is requested, after the rounds.
async fn idle([postgres, sqlite]: [&Side; 2], servers: &DatabaseServers) -> Result<String> {
    let pids = [postgres, sqlite].map(|side| side.service.server.pid);
    let (work, before) = (servers.total_work().await?, pids.map(CpuTime::read));
    tokio::time::sleep(IDLE_TIME).await;
    let (work, after) = (servers.total_work().await?.since(&work), pids.map(CpuTime::read));
    let mut per_second = [0.0; 2];
    for ((used, after), before) in per_second.iter_mut().zip(after).zip(before) {
        *used = after?.since(&before?).as_secs_f64() * 1e3 / IDLE_TIME.as_secs_f64();
    }
    let [postgres, sqlite] = per_second;
    let [primary, standby] =
        [work.primary_us, work.standby_us].map(|us| us / 1e3 / IDLE_TIME.as_secs_f64());
    Ok(format!(
        "idle, CPU ms a second: service {postgres:.1}, on SQLite {sqlite:.1}; primary \
         {primary:.1}, standby {standby:.1}"
    ))
}

/// Returns the bytes of a row of each table, with its part of the indexes.
async fn sizes(database: &Database) -> Result<String> {
    let mut parts = Vec::new();
    for table in ["clients", "users", "grants", "sessions", "used_values"] {
        let rows = database.number(&format!("SELECT count(*) FROM {table}")).await?;
        // The size of a table with partitions is that of its partitions.
        let bytes =
            format!("SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('{table}')");
        let plain = format!("SELECT pg_total_relation_size('{table}')");
        let bytes = match database.number(&bytes).await {
            Ok(bytes) => bytes,
            Err(_) => database.number(&plain).await?,
        };
        parts.push(format!("{table} {} ({rows} rows)", bytes.checked_div(rows).unwrap_or(0)));
    }
    Ok(format!("bytes of a row with its indexes at the end: {}", parts.join(", ")))
}
