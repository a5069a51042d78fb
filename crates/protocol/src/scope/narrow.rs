//! Narrows granted scopes to the requested ones, and checks that they are still permitted.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Client, Resource};

use super::{KnownScopes, Requested, mismatch, qualified};
use crate::{Checks, parameters::Parameters};

/// The subset of the granted scopes that a request uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NarrowedScopes {
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// Scopes of the resource, without the resource in front.
    pub scopes: Vec<String>,
    /// The response must name `.default`.
    pub default: bool,
}

/// Granted scopes and the resource to which they belong.
pub struct GrantedScopes<'a> {
    /// The resource; `None` if only OpenID scopes were granted.
    pub resource: Option<&'a Resource>,
    /// Scopes of the resource.
    pub scopes: &'a [String],
    /// OpenID scopes.
    pub openid_scopes: &'a [String],
}

/// Narrows the granted scopes to the requested ones (RFC 6749 §6). A request without scopes gets
/// all granted ones.
///
/// # Errors
/// The request has a scope or a resource that was not granted.
pub fn narrow(
    parameters: &Parameters,
    granted: &GrantedScopes<'_>,
    resources: &[Resource],
    checks: &mut Checks,
) -> Result<NarrowedScopes, Refusal> {
    let known = KnownScopes::of_grant(resources, granted.resource);
    let requested = Requested::resolve(parameters, &known)?;
    requested.warn_of_ignored(&known, checks);
    let all = NarrowedScopes {
        openid_scopes: granted.openid_scopes.to_vec(),
        scopes: granted.scopes.to_vec(),
        default: requested.default,
    };
    if requested.is_empty() {
        return Ok(all);
    }
    let granted_identifier = granted.resource.map(|resource| resource.identifier.as_str());
    if let Some(resource) = requested.resource
        && granted_identifier != Some(resource.identifier.as_str())
    {
        let granted = granted_identifier.unwrap_or("none");
        let comparison = Comparison::mismatch("resource", granted, &resource.identifier)
            .with_difference(Difference::new("not_granted"));
        return Err(match parameters.get("resource") {
            Some(identifier) => refusal::resource_not_granted(identifier),
            None => refusal::scope_wider_than_granted(parameters.get("scope").unwrap_or_default()),
        }
        .with(comparison));
    }
    if let Some(wider) = requested.values.iter().find(|value| !granted.scopes.contains(value)) {
        let comparison = match granted.resource.filter(|resource| resource.scope(wider).is_none()) {
            Some(resource) => mismatch::scope(wider, resource, resources),
            None => mismatch::not_among("not_granted", wider, granted.scopes),
        };
        return Err(refusal::scope_wider_than_granted(wider).with(comparison));
    }
    // Microsoft's libraries add OpenID scopes to every request, granted or not. They are ignored,
    // and the granted ones stay.
    let names_none = requested.values.is_empty() && requested.ignored.is_empty();
    let wants_all = requested.default || names_none;
    Ok(NarrowedScopes { scopes: if wants_all { all.scopes } else { requested.values }, ..all })
}

/// Checks that the client and the resource still have the granted scopes. An administrator may have
/// removed some since.
///
/// # Errors
/// A scope was removed from the client or from the resource.
pub fn still_permitted(
    scopes: &[String],
    resource: Option<&Resource>,
    client: &Client,
) -> Result<(), Refusal> {
    let Some(resource) = resource else { return Ok(()) };
    let permission = client.permission(&resource.identifier);
    let is_permitted = |scope: &&String| {
        resource.scope(scope).is_some() && permission.is_some_and(|it| it.scopes.contains(scope))
    };
    match scopes.iter().find(|scope| !is_permitted(scope)) {
        None => Ok(()),
        Some(removed) => {
            let scope = qualified(&resource.identifier, removed);
            let kind = match resource.scope(removed) {
                Some(_) => "no_longer_registered_for",
                None => "scope_removed",
            };
            let comparison =
                Comparison::new("scope").received(&scope).with_difference(Difference::new(kind));
            Err(refusal::consent_missing(&client.name, scope).with(comparison))
        }
    }
}
