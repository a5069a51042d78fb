//! Less than was given: what a later request wants of it, and what may still be given of it.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Client, Resource};

use super::{Requested, nearest, qualified};
use crate::form::Form;

/// What of an earlier authorization a request wants to use now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowed {
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// Scopes of the resource, without the resource in front.
    pub scopes: Vec<String>,
    /// `.default` is to be named in the answer.
    pub default: bool,
}

/// Scopes that were given, and the resource that they belong to.
pub struct Given<'a> {
    /// The resource; `None` where only OpenID scopes were given.
    pub resource: Option<&'a Resource>,
    /// Scopes of it.
    pub scopes: &'a [String],
    /// OpenID scopes.
    pub openid_scopes: &'a [String],
}

/// Narrows what was given to what the request asks for (RFC 6749 §6): less is allowed, more is
/// not. Nothing asked for means all of it.
///
/// # Errors
/// The request asks for a scope or a resource that was not given.
pub fn narrow(form: &Form, given: &Given<'_>, resources: &[Resource]) -> Result<Narrowed, Refusal> {
    let requested = Requested::resolve(form, resources)?;
    let all = Narrowed {
        openid_scopes: given.openid_scopes.to_vec(),
        scopes: given.scopes.to_vec(),
        default: requested.default,
    };
    if requested.is_empty() {
        return Ok(all);
    }
    let given_identifier = given.resource.map(|resource| resource.identifier.as_str());
    if let Some(resource) = requested.resource
        && given_identifier != Some(resource.identifier.as_str())
    {
        let given = given_identifier.unwrap_or("none");
        let fact = Fact::mismatch("resource", given, &resource.identifier)
            .differing(Difference::of("not_given"));
        return Err(match form.get("resource") {
            Some(named) => refusal::resource_not_granted(named),
            None => refusal::scope_wider_than_granted(form.get("scope").unwrap_or_default()),
        }
        .with(fact));
    }
    if let Some(more) = requested.values.iter().find(|value| !given.scopes.contains(value)) {
        let fact = match given.resource.filter(|resource| resource.scope(more).is_none()) {
            Some(resource) => nearest::scope(more, resource, resources),
            None => nearest::not_among("not_given", more, given.scopes),
        };
        return Err(refusal::scope_wider_than_granted(more).with(fact));
    }
    // Microsoft's clients add OpenID scopes to every request by themselves, whether they were
    // given or not: what was given stays.
    let whole = requested.default || requested.values.is_empty();
    Ok(Narrowed { scopes: if whole { all.scopes } else { requested.values }, ..all })
}

/// Whether the registrations still hold what was given under them: an administrator may have taken
/// a scope from the client, or from the resource, since.
///
/// # Errors
/// One of the scopes is no longer there to be given.
pub fn still_permitted(
    scopes: &[String],
    resource: Option<&Resource>,
    client: &Client,
) -> Result<(), Refusal> {
    let Some(resource) = resource else { return Ok(()) };
    let permission = client.permission(&resource.identifier);
    let stands = |scope: &&String| {
        resource.scope(scope).is_some() && permission.is_some_and(|it| it.scopes.contains(scope))
    };
    match scopes.iter().find(|scope| !stands(scope)) {
        None => Ok(()),
        Some(gone) => {
            let scope = qualified(&resource.identifier, gone);
            let kind = match resource.scope(gone) {
                Some(_) => "no_longer_registered_for",
                None => "scope_gone",
            };
            let fact = Fact::about("scope").received(&scope).differing(Difference::of(kind));
            Err(refusal::consent_missing(&client.name, scope).with(fact))
        }
    }
}
