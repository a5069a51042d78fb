//! Tests of TLS and HTTP/2 over real sockets.

use std::path::{Path, PathBuf};

use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;

/// A self-signed certificate in files.
pub(super) struct Certificate {
    directory: tempfile::TempDir,
}

impl Certificate {
    pub(super) fn new() -> Self {
        let certificate = Self { directory: tempfile::tempdir().expect("a directory") };
        certificate.renew();
        certificate
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Replaces the files by a new certificate.
    fn renew(&self) {
        let key = rcgen::KeyPair::generate().expect("a key");
        let params =
            rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        let certificate = params.self_signed(&key).expect("a certificate");
        std::fs::write(self.file("crt"), certificate.pem()).expect("written");
        std::fs::write(self.file("key"), key.serialize_pem()).expect("written");
    }

    pub(super) fn load(&self) -> Arc<Tls> {
        let read_key = |file: &Path| Ok(std::fs::read_to_string(file).expect("a key").into());
        Arc::new(Tls::load(&self.file("crt"), &self.file("key"), read_key).expect("a certificate"))
    }

    /// Returns a TLS client that trusts only this certificate.
    fn client(&self, alpn: &[u8]) -> TlsConnector {
        let mut roots = rustls::RootCertStore::empty();
        let der = CertificateDer::from_pem_file(self.file("crt")).expect("a certificate");
        roots.add(der).expect("a root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![alpn.to_vec()];
        TlsConnector::from(Arc::new(config))
    }
}

async fn start_tls(tls: Arc<Tls>, limits: Limits) -> RunningListener {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = socket.local_addr().expect("an address");
    let router = Router::new()
        .route("/slow", get(async || tokio::time::sleep(SHORT).await))
        .route("/body", post(read_body));
    let (stop, stopped) = watch::channel(false);
    let listener = Listener::new(socket, Some(tls));
    let task = tokio::spawn(serve(listener, router, limits, admission(), stopped));
    RunningListener { address, stop, task }
}

async fn connect(
    listener: &RunningListener,
    client: &TlsConnector,
) -> std::io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from("localhost").expect("a name");
    client.connect(name, listener.connect().await).await
}

#[tokio::test]
async fn alpn_selects_http1_or_http2() {
    // Offers each protocol alone and compares the agreed one; then sends an HTTP/1.1 request.
    let certificate = Certificate::new();
    let listener = start_tls(certificate.load(), Limits::default()).await;
    for alpn in [b"h2".as_slice(), b"http/1.1"] {
        let stream = connect(&listener, &certificate.client(alpn)).await.expect("a connection");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(alpn));
    }
    let mut stream =
        connect(&listener, &certificate.client(b"http/1.1")).await.expect("a connection");
    let request = b"GET /slow HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("a response");
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
}

#[tokio::test]
async fn tls_versions_before_1_2_are_refused() {
    // Row H9: sends a ClientHello of TLS 1.0 and 1.1; receives a fatal alert and the end.
    let certificate = Certificate::new();
    let listener = start_tls(certificate.load(), Limits::default()).await;
    for version in [[3, 1], [3, 2]] {
        let mut hello = vec![22, 3, 1, 0, 47, 1, 0, 0, 43];
        hello.extend(version);
        hello.extend([7; 32]);
        hello.extend([0, 0, 4, 0xc0, 0x14, 0, 0x35, 1, 0]);
        let mut stream = listener.connect().await;
        stream.write_all(&hello).await.expect("sent");
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await.expect("an end");
        assert_eq!(received.first(), Some(&21), "an alert, and nothing else: {received:?}");
        assert_eq!(received.get(5), Some(&2), "a fatal alert: {received:?}");
    }
}

#[tokio::test]
async fn a_reloaded_certificate_is_used_by_the_next_connection() {
    // Replaces the files, reloads, and connects with trust in the new certificate alone. A
    // malformed key file then changes nothing.
    let certificate = Certificate::new();
    let tls = certificate.load();
    let listener = start_tls(Arc::clone(&tls), Limits::default()).await;
    let old = certificate.client(b"h2");
    certificate.renew();
    let new = certificate.client(b"h2");
    assert!(connect(&listener, &new).await.is_err());
    tls.reload().expect("reloaded");
    assert!(connect(&listener, &new).await.is_ok());
    assert!(connect(&listener, &old).await.is_err());
    std::fs::write(certificate.file("key"), "nonsense").expect("written");
    assert!(tls.reload().is_err());
    assert!(connect(&listener, &new).await.is_ok());
}

/// Encodes a frame of HTTP/2 (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    let mut frame = length.get(1..).expect("three bytes").to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Encodes the headers of `GET /slow` (HPACK static table, literal path and authority).
fn request_headers() -> Vec<u8> {
    let mut block = vec![0x82, 0x87, 0x04, 5];
    block.extend(b"/slow");
    block.extend([0x01, 9]);
    block.extend(b"localhost");
    block
}

/// Returns the error code of the last GOAWAY frame.
fn goaway(mut frames: &[u8]) -> Option<u32> {
    let mut code = None;
    while let Some((head, rest)) = frames.split_at_checked(9) {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let (payload, after) = rest.split_at_checked(length)?;
        if head[3] == 7 {
            code = payload.get(4..8).map(|code| u32::from_be_bytes(code.try_into().expect("4")));
        }
        frames = after;
    }
    code
}

/// RFC 9113 §7.
const ENHANCE_YOUR_CALM: u32 = 0xb;

#[tokio::test]
async fn rapid_http2_resets_end_the_connection() {
    // Row H6: opens and resets streams without end (CVE-2023-44487).
    let certificate = Certificate::new();
    let listener = start_tls(certificate.load(), Limits::default()).await;
    let stream = connect(&listener, &certificate.client(b"h2")).await.expect("a connection");
    let (mut from, mut to) = tokio::io::split(stream);
    to.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("sent");
    to.write_all(&frame(4, 0, 0, &[])).await.expect("sent");
    let flood = tokio::spawn(async move {
        for number in 0..20_000_u32 {
            let id = 2 * number + 1;
            let mut both = frame(1, 0x5, id, &request_headers());
            both.extend(frame(3, 0, id, &8_u32.to_be_bytes()));
            if to.write_all(&both).await.is_err() {
                return number;
            }
        }
        20_000
    });
    let mut received = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), from.read_to_end(&mut received));
    // The listener may also reset the connection.
    let _ = read.await.expect("the connection is closed");
    assert!(flood.await.expect("sent") < 20_000, "the listener accepted every reset");
    assert_eq!(goaway(&received), Some(ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn http2_trailers_make_reading_the_body_fail() {
    // ED4: sends a body with the pseudo-header field `:path` in its trailers, which h2 drops, and
    // with an ordinary field.
    let certificate = Certificate::new();
    let listener = start_tls(certificate.load(), Limits::default()).await;
    let mut head = vec![0x83, 0x87, 0x04, 5];
    head.extend(b"/body");
    head.extend([0x01, 9]);
    head.extend(b"localhost");
    for trailers in [&[0x04, 2, b'/', b'x'][..], &[0x00, 1, b'x', 1, b'y']] {
        let stream = connect(&listener, &certificate.client(b"h2")).await.expect("a connection");
        let (mut from, mut to) = tokio::io::split(stream);
        to.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("sent");
        let frames = [
            frame(4, 0, 0, &[]),
            frame(1, 0x4, 1, &head),
            frame(0, 0, 1, b"abc"),
            frame(1, 0x5, 1, trailers),
        ];
        to.write_all(&frames.concat()).await.expect("sent");
        let mut received = Vec::new();
        let is_complete = |received: &[u8]| {
            String::from_utf8_lossy(received).contains("the request has trailers")
        };
        let read = async {
            while !is_complete(&received) {
                let read = from.read_buf(&mut received).await;
                assert!(read.is_ok_and(|length| length > 0), "{received:?}");
            }
        };
        let limit = Duration::from_secs(30);
        tokio::time::timeout(limit, read).await.expect("the response within the timeout");
    }
}
