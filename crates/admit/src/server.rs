//! Answers requests until the process is asked to stop.

mod certificates;

use std::net::SocketAddr;
use std::sync::Arc;

use service::Service;
use service::listener::{Limits, Listener, Tls, serve};
use service::signals::health_router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::failure::Failure;

/// Connections of whoever watches the service.
const WATCHERS_MAX: usize = 64;

/// A runtime for the service.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::said(format!("the runtime did not start: {error}")))
}

/// Takes an address, or says in one sentence why it cannot be had.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::said(match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "port {} is in use on {}: another process listens there",
                address.port(),
                address.ip()
            ),
            std::io::ErrorKind::PermissionDenied => {
                format!("port {} may not be taken: it needs more privileges", address.port())
            }
            _ => format!("{address} cannot be listened at: {error}"),
        })
    })
}

/// The sockets that a service answers at.
pub(crate) struct Sockets {
    /// For everybody.
    pub(crate) listeners: Vec<Listener>,
    /// For whoever watches the service.
    pub(crate) metrics: Option<TcpListener>,
}

/// Answers until SIGTERM or SIGINT, and then lets what is in work end. `begun` is called when
/// requests are taken.
pub(crate) async fn answer(
    service: Arc<Service>,
    sockets: Sockets,
    begun: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let stop = asked_to_stop()?;
    service::jobs::start(&service);
    let certificates: Vec<Arc<Tls>> =
        sockets.listeners.iter().filter_map(|listener| listener.tls.clone()).collect();
    certificates::watch(certificates)?;
    let mut running = JoinSet::new();
    let router = service::router(Arc::clone(&service));
    let recorder = Arc::clone(&service.recorder);
    for listener in sockets.listeners {
        running.spawn(serve(listener, router.clone(), Limits::default(), stop.clone()));
    }
    if let Some(socket) = sockets.metrics {
        let health = health_router(move || {
            let service = Arc::clone(&service);
            async move {
                service.ready().await.map_err(|fault| {
                    tracing::warn!(cause = fault.cause(), "not ready");
                    "the store cannot be read, or a key is missing"
                })
            }
        });
        let limits = Limits { connections_max: WATCHERS_MAX, ..Limits::default() };
        let listener = Listener { socket, tls: None, proxies: Vec::new() };
        running.spawn(serve(listener, health, limits, stop));
    }
    begun()?;
    running.join_all().await;
    recorder.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// Becomes true with the first SIGTERM or SIGINT.
fn asked_to_stop() -> Result<watch::Receiver<bool>, Failure> {
    let unheard = |error| Failure::said(format!("signals cannot be heard: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(unheard)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unheard)?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to stop");
        sender.send_replace(true);
        // Whoever asks twice does not want to wait.
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(1);
    });
    Ok(receiver)
}
