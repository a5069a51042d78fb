//! TLS of the servers under test: a certificate for a run, and a client that trusts it.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::Result;

/// The files of a certificate in the directory of a run.
pub(crate) const CERTIFICATE: &str = "tls.crt";
pub(crate) const KEY: &str = "tls.key";

/// A client without sessions: each connection makes a full handshake.
pub(crate) struct TlsClient {
    connector: TlsConnector,
}

impl TlsClient {
    /// Creates a certificate for `127.0.0.1` with an ECDSA key on P-256, and a client that trusts
    /// it.
    pub(crate) fn with_new_certificate(directory: &Path) -> Result<Self> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()])?;
        std::fs::write(directory.join(CERTIFICATE), cert.pem())?;
        let key = directory.join(KEY);
        std::fs::write(&key, signing_key.serialize_pem())?;
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone())?;
        let mut config = ClientConfig::builder_with_protocol_versions(&[&rustls::version::TLS13])
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.resumption = rustls::client::Resumption::disabled();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)) })
    }

    /// Makes a handshake. Returns `None` if the server closed the connection during it.
    pub(crate) async fn connect(&self, stream: TcpStream) -> Result<Option<TlsStream<TcpStream>>> {
        let name = ServerName::try_from("127.0.0.1")?;
        match self.connector.connect(name, stream).await {
            Ok(stream) => Ok(Some(stream)),
            Err(error) if is_closed(error.kind()) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

const fn is_closed(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
    )
}

/// Returns the acceptor of the minimal server, with the certificate of a run.
pub(crate) fn acceptor(directory: &Path) -> Result<TlsAcceptor> {
    let certificate = CertificateDer::from_pem_file(directory.join(CERTIFICATE))?;
    let key = PrivateKeyDer::from_pem_file(directory.join(KEY))?;
    let config = ServerConfig::builder_with_protocol_versions(&[&rustls::version::TLS13])
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
