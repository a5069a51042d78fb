//! What is asked for: scopes and the resource they belong to (RFC 6749 §3.3, RFC 8707).

use catalogue::{Fact, Refusal, refusal};
use model::{Client, Resource};

use crate::form::Form;

pub use narrow::{Given, Narrowed, narrow, still_permitted};

mod narrow;
pub(crate) mod nearest;

/// The most scopes in one request.
pub const SCOPES_MAX: usize = 100;

/// Scopes that belong to no resource (OpenID Connect Core §5.4, §11).
pub const OPENID_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Stands for everything at a resource that the client may have.
pub const DEFAULT: &str = ".default";

/// The scopes of a request, resolved against the tenant's resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested<'a> {
    /// OpenID scopes, in the order of the request.
    pub openid_scopes: Vec<String>,
    /// The one resource that is meant, if any.
    pub resource: Option<&'a Resource>,
    /// Scopes (or, for a client on its own, roles) of it, without the resource in front.
    pub values: Vec<String>,
    /// `.default` was among them.
    pub default: bool,
    /// The resource was named by the parameter `resource`, which decides the error (RFC 8707 §2).
    by_parameter: bool,
}

impl<'a> Requested<'a> {
    /// Resolves `scope` and `resource` of a request. What is asked for need not exist at the
    /// resource yet: see [`Requested::permitted_to`].
    ///
    /// # Errors
    /// A malformed scope, too many of them, a resource that is unknown or switched off, several
    /// resources at once, or a scope without any resource to belong to.
    pub fn resolve(form: &Form, resources: &'a [Resource]) -> Result<Self, Refusal> {
        let mut requested = Self {
            openid_scopes: Vec::new(),
            resource: named_resource(form, resources)?,
            values: Vec::new(),
            default: false,
            by_parameter: form.get("resource").is_some(),
        };
        for token in tokens(form.get("scope").unwrap_or_default())? {
            requested.add(token, resources)?;
        }
        Ok(requested)
    }

    fn add(&mut self, token: &str, resources: &'a [Resource]) -> Result<(), Refusal> {
        if OPENID_SCOPES.contains(&token) {
            push_new(&mut self.openid_scopes, token);
            return Ok(());
        }
        let (resource, value) = match split(token, resources) {
            Split::Of(resource, value) => (resource, value),
            Split::OfUnknown(identifier) => {
                return Err(refusal::resource_unknown(identifier)
                    .with(nearest::resource("scope", identifier, resources)));
            }
            Split::Plain => (self.resource.map_or_else(|| plain(token, resources), Ok)?, token),
        };
        enabled(resource)?;
        if let Some(first) = self.resource.filter(|first| first.identifier != resource.identifier) {
            let (first, second) = (&first.identifier, &resource.identifier);
            let fact = Fact::mismatch("resource", first, second);
            return Err(if self.by_parameter {
                refusal::scope_and_resource_disagree(token, first)
            } else {
                refusal::scopes_of_several_resources(first, second)
            }
            .with(fact));
        }
        self.resource = Some(resource);
        if value == DEFAULT {
            self.default = true;
        } else {
            push_new(&mut self.values, value);
        }
        Ok(())
    }

    /// The scopes that the client gets for a person: what it asked for, if the resource has it and
    /// the client's registration lists it; `.default` stands for all of the registration's.
    ///
    /// # Errors
    /// The resource does not have a scope, or the client may not ask for it.
    pub fn permitted_to(
        &self,
        client: &Client,
        resources: &[Resource],
    ) -> Result<Vec<String>, Refusal> {
        let Some(resource) = self.resource else { return Ok(Vec::new()) };
        for value in &self.values {
            if resource.scope(value).is_none() {
                return Err(refusal::scope_unknown(value, &resource.identifier)
                    .with(nearest::scope(value, resource, resources)));
            }
        }
        let Some(permission) = client.permission(&resource.identifier) else {
            let fact = nearest::not_permitted(&resource.identifier, client);
            let (resource, client) = (&resource.identifier, &client.name);
            return Err(if self.by_parameter {
                refusal::resource_parameter_not_allowed(resource, client)
            } else {
                refusal::resource_not_allowed(resource, client)
            }
            .with(fact));
        };
        if let Some(value) = self.values.iter().find(|value| !permission.scopes.contains(value)) {
            let fact = nearest::not_among("not_registered_for", value, &permission.scopes);
            return Err(refusal::scope_not_allowed(value, &client.name).with(fact));
        }
        let mut scopes = self.values.clone();
        if self.default || scopes.is_empty() {
            permission.scopes.iter().for_each(|scope| push_new(&mut scopes, scope));
        }
        Ok(scopes)
    }

    /// Whether nothing at all was asked for.
    pub fn is_empty(&self) -> bool {
        self.openid_scopes.is_empty() && self.resource.is_none()
    }
}

/// The scopes of a text: separated by single spaces, each of the characters of RFC 6749 §3.3.
///
/// # Errors
/// A character that no scope may have, or too many scopes.
pub fn tokens(text: &str) -> Result<Vec<&str>, Refusal> {
    let mut tokens = Vec::new();
    for token in text.split(' ').filter(|token| !token.is_empty()) {
        if tokens.len() == SCOPES_MAX {
            return Err(refusal::too_many_scopes(SCOPES_MAX));
        }
        if !token.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
            return Err(refusal::scope_malformed(token).with(nearest::malformed(token)));
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

/// `{resource}/{scope}`, where the resource is known by its identifier. The identifier may hold
/// slashes itself, and end in one.
fn split<'a, 't>(token: &'t str, resources: &'a [Resource]) -> Split<'a, 't> {
    let of = |resource: &'a Resource| {
        let rest = token.strip_prefix(&resource.identifier)?;
        let value = rest.strip_prefix('/').unwrap_or(rest);
        let separated = rest.len() != value.len() || resource.identifier.ends_with('/');
        (separated && !value.is_empty()).then_some((resource, value))
    };
    let longest = resources.iter().filter_map(of).min_by_key(|(_, value)| value.len());
    match (longest, token.rsplit_once('/')) {
        (Some((resource, value)), _) => Split::Of(resource, value),
        (None, Some((identifier, _))) => Split::OfUnknown(identifier),
        (None, None) => Split::Plain,
    }
}

/// The resource of a scope that names none: the tenant's default.
fn plain<'a>(token: &str, resources: &'a [Resource]) -> Result<&'a Resource, Refusal> {
    let default = resources.iter().find(|resource| resource.default);
    default.ok_or_else(|| {
        refusal::scope_without_resource().with(nearest::unqualified(token, resources))
    })
}

/// The resource of the parameter `resource` (RFC 8707 §2): an absolute URI without a fragment.
fn named_resource<'a>(
    form: &Form,
    resources: &'a [Resource],
) -> Result<Option<&'a Resource>, Refusal> {
    let mut named = form.all("resource");
    let Some(identifier) = named.next() else { return Ok(None) };
    if let Some(second) = named.next() {
        let fact = Fact::mismatch("resource", identifier, second);
        return Err(refusal::several_resources().with(fact));
    }
    if let Some(resource) = resources.iter().find(|known| known.identifier == identifier) {
        if resource.enabled {
            return Ok(Some(resource));
        }
        return Err(refusal::resource_parameter_disabled(identifier)
            .with(nearest::switched_off(identifier)));
    }
    if identifier.contains('#') || !identifier.contains(':') {
        return Err(
            refusal::resource_malformed(identifier).with(nearest::no_identifier(identifier))
        );
    }
    Err(refusal::resource_parameter_unknown(identifier)
        .with(nearest::resource("resource", identifier, resources)))
}

fn enabled(resource: &Resource) -> Result<&Resource, Refusal> {
    if resource.enabled {
        Ok(resource)
    } else {
        Err(refusal::resource_disabled(&resource.identifier)
            .with(nearest::switched_off(&resource.identifier)))
    }
}

fn push_new(list: &mut Vec<String>, value: &str) {
    if !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

/// A scope with its resource in front, as clients ask for it.
pub fn qualified(resource: &str, value: &str) -> String {
    let separator = if resource.ends_with('/') { "" } else { "/" };
    format!("{resource}{separator}{value}")
}
