//! `scope` and `resource` (RFC 6749 §3.3, RFC 8707): must exist, and be permitted to the client.

use catalogue::Refusal;
use model::Client;
use serde::{Deserialize, Serialize};

use super::AuthorizationInputs;
use crate::{
    Checks,
    parameters::Parameters,
    scope::{KnownScopes, OPENID_SCOPES, Requested},
};

/// The requested scopes, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// The resource's identifier; empty if only OpenID scopes are requested.
    pub resource: String,
    /// Scopes of the resource, without the resource in front.
    pub scopes: Vec<String>,
    /// `.default` was requested.
    pub default: bool,
    /// Scopes of the resource, as the request spells them, without those that have the resource in
    /// front.
    #[serde(default)]
    pub spellings: Vec<String>,
}

impl Scopes {
    /// Returns whether the request is one of OpenID Connect: it has the scope `openid`.
    pub(super) fn has_openid(&self) -> bool {
        self.openid_scopes.iter().any(|scope| scope == OPENID_SCOPES[0])
    }
}

/// Resolves the scopes against the tenant's resources and the client's registration.
pub(super) fn check(
    parameters: &Parameters,
    client: &Client,
    inputs: &AuthorizationInputs,
    checks: &mut Checks,
) -> Result<Scopes, Refusal> {
    let known = KnownScopes::of_users(&inputs.resources);
    let requested = Requested::resolve(parameters, &known)?;
    requested.warn_of_ignored(&known, checks);
    if requested.is_empty() {
        return Err(parameters.missing("scope"));
    }
    let resource = requested.resource.map(|it| it.identifier.clone()).unwrap_or_default();
    Ok(Scopes {
        scopes: requested.permitted_to(client, &inputs.resources)?,
        spellings: requested.spellings_without(&resource),
        resource,
        default: requested.default,
        openid_scopes: requested.openid_scopes,
    })
}
