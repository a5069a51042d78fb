//! A tenant: an isolated directory with its own issuer, keys, users and clients.

use serde::{Deserialize, Serialize};

use crate::{Digest, LocalizedText, Seconds, TenantId, Timestamp};

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
    /// The maximum lifetime of a grant and its refresh tokens.
    pub grant_lifetime: Seconds,
    /// The maximum lifetime of a grant of a single-page app.
    pub single_page_grant_lifetime: Seconds,
    /// The maximum time between uses of a grant whose refresh tokens rotate. Without rotation, the
    /// use of a grant is not stored.
    pub grant_idle_lifetime: Seconds,
    /// The time for which a signing key signs before the next one replaces it.
    pub signing_key_lifetime: Seconds,
    /// The recipients of users' reports.
    #[serde(default)]
    pub support: Support,
    /// The look of the pages.
    #[serde(default)]
    pub branding: Branding,
    /// The time zone of times on pages, a name of the IANA database such as `Asia/Jakarta`. With
    /// `None`, UTC.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// The number of changes that removed clients or users. The ids of new ones are derived from
    /// it, so that the id of a removed row is never given again.
    #[serde(default)]
    pub removals: u32,
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

/// The recipients of reports about a tenant, besides its list of tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// The e-mail address that receives each report.
    pub address: Option<String>,
    /// The webhook that receives each report.
    pub webhook: Option<Webhook>,
    /// The address that pages show to users who cannot sign in: an e-mail address or an `https`
    /// URL.
    #[serde(default)]
    pub contact: Option<String>,
}

/// A webhook: a program that receives reports in signed requests.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The HTTPS URL.
    pub url: String,
    /// The sealed secret that signs the requests.
    pub sealed_secret: Vec<u8>,
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
            persistent_session_lifetime: Seconds::days(90),
            grant_lifetime: Seconds::days(90),
            single_page_grant_lifetime: Seconds::hours(24),
            grant_idle_lifetime: Seconds::days(90),
            signing_key_lifetime: Seconds::days(90),
            support: Support::default(),
            branding: Branding::default(),
            time_zone: None,
            removals: 0,
        }
    }
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

impl std::fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Webhook({})", self.url)
    }
}
