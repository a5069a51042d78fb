//! What a process has used so far, as Linux keeps it in `/proc`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::Outcome;

/// The processor time that a process had used at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// By thread, user and system together, in nanoseconds.
    threads: BTreeMap<u32, u64>,
}

impl Account {
    /// Reads the account of a running process.
    pub(crate) fn of(pid: u32) -> Outcome<Self> {
        let process = Path::new("/proc").join(pid.to_string());
        let mut threads = BTreeMap::new();
        for thread in std::fs::read_dir(process.join("task"))? {
            let thread = thread?;
            // A thread may end between its listing and its reading.
            let Ok(text) = std::fs::read_to_string(thread.path().join("schedstat")) else {
                continue;
            };
            let id = thread.file_name().to_string_lossy().parse()?;
            threads.insert(id, running_nanoseconds(&text).ok_or("schedstat: no running time")?);
        }
        Ok(Self { threads })
    }

    /// Processor time since an earlier account. What threads that ended in between had used since
    /// then is not in it: those that serve requests live as long as the process.
    pub(crate) fn processor_since(&self, earlier: &Self) -> Duration {
        let before = |thread| earlier.threads.get(thread).copied().unwrap_or(0);
        let used = self.threads.iter().map(|(thread, now)| now.saturating_sub(before(thread)));
        Duration::from_nanos(used.sum())
    }
}

/// Bytes of a process that are in memory now: all, and without pages of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// `VmRSS`.
    pub(crate) resident: u64,
    /// `RssAnon`: what would still be there if the system took back every page of a file.
    pub(crate) anonymous: u64,
}

impl Memory {
    /// Reads the memory of a running process.
    pub(crate) fn of(pid: u32) -> Outcome<Self> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        Self::parse(&text).ok_or_else(|| "status: no resident memory".into())
    }

    fn parse(text: &str) -> Option<Self> {
        let resident = field(text, "VmRSS")?.checked_mul(1024)?;
        let anonymous = field(text, "RssAnon")?.checked_mul(1024)?;
        Some(Self { resident, anonymous })
    }
}

/// The first number of `schedstat`: time spent running.
fn running_nanoseconds(text: &str) -> Option<u64> {
    text.split_ascii_whitespace().next()?.parse().ok()
}

/// The number in a line `name: number`, with or without a unit after it.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        // One field's name is the beginning of another's, and the end of a third's.
        let status = "VmRSSHigh: 7\nxVmRSS: 8\nVmRSS:\t4096 kB\n";
        assert_eq!(field(status, "VmRSS"), Some(4096));
        assert_eq!(field(status, "RSS"), None);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        // Reads a cut of a status file, whose unit is kB.
        let status = "Name:\tadmit\nVmRSS:\t   20480 kB\nRssAnon:\t    8192 kB\n";
        let memory = Memory::parse(status);
        assert_eq!(memory, Some(Memory { resident: 20 << 20, anonymous: 8 << 20 }));
    }

    #[test]
    fn processor_time_counts_threads_that_began_and_forgets_those_that_ended() {
        // Thread 1 goes on, 2 ends, 3 begins.
        let account =
            |threads: &[(u32, u64)]| Account { threads: threads.iter().copied().collect() };
        let (before, after) = (account(&[(1, 100), (2, 900)]), account(&[(1, 150), (3, 30)]));
        assert_eq!(after.processor_since(&before), Duration::from_nanos(80));
    }

    #[test]
    fn our_own_account_grows() {
        // Works for a while between two accounts of this very process.
        let before = Account::of(std::process::id()).unwrap();
        let mut sum = 0_u64;
        for number in 0..3_000_000_u64 {
            sum = sum.wrapping_mul(31).wrapping_add(std::hint::black_box(number));
        }
        std::hint::black_box(sum);
        let after = Account::of(std::process::id()).unwrap();
        assert!(after.processor_since(&before) > Duration::ZERO);
        assert!(Memory::of(std::process::id()).unwrap().resident > 0);
    }
}
