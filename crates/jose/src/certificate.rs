//! As much of an X.509 certificate (RFC 5280 §4.1) as identifies a registered key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::der::{CONTEXT_0, INTEGER, NotDer, Reader};
use crate::digest::{sha1, sha256};
use crate::jwk::{Jwk, JwkError};

/// Bytes that a certificate may take.
const LENGTH_MAX: usize = 16 * 1024;

/// A certificate taken as the name of a key: nothing in it is validated or trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    jwk: Jwk,
    sha1: [u8; 20],
    sha256: [u8; 32],
}

impl Certificate {
    /// Reads a DER certificate.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > LENGTH_MAX {
            return Err(CertificateError::TooLong(LENGTH_MAX));
        }
        let mut jwk = Jwk::from_spki_der(spki(der)?).map_err(CertificateError::Key)?;
        let (sha1, sha256) = (sha1(der), sha256(der));
        jwk.x5t = Some(sha1);
        jwk.x5t_s256 = Some(sha256);
        Ok(Self { jwk, sha1, sha256 })
    }

    /// Reads the first certificate of a PEM text.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        Self::from_der(&pem_block(pem, "CERTIFICATE")?)
    }

    /// The public key, carrying the thumbprints.
    pub const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The public key, carrying the thumbprints.
    pub fn into_jwk(self) -> Jwk {
        self.jwk
    }

    /// What `x5t` names it by (RFC 7515 §4.1.7).
    pub const fn sha1_thumbprint(&self) -> [u8; 20] {
        self.sha1
    }

    /// What `x5t#S256` names it by (RFC 7515 §4.1.8).
    pub const fn sha256_thumbprint(&self) -> [u8; 32] {
        self.sha256
    }
}

/// Why a text is not a certificate that we can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than a certificate is.
    #[error("the certificate is longer than {0} bytes")]
    TooLong(usize),
    /// No PEM block of the kind sought.
    #[error("no PEM block of a certificate or public key")]
    NotPem,
    /// Not the DER of a certificate.
    #[error("not an X.509 certificate")]
    NotX509,
    /// Its public key is not one that we take.
    #[error("the certificate's key: {0}")]
    Key(JwkError),
}

impl From<NotDer> for CertificateError {
    fn from(_: NotDer) -> Self {
        Self::NotX509
    }
}

/// The SubjectPublicKeyInfo of a certificate.
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

/// The bytes of the first PEM block (RFC 7468) with this label.
pub(crate) fn pem_block(pem: &str, label: &str) -> Result<Vec<u8>, CertificateError> {
    if pem.len() > 4 * LENGTH_MAX {
        return Err(CertificateError::TooLong(LENGTH_MAX));
    }
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let (_, rest) = pem.split_once(&begin).ok_or(CertificateError::NotPem)?;
    let (body, _) = rest.split_once(&end).ok_or(CertificateError::NotPem)?;
    base64_with_whitespace(body).ok_or(CertificateError::NotPem)
}

/// The bytes of a padded base64 text, line breaks and all.
pub(crate) fn base64_with_whitespace(text: &str) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).ok()
}
