//! Checks that directory and ledger belong together, and that the clock is not behind.

use model::{Continuity, Discontinuity, Fault, Seconds, Timestamp, format_utc};
use service::Service;

use super::StoredData;
use crate::config::{Config, Storage};
use crate::storage::StoreLocation;
use crate::toml_document::{Problem, Problems};

/// The difference of the clock from which on it is reported.
const CLOCK_BEHIND_MIN: Seconds = Seconds::minutes(1);
/// The time for which a lost ledger is reported: refresh tokens live no longer by default.
const REPORTED_FOR: Seconds = Seconds::days(90);

/// The states of directory and ledger.
struct States {
    continuity: Result<Continuity, Discontinuity>,
    remembered_since: Timestamp,
    high_water: Timestamp,
}

/// Adds the problem of a directory that must be restored first.
pub(super) fn check(config: &Config, stored: &StoredData, problems: &Problems) {
    let location = StoreLocation::from_config(config);
    if let Ok(States { continuity: Err(reason), .. }) = stored.read(read(&stored.service)) {
        let (span, message) = match &config.storage {
            Storage::Files(data_dir) => (&data_dir.span, "the data directory cannot be served"),
            Storage::Postgres(postgres) => (&postgres.url.span, "the database cannot be served"),
        };
        let problem = Problem::new(span.clone(), message, "");
        problems.add(problem.allowed(location.not_restored(reason).text()));
    }
}

/// Returns advice about a ledger that was lost, and about a clock that is behind.
pub(super) fn advice(stored: &StoredData) -> Vec<String> {
    let Ok(stored) = stored.read(read(&stored.service)) else { return Vec::new() };
    let now = service::now();
    let mut advice = Vec::new();
    if stored.continuity.is_ok_and(|continuity| continuity.lost.is_some()) {
        advice.push(
            "the ledger that the directory knows is missing, or an older copy. From the next start \
             on, nothing that was issued before is accepted: all users sign in again."
                .to_owned(),
        );
    } else if stored.remembered_since > now - REPORTED_FOR {
        advice.push(format!(
            "the service lost its memory of used values at {}: nothing that was issued before is \
             accepted.",
            format_utc(stored.remembered_since)
        ));
    }
    if stored.high_water > now + CLOCK_BEHIND_MIN {
        advice.push(format!(
            "the clock of this machine is {} s behind the time that the service last used ({}). \
             The service uses its own time until the clock has caught up. Check the clock.",
            stored.high_water - now,
            format_utc(stored.high_water)
        ));
    }
    advice
}

/// Reads the states. If they cannot be read, the check of the root key reports that.
async fn read(service: &Service) -> Result<States, Fault> {
    Ok(States {
        continuity: service.check_continuity().await?,
        remembered_since: service.store.directory_state().await?.remembered_since,
        high_water: service.store.ledger_state().await?.high_water,
    })
}
