//! The local certificate authority (CA) of `admit dev` and its certificates.
//!
//! The CA signs one certificate, for the names of the loopback interface. Then its private key is
//! destroyed: it is never written to the disk, so that no process can sign with it later. Its name
//! constraints (RFC 5280 §4.2.1.10) keep a client that trusts it from accepting it for other names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::{Seconds, format_utc};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_RSA_SHA256,
};
use zeroize::Zeroize;

use crate::atomic_file;
use crate::bounded_input::{InputKind, read_text_file};
use crate::certificate_validity::validity;
use crate::error::CommandError;

/// The CA certificate, which clients must trust.
pub(super) const CA_CERTIFICATE: &str = "ca.pem";
/// The private key of the CA, which earlier builds stored.
pub(super) const EARLIER_CA_KEY: &str = "ca.key";
/// The server certificate and its key.
pub(crate) const CERTIFICATE: &str = "server.crt";
pub(crate) const KEY: &str = "server.key";
/// The certificate and key of the client that authenticates with a certificate.
pub(crate) const CLIENT_CERTIFICATE: &str = "web-certificate.crt";
pub(crate) const CLIENT_KEY: &str = "web-certificate.pem";

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// The validity of the CA and of the server certificate.
const DAYS: u64 = 365;
/// The validity of the certificate of the client. Only its key counts.
const CLIENT_CERTIFICATE_DAYS: u64 = 3_650;
/// The time by which `notBefore` lies in the past: a clock of another system may be behind.
const BACKDATED: Duration = Duration::from_secs(3_600);
/// The remaining time before expiry at which a certificate is replaced.
const RENEW_BEFORE: Seconds = Seconds::days(30);

/// Creates a CA and the server certificate, unless they exist and do not expire soon. Returns why
/// clients that trusted an earlier CA must trust a new one. Returns `None` if there was none, or
/// if it is still used.
pub(super) fn ensure(data: &Path, id: &str) -> Result<Option<String>, CommandError> {
    let reason = reason_to_replace(data);
    let had_authority = data.join(CA_CERTIFICATE).exists();
    if let Some(reason) = reason {
        create(data, id)?;
        return Ok(had_authority.then_some(reason));
    }
    Ok(None)
}

/// Creates the key and certificate of the client, unless they exist. The certificate is never
/// renewed: the key is registered, and the certificate only names it.
pub(super) fn ensure_client_key(data: &Path) -> Result<(), CommandError> {
    if data.join(CLIENT_KEY).exists() && data.join(CLIENT_CERTIFICATE).exists() {
        return Ok(());
    }
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).map_err(failed)?;
    let params = params("web-certificate", CLIENT_CERTIFICATE_DAYS);
    let certificate = params.self_signed(&key).map_err(failed)?;
    atomic_file::write(data, CLIENT_KEY, 0o600, &key.serialize_pem())?;
    atomic_file::write(data, CLIENT_CERTIFICATE, 0o644, &certificate.pem())
}

/// Returns the common name of the CA of a directory.
pub(super) fn authority_name(id: &str) -> String {
    format!("Admit development authority {id}")
}

/// Returns why the certificates must be created. Returns `None` if they can be used.
fn reason_to_replace(data: &Path) -> Option<String> {
    if data.join(EARLIER_CA_KEY).exists() {
        return Some("an earlier build stored its private key".to_owned());
    }
    for file in [CA_CERTIFICATE, CERTIFICATE] {
        let pem = read_text_file(&data.join(file), InputKind::Certificates).unwrap_or_default();
        let Some(validity) = validity(&pem) else {
            return Some(format!("{file} is missing or malformed"));
        };
        let end = validity.not_after;
        if end <= service::now() {
            return Some(format!("the previous one expired {}", format_utc(end)));
        }
        if end <= service::now() + RENEW_BEFORE {
            return Some(format!("the previous one expires {}", format_utc(end)));
        }
    }
    (!data.join(KEY).exists()).then(|| format!("{KEY} is missing"))
}

/// Creates a CA, lets it sign the server certificate, and destroys its private key.
fn create(data: &Path, id: &str) -> Result<(), CommandError> {
    // Without a CA certificate, the next start creates all files again: the files belong together.
    for file in [EARLIER_CA_KEY, CA_CERTIFICATE] {
        remove(&data.join(file))?;
    }
    let mut ca_key = KeyPair::generate().map_err(failed)?;
    let signed = sign(data, id, &ca_key);
    ca_key.zeroize();
    signed
}

fn remove(file: &Path) -> Result<(), CommandError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(CommandError::unwritable(file, &error))
        }
        _ => Ok(()),
    }
}

fn sign(data: &Path, id: &str, ca_key: &KeyPair) -> Result<(), CommandError> {
    let ca_params = ca_params(id);
    let ca_certificate = ca_params.self_signed(ca_key).map_err(failed)?;
    let issuer = Issuer::from_params(&ca_params, ca_key);
    let key = KeyPair::generate().map_err(failed)?;
    let names = CertificateParams::new(NAMES.map(str::to_owned)).map_err(failed)?;
    let mut params = params("localhost", DAYS);
    params.subject_alt_names = names.subject_alt_names;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, &issuer).map_err(failed)?;
    atomic_file::write(data, KEY, 0o600, &key.serialize_pem())?;
    atomic_file::write(data, CERTIFICATE, 0o644, &certificate.pem())?;
    atomic_file::write(data, CA_CERTIFICATE, 0o644, &ca_certificate.pem())
}

fn ca_params(id: &str) -> CertificateParams {
    let host = |address: IpAddr, prefix| {
        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, prefix))
    };
    let mut params = params(&authority_name(id), DAYS);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            host(Ipv4Addr::LOCALHOST.into(), 32),
            host(Ipv6Addr::LOCALHOST.into(), 128),
        ],
        excluded_subtrees: Vec::new(),
    });
    params
}

fn params(name: &str, days: u64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let now = Duration::from_secs(u64::try_from(service::now().seconds()).unwrap_or_default());
    let time = |since_epoch: Duration| -> SystemTime { UNIX_EPOCH + since_epoch };
    params.not_before = time(now.saturating_sub(BACKDATED)).into();
    params.not_after = time(now + Duration::from_secs(days * 86_400)).into();
    params
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn failed(error: rcgen::Error) -> CommandError {
    CommandError::message(format!("a certificate could not be created: {error}"))
}
