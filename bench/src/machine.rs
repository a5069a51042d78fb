//! The CPU time of the whole machine, to notice work of others.

use std::time::{Duration, Instant};

use crate::cpu_time::{CpuTime, TICK};
use crate::measurements::real;
use crate::server::Server;
use crate::{Result, clock};

/// A measurement is disturbed if others use more than this part of all cores.
const OTHERS_MAX: f64 = 0.12;

/// The CPU time at a moment of the machine, of the benchmark and of the servers under test.
pub(crate) struct MachineTime {
    at: Instant,
    busy: Duration,
    own: Vec<CpuTime>,
}

impl MachineTime {
    /// Reads the CPU time of the machine, of this process, of servers and of their databases.
    pub(crate) fn read<'a>(servers: impl IntoIterator<Item = &'a Server>) -> Result<Self> {
        let text = std::fs::read_to_string("/proc/stat")?;
        let busy = busy_ticks(&text).ok_or("/proc/stat: no CPU time")?;
        let mut own = vec![CpuTime::read(std::process::id())?];
        let mut databases = None;
        for server in servers {
            own.push(CpuTime::read(server.pid)?);
            databases = databases.or(server.database.as_ref());
        }
        // Several servers may share the databases, whose CPU time counts once.
        if let Some(database) = databases {
            own.extend(database.servers().cpu_times()?);
        }
        Ok(Self { at: clock::now(), busy: TICK * u32::try_from(busy)?, own })
    }

    /// Returns whether others used so much of the CPU since `earlier` that a measurement from then
    /// until now says nothing.
    pub(crate) fn is_disturbed_since(&self, earlier: &Self) -> bool {
        let own = self.own.iter().zip(&earlier.own).map(|(now, before)| now.since(before));
        let own: Duration = own.sum();
        let others = self.busy.saturating_sub(earlier.busy).saturating_sub(own);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let available = (self.at - earlier.at).as_secs_f64() * real(cores as u64);
        others.as_secs_f64() > available * OTHERS_MAX
    }
}

/// Returns the name of the processor.
pub(crate) fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or("an unknown processor", |(_, name)| name.trim()).to_owned()
}

/// Returns the name and the version of the kernel.
pub(crate) fn kernel() -> String {
    let version = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("Linux {}", version.trim())
}

/// Returns the ticks in which a core was not idle and waited for no disk.
fn busy_ticks(stat: &str) -> Option<u64> {
    const IDLE: [usize; 2] = [3, 4];
    /// The times of guests are parts of the user times.
    const COUNTED: usize = 8;
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks = line.split_ascii_whitespace().take(COUNTED).enumerate();
    let busy = ticks.filter(|(position, _)| !IDLE.contains(position));
    busy.map(|(_, ticks)| ticks.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_ticks_leave_out_idle_and_waiting_cores_and_guests() {
        // Reads a line whose user, nice, system, irq, softirq and steal times add up to 63.
        let stat = "cpu  1 2 4 1000 2000 8 16 32 500 600\ncpu0 9 9 9 9\n";
        assert_eq!(busy_ticks(stat), Some(63));
        assert_eq!(busy_ticks("intr 7\n"), None);
    }

    #[test]
    fn work_of_others_disturbs_only_above_an_eighth_of_the_cores() {
        // Lets a machine be busy for none and for all of a second, beside an idle benchmark.
        let start = clock::now();
        let time = |seconds, busy| MachineTime {
            at: start + Duration::from_secs(seconds),
            busy: Duration::from_secs(busy),
            own: vec![CpuTime::default()],
        };
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
        assert!(!time(1, 0).is_disturbed_since(&time(0, 0)));
        assert!(time(1, cores).is_disturbed_since(&time(0, 0)));
    }
}
