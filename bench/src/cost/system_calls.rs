//! Counts the system calls of a process with the kernel's tracepoints.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::Result;

const EVENT: &str = "raw_syscalls:sys_enter";
/// The time that `perf` may need to start.
const PERF_START: Duration = Duration::from_millis(400);

/// Counts system calls while `work` runs. Returns no count if `perf` is not available.
pub(super) async fn count<T>(
    pid: u32,
    work: impl Future<Output = Result<T>>,
) -> Result<(T, Option<u64>)> {
    let output = tempfile::NamedTempFile::new()?;
    let perf = Command::new("perf")
        .args(["stat", "--field-separator=,", "--event", EVENT, "--pid", &pid.to_string()])
        .arg("--output")
        .arg(output.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let Ok(mut perf) = perf else { return Ok((work.await?, None)) };
    tokio::time::sleep(PERF_START).await;
    let result = work.await?;
    let Some(perf_pid) = perf.id() else { return Ok((result, None)) };
    // `perf` writes its count when it is interrupted.
    let pid = rustix::process::Pid::from_raw(i32::try_from(perf_pid)?).ok_or("no process id")?;
    rustix::process::kill_process(pid, rustix::process::Signal::INT)?;
    perf.wait().await?;
    Ok((result, parse(&std::fs::read_to_string(output.path())?)))
}

/// Returns the number at the beginning of the line with the event.
fn parse(text: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.contains(EVENT))?;
    line.split(',').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_the_first_field_of_the_line_of_the_event() {
        // Reads a report with a heading, and one without permission to count.
        let report = "# started on Sat\n\n1234,,raw_syscalls:sys_enter,500,100.00,,\n";
        assert_eq!(parse(report), Some(1_234));
        assert_eq!(parse("<not counted>,,raw_syscalls:sys_enter,0,0.00,,\n"), None);
    }
}
