//! Replay protection for one-time values.

use catalogue::Refusal;
use model::{Change, CommitOutcome, Store, UsedValue};

use crate::{Checks, Error};

/// A value that is accepted once, such as the `jti` of an assertion.
#[derive(Clone, Debug)]
pub struct OneTimeValue {
    /// The row that records its use.
    pub used_value: UsedValue,
    /// The refusal of a replay.
    pub replayed: Refusal,
}

impl OneTimeValue {
    /// Records the use durably, before anything is issued.
    ///
    /// # Errors
    /// The value was used before, or a fault.
    pub async fn consume(&self, store: &dyn Store, checks: &mut Checks) -> Result<(), Error> {
        match store.commit(vec![Change::MarkUsed(self.used_value.clone())]).await? {
            CommitOutcome::Committed => {
                checks.pass("not_replayed");
                Ok(())
            }
            CommitOutcome::Conflict => Err(self.replayed.clone().into()),
        }
    }
}
