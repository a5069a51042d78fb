//! Changes of the authenticators of the user of an account page.

use model::{Authenticators, Fault};
use signin::factor::recovery_code::{self, RecoveryCode};

use super::{access::FreshProof, context::AccountContext};
use crate::authenticators;

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
        let (service, now) = (&self.incoming.service, self.incoming.context.now());
        let rows = (self.user.stored().cloned(), new);
        authenticators::replace(service, self.user.store(service), rows, now).await
    }

    /// Creates a set of recovery codes.
    pub(super) fn new_recovery_codes(&self) -> Result<Vec<RecoveryCode>, Fault> {
        let seed = self.incoming.context.seed()?;
        Ok(recovery_code::new_codes(|label| seed.derive(label)))
    }

    /// Gives the authenticators a set of recovery codes if the user had no second factor before, or
    /// has no codes left. Codes of before are replaced: an attacker who knows the password may have
    /// created them. Returns the new codes.
    pub(super) fn add_recovery_codes(
        &self,
        new: &mut Authenticators,
    ) -> Result<Option<Vec<RecoveryCode>>, Fault> {
        if self.user.has_second_factor() && !new.recovery_codes.digests.is_empty() {
            return Ok(None);
        }
        let codes = self.new_recovery_codes()?;
        new.recovery_codes = recovery_code::new_set(&codes, self.incoming.context.now());
        Ok(Some(codes))
    }
}
