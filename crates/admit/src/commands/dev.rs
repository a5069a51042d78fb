//! `admit dev`: a complete service for development on this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use listener::{Listener, Tls};
use telemetry::{Format, LogSettings, Output, start_log};
use tokio::net::TcpListener;

use super::print;
use crate::cli::DevArguments;
use crate::dev::{prepare, render};
use crate::error::CommandError;
use crate::server::{self, Sockets, bind};

/// Starts the service, prints a summary, and runs until a stop signal.
pub(super) fn run(arguments: &DevArguments) -> Result<(), CommandError> {
    // Standard output is for the summary, so the log goes to standard error.
    let settings =
        LogSettings { format: Format::Text, output: Output::Stderr, level: "info".to_owned() };
    let _log = start_log(&settings).map_err(|error| CommandError::message(error.to_string()))?;
    server::runtime()?.block_on(start(arguments))
}

async fn start(arguments: &DevArguments) -> Result<(), CommandError> {
    let sockets = loopback(arguments.port).await?;
    let port = match sockets.first().map(TcpListener::local_addr) {
        Some(Ok(address)) => address.port(),
        _ => arguments.port,
    };
    let environment = prepare(&arguments.data, &format!("https://localhost:{port}")).await?;
    let tls = Tls::load(&environment.certificate, &environment.key);
    let tls = Arc::new(tls.map_err(|error| CommandError::message(error.to_string()))?);
    let listeners = sockets
        .into_iter()
        .map(|socket| Listener { socket, tls: Some(Arc::clone(&tls)), trusted_proxies: Vec::new() })
        .collect();
    let metrics = bind((Ipv4Addr::LOCALHOST, 0).into()).await?;
    let summary = environment.summary.with_metrics(metrics.local_addr()?);
    let text = if arguments.json { summary.json()? } else { render(&summary) };
    server::run(environment.service, Sockets { listeners, metrics: Some(metrics) }, || print(&text))
        .await
}

/// Binds a port on the IPv4 and, if the machine has it, the IPv6 loopback address.
async fn loopback(port: u16) -> Result<Vec<TcpListener>, CommandError> {
    let first = bind(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)).await?;
    let port = first.local_addr()?.port();
    // `localhost` may resolve to either address; a machine without IPv6 has only the first.
    let second = TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port)).await;
    Ok(std::iter::once(first).chain(second).collect())
}
