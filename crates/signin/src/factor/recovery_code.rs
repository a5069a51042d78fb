//! Recovery codes: one-time codes for a user who has lost every other second factor.

use model::{Authenticators, Digest, RecoveryCodes, Timestamp};

use super::{
    VerifiedFactor,
    grouped_code::{GroupedCode, RANDOM_LENGTH},
};

/// The number of codes in a set.
pub const COUNT: usize = 10;
/// A code in the form in which it is compared.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(GroupedCode);

impl RecoveryCode {
    /// Creates a code from random bytes.
    pub fn new(random: [u8; RANDOM_LENGTH]) -> Self {
        Self(GroupedCode::new(random))
    }

    /// Parses a code that a user typed.
    pub fn parse(text: &str) -> Option<Self> {
        GroupedCode::parse(text).map(Self)
    }

    /// Returns the code as pages show it: in four groups.
    pub fn text(&self) -> String {
        self.0.text()
    }

    /// Returns the digest by which the code is stored.
    pub fn digest(&self) -> Digest {
        self.0.digest()
    }

    /// Uses the code: returns the user's authenticators without it. They must be stored, in place
    /// of those that were read, before anything follows from the factor. `None` if the code is not
    /// in the set.
    pub fn use_up(&self, stored: &Authenticators) -> Option<(Authenticators, VerifiedFactor)> {
        let digest = self.digest();
        let mut left = stored.clone();
        left.recovery_codes.digests.retain(|known| *known != digest);
        let was_known = left.recovery_codes.digests.len() < stored.recovery_codes.digests.len();
        was_known.then_some((left, VerifiedFactor::new(&["otp"])))
    }
}

/// Creates a set of codes. `random` returns random bytes, others for each label.
pub fn new_codes(random: impl Fn(&str) -> [u8; 16]) -> Vec<RecoveryCode> {
    let code = |number| {
        let random = random(&format!("recovery_code {number}"));
        RecoveryCode::new(random.first_chunk().copied().unwrap_or_default())
    };
    (0..COUNT).map(code).collect()
}

/// Returns the stored form of a new set.
pub fn new_set(codes: &[RecoveryCode], now: Timestamp) -> RecoveryCodes {
    RecoveryCodes {
        digests: codes.iter().map(RecoveryCode::digest).collect(),
        created_at: Some(now),
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RecoveryCode")
    }
}

#[cfg(test)]
mod tests {
    use model::{TenantId, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn code_of_a_set_is_used_once() {
        // Uses one of two codes twice, and one that is not in the set.
        let codes = [RecoveryCode::new([1; 10]), RecoveryCode::new([2; 10])];
        let [tenant, user] = [1, 2].map(Uuid::from_u128);
        let mut stored = Authenticators::new(TenantId::new(tenant), UserId::new(user));
        stored.recovery_codes = new_set(&codes, Timestamp::from_seconds(5));
        let (left, _) = codes[0].use_up(&stored).expect("a code of the set");
        assert_eq!(left.recovery_codes.digests, [codes[1].digest()]);
        assert_eq!(codes[0].use_up(&left), None);
        assert_eq!(RecoveryCode::new([3; 10]).use_up(&left), None);
        let (left, _) = codes[1].use_up(&left).expect("the last code");
        assert!(left.recovery_codes.digests.is_empty());
    }
}
