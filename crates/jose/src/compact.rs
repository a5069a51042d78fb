//! A compact JWS (RFC 7515 §7.1) taken apart without trusting it, and verified after.

mod header;

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::digest::base64url_decode;
use crate::json::{self, JsonError};
use crate::jwk::JwkError;
use crate::verifying_key::{VerifyError, VerifyingKey};
pub use header::Header;

/// Whether `=` at the end of a segment is taken (azure-identity's asyncio client sends it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// RFC 7515: there is none.
    Refused,
    /// Up to two at the end of each segment.
    Tolerated,
}

/// A compact JWS whose signature nobody has checked yet.
pub struct Compact<'a> {
    header: Header,
    payload: Vec<u8>,
    signing_input: &'a str,
    signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes a token of at most `length_max` bytes apart; reads its header, not its payload.
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

    /// The header: only a claim of what the token is and which key made it.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The payload before verification, to find out whose key to verify it with; nothing else.
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// The text that the signature is over.
    pub const fn signing_input(&self) -> &str {
        self.signing_input
    }

    /// The signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Checks the signature; the header's `alg` must be one that the key allows.
    pub fn verify(self, key: &VerifyingKey) -> Result<Verified, VerifyError> {
        let algorithm: Algorithm = self.header.alg.parse()?;
        key.verify(algorithm, self.signing_input.as_bytes(), &self.signature)?;
        Ok(Verified { algorithm, header: self.header, payload: self.payload })
    }
}

/// A JWS whose signature verified; made by [`Compact::verify`] only.
pub struct Verified {
    algorithm: Algorithm,
    header: Header,
    payload: Vec<u8>,
}

impl Verified {
    /// The algorithm it was signed with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The payload as it was signed.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload as a JSON object that repeats no member.
    pub fn claims(&self) -> Result<Map<String, Value>, JsonError> {
        json::object(&self.payload)
    }

    /// The payload as a JSON object that repeats no member, read into `T`.
    pub fn claims_as<T: DeserializeOwned>(&self) -> Result<T, ClaimsError> {
        Ok(serde_json::from_value(Value::Object(self.claims()?))?)
    }
}

// Whoever holds a token can use it, so none is ever shown whole.
impl fmt::Debug for Compact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compact").field("alg", &self.header.alg).finish_non_exhaustive()
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// Why a payload is not the claims expected.
#[derive(Debug, thiserror::Error)]
pub enum ClaimsError {
    /// Not a proper JSON object.
    #[error("the payload is {0}")]
    Json(#[from] JsonError),
    /// A claim is missing or has another type.
    #[error("a claim is missing or malformed")]
    Shape(#[from] serde_json::Error),
}

/// Why a text is not a compact JWS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompactError {
    /// Longer than the caller takes.
    #[error("the token is longer than {length_max} bytes")]
    TooLong {
        /// The limit.
        length_max: usize,
    },
    /// Not three segments; five are a JWE.
    #[error("the token has {0} segments where a signed one has 3")]
    Segments(usize),
    /// A segment, counted from 1, is not base64url.
    #[error("segment {0} is not base64url")]
    NotBase64Url(usize),
    /// The header is not a proper JSON object.
    #[error("the header is {0}")]
    Header(#[from] JsonError),
    /// A header member that must be there is not.
    #[error("the header has no {0:?}")]
    Missing(&'static str),
    /// A header member is not what it must be.
    #[error("the header's {0:?} is malformed")]
    Malformed(&'static str),
    /// The header marks an extension as critical that we do not know (RFC 7515 §4.1.11).
    #[error("the header has {0:?}; no critical extension is supported")]
    Critical(&'static str),
    /// The key in the header is not one that we take.
    #[error("the header's \"jwk\": {0}")]
    Jwk(JwkError),
}

fn decode(segment: &str, number: usize, padding: Padding) -> Result<Vec<u8>, CompactError> {
    base64url_decode(strip(segment, padding)).map_err(|_| CompactError::NotBase64Url(number))
}

/// The text without the padding that is tolerated.
fn strip(text: &str, padding: Padding) -> &str {
    match padding {
        Padding::Refused => text,
        Padding::Tolerated => {
            let once = text.strip_suffix('=').unwrap_or(text);
            once.strip_suffix('=').unwrap_or(once)
        }
    }
}
