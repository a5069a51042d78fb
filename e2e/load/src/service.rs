//! The process of the service: it is started, killed, and started again on the same data.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::Result;
use crate::http::Target;

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// The first line that `admit dev --json` prints.
#[derive(Deserialize)]
pub(crate) struct DevSummary {
    pub(crate) ca_file: PathBuf,
    pub(crate) tenants: Vec<Tenant>,
}

/// The part of a tenant that the tests use.
#[derive(Clone, Deserialize)]
pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) clients: Vec<Registration>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) users: Vec<User>,
}

/// A client that `admit dev` created.
#[derive(Clone, Deserialize)]
pub(crate) struct Registration {
    pub(crate) name: String,
    pub(crate) client_id: String,
    #[serde(default)]
    pub(crate) client_secret: Option<String>,
    #[serde(default)]
    pub(crate) private_key_file: Option<PathBuf>,
    #[serde(default)]
    pub(crate) redirect_uris: Vec<String>,
}

impl Tenant {
    /// Returns the client with this name.
    pub(crate) fn client(&self, name: &str) -> Result<&Registration> {
        let client = self.clients.iter().find(|client| client.name == name);
        client.ok_or_else(|| format!("no client {name}").into())
    }
}

/// A resource and its scopes.
#[derive(Clone, Deserialize)]
pub(crate) struct Resource {
    pub(crate) identifier: String,
    pub(crate) scopes: Vec<String>,
}

/// A user and their password.
#[derive(Clone, Deserialize)]
pub(crate) struct User {
    pub(crate) username: String,
    pub(crate) password: String,
}

/// A binary and a data directory, which is removed when dropped.
pub(crate) struct Data {
    binary: PathBuf,
    pub(crate) path: PathBuf,
    log: PathBuf,
    pub(crate) port: u16,
    /// Variables of the environment of the service.
    pub(crate) environment: Vec<(String, OsString)>,
}

/// The folder of the logs, which are kept until the next run.
pub(crate) const OUTPUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../output");

impl Data {
    /// Creates an empty directory, and chooses a port that stays the same after restarts, because
    /// the issuer contains it.
    pub(crate) fn create(binary: &Path, name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("admit-load-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        std::fs::create_dir_all(OUTPUT)?;
        let log = Path::new(OUTPUT).join(format!("load-{name}.service.log"));
        // An earlier run may have left no log.
        let _ = std::fs::remove_file(&log);
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let binary = binary.to_owned();
        Ok(Self { binary, path, log, port, environment: Vec::new() })
    }
}

impl Data {
    /// Returns the binary of the service.
    pub(crate) fn binary(&self) -> &Path {
        &self.binary
    }

    /// Applies a declaration, which reads its secrets from variables of the environment.
    pub(crate) async fn apply(&self, declaration: &str, environment: (&str, &str)) -> Result<()> {
        let file = self.path.join("applied.toml");
        std::fs::write(&file, declaration)?;
        let mut command = Command::new(&self.binary);
        let command = command.arg("apply").arg(&file).arg("--data").arg(&self.path);
        let command = command.env(environment.0, environment.1).stdin(Stdio::null());
        let output = command.kill_on_drop(true).output().await?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }

    /// Returns the log of the service so far.
    pub(crate) fn log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(&self.log)?)
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // A leftover directory does not affect later runs, because its name has the process id.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// A running service. Killed when dropped.
pub(crate) struct Service {
    child: Child,
    pub(crate) target: Target,
    pub(crate) tenant: Tenant,
}

impl Service {
    /// Starts the binary on the data and waits for the line `ready`. The log is appended to that of
    /// earlier starts.
    pub(crate) async fn start(data: &Data) -> Result<Self> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&data.log)?;
        let mut child = Command::new(&data.binary)
            .args(["dev", "--json", "--port", &data.port.to_string(), "--data"])
            .arg(&data.path)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .envs(data.environment.iter().map(|(name, value)| (name, value)))
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", data.binary.display()))?;
        let lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
        let line = timeout(START_TIMEOUT, first_line_then_ready(lines)).await??;
        let summary: DevSummary = serde_json::from_str(&line)?;
        let target = Target { port: data.port, tls: tls_config(&summary.ca_file)? };
        let tenant = summary.tenants.into_iter().next().ok_or("no tenant")?;
        Ok(Self { child, target, tenant })
    }

    /// Sends SIGKILL and waits until the process has exited.
    pub(crate) async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Returns a value of the process in KiB, such as `VmHWM`, the largest memory so far.
    pub(crate) fn memory_kib(&self, name: &str) -> Result<u64> {
        let id = self.child.id().ok_or("the service has exited")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let number = line.and_then(|line| line.split_whitespace().next()).ok_or("no such value")?;
        Ok(number.parse()?)
    }

    /// Returns the number of open files of the process.
    pub(crate) fn open_files(&self) -> Result<usize> {
        let id = self.child.id().ok_or("the service has exited")?;
        Ok(std::fs::read_dir(format!("/proc/{id}/fd"))?.count())
    }

    /// Waits until the process has exited.
    pub(crate) async fn wait(&mut self) -> Result<()> {
        self.child.wait().await?;
        Ok(())
    }

    /// Sends SIGTERM and waits until the process has exited.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        let pid = self.child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        rustix::process::kill_process(pid.ok_or("no process")?, rustix::process::Signal::TERM)?;
        self.wait().await
    }

    /// Returns the same tenants at the same address, where another process listens now.
    pub(crate) fn with_process(self, child: Child) -> Self {
        Self { child, ..self }
    }

    /// Stops the service with SIGTERM, and starts `admit serve` on its data, with the same tenants
    /// at the same address. `options` are tables of the configuration.
    pub(crate) async fn restart_with(mut self, data: &Data, options: &str) -> Result<Self> {
        self.stop().await?;
        // `admit serve` refuses a directory that `admit dev` has marked.
        for mark in ["development.json", "dev-secrets.json"] {
            std::fs::remove_file(data.path.join(mark))?;
        }
        let (folder, port) = (data.path.display(), data.port);
        let config = data.path.join("admit.toml");
        let text = format!(
            "origin = \"https://localhost:{port}\"\ndata_dir = \"{folder}\"\n\
             root_key_file = \"{folder}/root.key\"\n\n{options}\n[[listeners]]\n\
             address = \"127.0.0.1:{port}\"\n\
             tls = {{ certificate = \"{folder}/server.crt\", key = \"{folder}/server.key\" }}\n"
        );
        std::fs::write(&config, text)?;
        let mut child = Command::new(&data.binary)
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::OpenOptions::new().create(true).append(true).open(&data.log)?)
            .kill_on_drop(true)
            .spawn()?;
        let lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
        let is_ready = |line: &str| line.contains("\"message\":\"ready\"");
        timeout(START_TIMEOUT, wait_for_line(lines, is_ready)).await??;
        Ok(Self { child, ..self })
    }

    /// Sends SIGKILL without waiting.
    pub(crate) fn send_kill(&mut self) -> Result<()> {
        Ok(self.child.start_kill()?)
    }
}

async fn first_line_then_ready(
    mut lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
) -> Result<String> {
    let first = lines.next_line().await?.ok_or("the service printed nothing")?;
    wait_for_line(lines, |line| line == "ready").await?;
    Ok(first)
}

/// Waits for a line, and reads all that follow in the background: a full pipe would block a service
/// that continues to print.
async fn wait_for_line(
    mut lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
    is_expected: impl Fn(&str) -> bool,
) -> Result<()> {
    loop {
        match lines.next_line().await? {
            Some(line) if is_expected(&line) => break,
            Some(_) => {}
            None => return Err("the service exited before it was ready".into()),
        }
    }
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(())
}

fn tls_config(ca_file: &Path) -> Result<Arc<rustls::ClientConfig>> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca_file)? {
        roots.add(certificate?)?;
    }
    Ok(Arc::new(
        rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth(),
    ))
}
