//! `admit dev`: a complete service on this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use service::listener::{Listener, Tls};
use service::signals::{Format, LogSettings, Output, start_log};
use tokio::net::TcpListener;

use super::print;
use crate::cli::DevArguments;
use crate::dev::prepare;
use crate::failure::Failure;
use crate::serving::{self, Sockets, answer, bind};

/// Starts, says what there is, and answers until it is asked to stop.
pub(super) fn run(arguments: &DevArguments) -> Result<(), Failure> {
    // Standard output is for what there is: the log goes beside it.
    let settings =
        LogSettings { format: Format::Text, output: Output::Stderr, level: "info".to_owned() };
    let _log = start_log(&settings).map_err(|error| Failure::said(error.to_string()))?;
    serving::runtime()?.block_on(start(arguments))
}

async fn start(arguments: &DevArguments) -> Result<(), Failure> {
    let sockets = loopback(arguments.port).await?;
    let port = match sockets.first().map(TcpListener::local_addr) {
        Some(Ok(address)) => address.port(),
        _ => arguments.port,
    };
    let ground = prepare(&arguments.data, &format!("https://localhost:{port}")).await?;
    let tls = Tls::load(&ground.certificate, &ground.key);
    let tls = Arc::new(tls.map_err(|error| Failure::said(error.to_string()))?);
    let listeners = sockets
        .into_iter()
        .map(|socket| Listener { socket, tls: Some(Arc::clone(&tls)), proxies: Vec::new() })
        .collect();
    let metrics = bind((Ipv4Addr::LOCALHOST, 0).into()).await?;
    let told = ground.told.with_metrics(metrics.local_addr()?);
    let text = if arguments.json { told.json()? } else { told.text() };
    answer(ground.service, Sockets { listeners, metrics: Some(metrics) }, || print(&text)).await
}

/// The port on this machine, by both of its addresses where it has both.
async fn loopback(port: u16) -> Result<Vec<TcpListener>, Failure> {
    let first = bind(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)).await?;
    let taken = first.local_addr()?.port();
    // `localhost` may mean either; a machine without IPv6 has only the first.
    let second = TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), taken)).await;
    Ok(std::iter::once(first).chain(second).collect())
}
