//! Accepts connections: sockets, TLS, trusted proxies, and limits on time, size and number.

mod activity;
mod admission;
mod body;
mod connection;
mod connections;
mod forwarded;
mod forwarding_report;
mod framing;
mod handler;
mod metrics;
mod peer;
mod socket;
mod stream;
mod tls;
mod trusted_proxy;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio_rustls::server::TlsStream;

use admission::Meter;
use connection::Connection;
use connections::{Connections, Slot};
use forwarding_report::ForwardingReport;
use peer::TrustedProxies;
use socket::Accepted;

pub use admission::Admission;
pub use body::{BodyTimedOut, TrailersSent};
pub use forwarded::ForwardedHeader;
pub use handler::Handler;
pub use metrics::ConnectionMetrics;
pub use peer::Peer;
pub use socket::Socket;
pub use tls::{ReadKey, Tls, TlsError};
pub use trusted_proxy::{TrustedProxy, TrustedProxyError};

/// A bound socket with its certificate and its trusted proxies.
pub struct Listener {
    /// The bound socket.
    pub socket: Socket,
    /// The certificate, or `None` for plain HTTP.
    pub tls: Option<Arc<Tls>>,
    /// The proxies that may name the sender of a request.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// The header with which they name it; `None` reads `X-Forwarded-For`, and `Forwarded` only if
    /// the other is missing.
    pub forwarded_header: Option<ForwardedHeader>,
    /// The channel for peers that are no trusted proxies and name a sender: probably a proxy that
    /// the operator did not list. At most one private and one public address are sent.
    pub unlisted_proxies: Option<mpsc::UnboundedSender<IpAddr>>,
}

impl Listener {
    /// Creates a listener without trusted proxies.
    pub fn new(socket: impl Into<Socket>, tls: Option<Arc<Tls>>) -> Self {
        Self {
            socket: socket.into(),
            tls,
            trusted_proxies: Vec::new(),
            forwarded_header: None,
            unlisted_proxies: None,
        }
    }
}

/// Limits of one connection, and the maximum number of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Maximum number of open connections. For a further one, the longest idle one is closed, of
    /// the network with most connections first.
    pub connections_max: usize,
    /// Timeout of a TLS handshake.
    pub handshake: Duration,
    /// Timeout of the head of a request, counted from its first byte.
    pub head: Duration,
    /// Timeout of the body of a request, counted from the end of its head.
    pub body: Duration,
    /// Keep-alive timeout: closes a connection that has no request for this long.
    pub idle: Duration,
    /// Write timeout: closes the connection if the peer reads nothing for this long.
    pub write: Duration,
    /// Graceful shutdown: how long running requests may go on after the service is asked to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 4_096,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// Maximum size of the head of a request in bytes, in HTTP/1 and in HTTP/2.
const HEAD_LENGTH_MAX: u32 = 32 * 1024;
/// Pause after a failed accept: the process has probably run out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections and serves their requests until `stop` becomes true.
///
/// Then shuts down gracefully: running requests may finish, for at most [`Limits::drain`].
pub async fn serve(
    listener: Listener,
    handler: impl Handler,
    limits: Limits,
    admission: Arc<Admission>,
    mut stop: watch::Receiver<bool>,
) {
    let local = listener.socket.local_address();
    let is_tcp = matches!(listener.socket, Socket::Tcp(_));
    let trusted_proxies = TrustedProxies::new(&listener.trusted_proxies, listener.forwarded_header);
    let connections = Connections::new(limits.connections_max, admission.metrics().clone());
    // Each connection holds a sender: the receiver ends with the last of them.
    let (running, mut drained) = mpsc::channel(1);
    let shared = Arc::new(Shared {
        handler,
        connections,
        admission,
        limits,
        proxies_only: is_tcp && listener.tls.is_none() && trusted_proxies.is_exposed(local),
        tls: listener.tls,
        trusted_proxies,
        forwarding: ForwardingReport::new(listener.unlisted_proxies),
        stop: stop.clone(),
    });
    loop {
        let accepted = tokio::select! {
            accepted = listener.socket.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok(accepted) => accept(&shared, &running, accepted),
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop((listener.socket, running));
    if tokio::time::timeout(limits.drain, drained.recv()).await.is_err() {
        tracing::warn!("graceful shutdown timed out; closed the remaining connections");
    }
}

/// State that all connections of a listener share.
struct Shared<H> {
    handler: H,
    limits: Limits,
    connections: Arc<Connections>,
    admission: Arc<Admission>,
    tls: Option<Arc<Tls>>,
    trusted_proxies: TrustedProxies,
    forwarding: ForwardingReport,
    /// The socket serves plain HTTP and others than the trusted proxies can reach it. Connections
    /// of others are closed.
    proxies_only: bool,
    stop: watch::Receiver<bool>,
}

/// A connection that keeps the listener running until it ends.
type Running = mpsc::Sender<std::convert::Infallible>;

/// Serves a new connection in a task of its own, or closes it.
fn accept<H: Handler>(shared: &Arc<Shared<H>>, running: &Running, accepted: Accepted) {
    let peer = accepted.peer();
    let is_proxy = shared.trusted_proxies.contains(peer);
    if shared.proxies_only && !is_proxy {
        shared.admission.metrics().untrusted.inc();
        return;
    }
    // The connections of a proxy are those of many users, and have no share.
    let counted = peer.filter(|_| !is_proxy).map(|peer| peer.address);
    let Some(slot) = shared.connections.open(counted) else { return };
    let meter = Meter::new(&shared.admission, counted);
    let (shared, running, counting) = (Arc::clone(shared), running.clone(), Arc::clone(&meter));
    match accepted {
        Accepted::Tcp(stream, _) => tokio::spawn(counting.count(async move {
            // Responses are small and written at once: Nagle's algorithm would only delay them.
            match stream.set_nodelay(true) {
                Ok(()) => serve_connection(shared, stream, peer, slot, meter).await,
                Err(error) => tracing::debug!(%error, "the connection was closed after accept"),
            }
            drop(running);
        })),
        Accepted::Unix(stream) => tokio::spawn(counting.count(async move {
            serve_connection(shared, stream, peer, slot, meter).await;
            drop(running);
        })),
    };
}

async fn serve_connection<S, H>(
    shared: Arc<Shared<H>>,
    stream: S,
    peer: Option<Peer>,
    slot: Slot,
    meter: Arc<Meter>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Handler,
{
    let open = shared.admission.metrics().connection_opened();
    let activity = Arc::clone(slot.activity());
    let connection = Connection { shared: Arc::clone(&shared), peer, activity, meter };
    // In boxes of their own, so that an idle connection holds the state of one of them only.
    match &shared.tls {
        None => Box::pin(connection.http1(stream)).await,
        Some(tls) => match Box::pin(handshake(&connection, tls, stream, &slot)).await {
            Some(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
                Box::pin(connection.http2(stream)).await;
            }
            Some(stream) => Box::pin(connection.http1(stream)).await,
            // Counted when its place was taken.
            None if slot.activity().displacement().is_some() => {}
            None => {
                shared.admission.metrics().handshakes_failed.inc();
            }
        },
    }
    drop((open, slot));
}

/// Does the TLS handshake. Those of one address beyond its share wait, within the timeout. `None`
/// if it fails, takes too long, or its place is needed.
async fn handshake<S, H>(
    connection: &Connection<H>,
    tls: &Tls,
    stream: S,
    slot: &Slot,
) -> Option<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Handler,
{
    let accept = async {
        let _permit = match slot.handshakes() {
            Some(handshakes) => Some(handshakes.acquire_owned().await.ok()?),
            None => None,
        };
        if !connection.meter.begin_handshake().await {
            return None;
        }
        tls.accept(stream).await.ok()
    };
    let limit = connection.shared.limits.handshake;
    tokio::select! {
        stream = tokio::time::timeout(limit, accept) => stream.ok().flatten(),
        _ = slot.activity().displaced() => None,
    }
}

#[cfg(test)]
mod tests;
