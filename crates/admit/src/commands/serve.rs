//! `admit serve`: the service with a configuration file.

use std::path::Path;
use std::sync::Arc;

use listener::Listener;
use model::Tenant;
use protocol::context::Endpoints;
use service::Service;
use telemetry::{Format, LogGuard, LogSettings, Output, start_log};

use crate::config::mail::InvalidOption;
use crate::config::{Config, Log, LogFormat, Mail};
use crate::data_lock::DataLock;
use crate::development_marker::DevelopmentMarker;
use crate::error::CommandError;
use crate::server::{self, ActivatedSockets, Sockets, bind, listen, load_certificate};
use crate::storage::{OutboundClients, StoreLocation};
use crate::unlisted_proxies;

/// The number of tenants whose issuer is logged at the start.
const LOGGED_TENANTS_MAX: usize = 20;

/// Starts the service and runs it until a stop signal.
pub(super) fn run(file: &Path) -> Result<(), CommandError> {
    let config = Config::load(file)?;
    let location = StoreLocation::from_config(&config);
    location.data.directory().map_or(Ok(()), DevelopmentMarker::refuse)?;
    let _log = log(config.log)?;
    let location = StoreLocation { outbound: outbound_clients(&config)?, ..location };
    server::runtime()?.block_on(async {
        let (service, _lock) = open(&location).await?;
        service::jobs::ensure_keys(&service).await?;
        // A start that succeeds although every request will fail would hide the reason.
        service.ready().await.map_err(|fault| {
            CommandError::message(format!("the service is not ready: {}", fault.cause()))
        })?;
        service.record_version(env!("CARGO_PKG_VERSION")).await;
        service.record_root_key().await;
        let tenants = service.store.tenants().await?;
        let mut sockets = sockets(&config)?;
        if let Some(data_dir) = location.data.directory() {
            unlisted_proxies::delete(data_dir);
            let unlisted_proxies = unlisted_proxies::record(data_dir);
            for listener in &mut sockets.listeners {
                listener.unlisted_proxies = Some(unlisted_proxies.clone());
            }
        }
        server::run(service, sockets, config.stop_delay, || {
            log_ready(&config, &location);
            log_tenants(&tenants, config.origin.as_str());
            Ok(())
        })
        .await
    })
}

/// Opens the store, and connects directory and ledger. A data directory is locked: one process
/// serves it. Several nodes may serve a database.
async fn open(location: &StoreLocation) -> Result<(Arc<Service>, Option<DataLock>), CommandError> {
    let Some(data_dir) = location.data.directory() else {
        let service = location.open().await?;
        location.connect(&service).await?;
        return Ok((service, None));
    };
    // Opening migrates the store, which another process may serve.
    let lock = DataLock::acquire_if_exists(data_dir)?;
    let service = location.open().await?;
    let mut lock = match lock {
        Some(lock) => lock,
        None => DataLock::acquire(data_dir)?,
    };
    location.connect_locked(&service, &lock).await?;
    lock.record_root_keys(&service.root_keys())?;
    Ok((service, Some(lock)))
}

/// Creates the clients for e-mail and outbound requests.
fn outbound_clients(config: &Config) -> Result<OutboundClients, CommandError> {
    let failed = |invalid: InvalidOption| CommandError::message(invalid.reason);
    let mail = config.mail.as_ref().map(Mail::mailer).transpose().map_err(failed)?;
    let breached_range_url = config.passwords.breached_range_url.clone();
    let fetcher = config.outbound.fetcher().map_err(failed)?;
    Ok(OutboundClients { mail, fetcher, breached_range_url })
}

/// Logs version, addresses, and the data directory or the database.
fn log_ready(config: &Config, location: &StoreLocation) {
    let listeners: Vec<String> = config
        .listeners
        .iter()
        .map(|listener| {
            let kind = if listener.tls.is_some() { "TLS" } else { "plain" };
            format!("{} ({kind})", listener.address.value)
        })
        .collect();
    let metrics = config.metrics.address.as_ref();
    let data_dir = location.data.directory().map(|data_dir| data_dir.display().to_string());
    let database = data_dir.is_none().then(|| location.data.name());
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        origin = config.origin.as_str(),
        listeners = listeners.join(", "),
        data_dir,
        database,
        metrics = metrics.map_or_else(|| "none".to_owned(), |address| address.to_string()),
        "ready"
    );
}

/// Logs the issuer of each tenant, for the configuration of clients. The first ones are enough: who
/// has more tenants keeps them in a list elsewhere.
fn log_tenants(tenants: &[Tenant], origin: &str) {
    for tenant in tenants.iter().filter(|tenant| !tenant.suspended).take(LOGGED_TENANTS_MAX) {
        let Endpoints { issuer, discovery, .. } = Endpoints::new(origin, tenant);
        tracing::info!(tenant = tenant.name, issuer, discovery, "tenant");
    }
}

fn sockets(config: &Config) -> Result<Sockets, CommandError> {
    let mut activated = ActivatedSockets::from_environment();
    let mut listeners = Vec::new();
    for listener in &config.listeners {
        let tls = match &listener.tls {
            None => None,
            Some(tls) => Some(Arc::new(load_certificate(&tls.certificate, &tls.key)?)),
        };
        let trusted_proxies = listener.trusted_proxies.iter().map(|proxy| proxy.value).collect();
        listeners.push(Listener {
            trusted_proxies,
            forwarded_header: listener.forwarded_header,
            ..Listener::new(listen(&listener.address, &mut activated)?, tls)
        });
    }
    let metrics = match &config.metrics.address {
        Some(address) => Some(bind(address.value)?),
        None => None,
    };
    Ok(Sockets { listeners, metrics })
}

fn log(log: Log) -> Result<LogGuard, CommandError> {
    let settings = LogSettings {
        format: match log.format {
            LogFormat::Json => Format::Json,
            LogFormat::Text => Format::Text,
        },
        output: Output::Stdout,
        level: log.level.as_str().to_owned(),
    };
    start_log(&settings).map_err(|error| CommandError::message(error.to_string()))
}
