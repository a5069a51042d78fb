//! The cost of deleting expired grants, and how long other commits wait meanwhile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::{Change, Grant, Ledger, Seconds};
use store::{SqliteStore, sweep_all};

use crate::cpu_time::CpuTime;
use crate::dataset::{self, Dataset, GrantIds};
use crate::measurements::per;
use crate::prepared_data::to_error;
use crate::{Result, clock};

/// The time for which commits are measured without cleaning.
const BEFORE: Duration = Duration::from_secs(2);
/// Grants that are created meanwhile expire later than those that are deleted.
const AFTER_EXPIRY: Seconds = Seconds::days(100);

/// The cost of cleaning.
pub(crate) struct Cleaning {
    pub(crate) rows: u64,
    /// CPU time of a row in microseconds, with that of the commits meanwhile.
    pub(crate) row_us: f64,
    /// The longest commit before the cleaning and during it.
    pub(crate) longest: [Duration; 2],
}

/// Deletes all grants of a data directory, as if all of them had expired, while others are created
/// one after the other.
pub(crate) async fn measure(directory: &Path, dataset: Dataset) -> Result<Cleaning> {
    let store = Arc::new(SqliteStore::open(directory)?);
    let cleaning = Arc::new(AtomicBool::new(false));
    let commits = tokio::spawn(commit_until(Arc::clone(&store), Arc::clone(&cleaning), dataset));
    tokio::time::sleep(BEFORE).await;
    let (before, until) = (CpuTime::read(std::process::id())?, service::now() + AFTER_EXPIRY);
    cleaning.store(true, Ordering::Relaxed);
    let rows = sweep_all(&*store, || until).await.map_err(to_error)?;
    cleaning.store(false, Ordering::Relaxed);
    let used = CpuTime::read(std::process::id())?.since(&before);
    let longest = commits.await??;
    Ok(Cleaning { rows, row_us: per(used.as_secs_f64() * 1e6, rows), longest })
}

/// Commits until the cleaning has ended. Returns the longest commit before it and during it.
async fn commit_until(
    store: Arc<SqliteStore>,
    cleaning: Arc<AtomicBool>,
    dataset: Dataset,
) -> Result<[Duration; 2]> {
    let [mut before, mut during] = [Duration::ZERO; 2];
    let mut began = false;
    for number in dataset.grants.. {
        let now_cleaning = cleaning.load(Ordering::Relaxed);
        if began && !now_cleaning {
            break;
        }
        began |= now_cleaning;
        let id = (number, GrantIds::Random.grant(number));
        let grant = dataset::grant(dataset, id, service::now())?;
        let expires_at = grant.expires_at + AFTER_EXPIRY;
        let start = clock::now();
        let change = Change::OpenGrant(Grant { expires_at, ..grant });
        let _ = store.commit(vec![change]).await.map_err(to_error)?;
        let longest = if began { &mut during } else { &mut before };
        *longest = start.elapsed().max(*longest);
    }
    Ok([before, during])
}
