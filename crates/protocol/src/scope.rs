//! The requested scopes and the resource to which they belong (RFC 6749 §3.3, RFC 8707).

use catalogue::{Comparison, Refusal, refusal};
use model::{Client, Resource};

use crate::parameters::Parameters;

pub use known::KnownScopes;
pub use narrow::{GrantedScopes, NarrowedScopes, narrow, still_permitted};

mod known;
pub(crate) mod mismatch;
mod narrow;

/// The maximum number of scopes in one request.
pub const SCOPES_MAX: usize = 100;

/// The scopes that belong to no resource (OpenID Connect Core §5.4, §11).
pub const OPENID_SCOPES: [&str; 6] =
    ["openid", "profile", "email", "address", "phone", "offline_access"];

/// The scope that stands for every scope of a resource that the client may request.
pub const DEFAULT: &str = ".default";

/// The scopes of a request, resolved against the tenant's resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested<'a> {
    /// OpenID scopes, in the order of the request.
    pub openid_scopes: Vec<String>,
    /// The only resource of the request, if it has one.
    pub resource: Option<&'a Resource>,
    /// Scopes of the resource, without the resource in front. For client credentials, its roles.
    pub values: Vec<String>,
    /// The scope `.default` was requested.
    pub default: bool,
    /// Scopes of the resource, as the request spells them.
    pub spellings: Vec<String>,
    /// Scopes without a resource in front that the tenant does not have. They are not granted.
    pub ignored: Vec<String>,
    /// The parameter `resource` named the resource, which decides the error (RFC 8707 §2).
    by_parameter: bool,
}

impl<'a> Requested<'a> {
    /// Resolves `scope` and `resource` of a request. Does not check that a named resource has the
    /// scopes: see [`Requested::permitted_to`].
    ///
    /// # Errors
    /// A scope is malformed, there are too many scopes or several resources, or the resource is
    /// unknown or disabled. No scope has a meaning, and there is no resource to which one could
    /// belong.
    pub fn resolve(parameters: &Parameters, known: &KnownScopes<'a>) -> Result<Self, Refusal> {
        let mut requested = Self {
            openid_scopes: Vec::new(),
            resource: named_resource(parameters, known.resources)?,
            values: Vec::new(),
            default: false,
            spellings: Vec::new(),
            ignored: Vec::new(),
            by_parameter: parameters.get("resource").is_some(),
        };
        for token in tokens(parameters.get("scope").unwrap_or_default())? {
            requested.add(token, known)?;
        }
        requested.settle(known)?;
        Ok(requested)
    }

    fn add(&mut self, token: &str, known: &KnownScopes<'a>) -> Result<(), Refusal> {
        if OPENID_SCOPES.contains(&token) {
            push_new(&mut self.openid_scopes, token);
            return Ok(());
        }
        let (resource, value) = match split(token, known.resources) {
            Split::Of(resource, value) => (resource, value),
            Split::OfUnknown(identifier) => {
                return Err(refusal::resource_unknown(identifier).with(mismatch::resource(
                    "scope",
                    identifier,
                    known.resources,
                )));
            }
            Split::Plain => match known.owner(self.resource, token) {
                Some(resource) => (resource, token),
                None if token == DEFAULT => {
                    let comparison = mismatch::unqualified(token, known.resources);
                    return Err(refusal::scope_without_resource().with(comparison));
                }
                None => {
                    push_new(&mut self.ignored, token);
                    return Ok(());
                }
            },
        };
        enabled(resource)?;
        if let Some(first) = self.resource.filter(|first| first.identifier != resource.identifier) {
            let (first, second) = (&first.identifier, &resource.identifier);
            let comparison = Comparison::mismatch("resource", first, second);
            return Err(if self.by_parameter {
                refusal::scope_and_resource_disagree(token, first)
            } else {
                refusal::scopes_of_several_resources(first, second)
            }
            .with(comparison));
        }
        self.resource = Some(resource);
        push_new(&mut self.spellings, token);
        if value == DEFAULT {
            self.default = true;
        } else {
            push_new(&mut self.values, value);
        }
        Ok(())
    }

    /// Returns the scopes that the client may get for a user: the requested ones, if the resource
    /// has them and the client is registered for them. `.default` stands for all registered ones.
    ///
    /// # Errors
    /// The resource does not have a scope, or the client is not registered for it.
    pub fn permitted_to(
        &self,
        client: &Client,
        resources: &[Resource],
    ) -> Result<Vec<String>, Refusal> {
        let Some(resource) = self.resource else { return Ok(Vec::new()) };
        for value in &self.values {
            if resource.scope(value).is_none() {
                return Err(refusal::scope_unknown(value, &resource.identifier)
                    .with(mismatch::scope(value, resource, resources)));
            }
        }
        let Some(permission) = client.permission(&resource.identifier) else {
            let comparison = mismatch::not_permitted(&resource.identifier, client);
            let (resource, client) = (&resource.identifier, &client.name);
            return Err(if self.by_parameter {
                refusal::resource_parameter_not_allowed(resource, client)
            } else {
                refusal::resource_not_allowed(resource, client)
            }
            .with(comparison));
        };
        if let Some(value) = self.values.iter().find(|value| !permission.scopes.contains(value)) {
            let comparison = mismatch::not_among("not_registered_for", value, &permission.scopes);
            return Err(refusal::scope_not_allowed(value, &client.name).with(comparison));
        }
        let mut scopes = self.values.clone();
        // An ignored scope never widens the request to every scope of the resource.
        if self.default || scopes.is_empty() && self.ignored.is_empty() {
            permission.scopes.iter().for_each(|scope| push_new(&mut scopes, scope));
        }
        Ok(scopes)
    }

    /// Returns the scopes that the request does not spell with the resource in front.
    pub fn spellings_without(&self, resource: &str) -> Vec<String> {
        let is_qualified = |spelling: &str| {
            let default = self.default.then_some(DEFAULT);
            let mut values = self.values.iter().map(String::as_str).chain(default);
            values.any(|value| spelling == qualified(resource, value))
        };
        self.spellings.iter().filter(|spelling| !is_qualified(spelling)).cloned().collect()
    }

    /// Returns whether nothing was requested.
    pub fn is_empty(&self) -> bool {
        self.openid_scopes.is_empty() && self.resource.is_none()
    }
}

/// Splits a list of scopes at its spaces, and checks the characters of each (RFC 6749 §3.3).
///
/// # Errors
/// A scope has an invalid character, or there are too many scopes.
pub fn tokens(text: &str) -> Result<Vec<&str>, Refusal> {
    let mut tokens = Vec::new();
    for token in text.split(' ').filter(|token| !token.is_empty()) {
        if tokens.len() == SCOPES_MAX {
            return Err(refusal::too_many_scopes(SCOPES_MAX));
        }
        if !token.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
            return Err(refusal::scope_malformed(token).with(mismatch::malformed(token)));
        }
        tokens.push(token);
    }
    Ok(tokens)
}

enum Split<'a, 't> {
    Of(&'a Resource, &'t str),
    OfUnknown(&'t str),
    Plain,
}

/// Splits `{resource}/{scope}` after the identifier of a known resource, which may contain slashes
/// and end in one.
fn split<'a, 't>(token: &'t str, resources: &'a [Resource]) -> Split<'a, 't> {
    let split_off = |resource: &'a Resource| {
        let rest = token.strip_prefix(&resource.identifier)?;
        let value = rest.strip_prefix('/').unwrap_or(rest);
        let separated = rest.len() != value.len() || resource.identifier.ends_with('/');
        (separated && !value.is_empty()).then_some((resource, value))
    };
    let longest = resources.iter().filter_map(split_off).min_by_key(|(_, value)| value.len());
    match (longest, token.rsplit_once('/')) {
        (Some((resource, value)), _) => Split::Of(resource, value),
        (None, Some((identifier, _))) => Split::OfUnknown(identifier),
        (None, None) => Split::Plain,
    }
}

/// Returns the resource that the parameter `resource` names (RFC 8707 §2): an absolute URI without
/// a fragment.
fn named_resource<'a>(
    parameters: &Parameters,
    resources: &'a [Resource],
) -> Result<Option<&'a Resource>, Refusal> {
    let mut identifiers = parameters.all("resource");
    let Some(identifier) = identifiers.next() else { return Ok(None) };
    if let Some(second) = identifiers.next() {
        let comparison = Comparison::mismatch("resource", identifier, second);
        return Err(refusal::several_resources().with(comparison));
    }
    if let Some(resource) = resources.iter().find(|known| known.identifier == identifier) {
        if resource.enabled {
            return Ok(Some(resource));
        }
        return Err(refusal::resource_parameter_disabled(identifier)
            .with(mismatch::switched_off(identifier)));
    }
    if identifier.contains('#') || !identifier.contains(':') {
        return Err(refusal::resource_malformed(identifier)
            .with(mismatch::malformed_identifier(identifier)));
    }
    Err(refusal::resource_parameter_unknown(identifier)
        .with(mismatch::resource("resource", identifier, resources)))
}

fn enabled(resource: &Resource) -> Result<&Resource, Refusal> {
    if resource.enabled {
        Ok(resource)
    } else {
        Err(refusal::resource_disabled(&resource.identifier)
            .with(mismatch::switched_off(&resource.identifier)))
    }
}

fn push_new(list: &mut Vec<String>, value: &str) {
    if !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

/// Returns a scope with its resource in front, as clients request it.
pub fn qualified(resource: &str, value: &str) -> String {
    let separator = if resource.ends_with('/') { "" } else { "/" };
    format!("{resource}{separator}{value}")
}

/// Returns whether a scope of a request names this scope of the resource, with the resource in
/// front or without it.
pub fn is_spelling(token: &str, resource: &str, value: &str) -> bool {
    let Some(prefix) = token.strip_suffix(value) else { return false };
    prefix.is_empty()
        || !resource.is_empty() && {
            let rest = prefix.strip_prefix(resource);
            rest == Some("/") || rest == Some("") && resource.ends_with('/')
        }
}
