//! A process that ends with the one that started it.

use std::{
    fs, io,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

/// Ends the process and removes its files when the standard input is closed.
const SUPERVISOR: &str = r#"directory=$1; signal=$2; shift 2; "$@" & read -r _
kill -s "$signal" $!; wait $!; rm -rf "$directory""#;

/// A running process. Dropping this value ends it.
pub(crate) struct Supervised {
    supervisor: Child,
    /// Closed to end the process.
    input: Option<ChildStdin>,
}

impl Supervised {
    /// Starts a process, which ends at once on a signal. Its output goes to the file `log` of the
    /// directory, which is removed at the end.
    pub(crate) fn start(command: &Command, signal: &str, directory: &Path) -> io::Result<Self> {
        let log = fs::File::create(directory.join("log"))?;
        let mut supervisor = Command::new("sh");
        supervisor.args(["-c", SUPERVISOR, "supervisor"]).arg(directory).arg(signal);
        supervisor.arg(command.get_program()).args(command.get_args());
        let mut supervisor =
            supervisor.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let input = supervisor.stdin.take();
        Ok(Self { supervisor, input })
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.input = None;
        self.supervisor.wait().ok();
    }
}
