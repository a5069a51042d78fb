//! A directory of its own: users, clients, keys, policies, issuer.

use serde::{Deserialize, Serialize};

use crate::{Seconds, TenantId, Timestamp};

/// A tenant. Nothing is ever shared between tenants.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its id, in the issuer and in every key of both store.
    pub id: TenantId,
    /// Its name in URLs: lower-case letters, digits, `-` and `.`; unique in the installation.
    pub name: String,
    /// What pages call it.
    pub display_name: String,
    /// Suspended tenants give nothing to anybody.
    pub suspended: bool,
    /// No token given before this moment is accepted any more.
    pub tokens_not_before: Timestamp,
    /// Makes pairwise `sub` values (OpenID Connect Core §8.1); never shown.
    pub pairwise_salt: [u8; 32],
    /// How long a session lasts when the person does not stay signed in.
    pub session_lifetime: Seconds,
    /// How long a session lasts when the person chose to stay signed in.
    pub persistent_session_lifetime: Seconds,
    /// How long a family of refresh tokens lasts at most.
    pub grant_lifetime: Seconds,
    /// How long a family of refresh tokens of a single-page app lasts at most.
    pub single_page_grant_lifetime: Seconds,
    /// How long a grant may go unused where refresh tokens rotate; elsewhere use leaves no trace.
    pub grant_idle_lifetime: Seconds,
    /// How long a signing key signs before the next takes over.
    pub signing_key_lifetime: Seconds,
    /// Where people's reports go.
    #[serde(default)]
    pub support: Support,
}

/// Where reports about a tenant go, besides its list of tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// A mail address.
    pub address: Option<String>,
    /// A program that is told by a signed request.
    pub webhook: Option<Webhook>,
}

/// A program that is told by a signed request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its URL: HTTPS.
    pub url: String,
    /// The secret that requests to it are signed with, sealed.
    pub sealed_secret: Vec<u8>,
}

impl Tenant {
    /// A tenant with the lifetimes that we advise.
    pub fn new(id: TenantId, name: &str, pairwise_salt: [u8; 32]) -> Self {
        Self {
            id,
            name: name.to_owned(),
            display_name: name.to_owned(),
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
        }
    }
}

impl std::fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Tenant({} {})", self.name, self.id)
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Webhook({})", self.url)
    }
}
