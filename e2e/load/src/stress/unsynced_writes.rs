//! Row `unsynced-writes`: a power failure under load, which loses what was not synced.

use super::Run;
use super::figure::Figure;
use super::kill::of_crashes;
use crate::Result;
use crate::crash::{Counts, CrashTest};
use crate::disk_shim::DiskShim;

/// Kills the service 50 times, or 3 times, and takes back its unsynced writes: all of them in every
/// third round, and any of them in the others.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let mut data = run.data("unsynced-writes")?;
    let shim = DiskShim::compile(&data.path)?;
    data.environment = shim.environment();
    let mut random = run.random("unsynced-writes");
    let mut test = CrashTest::start(&data, random.clone()).await?;
    let mut lost = 0;
    for round in 0..run.size(50, 3) {
        let random = (!round.is_multiple_of(3)).then_some(&mut random);
        test.run_round(|| {
            lost += shim.lose_unsynced(random)?;
            Ok(())
        })
        .await?;
    }
    Ok(figures(&test.finish().await?, lost))
}

/// Judges what the failures left. Failures that lose no write are none.
fn figures(counts: &Counts, lost: usize) -> Vec<Figure> {
    let writes = Figure::new("writes are lost at all", format!("{lost} writes"), lost > 0);
    of_crashes(counts).into_iter().chain([writes]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::VALUES_MIN;

    #[test]
    fn each_broken_figure_of_the_power_failures_breaks_its_promise() {
        // Judges three failures that keep all promises, and some that break one each.
        let counts = || Counts { rounds: 3, fewest: Some(VALUES_MIN), ..Counts::default() };
        let kept = |counts: Counts, lost| {
            figures(&counts, lost).iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept(counts(), 1), [true; 3]);
        let broken = vec!["after crash 1: a revoked token was accepted".to_owned()];
        assert_eq!(kept(Counts { broken, ..counts() }, 1), [false, true, true]);
        let fewest = Some(VALUES_MIN - 1);
        assert_eq!(kept(Counts { fewest, ..counts() }, 1), [true, false, true]);
        assert_eq!(kept(counts(), 0), [true, true, false]);
    }
}
