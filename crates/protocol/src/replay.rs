//! Replay protection: one-time values, which are spent only for a request that has an effect.

use catalogue::Refusal;
use model::{Change, CommitOutcome, Fault, TenantStore, UsedValue};

use crate::{Checks, Error};

/// A value that is accepted once, such as the `jti` of an assertion.
#[derive(Clone, Debug)]
pub struct OneTimeValue {
    /// The row that records its use.
    pub(crate) used_value: UsedValue,
    /// The refusal of a replay.
    pub(crate) replayed: Refusal,
}

/// The one-time values of a request, before its decision. A refused request leaves them unspent, so
/// that nothing is written for it.
#[derive(Debug)]
#[must_use = "a request has its effect only after its one-time values are spent"]
pub struct UnspentValues(Vec<OneTimeValue>);

/// The proof that the one-time values of a request were unused and are spent. Only
/// [`UnspentValues::spend`] creates one. Tokens, answers and changes need it.
#[derive(Debug)]
#[must_use = "it allows the effect of the request"]
pub struct Spent {
    values: usize,
}

impl UnspentValues {
    pub(crate) fn new(value: Option<OneTimeValue>) -> Self {
        Self(value.into_iter().collect())
    }

    pub(crate) fn and(mut self, value: Option<OneTimeValue>) -> Self {
        self.0.extend(value);
        self
    }

    /// Returns the rows that will record the uses.
    pub fn used_values(&self) -> impl Iterator<Item = &UsedValue> {
        self.0.iter().map(|value| &value.used_value)
    }

    /// Records the uses durably, before the effect of the request. They stay recorded if the effect
    /// fails.
    ///
    /// The values are spent one after the other, that of the client authentication first. So a
    /// replayed assertion with fresh proofs leaves no rows.
    ///
    /// # Errors
    /// A value was used before, or a fault.
    pub async fn spend(self, store: TenantStore<'_>) -> Result<Spent, Error> {
        let values = self.0.len();
        for OneTimeValue { used_value, replayed } in self.0 {
            match store.commit(vec![Change::MarkUsed(used_value)]).await? {
                CommitOutcome::Committed => {}
                CommitOutcome::Conflict => return Err(replayed.into()),
            }
        }
        Ok(Spent { values })
    }
}

impl Spent {
    /// Commits the changes of the request, if it has some.
    ///
    /// # Errors
    /// A fault.
    pub async fn commit(
        &self,
        store: TenantStore<'_>,
        changes: Vec<Change>,
    ) -> Result<CommitOutcome, Fault> {
        if changes.is_empty() { Ok(CommitOutcome::Committed) } else { store.commit(changes).await }
    }

    /// Records that the values were unused.
    pub fn record(&self, checks: &mut Checks) {
        for _ in 0..self.values {
            checks.pass("not_replayed");
        }
    }
}
