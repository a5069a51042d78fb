//! The certificates of a file: whose they are, and who issued them (RFC 5280 §4.1.2).

use std::path::Path;

use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use webpki::EndEntityCert;

use crate::bounded_input::{InputKind, read_file};

/// The attribute type `commonName` in DER: the object identifier 2.5.4.3.
const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];

/// The certificates of a PEM file, in the order of the file. Malformed ones are left out: loading
/// the file reports them.
pub(super) struct Chain(Vec<CertificateDer<'static>>);

impl Chain {
    pub(super) fn from_pem(pem: &str) -> Self {
        let certificates = CertificateDer::pem_slice_iter(pem.as_bytes()).filter_map(Result::ok);
        Self(certificates.filter(|der| EndEntityCert::try_from(der).is_ok()).collect())
    }

    /// Describes the first certificate that the next one did not issue.
    pub(super) fn order_problem(&self) -> Option<String> {
        let certificates: Vec<EndEntityCert<'_>> = self.parsed().collect();
        let pairs = certificates.iter().zip(certificates.iter().skip(1)).enumerate();
        let mut wrong = pairs.filter(|(_, (own, next))| own.issuer() != next.subject());
        let (at, (own, next)) = wrong.next()?;
        let issuer = certificates.iter().position(|other| other.subject() == own.issuer());
        let place = issuer.map_or_else(
            || "is not in the file".to_owned(),
            |position| format!("is certificate {} of the file", position + 1),
        );
        Some(format!(
            "certificate {} of the file, '{}', is followed by '{}', but its issuer '{}' {place}",
            at + 1,
            common_name(own.subject()),
            common_name(next.subject()),
            common_name(own.issuer()),
        ))
    }

    /// Returns the names of the server's certificate if a host is not among them.
    pub(super) fn names_other_than(&self, host: &str) -> Option<String> {
        let certificate = self.parsed().next()?;
        let host = ServerName::try_from(host.trim_matches(['[', ']'])).ok()?;
        if certificate.verify_is_valid_for_subject_name(&host).is_ok() {
            return None;
        }
        let names: Vec<&str> = certificate.valid_dns_names().collect();
        Some(if names.is_empty() { "no host name".to_owned() } else { names.join(", ") })
    }

    /// Returns the issuer of the server's certificate if it is alone in the file, is not
    /// self-signed, and no root certificate of this system issued it.
    pub(super) fn missing_issuer(&self) -> Option<String> {
        let [only] = self.0.as_slice() else { return None };
        let only = EndEntityCert::try_from(only).ok()?;
        let roots = rustls_native_certs::load_native_certs().certs;
        let is_issuer = |root: &CertificateDer<'static>| {
            EndEntityCert::try_from(root).is_ok_and(|root| root.subject() == only.issuer())
        };
        let is_complete = only.issuer() == only.subject() || roots.iter().any(is_issuer);
        (!is_complete).then(|| common_name(only.issuer()))
    }

    /// Returns the certificate whose private key a file contains.
    pub(super) fn owner_of_key(&self, key: &Path) -> Option<String> {
        let pem = read_file(key, InputKind::Secret).ok()?;
        let key = PrivateKeyDer::from_pem_slice(&pem).ok()?;
        let public_key = any_supported_type(&key).ok()?.public_key()?.into_owned();
        let mut certificates = self.parsed().enumerate();
        let (at, owner) =
            certificates.find(|(_, other)| other.subject_public_key_info() == public_key)?;
        Some(format!("certificate {}, '{}',", at + 1, common_name(owner.subject())))
    }

    fn parsed(&self) -> impl Iterator<Item = EndEntityCert<'_>> {
        self.0.iter().filter_map(|der| EndEntityCert::try_from(der).ok())
    }
}

/// Returns the last common name of a distinguished name. Empty if it has none.
fn common_name(name: &[u8]) -> String {
    let at = name.windows(COMMON_NAME.len()).rposition(|window| window == COMMON_NAME);
    let value = at.and_then(|at| name.get(at + COMMON_NAME.len()..));
    let Some([_, length, value @ ..]) = value else { return String::new() };
    let value = value.get(..usize::from(*length)).unwrap_or(value);
    String::from_utf8_lossy(value).chars().filter(|character| !character.is_control()).collect()
}
