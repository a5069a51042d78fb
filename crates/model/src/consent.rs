//! What a person allowed a client to do at a resource.

use serde::{Deserialize, Serialize};

use crate::{ClientId, TenantId, Timestamp, UserId};

/// A consent: one per (tenant, user, client, resource); a new one replaces it with the union.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The tenant.
    pub tenant: TenantId,
    /// Who consented.
    pub user: UserId,
    /// Which client may act.
    pub client: ClientId,
    /// The resource's identifier; empty for the OpenID scopes, which belong to no resource.
    pub resource: String,
    /// The scopes, without the resource in front.
    pub scopes: Vec<String>,
    /// When it was last given.
    pub given_at: Timestamp,
}
