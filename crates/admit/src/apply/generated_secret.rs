//! Secrets that we make: shown once, kept only as digests.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Digest;
use zeroize::Zeroizing;

use crate::chance;
use crate::failure::Failure;

/// A secret that was made, and whose it is.
pub(crate) struct Made {
    /// Whose it is.
    pub(crate) owner: String,
    /// The secret itself.
    pub(crate) secret: Zeroizing<String>,
}

impl Made {
    /// A new secret of 256 random bits.
    pub(crate) fn new(owner: String) -> Result<Self, Failure> {
        let bytes = Zeroizing::new(chance::bytes::<32>()?);
        Ok(Self { owner, secret: Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes)) })
    }

    /// A new password that people can type: 100 random bits in groups of five characters.
    pub(crate) fn password(owner: String) -> Result<Self, Failure> {
        let bytes = Zeroizing::new(chance::bytes::<20>()?);
        let mut secret = Zeroizing::new(String::new());
        for (place, byte) in bytes.iter().enumerate() {
            if place > 0 && place % 5 == 0 {
                secret.push('-');
            }
            secret.extend(LETTERS.chars().nth(usize::from(byte % 32)));
        }
        Ok(Self { owner, secret })
    }

    /// What is kept of it.
    pub(crate) fn digest(&self) -> Digest {
        jose::digest::sha256(self.secret.as_bytes())
    }
}

/// Thirty-two letters and digits, none of which looks like another.
const LETTERS: &str = "abcdefghijkmnpqrstuvwxyz23456789";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_a_hundred_random_bits() {
        // The alphabet must have 32 letters, or the remainder would prefer some.
        assert_eq!(LETTERS.len(), 32);
        let one = Made::password("x".to_owned()).expect("a password").secret;
        let other = Made::password("x".to_owned()).expect("a password").secret;
        assert_eq!(one.len(), 23);
        assert_ne!(*one, *other);
    }
}
