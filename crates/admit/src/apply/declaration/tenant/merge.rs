//! The row of a tenant after a declaration is applied.

use model::{AccountDeletion, Branding, PasswordReset, ProfileAttribute, Tenant};

use super::{AuthContextDeclaration, TenantDeclaration};
use crate::toml_document::Declared;

impl TenantDeclaration {
    /// Returns the row after the file is applied, with the stored `support`: its secret is planned
    /// on its own. `defaults` is the row of a new tenant.
    pub(crate) fn merge(&self, stored: Option<&Tenant>, defaults: &Tenant) -> Tenant {
        let stored = stored.unwrap_or(defaults);
        let signing_algs = self.signing_algs.clone().map(|algorithms| {
            algorithms.iter().map(|algorithm| algorithm.as_str().to_owned()).collect()
        });
        let auth_contexts = self
            .auth_contexts
            .clone()
            .map(|contexts| contexts.iter().map(AuthContextDeclaration::row).collect());
        let (password_minimum_length, password_reset) = self.merge_passwords(stored, defaults);
        let (profile_changes, account_deletion) = self.merge_account(stored, defaults);
        Tenant {
            id: stored.id,
            name: stored.name.clone(),
            display_name: self.display_name.merge(&stored.display_name, &defaults.display_name),
            suspended: self.suspended.merge(&stored.suspended, &defaults.suspended),
            tokens_not_before: stored.tokens_not_before,
            pairwise_salt: stored.pairwise_salt,
            session_lifetime: self
                .session_lifetime
                .merge(&stored.session_lifetime, &defaults.session_lifetime),
            persistent_session_lifetime: self
                .persistent_session_lifetime
                .merge(&stored.persistent_session_lifetime, &defaults.persistent_session_lifetime),
            session_idle_lifetime: self
                .session_idle_lifetime
                .merge(&stored.session_idle_lifetime, &defaults.session_idle_lifetime),
            persistent_session_idle_lifetime: self.persistent_session_idle_lifetime.merge(
                &stored.persistent_session_idle_lifetime,
                &defaults.persistent_session_idle_lifetime,
            ),
            grant_lifetime: self
                .grant_lifetime
                .merge(&stored.grant_lifetime, &defaults.grant_lifetime),
            single_page_grant_lifetime: self
                .single_page_grant_lifetime
                .merge(&stored.single_page_grant_lifetime, &defaults.single_page_grant_lifetime),
            grant_idle_lifetime: self
                .grant_idle_lifetime
                .merge(&stored.grant_idle_lifetime, &defaults.grant_idle_lifetime),
            signing_key_lifetime: self
                .signing_key_lifetime
                .merge(&stored.signing_key_lifetime, &defaults.signing_key_lifetime),
            signing_algs: signing_algs.merge(&stored.signing_algs, &defaults.signing_algs),
            issuer: self.issuer.clone().without_span().merge(&stored.issuer, &defaults.issuer),
            support: stored.support.clone(),
            branding: self.merge_branding(&stored.branding),
            time_zone: self.time_zone.merge_optional(stored.time_zone.as_ref()),
            second_factor: self.second_factor.merge(&stored.second_factor, &defaults.second_factor),
            auth_contexts: auth_contexts.merge(&stored.auth_contexts, &defaults.auth_contexts),
            passkeys: self.passkeys.merge(&stored.passkeys, &defaults.passkeys),
            password_minimum_length,
            password_reset,
            profile_changes,
            account_deletion,
            removals: stored.removals,
            deleted_users: stored.deleted_users.clone(),
        }
    }

    fn merge_passwords(&self, stored: &Tenant, defaults: &Tenant) -> (u16, PasswordReset) {
        let minimum = (&stored.password_minimum_length, &defaults.password_minimum_length);
        let reset = (&stored.password_reset, &defaults.password_reset);
        (
            self.password_minimum_length.merge(minimum.0, minimum.1),
            self.password_reset.merge(reset.0, reset.1),
        )
    }

    fn merge_account(
        &self,
        stored: &Tenant,
        defaults: &Tenant,
    ) -> (Vec<ProfileAttribute>, AccountDeletion) {
        let changes = (&stored.profile_changes, &defaults.profile_changes);
        let deletion = (&stored.account_deletion, &defaults.account_deletion);
        (
            self.profile_changes.merge(changes.0, changes.1),
            self.account_deletion.merge(deletion.0, deletion.1),
        )
    }

    fn merge_branding(&self, stored: &Branding) -> Branding {
        let logo = if self.logo == Declared::Absent { &self.logo_file } else { &self.logo };
        Branding {
            logo: logo.merge_optional(stored.logo.as_ref()),
            colour: self.colour.merge_optional(stored.colour.as_ref()),
        }
    }
}
