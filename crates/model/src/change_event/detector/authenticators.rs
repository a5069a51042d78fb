//! The events of changed authenticators.

use super::ChangeDetector;
use crate::change_event::lists::{authenticator_apps, passkeys};
use crate::{Authenticators, Directory, Fault};

impl ChangeDetector {
    /// Adds the events of changed authenticators.
    pub(super) async fn compare_authenticators(
        &mut self,
        after: &Authenticators,
        directory: &dyn Directory,
    ) -> Result<(), Fault> {
        let (tenant, id) = (after.tenant, after.user);
        let Some(user) = directory.user(tenant, id).await? else { return Ok(()) };
        let before = directory.authenticators(tenant, id).await?;
        let before = before.unwrap_or_else(|| Authenticators::new(tenant, id));
        self.set_user(&user);
        let kinds = ("authenticator_app_added", "authenticator_app_removed");
        self.compare_lists(&authenticator_apps(&before), &authenticator_apps(after), kinds);
        let kinds = ("passkey_added", "passkey_removed");
        self.compare_lists(&passkeys(&before), &passkeys(after), kinds);
        let (before, after) = (&before.recovery_codes, &after.recovery_codes);
        if before.created_at != after.created_at {
            self.push("recovery_codes_created", "");
        } else if after.digests.len() < before.digests.len() {
            self.push("recovery_code_used", &after.digests.len().to_string());
        }
        Ok(())
    }
}
