//! TLS to the database. The server is always verified.

use std::{io, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{ConnectError, DatabaseSettings};

/// Creates the connector, with the authorities of the settings.
pub(super) fn connector(settings: &DatabaseSettings) -> Result<MakeRustlsConnect, ConnectError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = &settings.certificate_authorities {
        let certificates = read(path)
            .map_err(|source| ConnectError::Certificates { path: path.clone(), source })?;
        roots.add_parsable_certificates(certificates);
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
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .map_err(invalid)?
        .collect::<Result<_, _>>()
        .map_err(invalid)?;
    if certificates.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file has no certificate"));
    }
    Ok(certificates)
}
