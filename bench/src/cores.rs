//! The cores that this process and the servers that it starts may use.

use rustix::thread::{CpuSet, sched_setaffinity};

use crate::Result;

/// Keeps this thread, and processes that it starts from now on, on the second core.
pub(crate) fn use_last(one_core: bool) -> Result<()> {
    keep_on(1, one_core)
}

/// Keeps this thread on the first core.
pub(crate) fn use_first(one_core: bool) -> Result<()> {
    keep_on(0, one_core)
}

fn keep_on(core: usize, one_core: bool) -> Result<()> {
    if one_core {
        let mut cores = CpuSet::new();
        cores.set(core);
        sched_setaffinity(None, &cores)
            .map_err(|error| format!("core {core} cannot be used: {error}"))?;
    }
    Ok(())
}
