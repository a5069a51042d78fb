//! Key sets (RFC 7517 §5) of clients, registered or fetched.

use serde_json::Value;

use crate::certificate::Certificate;
use crate::compact::Header;
use crate::digest::sha256;
use crate::json;
use crate::jwk::{Jwk, JwkError, Thumbprint};

/// The keys of a set that have a supported type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwkSet {
    /// The keys, in the order of the set.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// Bytes of JSON that a set may have.
    pub const LENGTH_MAX: usize = 64 * 1024;
    /// Number of keys that a set may have.
    pub const KEYS_MAX: usize = 64;

    /// Parses a set. Skips keys of unsupported types (RFC 7517 §5). A private, symmetric, weak or
    /// malformed key, or a repeated `kid`, is an error of the whole set.
    pub fn from_json(json: &[u8]) -> Result<Self, JwkError> {
        if json.len() > Self::LENGTH_MAX {
            return Err(JwkError::TooLong(Self::LENGTH_MAX));
        }
        let members = json::object(json)?;
        let Some(Value::Array(values)) = members.get("keys") else {
            return Err(JwkError::Missing("keys"));
        };
        if values.len() > Self::KEYS_MAX {
            return Err(JwkError::TooMany(Self::KEYS_MAX));
        }
        let mut keys: Vec<Jwk> = Vec::with_capacity(values.len());
        for value in values {
            let members = value.as_object().ok_or(JwkError::Malformed("keys"))?;
            match Jwk::from_members(members) {
                Ok(jwk) if jwk.kid.is_some() && keys.iter().any(|key| key.kid == jwk.kid) => {
                    return Err(JwkError::DuplicateKid(jwk.kid.unwrap_or_default()));
                }
                Ok(jwk) => keys.push(jwk),
                Err(JwkError::UnknownType(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { keys })
    }

    /// Returns the keys with this `kid`. For keys without one, the thumbprint is the `kid`.
    pub fn by_kid<'a>(&'a self, kid: &'a str) -> impl Iterator<Item = &'a Jwk> {
        self.keys.iter().filter(move |jwk| has_kid(jwk, kid))
    }

    /// Returns the keys that a token's header may refer to: by `kid`, `x5t`, `x5t#S256`, or the
    /// certificate in `x5c`. Returns all keys for a header without these members. Only verification
    /// shows which key signed the token.
    pub fn candidates(&self, header: &Header) -> Vec<&Jwk> {
        let certificate = header.x5c.as_deref().map(|der| {
            let key = Certificate::from_der(der).ok().map(|parsed| parsed.jwk().thumbprint());
            (sha256(der), key)
        });
        let by_certificate = |jwk: &Jwk| {
            certificate.as_ref().is_some_and(|(hash, key)| {
                jwk.x5t_s256 == Some(*hash) || *key == Some(jwk.thumbprint())
            })
        };
        let refers_to_none = header.kid.is_none()
            && header.x5t.is_none()
            && header.x5t_s256.is_none()
            && header.x5c.is_none();
        let refers_to = |jwk: &&Jwk| {
            header.kid.as_deref().is_some_and(|kid| has_kid(jwk, kid))
                || (header.x5t.is_some() && header.x5t == jwk.x5t)
                || (header.x5t_s256.is_some() && header.x5t_s256 == jwk.x5t_s256)
                || by_certificate(jwk)
        };
        self.keys.iter().filter(|jwk| refers_to_none || refers_to(jwk)).collect()
    }

    /// Returns the key with this thumbprint.
    pub fn by_thumbprint(&self, thumbprint: Thumbprint) -> Option<&Jwk> {
        self.keys.iter().find(|jwk| jwk.thumbprint() == thumbprint)
    }
}

/// Returns whether `kid` is the key's `kid`, or its thumbprint if it has none.
fn has_kid(jwk: &Jwk, kid: &str) -> bool {
    match &jwk.kid {
        Some(own) => own == kid,
        None => jwk.thumbprint().to_string() == kid,
    }
}
