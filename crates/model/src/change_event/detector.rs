//! Detects the change events of a change of the directory.

mod authenticators;
mod user;

use super::fields::{self, Field};
use super::lists::{credentials, grant_types, permissions, redirect_uris, roles, scopes};
use crate::{
    ChangeEvent, Client, Directory, DirectoryChange, Fault, Resource, SealedSigningKey, Tenant,
    TenantId, Timestamp, User, UserId,
};

/// Maximum number of created users that have an event each.
const CREATED_USERS_MAX: u64 = 1_000;

/// Compares rows before and after a change, and collects the events.
pub(super) struct ChangeDetector {
    at: Timestamp,
    tenant: Option<TenantId>,
    subject: String,
    user: Option<UserId>,
    events: Vec<ChangeEvent>,
    created_users: u64,
}

impl ChangeDetector {
    pub(super) fn new(at: Timestamp) -> Self {
        let (tenant, user, subject, events) = (None, None, String::new(), Vec::new());
        Self { at, tenant, subject, user, events, created_users: 0 }
    }

    /// Returns the events, with one for all created users that have none of their own.
    pub(super) fn into_events(mut self) -> Vec<ChangeEvent> {
        if let Some(more @ 1..) = self.created_users.checked_sub(CREATED_USERS_MAX) {
            self.user = None;
            self.push("users_created", &more.to_string());
        }
        self.events
    }

    /// Adds the events of one change.
    pub(super) async fn compare(
        &mut self,
        change: &DirectoryChange,
        directory: &dyn Directory,
    ) -> Result<(), Fault> {
        match change {
            DirectoryChange::PutTenant(after) => {
                let before = directory.tenant(&after.id.to_string()).await?;
                self.set_subject(after.id, after.name.clone());
                self.compare_tenant(before.as_deref(), after);
            }
            DirectoryChange::PutClient(after) => {
                let before = directory.client(after.tenant, &after.id).await?;
                self.set_subject(after.tenant, format!("{} ({})", after.name, after.id));
                self.compare_client(before.as_deref(), after);
            }
            DirectoryChange::PutResource(after) => {
                let stored = directory.resources(after.tenant).await?;
                let before = stored.iter().find(|row| row.identifier == after.identifier);
                self.set_subject(after.tenant, after.identifier.clone());
                self.compare_resource(before, after);
            }
            DirectoryChange::PutUser(after) => {
                let before = directory.user(after.tenant, after.id).await?;
                self.set_user(after);
                self.compare_user(before.as_deref(), after);
            }
            DirectoryChange::RemoveClient { .. }
            | DirectoryChange::RemoveResource { .. }
            | DirectoryChange::RemoveUser { .. } => {
                self.record_removal(change, directory).await?;
            }
            DirectoryChange::PutPassword { .. } | DirectoryChange::PutAuthenticators(_) => {
                self.compare_factors(change, directory).await?;
            }
            DirectoryChange::PutSigningKey(after) => {
                let stored = directory.signing_keys(after.tenant).await?;
                if stored.iter().all(|row| row.kid != after.kid) {
                    self.record_signing_key(after);
                }
            }
            DirectoryChange::RemoveSigningKey { tenant, kid } => {
                let stored = directory.signing_keys(*tenant).await?;
                if let Some(key) = stored.iter().find(|row| row.kid == *kid) {
                    self.set_subject(*tenant, kid.clone());
                    self.push("signing_key_revoked", &key.algorithm);
                }
            }
            DirectoryChange::PutConsent(after) if after.scopes.is_empty() => {
                let (user, app) = ((after.tenant, after.user), after.client.as_str());
                self.record_of_user(user, ("consent_withdrawn", app), directory).await?;
            }
            // Consents are users' own choices. A password that is hashed anew stays the same.
            DirectoryChange::PutConsent(_)
            | DirectoryChange::RehashPassword { .. }
            | DirectoryChange::RecordLedger(_) => {}
        }
        Ok(())
    }

    /// Adds the events of a changed password or of changed authenticators.
    async fn compare_factors(
        &mut self,
        change: &DirectoryChange,
        directory: &dyn Directory,
    ) -> Result<(), Fault> {
        match change {
            DirectoryChange::PutPassword { tenant, user, .. } => {
                // A user whom the same list creates is not stored yet.
                self.record_of_user((*tenant, *user), ("password_set", ""), directory).await?;
            }
            DirectoryChange::PutAuthenticators(after) => {
                self.compare_authenticators(after, directory).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds an event of a stored user.
    async fn record_of_user(
        &mut self,
        (tenant, user): (TenantId, UserId),
        (kind, detail): (&'static str, &str),
        directory: &dyn Directory,
    ) -> Result<(), Fault> {
        if let Some(user) = directory.user(tenant, user).await? {
            self.set_user(&user);
            self.push(kind, detail);
        }
        Ok(())
    }

    /// Adds the event of a removed client, resource or user.
    async fn record_removal(
        &mut self,
        change: &DirectoryChange,
        directory: &dyn Directory,
    ) -> Result<(), Fault> {
        match change {
            DirectoryChange::RemoveClient { tenant, client } => {
                if let Some(row) = directory.client(*tenant, client).await? {
                    self.set_subject(*tenant, format!("{} ({})", row.name, row.id));
                    self.push("client_removed", "");
                }
            }
            DirectoryChange::RemoveResource { tenant, identifier } => {
                self.set_subject(*tenant, identifier.clone());
                self.push("resource_removed", "");
            }
            DirectoryChange::RemoveUser { tenant, user } => {
                if let Some(row) = directory.user(*tenant, *user).await? {
                    self.set_user(&row);
                    self.push("user_removed", "");
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn set_subject(&mut self, tenant: TenantId, subject: String) {
        self.tenant = Some(tenant);
        self.subject = subject;
        self.user = None;
    }

    fn set_user(&mut self, user: &User) {
        self.set_subject(user.tenant, user.username.clone());
        self.user = Some(user.id);
    }

    fn push(&mut self, kind: &'static str, detail: &str) {
        let event = ChangeEvent::new(self.at, self.tenant, (kind, &self.subject, detail));
        self.events.push(ChangeEvent { user: self.user, ..event });
    }

    fn record_toggle(
        &mut self,
        (before, after): (bool, bool),
        (on, off): (&'static str, &'static str),
    ) {
        if before != after {
            self.push(if after { on } else { off }, "");
        }
    }

    /// Adds an event for each pair of name and value that is in one list only.
    fn compare_lists(
        &mut self,
        before: &[(String, String)],
        after: &[(String, String)],
        (added, removed): (&'static str, &'static str),
    ) {
        for (name, _) in before.iter().filter(|one| !after.contains(one)) {
            self.push(removed, name);
        }
        for (name, _) in after.iter().filter(|one| !before.contains(one)) {
            self.push(added, name);
        }
    }

    fn compare_tenant(&mut self, before: Option<&Tenant>, after: &Tenant) {
        let Some(before) = before else { return self.push("tenant_created", "") };
        self.record_toggle(
            (before.suspended, after.suspended),
            ("tenant_suspended", "tenant_resumed"),
        );
        let times = (before.tokens_not_before, after.tokens_not_before);
        if times.0 != times.1 && before.suspended == after.suspended {
            self.push("tokens_revoked", "");
        }
        self.record_fields("tenant_changed", &fields::of_tenant(before, after));
    }

    fn record_fields(&mut self, kind: &'static str, changed: &[Field]) {
        for (field, _) in changed.iter().filter(|(_, changed)| *changed) {
            self.push(kind, field);
        }
    }

    fn compare_client(&mut self, before: Option<&Client>, after: &Client) {
        let Some(before) = before else { return self.push("client_created", "") };
        self.record_toggle((before.enabled, after.enabled), ("client_enabled", "client_disabled"));
        let times = (before.tokens_not_before, after.tokens_not_before);
        if times.0 != times.1 && before.enabled == after.enabled {
            self.push("client_tokens_revoked", "");
        }
        let ([secrets_before, keys_before], [secrets, keys]) =
            (credentials(before), credentials(after));
        self.compare_lists(&secrets_before, &secrets, ("secret_added", "secret_removed"));
        self.compare_lists(&keys_before, &keys, ("client_key_added", "client_key_removed"));
        let kinds = ("redirect_uri_added", "redirect_uri_removed");
        self.compare_lists(&redirect_uris(before), &redirect_uris(after), kinds);
        let kinds = ("grant_type_added", "grant_type_removed");
        self.compare_lists(&grant_types(before), &grant_types(after), kinds);
        let kinds = ("permission_added", "permission_removed");
        self.compare_lists(&permissions(before), &permissions(after), kinds);
        self.record_fields("client_changed", &fields::of_client(before, after));
    }

    fn compare_resource(&mut self, before: Option<&Resource>, after: &Resource) {
        let Some(before) = before else { return self.push("resource_created", "") };
        self.record_toggle(
            (before.enabled, after.enabled),
            ("resource_enabled", "resource_disabled"),
        );
        let times = (before.tokens_not_before, after.tokens_not_before);
        if times.0 != times.1 && before.enabled == after.enabled {
            self.push("resource_tokens_revoked", "");
        }
        self.compare_lists(&scopes(before), &scopes(after), ("scope_added", "scope_removed"));
        self.compare_lists(&roles(before), &roles(after), ("role_added", "role_removed"));
        self.record_fields("resource_changed", &fields::of_resource(before, after));
    }

    fn record_signing_key(&mut self, key: &SealedSigningKey) {
        self.set_subject(key.tenant, key.kid.clone());
        self.push("signing_key_created", &key.algorithm);
        let from = key.active_from.max(self.at);
        let active = ("signing_key_active", self.subject.as_str(), key.algorithm.as_str());
        self.events.push(ChangeEvent::new(from, self.tenant, active));
    }
}
