//! A user's consent to the access of a client at a resource.

use serde::{Deserialize, Serialize};

use crate::{ClientId, TenantId, Timestamp, UserId};

/// A consent. There is one for each tenant, user, client and resource. A new consent replaces it
/// with the union of the scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The tenant of the user and the client.
    pub tenant: TenantId,
    /// The user who consented.
    pub user: UserId,
    /// The client that may act for the user.
    pub client: ClientId,
    /// The identifier of the resource. Empty for OpenID scopes, which belong to no resource.
    pub resource: String,
    /// The scopes, without the resource as a prefix.
    pub scopes: Vec<String>,
    /// When the user last consented.
    pub given_at: Timestamp,
    /// Grants from before this time are refused: the consent was withdrawn then. It never goes
    /// back, so that a new consent does not revive them.
    #[serde(default)]
    pub grants_not_before: Timestamp,
}
