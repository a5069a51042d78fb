//! `bench token`: prepares the data, starts both servers, and measures every scenario on each.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use clap::ValueEnum;
use tempfile::TempDir;

use crate::cpu_time::Memory;
use crate::dataset::Dataset;
use crate::http::{Connection, get};
use crate::load::{LoadPlan, LoadResult, generate_load};
use crate::measurements::Measurements;
use crate::prepared_data::{FOLDER, PreparedData, write_config};
use crate::report::{self, IdleMeasurements, Row};
use crate::scenario::Scenario;
use crate::server_process::{START, ServerProcess};
use crate::target::{Target, TokenSealing};
use crate::{Result, Settings, binary, clock, io_counts, print_line};

/// The idle time before the memory of the service is measured.
const IDLE_TIME: Duration = Duration::from_secs(1);

/// The number of connections, and the duration of each phase of a scenario.
#[derive(Clone, Copy)]
pub(crate) struct Schedule {
    connections: u32,
    warm_up: Duration,
    measuring: Duration,
    counting_io: Duration,
}

/// Runs `bench token`.
pub(crate) fn token(settings: &Settings) -> Result<()> {
    let binary = binary::path(settings)?;
    // One thread, so that the load generator leaves the other cores to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // An interrupt must not leave servers and files behind.
        tokio::select! {
            result = measure(settings, &binary) => result,
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        }
    })
}

async fn measure(settings: &Settings, binary: &Path) -> Result<()> {
    let dataset = dataset(settings);
    describe(settings, dataset);
    let directory = tempfile::Builder::new().prefix("admit-bench-").tempdir()?;
    let data = prepare_data(settings, dataset, &directory).await?;

    let (service, port, idle) = start_service(binary, directory.path(), true).await?;
    let tenant = data.tenant_context(&format!("http://127.0.0.1:{port}"))?;
    let ledger = data.baseline();
    let clients = dataset.clients.to_string();
    let arguments =
        ["--ledger".as_ref(), ledger.as_os_str(), "--clients".as_ref(), clients.as_ref()];
    let (baseline, baseline_port) = ServerProcess::baseline(&arguments).await?;
    let sealing = TokenSealing::Service(Arc::new(tenant));
    let service_target = (port, service.pid(), sealing);
    let baseline_target = (baseline_port, baseline.pid(), TokenSealing::Baseline);

    report::head();
    let mut rows = Vec::new();
    for scenario in selected_scenarios(settings) {
        let target = |(port, pid, sealing): &(u16, u32, TokenSealing)| Target {
            port: *port,
            pid: *pid,
            dataset,
            scenario,
            sealing: sealing.clone(),
        };
        let schedule = Schedule::new(settings);
        let row = Row {
            scenario,
            service: measure_scenario(&target(&service_target), schedule).await?,
            baseline: measure_scenario(&target(&baseline_target), schedule).await?,
        };
        report::row(&row);
        rows.push(row);
    }
    service.end().await?;
    baseline.end().await?;
    report::budgets(&rows, &idle);
    Ok(())
}

/// Returns the size of the data set.
pub(crate) fn dataset(settings: &Settings) -> Dataset {
    let (clients, grants) = if settings.quick { (100, 20_000) } else { (10_000, 1_000_000) };
    let clients = settings.clients.unwrap_or(clients).next_multiple_of(2);
    Dataset { clients, grants: settings.grants.unwrap_or(grants) }
}

/// Prints the conditions of the measurement.
pub(crate) fn describe(settings: &Settings, dataset: Dataset) {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    print_line(&format!(
        "{cores} cores, shared by load generator and server; load average before: {load}"
    ));
    print_line(&format!(
        "{} clients, {} grants, {} connections; plain HTTP over loopback; codes and refresh \
         tokens are sealed by the load generator, so no sign-in is measured",
        dataset.clients, dataset.grants, settings.connections
    ));
    if settings.quick {
        print_line("quick: a test of the benchmark; the measurements are not representative");
    }
    if cfg!(debug_assertions) {
        print_line("the baseline server is not optimized: run with --release");
    }
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
        data.create(dataset).await?;
        return Ok(data);
    };
    let reusable = PreparedData::new(reusable.clone());
    if !reusable.contains(dataset) {
        reusable.create(dataset).await?;
    }
    reusable.copy_to(folder)
}

/// Returns the scenarios to measure.
pub(crate) fn selected_scenarios(settings: &Settings) -> Vec<Scenario> {
    let all = Scenario::value_variants().iter().copied();
    all.filter(|scenario| settings.scenario.is_empty() || settings.scenario.contains(scenario))
        .collect()
}

/// Starts the service twice and measures the second start: the first one on new data may have
/// additional work.
pub(crate) async fn start_service(
    binary: &Path,
    directory: &Path,
    recording: bool,
) -> Result<(ServerProcess, u16, IdleMeasurements)> {
    let ports = [free_port()?, free_port()?];
    let config = write_config(directory, ports, recording)?;
    let errors = directory.join("service.log");
    let (first, _) = start_until_ready(binary, [&config, &errors], ports[1]).await?;
    first.end().await?;
    let (service, ready) = start_until_ready(binary, [&config, &errors], ports[1]).await?;
    tokio::time::sleep(IDLE_TIME).await;
    let memory = Memory::read(service.pid())?;
    Ok((service, ports[0], IdleMeasurements { ready, memory }))
}

/// Starts the service, and returns it with the time until it was ready.
async fn start_until_ready(
    binary: &Path,
    [config, errors]: [&Path; 2],
    metrics: u16,
) -> Result<(ServerProcess, Duration)> {
    let start = clock::now();
    let mut service = ServerProcess::service(binary, config, errors)?;
    if let Err(error) = wait_until_ready(&mut service, metrics).await {
        let log = std::fs::read_to_string(errors).unwrap_or_default();
        return Err(format!("the service did not start: {error}; its log: {log}").into());
    }
    Ok((service, start.elapsed()))
}

/// Polls `/readyz` until the service is ready.
async fn wait_until_ready(service: &mut ServerProcess, port: u16) -> Result<()> {
    let request = get(&format!("127.0.0.1:{port}"), "/readyz");
    let end = clock::now() + START;
    while clock::now() < end {
        if service.has_exited() {
            return Err("the process exited".into());
        }
        if let Ok(mut connection) = Connection::open(port).await
            && connection.send(&request).await?.status == 200
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err("not ready in time".into())
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Measures one scenario, and then counts its I/O in a run of its own.
async fn measure_scenario(target: &Target, schedule: Schedule) -> Result<Measurements> {
    let next = Arc::new(AtomicU64::new(0));
    let result = generate_load(target, &next, schedule.measuring_plan()).await?;
    let memory = Memory::read(target.pid)?;
    let counting = generate_load(target, &next, schedule.counting_plan());
    let (counted, io): (LoadResult, _) =
        io_counts::count(target.pid, schedule.counting_io, counting).await?;
    Ok(Measurements::new(&result, (io, counted.requests), memory))
}

impl Schedule {
    /// Creates the schedule that the settings demand.
    pub(crate) fn new(settings: &Settings) -> Self {
        let quick = settings.quick;
        let milliseconds = |slow, fast| Duration::from_millis(if quick { fast } else { slow });
        Self {
            connections: settings.connections,
            warm_up: milliseconds(700, 50),
            measuring: settings.seconds.map_or(milliseconds(4_000, 300), Duration::from_secs),
            counting_io: milliseconds(1_000, 150),
        }
    }

    /// Returns the load for measuring time.
    pub(crate) const fn measuring_plan(self) -> LoadPlan {
        let Self { connections, warm_up, measuring, .. } = self;
        LoadPlan { connections, warm_up, measuring }
    }

    /// Returns the load for counting I/O. It has no warm-up, because `perf` counts from the first
    /// request on.
    const fn counting_plan(self) -> LoadPlan {
        let Self { connections, counting_io, .. } = self;
        LoadPlan { connections, warm_up: Duration::ZERO, measuring: counting_io }
    }
}
