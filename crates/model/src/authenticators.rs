//! The authenticators of a user besides the password (NIST SP 800-63B-4 §3).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Digest, TenantId, Timestamp, UserId};

/// Maximum number of authenticator apps of a user.
pub const AUTHENTICATOR_APPS_MAX: usize = 5;

/// Everything besides the password with which a user can sign in: one row for each user who has
/// something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authenticators {
    /// The tenant of the user.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// The authenticator apps, oldest first, at most [`AUTHENTICATOR_APPS_MAX`].
    #[serde(default)]
    pub apps: Vec<AuthenticatorApp>,
    /// The recovery codes that were not used yet.
    #[serde(default)]
    pub recovery_codes: RecoveryCodes,
}

/// An app that shows time-based one-time codes (TOTP, RFC 6238): SHA-1, six digits, 30 seconds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatorApp {
    /// The id.
    pub id: Uuid,
    /// The name that the user gave it; may be empty.
    pub name: String,
    /// The secret that the app and the service share, sealed.
    pub sealed_secret: Vec<u8>,
    /// When it was added.
    pub added_at: Timestamp,
}

/// One-time codes for a user who has lost every other second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// SHA-256 of each code that was not used yet. A code has 80 random bits, so that its digest
    /// needs no salt and no slow hash.
    pub digests: Vec<Digest>,
    /// When the set was created. `None` if the user has never had one.
    pub created_at: Option<Timestamp>,
}

impl Authenticators {
    /// Returns the row of a user who has nothing yet.
    pub const fn new(tenant: TenantId, user: UserId) -> Self {
        let recovery_codes = RecoveryCodes { digests: Vec::new(), created_at: None };
        Self { tenant, user, apps: Vec::new(), recovery_codes }
    }

    /// Returns whether the user can pass a second step. Recovery codes alone do not count: they
    /// stand in for a second factor that was lost.
    pub const fn has_second_factor(&self) -> bool {
        !self.apps.is_empty()
    }
}

impl std::fmt::Debug for AuthenticatorApp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AuthenticatorApp({}, added_at {:?})", self.id, self.added_at)
    }
}
