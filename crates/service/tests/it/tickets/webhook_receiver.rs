//! A small HTTPS server on this machine, with its own authority and configured responses.

use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// A configured response.
#[derive(Clone)]
pub enum CannedResponse {
    /// These bytes.
    Bytes(Vec<u8>),
    /// No response; the connection stays open.
    Hang,
}

/// A request that was received.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    /// The request line and the headers, with names in lower case.
    pub head: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// The server. It ends with the runtime.
pub struct WebhookReceiver {
    /// Its port.
    pub port: u16,
    received: Arc<Mutex<Vec<ReceivedRequest>>>,
    replies: Arc<Mutex<Vec<CannedResponse>>>,
}

/// A certificate authority, and a certificate of it for `localhost`.
pub struct TestCertificate {
    /// The authority.
    pub authority: CertificateDer<'static>,
    /// The authority, in PEM.
    pub pem: String,
    /// Accepts TLS connections with the certificate.
    pub acceptor: TlsAcceptor,
}

impl TestCertificate {
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let authority = params.self_signed(&key).expect("an authority");
        let issuer = Issuer::from_params(&params, &key);
        let key = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        let leaf = leaf.signed_by(&key, &issuer).expect("a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], private)
            .expect("a certificate");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self { authority: authority.der().clone(), pem: authority.pem(), acceptor }
    }
}

impl WebhookReceiver {
    /// Starts a server with these responses in turn; the last one repeats.
    pub async fn start(acceptor: Option<TlsAcceptor>, replies: Vec<CannedResponse>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let port = socket.local_addr().expect("an address").port();
        let receiver = Self {
            port,
            received: Arc::default(),
            replies: Arc::new(Mutex::new(replies.into_iter().rev().collect())),
        };
        let (received, replies) = (Arc::clone(&receiver.received), Arc::clone(&receiver.replies));
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let (received, replies) = (Arc::clone(&received), Arc::clone(&replies));
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, &received, &replies).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, &received, &replies).await;
                            }
                        }
                    }
                });
            }
        });
        receiver
    }

    /// Returns the requests so far.
    pub fn received(&self) -> Vec<ReceivedRequest> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ReceivedRequest {
    /// Returns a header.
    pub fn header(&self, name: &str) -> &str {
        let found = self.head.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// Returns a response with this status and no body.
pub fn empty_response(status: &str) -> CannedResponse {
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    CannedResponse::Bytes(text.into_bytes())
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    received: &Mutex<Vec<ReceivedRequest>>,
    replies: &Mutex<Vec<CannedResponse>>,
) {
    let mut bytes = Vec::new();
    let request = loop {
        let mut buffer = [0; 4_096];
        let Ok(read @ 1..) = stream.read(&mut buffer).await else { return };
        bytes.extend_from_slice(&buffer[..read]);
        if let Some(request) = parse(&bytes) {
            break request;
        }
    };
    received.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    let reply = {
        let mut replies = replies.lock().unwrap_or_else(PoisonError::into_inner);
        if replies.len() > 1 { replies.pop() } else { replies.last().cloned() }
    };
    match reply {
        Some(CannedResponse::Bytes(bytes)) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        _ => std::future::pending().await,
    }
}

fn parse(bytes: &[u8]) -> Option<ReceivedRequest> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let head: Vec<(String, String)> = head
        .lines()
        .map(|line| match line.split_once(": ") {
            Some((name, value)) => (name.to_ascii_lowercase(), value.to_owned()),
            None => (String::new(), line.to_owned()),
        })
        .collect();
    let length = head.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().expect("a length"));
    (body.len() >= length).then(|| ReceivedRequest { head: head.clone(), body: body.to_owned() })
}
