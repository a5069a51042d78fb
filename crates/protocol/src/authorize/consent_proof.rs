//! The proof that the person, or an administrator for everybody, allowed what is asked for.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Client, Consent, Resource};

use super::{Request, Scopes};
use crate::consent::covers;

/// Everything asked for is allowed. Made by [`Consented::check`] only.
#[derive(Clone, Copy, Debug)]
pub struct Consented(());

/// Why not everything is allowed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotConsented {
    /// The person can allow this.
    Ask(Unconsented),
    /// Only an administrator can.
    AdministratorOnly(Refusal),
}

/// What the person has to be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unconsented {
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// Scopes of the request's resource.
    pub scopes: Vec<String>,
}

impl Consented {
    /// Holds what is asked for against what was allowed. `asked` says that the person was asked
    /// since the request came, which `prompt=consent` wants.
    ///
    /// # Errors
    /// Something is not allowed yet.
    pub fn check(
        request: &Request,
        (client, resources): (&Client, &[Resource]),
        consents: &[Consent],
        asked: bool,
    ) -> Result<Self, NotConsented> {
        let anew = request.prompt.consent && !asked;
        if client.consent_granted && !anew {
            return Ok(Self(()));
        }
        let scopes = &request.scopes;
        let missing = |resource: &str, scopes: &[String]| -> Vec<String> {
            let given = |scope: &String| covers(consents, resource, scope);
            scopes.iter().filter(|scope| anew || !given(scope)).cloned().collect()
        };
        let ask = Unconsented {
            openid_scopes: missing("", &scopes.openid_scopes),
            scopes: missing(&scopes.resource, &scopes.scopes),
        };
        if let Some(scope) = reserved(scopes, client, resources) {
            let fact = Fact::about("scope").received(scope);
            let refusal = refusal::admin_consent_missing(&client.name, scope);
            let refusal = refusal.with(fact.differing(Difference::of("administrator_only")));
            return Err(NotConsented::AdministratorOnly(refusal));
        }
        if ask.openid_scopes.is_empty() && ask.scopes.is_empty() {
            return Ok(Self(()));
        }
        Err(NotConsented::Ask(ask))
    }
}

/// A scope that only an administrator may allow, where none has.
fn reserved<'s>(scopes: &'s Scopes, client: &Client, resources: &[Resource]) -> Option<&'s str> {
    if client.consent_granted {
        return None;
    }
    let resource = resources.iter().find(|resource| resource.identifier == scopes.resource)?;
    let reserved = |scope: &&String| resource.scope(scope).is_some_and(|known| known.admin_only);
    scopes.scopes.iter().find(reserved).map(String::as_str)
}
