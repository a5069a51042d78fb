//! How often a process makes a file durable, counted by the kernel's tracepoints.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::Outcome;

const EVENTS: &str = "syscalls:sys_enter_fsync,syscalls:sys_enter_fdatasync";
/// How long `perf` may need to begin.
const BEGIN: Duration = Duration::from_millis(300);

/// Counts while `work` runs, or gives none where `perf` cannot count. What is counted costs the
/// process a little at each turn of a thread, so nothing else is measured meanwhile.
pub(crate) async fn count<T>(
    pid: u32,
    longest: Duration,
    work: impl Future<Output = Outcome<T>>,
) -> Outcome<(T, Option<u64>)> {
    // It counts until its own `sleep` ends, some time after the work.
    let whole = BEGIN + longest + BEGIN;
    let counting = Command::new("perf")
        .args(["stat", "-x", ";", "-e", EVENTS, "-p", &pid.to_string(), "--", "sleep"])
        .arg(whole.as_secs_f64().to_string())
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let Ok(counting) = counting else { return Ok((work.await?, None)) };
    tokio::time::sleep(BEGIN).await;
    let worked = work.await?;
    let said = counting.wait_with_output().await?;
    Ok((worked, total(&String::from_utf8_lossy(&said.stderr))))
}

/// Adds up lines of `number;unit;event;…`; none unless every event was counted.
fn total(text: &str) -> Option<u64> {
    let counts = text.lines().filter(|line| line.contains("sys_enter_"));
    let counts: Option<Vec<u64>> =
        counts.map(|line| line.split(';').next()?.parse().ok()).collect();
    counts.filter(|counts| !counts.is_empty()).map(|counts| counts.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn both_kinds_of_sync_are_added_up() {
        // Two counted lines, and one that is none.
        let text = "\n3;;syscalls:sys_enter_fsync;9;100.00;;\n40;;syscalls:sys_enter_fdatasync;9\n";
        assert_eq!(total(text), Some(43));
    }

    #[test]
    fn what_was_not_counted_is_not_zero() {
        // An event that is not supported, and an error in place of counts.
        assert_eq!(total("<not supported>;;syscalls:sys_enter_fsync;0;100.00;;"), None);
        assert_eq!(total("Access to performance monitoring is limited"), None);
    }
}
