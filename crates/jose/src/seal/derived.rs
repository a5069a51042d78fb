//! The keys that are derived from a root key for a tenant and a purpose.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

use super::{KEY_ID_LENGTH, KeyId, NONCE_LENGTH, OVERHEAD, VERSION};
use crate::digest::fixed;

/// An encryption key, a nonce key, and the context that both are bound to.
pub(super) struct DerivedKey {
    id: KeyId,
    cipher: LessSafeKey,
    nonce: hmac::Key,
    aad: Vec<u8>,
}

/// Bytes of key material: a key for AES-256, and one for HMAC-SHA-256.
struct KeyMaterial;

impl hkdf::KeyType for KeyMaterial {
    fn len(&self) -> usize {
        64
    }
}

impl DerivedKey {
    /// Derives both keys with HKDF-SHA-256. Version, key id, tenant and purpose are the info and
    /// the associated data. Only the purpose has no fixed length, so different contexts never have
    /// the same bytes.
    pub(super) fn derive(
        root: &hkdf::Prk,
        id: KeyId,
        tenant: [u8; 16],
        purpose: &str,
    ) -> Option<Self> {
        let aad = [&[VERSION], id.as_slice(), &tenant, purpose.as_bytes()].concat();
        let mut material = Zeroizing::new([0; 64]);
        root.expand(&[&aad], KeyMaterial).ok()?.fill(material.as_mut()).ok()?;
        let (cipher, nonce) = material.split_at(32);
        Some(Self {
            id,
            cipher: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, cipher).ok()?),
            nonce: hmac::Key::new(hmac::HMAC_SHA256, nonce),
            aad,
        })
    }

    pub(super) const fn id(&self) -> KeyId {
        self.id
    }

    pub(super) fn seal(&self, plaintext: &[u8]) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE_LENGTH] = fixed(hmac::sign(&self.nonce, plaintext).as_ref());
        let mut sealed = Vec::with_capacity(OVERHEAD + plaintext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.id);
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
