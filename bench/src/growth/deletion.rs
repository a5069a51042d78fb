//! The cost of deleting expired rows, and the delay of commits by it.

use std::time::Duration;

use crate::Result;
use crate::cleaning::{self, Cleaning};
use crate::dataset::Dataset;
use crate::prepared_data::{FOLDER, PreparedData};
use crate::report::Report;

/// The permitted CPU time of deleting an expired row, and delay of a commit by it.
const CLEANING_US_MAX: f64 = 5.0;
const DELAY_MAX: Duration = Duration::from_millis(20);

/// Deletes the grants of a data set of this size, and prints the verdicts.
pub(super) async fn measure(report: &mut Report, dataset: Dataset) -> Result<()> {
    verdicts(report, &delete(dataset).await?);
    Ok(())
}

async fn delete(dataset: Dataset) -> Result<Cleaning> {
    let directory = tempfile::Builder::new().prefix("admit-growth-").tempdir()?;
    let data = PreparedData::new(directory.path().join(FOLDER));
    data.create(dataset).await?;
    cleaning::measure(&data.data(), dataset).await
}

/// Prints the verdicts about cleaning. There is none about delays if commits took as long without
/// it.
fn verdicts(report: &mut Report, cleaning: &Cleaning) {
    let texts = [CLEANING_US_MAX, cleaning.row_us].map(|cpu| format!("{cpu:.1} µs"));
    let name = format!("cleaning of {} rows: CPU of a row", cleaning.rows);
    report.verdict_without_failure(&name, texts, Ok(cleaning.row_us <= CLEANING_US_MAX));
    let [before, during] = cleaning.longest;
    let texts = [DELAY_MAX, during].map(|time| format!("{:.1} ms", time.as_secs_f64() * 1e3));
    let kept = if before > DELAY_MAX {
        Err("the disk stalls without it: no verdict")
    } else {
        Ok(during.saturating_sub(before) <= DELAY_MAX)
    };
    report.verdict_without_failure("cleaning: longest commit", texts, kept);
}
