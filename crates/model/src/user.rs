//! A person in a tenant, and what it proves itself with.

use serde::{Deserialize, Serialize};

use crate::{TenantId, Timestamp, UserId};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its id, the claim `oid`.
    pub id: UserId,
    /// What it signs in with; compared in lower case; unique in the tenant.
    pub username: String,
    /// Its display name.
    pub name: String,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Whether the address was shown to be the person's own.
    pub email_verified: bool,
    /// A person that is switched off is given nothing.
    pub enabled: bool,
    /// No grant or session from before this moment is accepted: set when the password changes.
    pub tokens_not_before: Timestamp,
    /// Roles at resources.
    pub roles: Vec<RoleAssignment>,
    /// May use the administration pages of its tenant.
    #[serde(default)]
    pub administrator: bool,
}

/// A role that a person has at a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleAssignment {
    /// The resource's identifier.
    pub resource: String,
    /// The role's value.
    pub role: String,
}

/// A person's password, hashed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// Argon2id in the PHC string format.
    pub hash: String,
    /// When it was set.
    pub set_at: Timestamp,
}

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Password(set_at {:?})", self.set_at)
    }
}
