//! The events of changed authenticators.

use super::ChangeDetector;
use crate::change_event::lists::{authenticator_apps, passkeys};
use crate::{AccessPass, Authenticators, Directory, Fault, format_utc};

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
        self.compare_access_passes(before.access_pass.as_ref(), after.access_pass.as_ref());
        let (before, after) = (&before.recovery_codes, &after.recovery_codes);
        if before.created_at != after.created_at {
            self.push("recovery_codes_created", "");
        } else if after.digests.len() < before.digests.len() {
            self.push("recovery_code_used", &after.digests.len().to_string());
        }
        Ok(())
    }

    fn compare_access_passes(&mut self, before: Option<&AccessPass>, after: Option<&AccessPass>) {
        let (pass, kind) = match (before, after) {
            (Some(before), Some(after)) if before.digest == after.digest => {
                if before.last_used_at == after.last_used_at {
                    return;
                }
                (after, "access_pass_used")
            }
            (_, Some(after)) => (after, "access_pass_created"),
            (Some(before), None) => (before, "access_pass_revoked"),
            (None, None) => return,
        };
        self.push(kind, &format_utc(pass.expires_at));
    }
}
