//! Changes of the directory that no declaration can express.

use super::directory_change::{ATTEMPTS_MAX, OpenedTenant};
use crate::apply::{CommitOutcome, GuardedChanges};
use crate::error::CommandError;

impl OpenedTenant {
    /// Decides and commits a change that no declaration can express. If another process changes a
    /// row meanwhile, it is decided again.
    pub(super) async fn update<T>(
        &self,
        decide: impl AsyncFn() -> Result<(GuardedChanges, T), CommandError>,
    ) -> Result<T, CommandError> {
        let (result, outcome) = self.update_with_secret(decide).await?;
        outcome.map(|()| result)
    }

    /// As [`Self::update`], for a change with a generated secret.
    ///
    /// # Errors
    /// Nothing was changed. The inner error: it is not known, so the secret must be kept.
    pub(super) async fn update_with_secret<T>(
        &self,
        decide: impl AsyncFn() -> Result<(GuardedChanges, T), CommandError>,
    ) -> Result<(T, Result<(), CommandError>), CommandError> {
        let mut attempt = 1;
        loop {
            let (changes, result) = decide().await?;
            match changes.commit(&self.service).await? {
                CommitOutcome::Applied => return Ok((result, Ok(()))),
                CommitOutcome::Uncertain(error) => return Ok((result, Err(error))),
                CommitOutcome::Conflict(conflict) if attempt == ATTEMPTS_MAX => {
                    return Err(conflict.into_error());
                }
                CommitOutcome::Conflict(_) => attempt += 1,
            }
        }
    }
}
