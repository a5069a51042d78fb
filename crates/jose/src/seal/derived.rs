//! The keys that are derived from a root key for a tenant and a purpose.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::aead::{
    AES_256_GCM, AES_256_GCM_SIV, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey,
};
use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

use super::{KEY_ID_LENGTH, KeyId, NONCE_LENGTH, OVERHEAD, Purpose};
use crate::digest::fixed;

/// The formats of sealed texts: their first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// AES-256-GCM, of earlier releases. Only opened: one key must seal no more than 2³² texts
    /// (NIST SP 800-38D §8.3).
    Gcm = 1,
    /// AES-256-GCM-SIV (RFC 8452), which encrypts each nonce with a key of its own. Even two texts
    /// with one nonce reveal nothing but whether they are equal.
    GcmSiv = 2,
}

impl Format {
    /// Returns the format of a sealed text.
    pub(super) fn of(sealed: &[u8]) -> Option<Self> {
        let formats = [Self::GcmSiv, Self::Gcm];
        formats.into_iter().find(|format| sealed.first() == Some(&format.byte()))
    }

    const fn byte(self) -> u8 {
        self as u8
    }

    const fn algorithm(self) -> &'static Algorithm {
        match self {
            Self::Gcm => &AES_256_GCM,
            Self::GcmSiv => &AES_256_GCM_SIV,
        }
    }
}

/// The secret that is extracted from a root key, with the identifier of the root key.
pub(super) struct ExtractedRoot {
    pub(super) id: KeyId,
    pub(super) secret: hkdf::Prk,
}

/// The keys of one root key for a tenant and a purpose, one for each format.
///
/// Each is derived when it is first used. Most sealers of most tenants are not used, and a key
/// takes more than a kilobyte.
pub(super) struct DerivedKeys {
    root: Arc<ExtractedRoot>,
    tenant: [u8; 16],
    purpose: Purpose,
    gcm: OnceLock<Option<Box<FormatKey>>>,
    gcm_siv: OnceLock<Option<Box<FormatKey>>>,
}

impl DerivedKeys {
    /// Derives no key yet.
    pub(super) const fn new(root: Arc<ExtractedRoot>, tenant: [u8; 16], purpose: Purpose) -> Self {
        Self { root, tenant, purpose, gcm: OnceLock::new(), gcm_siv: OnceLock::new() }
    }

    pub(super) fn id(&self) -> KeyId {
        self.root.id
    }

    /// Returns the key of a format. `None` if its derivation failed.
    pub(super) fn of(&self, format: Format) -> Option<&FormatKey> {
        let key = match format {
            Format::Gcm => &self.gcm,
            Format::GcmSiv => &self.gcm_siv,
        };
        let context = (self.tenant, self.purpose);
        key.get_or_init(|| FormatKey::derive(&self.root, format, context).map(Box::new)).as_deref()
    }
}

/// An encryption key, a nonce key, and the context that both are bound to.
pub(super) struct FormatKey {
    cipher: LessSafeKey,
    nonce: hmac::Key,
    /// Format, key id, tenant and purpose. The first bytes of a sealed text are format and key id.
    aad: Vec<u8>,
}

/// Bytes of key material: a key for AES-256, and one for HMAC-SHA-256.
struct KeyMaterial;

impl hkdf::KeyType for KeyMaterial {
    fn len(&self) -> usize {
        64
    }
}

impl FormatKey {
    /// Derives both keys with HKDF-SHA-256. Format, key id, tenant and purpose are the info and
    /// the associated data. Only the purpose has no fixed length, so different contexts never have
    /// the same bytes.
    fn derive(
        root: &ExtractedRoot,
        format: Format,
        (tenant, purpose): ([u8; 16], Purpose),
    ) -> Option<Self> {
        let id = root.id.as_slice();
        let aad = [&[format.byte()], id, &tenant, purpose.label().as_bytes()].concat();
        let mut material = Zeroizing::new([0; 64]);
        root.secret.expand(&[&aad], KeyMaterial).ok()?.fill(material.as_mut()).ok()?;
        let (cipher, nonce) = material.split_at(32);
        Some(Self {
            cipher: LessSafeKey::new(UnboundKey::new(format.algorithm(), cipher).ok()?),
            nonce: hmac::Key::new(hmac::HMAC_SHA256, nonce),
            aad,
        })
    }

    pub(super) fn seal(&self, plaintext: &[u8]) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE_LENGTH] = fixed(hmac::sign(&self.nonce, plaintext).as_ref());
        let mut sealed = Vec::with_capacity(OVERHEAD + plaintext.len());
        sealed.extend_from_slice(self.aad.get(..=KEY_ID_LENGTH)?);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let (_, body) = sealed.split_at_mut_checked(1 + KEY_ID_LENGTH + NONCE_LENGTH)?;
        let tag = self
            .cipher
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(&self.aad),
                body,
            )
            .ok()?;
        sealed.extend_from_slice(tag.as_ref());
        Some(sealed)
    }

    pub(super) fn open(&self, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
        let header = 1 + KEY_ID_LENGTH;
        let nonce: [u8; NONCE_LENGTH] = fixed(sealed.get(header..header + NONCE_LENGTH)?);
        let (_, body) = sealed.split_at_mut_checked(header + NONCE_LENGTH)?;
        let plaintext = self
            .cipher
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(&self.aad), body)
            .ok()?;
        Some(plaintext.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::super::RootKey;
    use super::*;

    #[test]
    fn keys_are_derived_when_they_are_used() {
        // Creates the keys of a purpose, and uses one format.
        let root = RootKey::from_bytes([1; 32]);
        let root = Arc::new(ExtractedRoot { id: root.key_id(), secret: root.extract() });
        let keys = DerivedKeys::new(root, [2; 16], Purpose::Code);
        assert!(keys.gcm.get().is_none() && keys.gcm_siv.get().is_none());
        assert!(keys.of(Format::GcmSiv).is_some());
        assert!(keys.gcm.get().is_none() && keys.gcm_siv.get().is_some());
    }
}
