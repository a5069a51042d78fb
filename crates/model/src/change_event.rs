//! Change events: what changed in the directory, and when.

mod actor;
mod detector;
mod fields;
mod lists;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use self::actor::Actor;

use self::detector::ChangeDetector;
use crate::{Directory, DirectoryChange, Fault, TenantId, Timestamp, UserId};

/// A change of the directory, or the start of another version of the service. Charts show it
/// beside the refusals that began after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeEvent {
    /// When it changed.
    pub at: Timestamp,
    /// The tenant, or `None` for the whole installation.
    pub tenant: Option<TenantId>,
    /// The kind: one of [`ChangeEvent::KINDS`].
    pub kind: Cow<'static, str>,
    /// The client, user, resource or key that changed.
    pub subject: String,
    /// The id of the user who changed, or whose access did. `None` for events about anything else,
    /// and for those of a build that did not store it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The actor of the change. `None` for events of a release that did not store it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// The changed value, such as a URI, the id of a credential or a version. Never a secret.
    pub detail: String,
}

impl ChangeEvent {
    /// Every kind. Each has a text of its own, which contains the subject and the detail.
    pub const KINDS: &'static [&'static str] = &[
        // Of a tenant. The detail of `tenant_changed` is the name of the field.
        "tenant_created",
        "tenant_suspended",
        "tenant_resumed",
        "tokens_revoked",
        "tenant_changed",
        // The detail is the number of credentials.
        "credentials_exported",
        // Of a client. The detail is the id of the credential, the URI or the name of the field.
        "client_created",
        "client_enabled",
        "client_disabled",
        "client_removed",
        "client_tokens_revoked",
        "client_changed",
        "secret_added",
        "secret_removed",
        "client_key_added",
        "client_key_removed",
        "redirect_uri_added",
        "redirect_uri_removed",
        "grant_type_added",
        "grant_type_removed",
        "permission_added",
        "permission_removed",
        // Of a resource.
        "resource_created",
        "resource_enabled",
        "resource_disabled",
        "resource_removed",
        "resource_changed",
        "resource_tokens_revoked",
        "scope_added",
        "scope_removed",
        "role_added",
        "role_removed",
        // Of a user.
        "user_created",
        // More users than have an event each. The detail is their number.
        "users_created",
        "user_enabled",
        "user_disabled",
        // The detail is the time from which the user is refused.
        "user_expiry_set",
        "user_expiry_removed",
        "user_removed",
        "user_tokens_revoked",
        "password_set",
        // The detail is the name of the app or passkey, or the number of codes that are left.
        "authenticator_app_added",
        "authenticator_app_removed",
        "passkey_added",
        "passkey_removed",
        "recovery_codes_created",
        "recovery_code_used",
        // Of a temporary access pass. The detail is the time at which it expires.
        "access_pass_created",
        "access_pass_used",
        "access_pass_revoked",
        "administrator_added",
        "administrator_removed",
        "password_reset_allowed",
        "password_reset_forbidden",
        "user_role_added",
        "user_role_removed",
        "username_changed",
        "user_signed_up",
        "user_invited",
        "invitation_accepted",
        "invitation_revoked",
        // The detail is the version.
        "terms_accepted",
        // The detail is the name of the attribute.
        "user_changed",
        // The detail is the `client_id`.
        "consent_withdrawn",
        "grant_revoked",
        "session_ended",
        // Of a signing key. The subject is its `kid`, the detail its algorithm.
        "signing_key_created",
        "signing_key_active",
        "signing_key_revoked",
        // Of the installation. The detail is a time, the generation or a number of seconds.
        "ledger_lost",
        "directory_restored",
        "clock_set_back",
        "clock_jumped_ahead",
        // Of the root key. The detail is its id, or the number of values.
        Self::ROOT_KEY,
        Self::RESEALED,
        Self::VERSION,
        // Security events, which add up within an hour. The subject is a client or a user, the
        // detail their number.
        "sign_in_locked",
        "code_replayed",
        "assertion_replayed",
        "refresh_token_replayed",
        "dpop_proof_replayed",
        "administrator_signed_in",
        "consent_given",
        // Of a client, as well. The subject is also what it answered.
        "logout_delivered",
        "logout_failed",
        "logout_abandoned",
        "logout_left_out",
    ];

    /// The kinds that add up within an hour.
    const FOLDED: [&'static str; 11] = [
        "sign_in_locked",
        "code_replayed",
        "assertion_replayed",
        "refresh_token_replayed",
        "dpop_proof_replayed",
        "administrator_signed_in",
        "consent_given",
        "logout_delivered",
        "logout_failed",
        "logout_abandoned",
        "logout_left_out",
    ];

    /// The kind for the start of another version.
    pub const VERSION: &'static str = "version";
    /// The kind for the first start with another root key.
    pub const ROOT_KEY: &'static str = "root_key_used";
    /// The kind for stored values that were sealed with another root key.
    pub const RESEALED: &'static str = "root_key_resealed";
    /// The kinds whose newest event is never deleted: they say since when something is as it is.
    pub const KEPT: [&'static str; 2] = [Self::VERSION, Self::ROOT_KEY];

    /// Creates an event from `(kind, subject, detail)`.
    pub fn new(
        at: Timestamp,
        tenant: Option<TenantId>,
        (kind, subject, detail): (&'static str, &str, &str),
    ) -> Self {
        debug_assert!(Self::KINDS.contains(&kind), "{kind} has no text");
        let (subject, detail) = (subject.to_owned(), detail.to_owned());
        Self { at, tenant, kind: Cow::Borrowed(kind), subject, user: None, actor: None, detail }
    }

    /// Returns the event as one about a user: names change, and a later user may get one.
    #[must_use]
    pub fn of_user(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    /// Returns whether events of this kind add up within an hour: they are many, and not about the
    /// directory.
    pub fn is_folded(&self) -> bool {
        Self::FOLDED.contains(&&*self.kind)
    }

    /// Returns the key of the events with which this one is added up: of its tenant, kind, subject
    /// and hour. `None` if it stays alone.
    pub fn fold_key(&self) -> Option<String> {
        let hour = self.at.seconds().div_euclid(3_600);
        let tenant = self.tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
        self.is_folded().then(|| format!("{tenant} {} {hour} {}", self.kind, self.subject))
    }

    /// Adds the number of another event with the same key.
    pub fn fold(&mut self, other: &Self) {
        let number = |event: &Self| event.detail.parse().unwrap_or(1_u64);
        self.detail = number(self).saturating_add(number(other)).to_string();
    }

    /// Returns the events of these changes, compared with the directory before them.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub async fn detect(
        changes: &[DirectoryChange],
        directory: &dyn Directory,
        at: Timestamp,
    ) -> Result<Vec<Self>, Fault> {
        let mut detector = ChangeDetector::new(at);
        for change in changes {
            detector.compare(change, directory).await?;
        }
        Ok(detector.into_events())
    }
}
