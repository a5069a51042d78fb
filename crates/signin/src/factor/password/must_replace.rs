//! Whether a password that was right must be replaced before the sign-in goes on.

use catalogue::{Refusal, refusal};
use model::{Password, Seconds, Timestamp, User};

/// Why a password must be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MustReplace {
    /// An administrator set it for the first sign-in only.
    Temporary,
    /// It is older than the tenant allows.
    Expired {
        /// The lifetime of passwords in days.
        lifetime_days: i64,
    },
}

impl MustReplace {
    /// Returns the reason. `None` if the password may be used. `lifetime` is that of passwords of
    /// the tenant, if there is one.
    pub fn check(
        user: &User,
        password: &Password,
        lifetime: Option<Seconds>,
        now: Timestamp,
    ) -> Option<Self> {
        if user.must_change_password {
            return Some(Self::Temporary);
        }
        let lifetime = lifetime.filter(|lifetime| now > password.set_at + *lifetime)?;
        Some(Self::Expired { lifetime_days: lifetime.get() / Seconds::days(1).get() })
    }

    /// Returns the refusal that the page shows.
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Temporary => refusal::password_temporary(),
            Self::Expired { lifetime_days } => refusal::password_expired(lifetime_days),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{PasswordPreparation, TenantId, UserId};

    use super::*;

    #[test]
    fn password_must_be_replaced_if_it_is_temporary_or_expired() {
        // Checks a password at its lifetime and a second later, without one, and a temporary one.
        let (tenant, id) = (TenantId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let user = User::new(tenant, id, "ana");
        let set_at = Timestamp::from_seconds(100);
        let preparation = PasswordPreparation::Nfc;
        let password = Password { hash: String::new(), set_at, preparation, rehashed_from: None };
        let lifetime = Some(Seconds::days(2));
        let end = set_at + Seconds::days(2);
        let check = |user: &User, lifetime, now| MustReplace::check(user, &password, lifetime, now);
        assert_eq!(check(&user, lifetime, end), None);
        let later = end + Seconds::new(1);
        let expired = check(&user, lifetime, later).expect("a reason");
        assert_eq!(expired, MustReplace::Expired { lifetime_days: 2 });
        assert_eq!(check(&user, None, later), None);
        let temporary = User { must_change_password: true, ..user };
        let temporary = check(&temporary, lifetime, later).expect("a reason");
        assert_eq!(temporary, MustReplace::Temporary);
        let numbers = [expired, temporary].map(|reason| reason.refusal().number());
        assert_eq!(numbers, [50_055, 50_137]);
    }
}
