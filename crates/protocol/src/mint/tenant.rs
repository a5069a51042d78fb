//! The check that everything of which tokens are made is of the tenant that issues them.

use model::{Client, Fault, FaultKind, Resource, TenantId, User};

use super::{Mint, user};
use crate::{Entitlement, keys::TenantKeys};

impl Mint<'_> {
    /// Checks that client, keys, resource and user are of the tenant of the request. A store and a
    /// context are chosen apart from each other: if they were of two tenants, a client of the one
    /// would get tokens of the other.
    ///
    /// # Errors
    /// One of them is of another tenant, which is a defect of the service.
    pub(super) fn check_tenant(&self, entitlement: &Entitlement) -> Result<(), Fault> {
        let tenants = tenants(self.client.client(), self.keys, self.resource, user(entitlement));
        check(self.context.tenant.id(), tenants)
    }
}

fn tenants(
    client: &Client,
    keys: &TenantKeys,
    resource: Option<&Resource>,
    user: Option<&User>,
) -> impl Iterator<Item = TenantId> {
    let optional = [resource.map(|it| it.tenant), user.map(|it| it.tenant)];
    [client.tenant, keys.tenant()].into_iter().chain(optional.into_iter().flatten())
}

fn check(issuing: TenantId, mut tenants: impl Iterator<Item = TenantId>) -> Result<(), Fault> {
    if tenants.all(|tenant| tenant == issuing) {
        return Ok(());
    }
    let cause = "client, keys, resource or user of a token are of another tenant than its issuer";
    Err(Fault::from_message(FaultKind::Internal, cause))
}

#[cfg(test)]
mod tests {
    use jose::seal::{Keyring, RootKey};
    use model::{ClientId, Tenant, Timestamp, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::context::TenantContext;

    #[test]
    fn nothing_of_another_tenant_is_in_a_token() {
        // Checks a client, keys, a resource and a user of one tenant, and each of another one.
        let [own, other] = [7, 8].map(|id| TenantId::new(Uuid::from_u128(id)));
        let is_minted = |[client, keys, resource, user]: [TenantId; 4]| {
            let client = Client::new(client, ClientId::new("web").expect("an id"), "Web app");
            let keyring = Keyring::new(RootKey::from_bytes([9; 32]), Vec::new());
            let tenant = Tenant::new(keys, "demo", [5; 32]);
            let keyring = keyring.expect("a keyring");
            let tenant = TenantContext::new(tenant, "https://admit.test", &keyring);
            let tenant = tenant.expect("a tenant context");
            let keys = TenantKeys::new(&[], &tenant, Timestamp::default()).expect("keys");
            let resource = Resource::new(resource, "api://orders");
            let user = User::new(user, UserId::new(Uuid::nil()), "ana");
            check(own, tenants(&client, &keys, Some(&resource), Some(&user))).is_ok()
        };
        assert!(is_minted([own; 4]));
        for one in 0..4 {
            let mut of = [own; 4];
            of[one] = other;
            assert!(!is_minted(of), "{one}");
        }
    }
}
