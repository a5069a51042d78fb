//! The core of the service, and that of the load generator: neither waits for the other.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Result;

/// Keeps this thread, and the processes and threads that it starts, on one core until it is
/// dropped.
pub(super) struct OnCore {
    before: CpuSet,
}

impl OnCore {
    /// Takes the first core for the service.
    pub(super) fn of_service() -> Result<Self> {
        Self::keep_on(0)
    }

    /// Takes another core for the load generator. There is none on a machine with one core.
    pub(super) fn of_generator() -> Result<Self> {
        Self::keep_on(1)
    }

    fn keep_on(number: usize) -> Result<Self> {
        let before = sched_getaffinity(None)?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| before.is_set(*core));
        if let Some(core) = usable.nth(number) {
            let mut one = CpuSet::new();
            one.set(core);
            sched_setaffinity(None, &one)?;
        }
        Ok(Self { before })
    }
}

impl Drop for OnCore {
    fn drop(&mut self) {
        // If it fails, later rows have one core: their figures are only worse.
        let _ = sched_setaffinity(None, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thread_is_on_one_core_until_the_end() {
        // Counts the cores of this thread before, meanwhile and afterwards.
        let cores = || sched_getaffinity(None).expect("the cores").count();
        let before = cores();
        for of in [OnCore::of_service, OnCore::of_generator] {
            let on_core = of().expect("a core");
            assert!(cores() == 1 || before == 1);
            drop(on_core);
            assert_eq!(cores(), before);
        }
    }
}
