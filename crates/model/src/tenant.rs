//! A tenant: an isolated directory with its own issuer, keys, users and clients.

mod sign_in_policy;
mod support;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    AccountDeletion, AuthContext, Digest, IpNetwork, LocalizedText, PasswordReset,
    ProfileAttribute, SecondFactor, Seconds, SignUp, TenantId, Timestamp,
    revocation_time::after_switch,
};

pub use support::{Support, Webhook};

/// A tenant. Tenants share nothing with each other.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// The id. It is part of the issuer and of every primary key in the store.
    pub id: TenantId,
    /// The name in URLs: lower-case letters, digits, `-` and `.`. Unique in the installation.
    pub name: String,
    /// The display name on pages.
    pub display_name: LocalizedText,
    /// Whether the tenant is suspended. A suspended tenant issues no tokens.
    pub suspended: bool,
    /// Tokens that were issued before this time are refused.
    pub tokens_not_before: Timestamp,
    /// The secret salt of pairwise `sub` values (OpenID Connect Core §8.1).
    pub pairwise_salt: [u8; 32],
    /// The lifetime of a session if the user does not stay signed in.
    pub session_lifetime: Seconds,
    /// The lifetime of a session if the user chose to stay signed in.
    pub persistent_session_lifetime: Seconds,
    /// The time without use after which a session ends if the user does not stay signed in.
    #[serde(default = "session_idle_lifetime")]
    pub session_idle_lifetime: Seconds,
    /// The time without use after which a session ends if the user chose to stay signed in.
    #[serde(default = "persistent_session_idle_lifetime")]
    pub persistent_session_idle_lifetime: Seconds,
    /// The maximum lifetime of a grant and its refresh tokens.
    pub grant_lifetime: Seconds,
    /// The maximum lifetime of a grant of a single-page app.
    pub single_page_grant_lifetime: Seconds,
    /// The maximum time between uses of a grant whose refresh tokens rotate. Without rotation, the
    /// use of a grant is not stored.
    pub grant_idle_lifetime: Seconds,
    /// The time for which a signing key signs before the next one replaces it.
    pub signing_key_lifetime: Seconds,
    /// The algorithms with which the tenant signs tokens: at least one of [`Tenant::SIGNING_ALGS`].
    #[serde(default = "all_signing_algs")]
    pub signing_algs: Vec<String>,
    /// The form of the tenant in the issuer. Every token contains the issuer, so it never changes.
    #[serde(default)]
    pub issuer: IssuerForm,
    /// The recipients of users' reports.
    #[serde(default)]
    pub support: Box<Support>,
    /// The look of the pages.
    #[serde(default)]
    pub branding: Branding,
    /// The time zone of times on pages, a name of the IANA database such as `Asia/Jakarta`. With
    /// `None`, UTC.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// When a second factor is required. A client can have another policy.
    #[serde(default)]
    pub second_factor: SecondFactor,
    /// The time from which a policy that requires a second factor of users without one is in
    /// effect. Until then they may postpone setting one up. With `None`, it is in effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_from: Option<Timestamp>,
    /// The time after two factors for which a browser is not a new one
    /// ([`SecondFactor::OnNewBrowser`]). With `None`, as long as the browser keeps its cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_browser_lifetime: Option<Seconds>,
    /// The authentication contexts that APIs can require.
    #[serde(default)]
    pub auth_contexts: Vec<AuthContext>,
    /// Whether users can sign in with passkeys and add them.
    #[serde(default = "passkeys")]
    pub passkeys: bool,
    /// The models of authenticators (AAGUIDs) that passkeys may be of: each passkey needs an
    /// attestation of its model. Empty: of any, without attestation.
    #[serde(default)]
    pub passkey_authenticators: Vec<Uuid>,
    /// The certificates that attestations must lead to, in DER as base64url.
    #[serde(default)]
    pub passkey_attestation_roots: Vec<String>,
    /// The least number of characters of a new password.
    #[serde(default = "password_minimum_length")]
    pub password_minimum_length: u16,
    /// The least number of characters of a new password of a user with a second factor. `None`: see
    /// [`Tenant::password_minimum_length_of`].
    #[serde(default)]
    pub password_minimum_length_with_second_factor: Option<u16>,
    /// The time after which a password must be replaced at the next sign-in. `None`: never.
    #[serde(default)]
    pub password_lifetime: Option<Seconds>,
    /// Whether users can reset a forgotten password themselves.
    #[serde(default)]
    pub password_reset: PasswordReset,
    /// The networks from which users may sign in. Empty if they may from everywhere. A client can
    /// have others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_networks: Vec<IpNetwork>,
    /// Whether people can create an account themselves.
    #[serde(default)]
    pub sign_up: Box<SignUp>,
    /// The attributes that users may change themselves.
    #[serde(default = "profile_changes")]
    pub profile_changes: Vec<ProfileAttribute>,
    /// Whether users may delete their account.
    #[serde(default)]
    pub account_deletion: AccountDeletion,
    /// The number of changes that removed clients or users. The ids of new ones are derived from
    /// it, so that the id of a removed row is never given again.
    #[serde(default)]
    pub removals: u32,
    /// The first eight bytes of a digest of the user name of each user who was deleted by
    /// themselves or by a command, newest last. A declaration does not add them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted_users: Vec<u64>,
}

/// The look of a tenant's pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// The logo.
    pub logo: Option<Logo>,
    /// The colour of buttons, as `#rrggbb`.
    pub colour: Option<String>,
}

/// An image that pages show. Two logos are equal if their digests are.
#[derive(Clone, Serialize, Deserialize)]
pub struct Logo {
    /// `image/png` or `image/svg+xml`.
    pub media_type: String,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// The file in base64url. The declaration limits its size.
    pub content: String,
}

/// The form of a tenant in its issuer and in the URLs that its metadata names. Requests under the
/// other form are served too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerForm {
    /// The id, as in Microsoft's issuers.
    #[default]
    Id,
    /// The name.
    Name,
}

impl Tenant {
    /// Creates a tenant with the recommended lifetimes.
    pub fn new(id: TenantId, name: &str, pairwise_salt: [u8; 32]) -> Self {
        Self {
            id,
            name: name.to_owned(),
            display_name: name.into(),
            suspended: false,
            tokens_not_before: Timestamp::default(),
            pairwise_salt,
            session_lifetime: Seconds::hours(24),
            persistent_session_lifetime: Seconds::days(30),
            session_idle_lifetime: session_idle_lifetime(),
            persistent_session_idle_lifetime: persistent_session_idle_lifetime(),
            grant_lifetime: Seconds::days(90),
            single_page_grant_lifetime: Seconds::hours(24),
            grant_idle_lifetime: Seconds::days(90),
            signing_key_lifetime: Seconds::days(90),
            signing_algs: all_signing_algs(),
            issuer: IssuerForm::default(),
            support: Box::default(),
            branding: Branding::default(),
            time_zone: None,
            second_factor: SecondFactor::default(),
            second_factor_from: None,
            second_factor_browser_lifetime: None,
            auth_contexts: Vec::new(),
            passkeys: passkeys(),
            passkey_authenticators: Vec::new(),
            passkey_attestation_roots: Vec::new(),
            password_minimum_length: password_minimum_length(),
            password_minimum_length_with_second_factor: None,
            password_lifetime: None,
            password_reset: PasswordReset::default(),
            allowed_networks: Vec::new(),
            sign_up: Box::default(),
            profile_changes: profile_changes(),
            account_deletion: AccountDeletion::default(),
            removals: 0,
            deleted_users: Vec::new(),
        }
    }

    /// Returns the row with the time of its change from the stored row. What was given before a
    /// tenant was suspended stays refused when it is resumed.
    #[must_use]
    pub fn changed_at(self, before: Option<&Self>, now: Timestamp) -> Self {
        if before.is_some_and(|before| before.suspended == self.suspended) {
            return self;
        }
        let tokens_not_before = after_switch(now, self.tokens_not_before, !self.suspended);
        Self { tokens_not_before, ..self }
    }

    /// Every algorithm with which a tenant can sign tokens (RFC 7518 §3.1).
    pub const SIGNING_ALGS: [&str; 2] = ["ES256", "RS256"];

    /// Returns whether the tenant signs tokens with this algorithm.
    pub fn signs_with(&self, algorithm: &str) -> bool {
        self.signing_algs.iter().any(|known| known == algorithm)
    }

    /// Returns the preferred algorithm if the tenant signs with it, otherwise its first one.
    pub fn signing_alg<'a>(&'a self, preferred: &'a str) -> &'a str {
        let first = self.signing_algs.first().map_or(preferred, String::as_str);
        if self.signs_with(preferred) { preferred } else { first }
    }
}

/// Returns the limit on inactivity of NIST SP 800-63B-4 §2.2.3 (AAL2). OWASP ASVS 5.0 requirement
/// 7.3.1 requires a limit, and 7.1.1 a justification of each deviation from that of NIST.
const fn session_idle_lifetime() -> Seconds {
    Seconds::hours(1)
}

/// Returns about half of the lifetime that NIST SP 800-63B-4 §2.1.3 recommends for AAL1, which
/// requires no limit on inactivity.
const fn persistent_session_idle_lifetime() -> Seconds {
    Seconds::days(14)
}

const fn passkeys() -> bool {
    true
}

const fn password_minimum_length() -> u16 {
    12
}

/// Returns what says nothing to apps about who the user is at their organisation. The address is
/// proven by a code.
fn profile_changes() -> Vec<ProfileAttribute> {
    use ProfileAttribute as Attribute;
    vec![Attribute::Name, Attribute::Email, Attribute::Locale, Attribute::Zoneinfo]
}

fn all_signing_algs() -> Vec<String> {
    Tenant::SIGNING_ALGS.map(str::to_owned).to_vec()
}

impl std::fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Tenant({} {})", self.name, self.id)
    }
}

impl PartialEq for Logo {
    fn eq(&self, other: &Self) -> bool {
        (&self.media_type, self.sha256) == (&other.media_type, other.sha256)
    }
}

impl Eq for Logo {}

impl std::fmt::Debug for Logo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Logo({}, {} characters)", self.media_type, self.content.len())
    }
}
