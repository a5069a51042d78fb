//! Recovery codes: one-time codes for a user who has lost every other second factor.

use aws_lc_rs::digest;
use data_encoding::{Encoding, Specification};
use model::{Authenticators, Digest, RecoveryCodes, Timestamp};

use super::VerifiedFactor;

/// The number of codes in a set.
pub const COUNT: usize = 10;
/// The random bytes of a code: 80 bits, so that a digest of it cannot be reversed.
pub const RANDOM_LENGTH: usize = 10;
/// The letters of a code: no two look alike (Crockford's Base32, in lower case).
const LETTERS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

/// A code in the form in which it is compared.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Creates a code from random bytes.
    pub fn new(random: [u8; RANDOM_LENGTH]) -> Self {
        Self(encoding().map(|it| it.encode(&random)).unwrap_or_default())
    }

    /// Parses a code that a user typed: in upper or lower case, with or without hyphens and spaces.
    /// The letters `o`, `i` and `l` are read as digits.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|it| !it.is_whitespace() && *it != '-');
        let letter = |typed: char| match typed.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let code: String = letters.map(letter).take(17).collect();
        let is_code = code.len() == 16 && code.chars().all(|it| LETTERS.contains(it));
        is_code.then_some(Self(code))
    }

    /// Returns the code as pages show it: in four groups.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (index, letter) in self.0.char_indices() {
            if index > 0 && index % 4 == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }

    /// Returns the digest by which the code is stored.
    pub fn digest(&self) -> Digest {
        let digest = digest::digest(&digest::SHA256, self.0.as_bytes());
        digest.as_ref().try_into().unwrap_or_default()
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

fn encoding() -> Option<Encoding> {
    let mut specification = Specification::new();
    specification.symbols.push_str(LETTERS);
    specification.encoding().ok()
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
    fn code_is_read_in_every_form_in_which_users_type_it() {
        // Types a code in other cases, groupings and look-alike letters, and texts that are none.
        let code = RecoveryCode::new([0, 1, 2, 3, 250, 251, 252, 253, 254, 255]);
        let text = code.text();
        assert_eq!(text, "000g-40zt-zfyf-vzqz");
        let looks_alike = text.replace('0', "O");
        for typed in [text.clone(), text.to_uppercase(), text.replace('-', " "), looks_alike] {
            assert_eq!(RecoveryCode::parse(&typed), Some(code.clone()), "{typed:?}");
        }
        for typed in ["", "000g-40zt-zfyf-vzq", "000g-40zt-zfyf-vzqzz", "000g-40rf-zbyf-vzqu"] {
            assert_eq!(RecoveryCode::parse(typed), None, "{typed:?}");
        }
    }

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
