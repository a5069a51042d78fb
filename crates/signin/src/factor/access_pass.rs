//! Temporary access passes: codes that administrators give to users who have lost their factors, or
//! have none yet.

use jose::digest::constant_time_eq;
use model::{AccessPass, Authenticators, Seconds, Timestamp};

use super::{
    VerifiedFactor,
    grouped_code::{GroupedCode, RANDOM_LENGTH},
};

/// The shortest time for which a pass is valid.
pub const VALID_MIN: Seconds = Seconds::minutes(10);
/// The longest time for which a pass is valid.
pub const VALID_MAX: Seconds = Seconds::hours(24);

/// The value of a pass in the form in which it is compared.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessPassCode(GroupedCode);

/// The use of a pass in a sign-in flow.
#[derive(Clone, Copy, Debug)]
pub struct PassUse {
    /// The flow.
    pub flow: [u8; 16],
    /// A pass from before this time is revoked.
    pub not_before: Timestamp,
    /// The present time.
    pub now: Timestamp,
}

/// A pass that is accepted. The row must be stored, in place of the one that was read, before
/// anything follows from the factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedPass {
    /// The authenticators of the user, with the use of the pass. They are unchanged if the flow has
    /// used it before.
    pub stored: Authenticators,
    /// The proof that the user has the pass.
    pub factor: VerifiedFactor,
    /// When the pass expires: what was opened with it ends then.
    pub expires_at: Timestamp,
}

/// The reason why a pass is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassMismatch {
    /// The user has no pass, or another one.
    Wrong,
    /// The value is right, and the pass has expired.
    Expired(AccessPass),
    /// The value is right, and the pass was used. It can be used once only.
    Used(AccessPass),
    /// The value is right, and the sign-ins of the user, or everything of the tenant, were revoked
    /// after the pass was created.
    Revoked(AccessPass),
}

impl AccessPassCode {
    /// Creates a value from random bytes.
    pub fn new(random: [u8; RANDOM_LENGTH]) -> Self {
        Self(GroupedCode::new(random))
    }

    /// Parses a value that a user typed. `None` for a text that cannot be one, such as most
    /// passwords.
    pub fn parse(text: &str) -> Option<Self> {
        GroupedCode::parse(text).map(Self)
    }

    /// Returns the value as it is given to the user: in four groups.
    pub fn text(&self) -> String {
        self.0.text()
    }

    /// Returns the pass to store, which is valid for `valid` from `now` on.
    pub fn pass(&self, (valid, once): (Seconds, bool), now: Timestamp) -> AccessPass {
        AccessPass {
            digest: self.0.digest(),
            created_at: now,
            expires_at: now + valid.max(VALID_MIN).min(VALID_MAX),
            once,
            last_used_at: None,
            last_flow: None,
        }
    }

    /// Checks the value for the user with these authenticators. Only a sender who knows the right
    /// value learns that the pass has expired or was used.
    ///
    /// # Errors
    /// The user has no such pass, or it cannot be used any more.
    pub fn check(
        &self,
        stored: &Authenticators,
        PassUse { flow, not_before, now }: PassUse,
    ) -> Result<AcceptedPass, PassMismatch> {
        let is_same = |pass: &&AccessPass| constant_time_eq(&pass.digest, &self.0.digest());
        let pass = stored.access_pass.as_ref().filter(is_same).ok_or(PassMismatch::Wrong)?;
        let is_again = pass.last_used_at.is_some() && pass.last_flow == Some(flow);
        if pass.is_used_up() && !is_again {
            return Err(PassMismatch::Used(pass.clone()));
        }
        if pass.is_expired(now) {
            return Err(PassMismatch::Expired(pass.clone()));
        }
        if pass.created_at < not_before {
            return Err(PassMismatch::Revoked(pass.clone()));
        }
        let expires_at = pass.expires_at;
        let (last_used_at, last_flow) =
            if is_again { (pass.last_used_at, pass.last_flow) } else { (Some(now), Some(flow)) };
        let used = AccessPass { last_used_at, last_flow, ..pass.clone() };
        let stored = Authenticators { access_pass: Some(used), ..stored.clone() };
        let factor = VerifiedFactor::new(&["tap", "mfa"]);
        Ok(AcceptedPass { stored, factor, expires_at })
    }
}

impl std::fmt::Debug for AccessPassCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AccessPassCode")
    }
}

#[cfg(test)]
mod tests {
    use model::{TenantId, UserId};
    use uuid::Uuid;

    use super::*;

    fn code() -> AccessPassCode {
        AccessPassCode::new([7; 10])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    /// Returns the row of a user with a pass of ten minutes.
    fn stored(once: bool) -> Authenticators {
        let [tenant, user] = [1, 2].map(Uuid::from_u128);
        let mut stored = Authenticators::new(TenantId::new(tenant), UserId::new(user));
        stored.access_pass = Some(code().pass((VALID_MIN, once), at(1_000)));
        stored
    }

    /// Returns a use at a time, after a revocation.
    fn in_flow(flow: u8, not_before: i64, now: i64) -> PassUse {
        PassUse { flow: [flow; 16], not_before: at(not_before), now: at(now) }
    }

    #[test]
    fn pass_is_accepted_until_it_expires_and_once_if_it_is_for_one_use() {
        // Uses both kinds twice, at the last moment, and after it.
        for once in [false, true] {
            let accepted = code().check(&stored(once), in_flow(1, 0, 1_599)).expect("a pass");
            assert_eq!(accepted.expires_at, at(1_600));
            assert_eq!(accepted.factor.methods(), ["tap", "mfa"]);
            let pass = accepted.stored.access_pass.clone().expect("a pass");
            assert_eq!(pass.last_used_at, Some(at(1_599)));
            let same_flow = code().check(&accepted.stored, in_flow(1, 0, 1_599));
            assert_eq!(same_flow.as_ref(), Ok(&accepted), "a form that is sent twice");
            let again = code().check(&accepted.stored, in_flow(2, 0, 1_599));
            assert_eq!(again.is_ok(), !once);
            if once {
                assert_eq!(again, Err(PassMismatch::Used(pass)));
            }
            let expired = code().check(&stored(once), in_flow(1, 0, 1_600));
            let pass = stored(once).access_pass.expect("a pass");
            assert_eq!(expired, Err(PassMismatch::Expired(pass)));
        }
    }

    #[test]
    fn wrong_value_reveals_neither_an_expired_nor_a_used_pass() {
        // Checks another value against rows without a pass, and with an active, a used and an
        // expired one.
        let other = AccessPassCode::new([8; 10]);
        let used = code().check(&stored(true), in_flow(1, 0, 1_000)).expect("a pass").stored;
        let none = Authenticators { access_pass: None, ..stored(true) };
        for (row, now) in
            [(none, 1_000), (stored(true), 1_000), (used, 1_000), (stored(false), 9_999)]
        {
            assert_eq!(other.check(&row, in_flow(1, 0, now)), Err(PassMismatch::Wrong));
        }
    }

    #[test]
    fn pass_from_before_a_revocation_is_refused() {
        // Revokes everything at the time of the creation, and after it.
        assert!(code().check(&stored(false), in_flow(1, 1_000, 1_005)).is_ok());
        let refused = code().check(&stored(false), in_flow(1, 1_001, 1_005));
        assert!(matches!(refused, Err(PassMismatch::Revoked(_))), "{refused:?}");
    }

    #[test]
    fn pass_of_the_future_is_refused() {
        // Sets the clock back to before the pass was created, by more than clocks differ.
        let refused = code().check(&stored(false), in_flow(1, 0, 1_000 - 3_600));
        assert!(matches!(refused, Err(PassMismatch::Expired(_))), "{refused:?}");
    }

    #[test]
    fn pass_is_valid_for_ten_minutes_at_least_and_for_a_day_at_most() {
        // Creates passes of other lengths.
        for (asked, given) in [(0, 600), (600, 600), (7_200, 7_200), (100_000, 86_400)] {
            let pass = code().pass((Seconds::new(asked), false), at(0));
            assert_eq!(pass.expires_at, at(given));
        }
    }
}
