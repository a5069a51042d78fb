//! The CPU time and the memory of a process, read from `/proc`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::Result;

/// The unit of the times in `/proc/stat` and `/proc/<pid>/stat`: `USER_HZ` is 100 on every
/// architecture that the service runs on.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// The CPU time that a process has used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CpuTime {
    /// Nanoseconds of user and system time for each thread.
    threads: BTreeMap<u32, u64>,
}

impl CpuTime {
    /// Reads the CPU time of a running process.
    pub(crate) fn read(pid: u32) -> Result<Self> {
        Self::read_threads(pid, |_| true)
    }

    /// Reads the CPU time of the threads of a running process whose names are `wanted`.
    pub(crate) fn read_threads(pid: u32, wanted: impl Fn(&str) -> bool) -> Result<Self> {
        let process = Path::new("/proc").join(pid.to_string());
        let mut threads = BTreeMap::new();
        for thread in std::fs::read_dir(process.join("task"))? {
            let thread = thread?;
            // A thread may end between its listing and its reading.
            let read = |file| std::fs::read_to_string(thread.path().join(file));
            let (Ok(name), Ok(text)) = (read("comm"), read("schedstat")) else { continue };
            if !wanted(name.trim_end()) {
                continue;
            }
            let id = thread.file_name().to_string_lossy().parse()?;
            threads.insert(id, running_nanoseconds(&text).ok_or("schedstat: no running time")?);
        }
        Ok(Self { threads })
    }

    /// Reads the CPU time of a process and of its children, which have one thread each: a server of
    /// PostgreSQL. Includes children that have ended.
    pub(crate) fn read_tree(root: u32) -> Result<Self> {
        let process = Path::new("/proc").join(root.to_string());
        let stat = std::fs::read_to_string(process.join("stat"))?;
        let ticks = ticks_of_ended_children(&stat).ok_or("stat: no times of children")?;
        let children = process.join("task").join(root.to_string()).join("children");
        let children = std::fs::read_to_string(children)?;
        let mut sum = u64::try_from((TICK * u32::try_from(ticks)?).as_nanos())?;
        for id in children.split_ascii_whitespace().chain([root.to_string().as_str()]) {
            // A child may end between its listing and its reading.
            let schedstat = Path::new("/proc").join(id).join("schedstat");
            let text = std::fs::read_to_string(schedstat).unwrap_or_default();
            sum += running_nanoseconds(&text).unwrap_or(0);
        }
        Ok(Self { threads: BTreeMap::from([(root, sum)]) })
    }

    /// Returns the CPU time since an earlier reading. Leaves out threads that ended in between;
    /// those that serve requests live as long as the process.
    pub(crate) fn since(&self, earlier: &Self) -> Duration {
        let before = |thread| earlier.threads.get(thread).copied().unwrap_or(0);
        let used = self.threads.iter().map(|(thread, now)| now.saturating_sub(before(thread)));
        Duration::from_nanos(used.sum())
    }
}

/// The memory of a process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// `VmRSS`.
    pub(crate) resident: u64,
    /// `RssAnon`: the resident memory without pages of files.
    pub(crate) anonymous: u64,
}

impl Memory {
    /// Reads the memory of a running process.
    pub(crate) fn read(pid: u32) -> Result<Self> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        Self::parse(&text).ok_or_else(|| "status: no resident memory".into())
    }

    fn parse(text: &str) -> Option<Self> {
        let resident = field(text, "VmRSS")?.checked_mul(1024)?;
        let anonymous = field(text, "RssAnon")?.checked_mul(1024)?;
        Some(Self { resident, anonymous })
    }
}

/// Returns the first number of `schedstat`, the running time.
fn running_nanoseconds(text: &str) -> Option<u64> {
    text.split_ascii_whitespace().next()?.parse().ok()
}

/// Returns the user and system time, in ticks, of the children that have ended and that the process
/// has waited for.
fn ticks_of_ended_children(stat: &str) -> Option<u64> {
    /// The position of `cutime` after the name, which is in parentheses and may contain spaces.
    const CUTIME: usize = 13;
    let (_, fields) = stat.rsplit_once(')')?;
    let times = fields.split_ascii_whitespace().skip(CUTIME).take(2);
    times.map(|ticks| ticks.parse::<u64>().ok()).sum()
}

/// Returns the number in a line `name: number`, which may have a unit.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_field_is_found_by_its_whole_name() {
        // Reads a field whose name is the beginning of another name, and the end of a third.
        let status = "VmRSSHigh: 7\nxVmRSS: 8\nVmRSS:\t4096 kB\n";
        assert_eq!(field(status, "VmRSS"), Some(4096));
        assert_eq!(field(status, "RSS"), None);
    }

    #[test]
    fn ticks_of_ended_children_follow_the_name_of_a_process() {
        // Reads a line with a space and a parenthesis in the name.
        let stat = "7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 40 2 20 0";
        assert_eq!(ticks_of_ended_children(stat), Some(42));
        assert_eq!(ticks_of_ended_children("7"), None);
    }

    #[test]
    fn cpu_time_of_a_tree_includes_running_and_ended_children() {
        // Reads a shell before and after a child of it has computed.
        let script =
            "read -r _; (i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done); echo; read -r _";
        let mut shell = std::process::Command::new("sh")
            .args(["-c", script])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let before = CpuTime::read_tree(shell.id()).unwrap();
        let mut input = shell.stdin.take().unwrap();
        std::io::Write::write_all(&mut input, b"\n").unwrap();
        std::io::Read::read_exact(&mut shell.stdout.take().unwrap(), &mut [0]).unwrap();
        let after = CpuTime::read_tree(shell.id()).unwrap();
        drop(input);
        shell.wait().unwrap();
        assert!(after.since(&before) >= TICK);
    }

    #[test]
    fn process_memory_is_parsed_from_kilobytes_into_bytes() {
        // Reads part of a status file, whose unit is kB.
        let status = "Name:\tadmit\nVmRSS:\t   20480 kB\nRssAnon:\t    8192 kB\n";
        let memory = Memory::parse(status);
        assert_eq!(memory, Some(Memory { resident: 20 << 20, anonymous: 8 << 20 }));
    }

    #[test]
    fn cpu_time_counts_new_threads_and_leaves_out_ended_ones() {
        // Thread 1 continues, thread 2 ends, thread 3 begins.
        let cpu_time =
            |threads: &[(u32, u64)]| CpuTime { threads: threads.iter().copied().collect() };
        let (before, after) = (cpu_time(&[(1, 100), (2, 900)]), cpu_time(&[(1, 150), (3, 30)]));
        assert_eq!(after.since(&before), Duration::from_nanos(80));
    }

    #[test]
    fn cpu_time_of_threads_is_separated_by_their_names() {
        // Computes in a thread with a name, and reads the time of it and of the others.
        let read = |wanted: bool| {
            CpuTime::read_threads(std::process::id(), |name| (name == "computes") == wanted)
        };
        let named = std::thread::Builder::new().name("computes".to_owned()).spawn(move || {
            let ((named, others), mut sum) = ((read(true)?, read(false)?), 0_u64);
            for number in 0..30_000_000_u64 {
                sum = sum.wrapping_mul(31).wrapping_add(std::hint::black_box(number));
            }
            std::hint::black_box(sum);
            let own = CpuTime::read_threads(std::process::id(), |name| name == "computes")?;
            assert!(others.threads.keys().all(|thread| !own.threads.contains_key(thread)));
            Ok::<_, crate::Error>((own.threads.len(), own.since(&named)))
        });
        let (threads, used) = named.unwrap().join().unwrap().unwrap();
        assert_eq!(threads, 1);
        assert!(used > Duration::ZERO);
    }

    #[test]
    fn cpu_time_of_this_process_grows() {
        // Computes for a while between two readings of this process.
        let before = CpuTime::read(std::process::id()).unwrap();
        let mut sum = 0_u64;
        for number in 0..3_000_000_u64 {
            sum = sum.wrapping_mul(31).wrapping_add(std::hint::black_box(number));
        }
        std::hint::black_box(sum);
        let after = CpuTime::read(std::process::id()).unwrap();
        assert!(after.since(&before) > Duration::ZERO);
        assert!(Memory::read(std::process::id()).unwrap().resident > 0);
    }
}
