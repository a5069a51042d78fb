//! One run: store, both servers, every scenario on one after the other, the report.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use clap::ValueEnum;
use tempfile::TempDir;

use crate::account::Memory;
use crate::child::{START, Server};
use crate::driver::{Measured, Plan, drive};
use crate::figures::Figures;
use crate::http::{Connection, get};
use crate::report::{self, Idle, Row};
use crate::scenario::Scenario;
use crate::seed::{BOOKS, Store, configure};
use crate::target::{Handles, Target};
use crate::world::World;
use crate::{Outcome, Settings, binary, clock, say, storage};

/// How long the service is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(1);

/// How long each part of a scenario lasts.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    connections: u32,
    warming: Duration,
    measuring: Duration,
    counting: Duration,
}

/// Runs `bench token`.
pub(crate) fn token(settings: &Settings) -> Outcome<()> {
    let binary = binary::of(settings)?;
    // One thread: the driver leaves at least the other core to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Whoever stops us early must not leave servers and files behind.
        tokio::select! {
            done = measure(settings, &binary) => done,
            _ = tokio::signal::ctrl_c() => Err("stopped".into()),
        }
    })
}

async fn measure(settings: &Settings, binary: &Path) -> Outcome<()> {
    let world = world(settings);
    describe(settings, world);
    let place = tempfile::Builder::new().prefix("admit-bench-").tempdir()?;
    let store = store(settings, world, &place).await?;

    let (service, port, idle) = start_service(binary, place.path(), true).await?;
    let realm = store.realm(&format!("http://127.0.0.1:{port}"))?;
    let ledger = store.floor();
    let clients = world.clients.to_string();
    let arguments =
        ["--ledger".as_ref(), ledger.as_os_str(), "--clients".as_ref(), clients.as_ref()];
    let (floor, floor_port) = Server::floor(&arguments).await?;
    let handles = Handles::Service(Arc::new(realm));
    let service_target = (port, service.pid(), handles);
    let floor_target = (floor_port, floor.pid(), Handles::Floor);

    report::head();
    let mut rows = Vec::new();
    for scenario in chosen(settings) {
        let target = |(port, pid, handles): &(u16, u32, Handles)| Target {
            port: *port,
            pid: *pid,
            world,
            scenario,
            handles: handles.clone(),
        };
        let pace = Pace::of(settings);
        let row = Row {
            scenario,
            service: figures(&target(&service_target), pace).await?,
            floor: figures(&target(&floor_target), pace).await?,
        };
        report::row(&row);
        rows.push(row);
    }
    service.end().await?;
    floor.end().await?;
    report::budgets(&rows, &idle);
    Ok(())
}

/// How much there is.
pub(crate) fn world(settings: &Settings) -> World {
    let (clients, grants) = if settings.quick { (100, 20_000) } else { (10_000, 1_000_000) };
    let clients = settings.clients.unwrap_or(clients).next_multiple_of(2);
    World { clients, grants: settings.grants.unwrap_or(grants) }
}

/// Says what is about to be measured.
pub(crate) fn describe(settings: &Settings, world: World) {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    say(&format!("{cores} cores, shared by driver and server; load of the machine before: {load}"));
    say(&format!(
        "{} clients, {} grants, {} connections; plain HTTP over loopback; codes and refresh \
         tokens are sealed by the driver, so no sign-in is measured",
        world.clients, world.grants, settings.connections
    ));
    if settings.quick {
        say("quick: shows that it works; the figures say little");
    }
    if cfg!(debug_assertions) {
        say("the floor is not optimised: run with --release");
    }
}

/// The store of a run, made or copied.
pub(crate) async fn store(settings: &Settings, world: World, place: &TempDir) -> Outcome<Store> {
    let used = place.path().join(BOOKS);
    let Some(kept) = &settings.store else {
        let store = Store::at(used);
        store.make(world).await?;
        return Ok(store);
    };
    let kept = Store::at(kept.clone());
    if !kept.hold(world) {
        kept.make(world).await?;
    }
    kept.copy_to(used)
}

/// The scenarios that are asked for.
pub(crate) fn chosen(settings: &Settings) -> Vec<Scenario> {
    let all = Scenario::value_variants().iter().copied();
    all.filter(|scenario| settings.scenario.is_empty() || settings.scenario.contains(scenario))
        .collect()
}

/// Starts the service twice: the first start after the store were made may find work that later
/// ones do not. The second is measured.
pub(crate) async fn start_service(
    binary: &Path,
    place: &Path,
    recording: bool,
) -> Outcome<(Server, u16, Idle)> {
    let ports = [free_port()?, free_port()?];
    let config = configure(place, ports, recording)?;
    let errors = place.join("service.log");
    let (first, _) = ready_service(binary, [&config, &errors], ports[1]).await?;
    first.end().await?;
    let (service, ready) = ready_service(binary, [&config, &errors], ports[1]).await?;
    tokio::time::sleep(REST).await;
    let memory = Memory::of(service.pid())?;
    Ok((service, ports[0], Idle { ready, memory }))
}

/// A service that can do its job, and how long that took.
async fn ready_service(
    binary: &Path,
    [config, errors]: [&Path; 2],
    metrics: u16,
) -> Outcome<(Server, Duration)> {
    let start = clock::now();
    let mut service = Server::service(binary, config, errors)?;
    if let Err(error) = until_ready(&mut service, metrics).await {
        let said = std::fs::read_to_string(errors).unwrap_or_default();
        return Err(format!("the service did not start: {error}; it said: {said}").into());
    }
    Ok((service, start.elapsed()))
}

/// Asks until the service says that it can do its job.
async fn until_ready(service: &mut Server, port: u16) -> Outcome<()> {
    let request = get(&format!("127.0.0.1:{port}"), "/readyz");
    let end = clock::now() + START;
    while clock::now() < end {
        if service.is_over() {
            return Err("it ended".into());
        }
        if let Ok(mut connection) = Connection::open(port).await
            && connection.ask(&request).await?.status == 200
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err("it was not ready in time".into())
}

fn free_port() -> Outcome<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

async fn figures(target: &Target, pace: Pace) -> Outcome<Figures> {
    let next = Arc::new(AtomicU64::new(0));
    let measured = drive(target, &next, pace.whole()).await?;
    let memory = Memory::of(target.pid)?;
    let counting = drive(target, &next, pace.counted());
    let (counted, asked): (Measured, _) =
        storage::count(target.pid, pace.counting, counting).await?;
    Ok(Figures::new(&measured, (asked, counted.requests), memory))
}

impl Pace {
    /// As the settings say.
    pub(crate) fn of(settings: &Settings) -> Self {
        let quick = settings.quick;
        let milliseconds = |slow, fast| Duration::from_millis(if quick { fast } else { slow });
        Self {
            connections: settings.connections,
            warming: milliseconds(700, 50),
            measuring: settings.seconds.map_or(milliseconds(4_000, 300), Duration::from_secs),
            counting: milliseconds(1_000, 150),
        }
    }

    /// The measuring.
    pub(crate) const fn whole(self) -> Plan {
        let Self { connections, warming, measuring, .. } = self;
        Plan { connections, warming, measuring }
    }

    /// Requests are counted from the first one on, as is what they write.
    const fn counted(self) -> Plan {
        let Self { connections, counting, .. } = self;
        Plan { connections, warming: Duration::ZERO, measuring: counting }
    }
}
