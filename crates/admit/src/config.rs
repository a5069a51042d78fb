//! What `admit serve` is told by its configuration file.

pub(crate) mod check;
mod listener;
mod log;
pub(crate) mod mail;
mod metrics;
mod origin;
mod outbound;
mod records;

use std::path::{Path, PathBuf};

use crate::document::{At, Reader, Refused, read};
use crate::failure::Failure;

pub(crate) use listener::{Listener, Tls};
pub(crate) use log::{Log, LogFormat};
pub(crate) use mail::Mail;
pub(crate) use metrics::Metrics;
pub(crate) use origin::Origin;
pub(crate) use outbound::Outbound;
pub(crate) use records::Records;

/// The configuration file. Paths in it are relative to the file itself.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where the service is reached from outside: `https://`, a host, and a port unless it is 443.
    /// It is in every issuer and in every token, so that changing it ends what was given before.
    /// `http://` is allowed for `localhost`, `127.0.0.1` and `[::1]` only.
    ///
    /// Example: `origin = "https://login.example.com"`
    pub(crate) origin: At<Origin>,
    /// The directory that holds everything which must survive: the database and its history. It
    /// is made if it is missing, readable by its owner only.
    ///
    /// Example: `data = "/var/lib/admit"`
    pub(crate) data: At<PathBuf>,
    /// The file with the root key: 32 random bytes, readable by its owner only (mode 0600 or
    /// 0400). Everything that is sealed is sealed under it: without it, no signing key can be
    /// opened. The service does not start without it, and never makes it.
    ///
    /// Example: `root_key_file = "/etc/admit/root.key"`
    pub(crate) root_key_file: At<PathBuf>,
    /// Where requests are taken: at least one.
    pub(crate) listeners: Vec<At<Listener>>,
    /// Whether clients that are marked with `rehearsal = true` may ask for any error by its number
    /// (`admit_rehearse`). For services that are there for tests: real people should not meet
    /// errors that are none.
    ///
    /// Default: `false`
    pub(crate) allow_rehearsal: bool,
    /// How the log is written.
    pub(crate) log: Log,
    /// Where metrics and health are shown.
    pub(crate) metrics: Metrics,
    /// How much is kept of what is left of requests.
    pub(crate) records: Records,
    /// The SMTP server that mails are handed to.
    pub(crate) mail: Option<Mail>,
    /// Where the service itself may send requests to.
    pub(crate) outbound: Outbound,
}

impl Config {
    /// Reads a configuration file, without looking at what it names.
    pub(crate) fn load(file: &Path) -> Result<Self, Failure> {
        let text =
            std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
        Ok(Self::parse(file, &text)?)
    }

    /// Reads the text of a configuration file.
    pub(crate) fn parse(file: &Path, text: &str) -> Result<Self, Refused> {
        let directory = file.parent().unwrap_or(Path::new(""));
        read(&file.display().to_string(), text, |reader| Self::read(reader, directory))
    }

    fn read(reader: &mut Reader<'_>, directory: &Path) -> Option<Self> {
        let origin = reader.required("origin");
        let data = path(reader.required("data"), directory);
        let root_key_file = path(reader.required("root_key_file"), directory);
        let listeners = reader.tables("listeners", |reader| Listener::read(reader, directory));
        // An empty list is as good as none; one that is empty for its problems is not.
        if listeners.is_empty() && (!reader.has("listeners") || reader.problems().is_empty()) {
            reader.missing("listeners", "expected at least one [[listeners]] with an address");
        }
        Some(Self {
            log: reader.table("log", |reader| Some(Log::read(reader))).unwrap_or_default(),
            metrics: reader
                .table("metrics", |reader| Some(Metrics::read(reader)))
                .unwrap_or_default(),
            allow_rehearsal: reader
                .optional("allow_rehearsal")
                .is_some_and(|on: At<bool>| on.value),
            records: reader
                .table("records", |reader| Some(Records::read(reader)))
                .unwrap_or_default(),
            mail: reader.optional_table("mail", |reader| Mail::read(reader, directory)),
            outbound: reader
                .table("outbound", |reader| Some(Outbound::read(reader, directory)))
                .unwrap_or_default(),
            origin: origin?,
            data: data?,
            root_key_file: root_key_file?,
            listeners,
        })
    }
}

/// A path relative to the directory of the file that it stands in.
fn path(written: Option<At<PathBuf>>, directory: &Path) -> Option<At<PathBuf>> {
    written.map(|written| At { value: directory.join(&written.value), span: written.span })
}
