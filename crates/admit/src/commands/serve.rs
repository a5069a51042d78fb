//! `admit serve`: the service as a configuration file says.

use std::path::Path;
use std::sync::Arc;

use service::listener::{Listener, Tls};
use service::signals::{Format, LogGuard, LogSettings, Output, start_log};

use crate::config::mail::Unusable;
use crate::config::{Config, Log, LogFormat, Mail};
use crate::failure::Failure;
use crate::serving::{self, Sockets, answer, bind};
use crate::storage::{Location, Outside};

/// Starts, and answers until it is asked to stop.
pub(super) fn run(file: &Path) -> Result<(), Failure> {
    let config = Config::load(file)?;
    let _log = log(config.log)?;
    let location = Location { outside: outside(&config)?, ..Location::of_config(&config) };
    let service = location.open()?;
    serving::runtime()?.block_on(async {
        location.fits(&service).await?;
        service::jobs::ensure_keys(&service).await?;
        // Here, because every request would fail later.
        service.ready().await.map_err(|fault| {
            Failure::said(format!("the service cannot do its job: {}", fault.cause()))
        })?;
        service.note_version(env!("CARGO_PKG_VERSION")).await;
        let sockets = sockets(&config).await?;
        answer(service, sockets, || {
            begun(&config);
            Ok(())
        })
        .await
    })
}

/// What sends mails and requests.
fn outside(config: &Config) -> Result<Outside, Failure> {
    let said = |unusable: Unusable| Failure::said(unusable.reason);
    let mail = config.mail.as_ref().map(Mail::mailer).transpose().map_err(said)?;
    Ok(Outside { mail, fetcher: config.outbound.fetcher().map_err(said)? })
}

/// All that a reader of the log asks first: what runs, where, and on which store.
fn begun(config: &Config) {
    let listeners: Vec<String> = config
        .listeners
        .iter()
        .map(|listener| {
            let kind = if listener.tls.is_some() { "TLS" } else { "plain" };
            format!("{} ({kind})", listener.address.value)
        })
        .collect();
    let metrics = config.metrics.address.as_ref();
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        origin = config.origin.as_str(),
        listeners = listeners.join(", "),
        data = %config.data.display(),
        metrics = metrics.map_or_else(|| "none".to_owned(), |address| address.to_string()),
        "ready"
    );
}

async fn sockets(config: &Config) -> Result<Sockets, Failure> {
    let mut listeners = Vec::new();
    for listener in &config.listeners {
        let tls = match &listener.tls {
            None => None,
            Some(tls) => {
                let loaded = Tls::load(&tls.certificate, &tls.key);
                Some(Arc::new(loaded.map_err(|error| Failure::said(error.to_string()))?))
            }
        };
        let socket = bind(listener.address.value).await?;
        let proxies = listener.behind_proxies.iter().map(|proxy| proxy.value).collect();
        listeners.push(Listener { socket, tls, proxies });
    }
    let metrics = match &config.metrics.address {
        Some(address) => Some(bind(address.value).await?),
        None => None,
    };
    Ok(Sockets { listeners, metrics })
}

fn log(log: Log) -> Result<LogGuard, Failure> {
    let settings = LogSettings {
        format: match log.format {
            LogFormat::Json => Format::Json,
            LogFormat::Text => Format::Text,
        },
        output: Output::Stdout,
        level: log.level.word().to_owned(),
    };
    start_log(&settings).map_err(|error| Failure::said(error.to_string()))
}
