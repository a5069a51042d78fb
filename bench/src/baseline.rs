//! A server that does only what cannot be left out: HTTP, the form, the client's secret, the
//! handle, one durable write where the request calls for one, and the signature.
//!
//! It checks nothing that a rule would check, keeps no log, and knows one answer per request. It
//! shares no code with the service.

mod answer;
mod handle;
mod ledger;
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

use crate::world;
use crate::{Outcome, say};

pub(crate) use handle::Handle;
pub(crate) use ledger::make as make_ledger;

use ledger::Ledger;
use signer::Signer;

/// What the floor is told.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The file of its ledger.
    #[arg(long)]
    ledger: PathBuf,
    /// How many clients it knows.
    #[arg(long)]
    clients: u64,
}

/// Everything that answering needs.
struct Floor {
    /// SHA-256 of the secret, by `client_id`.
    clients: HashMap<String, [u8; 32]>,
    ledger: Ledger,
    signer: Signer,
}

/// Says its port, and answers until standard input is closed.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
    std::thread::spawn(|| {
        // Whoever started us holds the other end; when it is gone, so are we.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap_or_default();
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Outcome<()> {
    let clients = 0..arguments.clients;
    let known = clients.filter(|number| number.is_multiple_of(2)).map(|number| {
        let sha256 = signer::sha256(world::secret(number).as_bytes());
        Ok((world::client_id(number)?.to_string(), sha256))
    });
    let floor = Arc::new(Floor {
        clients: known.collect::<Outcome<_>>()?,
        ledger: Ledger::open(&arguments.ledger)?,
        signer: Signer::new()?,
    });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    say(&listener.local_addr()?.port().to_string());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let floor = Arc::clone(&floor);
        let service = service_fn(move |request| answer::answer(Arc::clone(&floor), request));
        tokio::spawn(async move {
            // A connection that breaks is the driver's to notice.
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
        });
    }
}
