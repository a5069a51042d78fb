//! Remembers which signatures were verified: a token that is sent often is verified once.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::compact::{CompactJws, Verified};
use crate::digest::sha256;
use crate::verifying_key::{VerifyError, VerifyingKey};

/// The number of tokens that are remembered.
const SLOTS: usize = 4_096;

type Digest = [u8; 32];

/// Digests of tokens whose signature is valid, each with the thumbprint of its key, in a table of a
/// fixed size. A new one replaces the one in its place.
///
/// A signature stays valid for its key. Everything else, such as expiry and revocation, is checked
/// each time. Requests with invalid signatures replace nothing.
#[derive(Default)]
pub struct VerifiedSignatures {
    slots: OnceLock<Box<[Mutex<Digest>]>>,
}

impl VerifiedSignatures {
    /// Verifies the signature of a token as [`CompactJws::verify`], unless this key has verified it
    /// before.
    ///
    /// # Errors
    /// As [`CompactJws::verify`].
    pub fn verify(
        &self,
        token: CompactJws<'_>,
        key: &VerifyingKey,
    ) -> Result<Verified, VerifyError> {
        let digest = digest(&token, key);
        let is_known = self.slot(&digest).is_some_and(|known| *known == digest);
        if is_known && let Some(verified) = token.verified_before(key) {
            return Ok(verified);
        }
        let verified = token.verify(key)?;
        if let Some(mut slot) = self.slot(&digest) {
            *slot = digest;
        }
        Ok(verified)
    }

    fn slot(&self, digest: &Digest) -> Option<MutexGuard<'_, Digest>> {
        let slots = self.slots.get_or_init(|| (0..SLOTS).map(|_| Mutex::default()).collect());
        let index = usize::from(u16::from_be_bytes([digest[0], digest[1]])) % SLOTS;
        Some(slots.get(index)?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for VerifiedSignatures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerifiedSignatures")
    }
}

/// Returns the digest of key, signed text and signature. The signed text has one dot, so the second
/// one begins the signature, whatever its bytes are.
fn digest(token: &CompactJws<'_>, key: &VerifyingKey) -> Digest {
    let thumbprint = key.thumbprint();
    let parts = [&thumbprint.0, token.signing_input().as_bytes(), b".", token.signature()];
    sha256(&parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::Algorithm;
    use crate::compact::Padding;
    use crate::signing_key::SigningKey;

    #[test]
    fn token_is_remembered_once_its_signature_was_found_valid() {
        // Verifies a token with a key that did not sign it, and then with the one that did.
        let generate = || SigningKey::generate(Algorithm::Es256).expect("a key").0;
        let (key, other) = (generate(), generate());
        let token = key.sign(&serde_json::json!({}), b"{}").expect("a token");
        let parse = || CompactJws::parse(&token, 4096, Padding::Refused).expect("a token");
        let signatures = VerifiedSignatures::default();
        for (key, is_valid) in [(&other, false), (&key, true)] {
            let key = VerifyingKey::new(key.public_jwk()).expect("a key");
            assert_eq!(signatures.verify(parse(), &key).is_ok(), is_valid);
            let digest = digest(&parse(), &key);
            let slot = signatures.slot(&digest).expect("a slot");
            assert_eq!(*slot == digest, is_valid);
        }
    }
}
