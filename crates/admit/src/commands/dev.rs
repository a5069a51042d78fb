//! `admit dev`: a complete service for development on this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use listener::Listener;
use telemetry::{Format, LogSettings, Output, start_log};
use tokio::net::TcpListener;

use super::print;
use crate::cli::{DevArguments, DevCommand};
use crate::dev::{prepare, render, trust};
use crate::error::CommandError;
use crate::server::{self, Sockets, bind, load_certificate};

/// The port of a service with TLS if none is named.
const TLS_PORT: u16 = 8_443;
/// The port of a service without TLS if none is named.
const HTTP_PORT: u16 = 8_080;

/// Starts the service, prints a summary, and runs until a stop signal.
pub(super) fn run(arguments: &DevArguments) -> Result<(), CommandError> {
    if let Some(DevCommand::Trust(arguments)) = &arguments.command {
        return print(&trust(arguments)?);
    }
    // Standard output is for the summary, so the log goes to standard error.
    let settings =
        LogSettings { format: Format::Text, output: Output::Stderr, level: "info".to_owned() };
    let _log = start_log(&settings).map_err(|error| CommandError::message(error.to_string()))?;
    server::runtime()?.block_on(start(arguments))
}

async fn start(arguments: &DevArguments) -> Result<(), CommandError> {
    let (scheme, port) = if arguments.http { ("http", HTTP_PORT) } else { ("https", TLS_PORT) };
    let port = arguments.port.unwrap_or(port);
    let sockets = loopback(port)?;
    let port = match sockets.first().map(TcpListener::local_addr) {
        Some(Ok(address)) => address.port(),
        _ => port,
    };
    let database = arguments.postgres.as_deref();
    let environment = prepare(&arguments.data, &origin(scheme, port), database).await?;
    let tls = match &environment.tls {
        Some([certificate, key]) => Some(Arc::new(load_certificate(certificate, key)?)),
        None => None,
    };
    let listeners = sockets.into_iter().map(|socket| Listener::new(socket, tls.clone())).collect();
    let metrics = bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let summary = environment.summary.with_metrics(metrics.local_addr()?);
    let text = if arguments.json { summary.json()? } else { render(&summary) };
    let _lock = environment.lock;
    let sockets = Sockets { listeners, metrics: Some(metrics) };
    server::run(environment.service, sockets, Duration::ZERO, || print(&text)).await
}

/// Returns the origin, without the default port of its scheme (RFC 6454 §6.2).
fn origin(scheme: &str, port: u16) -> String {
    match (scheme, port) {
        ("http", 80) | ("https", 443) => format!("{scheme}://localhost"),
        _ => format!("{scheme}://localhost:{port}"),
    }
}

/// Binds a port on the IPv4 and, if the machine has it, the IPv6 loopback address.
fn loopback(port: u16) -> Result<Vec<TcpListener>, CommandError> {
    let first = bind(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port))?;
    let port = first.local_addr()?.port();
    // `localhost` may resolve to either address; a machine without IPv6 has only the first.
    let second = bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port));
    Ok(std::iter::once(first).chain(second).collect())
}
