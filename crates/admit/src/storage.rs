//! The location of a store, and its opening by commands.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{FaultKind, History, RetentionLimits};
use outbound::fetch::Fetcher;
use outbound::mail::Mailer;
use service::{
    Service, Settings,
    development::{Development, DevelopmentSite},
};
use store::{CachedStore, MemoryStore, OpenError, SqliteHistory, SqliteStore, UnavailableHistory};

use crate::actor;
use crate::cli::StoreArguments;
use crate::config::Config;
use crate::development_marker::DevelopmentMarker;
use crate::error::CommandError;
use crate::root_key::RootKeyFiles;
use crate::storage_metrics;

/// The name of the root key file in the data directory, if only the data directory is named.
pub(crate) const ROOT_KEY_FILE: &str = "root.key";

/// The origin of a data directory that is named without a configuration.
const NO_ORIGIN: &str = "https://localhost";
/// The place of the public origin in what is printed, if only a data directory is named.
pub(crate) const UNKNOWN_ORIGIN: &str = "ORIGIN";
/// The configuration file that is read if none is named.
const CONFIG_FILE: &str = "admit.toml";
/// The file that makes a directory an Admit data directory.
pub(crate) const DIRECTORY_FILE: &str = "directory.db";

/// The location of a store, with the settings to open it.
pub(crate) struct StoreLocation {
    /// The data directory.
    pub(crate) data_dir: PathBuf,
    /// The root key files.
    pub(crate) root_keys: RootKeyFiles,
    /// The public origin. Commands that neither build nor check a URL pass a fixed one.
    pub(crate) origin: String,
    /// Whether clients with `error_simulation` may request errors.
    pub(crate) error_simulation_allowed: bool,
    /// Whether `Strict-Transport-Security` includes subdomains.
    pub(crate) hsts_include_subdomains: bool,
    /// The retention limits of request records; `None` disables recording.
    pub(crate) records: Option<RetentionLimits>,
    /// The clients for e-mail and outbound requests. Only `serve` and `dev` need them.
    pub(crate) outbound: OutboundClients,
    /// The contents of the start page. Only `dev` has one.
    pub(crate) site: DevelopmentSite,
}

/// A store, and a service on it.
pub(crate) type OpenedStore = (Arc<SqliteStore>, Arc<Service>);

/// The clients for e-mail and outbound requests.
#[derive(Clone, Default)]
pub(crate) struct OutboundClients {
    /// The SMTP client, if a server is configured.
    pub(crate) mail: Option<Mailer>,
    /// The HTTP client.
    pub(crate) fetcher: Fetcher,
}

impl StoreLocation {
    /// Returns the location that the arguments name. Without any, returns the one of `admit.toml`
    /// in this directory, or that of `admit dev`.
    pub(crate) fn from_arguments(arguments: &StoreArguments) -> Result<Self, CommandError> {
        if let Some(file) = &arguments.config {
            return Ok(Self::from_config(&Config::load(file)?));
        }
        let data_dir = match &arguments.data {
            Some(data_dir) => data_dir.clone(),
            None if Path::new(CONFIG_FILE).exists() => {
                return Ok(Self::from_config(&Config::load(Path::new(CONFIG_FILE))?));
            }
            None => DevelopmentMarker::data_dir_here()?,
        };
        let current = arguments.root_key.clone().unwrap_or_else(|| data_dir.join(ROOT_KEY_FILE));
        let root_keys = RootKeyFiles { current, earlier: arguments.earlier_root_key.clone() };
        // A command on a data directory creates nothing that contains the origin. Only that of
        // `admit dev` is known.
        let origin = DevelopmentMarker::origin_of(&data_dir)?;
        let origin = origin.unwrap_or_else(|| NO_ORIGIN.to_owned());
        let records = Some(RetentionLimits::default());
        let outbound = OutboundClients::default();
        Ok(Self {
            data_dir,
            root_keys,
            origin,
            error_simulation_allowed: false,
            hsts_include_subdomains: false,
            records,
            outbound,
            site: DevelopmentSite::default(),
        })
    }

    /// Returns the public origin, or its place if only a data directory is named.
    pub(crate) fn shown_origin(&self) -> &str {
        if self.origin == NO_ORIGIN { UNKNOWN_ORIGIN } else { &self.origin }
    }

    /// Returns the location that a configuration names.
    pub(crate) fn from_config(config: &Config) -> Self {
        Self {
            data_dir: config.data_dir.value.clone(),
            root_keys: RootKeyFiles {
                current: config.root_key_file.value.clone(),
                earlier: config.earlier_root_key_files.iter().map(|it| it.value.clone()).collect(),
            },
            origin: config.origin.as_str().to_owned(),
            error_simulation_allowed: config.allow_error_simulation,
            hsts_include_subdomains: config.hsts_include_subdomains,
            records: config.records.retention_limits(),
            outbound: OutboundClients::default(),
            site: DevelopmentSite::default(),
        }
    }

    /// Opens the store and creates it if it does not exist. Reads the root key first: without a
    /// root key nothing is created.
    pub(crate) fn open(&self) -> Result<Arc<Service>, CommandError> {
        let keyring = self.root_keys.keyring(existing(&self.data_dir))?;
        let store = Arc::new(open_sqlite(&self.data_dir, SqliteStore::open)?);
        let history = open_history(&self.data_dir, SqliteHistory::open);
        // A strong reference in the metrics would keep the store open.
        let weak_store = Arc::downgrade(&store);
        let cached = Arc::new(CachedStore::new(store));
        let service = Service::new(self.settings()?, cached, history, keyring);
        storage_metrics::register(&self.data_dir, &weak_store, &service);
        Ok(service)
    }

    /// Returns the settings. The looser rules for development apply only to a data directory with
    /// the marker of `admit dev`, which `admit serve` refuses.
    fn settings(&self) -> Result<Settings, CommandError> {
        let is_for_development = DevelopmentMarker::read(&self.data_dir)?.is_some();
        let development =
            is_for_development.then(|| Development::at(&self.origin, self.site.clone()));
        let development = development.flatten();
        let OutboundClients { mail, fetcher } = self.outbound.clone();
        Ok(Settings {
            error_simulation_allowed: self.error_simulation_allowed,
            hsts_include_subdomains: self.hsts_include_subdomains,
            records: self.records,
            mail,
            fetcher,
            actor: actor::of_process()?,
            development,
            ..Settings::new(self.origin.clone())
        })
    }

    /// Opens an existing store.
    pub(crate) fn open_existing(&self) -> Result<Arc<Service>, CommandError> {
        self.check_exists()?;
        self.open()
    }

    /// Opens an existing store read-only.
    pub(crate) fn open_existing_read_only(&self) -> Result<Arc<Service>, CommandError> {
        self.check_exists()?;
        self.open_read_only()
    }

    fn check_exists(&self) -> Result<(), CommandError> {
        if exists(&self.data_dir) {
            return Ok(());
        }
        Err(CommandError::message(format!(
            "{} is not an Admit data directory ({DIRECTORY_FILE} not found)",
            self.data_dir.display()
        )))
    }

    /// Refuses a data directory of an earlier build. Creates nothing.
    pub(crate) fn refuse_earlier_build(&self) -> Result<(), CommandError> {
        match SqliteStore::open_read_only(&self.data_dir) {
            Err(error @ OpenError::EarlierBuild { .. }) => Err(cannot_open(&self.data_dir, &error)),
            _ => Ok(()),
        }
    }

    /// Opens an existing store read-only, for the checks that need more of it than a service does.
    /// Returns `None` if there is none, or one of an earlier release: `serve` applies the
    /// migrations and checks the store then. Creates nothing.
    pub(crate) fn open_for_checks(&self) -> Result<Option<OpenedStore>, CommandError> {
        if !exists(&self.data_dir) {
            return Ok(None);
        }
        let store = match SqliteStore::open_read_only(&self.data_dir) {
            Err(OpenError::TooOld { .. }) => return Ok(None),
            opened => Arc::new(opened.map_err(|error| cannot_open(&self.data_dir, &error))?),
        };
        let service = self.open_with(CachedStore::new(store.clone()))?;
        Ok(Some((store, service)))
    }

    /// Refuses root keys that do not decrypt what is stored. Without this check, the service would
    /// seal new values with the wrong key.
    pub(crate) async fn check_root_key(&self, service: &Service) -> Result<(), CommandError> {
        let Err(fault) = service.check_root_key().await else { return Ok(()) };
        if fault.kind() != FaultKind::KeyMissing {
            return Err(fault.into());
        }
        let earlier = match self.root_keys.earlier.len() {
            0 => String::new(),
            count => format!(", and none of the {count} earlier ones either"),
        };
        Err(CommandError::message(format!(
            "the root key {} does not decrypt {}{earlier}: {} was created with another root key; \
             restore that one from your backup, or name it in `earlier_root_key_files` if it was \
             changed",
            self.root_keys.current.display(),
            fault.cause(),
            self.data_dir.display()
        )))
    }

    /// Opens the store read-only. A store that does not exist is empty; nothing is created.
    pub(crate) fn open_read_only(&self) -> Result<Arc<Service>, CommandError> {
        let store = Arc::new(open_sqlite(&self.data_dir, SqliteStore::open_read_only)?);
        self.open_with(CachedStore::new(store))
    }

    /// Opens the history read-only, with the store if it can be read. Operators need the history
    /// most when the store cannot be read.
    pub(crate) fn open_history_read_only(&self) -> Result<Arc<Service>, CommandError> {
        self.check_exists()?;
        self.refuse_earlier_build()?;
        match open_sqlite(&self.data_dir, SqliteStore::open_read_only) {
            Ok(store) => self.open_with(CachedStore::new(Arc::new(store))),
            Err(error) => {
                error.print_warning();
                self.open_with(CachedStore::new(Arc::new(MemoryStore::new())))
            }
        }
    }

    fn open_with(&self, store: CachedStore) -> Result<Arc<Service>, CommandError> {
        let keyring = self.root_keys.keyring(existing(&self.data_dir))?;
        let history = open_history(&self.data_dir, SqliteHistory::open_read_only);
        Ok(Service::new(self.settings()?, Arc::new(store), history, keyring))
    }
}

fn open_sqlite(
    data_dir: &Path,
    open: impl FnOnce(&Path) -> Result<SqliteStore, OpenError>,
) -> Result<SqliteStore, CommandError> {
    open(data_dir).map_err(|error| cannot_open(data_dir, &error))
}

fn cannot_open(data_dir: &Path, error: &OpenError) -> CommandError {
    let data_dir = data_dir.display();
    CommandError::message(format!("the store in {data_dir} cannot be opened: {error}"))
}

/// Opens the history. If that fails, returns a history that reports the error at each use: no rule
/// depends on the history, so the service issues tokens without it.
fn open_history(
    data_dir: &Path,
    open: impl FnOnce(&Path) -> Result<SqliteHistory, OpenError>,
) -> Arc<dyn History> {
    match open(data_dir) {
        Ok(history) => Arc::new(history),
        Err(error) => {
            tracing::error!(%error, "cannot open the history; nothing is recorded");
            Arc::new(UnavailableHistory::new(&error))
        }
    }
}

/// Returns the data directory if it exists.
pub(crate) fn existing(data_dir: &Path) -> Option<&Path> {
    exists(data_dir).then_some(data_dir)
}

/// Returns whether a directory is an Admit data directory.
fn exists(data_dir: &Path) -> bool {
    data_dir.join(DIRECTORY_FILE).exists()
}
