//! Checks of everything that a configuration file names.

mod optional_pkce;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use listener::{Tls as LoadedTls, TlsError};

use crate::certificate_validity::validity;
use crate::config::{Config, Tls};
use crate::development_marker::DevelopmentMarker;
use crate::root_key::{self, RootKeyError};
use crate::server;
use crate::storage::{StoreLocation, existing};
use crate::toml_document::{Problem, Problems};

/// Returns what works, but gives something up.
pub(crate) fn advice(config: &Config) -> Vec<String> {
    optional_pkce::advice(config)
}

/// Adds every problem that `admit serve` would have. Whether a port is in use is not checked.
pub(crate) fn check(config: &Config, problems: &Problems) {
    check_root_key(config, problems);
    if let Err(reason) = check_writable(&config.data_dir) {
        let span = config.data_dir.span.clone();
        problems.add(Problem::new(span, "the data directory cannot be used", reason));
    }
    if let Err(error) = DevelopmentMarker::refuse(&config.data_dir) {
        let problem =
            Problem::new(config.data_dir.span.clone(), "this directory is for development", "");
        problems.add(problem.allowed(error.text()));
    }
    check_outbound(config, problems);
    check_addresses(config, problems);
    for tls in config.listeners.iter().filter_map(|listener| listener.tls.as_ref()) {
        check_certificate(tls, problems);
    }
}

fn check_root_key(config: &Config, problems: &Problems) {
    let problem = |reason: String| {
        let span = config.root_key_file.span.clone();
        Problem::new(span, "the root key cannot be used", "").allowed(reason)
    };
    if let Err(error) = root_key::read(&config.root_key_file, existing(&config.data_dir)) {
        let RootKeyError { reason, command } = error;
        let end = if command.is_some() { ":" } else { "" };
        problems.add(Problem { command, ..problem(format!("{reason}{end}")) });
        return;
    }
    let location = StoreLocation::from_config(config);
    let checked = server::runtime()
        .and_then(|runtime| runtime.block_on(location.check_root_key_of_existing()));
    if let Err(error) = checked {
        problems.add(problem(error.text()));
    }
}

/// Checks the files that the tables `mail` and `outbound` name. Servers are not contacted.
fn check_outbound(config: &Config, problems: &Problems) {
    let mail = config.mail.as_ref().map(|mail| mail.mailer().map(drop));
    let outbound = config.outbound.fetcher().map(drop);
    for invalid in mail.into_iter().chain([outbound]).filter_map(Result::err) {
        let problem = Problem::new(invalid.span, "e-mail or requests cannot be sent", "");
        problems.add(problem.allowed(invalid.reason));
    }
}

/// Checks that no two listeners have the same address.
fn check_addresses(config: &Config, problems: &Problems) {
    let listeners = config.listeners.iter().map(|listener| &listener.address);
    let mut seen: BTreeMap<_, Range<usize>> = BTreeMap::new();
    for address in listeners.chain(config.metrics.address.as_ref()) {
        if address.port() == 0 {
            let problem = Problem::new(address.span.clone(), "a port is required", "this is 0");
            problems.add(problem.allowed("expected a port from 1 to 65535"));
        } else if seen.insert(address.value, address.span.clone()).is_some() {
            let found = "another listener has this address";
            problems.add(Problem::new(address.span.clone(), "an address is used twice", found));
        }
    }
}

fn check_certificate(tls: &Tls, problems: &Problems) {
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
    // A file that cannot be read is already reported.
    let Ok(pem) = std::fs::read_to_string(&*tls.certificate) else { return };
    let Some(validity) = validity(&pem) else { return };
    let now = service::now();
    let span = tls.certificate.span.clone();
    if validity.not_after <= now {
        let found = format!("it expired {}", model::format_utc(validity.not_after));
        problems.add(Problem::new(span, "the certificate has expired", found));
    } else if now < validity.not_before {
        let found = format!("it becomes valid {}", model::format_utc(validity.not_before));
        problems.add(Problem::new(span, "the certificate is not valid yet", found));
    }
}

/// Checks that files can be created in the directory or, if it does not exist, the directory
/// itself.
fn check_writable(directory: &Path) -> Result<(), String> {
    match std::fs::metadata(directory) {
        Ok(found) if !found.is_dir() => Err("this is not a directory".to_owned()),
        Ok(_) => probe_write(directory),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let above = directory.parent().filter(|above| !above.as_os_str().is_empty());
            match above.unwrap_or(Path::new(".")) {
                above if above.is_dir() => probe_write(above),
                _ => Err("neither it nor the directory above it exists".to_owned()),
            }
        }
        Err(error) => Err(error.to_string()),
    }
}

fn probe_write(directory: &Path) -> Result<(), String> {
    let probe = directory.join(format!(".admit-check-{}", std::process::id()));
    let created = std::fs::OpenOptions::new().write(true).create_new(true).open(&probe);
    created.and_then(|_| std::fs::remove_file(&probe)).map_err(|error| error.to_string())
}
