//! Parses a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) in DER.

use super::{Curve, Jwk, JwkError, PublicKey};
use crate::der::{NotDer, OBJECT_IDENTIFIER, Reader};

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const LENGTH_MAX: usize = 4096;

impl From<NotDer> for JwkError {
    fn from(_: NotDer) -> Self {
        Self::NotSpki
    }
}

impl Jwk {
    /// Parses a DER SubjectPublicKeyInfo.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, JwkError> {
        if der.len() > LENGTH_MAX {
            return Err(JwkError::TooLong(LENGTH_MAX));
        }
        let mut outer = Reader::new(der);
        let mut info = outer.sequence()?;
        outer.end()?;
        let mut algorithm = info.sequence()?;
        let bits = info.bits()?;
        info.end()?;
        let identifier = algorithm.take(OBJECT_IDENTIFIER)?;
        let key = match identifier {
            RSA => PublicKey::from_rsa_der(bits)?,
            EC => match algorithm.take(OBJECT_IDENTIFIER)? {
                P256 => PublicKey::from_point(Curve::P256, bits)?,
                P384 => PublicKey::from_point(Curve::P384, bits)?,
                _ => return Err(JwkError::UnknownType("EC on another curve".into())),
            },
            ED25519 => PublicKey::Ed25519(bits.try_into().map_err(|_| JwkError::NotSpki)?),
            X25519 => PublicKey::X25519(bits.try_into().map_err(|_| JwkError::NotSpki)?),
            _ => return Err(JwkError::UnknownType("another algorithm".into())),
        };
        Ok(Self::new(key))
    }
}

impl PublicKey {
    /// Parses an RSAPublicKey (RFC 8017 A.1.1).
    pub(crate) fn from_rsa_der(der: &[u8]) -> Result<Self, JwkError> {
        let mut outer = Reader::new(der);
        let mut numbers = outer.sequence()?;
        outer.end()?;
        let (n, e) = (numbers.positive()?, numbers.positive()?);
        numbers.end()?;
        Self::rsa(n, e)
    }
}
