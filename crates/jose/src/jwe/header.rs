//! The members of a JWE header (RFC 7516 §4.1, RFC 7518 §4.6.1).

use serde_json::{Map, Value};

use super::{ContentEncryption, JweError, KeyManagement, text};
use crate::digest::base64url_decode;
use crate::jwk::Jwk;

/// A JWE header with supported algorithms.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// `alg`.
    pub alg: KeyManagement,
    /// `enc`.
    pub enc: ContentEncryption,
    /// `kid`.
    pub kid: Option<String>,
    /// `typ`.
    pub typ: Option<String>,
    /// `cty`: `JWT` if the plaintext is a token.
    pub cty: Option<String>,
    /// `epk`, the sender's ephemeral key.
    pub epk: Option<Jwk>,
    /// `apu`, decoded. Empty if missing.
    pub apu: Vec<u8>,
    /// `apv`, decoded. Empty if missing.
    pub apv: Vec<u8>,
}

impl Header {
    pub(super) fn from_members(members: &Map<String, Value>) -> Result<Self, JweError> {
        let refused = ["crit", "zip", "p2c", "p2s"];
        if let Some(name) = refused.into_iter().find(|name| members.contains_key(*name)) {
            return Err(JweError::Refused(name));
        }
        let owned = |name| text(members, name).map(|text| text.map(str::to_owned));
        let epk = match members.get("epk") {
            None => None,
            Some(Value::Object(epk)) => Some(Jwk::from_members(epk)?),
            Some(_) => return Err(JweError::Malformed("epk")),
        };
        Ok(Self {
            alg: text(members, "alg")?.ok_or(JweError::Missing("alg"))?.parse()?,
            enc: text(members, "enc")?.ok_or(JweError::Missing("enc"))?.parse()?,
            kid: owned("kid")?,
            typ: owned("typ")?,
            cty: owned("cty")?,
            epk,
            apu: party(members, "apu")?,
            apv: party(members, "apv")?,
        })
    }
}

/// Decodes the information about a party of the key agreement. Empty if missing.
pub(super) fn party(members: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JweError> {
    let text = text(members, name)?.unwrap_or_default();
    base64url_decode(text).map_err(|_| JweError::Malformed(name))
}
