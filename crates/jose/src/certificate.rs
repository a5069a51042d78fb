//! The public key and the thumbprints of an X.509 certificate (RFC 5280 §4.1).

use crate::der::{CONTEXT_0, INTEGER, NotDer, Reader};
use crate::digest::{sha1, sha256};
use crate::jwk::{Jwk, JwkError};
use crate::pem::{DER_LENGTH_MAX, PemError, pem_block};

/// A certificate that identifies a registered key. Nothing in it is validated or trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    jwk: Jwk,
    sha1: [u8; 20],
    sha256: [u8; 32],
}

impl Certificate {
    /// Parses a DER certificate.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > DER_LENGTH_MAX {
            return Err(CertificateError::TooLong(DER_LENGTH_MAX));
        }
        let mut jwk = Jwk::from_spki_der(spki(der)?).map_err(CertificateError::Key)?;
        let (sha1, sha256) = (sha1(der), sha256(der));
        jwk.x5t = Some(sha1);
        jwk.x5t_s256 = Some(sha256);
        Ok(Self { jwk, sha1, sha256 })
    }

    /// Parses the first certificate of a PEM text.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        Self::from_der(&pem_block(pem, "CERTIFICATE")?)
    }

    /// Returns the public key, with the thumbprints of the certificate.
    pub const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Converts into the public key, with the thumbprints of the certificate.
    pub fn into_jwk(self) -> Jwk {
        self.jwk
    }

    /// Returns the value of `x5t` (RFC 7515 §4.1.7).
    pub const fn sha1_thumbprint(&self) -> [u8; 20] {
        self.sha1
    }

    /// Returns the value of `x5t#S256` (RFC 7515 §4.1.8).
    pub const fn sha256_thumbprint(&self) -> [u8; 32] {
        self.sha256
    }
}

impl Jwk {
    /// Parses the first block of a PEM text: a public key, or a certificate, whose thumbprints
    /// become members of the key. A text that also contains a private key is an error.
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

/// The reason why a text was not read as a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than the limit.
    #[error("the certificate is longer than {0} bytes")]
    TooLong(usize),
    /// No PEM block with the expected label.
    #[error("no PEM block of a certificate or public key")]
    NotPem,
    /// Not the DER of a certificate.
    #[error("not an X.509 certificate")]
    NotX509,
    /// A public key that is not accepted.
    #[error("the certificate's key: {0}")]
    Key(JwkError),
}

impl From<NotDer> for CertificateError {
    fn from(_: NotDer) -> Self {
        Self::NotX509
    }
}

impl From<PemError> for CertificateError {
    fn from(error: PemError) -> Self {
        match error {
            PemError::TooLong => Self::TooLong(DER_LENGTH_MAX),
            PemError::NotPem => Self::NotPem,
        }
    }
}

/// Returns the SubjectPublicKeyInfo of a certificate.
fn spki(der: &[u8]) -> Result<&[u8], NotDer> {
    let mut outer = Reader::new(der);
    let mut certificate = outer.sequence()?;
    outer.end()?;
    let mut tbs = certificate.sequence()?;
    tbs.skip_optional(CONTEXT_0)?; // version
    tbs.take(INTEGER)?; // serialNumber
    for _ in ["signature", "issuer", "validity", "subject"] {
        tbs.sequence()?;
    }
    tbs.whole_sequence()
}
