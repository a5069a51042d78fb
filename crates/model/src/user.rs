//! A user of a tenant and their password.

use serde::{Deserialize, Serialize};

use crate::{
    AcceptedTerms, Digest, Invitation, Registration, ReplacedValues, SessionId, TenantId,
    Timestamp, UserId, UserProfile, after_revocation_of_user,
};

/// An end user (OpenID Connect Core §1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The tenant that the user belongs to.
    pub tenant: TenantId,
    /// The id: the claim `oid`.
    pub id: UserId,
    /// The user name for signing in. It is compared by its [key](crate::username_key) and unique in
    /// the tenant. Names of earlier releases may have one key; each is then found by its exact
    /// spelling.
    pub username: String,
    /// The display name.
    pub name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether the user has proven that the address is theirs.
    pub email_verified: bool,
    /// Whether the user may sign in. No tokens are issued for a disabled user.
    pub enabled: bool,
    /// When the user was disabled. `None` for an enabled user, and for one who was disabled before
    /// this time was stored.
    #[serde(default)]
    pub disabled_at: Option<Timestamp>,
    /// From this time on, the user is refused like a disabled one. `None` if they do not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Grants and sessions from before this time are refused. A password change sets it.
    pub tokens_not_before: Timestamp,
    /// Proofs of a password from before this time are not accepted: unfinished sign-ins and device
    /// cookies. A new password sets it, also one that leaves the sessions. Rows of earlier releases
    /// have none.
    #[serde(default)]
    pub proofs_not_before: Timestamp,
    /// SHA-256 of the hash of the declared password, if the user has replaced it themselves. A
    /// declaration that still has this hash leaves the password of the user.
    #[serde(default)]
    pub replaced_password: Option<Digest>,
    /// Whether an administrator set the password for the first sign-in only: the user replaces it
    /// then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub must_change_password: bool,
    /// The attributes that the user has changed themselves.
    #[serde(default, skip_serializing_if = "ReplacedValues::is_empty")]
    pub replaced_values: ReplacedValues,
    /// Sessions from before this time are refused. Grants go on.
    #[serde(default)]
    pub sessions_not_before: Timestamp,
    /// The sessions that went on when the user ended all others, newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_sessions: Vec<KeptSession>,
    /// The user's roles at resources.
    pub roles: Vec<RoleAssignment>,
    /// Whether the user may use the administration pages of the tenant.
    #[serde(default)]
    pub administrator: bool,
    /// Whether the user may reset their password by a mail, where the policy of the tenant allows
    /// it.
    #[serde(default = "password_reset", skip_serializing_if = "bool::clone")]
    pub password_reset: bool,
    /// Further attributes, which become standard claims.
    #[serde(default)]
    pub profile: Box<UserProfile>,
    /// When an attribute of the user last changed: the claim `updated_at`. Rows of earlier releases
    /// have none.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// The origin of the account, if no declaration or command added it. `admit apply --prune`
    /// leaves such users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
    /// The invitation that the user has not accepted yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Box<Invitation>>,
    /// The terms of use that the user accepted last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_terms: Option<AcceptedTerms>,
}

/// A session that went on when the user ended all others. It is accepted until the next revocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSession {
    /// The id.
    pub id: SessionId,
    /// `tokens_not_before` of the user at that time.
    pub tokens_not_before: Timestamp,
    /// `sessions_not_before` of the user at that time.
    pub sessions_not_before: Timestamp,
}

/// A role of a user at a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleAssignment {
    /// The identifier of the resource.
    pub resource: String,
    /// The value of the role.
    pub role: String,
}

/// A user's hashed password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// The Argon2id hash in the PHC string format, or a hash of another system until the first
    /// successful sign-in.
    pub hash: String,
    /// When the password was set.
    pub set_at: Timestamp,
    /// The preparation of the password before it was hashed.
    #[serde(default)]
    pub preparation: PasswordPreparation,
    /// SHA-256 of the hash that was set, if others replaced it after successful sign-ins. A
    /// declaration with that hash names the same password.
    #[serde(default)]
    pub rehashed_from: Option<Digest>,
}

/// The preparation of a password before it is hashed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordPreparation {
    /// None: the bytes that the user typed. Hashes of earlier releases and of other systems.
    #[default]
    Raw,
    /// OpaqueString (RFC 8265 §4.2): normalization form C, with spaces of ASCII.
    Nfc,
}

impl Password {
    /// The beginning of the hashes of new passwords, unless the configuration sets another cost.
    pub const USUAL_BEGINNING: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
}

impl User {
    /// Creates an enabled user without roles. Their display name is their user name.
    pub fn new(tenant: TenantId, id: UserId, username: &str) -> Self {
        Self {
            tenant,
            id,
            username: username.to_owned(),
            name: username.to_owned(),
            email: None,
            email_verified: false,
            enabled: true,
            disabled_at: None,
            expires: None,
            tokens_not_before: Timestamp::default(),
            proofs_not_before: Timestamp::default(),
            replaced_password: None,
            must_change_password: false,
            replaced_values: ReplacedValues::new(),
            sessions_not_before: Timestamp::default(),
            kept_sessions: Vec::new(),
            roles: Vec::new(),
            administrator: false,
            password_reset: password_reset(),
            profile: Box::default(),
            updated_at: None,
            registration: None,
            invitation: None,
            accepted_terms: None,
        }
    }

    /// Returns whether the user may sign in and get tokens: they are enabled, and have not expired.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.enabled && self.expired_at(now).is_none()
    }

    /// Returns since when the user is expired. `None` if they are not.
    pub fn expired_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.expires.filter(|expires| *expires <= now)
    }

    /// Returns the row with the times of its change from the stored row: `updated_at` if a claim
    /// changes, `disabled_at` if the user is disabled by it. What was given before a user expired,
    /// or was disabled or removed, stays refused when they are enabled or added again.
    #[must_use]
    pub fn changed_at(self, before: Option<&Self>, now: Timestamp) -> Self {
        let is_updated = before.is_none_or(|before| self.claims() != before.claims());
        let updated_at =
            if is_updated { Some(now) } else { before.and_then(|before| before.updated_at) };
        let disabled_at = match before.filter(|before| !before.enabled) {
            _ if self.enabled => None,
            Some(before) => before.disabled_at,
            None => Some(now),
        };
        let tokens_not_before = match before {
            Some(before) if before.is_active(now) == self.is_active(now) => self.tokens_not_before,
            _ if self.is_active(now) => self.tokens_not_before.max(now),
            _ => after_revocation_of_user(now, self.generation()),
        };
        Self { disabled_at, tokens_not_before, updated_at, ..self }
    }

    /// Returns the security generation, which unfinished sign-ins and device cookies contain. It is
    /// another one after each revocation and each new password.
    pub fn generation(&self) -> Timestamp {
        self.tokens_not_before.max(self.proofs_not_before)
    }

    /// Returns the row with a password that was set at `now`. The sessions and grants go on.
    #[must_use]
    pub fn with_new_password(self, now: Timestamp) -> Self {
        Self { proofs_not_before: after_revocation_of_user(now, self.generation()), ..self }
    }

    /// Returns the row with all sessions and grants revoked at `now`.
    #[must_use]
    pub fn with_revocation(self, now: Timestamp) -> Self {
        Self { tokens_not_before: after_revocation_of_user(now, self.generation()), ..self }
    }

    /// Returns what apps see of the user as claims.
    fn claims(&self) -> (&str, &str, Option<&str>, bool, &UserProfile) {
        let Self { username, name, email, email_verified, profile, .. } = self;
        (username, name, email.as_deref(), *email_verified, profile)
    }
}

const fn password_reset() -> bool {
    true
}

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Password(set_at {:?})", self.set_at)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn generation_differs_after_each_new_password_and_revocation() {
        // Alternates both at one time, and with a clock that went back.
        let (tenant, id) = (TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let at = Timestamp::from_seconds(9);
        let first = User::new(tenant, id, "ana").with_new_password(at);
        assert_eq!((first.generation(), first.tokens_not_before), (at, Timestamp::default()));
        let second = first.clone().with_revocation(at);
        assert!(second.tokens_not_before > first.generation());
        let third = second.clone().with_new_password(Timestamp::from_seconds(8));
        assert_eq!(third.tokens_not_before, second.tokens_not_before);
        assert!(third.generation() > second.generation());
    }

    #[test]
    fn user_is_active_until_they_expire_or_are_disabled() {
        // Asks around the time of the expiry.
        let (tenant, id) = (TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let [before, at, after] = [8, 9, 10].map(Timestamp::from_seconds);
        let user = User { expires: Some(at), ..User::new(tenant, id, "ana") };
        assert_eq!([before, at, after].map(|now| user.is_active(now)), [true, false, false]);
        assert_eq!((user.expired_at(before), user.expired_at(after)), (None, Some(at)));
        assert!(User { expires: None, ..user.clone() }.is_active(after));
        assert!(!User { enabled: false, ..user }.is_active(before));
    }

    #[test]
    fn expiry_that_is_moved_revokes_only_across_the_present() {
        // Moves the expiry of a user within the future and the past, and from one to the other.
        let (tenant, id) = (TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let now = Timestamp::from_seconds(50);
        let expiring = |seconds: Option<i64>| User {
            expires: seconds.map(Timestamp::from_seconds),
            ..User::new(tenant, id, "ana")
        };
        for (before, after, is_revoked) in [
            (None, Some(90), false),
            (Some(90), Some(60), false),
            (Some(10), Some(20), false),
            (Some(90), Some(40), true),
            (Some(40), Some(90), true),
            (Some(40), None, true),
        ] {
            let changed = expiring(after).changed_at(Some(&expiring(before)), now);
            let expected = if is_revoked { now } else { Timestamp::default() };
            assert_eq!(changed.tokens_not_before, expected, "{before:?} {after:?}");
        }
    }

    #[test]
    fn times_of_a_user_follow_the_change_of_claims_and_of_the_switch() {
        // Changes each claim alone, then what is no claim, then the switch twice.
        let (tenant, id) = (TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let [first, second, third] = [1, 2, 3].map(Timestamp::from_seconds);
        let before = User::new(tenant, id, "ana").changed_at(None, first);
        assert_eq!(before.updated_at, Some(first));
        let profile = UserProfile { locale: Some("id".to_owned()), ..UserProfile::default() };
        for changed in [
            User { username: "ana.b".to_owned(), ..before.clone() },
            User { name: "Ana".to_owned(), ..before.clone() },
            User { email: Some("ana@acme.example".to_owned()), ..before.clone() },
            User { email_verified: true, ..before.clone() },
            User { profile: Box::new(profile), ..before.clone() },
        ] {
            assert_eq!(changed.changed_at(Some(&before), second).updated_at, Some(second));
        }
        let revoked = User { tokens_not_before: second, ..before.clone() };
        assert_eq!(revoked.changed_at(Some(&before), second).updated_at, Some(first));
        let disabled = User { enabled: false, ..before.clone() }.changed_at(Some(&before), second);
        assert_eq!((disabled.disabled_at, disabled.updated_at), (Some(second), Some(first)));
        let still = disabled.clone().changed_at(Some(&disabled), third);
        assert_eq!(still.disabled_at, Some(second));
        let enabled = User { enabled: true, ..disabled.clone() };
        assert_eq!(enabled.changed_at(Some(&disabled), third).disabled_at, None);
    }
}
