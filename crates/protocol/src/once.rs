//! One-time values that a request carries, and what to say when one comes again.

use catalogue::Refusal;
use model::{Change, Mark, Outcome, Store};

use crate::{Checks, Failure};

/// A value that is good once.
#[derive(Clone, Debug)]
pub struct Once {
    /// What is remembered of it.
    pub mark: Mark,
    /// The refusal for whoever sends it again.
    pub replayed: Refusal,
}

impl Once {
    /// Remembers the value, durably, before anything follows from it.
    ///
    /// # Errors
    /// It was used before, or a fault.
    pub async fn spend(&self, store: &dyn Store, checks: &mut Checks) -> Result<(), Failure> {
        match store.commit(vec![Change::MarkUsed(self.mark.clone())]).await? {
            Outcome::Done => {
                checks.pass("first_use");
                Ok(())
            }
            Outcome::Conflict => Err(self.replayed.clone().into()),
        }
    }
}
