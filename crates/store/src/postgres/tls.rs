//! TLS to the database. The server is always verified.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{ConnectError, DatabaseSettings};

/// The size of a file of certificates. That of all public authorities has a quarter.
const BYTES_MAX: u64 = 1_000_000;

/// Creates the connector, with the authorities of the settings.
pub(super) fn connector(settings: &DatabaseSettings) -> Result<MakeRustlsConnect, ConnectError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = &settings.certificate_authorities {
        let certificates = read(path)
            .map_err(|source| ConnectError::Certificates { path: path.clone(), source })?;
        for certificate in certificates {
            roots.add(certificate).map_err(|error| ConnectError::Certificates {
                path: path.clone(),
                source: io::Error::new(io::ErrorKind::InvalidData, error),
            })?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(ConnectError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn read(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, format!("{error}"));
    let mut pem = Vec::new();
    fs::File::open(path)?.take(BYTES_MAX + 1).read_to_end(&mut pem)?;
    if u64::try_from(pem.len()).unwrap_or(u64::MAX) > BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file has more than 1 MB"));
    }
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(invalid)?;
    if certificates.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file has no certificate"));
    }
    Ok(certificates)
}
