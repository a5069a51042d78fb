//! Parses a compact JWS (RFC 7515 §7.1) without trusting it, and verifies its signature.

mod header;

use std::fmt;

use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::digest::base64url_decode;
use crate::json::{self, JsonError};
use crate::jwk::JwkError;
use crate::verifying_key::{VerifyError, VerifyingKey};
pub use header::Header;

/// The treatment of `=` at the end of a segment (azure-identity's asyncio client sends it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Padding is an error, as RFC 7515 demands.
    Refused,
    /// Up to two `=` at the end of each segment are ignored.
    Tolerated,
}

/// A compact JWS with an unverified signature.
pub struct CompactJws<'a> {
    header: Header,
    payload: Vec<u8>,
    signing_input: &'a str,
    signature: Vec<u8>,
}

impl<'a> CompactJws<'a> {
    /// Parses a token of at most `length_max` bytes. Parses its header, but not its payload.
    pub fn parse(
        token: &'a str,
        length_max: usize,
        padding: Padding,
    ) -> Result<Self, CompactError> {
        if token.len() > length_max {
            return Err(CompactError::TooLong { length_max });
        }
        let count = token.split('.').count();
        let mut segments = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (segments.next(), segments.next(), segments.next(), segments.next())
        else {
            return Err(CompactError::Segments(count));
        };
        let signing_input = &token.get(..=header.len() + payload.len());
        let signing_input = signing_input.ok_or(CompactError::Segments(count))?;
        let header = json::object(&decode(header, 1, padding)?)?;
        Ok(Self {
            header: Header::from_members(header, padding)?,
            payload: decode(payload, 2, padding)?,
            signing_input,
            signature: decode(signature, 3, padding)?,
        })
    }

    /// Returns the unverified header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the unverified payload. Use it only to choose the key, or to describe an error.
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// Returns the text that was signed.
    pub const fn signing_input(&self) -> &str {
        self.signing_input
    }

    /// Returns the signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Verifies the signature. The header's `alg` must be one that the key allows.
    pub fn verify(self, key: &VerifyingKey) -> Result<Verified, VerifyError> {
        let algorithm: Algorithm = self.header.alg.parse()?;
        key.verify(algorithm, self.signing_input.as_bytes(), &self.signature)?;
        Ok(Verified { algorithm, header: self.header, payload: self.payload })
    }

    /// Returns the result of an earlier [`Self::verify`] with the same key, which must have
    /// succeeded. `None` if the key does not allow the algorithm any more.
    pub(crate) fn verified_before(&self, key: &VerifyingKey) -> Option<Verified> {
        let algorithm: Algorithm = self.header.alg.parse().ok()?;
        let is_allowed = key.algorithms().any(|allowed| allowed == algorithm);
        let verified =
            || Verified { algorithm, header: self.header.clone(), payload: self.payload.clone() };
        is_allowed.then(verified)
    }
}

/// A JWS with a valid signature. Only [`CompactJws::verify`] creates one, and for a signature that
/// was verified before, [`VerifiedSignatures`](crate::VerifiedSignatures).
pub struct Verified {
    algorithm: Algorithm,
    header: Header,
    payload: Vec<u8>,
}

impl Verified {
    /// Returns the algorithm of the signature.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the signed payload.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Parses the payload as a JSON object without repeated members.
    pub fn claims(&self) -> Result<Map<String, Value>, JsonError> {
        json::object(&self.payload)
    }
}

// A token is a credential of its bearer, so debug output must not contain it.
impl fmt::Debug for CompactJws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJws").field("alg", &self.header.alg).finish_non_exhaustive()
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The reason why a text is not an acceptable compact JWS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompactError {
    /// Longer than the caller's limit.
    #[error("the token is longer than {length_max} bytes")]
    TooLong {
        /// The limit.
        length_max: usize,
    },
    /// A number of segments other than three. Five segments are a JWE.
    #[error("the token has {0} segments where a signed one has 3")]
    Segments(usize),
    /// A segment that is not base64url, counted from 1.
    #[error("segment {0} is not base64url")]
    NotBase64Url(usize),
    /// The header is not an acceptable JSON object.
    #[error("the header is {0}")]
    Header(#[from] JsonError),
    /// A required header member is missing.
    #[error("the header has no {0:?}")]
    Missing(&'static str),
    /// A header member has a wrong type, or is too long.
    #[error("the header's {0:?} is malformed")]
    Malformed(&'static str),
    /// The header demands an extension (RFC 7515 §4.1.11). None is supported.
    #[error("the header has {0:?}; no critical extension is supported")]
    Critical(&'static str),
    /// The key in the header is not accepted.
    #[error("the header's \"jwk\": {0}")]
    Jwk(JwkError),
}

fn decode(segment: &str, number: usize, padding: Padding) -> Result<Vec<u8>, CompactError> {
    base64url_decode(strip(segment, padding)).map_err(|_| CompactError::NotBase64Url(number))
}

/// Returns the text without tolerated padding.
fn strip(text: &str, padding: Padding) -> &str {
    match padding {
        Padding::Refused => text,
        Padding::Tolerated => {
            let once = text.strip_suffix('=').unwrap_or(text);
            once.strip_suffix('=').unwrap_or(once)
        }
    }
}
