//! The configuration file of `admit serve`.

mod database_url;
mod ledger;
mod listener;
mod log;
pub(crate) mod mail;
mod metrics;
mod origin;
mod outbound;
mod passwords;
mod postgres;
mod records;
mod storage;

use std::path::{Path, PathBuf};
use std::time::Duration;

use model::Seconds;

use crate::bounded_input::{InputKind, read_text_file};
use crate::error::CommandError;
use crate::root_key::EARLIER_MAX;
use crate::toml_document::{DocumentErrors, Problem, Spanned, TableReader, read};

pub(crate) use listener::{ListenAddress, Listener, Tls};
pub(crate) use log::{Log, LogFormat};
pub(crate) use mail::Mail;
pub(crate) use metrics::Metrics;
pub(crate) use origin::Origin;
pub(crate) use outbound::Outbound;
pub(crate) use passwords::Passwords;
pub(crate) use postgres::{Databases, Postgres};
pub(crate) use records::Records;
pub(crate) use storage::Storage;

/// The longest time between SIGTERM and the stop.
const STOP_DELAY_MAX: Duration = Duration::from_secs(60);

/// The configuration file. Paths in it are relative to the file itself.
#[derive(Debug)]
pub(crate) struct Config {
    /// The public origin of the service: `https://`, a host, and a port unless it is 443. Every
    /// issuer and every token contains it, so a change makes all issued tokens invalid. `http://`
    /// is allowed for `localhost`, `127.0.0.1` and `[::1]` only.
    ///
    /// Example: `origin = "https://login.example.com"`
    pub(crate) origin: Spanned<Origin>,
    /// The location of the data.
    pub(crate) storage: Storage,
    /// The file with the root key: 32 random bytes, readable by its owner only (mode 0600 or 0400),
    /// or owned by root and readable by a group of the service (0640 or 0440). The root key
    /// encrypts signing keys, codes, refresh tokens and cookies. The service never
    /// creates it and does not start without it.
    ///
    /// Example: `root_key_file = "/etc/admit/root.key"`
    pub(crate) root_key_file: Spanned<PathBuf>,
    /// The files with earlier root keys, at most four, with the permissions of `root_key_file`.
    /// Values that an earlier root key has encrypted are still read; new ones are encrypted with
    /// `root_key_file`. `admit key reseal` encrypts what is stored with the current one, and `admit
    /// check` says when a file can be removed.
    ///
    /// Default: none
    ///
    /// Example: `earlier_root_key_files = ["/etc/admit/root-2026.key"]`
    pub(crate) earlier_root_key_files: Vec<Spanned<PathBuf>>,
    /// The addresses where requests are accepted: at least one.
    pub(crate) listeners: Vec<Spanned<Listener>>,
    /// The time after SIGTERM in which the service goes on, while `/readyz` says that it is about
    /// to stop: longer than a load balancer takes to notice that. At most `60s`.
    ///
    /// Default: `0s`
    ///
    /// Example: `stop_delay = "5s"`
    pub(crate) stop_delay: Duration,
    /// Whether browsers use HTTPS for all subdomains of the origin's host too, once they visited
    /// the service (`includeSubDomains` of `Strict-Transport-Security`). The host itself is always
    /// sent, unless it is a loopback host. Set this only if every subdomain has a certificate.
    ///
    /// Default: `false`
    pub(crate) hsts_include_subdomains: bool,
    /// Whether clients with `error_simulation = true` may request any error by its number
    /// (`admit_simulate_error`). For test installations: real users should not see simulated
    /// errors.
    ///
    /// Default: `false`
    pub(crate) allow_error_simulation: bool,
    /// The log.
    pub(crate) log: Log,
    /// The address of metrics and health checks.
    pub(crate) metrics: Metrics,
    /// The retention of request records.
    pub(crate) records: Records,
    /// The cost of new hashes of passwords.
    pub(crate) passwords: Passwords,
    /// The SMTP server for e-mail.
    pub(crate) mail: Option<Mail>,
    /// The addresses that the service may send requests to.
    pub(crate) outbound: Outbound,
}

impl Config {
    /// Reads a configuration file. The files that it names are not read.
    pub(crate) fn load(file: &Path) -> Result<Self, CommandError> {
        let text =
            read_text_file(file, InputKind::Configuration).map_err(|error| error.of_file(file))?;
        Ok(Self::parse(file, &text)?)
    }

    /// Reads the text of a configuration file.
    pub(crate) fn parse(file: &Path, text: &str) -> Result<Self, DocumentErrors> {
        let directory = file.parent().unwrap_or(Path::new(""));
        read(&file.display().to_string(), text, |reader| Self::read(reader, directory))
    }

    fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        let origin = reader.required("origin");
        let storage = Storage::read(reader, directory);
        let root_key_file = path(reader.required("root_key_file"), directory);
        let earlier_root_key_files = earlier_root_keys(reader, directory);
        let listeners = reader.tables("listeners", |reader| Listener::read(reader, directory));
        // A list that is empty because its tables have problems is already reported.
        if listeners.is_empty() && (!reader.has("listeners") || reader.problems().is_empty()) {
            reader.missing("listeners", "expected at least one [[listeners]] with an address");
        }
        Some(Self {
            log: reader.table("log", |reader| Some(Log::read(reader))).unwrap_or_default(),
            metrics: reader
                .table("metrics", |reader| Some(Metrics::read(reader)))
                .unwrap_or_default(),
            allow_error_simulation: reader
                .optional("allow_error_simulation")
                .is_some_and(|on: Spanned<bool>| on.value),
            stop_delay: stop_delay(reader),
            hsts_include_subdomains: reader
                .optional("hsts_include_subdomains")
                .is_some_and(|on: Spanned<bool>| on.value),
            records: reader
                .table("records", |reader| Some(Records::read(reader)))
                .unwrap_or_default(),
            passwords: reader
                .table("passwords", |reader| Some(Passwords::read(reader)))
                .unwrap_or_default(),
            mail: reader.optional_table("mail", |reader| Mail::read(reader, directory)),
            outbound: reader
                .table("outbound", |reader| Some(Outbound::read(reader, directory)))
                .unwrap_or_default(),
            origin: origin?,
            storage: storage?,
            root_key_file: root_key_file?,
            earlier_root_key_files,
            listeners,
        })
    }
}

fn stop_delay(reader: &mut TableReader<'_>) -> Duration {
    let Some(delay) = reader.optional::<Seconds>("stop_delay") else { return Duration::ZERO };
    let duration = Duration::from_secs(u64::try_from(delay.value.get()).unwrap_or_default());
    if duration > STOP_DELAY_MAX {
        let problem = Problem::new(delay.span, "`stop_delay` is too long", "");
        reader.problems().add(problem.allowed("expected at most \"60s\""));
    }
    duration
}

/// Reads the files with earlier root keys.
fn earlier_root_keys(reader: &mut TableReader<'_>, directory: &Path) -> Vec<Spanned<PathBuf>> {
    let files: Vec<Spanned<PathBuf>> = reader.list("earlier_root_key_files");
    if let Some(file) = files.get(EARLIER_MAX) {
        let found = format!("this is file {} of the list", EARLIER_MAX + 1);
        let problem = Problem::new(file.span.clone(), "too many earlier root keys", found);
        reader.problems().add(problem.allowed(
            "expected at most four; `admit key reseal` and `admit check` help to remove some",
        ));
    }
    files.into_iter().filter_map(|file| path(Some(file), directory)).collect()
}

/// Resolves a path relative to the directory of the configuration file.
fn path(option: Option<Spanned<PathBuf>>, directory: &Path) -> Option<Spanned<PathBuf>> {
    option.map(|option| Spanned { value: directory.join(&option.value), span: option.span })
}
