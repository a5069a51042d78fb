//! Parses a JWK from another party.

use serde_json::{Map, Value};

use super::{Curve, Jwk, JwkError, KeyUse, PublicKey, roca};
use crate::digest::base64url_decode;
use crate::json;

/// Bytes of JSON that a key may have: enough for 8192-bit RSA with a certificate chain.
const JSON_LENGTH_MAX: usize = 32 * 1024;
/// Bytes of a `kid` or `alg`.
const NAME_LENGTH_MAX: usize = 512;
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl Jwk {
    /// Parses a public key. A private member is an error.
    pub fn from_json(json: &[u8]) -> Result<Self, JwkError> {
        if json.len() > JSON_LENGTH_MAX {
            return Err(JwkError::TooLong(JSON_LENGTH_MAX));
        }
        Self::from_members(&json::object(json)?)
    }

    /// Parses a public key from the members of its JSON object.
    pub fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let kty = text(members, "kty")?.ok_or(JwkError::Missing("kty"))?;
        if kty == "oct" {
            return Err(JwkError::Symmetric);
        }
        if let Some(name) = PRIVATE_MEMBERS.into_iter().find(|name| members.contains_key(*name)) {
            return Err(JwkError::Private(name));
        }
        let key = match kty {
            "RSA" => PublicKey::rsa(&bytes(members, "n")?, &bytes(members, "e")?)?,
            "EC" => {
                let crv = text(members, "crv")?.ok_or(JwkError::Missing("crv"))?;
                PublicKey::ec(crv, bytes(members, "x")?, bytes(members, "y")?)?
            }
            "OKP" => {
                let crv = text(members, "crv")?.ok_or(JwkError::Missing("crv"))?;
                PublicKey::okp(crv, &bytes(members, "x")?)?
            }
            other => return Err(JwkError::UnknownType(shorten(other))),
        };
        Ok(Self {
            key,
            kid: name(members, "kid")?,
            alg: name(members, "alg")?,
            key_use: key_use(members)?,
            x5t: thumbprint(members, "x5t")?,
            x5t_s256: thumbprint(members, "x5t#S256")?,
        })
    }
}

impl PublicKey {
    /// Creates an RSA key from its big-endian modulus and exponent.
    ///
    /// # Errors
    /// A number is not in its shortest form, or is outside the limits. The modulus is of a library
    /// that generated weak primes.
    pub fn rsa(n: &[u8], e: &[u8]) -> Result<Self, JwkError> {
        let &first = n.first().ok_or(JwkError::Malformed("n"))?;
        // Another encoding of the same key would have another thumbprint (RFC 7518 §6.3.1.1).
        if first == 0 || n.last().is_none_or(|last| last % 2 == 0) {
            return Err(JwkError::Malformed("n"));
        }
        let bits = n.len().saturating_mul(8) - first.leading_zeros() as usize;
        if !(2048..=8192).contains(&bits) {
            return Err(JwkError::RsaSize(bits));
        }
        let &first = e.first().ok_or(JwkError::Malformed("e"))?;
        if first == 0 {
            return Err(JwkError::Malformed("e"));
        }
        let odd = e.last().is_some_and(|last| last % 2 == 1);
        let short = e.len() < 5 || (e.len() == 5 && first == 1);
        if !odd || e == [1] || !short {
            return Err(JwkError::RsaExponent);
        }
        if roca::is_vulnerable(n) {
            return Err(JwkError::Roca);
        }
        Ok(Self::Rsa { n: n.to_vec(), e: e.to_vec() })
    }

    pub(super) fn ec(crv: &str, x: Vec<u8>, y: Vec<u8>) -> Result<Self, JwkError> {
        let curve = match crv {
            "P-256" => Curve::P256,
            "P-384" => Curve::P384,
            other => return Err(JwkError::UnknownType(shorten(other))),
        };
        if x.len() != curve.width() {
            return Err(JwkError::Malformed("x"));
        }
        if y.len() != curve.width() {
            return Err(JwkError::Malformed("y"));
        }
        Ok(Self::Ec { curve, x, y })
    }

    /// Creates an EC key from its encoded point `04 ‖ x ‖ y`.
    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, JwkError> {
        match point.split_first() {
            Some((4, coordinates)) if coordinates.len() == 2 * curve.width() => {
                let (x, y) = coordinates.split_at(curve.width());
                Ok(Self::Ec { curve, x: x.to_vec(), y: y.to_vec() })
            }
            _ => Err(JwkError::NotSpki),
        }
    }

    fn okp(crv: &str, x: &[u8]) -> Result<Self, JwkError> {
        let key = || <[u8; 32]>::try_from(x).map_err(|_| JwkError::Malformed("x"));
        match crv {
            "Ed25519" => key().map(Self::Ed25519),
            "X25519" => key().map(Self::X25519),
            other => Err(JwkError::UnknownType(shorten(other))),
        }
    }
}

fn text<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, JwkError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JwkError::Malformed(name)),
    }
}

fn name(members: &Map<String, Value>, name: &'static str) -> Result<Option<String>, JwkError> {
    match text(members, name)? {
        Some(text) if text.len() > NAME_LENGTH_MAX => Err(JwkError::Malformed(name)),
        text => Ok(text.map(str::to_owned)),
    }
}

fn bytes(members: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JwkError> {
    let text = text(members, name)?.ok_or(JwkError::Missing(name))?;
    base64url_decode(text).map_err(|_| JwkError::Malformed(name))
}

fn thumbprint<const N: usize>(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<[u8; N]>, JwkError> {
    let Some(text) = text(members, name)? else { return Ok(None) };
    // Some published key sets pad these values.
    let bytes = base64url_decode(text.trim_end_matches('=')).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).map(Some).ok_or(JwkError::Malformed(name))
}

/// Returns the purpose of the key from `use` or `key_ops` (RFC 7517 §4.3).
fn key_use(members: &Map<String, Value>) -> Result<Option<KeyUse>, JwkError> {
    let by_use = match text(members, "use")? {
        None => None,
        Some("sig") => Some(KeyUse::Signature),
        Some("enc") => Some(KeyUse::Encryption),
        Some(_) => return Err(JwkError::Malformed("use")),
    };
    let by_operations = match members.get("key_ops") {
        None => None,
        Some(Value::Array(operations)) => {
            let has = |name: &str| operations.iter().any(|operation| operation == name);
            Some(if has("verify") { KeyUse::Signature } else { KeyUse::Encryption })
        }
        Some(_) => return Err(JwkError::Malformed("key_ops")),
    };
    match (by_use, by_operations) {
        (Some(first), Some(second)) if first != second => Err(JwkError::Malformed("key_ops")),
        (first, second) => Ok(first.or(second)),
    }
}

/// Returns the first 32 characters of a name from another party.
fn shorten(name: &str) -> String {
    name.chars().take(32).collect()
}
