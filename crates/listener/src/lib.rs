//! Where requests come in: sockets, TLS, and the limits that hold before any rule is asked.

mod activity;
mod body;
mod connection;
mod peer;
mod stream;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::signals::metrics;
use connection::Connection;
use peer::Proxies;

pub use body::BodyTimedOut;
pub use peer::Peer;
pub use tls::{Tls, TlsError};

/// A socket and what is known of whoever connects to it.
pub struct Listener {
    /// The bound socket.
    pub socket: TcpListener,
    /// The certificate, unless the socket is only reached from where plain HTTP is safe.
    pub tls: Option<Arc<Tls>>,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub proxies: Vec<std::net::IpAddr>,
}

/// What one connection may take, and how many there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; further ones are closed as they come.
    pub connections_max: usize,
    /// A TLS handshake must be done within this time.
    pub handshake: Duration,
    /// The head of a request must have come within this time of its first byte.
    pub head: Duration,
    /// The body of a request must have come within this time of its head.
    pub body: Duration,
    /// A connection without a request is closed after this time.
    pub idle: Duration,
    /// A caller that takes nothing of its answer is left after this time.
    pub write: Duration,
    /// Requests in work may go on for this time after the service was asked to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 8_192,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// Bytes that the head of a request may take, in HTTP/1 and in HTTP/2.
const HEAD_LENGTH_MAX: u32 = 32 * 1024;
/// How long no connection is taken after the system refused one: it is out of descriptors.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(50);

/// Takes connections and answers their requests until `stop` becomes true, then lets those in
/// work end, for at most [`Limits::drain`].
pub async fn serve(
    listener: Listener,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let local = listener.socket.local_addr().ok().map(|address| address.ip());
    let proxies = Proxies::new(listener.proxies);
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let shared = Arc::new(Shared {
        router,
        limits,
        only_proxies: listener.tls.is_none() && proxies.must_be_asked(local),
        tls: listener.tls,
        proxies,
        stop: stop.clone(),
    });
    loop {
        let accepted = tokio::select! {
            accepted = listener.socket.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let peer = Peer { address: address.ip().to_canonical() };
                take(&shared, &places, stream, peer);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE_AFTER_REFUSAL).await;
            }
        }
    }
    drop(listener.socket);
    // Every place is free again when the last connection is over.
    let all = u32::try_from(limits.connections_max).unwrap_or(u32::MAX);
    if tokio::time::timeout(limits.drain, places.acquire_many(all)).await.is_err() {
        tracing::warn!("connections were still open after the time to drain, and were cut");
    }
}

/// What every connection of a listener shares.
struct Shared {
    router: Router,
    limits: Limits,
    tls: Option<Arc<Tls>>,
    proxies: Proxies,
    /// Plain HTTP that others than the proxies could reach: it is for them alone.
    only_proxies: bool,
    stop: watch::Receiver<bool>,
}

fn take(shared: &Arc<Shared>, places: &Arc<Semaphore>, stream: TcpStream, peer: Peer) {
    if shared.only_proxies && !shared.proxies.contain(peer) {
        metrics().connection_unlisted();
        return;
    }
    match Arc::clone(places).try_acquire_owned() {
        Ok(place) => {
            tokio::spawn(answer(Arc::clone(shared), stream, peer, place));
        }
        Err(_) => metrics().connection_refused(),
    }
}

async fn answer(shared: Arc<Shared>, stream: TcpStream, peer: Peer, place: OwnedSemaphorePermit) {
    let open = metrics().connection_opened();
    // Answers are small and whole: waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was over before it began");
        return;
    }
    let connection = Connection { shared: Arc::clone(&shared), peer };
    match &shared.tls {
        None => connection.http1(stream).await,
        Some(tls) => {
            match tokio::time::timeout(shared.limits.handshake, tls.accept(stream)).await {
                Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
                    connection.http2(stream).await;
                }
                Ok(Ok(stream)) => connection.http1(stream).await,
                Ok(Err(_)) | Err(_) => metrics().handshake_failed(),
            }
        }
    }
    drop((open, place));
}

#[cfg(test)]
mod tests;
