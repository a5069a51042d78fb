//! The policy of sign-in of a client: its own, or else that of the tenant.

use crate::{Client, IpNetwork, SecondFactor, Tenant, Timestamp, User};

impl Client {
    /// Returns when a second factor is required: the policy of the client, or else of the tenant.
    pub fn second_factor_in(&self, tenant: &Tenant) -> SecondFactor {
        self.second_factor.unwrap_or(tenant.second_factor)
    }

    /// Returns whether every session of a user needs a second factor at this time: the policy
    /// requires it, and no user may postpone it any more.
    pub fn requires_second_factor(&self, user: &User, tenant: &Tenant, now: Timestamp) -> bool {
        self.second_factor_in(tenant).is_required_of(user)
            && tenant.second_factor_grace(now).is_none()
    }

    /// Returns the networks from which users may sign in: those of the client, or else of the
    /// tenant. Empty if they may from everywhere.
    pub fn allowed_networks_in<'a>(&'a self, tenant: &'a Tenant) -> &'a [IpNetwork] {
        match self.allowed_networks.as_slice() {
            [] => &tenant.allowed_networks,
            own => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientId, TenantId, UserId};

    #[test]
    fn second_factor_is_required_from_the_time_of_the_policy_on() {
        // Asks around the time, under a policy that requires it and one that does not.
        let id = ClientId::new("app").expect("an id");
        let tenant_id = TenantId::new(uuid::Uuid::nil());
        let client = Client::new(tenant_id, id, "App");
        let user = User::new(tenant_id, UserId::new(uuid::Uuid::nil()), "ana");
        let [before, from] = [8, 9].map(Timestamp::from_seconds);
        let tenant = |second_factor, second_factor_from| Tenant {
            second_factor,
            second_factor_from,
            ..Tenant::new(tenant_id, "acme", [0; 32])
        };
        for (policy, expected) in
            [(SecondFactor::Always, [false, true]), (SecondFactor::Enrolled, [false, false])]
        {
            let tenant = tenant(policy, Some(from));
            let required =
                [before, from].map(|now| client.requires_second_factor(&user, &tenant, now));
            assert_eq!(required, expected, "{policy:?}");
        }
        let tenant = tenant(SecondFactor::Always, None);
        assert!(client.requires_second_factor(&user, &tenant, before));
        assert_eq!(tenant.second_factor_grace(before), None);
    }
}
