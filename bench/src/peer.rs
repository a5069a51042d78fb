//! `bench peer`: compares the service with a provider in JavaScript, which is all in memory.

use std::path::{Path, PathBuf};

use crate::dataset::{self, Dataset};
use crate::report::{Report, text};
use crate::rounds::Rounds;
use crate::run::{Schedule, dataset, describe, interruptible, prepare_data};
use crate::running_service::RunningService;
use crate::scenario::Scenario;
use crate::server::{Server, TokenSealing};
use crate::server_process::{ServerProcess, ServiceCommand};
use crate::target::Target;
use crate::{Result, Settings, binary, cores, document};

/// The scenarios, and how many times as much CPU the peer needs at least.
const DISTANCES: [(Scenario, f64); 6] = [
    (Scenario::ClientCredentialsEs256, 6.0),
    (Scenario::Refresh, 4.5),
    (Scenario::Code, 3.5),
    (Scenario::Introspection, 7.0),
    (Scenario::Jwks, 5.0),
    (Scenario::ClientCredentialsRs256, 1.6),
];

/// Runs `bench peer`.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("peer/server.mjs");
    if !program.with_file_name("node_modules").exists() {
        return Err("install the peer first: npm ci --prefix bench/peer".into());
    }
    let binary = binary::path(settings.binary.as_deref())?;
    interruptible(measure(settings, &ServiceCommand::new(&binary), &program))
}

async fn measure(settings: &Settings, command: &ServiceCommand, program: &Path) -> Result<()> {
    let dataset = dataset(settings);
    let directory = tempfile::Builder::new().prefix("admit-bench-").tempdir()?;
    prepare_data(settings, dataset, &directory).await?;
    cores::use_last(settings.one_core)?;
    let service = RunningService::start(command, (directory.path(), dataset), true).await?;
    let (peer, process) = start_peer(program, &service.server).await?;
    cores::use_first(settings.one_core)?;

    let mut report = Report::default();
    report.lines(&describe(settings, dataset));
    report.line("");
    report.line(&format!("{:<26}{:>22}{:>22}{:>22}", "CPU µs/req", "peer", "service", "distance"));
    let mut all = Vec::new();
    for (scenario, distance) in DISTANCES {
        if !settings.scenario.is_empty() && !settings.scenario.contains(&scenario) {
            continue;
        }
        let peer = Target::new(&peer, scenario).await?;
        let service = Target::new(&service.server, scenario).await?;
        let schedule = Schedule::new(settings);
        let rounds = Rounds::measure([&peer, &service], schedule.plan, schedule.rounds).await?;
        let cpu = [&rounds.first, &rounds.second].map(|side| text(side.cpu()));
        let [of_peer, of_service] = cpu;
        let name = scenario.to_string();
        report
            .line(&format!("{name:<26}{of_peer:>22}{of_service:>22}{:>22}", text(rounds.ratio())));
        all.push((scenario, distance, rounds));
    }
    report.head_of_verdicts();
    for (scenario, distance, rounds) in &all {
        report.distance_verdict(&format!("{scenario}: distance"), rounds, *distance);
    }
    report.end();
    service.end().await?;
    process.end().await?;
    document::replace(settings.write.as_deref(), "peer", report.text())
}

/// Starts the peer with the same clients.
async fn start_peer(program: &Path, service: &Server) -> Result<(Server, ServerProcess)> {
    let Dataset { clients, .. } = service.dataset;
    let (clients, tenant) = (clients.to_string(), dataset::tenant_id().to_string());
    let arguments = [program.as_os_str(), clients.as_ref(), tenant.as_ref()];
    let (process, [port, _]) = ServerProcess::peer(&arguments).await?;
    let pid = process.pid();
    let server = Server { port, pid, sealing: TokenSealing::Peer, ..service.clone() };
    Ok((server, process))
}
