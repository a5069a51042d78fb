//! Changes of the authenticators of the user of an account page.

use model::{Actor, Authenticators, DirectoryChange, DirectoryOutcome, Fault, StoredRow};
use signin::factor::recovery_code::{self, RecoveryCode};

use super::{access::FreshProof, context::AccountContext};

impl AccountContext<'_> {
    /// Returns the authenticators to change: the stored ones, or none.
    pub(super) fn authenticators(&self) -> Authenticators {
        let user = self.user.user();
        let none = || Authenticators::new(user.tenant, user.id);
        self.user.stored().cloned().unwrap_or_else(none)
    }

    /// Replaces the authenticators if they are stored as they were read, and records the events.
    /// Returns whether they were.
    pub(super) async fn replace(
        &self,
        new: Authenticators,
        _proof: &FreshProof,
    ) -> Result<bool, Fault> {
        let (service, stored) = (&self.incoming.service, self.user.stored().cloned());
        let store = self.user.store(service);
        let row = StoredRow::Authenticators(new.tenant, new.user, stored);
        let changes = vec![DirectoryChange::PutAuthenticators(new)];
        let mut events = store.events_of(&changes, self.incoming.context.now()).await?;
        if store.apply_if_stored(vec![row], changes).await? != DirectoryOutcome::Applied {
            return Ok(false);
        }
        for event in &mut events {
            event.actor = Some(Actor::User { username: event.subject.clone() });
        }
        service.record_events(events).await;
        Ok(true)
    }

    /// Creates a set of recovery codes.
    pub(super) fn new_recovery_codes(&self) -> Result<Vec<RecoveryCode>, Fault> {
        let seed = self.incoming.context.seed()?;
        Ok(recovery_code::new_codes(|label| seed.derive(label)))
    }
}
