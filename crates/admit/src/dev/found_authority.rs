//! The check of certificates that were found in a data directory. The directory may come with a
//! repository, whose author may hold the private key of a certificate authority (CA) in it: a CA
//! without name constraints could then sign for every host.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::KeyPair;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::OID_X509_EXT_SUBJECT_KEY_IDENTIFIER;
use x509_parser::parse_x509_certificate;

use super::certificate_profile::{authority_name, ca_params};

/// The longest file of a certificate or key, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;
/// The longest validity of a CA, in seconds: 366 days.
const VALIDITY_SECONDS_MAX: i64 = 366 * 86_400;
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// A CA certificate that `admit dev` could have written for a directory.
pub(super) struct FoundAuthority {
    der: CertificateDer<'static>,
}

impl FoundAuthority {
    /// Checks the CA certificate of the directory with this id. The error says why clients must not
    /// trust it.
    pub(super) fn read(file: &Path, id: &str) -> Result<Self, String> {
        let der = only_certificate(&read_text(file)?)?;
        let key = KeyPair::generate().map_err(|error| error.to_string())?;
        let expected = ca_params(id).self_signed(&key).map_err(|error| error.to_string())?;
        compare(&parse(&der)?, &parse(expected.der())?, id)?;
        Ok(Self { der })
    }

    /// Returns the certificate in DER.
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    /// Returns the certificate in PEM.
    pub(super) fn pem(&self) -> String {
        let body = STANDARD.encode(&self.der);
        let lines = body.as_bytes().chunks(64).map(String::from_utf8_lossy);
        lines.fold(format!("{BEGIN}\n"), |pem, line| pem + &line + "\n") + END + "\n"
    }

    /// Checks that this CA issued the certificate of a server at `localhost`, and that the key
    /// belongs to it. The error says why the certificate cannot be used.
    pub(super) fn check_server(&self, certificate: &Path, key: &Path) -> Result<(), String> {
        let der = only_certificate(&read_text(certificate)?)?;
        let anchor = anchor_from_trusted_cert(&self.der).map_err(|error| error.to_string())?;
        let server = EndEntityCert::try_from(&der).map_err(|error| error.to_string())?;
        let provider = default_provider();
        server
            .verify_for_usage(
                provider.signature_verification_algorithms.all,
                &[anchor],
                &[],
                UnixTime::now(),
                KeyUsage::server_auth(),
                None,
                None,
            )
            .map_err(|_| "this authority did not issue it".to_owned())?;
        let localhost = ServerName::try_from("localhost").map_err(|error| error.to_string())?;
        server
            .verify_is_valid_for_subject_name(&localhost)
            .map_err(|_| "it is not for localhost".to_owned())?;
        let key = PrivateKeyDer::from_pem_slice(read_text(key)?.as_bytes());
        let key = key.map_err(|error| error.to_string())?;
        CertifiedKey::from_der(vec![der], key, &provider)
            .map(drop)
            .map_err(|_| "its key is another one".to_owned())
    }
}

fn read_text(file: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read =
        File::open(file).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| error.to_string())?;
    Ok(text)
}

/// Returns the certificate of a text that has nothing else: clients read further blocks too.
fn only_certificate(pem: &str) -> Result<CertificateDer<'static>, String> {
    let body = pem.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    let dense = |body: &str| body.split_ascii_whitespace().collect::<String>();
    let der = body.and_then(|body| STANDARD.decode(dense(body)).ok());
    let der = der.ok_or_else(|| "it is not exactly one certificate".to_owned())?;
    Ok(der.into())
}

fn parse(der: &[u8]) -> Result<X509Certificate<'_>, String> {
    match parse_x509_certificate(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err("it is malformed".to_owned()),
    }
}

/// Compares a CA certificate with one that was just created: only key, serial number, signature and
/// the time of creation may differ.
fn compare(
    found: &X509Certificate<'_>,
    expected: &X509Certificate<'_>,
    id: &str,
) -> Result<(), String> {
    let names = |it: &X509Certificate<'_>| [it.subject().as_raw(), it.issuer().as_raw()].concat();
    if names(found) != names(expected) {
        return Err(format!("its name is not '{}'", authority_name(id)));
    }
    let validity = found.validity();
    let seconds = validity.not_after.timestamp().saturating_sub(validity.not_before.timestamp());
    if seconds > VALIDITY_SECONDS_MAX {
        return Err("it is valid for more than 366 days".to_owned());
    }
    if found.version() != expected.version() || extensions(found) != extensions(expected) {
        return Err(
            "it is not limited to localhost, as every authority of `admit dev` is".to_owned()
        );
    }
    Ok(())
}

/// Returns the extensions of a certificate: object identifier, criticality, and value. The
/// identifier of its key is left out.
fn extensions<'a>(certificate: &'a X509Certificate<'_>) -> Vec<(String, bool, &'a [u8])> {
    let extensions = certificate.extensions().iter();
    let others = extensions.filter(|it| it.oid != OID_X509_EXT_SUBJECT_KEY_IDENTIFIER);
    let mut all: Vec<_> = others.map(|it| (it.oid.to_id_string(), it.critical, it.value)).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa};

    use super::*;

    const ID: &str = "0a1b2c3d";

    fn pem(change: impl FnOnce(&mut CertificateParams)) -> String {
        let mut params = ca_params(ID);
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").pem()
    }

    fn check(pem: &str) -> Result<FoundAuthority, String> {
        let name = format!("admit-ca-{}-{:?}", std::process::id(), std::thread::current().id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, pem).expect("a file");
        let found = FoundAuthority::read(&file, ID);
        std::fs::remove_file(&file).expect("the file");
        found
    }

    #[test]
    fn an_authority_of_dev_is_trusted_and_its_pem_is_the_same() {
        // Reads a certificate with the parameters of `admit dev`, and one of another key.
        for _ in 0..2 {
            let written = pem(|_| {});
            let found = check(&written).expect("a good authority");
            assert_eq!(found.pem().replace('\n', ""), written.replace(['\r', '\n'], ""));
        }
    }

    #[test]
    fn an_authority_with_other_constraints_is_refused() {
        // Takes away or widens each limit of the authority alone.
        let refusals = [
            ("limited", pem(|params| params.name_constraints = None)),
            (
                "limited",
                pem(|params| {
                    let constraints = params.name_constraints.as_mut().expect("constraints");
                    constraints
                        .permitted_subtrees
                        .push(rcgen::GeneralSubtree::DnsName("com".into()));
                }),
            ),
            (
                "limited",
                pem(|params| {
                    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                }),
            ),
            (
                "limited",
                pem(|params| {
                    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
                }),
            ),
            ("limited", pem(|params| params.is_ca = IsCa::NoCa)),
            (
                "name",
                pem(|params| {
                    params.distinguished_name.push(rcgen::DnType::OrganizationName, "x");
                }),
            ),
            ("366 days", pem(|params| params.not_after = rcgen::date_time_ymd(2060, 1, 1))),
            ("one certificate", pem(|_| {}) + &pem(|_| {})),
            ("one certificate", pem(|_| {}).replace("CERTIFICATE", "TRUSTED CERTIFICATE")),
            ("one certificate", String::new()),
        ];
        for (expected, pem) in refusals {
            let refused = check(&pem).map(drop).expect_err(expected);
            assert!(refused.contains(expected), "{expected}: {refused}");
        }
    }
}
