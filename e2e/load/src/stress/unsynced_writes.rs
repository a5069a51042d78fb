//! Row `unsynced-writes`: a power failure under load, which loses what was not synced.

use super::Run;
use super::figure::Figure;
use crate::Result;
use crate::crash::CrashTest;
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
    let counts = test.finish().await?;
    Ok(vec![
        Figure::kept("nothing is lost, used twice or revived", counts.summary()),
        Figure::new("writes are lost at all", format!("{lost} writes"), lost > 0),
    ])
}
