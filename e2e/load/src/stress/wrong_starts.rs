//! Row `wrong-starts`: the service refuses to start on what is wrong, at once and with one clear
//! message.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use super::Run;
use super::figure::Figure;
use super::installation::{Installation, copy_directory, write_private};
use super::wrong_start_cases::{CASES, Case};
use crate::service::Service;
use crate::{Result, clock};

/// The longest time until the process has exited.
const EXIT_MAX: Duration = Duration::from_secs(2);
/// A process that has not exited by then has started.
const STARTED: Duration = Duration::from_secs(10);
/// The longest message, in lines: a configuration file has a few lines for each problem.
const LINES_MAX: usize = 40;

/// The figures of all starts.
struct Measured {
    starts: u32,
    /// The starts that were not refused as they should be.
    failures: Vec<String>,
    slowest: Duration,
}

/// The end of a process that was started on something wrong.
struct Ended<'a> {
    /// The exit status; `None` if a signal ended it.
    status: Option<i32>,
    /// Standard error.
    message: &'a str,
}

/// Starts the service 500 times, or 50 times, each time with another damage.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let base = tempfile::tempdir()?;
    prepare(run, base.path()).await?;
    let mut random = run.random("wrong-starts");
    let (starts, mut slowest, mut failures) = (run.size(500, 50), Duration::ZERO, Vec::new());
    for case in CASES.iter().cycle().take(usize::try_from(starts)?) {
        let copy = tempfile::tempdir()?;
        copy_directory(base.path(), copy.path())?;
        let installation = Installation { directory: copy.path().to_owned() };
        (case.damage)(&installation, &mut random)?;
        let start = clock::now();
        if let Err(error) = start_refused(run, &installation, case).await {
            failures.push(format!("{}: {error}", case.name));
        }
        slowest = slowest.max(start.elapsed());
    }
    Ok(Measured { starts, failures, slowest }.figures())
}

impl Measured {
    fn figures(mut self) -> Vec<Figure> {
        self.failures.sort_unstable();
        self.failures.dedup();
        let measured = match self.failures.as_slice() {
            [] => format!("{} starts with {} kinds of damage", self.starts, CASES.len()),
            failures => failures.join("; "),
        };
        let is_kept = self.failures.is_empty() && self.starts > 0;
        vec![
            Figure::new("exit ≠ 0 with one clear message", measured, is_kept),
            Figure::at_most("exit", self.slowest, EXIT_MAX),
        ]
    }
}

/// Creates an installation with a tenant, its keys and a certificate. Keeps an earlier directory in
/// `earlier.db`.
async fn prepare(run: &Run, directory: &Path) -> Result<()> {
    let data = run.data("wrong-starts")?;
    Service::start(&data).await?.kill().await?;
    fs::copy(data.path.join("server.crt"), directory.join("tls.crt"))?;
    write_private(&directory.join("tls.key"), &fs::read(data.path.join("server.key"))?)?;
    write_private(&directory.join("root.key"), &run.random("root key").key())?;
    let port = data.port;
    let config = format!(
        "origin = \"https://localhost:{port}\"\ndata_dir = \"data\"\n\
         root_key_file = \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n\
         tls = {{ certificate = \"tls.crt\", key = \"tls.key\" }}\n"
    );
    fs::write(directory.join("admit.toml"), config)?;
    for tenant in ["acme", "later"] {
        let declaration = format!("[[tenants]]\nname = \"{tenant}\"\n");
        fs::write(directory.join("tenant.toml"), declaration)?;
        let status = command(run, directory, &["apply", "tenant.toml"]).status().await?;
        if !status.success() {
            return Err("the declaration was not applied".into());
        }
        if tenant == "acme" {
            start_and_stop(run, directory).await?;
            fs::copy(directory.join("data/directory.db"), directory.join("earlier.db"))?;
        }
    }
    start_and_stop(run, directory).await
}

/// Starts the service, so that directory and ledger know each other, and stops it.
async fn start_and_stop(run: &Run, directory: &Path) -> Result<()> {
    let mut child = command(run, directory, &["serve"]).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    let ready = async {
        while let Some(line) = lines.next_line().await? {
            if line.contains("\"message\":\"ready\"") {
                return Ok(());
            }
        }
        Err("the undamaged installation did not start".into())
    };
    let result: Result<()> = timeout(STARTED, ready).await?;
    result?;
    let pid = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
    rustix::process::kill_process(pid.ok_or("no process")?, rustix::process::Signal::TERM)?;
    while lines.next_line().await?.is_some() {}
    child.wait().await?;
    Ok(())
}

/// Starts the service, and checks that it refuses.
async fn start_refused(run: &Run, installation: &Installation, case: &Case) -> Result<()> {
    let mut command = command(run, &installation.directory, &["serve"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let Ok(output) = timeout(STARTED, child.wait_with_output()).await else {
        return Err("the service started".into());
    };
    let output = output?;
    let message = String::from_utf8_lossy(&output.stderr);
    Ended { status: output.status.code(), message: &message }.judge(case.names)
}

impl Ended<'_> {
    /// Checks that the service has refused to start, with one clear message that names the damage.
    fn judge(&self, names: &str) -> Result<()> {
        let message = self.message.trim_end();
        match self.status {
            None => return Err(format!("ended by a signal: {message}").into()),
            Some(0) => return Err("exit status 0".into()),
            Some(_) => {}
        }
        let lines = message.lines().count();
        if message.contains("panicked") || !(1..=LINES_MAX).contains(&lines) {
            return Err(format!("{lines} lines: {message}").into());
        }
        if !message.contains(names) {
            return Err(format!("the message does not name {names}: {message}").into());
        }
        // The message of a command is one line, that of a file has a place for each problem.
        let is_document = message.contains("problem");
        let is_line = message.starts_with("admit: ") && lines <= 2;
        if is_line || is_document {
            return Ok(());
        }
        Err(format!("no clear line: {message}").into())
    }
}

fn command(run: &Run, directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(&run.binary);
    command.current_dir(directory).args(arguments).args(["--config", "admit.toml"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_error_that_names_the_damage_is_a_refusal() {
        // Judges clear messages of a command and of a file, and each kind of end that is not clear.
        let is_kept = |status, message: &str| Ended { status, message }.judge("root.key").is_ok();
        assert!(is_kept(Some(1), "admit: the root key file root.key is missing\n"));
        assert!(is_kept(Some(1), "1 problem in admit.toml\n  --> line 2\n   | root.key\n"));
        assert!(!is_kept(Some(0), "admit: the root key file root.key is missing\n"));
        assert!(!is_kept(None, "admit: the root key file root.key is missing\n"));
        assert!(!is_kept(Some(1), ""));
        assert!(!is_kept(Some(1), "admit: the root key file is missing\n"));
        assert!(!is_kept(Some(101), "admit: root.key\nthread 'main' panicked\n"));
        assert!(!is_kept(Some(1), "root.key: os error 2\n"));
        assert!(!is_kept(Some(1), &"admit: root.key\n".repeat(3)));
        assert!(!is_kept(Some(1), &"1 problem with root.key\n".repeat(LINES_MAX + 1)));
    }

    #[test]
    fn a_start_that_is_not_refused_breaks_the_promise() {
        // Judges fifty starts that were refused, some of which one was not, a slow one, and none.
        let kept = |starts, failures: &[&str], slowest| {
            let failures = failures.iter().map(|&failure| failure.to_owned()).collect();
            let figures = Measured { starts, failures, slowest }.figures();
            figures.iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept(50, &[], EXIT_MAX), [true, true]);
        assert_eq!(kept(50, &["cut: the service started"], EXIT_MAX), [false, true]);
        assert_eq!(kept(50, &[], EXIT_MAX + Duration::from_millis(1)), [true, false]);
        assert_eq!(kept(0, &[], EXIT_MAX), [false, true]);
    }
}
