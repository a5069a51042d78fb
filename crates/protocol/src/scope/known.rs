//! The scopes that exist in a tenant, and the resource to which an unqualified one belongs.

use catalogue::{Refusal, refusal};
use model::{Resource, Warning};

use super::{DEFAULT, OPENID_SCOPES, Requested, enabled, mismatch, qualified};
use crate::{Checks, difference::nearest};

/// The number of ignored scopes of one request that have a warning. Each costs a search for the
/// nearest name.
const WARNINGS_MAX: usize = 8;

/// The scopes that a request can name.
#[derive(Clone, Copy, Debug)]
pub struct KnownScopes<'a> {
    /// Every resource of the tenant.
    pub(super) resources: &'a [Resource],
    /// The resource of the grant that the request uses.
    granted: Option<&'a Resource>,
    /// The client acts for itself, so scopes name roles.
    are_roles: bool,
}

impl<'a> KnownScopes<'a> {
    /// Returns the scopes of the resources, for a user.
    pub fn of_users(resources: &'a [Resource]) -> Self {
        Self { resources, granted: None, are_roles: false }
    }

    /// Returns the roles of the resources, for a client that acts for itself.
    pub fn of_clients(resources: &'a [Resource]) -> Self {
        Self { resources, granted: None, are_roles: true }
    }

    /// Returns the scopes of the resources. An unqualified one belongs to the granted resource, if
    /// that has it.
    pub fn of_grant(resources: &'a [Resource], granted: Option<&'a Resource>) -> Self {
        Self { resources, granted, are_roles: false }
    }

    /// Returns the resource of a scope without a resource in front: the one that the request names,
    /// the granted one or the tenant's default. `None` if none of them has the scope.
    pub(super) fn owner(&self, named: Option<&'a Resource>, value: &str) -> Option<&'a Resource> {
        self.candidates(named).find(|resource| value == DEFAULT || self.has(resource, value))
    }

    fn candidates(&self, named: Option<&'a Resource>) -> impl Iterator<Item = &'a Resource> {
        let default = self.resources.iter().find(|resource| resource.default);
        [named, self.granted, default].into_iter().flatten()
    }

    fn has(&self, resource: &'a Resource, value: &str) -> bool {
        self.values(resource).contains(&value)
    }

    fn values(&self, resource: &'a Resource) -> Vec<&'a str> {
        if self.are_roles {
            resource.roles.iter().map(|role| role.value.as_str()).collect()
        } else {
            resource.scopes.iter().map(|scope| scope.value.as_str()).collect()
        }
    }

    /// Returns the name that an ignored scope may have meant.
    fn nearest(&self, named: Option<&'a Resource>, ignored: &str) -> Option<String> {
        let with_value = |resource: &&'a Resource| self.has(resource, ignored);
        if let Some(other) = self.resources.iter().find(with_value) {
            return Some(qualified(&other.identifier, ignored));
        }
        let values = self.candidates(named).flat_map(|resource| self.values(resource));
        nearest(ignored, values.chain(OPENID_SCOPES)).map(str::to_owned)
    }
}

impl<'a> Requested<'a> {
    /// Ignores unknown scopes, as OpenID Connect Core §3.1.2.1 requires, if the request has another
    /// one that means something. Otherwise they stay, and the caller refuses them.
    pub(super) fn settle(&mut self, known: &KnownScopes<'a>) -> Result<(), Refusal> {
        let has_openid = self.openid_scopes.iter().any(|scope| scope == OPENID_SCOPES[0]);
        let is_sign_in = has_openid && !known.are_roles;
        if !self.values.is_empty() || self.default || is_sign_in {
            return Ok(());
        }
        let Some(first) = self.ignored.first() else { return Ok(()) };
        let Some(resource) = known.candidates(self.resource).next() else {
            let comparison = mismatch::unqualified(first, known.resources);
            return Err(refusal::scope_without_resource().with(comparison));
        };
        self.resource = Some(enabled(resource)?);
        self.values = std::mem::take(&mut self.ignored);
        Ok(())
    }

    /// Records a warning for each ignored scope.
    pub(crate) fn warn_of_ignored(&self, known: &KnownScopes<'a>, checks: &mut Checks) {
        for scope in self.ignored.iter().take(WARNINGS_MAX) {
            let nearest = known.nearest(self.resource, scope);
            checks.add_warning(match nearest {
                Some(nearest) => Warning::new("scope_misspelled", scope).with("nearest", nearest),
                None => Warning::new("scope_ignored", scope),
            });
        }
    }
}
