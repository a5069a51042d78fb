//! PEM blocks (RFC 7468), and base64 text that contains whitespace.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Bytes of DER that a block may hold.
pub(crate) const DER_LENGTH_MAX: usize = 16 * 1024;

/// The reason why a text has no readable PEM block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PemError {
    /// The text is longer than four times [`DER_LENGTH_MAX`].
    TooLong,
    /// The text has no block with this label, or the block is not base64.
    NotPem,
}

/// Returns the bytes of the first PEM block with this label.
pub(crate) fn pem_block(pem: &str, label: &str) -> Result<Vec<u8>, PemError> {
    if pem.len() > 4 * DER_LENGTH_MAX {
        return Err(PemError::TooLong);
    }
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let (_, rest) = pem.split_once(&begin).ok_or(PemError::NotPem)?;
    let (body, _) = rest.split_once(&end).ok_or(PemError::NotPem)?;
    base64_with_whitespace(body).ok_or(PemError::NotPem)
}

/// Decodes padded base64 and ignores ASCII whitespace in it.
pub(crate) fn base64_with_whitespace(text: &str) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).ok()
}
