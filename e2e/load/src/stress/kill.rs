//! Row `kill`: SIGKILL at random moments under mixed load.

use std::time::Duration;

use super::Run;
use super::figure::Figure;
use crate::Result;
use crate::crash::crash_repeatedly;

/// The longest time from the start of the process to the line `ready`.
pub(crate) const READY_MAX: Duration = Duration::from_secs(1);

/// Kills and restarts the service 200 times, or 10 times.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("kill")?;
    let counts = crash_repeatedly(&data, run.size(200, 10), run.random("kill")).await?;
    Ok(vec![
        Figure::kept("nothing is lost, used twice or revived", counts.summary()),
        Figure::at_most("ready", counts.slowest_start, READY_MAX),
    ])
}
