//! The keys that are derived from a root key for a tenant and a purpose.

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

/// The keys of one root key for a tenant and a purpose, one for each format.
pub(super) struct DerivedKeys {
    id: KeyId,
    gcm: FormatKey,
    gcm_siv: FormatKey,
}

impl DerivedKeys {
    /// Derives the keys.
    pub(super) fn derive(
        root: &hkdf::Prk,
        id: KeyId,
        tenant: [u8; 16],
        purpose: Purpose,
    ) -> Option<Self> {
        let derive = |format| FormatKey::derive(root, format, id, (tenant, purpose));
        Some(Self { id, gcm: derive(Format::Gcm)?, gcm_siv: derive(Format::GcmSiv)? })
    }

    pub(super) const fn id(&self) -> KeyId {
        self.id
    }

    pub(super) const fn of(&self, format: Format) -> &FormatKey {
        match format {
            Format::Gcm => &self.gcm,
            Format::GcmSiv => &self.gcm_siv,
        }
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
        root: &hkdf::Prk,
        format: Format,
        id: KeyId,
        (tenant, purpose): ([u8; 16], Purpose),
    ) -> Option<Self> {
        let aad = [&[format.byte()], id.as_slice(), &tenant, purpose.label().as_bytes()].concat();
        let mut material = Zeroizing::new([0; 64]);
        root.expand(&[&aad], KeyMaterial).ok()?.fill(material.as_mut()).ok()?;
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
