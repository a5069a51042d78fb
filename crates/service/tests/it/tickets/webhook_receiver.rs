//! A small HTTPS server on this machine, with an authority of its own, that does as it is told.

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

/// What it answers with.
#[derive(Clone)]
pub enum Reply {
    /// This, byte for byte.
    Bytes(Vec<u8>),
    /// Nothing, as long as anybody waits.
    Silence,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Got {
    /// The request line and the headers, with names in lower case.
    pub head: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// The server; it ends with the runtime.
pub struct Receiver {
    /// Its port.
    pub port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    replies: Arc<Mutex<Vec<Reply>>>,
}

/// An authority and a certificate of it for `localhost`.
pub struct Certified {
    /// The authority.
    pub authority: CertificateDer<'static>,
    /// The authority, in PEM.
    pub pem: String,
    /// What takes connections.
    pub acceptor: TlsAcceptor,
}

impl Certified {
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

impl Receiver {
    /// Starts one that answers so in turn, and with the last again and again.
    pub async fn start(acceptor: Option<TlsAcceptor>, replies: Vec<Reply>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let port = socket.local_addr().expect("an address").port();
        let receiver = Self {
            port,
            got: Arc::default(),
            replies: Arc::new(Mutex::new(replies.into_iter().rev().collect())),
        };
        let (got, replies) = (Arc::clone(&receiver.got), Arc::clone(&receiver.replies));
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let (got, replies) = (Arc::clone(&got), Arc::clone(&replies));
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, &got, &replies).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, &got, &replies).await;
                            }
                        }
                    }
                });
            }
        });
        receiver
    }

    /// What came so far.
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Got {
    /// A header.
    pub fn header(&self, name: &str) -> &str {
        let found = self.head.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// A whole answer of this status.
pub fn status(status: &str) -> Reply {
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    Reply::Bytes(text.into_bytes())
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    got: &Mutex<Vec<Got>>,
    replies: &Mutex<Vec<Reply>>,
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
    got.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    let reply = {
        let mut replies = replies.lock().unwrap_or_else(PoisonError::into_inner);
        if replies.len() > 1 { replies.pop() } else { replies.last().cloned() }
    };
    match reply {
        Some(Reply::Bytes(bytes)) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        _ => std::future::pending().await,
    }
}

fn parse(bytes: &[u8]) -> Option<Got> {
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
    (body.len() >= length).then(|| Got { head: head.clone(), body: body.to_owned() })
}
