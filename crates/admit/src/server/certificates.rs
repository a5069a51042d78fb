//! Certificates while the service runs: read again when they change, and never over in silence.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use model::{Seconds, Timestamp};
use service::listener::Tls;
use service::signals::metrics;
use tokio::signal::unix::{SignalKind, signal};

use crate::certificate::validity;
use crate::failure::Failure;

/// How often the files are looked at for changes.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How often is said that a certificate is near its end, and from when on.
const SAY_EVERY: Seconds = Seconds::days(1);
const NEAR: Seconds = Seconds::days(14);

/// Reads certificates again on SIGHUP and when their files change; says at once, and every day,
/// which of them are near their end.
pub(super) fn watch(certificates: Vec<Arc<Tls>>) -> Result<(), Failure> {
    let mut hangup = signal(SignalKind::hangup())
        .map_err(|error| Failure::said(format!("signals cannot be heard: {error}")))?;
    if certificates.is_empty() {
        return Ok(());
    }
    let first_end = Arc::new(AtomicU64::new(0));
    let shown = Arc::clone(&first_end);
    metrics().watch(
        "certificate_not_after_seconds",
        "When the first of the certificates in use ends, in seconds since 1970",
        move || shown.load(Ordering::Relaxed),
    );
    let mut ends: Vec<Option<Timestamp>> = certificates.iter().map(|tls| end(tls)).collect();
    let mut said = say(&certificates, &ends, &first_end);
    tokio::spawn(async move {
        let mut times: Vec<_> = certificates.iter().map(|tls| changed_at(tls)).collect();
        loop {
            let asked = tokio::select! {
                _ = hangup.recv() => true,
                () = tokio::time::sleep(LOOK_EVERY) => false,
            };
            let mut changed = false;
            for ((tls, time), kept) in certificates.iter().zip(&mut times).zip(&mut ends) {
                let now = changed_at(tls);
                if asked || now != *time {
                    *time = now;
                    if reload(tls) {
                        *kept = end(tls);
                        changed = true;
                    }
                }
            }
            if changed || said + SAY_EVERY <= service::now() {
                said = say(&certificates, &ends, &first_end);
            }
        }
    });
    Ok(())
}

/// Says which certificates are near their end; the time at which that was said.
fn say(certificates: &[Arc<Tls>], ends: &[Option<Timestamp>], first: &AtomicU64) -> Timestamp {
    let now = service::now();
    for (tls, end) in certificates.iter().zip(ends) {
        let [file, _] = tls.files();
        match end {
            Some(end) if *end <= now => {
                let at = shown(*end);
                tracing::error!(file = %file.display(), not_after = at, "the certificate is over");
            }
            Some(end) if *end <= now + NEAR => {
                let (at, days) = (shown(*end), (*end - now).get() / Seconds::days(1).get());
                tracing::warn!(
                    file = %file.display(),
                    not_after = at,
                    days,
                    "the certificate is near its end"
                );
            }
            _ => {}
        }
    }
    let seconds = ends.iter().flatten().min().map_or(0, |end| end.seconds());
    first.store(u64::try_from(seconds).unwrap_or_default(), Ordering::Relaxed);
    now
}

fn end(tls: &Tls) -> Option<Timestamp> {
    let [file, _]: [&Path; 2] = tls.files();
    let pem = std::fs::read_to_string(file).ok()?;
    validity(&pem).map(|validity| validity.not_after)
}

fn shown(time: Timestamp) -> String {
    jiff::Timestamp::from_second(time.seconds())
        .map_or_else(|_| time.seconds().to_string(), |time| time.to_string())
}

fn reload(tls: &Tls) -> bool {
    let [file, _] = tls.files();
    match tls.reload() {
        Ok(()) => tracing::info!(file = %file.display(), "the certificate was read again"),
        Err(error) => {
            tracing::error!(%error, "the new certificate cannot be used; the old stays");
            return false;
        }
    }
    true
}

fn changed_at(tls: &Tls) -> [Option<SystemTime>; 2] {
    tls.files().map(|file| std::fs::metadata(file).and_then(|found| found.modified()).ok())
}
