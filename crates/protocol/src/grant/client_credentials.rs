//! The client credentials grant (RFC 6749 §4.4): a client gets tokens for itself, without a user or
//! a refresh token, and with roles instead of scopes.

use std::sync::Arc;

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Client, Fault, RequestedClaims, Resource, TenantStore};

use super::GrantType;
use crate::{
    Checks,
    context::RuleContext,
    decision::{Decision, Entitlement, Subject},
    difference::list,
    parameters::Parameters,
    scope::{self, KnownScopes, Requested},
};

/// A request by which a client gets tokens for itself.
pub(crate) struct ClientCredentialsGrant {
    parameters: Parameters,
}

impl GrantType for ClientCredentialsGrant {
    const NAME: &'static str = "client_credentials";
    type Inputs = Arc<Vec<Resource>>;

    fn parse(
        parameters: &Parameters,
        _context: &RuleContext<'_>,
        _checks: &mut Checks,
    ) -> Result<Self, Refusal> {
        Ok(Self { parameters: parameters.clone() })
    }

    async fn gather(&self, store: TenantStore<'_>) -> Result<Arc<Vec<Resource>>, Fault> {
        store.resources().await
    }

    fn decide(
        &self,
        resources: Arc<Vec<Resource>>,
        client: &Client,
        _context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Decision {
        // Only confidential clients may use this grant type (RFC 6749 §4.4).
        if client.public {
            let comparison =
                Comparison::new("client").with_difference(Difference::new("public_client"));
            return refusal::grant_type_not_allowed(&client.name, Self::NAME)
                .with(comparison)
                .into();
        }
        checks.pass("client_confidential");
        match entitle(&self.parameters, &resources, client, checks) {
            Ok(entitlement) => Decision::entitle(entitlement),
            Err(refusal) => refusal.into(),
        }
    }
}

fn entitle(
    parameters: &Parameters,
    resources: &[Resource],
    client: &Client,
    checks: &mut Checks,
) -> Result<Entitlement, Refusal> {
    let known = KnownScopes::of_clients(resources);
    let requested = Requested::resolve(parameters, &known)?;
    requested.warn_of_ignored(&known, checks);
    // OpenID scopes describe a user, and this grant type has no user. MSAL for Go and for Java adds
    // them to every request, so they are ignored beside a resource.
    if let Some(scope) = requested.openid_scopes.first().filter(|_| requested.resource.is_none()) {
        let comparison = Comparison::new("scope").received(scope);
        return Err(refusal::client_credentials_scope(scope)
            .with(comparison.with_difference(Difference::new("needs_a_user"))));
    }
    let default = || resources.iter().find(|resource| resource.default && resource.enabled);
    let resource = requested.resource.or_else(default);
    let resource = resource.ok_or_else(|| {
        let with_roles = client.permissions.iter().filter(|it| !it.roles.is_empty());
        let scopes = with_roles.map(|it| scope::qualified(&it.resource, scope::DEFAULT));
        let comparison = Comparison::new("scope").expected(list(scopes));
        refusal::scope_without_resource()
            .with(comparison.with_difference(Difference::new("missing")))
    })?;
    checks.pass("resource");
    let permission = client.permission(&resource.identifier);
    let roles = permission.map(|permission| permission.roles.as_slice()).unwrap_or_default();
    if roles.is_empty() {
        return Err(no_role_granted(client, resource));
    }
    if let Some(value) = requested.values.iter().find(|value| !roles.contains(value)) {
        let comparison = scope::mismatch::role(value, roles, resource);
        return Err(refusal::client_credentials_scope(value).with(comparison));
    }
    checks.pass("roles");
    let wants_all = requested.default || requested.values.is_empty();
    Ok(Entitlement {
        subject: Subject::Client,
        resource: resource.identifier.clone(),
        roles: if wants_all { roles.to_vec() } else { requested.values },
        scopes: Vec::new(),
        default_scope: false,
        scope_spellings: requested.spellings,
        openid_scopes: Vec::new(),
        claims: RequestedClaims::default(),
        grant: None,
        granted_at: None,
        refresh_token: None,
        authentication: None,
        confirmation: None,
        single_page: false,
        expires_at: None,
    })
}

fn no_role_granted(client: &Client, resource: &Resource) -> Refusal {
    let with_roles = client.permissions.iter().filter(|it| !it.roles.is_empty());
    let expected = list(with_roles.map(|it| &it.resource));
    let is_registered = client.permission(&resource.identifier).is_some();
    let kind = if is_registered { "scopes_and_no_roles" } else { "not_registered_for" };
    let comparison = Comparison::mismatch("resource", expected, &resource.identifier)
        .with_difference(Difference::new(kind));
    refusal::no_role_granted(&client.name, &resource.identifier).with(comparison)
}
