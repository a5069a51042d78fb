//! A certificate authority of this machine's own, and what it certifies.

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

use crate::certificate::validity;
use crate::failure::Failure;

/// The authority's certificate: what clients must trust.
pub(crate) const AUTHORITY: &str = "ca.pem";
const AUTHORITY_KEY: &str = "ca.key";
/// The server's certificate and key.
pub(crate) const CERTIFICATE: &str = "server.crt";
pub(crate) const KEY: &str = "server.key";
/// The certificate and key of the client that proves itself with one.
pub(crate) const CLIENT_CERTIFICATE: &str = "web-certificate.crt";
pub(crate) const CLIENT_KEY: &str = "web-certificate.pem";

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const AUTHORITY_DAYS: u64 = 3_650;
const SERVER_DAYS: u64 = 365;
/// A certificate that ends sooner is made anew.
const RENEWED_BEFORE: Seconds = Seconds::days(30);

/// Makes the authority and the server's certificate, unless they are there and good for a while.
pub(super) fn ensure(data: &Path) -> Result<(), Failure> {
    let whole = is_good(data, AUTHORITY) && data.join(AUTHORITY_KEY).exists();
    if !whole {
        make_authority(data)?;
    }
    if !whole || !is_good(data, CERTIFICATE) || !data.join(KEY).exists() {
        make_server(data)?;
    }
    Ok(())
}

/// Makes the client's key and a certificate for it, unless they are there. It never ends: the key
/// is registered, and the certificate only names it.
pub(super) fn ensure_client_key(data: &Path) -> Result<(), Failure> {
    if data.join(CLIENT_KEY).exists() && data.join(CLIENT_CERTIFICATE).exists() {
        return Ok(());
    }
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).map_err(failed)?;
    let mut params = named("web-certificate");
    params.not_after = after(AUTHORITY_DAYS);
    let certificate = params.self_signed(&key).map_err(failed)?;
    write(data, CLIENT_KEY, 0o600, &key.serialize_pem())?;
    write(data, CLIENT_CERTIFICATE, 0o644, &certificate.pem())
}

fn is_good(data: &Path, file: &str) -> bool {
    let pem = std::fs::read_to_string(data.join(file)).unwrap_or_default();
    validity(&pem).is_some_and(|validity| service::now() + RENEWED_BEFORE < validity.not_after)
}

fn make_authority(data: &Path) -> Result<(), Failure> {
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = authority().self_signed(&key).map_err(failed)?;
    write(data, AUTHORITY_KEY, 0o600, &key.serialize_pem())?;
    write(data, AUTHORITY, 0o644, &certificate.pem())
}

fn make_server(data: &Path) -> Result<(), Failure> {
    let file = data.join(AUTHORITY_KEY);
    let pem = std::fs::read_to_string(&file).map_err(|error| Failure::unreadable(&file, &error))?;
    let params = authority();
    let issuer = Issuer::from_params(&params, KeyPair::from_pem(&pem).map_err(failed)?);
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned)).map_err(failed)?;
    params.distinguished_name = named("localhost").distinguished_name;
    params.not_before = after(0);
    params.not_after = after(SERVER_DAYS);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, &issuer).map_err(failed)?;
    write(data, KEY, 0o600, &key.serialize_pem())?;
    write(data, CERTIFICATE, 0o644, &certificate.pem())
}

fn authority() -> CertificateParams {
    let mut params = named("Admit development authority");
    params.not_after = after(AUTHORITY_DAYS);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = after(0);
    params
}

fn after<T: From<SystemTime>>(days: u64) -> T {
    let now = u64::try_from(service::now().seconds()).unwrap_or_default();
    (UNIX_EPOCH + Duration::from_secs(now + days * 86_400)).into()
}

/// Writes a file whole, or not at all.
pub(super) fn write(data: &Path, name: &str, mode: u32, text: &str) -> Result<(), Failure> {
    let file = data.join(name);
    let new = data.join(format!(".{name}.new"));
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&new);
    written
        .and_then(|mut written| {
            written.write_all(text.as_bytes())?;
            written.sync_all()
        })
        .and_then(|()| std::fs::rename(&new, &file))
        .map_err(|error| Failure::unwritable(&file, &error))
}

#[expect(clippy::needless_pass_by_value, reason = "a function to map errors with")]
fn failed(error: rcgen::Error) -> Failure {
    Failure::said(format!("a certificate could not be made: {error}"))
}
