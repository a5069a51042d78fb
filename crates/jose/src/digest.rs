//! Hashes, constant-time comparison, and strict base64url.

use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

/// Returns the SHA-256 hash of `data`.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    fixed(digest::digest(&digest::SHA256, data).as_ref())
}

/// Returns the SHA-1 hash of `data`, for certificate thumbprints (`x5t`) only.
pub(crate) fn sha1(data: &[u8]) -> [u8; 20] {
    fixed(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data).as_ref())
}

/// Returns the HMAC-SHA-256 of `data` under `key`.
pub fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    HmacKey::new(key).sign(data)
}

/// A key for the HMAC-SHA-256 of several texts. Preparing it costs as much as a short text.
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// Prepares a key.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Returns the HMAC of `data`.
    pub fn sign(&self, data: &[u8]) -> [u8; 32] {
        fixed(hmac::sign(&self.0, data).as_ref())
    }
}

/// Compares two byte strings in a time that depends on their lengths only.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Encodes as base64url without padding (RFC 7515 §2).
pub fn base64url(data: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(data)
}

/// Appends the base64url text of `data` to `text`.
pub(crate) fn base64url_into(data: &[u8], text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(data, text);
}

/// Decodes base64url. Padding, other characters and nonzero trailing bits are errors.
pub fn base64url_decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

/// The error for a text that is not base64url without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not base64url without padding")]
pub struct NotBase64Url;

/// Returns the first `N` bytes, filled up with zeros.
pub(crate) fn fixed<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    for (to, from) in array.iter_mut().zip(bytes) {
        *to = *from;
    }
    array
}

/// Decodes base64 with padding (RFC 4648 §4), as used by HTTP Basic.
pub fn base64_decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, NotBase64> {
    STANDARD.decode(text).map_err(|_| NotBase64)
}

/// The error for a text that is not base64 with padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not base64")]
pub struct NotBase64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_decoding_is_strict() {
        // Decodes texts that a lenient decoder accepts.
        assert_eq!(base64url_decode("Zm9v"), Ok(b"foo".to_vec()));
        for text in ["Zm8=", "Zm9v\n", "Zm9", "Zm9/", "Zm+v", "Zh", "Z"] {
            assert_eq!(base64url_decode(text), Err(NotBase64Url), "{text:?}");
        }
    }

    #[test]
    fn hashes_match_published_test_vectors() {
        // Compares with FIPS 180-4 "abc" and RFC 4231 case 2.
        assert_eq!(base64url(sha256(b"abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(base64url(sha1(b"abc")), "qZk-NkcGgWq6PiVxeFDCbJzQ2J0");
        assert_eq!(
            base64url(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM"
        );
    }

    #[test]
    fn constant_time_comparison_sees_length_and_content() {
        // Compares equal, unequal and prefix slices.
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"abd"));
        assert!(!constant_time_eq(b"abc", b"ab"));
        assert!(constant_time_eq(b"", b""));
    }
}
