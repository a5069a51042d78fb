//! `scope` and `resource` (RFC 6749 §3.3, RFC 8707): what exists, and what the client may have.

use catalogue::Refusal;
use model::Client;
use serde::{Deserialize, Serialize};

use super::Facts;
use crate::{
    form::Form,
    scope::{OPENID_SCOPES, Requested},
};

/// What is asked for, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// The resource's identifier; empty where only OpenID scopes are asked for.
    pub resource: String,
    /// Scopes of it, without the resource in front.
    pub scopes: Vec<String>,
    /// `.default` was asked for.
    pub default: bool,
}

impl Scopes {
    /// Adds OpenID scopes to a request for a sign-in.
    pub(super) fn need(&mut self, needed: Vec<&'static str>) {
        let signs_in = self.openid_scopes.iter().any(|scope| scope == OPENID_SCOPES[0]);
        for scope in needed.into_iter().filter(|_| signs_in) {
            if !self.openid_scopes.iter().any(|asked| asked == scope) {
                self.openid_scopes.push(scope.to_owned());
            }
        }
    }
}

/// Resolves the scopes against the tenant's resources and the client's registration.
pub(super) fn check(form: &Form, client: &Client, facts: &Facts) -> Result<Scopes, Refusal> {
    let requested = Requested::resolve(form, &facts.resources)?;
    if requested.is_empty() {
        return Err(form.missing("scope"));
    }
    Ok(Scopes {
        scopes: requested.permitted_to(client, &facts.resources)?,
        resource: requested.resource.map(|it| it.identifier.clone()).unwrap_or_default(),
        default: requested.default,
        openid_scopes: requested.openid_scopes,
    })
}
