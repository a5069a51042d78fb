//! The processes of the servers under test. Ends them by their handles only.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::Result;

/// The time that a process may need until it listens. It needs milliseconds, unless the machine is
/// slow or callgrind runs it.
pub(crate) const START: Duration = Duration::from_secs(120);

/// The program that is the service, or that runs it, with its first arguments.
pub(crate) struct ServiceCommand {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

impl ServiceCommand {
    pub(crate) fn new(binary: &Path) -> Self {
        Self { program: binary.to_owned(), arguments: Vec::new() }
    }
}

/// A running server. Killed when dropped.
pub(crate) struct ServerProcess {
    child: Child,
    /// The minimal server and the peer end when this is closed, even if the benchmark is killed.
    _stdin: Option<ChildStdin>,
    pid: u32,
}

impl ServerProcess {
    /// Starts the service. Discards its access log, so that only writing it costs time.
    pub(crate) fn service(command: &ServiceCommand, config: &Path, errors: &Path) -> Result<Self> {
        let child = Command::new(&command.program)
            .args(&command.arguments)
            .args(["serve", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(errors)?)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", command.program.display()))?;
        Self::new(child)
    }

    /// Starts the minimal server, which is a command of this binary, and reads its ports: plain
    /// and TLS.
    pub(crate) async fn minimal(arguments: &[&std::ffi::OsStr]) -> Result<(Self, [u16; 2])> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("minimal-server").args(arguments);
        Self::with_ports(command).await
    }

    /// Starts the peer, a program of Node.js, and reads its port.
    pub(crate) async fn peer(arguments: &[&std::ffi::OsStr]) -> Result<(Self, [u16; 2])> {
        let mut command = Command::new("node");
        command.args(arguments).env("NODE_ENV", "production");
        Self::with_ports(command).await
    }

    /// Starts a server that prints its ports and ends when its standard input is closed.
    async fn with_ports(mut command: Command) -> Result<(Self, [u16; 2])> {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let ports = timeout(START, ports_of(stdout)).await??;
        Ok((Self::new(child)?, ports))
    }

    fn new(mut child: Child) -> Result<Self> {
        let pid = child.id().ok_or("the process has exited already")?;
        Ok(Self { _stdin: child.stdin.take(), child, pid })
    }

    pub(crate) const fn pid(&self) -> u32 {
        self.pid
    }

    /// Returns whether the process has exited.
    pub(crate) fn has_exited(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills the process and waits until it has exited.
    pub(crate) async fn end(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

async fn ports_of(stdout: ChildStdout) -> Result<[u16; 2]> {
    let line = BufReader::new(stdout).lines().next_line().await?;
    let line = line.ok_or("the server exited before it listened")?;
    let (plain, tls) = line.split_once(' ').ok_or("not two ports")?;
    Ok([plain.parse()?, tls.parse()?])
}
