//! Reloading of TLS certificates, and warnings before they expire.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use listener::Tls;
use model::{Seconds, Timestamp, format_rfc3339_seconds};
use telemetry::{metric_table, metrics};
use tokio::signal::unix::{SignalKind, signal};

use crate::bounded_input::{InputKind, read_text_file};
use crate::certificate_validity::validity;
use crate::error::CommandError;
use crate::private_file;

/// The interval at which the files are checked for changes.
const CHECK_INTERVAL: Duration = Duration::from_secs(30);
/// The interval of warnings about certificates that expire soon.
const WARNING_INTERVAL: Seconds = Seconds::days(1);
/// The remaining time from which on warnings are logged.
const WARNING_TIME: Seconds = Seconds::days(14);

/// Reloads certificates on SIGHUP and when their files change. Logs a warning at the start and
/// every day while a certificate expires soon.
pub(super) fn watch(certificates: Vec<Arc<Tls>>) -> Result<(), CommandError> {
    let mut hangup = signal(SignalKind::hangup()).map_err(|error| {
        CommandError::message(format!("cannot install signal handlers: {error}"))
    })?;
    if certificates.is_empty() {
        return Ok(());
    }
    let first_expiry = Arc::new(AtomicU64::new(0));
    let metric = Arc::clone(&first_expiry);
    metrics().register_gauge(&metric_table::CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS, move || {
        Some(metric.load(Ordering::Relaxed)).filter(|expiry| *expiry > 0)
    });
    let mut expiries: Vec<Option<Timestamp>> = certificates.iter().map(|tls| expiry(tls)).collect();
    let mut warned_at = warn_of_expiry(&certificates, &expiries, &first_expiry);
    tokio::spawn(async move {
        let mut modified: Vec<_> = certificates.iter().map(|tls| modified_at(tls)).collect();
        loop {
            let is_requested = tokio::select! {
                _ = hangup.recv() => true,
                () = tokio::time::sleep(CHECK_INTERVAL) => false,
            };
            let mut changed = false;
            for ((tls, time), end) in certificates.iter().zip(&mut modified).zip(&mut expiries) {
                let now = modified_at(tls);
                if is_requested || now != *time {
                    *time = now;
                    if reload(tls) {
                        *end = expiry(tls);
                        changed = true;
                    }
                }
            }
            if changed || warned_at + WARNING_INTERVAL <= service::now() {
                warned_at = warn_of_expiry(&certificates, &expiries, &first_expiry);
            }
        }
    });
    Ok(())
}

/// Logs the certificates that have expired or expire soon, and updates the metric. Returns the
/// time.
fn warn_of_expiry(
    certificates: &[Arc<Tls>],
    expiries: &[Option<Timestamp>],
    first_expiry: &AtomicU64,
) -> Timestamp {
    let now = service::now();
    for (tls, end) in certificates.iter().zip(expiries) {
        let [file, _] = tls.files();
        match end {
            Some(end) if *end <= now => {
                let at = format_rfc3339_seconds(*end);
                tracing::error!(file = %file.display(), not_after = at, "TLS certificate expired");
            }
            Some(end) if *end <= now + WARNING_TIME => {
                let days = (*end - now).get() / Seconds::days(1).get();
                let at = format_rfc3339_seconds(*end);
                tracing::warn!(
                    file = %file.display(),
                    not_after = at,
                    days,
                    "TLS certificate expires soon"
                );
            }
            _ => {}
        }
    }
    let seconds = expiries.iter().flatten().min().map_or(0, |end| end.seconds());
    first_expiry.store(u64::try_from(seconds).unwrap_or_default(), Ordering::Relaxed);
    now
}

fn expiry(tls: &Tls) -> Option<Timestamp> {
    let [file, _]: [&Path; 2] = tls.files();
    let pem = read_text_file(file, InputKind::Certificates).ok()?;
    validity(&pem).map(|validity| validity.not_after)
}

fn reload(tls: &Tls) -> bool {
    let [file, key] = tls.files();
    if let Err(error) = private_file::open(key) {
        tracing::error!(%error, "cannot use the new TLS certificate; keeping the old one");
        return false;
    }
    match tls.reload() {
        Ok(()) => tracing::info!(file = %file.display(), "TLS certificate reloaded"),
        Err(error) => {
            tracing::error!(%error, "cannot use the new TLS certificate; keeping the old one");
            return false;
        }
    }
    true
}

fn modified_at(tls: &Tls) -> [Option<SystemTime>; 2] {
    tls.files().map(|file| std::fs::metadata(file).and_then(|found| found.modified()).ok())
}
