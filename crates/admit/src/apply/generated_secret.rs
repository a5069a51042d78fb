//! Generated secrets. They are shown once and stored as digests only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Digest;
use zeroize::Zeroizing;

use crate::error::CommandError;
use crate::random;

/// A generated secret.
pub(crate) struct GeneratedSecret {
    /// The description of its owner.
    pub(crate) owner: String,
    /// The secret.
    pub(crate) secret: Zeroizing<String>,
}

impl GeneratedSecret {
    /// Generates a secret of 256 random bits.
    pub(crate) fn new(owner: String) -> Result<Self, CommandError> {
        let bytes = Zeroizing::new(random::bytes::<32>()?);
        Ok(Self { owner, secret: Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes)) })
    }

    /// Generates a password of 100 random bits, in groups of five characters.
    pub(crate) fn password(owner: String) -> Result<Self, CommandError> {
        let bytes = Zeroizing::new(random::bytes::<20>()?);
        let mut secret = Zeroizing::new(String::new());
        for (index, byte) in bytes.iter().enumerate() {
            if index > 0 && index % 5 == 0 {
                secret.push('-');
            }
            secret.extend(ALPHABET.chars().nth(usize::from(byte % 32)));
        }
        Ok(Self { owner, secret })
    }

    /// Returns the stored digest.
    pub(crate) fn digest(&self) -> Digest {
        jose::digest::sha256(self.secret.as_bytes())
    }
}

/// 32 letters and digits that do not look alike.
const ALPHABET: &str = "abcdefghijkmnpqrstuvwxyz23456789";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_password_has_100_random_bits() {
        // Checks that the alphabet has 32 letters: otherwise the remainder would prefer some.
        assert_eq!(ALPHABET.len(), 32);
        let one = GeneratedSecret::password("x".to_owned()).expect("a password").secret;
        let other = GeneratedSecret::password("x".to_owned()).expect("a password").secret;
        assert_eq!(one.len(), 23);
        assert_ne!(*one, *other);
    }
}
