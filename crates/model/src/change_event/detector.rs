//! What a change of the directory changes, in the words that events have for it.

mod lists;

use std::borrow::Cow;

use crate::{
    Client, Directory, DirectoryChange, Event, Fault, Resource, SigningKeyRow, Tenant, TenantId,
    Timestamp, User,
};
use lists::{assigned, credentials, named, permissions};

impl Event {
    /// Every kind. Each has a text of its own, which shows subject and detail.
    pub const KINDS: &'static [&'static str] = &[
        // Of a tenant; the detail names the field that changed.
        "tenant_made",
        "tenant_suspended",
        "tenant_resumed",
        "tokens_revoked",
        "tenant_changed",
        // Of a client; the detail is the credential's id, the URI, the name.
        "client_made",
        "client_enabled",
        "client_disabled",
        "client_changed",
        "secret_added",
        "secret_removed",
        "key_added",
        "key_removed",
        "redirect_uri_added",
        "redirect_uri_removed",
        "grant_type_added",
        "grant_type_removed",
        "permission_added",
        "permission_removed",
        // Of a resource.
        "resource_made",
        "resource_enabled",
        "resource_disabled",
        "resource_changed",
        "scope_added",
        "scope_removed",
        "role_added",
        "role_removed",
        // Of a person.
        "user_enabled",
        "user_disabled",
        "user_tokens_revoked",
        "password_set",
        "administrator_added",
        "administrator_removed",
        "user_role_added",
        "user_role_removed",
        "username_changed",
        // Of a signing key: the subject is its id, the detail its algorithm.
        "key_made",
        "key_active",
        "key_withdrawn",
        Self::VERSION,
    ];

    /// The kind that says which version started.
    pub const VERSION: &'static str = "version";

    /// An event of one of the kinds.
    pub fn new(at: Timestamp, tenant: Option<TenantId>, what: (&'static str, &str, &str)) -> Self {
        let (kind, subject, detail) = what;
        debug_assert!(Self::KINDS.contains(&kind), "{kind} has no text");
        let (subject, detail) = (subject.to_owned(), detail.to_owned());
        Self { at, tenant, kind: Cow::Borrowed(kind), subject, detail }
    }

    /// What these changes will change, held against the directory as it is before them.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub async fn of(
        changes: &[DirectoryChange],
        directory: &dyn Directory,
        at: Timestamp,
    ) -> Result<Vec<Self>, Fault> {
        let mut events = Vec::new();
        for change in changes {
            let mut differ = Differ { at, tenant: None, subject: String::new(), events };
            differ.change(change, directory).await?;
            events = differ.events;
        }
        Ok(events)
    }
}

/// One row as it is, held against what it will be.
struct Differ {
    at: Timestamp,
    tenant: Option<TenantId>,
    subject: String,
    events: Vec<Event>,
}

impl Differ {
    async fn change(
        &mut self,
        change: &DirectoryChange,
        directory: &dyn Directory,
    ) -> Result<(), Fault> {
        match change {
            DirectoryChange::PutTenant(after) => {
                let before = directory.tenant(&after.id.to_string()).await?;
                self.about(after.id, after.name.clone());
                self.tenant_row(before.as_deref(), after);
            }
            DirectoryChange::PutClient(after) => {
                let before = directory.client(after.tenant, &after.id).await?;
                self.about(after.tenant, format!("{} ({})", after.name, after.id));
                self.client(before.as_deref(), after);
            }
            DirectoryChange::PutResource(after) => {
                let known = directory.resources(after.tenant).await?;
                let before = known.iter().find(|known| known.identifier == after.identifier);
                self.about(after.tenant, after.identifier.clone());
                self.resource(before, after);
            }
            DirectoryChange::PutUser(after) => {
                let before = directory.user(after.tenant, after.id).await?;
                self.about(after.tenant, after.username.clone());
                self.user(before.as_deref(), after);
            }
            DirectoryChange::PutPassword { tenant, user, .. } => {
                // Of a person who is made just now, it is no change.
                if let Some(user) = directory.user(*tenant, *user).await? {
                    self.about(*tenant, user.username.clone());
                    self.say("password_set", "");
                }
            }
            DirectoryChange::PutSigningKey(after) => {
                let known = directory.signing_keys(after.tenant).await?;
                if known.iter().all(|known| known.kid != after.kid) {
                    self.signing_key(after);
                }
            }
            DirectoryChange::RemoveSigningKey { tenant, kid } => {
                let known = directory.signing_keys(*tenant).await?;
                if let Some(key) = known.iter().find(|known| known.kid == *kid) {
                    self.about(*tenant, kid.clone());
                    self.say("key_withdrawn", &key.algorithm);
                }
            }
            // What people allow is theirs, and there is too much of it.
            DirectoryChange::PutConsent(_) => {}
        }
        Ok(())
    }

    fn about(&mut self, tenant: TenantId, subject: String) {
        self.tenant = Some(tenant);
        self.subject = subject;
    }

    fn say(&mut self, kind: &'static str, detail: &str) {
        let event = Event::new(self.at, self.tenant, (kind, &self.subject, detail));
        self.events.push(event);
    }

    fn turned(&mut self, (before, after): (bool, bool), (on, off): (&'static str, &'static str)) {
        if before != after {
            self.say(if after { on } else { off }, "");
        }
    }

    /// What is in one list and not in the other.
    fn lists(
        &mut self,
        before: &[(String, String)],
        after: &[(String, String)],
        (added, removed): (&'static str, &'static str),
    ) {
        for (name, _) in before.iter().filter(|one| !after.contains(one)) {
            self.say(removed, name);
        }
        for (name, _) in after.iter().filter(|one| !before.contains(one)) {
            self.say(added, name);
        }
    }

    fn tenant_row(&mut self, before: Option<&Tenant>, after: &Tenant) {
        let Some(before) = before else { return self.say("tenant_made", "") };
        self.turned((before.suspended, after.suspended), ("tenant_suspended", "tenant_resumed"));
        if before.tokens_not_before != after.tokens_not_before {
            self.say("tokens_revoked", "");
        }
        let persistent = before.persistent_session_lifetime != after.persistent_session_lifetime;
        let single_page = before.single_page_grant_lifetime != after.single_page_grant_lifetime;
        let changed = [
            ("display_name", before.display_name != after.display_name),
            ("session_lifetime", before.session_lifetime != after.session_lifetime),
            ("persistent_session_lifetime", persistent),
            ("grant_lifetime", before.grant_lifetime != after.grant_lifetime),
            ("single_page_grant_lifetime", single_page),
            ("grant_idle_lifetime", before.grant_idle_lifetime != after.grant_idle_lifetime),
            ("signing_key_lifetime", before.signing_key_lifetime != after.signing_key_lifetime),
            ("support", before.support != after.support),
        ];
        self.fields("tenant_changed", &changed);
    }

    fn fields(&mut self, kind: &'static str, changed: &[(&str, bool)]) {
        for (field, _) in changed.iter().filter(|(_, changed)| *changed) {
            self.say(kind, field);
        }
    }

    fn client(&mut self, before: Option<&Client>, after: &Client) {
        let Some(before) = before else { return self.say("client_made", "") };
        self.turned((before.enabled, after.enabled), ("client_enabled", "client_disabled"));
        let of = |client: &Client| credentials(client);
        let ([secrets_before, keys_before], [secrets, keys]) = (of(before), of(after));
        self.lists(&secrets_before, &secrets, ("secret_added", "secret_removed"));
        self.lists(&keys_before, &keys, ("key_added", "key_removed"));
        let of = |client: &Client| {
            let uris = client.redirect_uris.iter();
            uris.map(|one| (one.uri.clone(), format!("{:?}", one.platform))).collect::<Vec<_>>()
        };
        self.lists(&of(before), &of(after), ("redirect_uri_added", "redirect_uri_removed"));
        let of =
            |client: &Client| client.grant_types.iter().map(|name| named(name)).collect::<Vec<_>>();
        self.lists(&of(before), &of(after), ("grant_type_added", "grant_type_removed"));
        let kinds = ("permission_added", "permission_removed");
        self.lists(&permissions(before), &permissions(after), kinds);
        let rotation = before.refresh_token_rotation != after.refresh_token_rotation;
        let changed = [
            ("name", before.name != after.name),
            ("public", before.public != after.public),
            ("consent_granted", before.consent_granted != after.consent_granted),
            ("subject_type", before.subject_type != after.subject_type),
            ("id_token_alg", before.id_token_alg != after.id_token_alg),
            ("refresh_token_rotation", rotation),
            ("dpop_required", before.dpop_required != after.dpop_required),
            ("rehearsal", before.rehearsal != after.rehearsal),
        ];
        self.fields("client_changed", &changed);
    }

    fn resource(&mut self, before: Option<&Resource>, after: &Resource) {
        let Some(before) = before else { return self.say("resource_made", "") };
        self.turned((before.enabled, after.enabled), ("resource_enabled", "resource_disabled"));
        let of = |resource: &Resource| {
            let scopes = resource.scopes.iter();
            scopes.map(|one| (one.value.clone(), one.admin_only.to_string())).collect::<Vec<_>>()
        };
        self.lists(&of(before), &of(after), ("scope_added", "scope_removed"));
        let of = |resource: &Resource| {
            resource.roles.iter().map(|one| named(&one.value)).collect::<Vec<_>>()
        };
        self.lists(&of(before), &of(after), ("role_added", "role_removed"));
        let introspection = before.introspection_clients != after.introspection_clients;
        let changed = [
            ("default", before.default != after.default),
            ("token_alg", before.token_alg != after.token_alg),
            ("token_typ", before.token_typ != after.token_typ),
            ("token_lifetime", before.token_lifetime != after.token_lifetime),
            ("introspection_clients", introspection),
        ];
        self.fields("resource_changed", &changed);
    }

    fn user(&mut self, before: Option<&User>, after: &User) {
        let was_administrator = before.is_some_and(|before| before.administrator);
        let kinds = ("administrator_added", "administrator_removed");
        self.turned((was_administrator, after.administrator), kinds);
        // A tenant may have more people than a chart has room for.
        let Some(before) = before else { return };
        self.turned((before.enabled, after.enabled), ("user_enabled", "user_disabled"));
        if before.tokens_not_before != after.tokens_not_before {
            self.say("user_tokens_revoked", "");
        }
        let kinds = ("user_role_added", "user_role_removed");
        self.lists(&assigned(before), &assigned(after), kinds);
        if before.username != after.username {
            self.say("username_changed", &before.username);
        }
    }

    fn signing_key(&mut self, key: &SigningKeyRow) {
        self.about(key.tenant, key.kid.clone());
        self.say("key_made", &key.algorithm);
        let from = key.signs_from.max(self.at);
        let active = ("key_active", self.subject.as_str(), key.algorithm.as_str());
        self.events.push(Event::new(from, self.tenant, active));
    }
}
