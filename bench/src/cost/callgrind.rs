//! Counts instructions and allocations with callgrind (Debian: `valgrind`).

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::Result;
use crate::server_process::ServiceCommand;

/// The functions of allocators that allocate. One of them may call another, so only calls from
/// other functions count.
const ALLOCATING: [&str; 10] = [
    "malloc",
    "calloc",
    "realloc",
    "aligned_alloc",
    "posix_memalign",
    "mi_malloc",
    "mi_malloc_aligned",
    "mi_zalloc_aligned",
    "mi_realloc_aligned",
    "mi_zalloc",
];
/// The time in which the service ends what requests have begun: the log, records and checkpoints.
const SETTLING: Duration = Duration::from_millis(1_500);

/// The output of callgrind in a directory.
pub(super) struct Callgrind {
    output: PathBuf,
}

impl Callgrind {
    pub(super) fn new(directory: &Path) -> Self {
        Self { output: directory.join("callgrind.out") }
    }

    /// Returns the command that runs the service in callgrind.
    pub(super) fn command(&self, binary: &Path) -> ServiceCommand {
        let mut output = std::ffi::OsString::from("--callgrind-out-file=");
        output.push(&self.output);
        let arguments = ["--tool=callgrind".into(), "--quiet".into(), output, binary.into()];
        ServiceCommand { program: "valgrind".into(), arguments: arguments.to_vec() }
    }

    /// Returns the file with the counts since the last call.
    pub(super) async fn dump(&self, pid: u32) -> Result<PathBuf> {
        tokio::time::sleep(SETTLING).await;
        let before = self.dumps()?;
        let status = Command::new("callgrind_control")
            .args(["--dump", &pid.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await?;
        if !status.success() {
            return Err("callgrind_control failed".into());
        }
        let after = self.dumps()?;
        let new = after.difference(&before).last().ok_or("callgrind wrote no dump")?;
        Ok(new.clone())
    }

    /// Returns the dumps: the name of the output with a number.
    fn dumps(&self) -> Result<BTreeSet<PathBuf>> {
        let directory = self.output.parent().ok_or("no directory")?;
        let name = self.output.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let mut dumps = BTreeSet::new();
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            let found = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            if found.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')) {
                dumps.insert(path);
            }
        }
        Ok(dumps)
    }
}

/// Returns the instructions and the allocations of a dump.
pub(super) fn counts(dump: &Path) -> Result<(u64, u64)> {
    counts_in(&std::fs::read_to_string(dump)?).ok_or_else(|| "a dump without totals".into())
}

/// Returns the instructions and the calls of allocating functions (the callgrind format of the
/// manual of valgrind). A name stands once, after its number.
fn counts_in(dump: &str) -> Option<(u64, u64)> {
    let mut allocating = BTreeSet::new();
    let (mut in_allocator, mut calls_allocator, mut allocations) = (false, false, 0);
    let mut instructions = None;
    for line in dump.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            in_allocator = is_allocating(name, &mut allocating);
        } else if let Some(name) = line.strip_prefix("cfn=") {
            calls_allocator = is_allocating(name, &mut allocating);
        } else if let Some(calls) = line.strip_prefix("calls=") {
            if calls_allocator && !in_allocator {
                allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
            }
        } else if let Some(total) =
            line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: "))
        {
            instructions = total.split(' ').next()?.parse().ok();
        }
    }
    Some((instructions?, allocations))
}

/// Returns whether a name, `(number) name` or `(number)`, is that of an allocating function.
fn is_allocating(name: &str, known: &mut BTreeSet<String>) -> bool {
    match name.split_once(' ') {
        // A recursive function has a suffix after an apostrophe.
        Some((number, name)) => {
            let name = name.split('\'').next().unwrap_or(name);
            let found = ALLOCATING.contains(&name);
            if found {
                known.insert(number.to_owned());
            }
            found
        }
        None => known.contains(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_allocators_count_unless_allocators_make_them() {
        // Reads two functions: one calls malloc twice by its name and three times by its number,
        // and calls free; malloc calls itself.
        let dump = "events: Ir\nfn=(1) work\n1 10\ncfn=(2) malloc\ncalls=2 0\n1 40\n\
            cfn=(3) free\ncalls=5 0\n1 9\ncfn=(2)\ncalls=3 0\n1 60\nfn=(2)\n1 7\n\
            cfn=(2)\ncalls=9 0\n1 1\ntotals: 1234\n";
        assert_eq!(counts_in(dump), Some((1_234, 5)));
        assert_eq!(counts_in("events: Ir\n"), None);
    }
}
