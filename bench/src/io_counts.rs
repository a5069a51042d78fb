//! What a process asks of its files: bytes written and syncs, by the kernel's tracepoints.
//!
//! `/proc/<pid>/io` would be simpler and wrong: it counts whole folios of the page cache, many
//! times the bytes of a page that changed in the middle of one.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::Command;

use crate::Outcome;

const EVENTS: [&str; 3] =
    ["syscalls:sys_enter_pwrite64", "syscalls:sys_enter_fsync", "syscalls:sys_enter_fdatasync"];
/// How long `perf` may need to begin.
const BEGIN: Duration = Duration::from_millis(400);

/// What was asked of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `fsync` and `fdatasync`.
    pub(crate) syncs: u64,
    /// Bytes of `pwrite64`, with which SQLite writes; sockets are written otherwise.
    pub(crate) written: u64,
}

/// Counts while `work` runs, or gives none where `perf` cannot. Watching costs the process
/// something at each turn of a thread, so nothing else is measured meanwhile.
pub(crate) async fn count<T>(
    pid: u32,
    longest: Duration,
    work: impl Future<Output = Outcome<T>>,
) -> Outcome<(T, Option<Asked>)> {
    let record = tempfile::NamedTempFile::new()?;
    // It watches until its own `sleep` ends, some time after the work.
    let whole = (BEGIN + longest + BEGIN).as_secs_f64().to_string();
    let watching = Command::new("perf")
        .args(["record", "--quiet", "--event", &EVENTS.join(","), "--pid", &pid.to_string()])
        .arg("--output")
        .arg(record.path())
        .args(["--", "sleep", &whole])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let Ok(mut watching) = watching else { return Ok((work.await?, None)) };
    tokio::time::sleep(BEGIN).await;
    let worked = work.await?;
    let watched = watching.wait().await?.success();
    let asked = if watched { read(record.path()).await? } else { None };
    Ok((worked, asked))
}

async fn read(record: &Path) -> Outcome<Option<Asked>> {
    let told = Command::new("perf")
        .args(["script", "--fields", "event,trace", "--input"])
        .arg(record)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let Output { status, stdout, .. } = told.await?;
    Ok(status.success().then(|| total(&String::from_utf8_lossy(&stdout))))
}

/// Adds up lines of `event: field: value, …`.
fn total(text: &str) -> Asked {
    let mut asked = Asked::default();
    for line in text.lines() {
        if line.contains("sys_enter_pwrite64:") {
            asked.written += bytes(line).unwrap_or(0);
        } else if line.contains("sync:") {
            asked.syncs += 1;
        }
    }
    asked
}

/// The number after `count: 0x`.
fn bytes(line: &str) -> Option<u64> {
    let digits = line.split_once("count: 0x")?.1.split(',').next()?;
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_both_kinds_of_sync_are_added_up() {
        // A frame's head, its page, and a sync of each kind.
        let text = " syscalls:sys_enter_pwrite64: fd: 0x07, buf: 0x7f, count: 0x18, pos: 0x0\n\
            syscalls:sys_enter_pwrite64: fd: 0x07, buf: 0x7f, count: 0x00001000, pos: 0x18\n\
            syscalls:sys_enter_fsync: fd: 0x07\nsyscalls:sys_enter_fdatasync: fd: 0x07\n";
        assert_eq!(total(text), Asked { syncs: 2, written: 24 + 4_096 });
    }

    #[test]
    fn a_process_that_writes_nothing_asks_for_nothing() {
        // What `perf script` prints then.
        assert_eq!(total(""), Asked::default());
    }
}
