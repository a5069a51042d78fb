//! Key sets (RFC 7517 §5), as fetched from a client or registered by it.

use serde_json::Value;

use super::{Jwk, JwkError, Thumbprint};
use crate::certificate::Certificate;
use crate::compact::Header;
use crate::digest::sha256;
use crate::json;

/// The keys of a set that we can use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwkSet {
    /// The keys, in the order of the set.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// Bytes of JSON that a set may take.
    pub const LENGTH_MAX: usize = 64 * 1024;
    /// Keys that a set may have.
    pub const KEYS_MAX: usize = 64;

    /// Reads a set. Keys of types we do not know are left out (RFC 7517 §5); one private,
    /// symmetric, weak or malformed key, or a `kid` that stands twice, refuses the whole set.
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

    /// The keys with this `kid`; also those without one whose thumbprint it is.
    pub fn by_kid<'a>(&'a self, kid: &'a str) -> impl Iterator<Item = &'a Jwk> {
        self.keys.iter().filter(move |jwk| is_called(jwk, kid))
    }

    /// The keys that a token's header may mean: by `kid`, `x5t`, `x5t#S256`, or the certificate in
    /// `x5c`; all of them where it names none. Only verification tells whether one made it.
    pub fn candidates(&self, header: &Header) -> Vec<&Jwk> {
        let certificate = header.x5c.as_deref().map(|der| {
            let own = Certificate::from_der(der).ok().map(|read| read.jwk().thumbprint());
            (sha256(der), own)
        });
        let by_certificate = |jwk: &Jwk| {
            certificate.as_ref().is_some_and(|(hash, own)| {
                jwk.x5t_s256 == Some(*hash) || *own == Some(jwk.thumbprint())
            })
        };
        let unnamed = header.kid.is_none()
            && header.x5t.is_none()
            && header.x5t_s256.is_none()
            && header.x5c.is_none();
        let named = |jwk: &&Jwk| {
            header.kid.as_deref().is_some_and(|kid| is_called(jwk, kid))
                || (header.x5t.is_some() && header.x5t == jwk.x5t)
                || (header.x5t_s256.is_some() && header.x5t_s256 == jwk.x5t_s256)
                || by_certificate(jwk)
        };
        self.keys.iter().filter(|jwk| unnamed || named(jwk)).collect()
    }

    /// The key with this thumbprint.
    pub fn by_thumbprint(&self, thumbprint: Thumbprint) -> Option<&Jwk> {
        self.keys.iter().find(|jwk| jwk.thumbprint() == thumbprint)
    }
}

/// Whether `kid` is the key's own, or its thumbprint where it has none.
fn is_called(jwk: &Jwk, kid: &str) -> bool {
    match &jwk.kid {
        Some(own) => own == kid,
        None => jwk.thumbprint().to_string() == kid,
    }
}
