//! Checks of everything that a configuration file names.

mod advice;
mod allowed_networks;
mod certificate;
mod certificate_chain;
mod continuity;
mod database;
mod database_judgement;
mod optional_pkce;
mod root_keys;
mod stored_data;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::config::{Config, ListenAddress, Storage};
use crate::development_marker::DevelopmentMarker;
use crate::toml_document::{Problem, Problems, Spanned};

pub(crate) use advice::advice;
pub(crate) use database::CheckedDatabase;
pub(crate) use root_keys::contents as root_key_contents;
pub(crate) use stored_data::StoredData;

/// The results of the checks that read a store.
#[derive(Default)]
pub(crate) struct Checked {
    /// The store, if it exists and can be read.
    pub(crate) stored: Option<StoredData>,
    /// The databases on PostgreSQL.
    pub(crate) databases: Vec<CheckedDatabase>,
}

/// Adds every problem that `admit serve` would have, and returns what was read. Whether a port is
/// in use is not checked.
pub(crate) fn check(config: &Config, problems: &Problems) -> Checked {
    let are_keys_usable = root_keys::check_files(config, problems);
    let databases = match &config.storage {
        Storage::Files(data_dir) => {
            check_data_dir(data_dir, problems);
            Some(Vec::new())
        }
        Storage::Postgres(postgres) => database::check(postgres, problems),
    };
    let is_usable = are_keys_usable && databases.is_some();
    let stored = if is_usable { root_keys::check_stored(config, problems) } else { None };
    if let Some(stored) = &stored {
        continuity::check(config, stored, problems);
    }
    check_outbound(config, problems);
    check_addresses(config, problems);
    for listener in &config.listeners {
        if let Some(tls) = &listener.tls {
            certificate::check(config, listener, tls, problems);
        }
    }
    Checked { stored, databases: databases.unwrap_or_default() }
}

fn check_data_dir(data_dir: &Spanned<PathBuf>, problems: &Problems) {
    if let Err(reason) = check_writable(data_dir) {
        let span = data_dir.span.clone();
        problems.add(Problem::new(span, "the data directory cannot be used", reason));
    }
    if let Err(error) = DevelopmentMarker::refuse(data_dir) {
        let problem = Problem::new(data_dir.span.clone(), "this directory is for development", "");
        problems.add(problem.allowed(error.text()));
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
    let metrics = config.metrics.address.iter().map(|address| Spanned {
        value: ListenAddress::Tcp(address.value),
        span: address.span.clone(),
    });
    for Spanned { value, span } in listeners.cloned().chain(metrics) {
        if matches!(value, ListenAddress::Tcp(address) if address.port() == 0) {
            let problem = Problem::new(span, "a port is required", "this is 0");
            problems.add(problem.allowed("expected a port from 1 to 65535"));
        } else if seen.insert(value, span.clone()).is_some() {
            let found = "another listener has this address";
            problems.add(Problem::new(span, "an address is used twice", found));
        }
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
