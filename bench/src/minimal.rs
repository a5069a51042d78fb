//! The minimal server: it does only the unavoidable work of a request. It parses HTTP and the
//! form, checks the client's secret or signature, opens the sealed token, makes one durable write
//! if the request needs one, and signs.
//!
//! It applies no rules, writes no log, and has one response for each kind of request. It shares no
//! code with the service.

mod ledger;
mod messages;
mod proofs;
mod response;
mod sealed_token;
mod signer;

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::Args;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::request_keys::RequestKeys;
use crate::{Result, dataset, print_line, tls};

pub(crate) use ledger::create as create_ledger;
pub(crate) use sealed_token::SealedToken;

use ledger::Ledger;
use signer::{Signer, VerificationKey};

/// The arguments of the minimal server.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The file of the ledger
    #[arg(long)]
    ledger: PathBuf,
    /// The number of clients
    #[arg(long)]
    clients: u64,
    /// The file with the key of the clients
    #[arg(long)]
    client_key: PathBuf,
    /// The directory with the TLS certificate
    #[arg(long)]
    tls: PathBuf,
}

/// The state of the minimal server.
struct MinimalServer {
    /// The SHA-256 hash of each client's secret, by `client_id`.
    clients: HashMap<String, [u8; 32]>,
    client_key: VerificationKey,
    ledger: Ledger,
    signer: Signer,
    /// The nonce of DPoP proofs.
    nonce: String,
}

/// Prints the ports, plain and TLS, and serves until standard input is closed.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    std::thread::spawn(|| {
        // The benchmark holds the other end. If it exits, this server must exit too.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap_or_default();
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Result<()> {
    let clients = 0..arguments.clients;
    let secrets = clients.filter(|number| number.is_multiple_of(2)).map(|number| {
        let sha256 = signer::sha256(dataset::secret(number).as_bytes());
        Ok((dataset::client_id(number)?.to_string(), sha256))
    });
    let server = Arc::new(MinimalServer {
        clients: secrets.collect::<Result<_>>()?,
        client_key: VerificationKey::from_jwk(
            RequestKeys::read(&arguments.client_key)?.public_jwk(),
        )?,
        ledger: Ledger::open(&arguments.ledger)?,
        signer: Signer::new()?,
        nonce: BASE64_URL_SAFE_NO_PAD.encode(signer::random::<32>()?),
    });
    let plain = TcpListener::bind(("127.0.0.1", 0)).await?;
    let tls = TcpListener::bind(("127.0.0.1", 0)).await?;
    let acceptor = tls::acceptor(&arguments.tls)?;
    print_line(&format!("{} {}", plain.local_addr()?.port(), tls.local_addr()?.port()));
    tokio::spawn(accept_tls(tls, acceptor, Arc::clone(&server)));
    loop {
        let (stream, _) = plain.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve_connection(stream, Arc::clone(&server)));
    }
}

async fn accept_tls(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    server: Arc<MinimalServer>,
) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (acceptor, server) = (acceptor.clone(), Arc::clone(&server));
        tokio::spawn(async move {
            // The load generator reports a failed handshake.
            if let Ok(stream) = acceptor.accept(stream).await {
                serve_connection(stream, server).await;
            }
        });
    }
}

async fn serve_connection(stream: impl AsyncRead + AsyncWrite + Unpin, server: Arc<MinimalServer>) {
    let service = service_fn(move |request| response::respond(Arc::clone(&server), request));
    // The load generator reports a broken connection.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}
