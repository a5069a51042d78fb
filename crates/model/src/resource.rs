//! An API that accepts access tokens; owns scopes and roles.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Seconds, TenantId};

/// A resource (RFC 8707) as its tenant registered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its identifier: an absolute URI without fragment, the `aud` of its tokens.
    pub identifier: String,
    /// What pages call it.
    pub name: String,
    /// No token is given for a resource that is switched off.
    pub enabled: bool,
    /// Scopes without a resource in front belong to the tenant's default resource.
    pub default: bool,
    /// What a client may do there on behalf of a person.
    pub scopes: Vec<Scope>,
    /// What a client may be there by itself, or a person by assignment.
    pub roles: Vec<Role>,
    /// `alg` of its access tokens: `ES256` or `RS256`.
    pub token_alg: String,
    /// `typ` of its access tokens: `at+jwt` (RFC 9068 §2.1), or `JWT` for libraries of old.
    pub token_typ: String,
    /// How long its access tokens last.
    pub token_lifetime: Seconds,
    /// Clients that the API itself uses to ask about tokens (RFC 7662).
    pub introspection_clients: Vec<ClientId>,
}

/// One scope of a resource, without the resource's identifier in front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The value, as in `scp`.
    pub value: String,
    /// What the consent page says of it.
    pub description: String,
    /// Only an administrator may consent to it.
    pub admin_only: bool,
}

/// One role of a resource, as in the claim `roles`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// The value.
    pub value: String,
    /// What it means.
    pub description: String,
}

impl Resource {
    /// Whether it owns a scope with this value.
    pub fn scope(&self, value: &str) -> Option<&Scope> {
        self.scopes.iter().find(|scope| scope.value == value)
    }
}
