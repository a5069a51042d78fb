//! Public keys in the form of a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), in DER or PEM.

use super::{Curve, Jwk, JwkError, PublicKey};
use crate::certificate::{Certificate, CertificateError, pem_block};
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
    /// Reads a DER SubjectPublicKeyInfo.
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

    /// Reads the first block of a PEM text: a public key, or a certificate, whose thumbprints
    /// the key then carries. Refuses a text that holds a private key, too.
    pub fn from_pem(pem: &str) -> Result<Self, JwkError> {
        if pem.contains("PRIVATE KEY-----") {
            return Err(JwkError::Private("PRIVATE KEY"));
        }
        if let Ok(der) = pem_block(pem, "PUBLIC KEY") {
            return Self::from_spki_der(&der);
        }
        match Certificate::from_pem(pem) {
            Ok(certificate) => Ok(certificate.into_jwk()),
            Err(CertificateError::Key(error)) => Err(error),
            Err(_) => Err(JwkError::NotSpki),
        }
    }
}

impl PublicKey {
    /// An RSAPublicKey (RFC 8017 A.1.1).
    pub(crate) fn from_rsa_der(der: &[u8]) -> Result<Self, JwkError> {
        let mut outer = Reader::new(der);
        let mut numbers = outer.sequence()?;
        outer.end()?;
        let (n, e) = (numbers.positive()?, numbers.positive()?);
        numbers.end()?;
        Self::rsa(n, e)
    }
}
