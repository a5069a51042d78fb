//! The baseline server: it does only the unavoidable work of a request. It parses HTTP and the
//! form, checks the client's secret, opens the sealed token, makes one durable write if the request
//! needs one, and signs.
//!
//! It applies no rules, writes no log, and has one response for each kind of request. It shares no
//! code with the service.

mod ledger;
mod response;
mod sealed_token;
mod signer;

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::dataset;
use crate::{Result, print_line};

pub(crate) use ledger::create as create_ledger;
pub(crate) use sealed_token::SealedToken;

use ledger::Ledger;
use signer::Signer;

/// The arguments of the baseline server.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The file of the ledger
    #[arg(long)]
    ledger: PathBuf,
    /// The number of clients
    #[arg(long)]
    clients: u64,
}

/// The state of the baseline server.
struct Baseline {
    /// The SHA-256 hash of each client's secret, by `client_id`.
    clients: HashMap<String, [u8; 32]>,
    ledger: Ledger,
    signer: Signer,
}

/// Prints the port, and serves until standard input is closed.
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
    let baseline = Arc::new(Baseline {
        clients: secrets.collect::<Result<_>>()?,
        ledger: Ledger::open(&arguments.ledger)?,
        signer: Signer::new()?,
    });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    print_line(&listener.local_addr()?.port().to_string());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let baseline = Arc::clone(&baseline);
        let service = service_fn(move |request| response::respond(Arc::clone(&baseline), request));
        tokio::spawn(async move {
            // The load generator reports a broken connection.
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
        });
    }
}
