//! The location of a store, and its opening by commands.

mod data_location;
mod files;
mod outbound_clients;
mod postgres;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{FaultKind, History, RetentionLimits, Store};
use service::{
    Service, Settings,
    development::{Development, DevelopmentSite},
};
use signin::factor::password::HashCost;
use store::{CachedStore, MemoryStore, SqliteHistory, SqliteStore};

use crate::actor;
use crate::cli::StoreArguments;
use crate::config::Config;
use crate::development_marker::DevelopmentMarker;
use crate::error::CommandError;
use crate::root_key::RootKeyFiles;
use crate::storage_metrics;

pub(crate) use data_location::DataLocation;
pub(crate) use files::{DIRECTORY_FILE, ROOT_KEY_FILE, cannot_open, exists, refuse_earlier_build};
pub(crate) use outbound_clients::OutboundClients;
pub(crate) use postgres::{cannot_connect, created_by_dev, databases};

/// The origin of a data directory that is named without a configuration.
const NO_ORIGIN: &str = "https://localhost";
/// The place of the public origin in what is printed, if only a data directory is named.
pub(crate) const UNKNOWN_ORIGIN: &str = "ORIGIN";
/// The configuration file that is read if none is named.
pub(crate) const CONFIG_FILE: &str = "admit.toml";

/// The location of a store, with the settings to open it.
pub(crate) struct StoreLocation {
    /// The location of the data.
    pub(crate) data: DataLocation,
    /// The data directory of `admit dev`, if it created the data: they may be in a database.
    pub(crate) development_dir: Option<PathBuf>,
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
    /// The cost of new hashes of passwords.
    pub(crate) password_cost: HashCost,
    /// The clients for e-mail and outbound requests. Only `serve` and `dev` need them.
    pub(crate) outbound: OutboundClients,
    /// The contents of the start page. Only `dev` has one.
    pub(crate) site: DevelopmentSite,
}

/// A service on an existing store, for the checks that need more of it than a service does.
pub(crate) struct CheckedStore {
    /// The service.
    pub(crate) service: Arc<Service>,
    /// The store, if it is in files.
    pub(crate) files: Option<Arc<SqliteStore>>,
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
        // Only the origin of `admit dev` is known. No command creates anything that contains it.
        let marker = DevelopmentMarker::read(&data_dir)?;
        let origin = marker.as_ref().and_then(DevelopmentMarker::origin).unwrap_or(NO_ORIGIN);
        let origin = origin.to_owned();
        let data = match &marker {
            Some(marker) => DataLocation::of_development(marker, &data_dir)?,
            None => DataLocation::Files(data_dir.clone()),
        };
        let development_dir = marker.map(|_| data_dir);
        let records = Some(RetentionLimits::default());
        let outbound = OutboundClients::default();
        Ok(Self {
            data,
            development_dir,
            root_keys,
            origin,
            error_simulation_allowed: false,
            hsts_include_subdomains: false,
            records,
            password_cost: HashCost::default(),
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
            data: DataLocation::from_config(config),
            development_dir: None,
            root_keys: RootKeyFiles {
                current: config.root_key_file.value.clone(),
                earlier: config.earlier_root_key_files.iter().map(|it| it.value.clone()).collect(),
            },
            origin: config.origin.as_str().to_owned(),
            error_simulation_allowed: config.allow_error_simulation,
            hsts_include_subdomains: config.hsts_include_subdomains,
            records: config.records.retention_limits(),
            password_cost: config.passwords.cost(),
            outbound: OutboundClients::of_commands(config),
            site: DevelopmentSite::default(),
        }
    }

    /// Opens the store and creates it if it does not exist. Reads the root key first: without a
    /// root key nothing is created.
    pub(crate) async fn open(&self) -> Result<Arc<Service>, CommandError> {
        let keyring = self.root_keys.keyring(self.data.for_root_key())?;
        match &self.data {
            DataLocation::Files(data_dir) => {
                let store = Arc::new(files::open(data_dir, SqliteStore::open)?);
                let history = files::open_history(data_dir, SqliteHistory::open);
                // A strong reference in the metrics would keep the store open.
                let weak_store = Arc::downgrade(&store);
                let cached = Arc::new(CachedStore::new(store));
                let service = Service::new(self.settings()?, cached, history, keyring);
                storage_metrics::register_files(data_dir, &weak_store, &service);
                Ok(service)
            }
            DataLocation::Postgres(postgres) => {
                let opened = postgres::connect(postgres, self.development_dir.is_some()).await?;
                let (pools, node) = (opened.pools(), opened.node());
                let settings = Settings { node, ..self.settings()? };
                let cached = Arc::new(CachedStore::new(opened.store));
                let service = Service::new(settings, cached, opened.history, keyring);
                storage_metrics::register_databases(pools, &service);
                Ok(service)
            }
        }
    }

    /// Returns the settings. The looser rules for development apply only to a data directory with
    /// the marker of `admit dev`, which `admit serve` refuses.
    fn settings(&self) -> Result<Settings, CommandError> {
        let directory = self.development_dir.as_deref().or(self.data.directory());
        let marker = directory.map(DevelopmentMarker::read).transpose()?.flatten();
        let development = marker.map(|_| Development::at(&self.origin, self.site.clone()));
        let development = development.flatten();
        let OutboundClients { mail, fetcher, breached_range_url } = self.outbound.clone();
        Ok(Settings {
            error_simulation_allowed: self.error_simulation_allowed,
            hsts_include_subdomains: self.hsts_include_subdomains,
            records: self.records,
            password_cost: self.password_cost,
            breached_range_url,
            mail,
            fetcher,
            actor: actor::of_process()?,
            development,
            ..Settings::new(self.origin.clone())
        })
    }

    /// Opens an existing store. One in files is migrated; the tables on PostgreSQL, which other
    /// nodes use, are not.
    pub(crate) async fn open_existing(&self) -> Result<Arc<Service>, CommandError> {
        match &self.data {
            DataLocation::Files(data_dir) => {
                files::check_exists(data_dir)?;
                self.open().await
            }
            DataLocation::Postgres(postgres) => {
                let opened = postgres::connect_for_changes(postgres).await?;
                self.service(opened.store, opened.history)
            }
        }
    }

    /// Opens an existing store read-only.
    pub(crate) async fn open_existing_read_only(&self) -> Result<Arc<Service>, CommandError> {
        match &self.data {
            DataLocation::Files(data_dir) => {
                files::check_exists(data_dir)?;
                self.open_read_only().await
            }
            DataLocation::Postgres(postgres) => {
                let opened = postgres::connect_existing(postgres).await?;
                self.service(opened.store, opened.history)
            }
        }
    }

    /// Opens an existing store read-only for checks. Returns `None` if there is none, or one of an
    /// earlier release: `serve` applies the migrations and checks the store then. Creates nothing.
    pub(crate) async fn open_for_checks(&self) -> Result<Option<CheckedStore>, CommandError> {
        match &self.data {
            DataLocation::Files(data_dir) => {
                let Some(store) = files::open_for_checks(data_dir)? else { return Ok(None) };
                let history = files::open_history(data_dir, SqliteHistory::open_read_only);
                let service = self.service(store.clone(), history)?;
                Ok(Some(CheckedStore { service, files: Some(store) }))
            }
            DataLocation::Postgres(postgres) => {
                let Some(opened) = postgres::connect_for_checks(postgres).await? else {
                    return Ok(None);
                };
                let service = self.service(opened.store, opened.history)?;
                Ok(Some(CheckedStore { service, files: None }))
            }
        }
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
            self.data.name()
        )))
    }

    /// Opens the store read-only. A store that does not exist is empty; nothing is created.
    pub(crate) async fn open_read_only(&self) -> Result<Arc<Service>, CommandError> {
        match &self.data {
            DataLocation::Files(data_dir) => {
                let store = Arc::new(files::open(data_dir, SqliteStore::open_read_only)?);
                self.service(store, files::open_history(data_dir, SqliteHistory::open_read_only))
            }
            DataLocation::Postgres(postgres) => {
                let (store, history) = postgres::connect_existing_or_empty(postgres).await?;
                self.service(store, history)
            }
        }
    }

    /// Opens the history read-only, with the store if it can be read. Operators need the history
    /// most when the store cannot be read.
    pub(crate) async fn open_history_read_only(&self) -> Result<Arc<Service>, CommandError> {
        let (store, history) = match &self.data {
            DataLocation::Files(data_dir) => {
                files::check_exists(data_dir)?;
                refuse_earlier_build(data_dir)?;
                let store = files::open(data_dir, SqliteStore::open_read_only);
                let store = store.map(|store| Arc::new(store) as Arc<dyn Store>);
                (store, files::open_history(data_dir, SqliteHistory::open_read_only))
            }
            DataLocation::Postgres(postgres) => postgres::connect_history(postgres).await?,
        };
        let store = store.unwrap_or_else(|error| {
            error.print_warning();
            Arc::new(MemoryStore::new())
        });
        self.service(store, history)
    }

    fn service(
        &self,
        store: Arc<dyn Store>,
        history: Arc<dyn History>,
    ) -> Result<Arc<Service>, CommandError> {
        let keyring = self.root_keys.keyring(self.data.for_root_key())?;
        let store = Arc::new(CachedStore::new(store));
        Ok(Service::new(self.settings()?, store, history, keyring))
    }
}
