//! Looks at everything that a configuration names, and starts nothing.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use service::listener::{Tls as LoadedTls, TlsError};

use super::{Config, Tls};
use crate::certificate::validity;
use crate::document::{Problem, Problems};
use crate::root_key::{self, Unusable};
use crate::serving;
use crate::storage::Location;

/// Adds every problem that starting would meet. What it cannot know is who else uses a port.
pub(crate) fn check(config: &Config, problems: &Problems) {
    root_key(config, problems);
    if let Err(reason) = writable(&config.data) {
        let span = config.data.span.clone();
        problems.add(Problem::new(span, "the data directory cannot be used", reason));
    }
    outside(config, problems);
    addresses(config, problems);
    for tls in config.listeners.iter().filter_map(|listener| listener.tls.as_ref()) {
        certificate(tls, problems);
    }
}

fn root_key(config: &Config, problems: &Problems) {
    let problem = |reason: String| {
        let span = config.root_key_file.span.clone();
        Problem::new(span, "the root key cannot be used", "").allowed(reason)
    };
    if let Err(unusable) = root_key::read(&config.root_key_file, &config.data) {
        let Unusable { reason, command } = unusable;
        let end = if command.is_some() { ":" } else { "" };
        problems.add(Problem { command, ..problem(format!("{reason}{end}")) });
        return;
    }
    let location = Location::of_config(config);
    let checked = serving::runtime().and_then(|runtime| runtime.block_on(location.check()));
    if let Err(failure) = checked {
        problems.add(problem(failure.sentence()));
    }
}

/// Whatever else is out there is found out when something is sent.
fn outside(config: &Config, problems: &Problems) {
    let mail = config.mail.as_ref().map(|mail| mail.mailer().map(drop));
    let outbound = config.outbound.fetcher().map(drop);
    for unusable in mail.into_iter().chain([outbound]).filter_map(Result::err) {
        let problem = Problem::new(unusable.span, "mails or requests cannot be sent", "");
        problems.add(problem.allowed(unusable.reason));
    }
}

/// Each address once: the second listener could not take it.
fn addresses(config: &Config, problems: &Problems) {
    let listeners = config.listeners.iter().map(|listener| &listener.address);
    let mut seen: BTreeMap<_, Range<usize>> = BTreeMap::new();
    for address in listeners.chain(config.metrics.address.as_ref()) {
        if address.port() == 0 {
            let problem = Problem::new(address.span.clone(), "a port must be named", "this is 0");
            problems.add(problem.allowed("expected a port from 1 to 65535"));
        } else if seen.insert(address.value, address.span.clone()).is_some() {
            let found = "another listener has this address";
            problems.add(Problem::new(address.span.clone(), "an address is used twice", found));
        }
    }
}

fn certificate(tls: &Tls, problems: &Problems) {
    if let Err(error) = LoadedTls::load(&tls.certificate, &tls.key) {
        let (span, message) = match &error {
            TlsError::Key { .. } => (&tls.key.span, "the key cannot be used"),
            TlsError::Certificate { .. } => {
                (&tls.certificate.span, "the certificate cannot be used")
            }
            TlsError::Mismatch(_) => (&tls.key.span, "certificate and key do not belong together"),
        };
        problems.add(Problem::new(span.clone(), message, "").allowed(error.to_string()));
    }
    // Without a file that can be read, the above has said so.
    let Ok(pem) = std::fs::read_to_string(&*tls.certificate) else { return };
    let Some(validity) = validity(&pem) else { return };
    let now = service::now();
    let span = tls.certificate.span.clone();
    if validity.not_after <= now {
        let found = format!("it ended {}", day(validity.not_after));
        problems.add(Problem::new(span, "the certificate has expired", found));
    } else if now < validity.not_before {
        let found = format!("it begins {}", day(validity.not_before));
        problems.add(Problem::new(span, "the certificate is not valid yet", found));
    }
}

fn day(time: model::Timestamp) -> String {
    jiff::Timestamp::from_second(time.seconds()).map_or_else(
        |_| "at a time that is none".to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// Whether files can be made in the directory, or the directory itself.
fn writable(directory: &Path) -> Result<(), String> {
    match std::fs::metadata(directory) {
        Ok(found) if !found.is_dir() => Err("this is not a directory".to_owned()),
        Ok(_) => may_write(directory),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let above = directory.parent().filter(|above| !above.as_os_str().is_empty());
            match above.unwrap_or(Path::new(".")) {
                above if above.is_dir() => may_write(above),
                _ => Err("neither it nor the directory above it exists".to_owned()),
            }
        }
        Err(error) => Err(error.to_string()),
    }
}

fn may_write(directory: &Path) -> Result<(), String> {
    let probe = directory.join(format!(".admit-check-{}", std::process::id()));
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&probe);
    made.and_then(|_| std::fs::remove_file(&probe)).map_err(|error| error.to_string())
}
