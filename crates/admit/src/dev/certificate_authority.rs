//! The local certificate authority (CA) of `admit dev` and its certificates.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::Seconds;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256,
};

use crate::certificate_validity::validity;
use crate::error::CommandError;

/// The CA certificate, which clients must trust.
pub(crate) const CA_CERTIFICATE: &str = "ca.pem";
const CA_KEY: &str = "ca.key";
/// The server certificate and its key.
pub(crate) const CERTIFICATE: &str = "server.crt";
pub(crate) const KEY: &str = "server.key";
/// The certificate and key of the client that authenticates with a certificate.
pub(crate) const CLIENT_CERTIFICATE: &str = "web-certificate.crt";
pub(crate) const CLIENT_KEY: &str = "web-certificate.pem";

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const CA_DAYS: u64 = 3_650;
const SERVER_DAYS: u64 = 365;
/// The remaining time before expiry at which a certificate is replaced.
const RENEW_BEFORE: Seconds = Seconds::days(30);

/// Creates the CA and the server certificate, unless they exist and do not expire soon.
pub(super) fn ensure(data: &Path) -> Result<(), CommandError> {
    let has_ca = is_valid(data, CA_CERTIFICATE) && data.join(CA_KEY).exists();
    if !has_ca {
        create_ca(data)?;
    }
    if !has_ca || !is_valid(data, CERTIFICATE) || !data.join(KEY).exists() {
        create_server_certificate(data)?;
    }
    Ok(())
}

/// Creates the key and certificate of the client, unless they exist. The certificate is never
/// renewed: the key is registered, and the certificate only names it.
pub(super) fn ensure_client_key(data: &Path) -> Result<(), CommandError> {
    if data.join(CLIENT_KEY).exists() && data.join(CLIENT_CERTIFICATE).exists() {
        return Ok(());
    }
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).map_err(failed)?;
    let mut params = params_with_name("web-certificate");
    params.not_after = days_from_now(CA_DAYS);
    let certificate = params.self_signed(&key).map_err(failed)?;
    write(data, CLIENT_KEY, 0o600, &key.serialize_pem())?;
    write(data, CLIENT_CERTIFICATE, 0o644, &certificate.pem())
}

fn is_valid(data: &Path, file: &str) -> bool {
    let pem = std::fs::read_to_string(data.join(file)).unwrap_or_default();
    validity(&pem).is_some_and(|validity| service::now() + RENEW_BEFORE < validity.not_after)
}

fn create_ca(data: &Path) -> Result<(), CommandError> {
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = ca_params().self_signed(&key).map_err(failed)?;
    write(data, CA_KEY, 0o600, &key.serialize_pem())?;
    write(data, CA_CERTIFICATE, 0o644, &certificate.pem())
}

fn create_server_certificate(data: &Path) -> Result<(), CommandError> {
    let file = data.join(CA_KEY);
    let pem =
        std::fs::read_to_string(&file).map_err(|error| CommandError::unreadable(&file, &error))?;
    let params = ca_params();
    let issuer = Issuer::from_params(&params, KeyPair::from_pem(&pem).map_err(failed)?);
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned)).map_err(failed)?;
    params.distinguished_name = params_with_name("localhost").distinguished_name;
    params.not_before = days_from_now(0);
    params.not_after = days_from_now(SERVER_DAYS);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, &issuer).map_err(failed)?;
    write(data, KEY, 0o600, &key.serialize_pem())?;
    write(data, CERTIFICATE, 0o644, &certificate.pem())
}

fn ca_params() -> CertificateParams {
    let mut params = params_with_name("Admit development authority");
    params.not_after = days_from_now(CA_DAYS);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn params_with_name(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = days_from_now(0);
    params
}

fn days_from_now<T: From<SystemTime>>(days: u64) -> T {
    let now = u64::try_from(service::now().seconds()).unwrap_or_default();
    (UNIX_EPOCH + Duration::from_secs(now + days * 86_400)).into()
}

/// Writes a file atomically.
pub(super) fn write(data: &Path, name: &str, mode: u32, text: &str) -> Result<(), CommandError> {
    let file = data.join(name);
    let new = data.join(format!(".{name}.new"));
    let created = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&new);
    created
        .and_then(|mut created| {
            created.write_all(text.as_bytes())?;
            created.sync_all()
        })
        .and_then(|()| std::fs::rename(&new, &file))
        .map_err(|error| CommandError::unwritable(&file, &error))
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn failed(error: rcgen::Error) -> CommandError {
    CommandError::message(format!("a certificate could not be created: {error}"))
}
