//! `bench token`: prepares the data, starts both servers, and measures every scenario on each.

use std::path::Path;
use std::time::Duration;

use clap::ValueEnum;
use tempfile::TempDir;

use crate::cpu_time::Memory;
use crate::dataset::Dataset;
use crate::io_counts::{self, IoPerRequest};
use crate::load::{LoadPlan, generate_load};
use crate::prepared_data::{FOLDER, PreparedData};
use crate::report::{IDLE_BYTES_MAX, Measurements, Report, Row, USED_BYTES_MAX};
use crate::rounds::Rounds;
use crate::running_service::RunningService;
use crate::scenario::Scenario;
use crate::server::{Server, TokenSealing};
use crate::server_process::{ServerProcess, ServiceCommand};
use crate::sign_in::{SignInBy, SignInPlan, SignIns};
use crate::target::Target;
use crate::{Result, Settings, binary, cores, document, machine};

/// The load and the number of rounds of a scenario.
#[derive(Clone, Copy)]
pub(crate) struct Schedule {
    /// The load on one server in a round.
    pub(crate) plan: LoadPlan,
    pub(crate) rounds: u32,
    counting_io: Duration,
}

/// Runs `bench token`.
pub(crate) fn token(settings: &Settings) -> Result<()> {
    let binary = binary::path(settings.binary.as_deref())?;
    interruptible(measure(settings, &binary))
}

/// Runs a measurement until it ends or is interrupted. An interrupt must not leave servers and
/// files behind.
pub(crate) fn interruptible(measurement: impl Future<Output = Result<()>>) -> Result<()> {
    // One thread, so that the load generator leaves the other cores to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            result = measurement => result,
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        }
    })
}

async fn measure(settings: &Settings, binary: &Path) -> Result<()> {
    let dataset = dataset(settings);
    let directory = tempfile::Builder::new().prefix("admit-bench-").tempdir()?;
    let data = prepare_data(settings, dataset, &directory).await?;

    // A server keeps the cores of the thread that starts it.
    cores::use_last(settings.one_core)?;
    let command = ServiceCommand::new(binary);
    let service = RunningService::start(&command, (directory.path(), dataset), true).await?;
    let (minimal, process) = start_minimal(&data, &service.server, directory.path()).await?;
    cores::use_first(settings.one_core)?;

    let mut report = Report::default();
    report.lines(&describe(settings, dataset));
    report.head();
    let mut rows = Vec::new();
    for scenario in selected_scenarios(settings) {
        let service = Target::new(&service.server, scenario).await?;
        let minimal = Target::new(&minimal, scenario).await?;
        let schedule = Schedule::new(settings);
        let rounds = Rounds::measure([&service, &minimal], schedule.plan, schedule.rounds).await?;
        let row = Row {
            scenario,
            service: measure_usage(&service, schedule).await?,
            minimal: measure_usage(&minimal, schedule).await?,
            rounds,
        };
        report.row(&row);
        rows.push(row);
    }
    let mut sign_ins = None;
    if settings.scenario.is_empty() {
        let measured = measure_sign_ins(settings, &service.server).await?;
        report.sign_ins(&measured);
        sign_ins = Some(measured);
    }
    verdicts(&mut report, (&rows[..], sign_ins.as_ref()), &service)?;
    service.end().await?;
    process.end().await?;
    document::replace(settings.write.as_deref(), "token", report.text())
}

async fn measure_sign_ins(settings: &Settings, server: &Server) -> Result<SignIns> {
    let rounds = Schedule::new(settings).rounds;
    let sign_ins = if settings.quick { 2 } else { 25 };
    let plan = SignInPlan {
        by: SignInBy::Password,
        rounds,
        sign_ins,
        beside_others: settings.beside_others,
    };
    SignIns::measure(server, plan).await
}

fn verdicts(
    report: &mut Report,
    (rows, sign_ins): (&[Row], Option<&SignIns>),
    service: &RunningService,
) -> Result<()> {
    report.head_of_verdicts();
    for Row { scenario, rounds, .. } in rows {
        report.ratio_verdict(&format!("{scenario}: CPU ratio"), rounds, scenario.ratio_max());
    }
    if let Some(sign_ins) = sign_ins {
        report.sign_in_verdict(sign_ins);
    }
    report.memory_verdict("memory when idle", IDLE_BYTES_MAX, service.memory.resident);
    let at_end = Memory::read(service.server.pid)?;
    report.memory_verdict("memory after all scenarios", USED_BYTES_MAX, at_end.resident);
    report.ready_verdict("start on existing data", service.ready);
    report.end();
    Ok(())
}

/// Starts the minimal server with the same clients, keys and number of grants.
async fn start_minimal(
    data: &PreparedData,
    service: &Server,
    directory: &Path,
) -> Result<(Server, ServerProcess)> {
    let (ledger, key) = (data.minimal(), data.client_key());
    let clients = service.dataset.clients.to_string();
    let (process, [port, tls_port]) = ServerProcess::minimal(&[
        "--ledger".as_ref(),
        ledger.as_os_str(),
        "--clients".as_ref(),
        clients.as_ref(),
        "--client-key".as_ref(),
        key.as_os_str(),
        "--tls".as_ref(),
        directory.as_os_str(),
    ])
    .await?;
    let pid = process.pid();
    let server = Server { port, tls_port, pid, sealing: TokenSealing::Minimal, ..service.clone() };
    Ok((server, process))
}

/// Returns the size of the data set.
pub(crate) fn dataset(settings: &Settings) -> Dataset {
    let (clients, grants) = if settings.quick { (100, 20_000) } else { (10_000, 1_000_000) };
    let clients = settings.clients.unwrap_or(clients).next_multiple_of(2);
    Dataset::new(clients, settings.grants.unwrap_or(grants))
}

/// Returns the conditions of the measurement.
pub(crate) fn describe(settings: &Settings, dataset: Dataset) -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let shared = if settings.one_core {
        "one core for the servers, another for the load generator"
    } else {
        "shared by load generator and server"
    };
    let mut lines = vec![
        format!(
            "{}, {}, {}",
            model::format_utc_minutes(service::now()),
            machine::processor(),
            machine::kernel()
        ),
        format!("{cores} cores, {shared}; load average before: {load}"),
        format!(
            "{} clients, {} grants, {} connections; HTTP/1.1 over loopback",
            dataset.clients, dataset.grants, settings.connections
        ),
    ];
    if settings.quick {
        lines.push("quick: a test of the benchmark; the figures are not representative".into());
    }
    if cfg!(debug_assertions) {
        lines.push("the minimal server is not optimized: run with --release".into());
    }
    lines
}

/// Creates the data of a run, or copies it from `--data`.
pub(crate) async fn prepare_data(
    settings: &Settings,
    dataset: Dataset,
    directory: &TempDir,
) -> Result<PreparedData> {
    let folder = directory.path().join(FOLDER);
    let Some(reusable) = &settings.data else {
        let data = PreparedData::new(folder);
        create(&data, dataset).await?;
        return Ok(data);
    };
    let reusable = PreparedData::new(reusable.clone());
    if !reusable.contains(dataset) {
        create(&reusable, dataset).await?;
    }
    reusable.copy_to(folder)
}

async fn create(data: &PreparedData, dataset: Dataset) -> Result<()> {
    data.create(dataset).await?;
    data.create_minimal(dataset)?;
    data.complete(dataset)
}

/// Returns the scenarios to measure.
pub(crate) fn selected_scenarios(settings: &Settings) -> Vec<Scenario> {
    let all = Scenario::value_variants().iter().copied();
    all.filter(|scenario| settings.scenario.is_empty() || settings.scenario.contains(scenario))
        .collect()
}

/// Reads the memory of a server after its rounds, and counts its I/O in a run of its own.
async fn measure_usage(target: &Target, schedule: Schedule) -> Result<Measurements> {
    let pid = target.server.pid;
    let memory = Memory::read(pid)?;
    let counting = generate_load(target, schedule.counting_plan());
    let (counted, io) = io_counts::count(pid, schedule.counting_io, counting).await?;
    // Nothing can be divided by the requests of a server that was too slow to answer one.
    let counts = io.filter(|_| counted.requests > 0);
    let io = counts.map(|counts| IoPerRequest::new(counts, counted.requests));
    Ok(Measurements { memory, io })
}

impl Schedule {
    /// Creates the schedule that the settings demand.
    pub(crate) fn new(settings: &Settings) -> Self {
        let milliseconds =
            |slow, fast| Duration::from_millis(if settings.quick { fast } else { slow });
        Self {
            plan: LoadPlan {
                connections: settings.connections,
                warm_up: milliseconds(200, 20),
                measuring: milliseconds(700, 50),
                beside_others: settings.beside_others,
            },
            rounds: settings.rounds.unwrap_or(if settings.quick { 2 } else { 10 }),
            counting_io: milliseconds(1_000, 150),
        }
    }

    /// Returns the load for counting I/O. It has no warm-up, because `perf` counts from the first
    /// request on.
    const fn counting_plan(self) -> LoadPlan {
        LoadPlan { warm_up: Duration::ZERO, measuring: self.counting_io, ..self.plan }
    }
}
