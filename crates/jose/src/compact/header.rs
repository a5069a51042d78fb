//! Members of a JWS header (RFC 7515 §4.1) that identify the signing key.

use serde_json::{Map, Value};

use super::{CompactError, Padding, strip};
use crate::digest::base64url_decode;
use crate::jwk::Jwk;
use crate::pem::base64_with_whitespace;

/// Bytes that a text in a header may have.
const NAME_LENGTH_MAX: usize = 1024;

/// A JWS header with members of the right types. URLs (`jku`, `x5u`) have no field: this service
/// never fetches a key from a URL in a token (SSRF).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// `alg`, any text up to 1024 bytes.
    pub alg: String,
    /// `kid`, any text up to 1024 bytes.
    pub kid: Option<String>,
    /// `typ`, any text up to 1024 bytes.
    pub typ: Option<String>,
    /// `cty`, any text up to 1024 bytes.
    pub cty: Option<String>,
    /// `x5t`: SHA-1 of the certificate of the signing key.
    pub x5t: Option<[u8; 20]>,
    /// `x5t#S256`: SHA-256 of the certificate of the signing key.
    pub x5t_s256: Option<[u8; 32]>,
    /// The first certificate of `x5c`, in DER. It identifies a registered key and is not trusted.
    pub x5c: Option<Vec<u8>>,
    /// `jwk`, the public key of a DPoP proof (RFC 9449 §4.2).
    pub jwk: Option<Jwk>,
    members: Map<String, Value>,
}

impl Header {
    /// Returns any member, unchanged.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    pub(super) fn from_members(
        members: Map<String, Value>,
        padding: Padding,
    ) -> Result<Self, CompactError> {
        // `b64` (RFC 7797) changes the signing input, so it is refused even without `crit`.
        if let Some(name) = ["crit", "b64"].into_iter().find(|name| members.contains_key(*name)) {
            return Err(CompactError::Critical(name));
        }
        let jwk = match members.get("jwk") {
            None => None,
            Some(Value::Object(jwk)) => Some(Jwk::from_members(jwk).map_err(CompactError::Jwk)?),
            Some(_) => return Err(CompactError::Malformed("jwk")),
        };
        Ok(Self {
            alg: text(&members, "alg")?.ok_or(CompactError::Missing("alg"))?,
            kid: text(&members, "kid")?,
            typ: text(&members, "typ")?,
            cty: text(&members, "cty")?,
            x5t: thumbprint(&members, "x5t", padding)?,
            x5t_s256: thumbprint(&members, "x5t#S256", padding)?,
            x5c: first_certificate(&members)?,
            jwk,
            members,
        })
    }
}

fn text(members: &Map<String, Value>, name: &'static str) -> Result<Option<String>, CompactError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= NAME_LENGTH_MAX => Ok(Some(text.clone())),
        Some(_) => Err(CompactError::Malformed(name)),
    }
}

fn thumbprint<const N: usize>(
    members: &Map<String, Value>,
    name: &'static str,
    padding: Padding,
) -> Result<Option<[u8; N]>, CompactError> {
    let Some(text) = text(members, name)? else { return Ok(None) };
    let bytes = base64url_decode(strip(&text, padding)).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).map(Some).ok_or(CompactError::Malformed(name))
}

/// Decodes the first certificate of `x5c`, an array of base64 texts. MSAL.NET sends a single text;
/// MSAL for Python sends line breaks in it.
fn first_certificate(members: &Map<String, Value>) -> Result<Option<Vec<u8>>, CompactError> {
    let first = match members.get("x5c") {
        None => return Ok(None),
        Some(Value::Array(chain)) => chain.first(),
        single => single,
    };
    first
        .and_then(Value::as_str)
        .and_then(base64_with_whitespace)
        .map(Some)
        .ok_or(CompactError::Malformed("x5c"))
}
