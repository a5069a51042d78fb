//! A user of a tenant and their password.

use serde::{Deserialize, Serialize};

use crate::{TenantId, Timestamp, UserId, UserProfile};

/// An end user (OpenID Connect Core §1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The tenant that the user belongs to.
    pub tenant: TenantId,
    /// The id: the claim `oid`.
    pub id: UserId,
    /// The user name for signing in. It is compared in lower case and unique in the tenant.
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
    /// Grants and sessions from before this time are refused. A password change sets it.
    pub tokens_not_before: Timestamp,
    /// The user's roles at resources.
    pub roles: Vec<RoleAssignment>,
    /// Whether the user may use the administration pages of the tenant.
    #[serde(default)]
    pub administrator: bool,
    /// Further attributes, which become standard claims.
    #[serde(default)]
    pub profile: Box<UserProfile>,
    /// When an attribute of the user last changed: the claim `updated_at`. Rows of earlier releases
    /// have none.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
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
    /// The Argon2id hash in the PHC string format.
    pub hash: String,
    /// When the password was set.
    pub set_at: Timestamp,
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
            tokens_not_before: Timestamp::default(),
            roles: Vec::new(),
            administrator: false,
            profile: Box::default(),
            updated_at: None,
        }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Password(set_at {:?})", self.set_at)
    }
}
