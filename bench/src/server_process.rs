//! A process of our own: started, watched, and ended by its own handle alone.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::Outcome;

/// How long a process may need until it listens.
pub(crate) const START: Duration = Duration::from_secs(30);

/// A running server; dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    /// The floor ends when this is closed, also where we were killed ourselves.
    _stdin: Option<ChildStdin>,
    pid: u32,
}

impl Server {
    /// Starts the service. Its log goes where a log costs nothing but the writing.
    pub(crate) fn service(binary: &Path, config: &Path, errors: &Path) -> Outcome<Self> {
        let child = Command::new(binary)
            .args(["serve", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(errors)?)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        Self::of(child)
    }

    /// Starts the floor, which is this very binary, and reads the port that it took.
    pub(crate) async fn floor(arguments: &[&std::ffi::OsStr]) -> Outcome<(Self, u16)> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("floor")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let port = timeout(START, port_of(stdout)).await??;
        Ok((Self::of(child)?, port))
    }

    fn of(mut child: Child) -> Outcome<Self> {
        let pid = child.id().ok_or("the process has ended already")?;
        Ok(Self { _stdin: child.stdin.take(), child, pid })
    }

    pub(crate) const fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether it ended by itself.
    pub(crate) fn is_over(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends it, and waits for its end.
    pub(crate) async fn end(mut self) -> Outcome<()> {
        Ok(self.child.kill().await?)
    }
}

async fn port_of(stdout: ChildStdout) -> Outcome<u16> {
    let line = BufReader::new(stdout).lines().next_line().await?;
    let line = line.ok_or("the floor ended before it listened")?;
    Ok(line.trim().parse()?)
}
