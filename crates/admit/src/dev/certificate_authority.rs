//! The local certificate authority (CA) of `admit dev` and its certificates.
//!
//! The CA signs one certificate, for the names of the loopback interface. Then its private key is
//! destroyed: it is never written to the disk, so that no process can sign with it later. Its name
//! constraints (RFC 5280 §4.2.1.10) keep a client that trusts it from accepting it for other names.

use std::path::Path;

use model::{Seconds, format_utc};
use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
};
use zeroize::Zeroize;

use super::certificate_profile::{DAYS, ca_params, params};
use super::found_authority::FoundAuthority;
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
/// The validity of the certificate of the client. Only its key counts.
const CLIENT_CERTIFICATE_DAYS: u64 = 3_650;
/// The remaining time before expiry at which a certificate is replaced.
const RENEW_BEFORE: Seconds = Seconds::days(30);

/// Creates a CA and the server certificate, unless this command created them and they do not expire
/// soon. Returns why clients that trusted an earlier CA must trust a new one. Returns `None` if
/// there was none, or if it is still used.
pub(super) fn ensure(data: &Path, id: &str) -> Result<Option<String>, CommandError> {
    let reason = reason_to_replace(data, id);
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

/// Returns why the certificates must be created. Returns `None` if they can be used.
fn reason_to_replace(data: &Path, id: &str) -> Option<String> {
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
    let authority = match FoundAuthority::read(&data.join(CA_CERTIFICATE), id) {
        Ok(authority) => authority,
        Err(reason) => return Some(format!("{CA_CERTIFICATE} is none of `admit dev`: {reason}")),
    };
    let checked = authority.check_server(&data.join(CERTIFICATE), &data.join(KEY));
    checked.err().map(|reason| format!("{CERTIFICATE} or {KEY} cannot be used: {reason}"))
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

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn failed(error: rcgen::Error) -> CommandError {
    CommandError::message(format!("a certificate could not be created: {error}"))
}
