//! The processes of the servers under test. Ends them by their handles only.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::Result;

/// The time that a process may need until it listens.
pub(crate) const START: Duration = Duration::from_secs(30);

/// A running server. Killed when dropped.
pub(crate) struct ServerProcess {
    child: Child,
    /// The baseline ends when this is closed, even if the benchmark is killed.
    _stdin: Option<ChildStdin>,
    pid: u32,
}

impl ServerProcess {
    /// Starts the service. Discards its access log, so that only writing it costs time.
    pub(crate) fn service(binary: &Path, config: &Path, errors: &Path) -> Result<Self> {
        let child = Command::new(binary)
            .args(["serve", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(errors)?)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        Self::new(child)
    }

    /// Starts the baseline, which is a command of this binary, and reads its port.
    pub(crate) async fn baseline(arguments: &[&std::ffi::OsStr]) -> Result<(Self, u16)> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("baseline")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let port = timeout(START, port_of(stdout)).await??;
        Ok((Self::new(child)?, port))
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

async fn port_of(stdout: ChildStdout) -> Result<u16> {
    let line = BufReader::new(stdout).lines().next_line().await?;
    let line = line.ok_or("the baseline exited before it listened")?;
    Ok(line.trim().parse()?)
}
