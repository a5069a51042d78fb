//! Counts the written bytes and the syncs of a process with the kernel's tracepoints.
//!
//! `/proc/<pid>/io` would be wrong: for one changed page, it counts the whole folio of the page
//! cache that contains the page.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::Command;

use crate::Result;
use crate::measurements::{per, real};

const EVENTS: [&str; 3] =
    ["syscalls:sys_enter_pwrite64", "syscalls:sys_enter_fsync", "syscalls:sys_enter_fdatasync"];
/// The time that `perf` may need to start.
const PERF_START: Duration = Duration::from_millis(400);

/// The file I/O of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct IoCounts {
    /// Calls of `fsync` and `fdatasync`.
    pub(crate) syncs: u64,
    /// Bytes of `pwrite64`, which SQLite uses. Sockets use other calls.
    pub(crate) written_bytes: u64,
}

/// The file I/O of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IoPerRequest {
    pub(crate) syncs: f64,
    pub(crate) written_bytes: f64,
}

impl IoPerRequest {
    /// Divides the counts by the number of requests.
    pub(crate) fn new(counts: IoCounts, requests: u64) -> Self {
        Self {
            syncs: per(real(counts.syncs), requests),
            written_bytes: per(real(counts.written_bytes), requests),
        }
    }
}

/// Counts I/O while `work` runs. Returns no counts if `perf` is not available. Tracing slows the
/// process down, so nothing else is measured meanwhile.
pub(crate) async fn count<T>(
    pid: u32,
    work_max: Duration,
    work: impl Future<Output = Result<T>>,
) -> Result<(T, Option<IoCounts>)> {
    let record = tempfile::NamedTempFile::new()?;
    // `perf` traces until its `sleep` ends, some time after the work.
    let trace_seconds = (PERF_START + work_max + PERF_START).as_secs_f64().to_string();
    let perf = Command::new("perf")
        .args(["record", "--quiet", "--event", &EVENTS.join(","), "--pid", &pid.to_string()])
        .arg("--output")
        .arg(record.path())
        .args(["--", "sleep", &trace_seconds])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let Ok(mut perf) = perf else { return Ok((work.await?, None)) };
    tokio::time::sleep(PERF_START).await;
    let result = work.await?;
    let is_complete = perf.wait().await?.success();
    let counts = if is_complete { read(record.path()).await? } else { None };
    Ok((result, counts))
}

async fn read(record: &Path) -> Result<Option<IoCounts>> {
    let output = Command::new("perf")
        .args(["script", "--fields", "event,trace", "--input"])
        .arg(record)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let Output { status, stdout, .. } = output.await?;
    Ok(status.success().then(|| total(&String::from_utf8_lossy(&stdout))))
}

/// Adds up lines of the form `event: field: value, …`.
fn total(text: &str) -> IoCounts {
    let mut counts = IoCounts::default();
    for line in text.lines() {
        if line.contains("sys_enter_pwrite64:") {
            counts.written_bytes += bytes(line).unwrap_or(0);
        } else if line.contains("sync:") {
            counts.syncs += 1;
        }
    }
    counts
}

/// Returns the number after `count: 0x`.
fn bytes(line: &str) -> Option<u64> {
    let digits = line.split_once("count: 0x")?.1.split(',').next()?;
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_bytes_and_both_kinds_of_sync_are_added_up() {
        // Reads the writes of a WAL frame and its header, and a sync of each kind.
        let text = " syscalls:sys_enter_pwrite64: fd: 0x07, buf: 0x7f, count: 0x18, pos: 0x0\n\
            syscalls:sys_enter_pwrite64: fd: 0x07, buf: 0x7f, count: 0x00001000, pos: 0x18\n\
            syscalls:sys_enter_fsync: fd: 0x07\nsyscalls:sys_enter_fdatasync: fd: 0x07\n";
        assert_eq!(total(text), IoCounts { syncs: 2, written_bytes: 24 + 4_096 });
    }

    #[test]
    fn an_empty_trace_has_no_io() {
        // Reads the output of `perf script` for a process without I/O.
        assert_eq!(total(""), IoCounts::default());
    }
}
