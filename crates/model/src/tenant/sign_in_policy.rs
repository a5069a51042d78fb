//! The policy of a tenant for one user, at a time.

use super::Tenant;
use crate::{Authenticators, Passkey, SecondFactor, Timestamp};

/// The least number of characters of a new password of a user with a second factor.
const LENGTH_WITH_SECOND_FACTOR: u16 = 8;

impl Tenant {
    /// Returns until when users may postpone setting up a second factor. `None` if they may not.
    pub fn second_factor_grace(&self, now: Timestamp) -> Option<Timestamp> {
        self.second_factor_from.filter(|from| now < *from)
    }

    /// Maximum number of networks of a tenant or a client.
    pub const ALLOWED_NETWORKS_MAX: usize = 64;

    /// Returns the least number of characters of a new password of a user with these
    /// authenticators. It is smaller if they have a second factor that is asked for: NIST SP
    /// 800-63B-4 §3.1.1.2 requires 8 characters then. A tenant that chose another minimum than the
    /// default means it for everyone, unless it chose this one too.
    pub fn password_minimum_length_of(&self, stored: Option<&Authenticators>) -> u16 {
        let is_asked = self.second_factor != SecondFactor::Never;
        let can_use = |passkey: &Passkey| passkey.is_of_model(&self.passkey_authenticators);
        let has_second_factor = stored.is_some_and(|stored| {
            !stored.apps.is_empty() || (self.passkeys && stored.passkeys.iter().any(can_use))
        });
        if !is_asked || !has_second_factor {
            return self.password_minimum_length;
        }
        let default = if self.password_minimum_length == super::password_minimum_length() {
            LENGTH_WITH_SECOND_FACTOR
        } else {
            self.password_minimum_length
        };
        let shorter = self.password_minimum_length_with_second_factor.unwrap_or(default);
        shorter.min(self.password_minimum_length)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{AuthenticatorApp, TenantId, UserId};

    fn with_app() -> Authenticators {
        let app = AuthenticatorApp {
            id: Uuid::nil(),
            name: String::new(),
            sealed_secret: Vec::new(),
            added_at: Timestamp::default(),
        };
        let (tenant, user) = (TenantId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        Authenticators { apps: vec![app], ..Authenticators::new(tenant, user) }
    }

    fn with_passkey(attested: bool) -> Authenticators {
        let passkey = Passkey {
            id: vec![1],
            public_key: Vec::new(),
            sign_count: 0,
            backup_eligible: false,
            backed_up: false,
            aaguid: [7; 16],
            attested,
            transports: Vec::new(),
            name: String::new(),
            added_at: Timestamp::default(),
            last_used_on: None,
        };
        Authenticators { apps: Vec::new(), passkeys: vec![passkey], ..with_app() }
    }

    #[test]
    fn password_may_be_shorter_with_a_second_factor_that_is_asked_for() {
        // Asks for the minimum of users with and without a second factor, by several policies.
        let default = Tenant::new(TenantId::from_bytes([1; 16]), "acme", [0; 32]);
        assert_eq!(default.password_minimum_length_of(None), 12);
        assert_eq!(default.password_minimum_length_of(Some(&with_app())), 8);
        assert_eq!(default.password_minimum_length_of(Some(&with_passkey(false))), 8);
        let never = Tenant { second_factor: SecondFactor::Never, ..default.clone() };
        assert_eq!(never.password_minimum_length_of(Some(&with_app())), 12);
        let off = Tenant { passkeys: false, ..default.clone() };
        assert_eq!(off.password_minimum_length_of(Some(&with_passkey(true))), 12);
        let models = vec![Uuid::from_bytes([7; 16])];
        let models = Tenant { passkey_authenticators: models, ..default.clone() };
        assert_eq!(models.password_minimum_length_of(Some(&with_passkey(false))), 12);
        assert_eq!(models.password_minimum_length_of(Some(&with_passkey(true))), 8);
        let chosen = |all, with_second_factor| Tenant {
            password_minimum_length: all,
            password_minimum_length_with_second_factor: with_second_factor,
            ..default.clone()
        };
        for (all, with_second_factor, expected) in
            [(14, None, 14), (14, Some(10), 10), (9, Some(10), 9), (12, Some(12), 12)]
        {
            let tenant = chosen(all, with_second_factor);
            assert_eq!(tenant.password_minimum_length_of(Some(&with_app())), expected);
            assert_eq!(tenant.password_minimum_length_of(None), all);
        }
    }
}
