//! The proof that the user, or an administrator for all users, consented to the requested scopes.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Client, Consent, Resource};

use super::{AuthenticatedUser, AuthorizationRequest, Scopes};
use crate::consent::{claims_beyond_scopes, covers};

/// The proof that a user consented to all scopes of a request. Only [`ConsentProof::check`] creates
/// one. The code is issued from it, so it cannot be one of another request or user.
#[derive(Debug)]
pub struct ConsentProof<'a> {
    pub(super) request: &'a AuthorizationRequest,
    pub(super) user: &'a AuthenticatedUser,
}

/// Missing consent, by the role that can give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentRequired {
    /// The user can consent to these scopes.
    Ask(MissingConsent),
    /// Only an administrator can consent.
    AdministratorOnly(Refusal),
}

/// The scopes to which the user has to consent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingConsent {
    /// OpenID scopes, and `claim:` with the name for each claim that no requested scope includes.
    pub openid_scopes: Vec<String>,
    /// Scopes of the request's resource.
    pub scopes: Vec<String>,
}

impl<'a> ConsentProof<'a> {
    /// Compares the requested scopes with the consents. Those of another user or to another client
    /// do not count. `consented` is true if the user has consented since the request was received,
    /// which `prompt=consent` requires.
    ///
    /// # Errors
    /// Consent to a scope is missing.
    pub fn check(
        request: &'a AuthorizationRequest,
        user: &'a AuthenticatedUser,
        resources: &[Resource],
        consents: &[Consent],
        consented: bool,
    ) -> Result<Self, ConsentRequired> {
        let (of_user, to_client) = (user.user().id, &request.client.id);
        let tenant = request.client.tenant;
        let is_own =
            |it: &Consent| (it.tenant, it.user, &it.client) == (tenant, of_user, to_client);
        let consents = if consents.iter().all(is_own) { consents } else { &[] };
        ConsentRequired::check(request, resources, consents, consented)?;
        Ok(Self { request, user })
    }
}

impl ConsentRequired {
    /// Compares the requested scopes with the consents of a user, who may be unknown yet.
    ///
    /// # Errors
    /// Consent to a scope is missing.
    pub(super) fn check(
        request: &AuthorizationRequest,
        resources: &[Resource],
        consents: &[Consent],
        consented: bool,
    ) -> Result<(), Self> {
        let must_ask = request.prompt.consent && !consented;
        let (client, scopes) = (request.client(), &request.scopes);
        if client.admin_consent && !must_ask {
            return Ok(());
        }
        let missing = |resource: &str, scopes: &[String]| -> Vec<String> {
            let is_granted = |scope: &String| covers(consents, resource, scope);
            scopes.iter().filter(|scope| must_ask || !is_granted(scope)).cloned().collect()
        };
        let claims = claims_beyond_scopes(request.claims.names(), &scopes.openid_scopes);
        let openid_scopes = [&scopes.openid_scopes[..], &claims].concat();
        let ask = MissingConsent {
            openid_scopes: missing("", &openid_scopes),
            scopes: missing(&scopes.resource, &scopes.scopes),
        };
        if let Some(scope) = reserved(scopes, client, resources) {
            let comparison = Comparison::new("scope").received(scope);
            let refusal = refusal::admin_consent_missing(&client.name, scope);
            let refusal =
                refusal.with(comparison.with_difference(Difference::new("administrator_only")));
            return Err(Self::AdministratorOnly(refusal));
        }
        if ask.openid_scopes.is_empty() && ask.scopes.is_empty() {
            return Ok(());
        }
        Err(Self::Ask(ask))
    }
}

/// Returns a requested scope to which only an administrator may consent, if none has.
fn reserved<'s>(scopes: &'s Scopes, client: &Client, resources: &[Resource]) -> Option<&'s str> {
    if client.admin_consent {
        return None;
    }
    let resource = resources.iter().find(|resource| resource.identifier == scopes.resource)?;
    let reserved = |scope: &&String| resource.scope(scope).is_some_and(|known| known.admin_only);
    scopes.scopes.iter().find(reserved).map(String::as_str)
}
