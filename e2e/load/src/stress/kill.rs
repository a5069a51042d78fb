//! Row `kill`: SIGKILL at random moments under mixed load.

use std::time::Duration;

use super::Run;
use super::figure::Figure;
use crate::Result;
use crate::crash::{Counts, crash_repeatedly};

/// The longest time from the start of the process to the line `ready`.
const READY_MAX: Duration = Duration::from_secs(1);

/// Kills and restarts the service 200 times, or 10 times.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("kill")?;
    let counts = crash_repeatedly(&data, run.size(200, 10), run.random("kill")).await?;
    Ok(figures(&counts))
}

fn figures(counts: &Counts) -> Vec<Figure> {
    let [survives, load] = of_crashes(counts);
    vec![survives, load, Figure::at_most("ready", counts.slowest_start, READY_MAX)]
}

/// Judges what the crashes left. Crashes without load prove nothing.
pub(super) fn of_crashes(counts: &Counts) -> [Figure; 2] {
    let Counts { rounds, acknowledged, one_time, .. } = counts;
    let is_kept = counts.broken.is_empty();
    let fewest = counts.fewest.unwrap_or_default();
    let load = format!(
        "{acknowledged} grants and {one_time} assertions and proofs before {rounds} crashes, at \
         least {fewest} of each before one"
    );
    [
        Figure::new("nothing is lost, used twice or revived", counts.summary(), is_kept),
        Figure::new("every crash is under load", load, counts.had_load()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::VALUES_MIN;

    #[test]
    fn each_broken_figure_of_the_crashes_breaks_its_promise() {
        // Judges ten crashes that keep all promises, and some that break one each.
        let counts = || Counts {
            rounds: 10,
            acknowledged: 200,
            one_time: 200,
            fewest: Some(VALUES_MIN),
            slowest_start: READY_MAX,
            ..Counts::default()
        };
        let kept = |counts: Counts| {
            figures(&counts).iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept(counts()), [true; 3]);
        let broken = vec!["after crash 3: a used code or token worked again".to_owned()];
        assert_eq!(kept(Counts { broken, ..counts() }), [false, true, true]);
        let fewest = Some(VALUES_MIN - 1);
        assert_eq!(kept(Counts { fewest, ..counts() }), [true, false, true], "one without load");
        let slowest_start = READY_MAX + Duration::from_millis(1);
        assert_eq!(kept(Counts { slowest_start, ..counts() }), [true, true, false]);
        assert_eq!(kept(Counts::default()), [true, false, true], "no crash at all");
    }
}
