//! The conditions of a guarded change of the directory.

use crate::{
    Authenticators, Client, ClientId, Password, Resource, SealedSigningKey, Tenant, TenantId, User,
    UserId,
};

/// A row of the directory as it was read when a change was decided. `None` if there was none.
///
/// A change that depends on rows is applied only if they are still stored as they were read. The
/// change of another process is then never overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredRow {
    /// A tenant.
    Tenant(TenantId, Option<Tenant>),
    /// A client.
    Client(TenantId, ClientId, Option<Client>),
    /// Every resource of a tenant, by identifier.
    Resources(TenantId, Vec<Resource>),
    /// A user.
    User(TenantId, UserId, Option<User>),
    /// The user with this name.
    Username(TenantId, String, Option<UserId>),
    /// The password of a user.
    Password(TenantId, UserId, Option<Password>),
    /// The authenticators of a user, besides the password.
    Authenticators(TenantId, UserId, Option<Authenticators>),
    /// Every signing key of a tenant, oldest first.
    SigningKeys(TenantId, Vec<SealedSigningKey>),
}

impl StoredRow {
    /// Returns the tenant of the row.
    pub const fn tenant(&self) -> TenantId {
        match self {
            Self::Tenant(tenant, _)
            | Self::Client(tenant, ..)
            | Self::Resources(tenant, _)
            | Self::User(tenant, ..)
            | Self::Username(tenant, ..)
            | Self::Password(tenant, ..)
            | Self::Authenticators(tenant, ..)
            | Self::SigningKeys(tenant, _) => *tenant,
        }
    }
}
