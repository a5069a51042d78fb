//! The row of a tenant after a declaration is applied.

use model::{AccountDeletion, AuthContext, Branding, ProfileAttribute, Seconds, Tenant, Timestamp};
use uuid::Uuid;

use super::{AuthContextDeclaration, SignUpDeclaration, TenantDeclaration};
use crate::toml_document::Declared;

impl TenantDeclaration {
    /// Returns the row after the file is applied, with the stored `support`: its secret is planned
    /// on its own. `defaults` is the row of a new tenant.
    pub(crate) fn merge(&self, stored: Option<&Tenant>, defaults: &Tenant) -> Tenant {
        let stored = stored.unwrap_or(defaults);
        let [session_lifetime, persistent_session_lifetime] =
            self.merge_session_lifetimes(stored, defaults);
        let [session_idle_lifetime, persistent_session_idle_lifetime] =
            self.merge_idle_lifetimes(stored, defaults);
        let [grant_lifetime, single_page_grant_lifetime, grant_idle_lifetime] =
            self.merge_grant_lifetimes(stored, defaults);
        let (second_factor_from, second_factor_browser_lifetime) = self.merge_times(stored);
        let (passkey_authenticators, passkey_attestation_roots) =
            self.merge_models(stored, defaults);
        let (minimum_length, with_second_factor, password_lifetime) =
            self.merge_passwords(stored, defaults);
        let (profile_changes, account_deletion) = self.merge_account(stored, defaults);
        Tenant {
            id: stored.id,
            name: stored.name.clone(),
            display_name: self.display_name.merge(&stored.display_name, &defaults.display_name),
            suspended: self.suspended.merge(&stored.suspended, &defaults.suspended),
            tokens_not_before: stored.tokens_not_before,
            pairwise_salt: stored.pairwise_salt,
            session_lifetime,
            persistent_session_lifetime,
            session_idle_lifetime,
            persistent_session_idle_lifetime,
            grant_lifetime,
            single_page_grant_lifetime,
            grant_idle_lifetime,
            signing_key_lifetime: self
                .signing_key_lifetime
                .merge(&stored.signing_key_lifetime, &defaults.signing_key_lifetime),
            signing_algs: self.algorithms().merge(&stored.signing_algs, &defaults.signing_algs),
            issuer: self.issuer.clone().without_span().merge(&stored.issuer, &defaults.issuer),
            support: stored.support.clone(),
            branding: self.merge_branding(&stored.branding),
            time_zone: self.time_zone.merge_optional(stored.time_zone.as_ref()),
            second_factor: self.second_factor.merge(&stored.second_factor, &defaults.second_factor),
            second_factor_from,
            second_factor_browser_lifetime,
            auth_contexts: self.contexts().merge(&stored.auth_contexts, &defaults.auth_contexts),
            passkeys: self.passkeys.merge(&stored.passkeys, &defaults.passkeys),
            passkey_authenticators,
            passkey_attestation_roots,
            password_minimum_length: minimum_length,
            password_minimum_length_with_second_factor: with_second_factor,
            password_lifetime,
            password_reset: self
                .password_reset
                .merge(&stored.password_reset, &defaults.password_reset),
            allowed_networks: self
                .allowed_networks
                .merge(&stored.allowed_networks, &defaults.allowed_networks),
            sign_up: Box::new(SignUpDeclaration::merge(&self.sign_up, &stored.sign_up)),
            profile_changes,
            account_deletion,
            removals: stored.removals,
            deleted_users: stored.deleted_users.clone(),
        }
    }

    /// Returns the lifetimes of sessions: of users who do not choose to stay signed in, and of
    /// those who do.
    fn merge_session_lifetimes(&self, stored: &Tenant, defaults: &Tenant) -> [Seconds; 2] {
        let persistent =
            (&stored.persistent_session_lifetime, &defaults.persistent_session_lifetime);
        [
            self.session_lifetime.merge(&stored.session_lifetime, &defaults.session_lifetime),
            self.persistent_session_lifetime.merge(persistent.0, persistent.1),
        ]
    }

    /// Returns the times without use after which sessions end: of users who do not choose to stay
    /// signed in, and of those who do.
    fn merge_idle_lifetimes(&self, stored: &Tenant, defaults: &Tenant) -> [Seconds; 2] {
        let idle = (&stored.session_idle_lifetime, &defaults.session_idle_lifetime);
        let persistent =
            (&stored.persistent_session_idle_lifetime, &defaults.persistent_session_idle_lifetime);
        [
            self.session_idle_lifetime.merge(idle.0, idle.1),
            self.persistent_session_idle_lifetime.merge(persistent.0, persistent.1),
        ]
    }

    /// Returns the lifetimes of grants: in general, of single-page apps, and without use.
    fn merge_grant_lifetimes(&self, stored: &Tenant, defaults: &Tenant) -> [Seconds; 3] {
        let single_page =
            (&stored.single_page_grant_lifetime, &defaults.single_page_grant_lifetime);
        let idle = (&stored.grant_idle_lifetime, &defaults.grant_idle_lifetime);
        [
            self.grant_lifetime.merge(&stored.grant_lifetime, &defaults.grant_lifetime),
            self.single_page_grant_lifetime.merge(single_page.0, single_page.1),
            self.grant_idle_lifetime.merge(idle.0, idle.1),
        ]
    }

    /// Returns the names of the algorithms.
    fn algorithms(&self) -> Declared<Vec<String>> {
        self.signing_algs.clone().map(|algorithms| {
            algorithms.iter().map(|algorithm| algorithm.as_str().to_owned()).collect()
        })
    }

    /// Returns the rows of the authentication contexts.
    fn contexts(&self) -> Declared<Vec<AuthContext>> {
        let declared = self.auth_contexts.clone();
        declared.map(|contexts| contexts.iter().map(AuthContextDeclaration::row).collect())
    }

    /// Returns from when a second factor is required, and for how long a browser counts as known.
    fn merge_times(&self, stored: &Tenant) -> (Option<Timestamp>, Option<Seconds>) {
        let lifetime = stored.second_factor_browser_lifetime.as_ref();
        (
            self.second_factor_from.merge_optional(stored.second_factor_from.as_ref()),
            self.second_factor_browser_lifetime.merge_optional(lifetime),
        )
    }

    /// Returns the allowed models of passkeys, and the roots of their attestations.
    fn merge_models(&self, stored: &Tenant, defaults: &Tenant) -> (Vec<Uuid>, Vec<String>) {
        let models = self.passkey_authenticators.clone();
        let models: Declared<Vec<Uuid>> =
            models.map(|models| models.into_iter().map(|model| model.value).collect());
        let roots = if self.passkey_attestation_roots == Declared::Absent {
            &self.passkey_attestation_roots_file
        } else {
            &self.passkey_attestation_roots
        };
        let (stored_roots, default_roots) =
            (&stored.passkey_attestation_roots, &defaults.passkey_attestation_roots);
        (
            models.merge(&stored.passkey_authenticators, &defaults.passkey_authenticators),
            roots.merge(stored_roots, default_roots),
        )
    }

    /// Returns the least lengths of passwords, without and with a second factor, and their
    /// lifetime.
    fn merge_passwords(
        &self,
        stored: &Tenant,
        defaults: &Tenant,
    ) -> (u16, Option<u16>, Option<Seconds>) {
        let with_second_factor = &self.password_minimum_length_with_second_factor;
        (
            self.password_minimum_length
                .merge(&stored.password_minimum_length, &defaults.password_minimum_length),
            with_second_factor
                .merge_optional(stored.password_minimum_length_with_second_factor.as_ref()),
            self.password_lifetime.merge_optional(stored.password_lifetime.as_ref()),
        )
    }

    /// Returns what users may change of their own account.
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
