//! The options of the databases on PostgreSQL.

use std::ops::Range;
use std::path::{Path, PathBuf};

use store::{DatabaseSettings, LedgerSettings, Statements};
use toml::de::DeValue;

use super::mail::{InvalidOption, read_password};
use super::path;
use crate::toml_document::{EnumOption, FromValue, Problem, Spanned, TableReader};

/// The databases on PostgreSQL 15 to 18. One database is enough for everything. See
/// [Store the data on PostgreSQL](../guides/postgres.md).
#[derive(Clone, Debug)]
pub(crate) struct Postgres {
    /// The URL of the database for directory, ledger and history: role, server and name of the
    /// database. A URL must not contain a password. A primary and its standbys are separated by
    /// commas; the service finds out which of them is the primary. The connection uses TLS and
    /// verifies the certificate of the server, unless the URL ends with `?sslmode=disable`, or
    /// names the directory of a UNIX socket (`postgres://admit@/admit?host=/run/postgresql`).
    ///
    /// Example: `url = "postgres://admit@db.example.com/admit"`
    pub(crate) url: Spanned<DatabaseUrl>,
    /// The URL of a database of its own for the ledger: grants, sessions and used values.
    ///
    /// Default: `url`
    pub(crate) ledger: Option<Spanned<DatabaseUrl>>,
    /// The URL of a database of its own for the history: request records, change events and
    /// tickets.
    ///
    /// Default: `url`
    pub(crate) history: Option<Spanned<DatabaseUrl>>,
    /// The file with the password of the role, with the permissions of `root_key_file`. A line
    /// break at its end is ignored. Without it the server must accept the role by other means.
    ///
    /// Example: `password_file = "/etc/admit/postgres.password"`
    pub(crate) password_file: Option<Spanned<PathBuf>>,
    /// The file with the CA certificates in PEM that the certificate of the server is verified
    /// with. They replace those of the system.
    ///
    /// Default: the CA certificates of the system
    ///
    /// Example: `certificate_authorities_file = "/etc/admit/postgres-ca.crt"`
    pub(crate) certificate_authorities_file: Option<Spanned<PathBuf>>,
    /// The maximum number of connections to each of directory, ledger and history, at least 5. All
    /// nodes together must not need more than `max_connections` of the server.
    ///
    /// Default: `16`
    pub(crate) connections_max: u16,
    /// Whether the server keeps the statements of a connection: `named`, or `unnamed` for PgBouncer
    /// before 1.21, which cannot share such statements. Then each is parsed again whenever it is
    /// executed, which costs the server more.
    ///
    /// Default: `"named"`
    pub(crate) statements: Statements,
}

/// The settings of the connections to each component, with the password.
#[derive(Clone, Debug)]
pub(crate) struct Databases {
    /// The directory.
    pub(crate) directory: DatabaseSettings,
    /// The ledger.
    pub(crate) ledger: LedgerSettings,
    /// The history.
    pub(crate) history: DatabaseSettings,
}

/// The URL of a database.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseUrl {
    settings: DatabaseSettings,
    has_password: bool,
}

impl Postgres {
    pub(super) fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        let url = reader.required("url");
        let url = without_password(url, "url", reader);
        let ledger = reader.optional("ledger");
        let ledger = without_password(ledger, "ledger", reader);
        let history = reader.optional("history");
        let history = without_password(history, "history", reader);
        let password_file = path(reader.optional("password_file"), directory);
        let authorities = path(reader.optional("certificate_authorities_file"), directory);
        let connections_max: Option<Spanned<u16>> = reader.optional("connections_max");
        let statements = reader.optional("statements").map(|statements| statements.value);
        let connections_default = u16::try_from(DatabaseSettings::CONNECTIONS_DEFAULT);
        let connections_max = match connections_max {
            None => connections_default.unwrap_or(u16::MAX),
            Some(number) => enough_connections(&number, reader)?,
        };
        if (reader.has("ledger") && ledger.is_none())
            || (reader.has("history") && history.is_none())
        {
            return None;
        }
        Some(Self {
            url: url?,
            ledger,
            history,
            password_file,
            certificate_authorities_file: authorities,
            connections_max,
            statements: statements.unwrap_or_default(),
        })
    }

    /// Returns the settings of the connections. Reads the password.
    pub(crate) fn databases(&self) -> Result<Databases, InvalidOption> {
        let password = self.password_file.as_ref().map(read_password).transpose()?;
        let authorities = self.certificate_authorities_file.as_ref();
        let settings = |url: &Spanned<DatabaseUrl>| {
            let mut settings = url.settings.clone();
            if let Some(password) = &password {
                settings.set_password(password);
            }
            settings.certificate_authorities = authorities.map(|file| file.value.clone());
            settings.connections_max = usize::from(self.connections_max);
            settings.statements = self.statements;
            settings
        };
        Ok(Databases {
            directory: settings(&self.url),
            ledger: LedgerSettings::only(settings(self.ledger.as_ref().unwrap_or(&self.url))),
            history: settings(self.history.as_ref().unwrap_or(&self.url)),
        })
    }

    /// Returns the name of the database of the directory, for messages.
    pub(crate) fn name(&self) -> String {
        self.url.settings.to_string()
    }

    /// Returns the position of the URL that names the database of a component.
    pub(crate) fn span_of(&self, component: &str) -> Range<usize> {
        let own = match component {
            "ledger" => self.ledger.as_ref(),
            "history" => self.history.as_ref(),
            _ => None,
        };
        own.unwrap_or(&self.url).span.clone()
    }
}

impl Databases {
    /// Returns the settings of a component.
    pub(crate) fn of(&self, component: &str) -> &DatabaseSettings {
        match component {
            "ledger" => &self.ledger.database,
            "history" => &self.history,
            _ => &self.directory,
        }
    }
}

/// Refuses a URL with a password. The value of a URL that is refused is masked.
fn without_password(
    url: Option<Spanned<DatabaseUrl>>,
    name: &'static str,
    reader: &TableReader<'_>,
) -> Option<Spanned<DatabaseUrl>> {
    match url {
        Some(url) if url.has_password => {
            reader.mask(name);
            let message = format!("`{name}` contains a password");
            let found = "this file is not secret, and messages name the database";
            reader.problems().add(Problem::new(url.span, message, found).allowed(
                "remove the password from the URL, write it into a file that only the service \
                 may read, and name that file in `password_file`",
            ));
            None
        }
        Some(url) => Some(url),
        None => {
            reader.mask(name);
            None
        }
    }
}

fn enough_connections(number: &Spanned<u16>, reader: &TableReader<'_>) -> Option<u16> {
    if usize::from(number.value) >= DatabaseSettings::CONNECTIONS_MIN {
        return Some(number.value);
    }
    let message = "`connections_max` is too low";
    let found = "the ledger alone is written with four connections";
    let problem = Problem::new(number.span.clone(), message, found);
    reader.problems().add(problem.allowed(format!(
        "expected a number from {}; leave it out for {}",
        DatabaseSettings::CONNECTIONS_MIN,
        DatabaseSettings::CONNECTIONS_DEFAULT
    )));
    None
}

impl FromValue for DatabaseUrl {
    fn expected() -> String {
        "a URL such as \"postgres://admit@db.example.com/admit\"".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        // No message repeats the text: it may contain a password.
        let written = value.as_str().ok_or_else(String::new)?;
        let (scheme, rest) = written.split_once("://").unwrap_or_default();
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err("it does not begin with `postgres://`".to_owned());
        }
        let mut credentials = rest.split_once('@').map_or("", |(before, _)| before).split(':');
        let has_password = credentials.nth(1).is_some() || rest.contains("password=");
        let settings = match DatabaseSettings::parse(written) {
            Ok(settings) => settings,
            Err(_) if has_password => {
                return Err("it cannot be read, and contains a password".to_owned());
            }
            Err(error) => return Err(error.to_string()),
        };
        if !settings.has_host() {
            return Err("it names no server".to_owned());
        }
        if settings.database().is_none_or(str::is_empty) {
            return Err("it names no database".to_owned());
        }
        let has_password = has_password || settings.has_password();
        Ok(Self { settings, has_password })
    }
}

impl EnumOption for Statements {
    const NAMES: &'static [(&'static str, Self)] =
        &[("named", Self::Named), ("unnamed", Self::Unnamed)];
}
