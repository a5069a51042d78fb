//! Hashes, comparison in constant time, and strict base64url.

use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

/// SHA-256 of `data`.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    fixed(digest::digest(&digest::SHA256, data).as_ref())
}

/// SHA-1 of `data`, for certificate thumbprints (`x5t`) only.
pub(crate) fn sha1(data: &[u8]) -> [u8; 20] {
    fixed(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data).as_ref())
}

/// HMAC-SHA-256 of `data` under `key`.
pub fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    fixed(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref())
}

/// Whether two byte strings are the same, in a time that depends on their lengths alone.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Base64url without padding (RFC 7515 §2).
pub fn base64url(data: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(data)
}

/// Appends the base64url text of `data` to `text`.
pub(crate) fn base64url_into(data: &[u8], text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(data, text);
}

/// The bytes of a base64url text; refuses padding, other characters and stray trailing bits.
pub fn base64url_decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

/// A text that is not base64url without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not base64url without padding")]
pub struct NotBase64Url;

/// The first `N` bytes of a hash; zeros stand for bytes that the hash lacks.
pub(crate) fn fixed<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

/// The bytes of a base64 text with padding (RFC 4648 §4), as HTTP Basic has it.
pub fn base64_decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, NotBase64> {
    STANDARD.decode(text).map_err(|_| NotBase64)
}

/// The text is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not base64")]
pub struct NotBase64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_strict() {
        // Decodes texts that a lenient decoder takes.
        assert_eq!(base64url_decode("Zm9v"), Ok(b"foo".to_vec()));
        for text in ["Zm8=", "Zm9v\n", "Zm9", "Zm9/", "Zm+v", "Zh", "Z"] {
            assert_eq!(base64url_decode(text), Err(NotBase64Url), "{text:?}");
        }
    }

    #[test]
    fn hashes_match_published_values() {
        // Compares with FIPS 180-4 "abc" and RFC 4231 case 2.
        assert_eq!(base64url(sha256(b"abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(base64url(sha1(b"abc")), "qZk-NkcGgWq6PiVxeFDCbJzQ2J0");
        assert_eq!(
            base64url(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM"
        );
    }

    #[test]
    fn comparison_tells_lengths_and_contents_apart() {
        // Compares equal, unequal and prefix slices.
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"abd"));
        assert!(!constant_time_eq(b"abc", b"ab"));
        assert!(constant_time_eq(b"", b""));
    }
}
