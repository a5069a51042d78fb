//! The TLS certificate of a listener, which can be reloaded.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ServerConfig;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use zeroize::Zeroizing;

/// The largest size of a certificate file and of a key file, in bytes.
const PEM_BYTES_MAX: u64 = 256 * 1_024;

/// A certificate chain with its private key, and the paths of their files.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    read_key: ReadKey,
    config: RwLock<Arc<ServerConfig>>,
}

/// Reads the file of a private key, and checks who may read it. The check and the read must use one
/// handle: another process could replace the file in between. The error is the reason.
pub type ReadKey = fn(&Path) -> Result<Zeroizing<String>, String>;

/// A certificate that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate file cannot be read.
    #[error("the certificate file {path} cannot be read: {reason}")]
    Certificate {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        reason: String,
    },
    /// The key file cannot be read.
    #[error("the key file {path} cannot be read: {reason}")]
    Key {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        reason: String,
    },
    /// The key does not match the certificate, or TLS does not support one of them.
    #[error("the certificate and the key do not work together{}", detail(.0))]
    Mismatch(rustls::Error),
}

impl Tls {
    /// Reads a certificate chain (PEM, the server certificate first) and its private key (PEM).
    pub fn load(certificate: &Path, key: &Path, read_key: ReadKey) -> Result<Self, TlsError> {
        let config = RwLock::new(read(certificate, key, read_key)?);
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), read_key, config })
    }

    /// Reads the files again; later connections use the new certificate. On an error, the current
    /// certificate stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let config = read(&self.certificate, &self.key, self.read_key)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// Returns the paths of the certificate file and of the key file.
    pub fn files(&self) -> [&Path; 2] {
        [&self.certificate, &self.key]
    }

    pub(crate) async fn accept<S>(&self, stream: S) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner));
        TlsAcceptor::from(config).accept(stream).await
    }
}

fn read(certificate: &Path, key: &Path, read_key: ReadKey) -> Result<Arc<ServerConfig>, TlsError> {
    let unreadable = |reason| TlsError::Certificate { path: certificate.to_owned(), reason };
    let pem = read_file(certificate).map_err(unreadable)?;
    let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|error| unreadable(message(&error)))?;
    if chain.is_empty() {
        return Err(unreadable("it contains no PEM certificate".to_owned()));
    }
    let pem = read_key(key);
    let parsed = pem.and_then(|pem| parse_key(pem.as_bytes(), key));
    let key = parsed.map_err(|reason| TlsError::Key { path: key.to_owned(), reason })?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(TlsError::Mismatch)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Mismatch)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(TlsError::Mismatch)?;
    Ok(Arc::new(config))
}

/// Reads a file of limited size.
fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(PEM_BYTES_MAX + 1).read_to_end(&mut content));
    read.map_err(|error| error.to_string())?;
    if u64::try_from(content.len()).is_ok_and(|length| length > PEM_BYTES_MAX) {
        return Err(format!("it is larger than {} KiB", PEM_BYTES_MAX / 1_024));
    }
    Ok(content)
}

fn parse_key(pem: &[u8], path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let contains = |text: &str| pem.windows(text.len()).any(|window| window == text.as_bytes());
    // PKCS #8 (RFC 5958), and the older form of OpenSSL.
    if contains("ENCRYPTED PRIVATE KEY") || contains("Proc-Type: 4,ENCRYPTED") {
        let path = path.display();
        return Err(format!(
            "it is encrypted with a password, for which the service cannot ask; decrypt it with \
             `openssl pkey -in {path} -out {path}.decrypted`, and keep mode 0600"
        ));
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        pem::Error::NoItemsFound => "it contains no PEM private key".to_owned(),
        other => message(&other),
    })
}

/// Returns the error as a suffix of the message. Empty if the keys differ: the message says that.
fn detail(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InconsistentKeys(_) => String::new(),
        other => format!(": {other}"),
    }
}

fn message(error: &pem::Error) -> String {
    match error {
        pem::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
