//! A running service, and what is measured before its first request.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::cpu_time::Memory;
use crate::http::{Connection, get};
use crate::installation::Installation;
use crate::prepared_data::{FOLDER, PreparedData, write_config};
use crate::request_keys::RequestKeys;
use crate::server::{Server, TokenSealing};
use crate::server_process::{START, ServerProcess, ServiceCommand};
use crate::tls::TlsClient;
use crate::{Result, clock};

/// The idle time before the memory of the service is measured.
const IDLE_TIME: Duration = Duration::from_secs(1);
const START_ATTEMPTS: u32 = 3;

/// A service that was started on data that existed.
pub(crate) struct RunningService {
    process: ServerProcess,
    pub(crate) server: Server,
    /// The time from the start until it was ready.
    pub(crate) ready: Duration,
    /// The memory of the idle service.
    pub(crate) memory: Memory,
}

impl RunningService {
    /// Starts a service on the prepared data of a directory. Starts it twice, because the first
    /// start on new data may have additional work. Tries other ports if that fails: another process
    /// may have taken one since it was found to be free.
    pub(crate) async fn start<'a>(
        command: &ServiceCommand,
        installation: impl Into<Installation<'a>>,
        recording: bool,
    ) -> Result<Self> {
        let (installation, mut attempts) = (installation.into(), 1);
        loop {
            match Self::start_once(command, &installation, recording).await {
                Err(_) if attempts < START_ATTEMPTS => attempts += 1,
                result => return result,
            }
        }
    }

    async fn start_once(
        command: &ServiceCommand,
        installation: &Installation<'_>,
        recording: bool,
    ) -> Result<Self> {
        let directory = installation.directory;
        let tls = Arc::new(TlsClient::with_new_certificate(directory)?);
        let ports = [free_port()?, free_port()?, free_port()?];
        let config = write_config(installation, ports, recording)?;
        let errors = directory.join("service.log");
        let [port, tls_port, metrics] = ports;
        let (first, _) = start_until_ready(command, [&config, &errors], metrics).await?;
        first.end().await?;
        let (process, ready) = start_until_ready(command, [&config, &errors], metrics).await?;
        tokio::time::sleep(IDLE_TIME).await;
        let data = PreparedData::new(directory.join(FOLDER));
        let tenant = data.tenant_context(&format!("http://127.0.0.1:{port}"))?;
        let server = Server {
            port,
            tls_port,
            pid: process.pid(),
            dataset: installation.dataset,
            grant_ids: installation.grant_ids,
            database: installation.database.clone(),
            sealing: TokenSealing::Service(Arc::new(tenant)),
            keys: Arc::new(RequestKeys::read(&data.client_key())?),
            tls,
        };
        Ok(Self { memory: Memory::read(server.pid)?, process, server, ready })
    }

    /// Ends the service.
    pub(crate) async fn end(self) -> Result<()> {
        self.process.end().await
    }
}

/// Starts the service, and returns it with the time until it was ready.
async fn start_until_ready(
    command: &ServiceCommand,
    [config, errors]: [&Path; 2],
    metrics: u16,
) -> Result<(ServerProcess, Duration)> {
    let start = clock::now();
    let mut service = ServerProcess::service(command, config, errors)?;
    if let Err(error) = wait_until_ready(&mut service, metrics).await {
        let log = std::fs::read_to_string(errors).unwrap_or_default();
        return Err(format!("the service did not start: {error}; its log: {log}").into());
    }
    Ok((service, start.elapsed()))
}

/// Polls `/readyz` until the service is ready.
async fn wait_until_ready(service: &mut ServerProcess, port: u16) -> Result<()> {
    let request = get(&format!("127.0.0.1:{port}"), "/readyz", "");
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
