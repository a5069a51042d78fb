//! A resource: an API that accepts access tokens and owns scopes and roles.

use serde::{Deserialize, Serialize};

use crate::{ClientId, LocalizedText, Seconds, TenantId, Timestamp, revocation_time::after_switch};

/// A registered resource (RFC 8707).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The tenant that registered it.
    pub tenant: TenantId,
    /// The identifier: an absolute URI without fragment, the `aud` of its tokens.
    pub identifier: String,
    /// The display name on pages.
    pub name: LocalizedText,
    /// Whether access tokens are issued for it.
    pub enabled: bool,
    /// Whether it is the tenant's default resource, which owns scopes without a resource prefix.
    pub default: bool,
    /// The scopes that a client may request on behalf of a user.
    pub scopes: Vec<Scope>,
    /// The roles that a client may have itself, or a user by assignment.
    pub roles: Vec<Role>,
    /// `alg` of its access tokens: `ES256` or `RS256`.
    pub token_alg: String,
    /// `typ` of its access tokens: `at+jwt` (RFC 9068 §2.1), or `JWT` for older libraries.
    pub token_typ: String,
    /// The lifetime of its access tokens.
    pub token_lifetime: Seconds,
    /// The clients with which the API itself introspects tokens (RFC 7662).
    pub introspection_clients: Vec<ClientId>,
    /// Grants and access tokens for this resource from before this time are refused.
    #[serde(default)]
    pub tokens_not_before: Timestamp,
}

/// A scope of a resource, without the identifier of the resource as a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The value in the claim `scp`.
    pub value: String,
    /// The description on the consent page.
    pub description: LocalizedText,
    /// Whether only an administrator may consent to it.
    pub admin_only: bool,
    /// The access that it gives, if declared. The consent page otherwise reads its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<ScopeAccess>,
}

/// The access that a scope gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeAccess {
    /// The client can read.
    Read,
    /// The client can make changes.
    Write,
}

impl Scope {
    /// Creates a scope to which users may consent.
    pub fn new(value: &str, description: impl Into<LocalizedText>) -> Self {
        Self {
            value: value.to_owned(),
            description: description.into(),
            admin_only: false,
            access: None,
        }
    }
}

impl ScopeAccess {
    /// Returns the name in a declaration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// A role of a resource: a value in the claim `roles`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// The value in the claim.
    pub value: String,
    /// The description of its meaning.
    pub description: LocalizedText,
}

impl Resource {
    /// Creates an enabled resource without scopes and roles. Its name is its identifier.
    pub fn new(tenant: TenantId, identifier: &str) -> Self {
        Self {
            tenant,
            identifier: identifier.to_owned(),
            name: identifier.into(),
            enabled: true,
            default: false,
            scopes: Vec::new(),
            roles: Vec::new(),
            token_alg: "ES256".to_owned(),
            token_typ: "at+jwt".to_owned(),
            token_lifetime: Seconds::hours(1),
            introspection_clients: Vec::new(),
            tokens_not_before: Timestamp::default(),
        }
    }

    /// Returns the row with the time of its change from the stored row. What was given before a
    /// resource was disabled or removed stays refused when it is enabled or added again.
    #[must_use]
    pub fn changed_at(self, before: Option<&Self>, now: Timestamp) -> Self {
        if before.is_some_and(|before| before.enabled == self.enabled) {
            return self;
        }
        let tokens_not_before = after_switch(now, self.tokens_not_before, self.enabled);
        Self { tokens_not_before, ..self }
    }

    /// Returns the scope with this value. Returns `None` if the resource does not own it.
    pub fn scope(&self, value: &str) -> Option<&Scope> {
        self.scopes.iter().find(|scope| scope.value == value)
    }
}
