//! The rows of the directory that other processes have changed, for caches.

use serde::{Deserialize, Serialize};

use crate::{ClientId, DirectoryChange, TenantId, UserId};

/// The changes of the directory since a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalChanges {
    /// The version that they lead to.
    pub version: u64,
    /// The rows to read again.
    pub changed: ChangedRows,
}

/// The rows of the directory that must be read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedRows {
    /// Every row may have changed.
    All,
    /// Only these rows have changed.
    Rows(Vec<ChangedRow>),
}

/// The key of changed rows of the directory. Only rows that are cached have one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedRow {
    /// A tenant.
    Tenant(TenantId),
    /// A client.
    Client(TenantId, ClientId),
    /// The resources of a tenant.
    Resources(TenantId),
    /// A user.
    User(TenantId, UserId),
    /// The signing keys of a tenant.
    SigningKeys(TenantId),
}

impl ExternalChanges {
    /// Returns the changes of a store that knows only whether its version is another one.
    pub const fn of_version(version: u64, since: u64) -> Self {
        let changed =
            if version == since { ChangedRows::Rows(Vec::new()) } else { ChangedRows::All };
        Self { version, changed }
    }
}

impl ChangedRow {
    /// Returns the key of the rows that a change replaces or removes. `None` for passwords,
    /// authenticators, consents and the state of the directory, which are not cached.
    pub fn of(change: &DirectoryChange) -> Option<Self> {
        match change {
            DirectoryChange::PutTenant(tenant) => Some(Self::Tenant(tenant.id)),
            DirectoryChange::PutClient(client) => {
                Some(Self::Client(client.tenant, client.id.clone()))
            }
            DirectoryChange::RemoveClient { tenant, client } => {
                Some(Self::Client(*tenant, client.clone()))
            }
            DirectoryChange::PutResource(resource) => Some(Self::Resources(resource.tenant)),
            DirectoryChange::RemoveResource { tenant, .. } => Some(Self::Resources(*tenant)),
            DirectoryChange::PutUser(user) => Some(Self::User(user.tenant, user.id)),
            DirectoryChange::RemoveUser { tenant, user } => Some(Self::User(*tenant, *user)),
            DirectoryChange::PutSigningKey(key) => Some(Self::SigningKeys(key.tenant)),
            DirectoryChange::RemoveSigningKey { tenant, .. } => Some(Self::SigningKeys(*tenant)),
            DirectoryChange::PutPassword { .. }
            | DirectoryChange::RehashPassword { .. }
            | DirectoryChange::PutAuthenticators(_)
            | DirectoryChange::PutConsent(_)
            | DirectoryChange::RecordLedger(_) => None,
        }
    }
}
