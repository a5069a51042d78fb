//! Runs the server until a stop signal.

mod activated_sockets;
mod certificates;
mod file_limit;
mod process_metrics;
mod unix_socket;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use listener::{Admission, ConnectionMetrics, Limits, Listener, Socket, Tls, TlsError, serve};
use service::Service;
use telemetry::health_router;
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::config::ListenAddress;
use crate::error::CommandError;
use crate::private_file;

pub(crate) use activated_sockets::ActivatedSockets;

/// The maximum number of connections to the metrics address.
const METRICS_CONNECTIONS_MAX: usize = 64;
/// The maximum number of requests that run at once at the metrics address.
const METRICS_REQUESTS_MAX: usize = 64;
/// The maximum number of requests that run at once at all other addresses together.
const REQUESTS_MAX: usize = 2_048;

/// The number of connections that wait to be accepted. A client whose connection does not fit tries
/// again after a second. Linux allows 4,096 unless `net.core.somaxconn` says otherwise.
const BACKLOG: u32 = 4_096;

/// Creates the multi-threaded runtime.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::message(format!("the runtime did not start: {error}")))
}

/// Creates a runtime of one thread, for a command that reads a store and does nothing at once.
pub(crate) fn single_thread_runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::message(format!("the runtime did not start: {error}")))
}

fn listen_on(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Connections of an earlier process that are about to end do not keep the address.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Binds an address.
pub(crate) fn bind(address: SocketAddr) -> Result<TcpListener, CommandError> {
    listen_on(address).map_err(|error| {
        CommandError::message(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                let (port, host) = (address.port(), address.ip());
                format!(
                    "port {port} on {host} is in use by another process; stop that process, or \
                     use another port (`--port` of `admit dev`, `address` in the configuration)"
                )
            }
            std::io::ErrorKind::PermissionDenied => {
                format!(
                    "port {} needs more privileges; use a port from 1024 up behind a proxy, or let \
                     systemd grant CAP_NET_BIND_SERVICE",
                    address.port()
                )
            }
            _ => format!("cannot listen on {address}: {error}"),
        })
    })
}

/// Binds the address of a listener, or takes its socket.
pub(crate) fn listen(
    address: &ListenAddress,
    activated: &mut ActivatedSockets,
) -> Result<Socket, CommandError> {
    match address {
        ListenAddress::Activated(position) => activated.take(*position),
        ListenAddress::Tcp(address) => Ok(bind(*address)?.into()),
        ListenAddress::Unix(file) => unix_socket::bind(file).map(Into::into),
    }
}

/// Loads a certificate with its key, which only the service may read.
pub(crate) fn load_certificate(certificate: &Path, key: &Path) -> Result<Tls, CommandError> {
    Tls::load(certificate, key, private_file::read_key).map_err(|error| {
        CommandError::message(match error {
            TlsError::Mismatch(_) => {
                format!("{} and {}: {error}", certificate.display(), key.display())
            }
            TlsError::Certificate { .. } | TlsError::Key { .. } => error.to_string(),
        })
    })
}

/// The sockets of a server.
pub(crate) struct Sockets {
    /// The public listeners.
    pub(crate) listeners: Vec<Listener>,
    /// The socket for metrics and health, if there is one.
    pub(crate) metrics: Option<TcpListener>,
}

/// Runs the server until SIGTERM or SIGINT, then finishes the requests in progress. For
/// `stop_delay` before, it is not ready and goes on. Calls `on_ready` once requests are accepted.
pub(crate) async fn run(
    service: Arc<Service>,
    sockets: Sockets,
    stop_delay: Duration,
    on_ready: impl FnOnce() -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let is_stopping = Arc::<AtomicBool>::default();
    let stop = stop_signal(stop_delay, Arc::clone(&is_stopping))?;
    service::jobs::start(&service);
    let certificates: Vec<Arc<Tls>> =
        sockets.listeners.iter().filter_map(|listener| listener.tls.clone()).collect();
    certificates::watch(certificates)?;
    let mut running = JoinSet::new();
    let router = service::router(Arc::clone(&service));
    let (recorder, stopped) = (Arc::clone(&service.recorder), Arc::clone(&service));
    let connections = ConnectionMetrics::default();
    process_metrics::register(&connections);
    let wanted = Limits::default().connections_max;
    let connections_max = file_limit::connections_max(wanted, sockets.listeners.len());
    let admission = Admission::new(REQUESTS_MAX, connections.clone());
    for listener in sockets.listeners {
        let router = router.clone();
        let limits = Limits { connections_max, ..Limits::default() };
        running.spawn(serve(listener, router, limits, Arc::clone(&admission), stop.clone()));
    }
    if let Some(socket) = sockets.metrics {
        let health = health_router(move || {
            let (service, is_stopping) = (Arc::clone(&service), Arc::clone(&is_stopping));
            async move {
                if is_stopping.load(Ordering::Relaxed) {
                    return Err("the service is about to stop");
                }
                service.ready().await.map_err(|fault| {
                    tracing::warn!(cause = fault.cause(), "not ready");
                    "the store cannot be read, or a key is missing"
                })
            }
        });
        let limits = Limits { connections_max: METRICS_CONNECTIONS_MAX, ..Limits::default() };
        let listener = Listener::new(socket, None);
        // Of its own: the readiness of a node does not depend on its load.
        let admission = Admission::of_any_load(METRICS_REQUESTS_MAX, connections);
        running.spawn(serve(listener, health, limits, admission, stop));
    }
    on_ready()?;
    running.join_all().await;
    // The next start must not use a time before it. The store may have failed for long.
    if let Err(fault) = stopped.store_time().await {
        tracing::warn!(cause = fault.cause(), "the time was not stored");
    }
    recorder.stop().await;
    stopped.leave().await;
    tracing::info!("stopped");
    Ok(())
}

/// Returns a channel that becomes `true` a time after the first SIGTERM or SIGINT, which sets
/// `is_stopping` at once. The second one exits.
fn stop_signal(
    delay: Duration,
    is_stopping: Arc<AtomicBool>,
) -> Result<watch::Receiver<bool>, CommandError> {
    let failed = |error| CommandError::message(format!("cannot install signal handlers: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stop signal received");
        is_stopping.store(true, Ordering::Relaxed);
        // A second signal stops without waiting for requests in progress.
        let second = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        let stop = async {
            sleep(delay).await;
            sender.send_replace(true);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = second => {}
            () = stop => {}
        }
        std::process::exit(1);
    });
    Ok(receiver)
}
