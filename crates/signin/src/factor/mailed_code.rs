//! Codes that are sent by mail: eight digits, computed from a keyed digest, so that nothing is
//! stored until one is used.

use jose::digest::{self, constant_time_eq};
use model::{Digest, Password, User};

/// The number of digits.
const DIGITS: usize = 8;
/// The number of different codes.
const CODES: u64 = 100_000_000;

/// The random id of one mail with a code. It is in the sealed cookie of the browser that requested
/// the mail, and in the link of the mail.
pub type MailChallenge = [u8; 16];

/// A code of eight digits.
#[derive(Clone, Copy)]
pub struct MailedCode(u64);

impl MailedCode {
    /// Creates the code of a keyed digest of [`reset_message`] or [`address_message`].
    pub fn from_keyed_digest(digest: &[u8; 32]) -> Self {
        let first = digest.first_chunk().copied().unwrap_or_default();
        Self(u64::from_be_bytes(first) % CODES)
    }

    /// Returns the code as the mail shows it: in two groups.
    pub fn text(self) -> String {
        let digits = self.digits();
        let (first, rest) = digits.split_at(DIGITS / 2);
        format!("{first} {rest}")
    }

    /// Returns whether a user typed this code. Spaces and hyphens are ignored. Takes the same time
    /// whichever digit differs.
    pub fn is_typed(self, typed: &str) -> bool {
        let is_separator = |character: &char| character.is_whitespace() || *character == '-';
        let digits = typed.chars().filter(|it| !is_separator(it)).take(DIGITS + 1);
        let digits: String = digits.collect();
        constant_time_eq(self.digits().as_bytes(), digits.as_bytes())
    }

    fn digits(self) -> String {
        format!("{:0width$}", self.0, width = DIGITS)
    }
}

/// Returns the digest of what a reset of the password changes or depends on: a code or link fails
/// once one of it is another one. A hash that a sign-in computed anew is of the same password.
pub fn reset_state(user: &User, password: &Password) -> Digest {
    let hash = password.rehashed_from.unwrap_or_else(|| digest::sha256(password.hash.as_bytes()));
    let parts: [&[u8]; 5] = [
        &user.id.into_bytes(),
        &user.generation().microseconds().to_be_bytes(),
        &password.set_at.microseconds().to_be_bytes(),
        &hash,
        user.email.as_deref().unwrap_or_default().as_bytes(),
    ];
    digest::sha256(&parts.concat())
}

/// Returns the message whose keyed digest becomes the code.
pub fn reset_message(challenge: &MailChallenge, state: &Digest) -> Vec<u8> {
    [&b"password reset\0"[..], challenge, state].concat()
}

/// Returns the message whose keyed digest becomes the code of a sign-up with this address, as it is
/// compared.
pub fn sign_up_message(challenge: &MailChallenge, address_key: &str) -> Vec<u8> {
    [&b"sign-up\0"[..], challenge, address_key.as_bytes()].concat()
}

/// Returns the digest of what an e-mail address that is proven depends on: the code for it fails
/// once the user has another address, another password or was signed out everywhere.
pub fn address_state(user: &User, address: &str) -> Digest {
    let present = digest::sha256(user.email.as_deref().unwrap_or_default().as_bytes());
    let parts: [&[u8]; 4] = [
        &user.id.into_bytes(),
        &user.generation().microseconds().to_be_bytes(),
        &present,
        address.as_bytes(),
    ];
    digest::sha256(&parts.concat())
}

/// Returns the message whose keyed digest becomes the code for an address.
pub fn address_message(challenge: &MailChallenge, state: &Digest) -> Vec<u8> {
    [&b"mail address\0"[..], challenge, state].concat()
}

#[cfg(test)]
mod tests {
    use model::{PasswordPreparation, TenantId, Timestamp, UserId};
    use uuid::Uuid;

    use super::*;

    fn user() -> User {
        let tenant = TenantId::new(Uuid::from_u128(1));
        let user = User::new(tenant, UserId::new(Uuid::from_u128(2)), "ana");
        User { email: Some("ana@demo.test".to_owned()), ..user }
    }

    fn password(hash: &str) -> Password {
        Password {
            hash: hash.to_owned(),
            set_at: Timestamp::from_seconds(5),
            preparation: PasswordPreparation::Nfc,
            rehashed_from: None,
        }
    }

    #[test]
    fn mailed_code_is_typed_with_or_without_its_space() {
        // Types a code with leading zeros in several forms, and other texts.
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&100_000_000_042_u64.to_be_bytes());
        let code = MailedCode::from_keyed_digest(&digest);
        assert_eq!(code.text(), "0000 0042");
        for typed in ["00000042", " 0000 0042 ", "0000-0042", "0000\u{a0}0042"] {
            assert!(code.is_typed(typed), "{typed}");
        }
        for typed in ["", "42", "0000004", "000000420", "00000043", "OOOO0042", "٠٠٠٠٠٠٤٢"]
        {
            assert!(!code.is_typed(typed), "{typed}");
        }
    }

    #[test]
    fn address_state_changes_with_user_address_and_revocation() {
        // Changes each part alone. The code of a reset is another one for the same state.
        let before = address_state(&user(), "new@demo.test");
        let now = Timestamp::from_seconds(9);
        let moved = User { email: Some("ana@else.test".to_owned()), ..user() };
        for after in [
            address_state(&user().with_revocation(now), "new@demo.test"),
            address_state(&user().with_new_password(now), "new@demo.test"),
            address_state(&moved, "new@demo.test"),
            address_state(&user(), "other@demo.test"),
        ] {
            assert_ne!(before, after);
        }
        assert_ne!(address_message(&[1; 16], &before), reset_message(&[1; 16], &before));
    }

    #[test]
    fn reset_state_changes_with_password_address_and_revocation() {
        // Changes each part alone. A hash that was computed anew leaves the state.
        let before = reset_state(&user(), &password("a"));
        let now = Timestamp::from_seconds(9);
        let (revoked, proven_anew) = (user().with_revocation(now), user().with_new_password(now));
        let moved = User { email: Some("ana@else.test".to_owned()), ..user() };
        let later = Password { set_at: Timestamp::from_seconds(6), ..password("a") };
        for after in [
            reset_state(&revoked, &password("a")),
            reset_state(&proven_anew, &password("a")),
            reset_state(&moved, &password("a")),
            reset_state(&user(), &later),
            reset_state(&user(), &password("b")),
        ] {
            assert_ne!(before, after);
        }
        let rehashed_from = Some(digest::sha256(b"a"));
        let rehashed = Password { rehashed_from, ..password("b") };
        assert_eq!(before, reset_state(&user(), &rehashed));
        assert_ne!(reset_message(&[1; 16], &before), reset_message(&[2; 16], &before));
    }

    #[test]
    fn sign_up_message_differs_by_challenge_address_and_purpose() {
        // Compares the message with those of another mail, of another address, and of a reset.
        let first = sign_up_message(&[1; 16], "ana@demo.test");
        assert_ne!(first, sign_up_message(&[2; 16], "ana@demo.test"));
        assert_ne!(first, sign_up_message(&[1; 16], "ana@demo.tes"));
        let state = *b"ana@demo.test                   ";
        assert_ne!(reset_message(&[1; 16], &state)[..8], first[..8]);
    }
}
