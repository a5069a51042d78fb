//! `bench memory`: the memory of the idle service and of idle connections.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::cpu_time::Memory;
use crate::dataset::Dataset;
use crate::http::Connection;
use crate::measurements::{per, real};
use crate::overload::{Attempts, OVERLOADED, in_time};
use crate::prepared_data::{FOLDER, PreparedData};
use crate::report::{IDLE_BYTES_MAX, Report};
use crate::run::interruptible;
use crate::running_service::RunningService;
use crate::server::Server;
use crate::server_process::ServiceCommand;
use crate::{Result, binary, document};

/// The permitted memory of an idle keep-alive connection, without and with TLS.
const PLAIN_BYTES_MAX: f64 = 20_000.0;
const TLS_BYTES_MAX: f64 = 25_000.0;
const DATASET: Dataset = Dataset::new(10_000, 20_000);
/// Connections before those that are measured: the first ones fill what all of them share.
const FIRST: u32 = 20;
/// The time in which the service frees what it no longer needs.
const SETTLING: Duration = Duration::from_secs(1);
/// Open files of this process beside the connections.
const OTHER_FILES: u64 = 100;

/// The options of `bench memory`.
#[derive(Args)]
pub(crate) struct Settings {
    /// The binary of the service [default: the release build of this checkout, built first]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// The number of idle connections. One address may have 1024 of a listener
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(10..=1_000))]
    connections: u32,
    /// Also write the report into this document, between the markers of the command
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// Runs `bench memory`.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let binary = binary::path(settings.binary.as_deref())?;
    interruptible(measure(settings, &ServiceCommand::new(&binary)))
}

async fn measure(settings: &Settings, command: &ServiceCommand) -> Result<()> {
    allow_open_files(u64::from(settings.connections) + OTHER_FILES)?;
    let directory = tempfile::Builder::new().prefix("admit-bench-").tempdir()?;
    PreparedData::new(directory.path().join(FOLDER)).create(DATASET).await?;
    let mut report = Report::default();
    report.head_of_verdicts();
    for (name, tls, allowed) in
        [("idle connection", false, PLAIN_BYTES_MAX), ("idle TLS connection", true, TLS_BYTES_MAX)]
    {
        // Of its own: a service keeps the memory of connections that were closed.
        let service = RunningService::start(command, (directory.path(), DATASET), true).await?;
        if !tls {
            report.memory_verdict("memory when idle", IDLE_BYTES_MAX, service.memory.resident);
        }
        let used = bytes_per_connection(&service.server, settings.connections, tls).await?;
        let texts = [allowed, used].map(|bytes| format!("{:.1} kB", bytes / 1e3));
        report.verdict(name, texts, Ok(used <= allowed));
        service.end().await?;
    }
    report.end();
    document::replace(settings.write.as_deref(), "memory", report.text())?;
    report.strict()
}

/// Opens connections that stay idle after a request, and returns the memory that each of them
/// takes.
async fn bytes_per_connection(server: &Server, count: u32, tls: bool) -> Result<f64> {
    drop(open(server, FIRST, tls).await?);
    tokio::time::sleep(SETTLING).await;
    let before = Memory::read(server.pid)?;
    let connections = open(server, count, tls).await?;
    tokio::time::sleep(SETTLING).await;
    let after = Memory::read(server.pid)?;
    drop(connections);
    let used = after.resident.saturating_sub(before.resident);
    Ok(per(real(used), u64::from(count)))
}

/// Opens connections, with a request on each.
async fn open(server: &Server, count: u32, tls: bool) -> Result<Vec<Connection>> {
    let request = server.get("/discovery/v2.0/keys", "");
    let mut connections = Vec::new();
    for _ in 0..count {
        let mut attempts = Attempts::default();
        let connection = loop {
            if let Some(connection) = open_one(server, &request, tls).await? {
                break connection;
            }
            attempts.wait().await?;
        };
        connections.push(connection);
    }
    Ok(connections)
}

/// Opens a connection with a request on it. Returns `None` if the server is overloaded.
async fn open_one(server: &Server, request: &[u8], tls: bool) -> Result<Option<Connection>> {
    let opened = if tls {
        in_time(Connection::open_tls(server.tls_port, &server.tls)).await?
    } else {
        Some(Connection::open(server.port).await?)
    };
    let Some(mut connection) = opened else { return Ok(None) };
    let status = in_time(connection.send(request)).await?.status;
    match status {
        200 => Ok(Some(connection)),
        OVERLOADED => Ok(None),
        _ => Err(format!("wrong response: status {status}").into()),
    }
}

/// Raises the limit on open files of this process, and of the service that it starts.
fn allow_open_files(wanted: u64) -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    if limit.maximum.is_some_and(|maximum| maximum < wanted) {
        return Err(format!("{wanted} open files are needed: raise the limit (ulimit -n)").into());
    }
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    Ok(setrlimit(Resource::Nofile, raised)?)
}
