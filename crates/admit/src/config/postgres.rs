//! The options of the databases on PostgreSQL.

use std::ops::Range;
use std::path::{Path, PathBuf};

use store::{Component, ConnectError, DatabaseSettings, LedgerSettings, Statements};

use super::database_url::{DatabaseUrl, without_password};
use super::ledger::LedgerOptions;
use super::mail::{InvalidOption, read_password};
use super::path;
use crate::toml_document::{EnumOption, Problem, Spanned, TableReader};

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
    /// Several databases for the ledger, in the place of `ledger`. See
    /// [Several databases for the ledger](../guides/postgres.md#several-databases-for-the-ledger).
    pub(crate) ledgers: Vec<Spanned<LedgerOptions>>,
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
    /// The maximum number of connections to the directory, to each database of the ledger, and to
    /// the history, at least 5. Twice as many are open while commits are not confirmed. All nodes
    /// together must not need more than `max_connections` of the server.
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
    /// The databases of the ledger, at least one.
    pub(crate) ledger: Vec<LedgerSettings>,
    /// The history.
    pub(crate) history: DatabaseSettings,
}

impl Postgres {
    pub(super) fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        // No option: only `password_file` is. It is reported, and its value not repeated.
        reader.mask("password");
        let url = reader.required("url");
        let url = without_password(url, "url", reader);
        let ledger = reader.optional("ledger");
        let ledger = without_password(ledger, "ledger", reader);
        let ledgers = LedgerOptions::read_all(reader, ledger.as_ref());
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
            || (reader.has("ledgers") && ledgers.is_empty())
        {
            return None;
        }
        Some(Self {
            url: url?,
            ledger,
            ledgers,
            history,
            password_file,
            certificate_authorities_file: authorities,
            connections_max,
            statements: statements.unwrap_or_default(),
        })
    }

    /// Returns the options of `admit dev`, from the URL of a database on this machine.
    ///
    /// # Errors
    /// The reason why the URL is not one.
    pub(crate) fn for_development(url: &str) -> Result<Self, String> {
        let value = DatabaseUrl::parse(url)
            .map_err(|reason| format!("the URL of the database cannot be used: {reason}"))?;
        if value.has_password || !value.settings.is_local() {
            return Err("the URL of the database has a password, or names another machine: data \
                        for development are stored on this one"
                .to_owned());
        }
        Ok(Self {
            url: Spanned { value, span: 0..0 },
            ledger: None,
            ledgers: Vec::new(),
            history: None,
            password_file: None,
            certificate_authorities_file: None,
            connections_max: u16::try_from(DatabaseSettings::CONNECTIONS_DEFAULT)
                .unwrap_or(u16::MAX),
            statements: Statements::default(),
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
            ledger: match &self.ledgers[..] {
                [] => {
                    let url = self.ledger.as_ref().unwrap_or(&self.url);
                    vec![LedgerSettings::only(settings(url))]
                }
                ledgers => ledgers.iter().map(|it| it.value.settings(&settings)).collect(),
            },
            history: settings(self.history.as_ref().unwrap_or(&self.url)),
        })
    }

    /// Returns the name of the database of the directory, for messages.
    pub(crate) fn name(&self) -> String {
        self.url.settings.to_string()
    }

    /// Returns the position of the URL that names a database.
    pub(crate) fn span_of(&self, settings: &DatabaseSettings) -> Range<usize> {
        let ledgers = self.ledgers.iter().map(|ledger| &ledger.value.url);
        let own = [&self.ledger, &self.history].into_iter().flatten().chain(ledgers);
        let mut urls = own.chain([&self.url]);
        let named = urls.find(|url| url.value.settings.to_string() == settings.to_string());
        named.unwrap_or(&self.url).span.clone()
    }
}

impl Databases {
    /// Returns every database with the component that is in it. The ledger can have several.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Component, &DatabaseSettings)> {
        let ledger = self.ledger.iter().map(|ledger| (Component::Ledger, &ledger.database));
        let directory = std::iter::once((Component::Directory, &self.directory));
        directory.chain(ledger).chain([(Component::History, &self.history)])
    }

    /// Returns the names of what is in the databases of [`Self::all`]. Several of the ledger have
    /// their numbers.
    pub(crate) fn names(&self) -> Vec<String> {
        let ledger = self.ledger.iter().map(|ledger| match self.ledger.len() {
            1 => Component::Ledger.name().to_owned(),
            _ => format!("{} {}", Component::Ledger.name(), ledger.number),
        });
        let directory = std::iter::once(Component::Directory.name().to_owned());
        directory.chain(ledger).chain([Component::History.name().to_owned()]).collect()
    }

    /// Returns the settings of the database whose use failed.
    pub(crate) fn of_error(&self, error: &ConnectError) -> Option<&DatabaseSettings> {
        let of_number = |number| self.ledger.iter().find(|ledger| ledger.number == number);
        let ledger = error.ledger_number().and_then(of_number).or(self.ledger.first());
        Some(match error.component()? {
            "ledger" => &ledger?.database,
            "history" => &self.history,
            _ => &self.directory,
        })
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

impl EnumOption for Statements {
    const NAMES: &'static [(&'static str, Self)] =
        &[("named", Self::Named), ("unnamed", Self::Unnamed)];
}
