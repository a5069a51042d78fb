//! A client asks for itself (RFC 6749 §4.4): no person, no refresh token, roles instead of scopes.

use std::sync::Arc;

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Client, Fault, Resource, Store};

use super::GrantType;
use crate::{
    Checks,
    context::Context,
    decision::{Decision, Entitlement, Subject},
    difference::list,
    form::Form,
    scope::{self, Requested},
};

/// A request of a client for itself.
#[derive(Clone)]
pub(crate) struct ClientCredentials {
    form: Form,
}

impl GrantType for ClientCredentials {
    const NAME: &'static str = "client_credentials";
    type Facts = Arc<Vec<Resource>>;

    fn parse(form: &Form, _context: &Context<'_>, _checks: &mut Checks) -> Result<Self, Refusal> {
        Ok(Self { form: form.clone() })
    }

    async fn gather(
        &self,
        store: &dyn Store,
        context: &Context<'_>,
    ) -> Result<Arc<Vec<Resource>>, Fault> {
        store.resources(context.realm.tenant.id).await
    }

    fn decide(
        self,
        resources: Arc<Vec<Resource>>,
        client: &Client,
        _context: &Context<'_>,
        checks: &mut Checks,
    ) -> Decision {
        // Whoever cannot prove itself cannot ask for itself (RFC 6749 §4.4).
        if client.public {
            let fact = Fact::about("client").differing(Difference::of("public_client"));
            return refusal::grant_type_not_allowed(&client.name, Self::NAME).with(fact).into();
        }
        checks.pass("client_confidential");
        match entitle(&self.form, &resources, client, checks) {
            Ok(entitlement) => Decision::entitle(entitlement),
            Err(refusal) => refusal.into(),
        }
    }
}

fn entitle(
    form: &Form,
    resources: &[Resource],
    client: &Client,
    checks: &mut Checks,
) -> Result<Entitlement, Refusal> {
    let requested = Requested::resolve(form, resources)?;
    // There is no person to identify, and nothing to be offline from.
    if let Some(scope) = requested.openid_scopes.first() {
        let fact = Fact::about("scope").received(scope);
        return Err(refusal::client_credentials_scope(scope)
            .with(fact.differing(Difference::of("needs_a_person"))));
    }
    let default = || resources.iter().find(|resource| resource.default && resource.enabled);
    let resource = requested.resource.or_else(default);
    let resource = resource.ok_or_else(|| {
        let may = client.permissions.iter().filter(|it| !it.roles.is_empty());
        let may = may.map(|it| scope::qualified(&it.resource, scope::DEFAULT));
        let fact = Fact::about("scope").expected(list(may));
        refusal::scope_without_resource().with(fact.differing(Difference::of("missing")))
    })?;
    checks.pass("resource");
    let held = client.permission(&resource.identifier);
    let held = held.map(|permission| permission.roles.as_slice()).unwrap_or_default();
    if held.is_empty() {
        let with_roles = client.permissions.iter().filter(|it| !it.roles.is_empty());
        let fact = Fact::mismatch(
            "resource",
            list(with_roles.map(|it| &it.resource)),
            &resource.identifier,
        );
        let kind = if client.permission(&resource.identifier).is_some() {
            "scopes_and_no_roles"
        } else {
            "not_registered_for"
        };
        return Err(refusal::no_role_granted(&client.name, &resource.identifier)
            .with(fact.differing(Difference::of(kind))));
    }
    if let Some(value) = requested.values.iter().find(|value| !held.contains(value)) {
        let fact = scope::nearest::role(value, held, resource);
        return Err(refusal::client_credentials_scope(value).with(fact));
    }
    checks.pass("roles");
    let whole = requested.default || requested.values.is_empty();
    Ok(Entitlement {
        subject: Subject::Client,
        resource: resource.identifier.clone(),
        roles: if whole { held.to_vec() } else { requested.values },
        scopes: Vec::new(),
        default_scope: false,
        openid_scopes: Vec::new(),
        grant: None,
        refresh_token: None,
        id_token: None,
        confirmation: None,
        single_page: false,
        expires_at: None,
    })
}
