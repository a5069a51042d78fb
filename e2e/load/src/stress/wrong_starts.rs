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

/// Starts the service 500 times, or 50 times, each time with another damage.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let base = tempfile::tempdir()?;
    prepare(run, base.path()).await?;
    let mut random = run.random("wrong-starts");
    let (count, mut slowest, mut failures) = (run.size(500, 50), Duration::ZERO, Vec::new());
    for case in CASES.iter().cycle().take(usize::try_from(count)?) {
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
    failures.sort_unstable();
    failures.dedup();
    let measured = match failures.as_slice() {
        [] => format!("{count} starts with {} kinds of damage", CASES.len()),
        _ => failures.join("; "),
    };
    Ok(vec![
        Figure::new("exit ≠ 0 with one clear message", measured, failures.is_empty()),
        Figure::at_most("exit", slowest, EXIT_MAX),
    ])
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
    let message = message.trim_end();
    match output.status.code() {
        None => return Err(format!("ended by a signal: {message}").into()),
        Some(0) => return Err("exit status 0".into()),
        Some(_) => {}
    }
    let lines = message.lines().count();
    if message.contains("panicked") || !(1..=LINES_MAX).contains(&lines) {
        return Err(format!("{lines} lines: {message}").into());
    }
    if !message.contains(case.names) {
        return Err(format!("the message does not name {}: {message}", case.names).into());
    }
    // The message of a command is one line, that of a file has a place for each problem.
    let is_document = message.contains("problem");
    let is_line = message.starts_with("admit: ") && lines <= 2;
    if is_line || is_document { Ok(()) } else { Err(format!("no clear line: {message}").into()) }
}

fn command(run: &Run, directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(&run.binary);
    command.current_dir(directory).args(arguments).args(["--config", "admit.toml"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    command
}
