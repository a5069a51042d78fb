//! The store of an installation, opened.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use model::{Bounds, FaultKind, History};
use service::fetch::Fetcher;
use service::mail::Mailer;
use service::signals::metrics;
use service::{Service, Settings};
use store::{Cached, Memory, OpenError, Sqlite, SqliteHistory, UnavailableHistory};

use crate::cli::StoreArguments;
use crate::config::Config;
use crate::failure::Failure;
use crate::root_key;

/// The root key's file where the data directory is all that is named.
pub(crate) const ROOT_KEY: &str = "root.key";

/// The configuration file where none is named.
const CONFIGURATION: &str = "admit.toml";
/// The file that there is as soon as there are store.
const DIRECTORY: &str = "directory.db";

/// Where the store of an installation are.
pub(crate) struct Location {
    /// The data directory.
    pub(crate) data: PathBuf,
    /// The root key's file.
    pub(crate) root_key: PathBuf,
    /// The public origin, as far as it is known.
    pub(crate) origin: String,
    /// Whether marked clients may ask for any error.
    pub(crate) rehearsal_allowed: bool,
    /// How much is kept of what is left of requests, if anything is.
    pub(crate) records: Option<Bounds>,
    /// What sends mails and requests; whoever sends nothing needs neither.
    pub(crate) outside: Outside,
}

/// What sends mails and requests.
#[derive(Clone, Default)]
pub(crate) struct Outside {
    /// What sends mails, if there is a server for it.
    pub(crate) mail: Option<Mailer>,
    /// What makes requests.
    pub(crate) fetcher: Fetcher,
}

impl Location {
    /// The store that the arguments of a command name, or the configuration file that lies here.
    pub(crate) fn of(arguments: &StoreArguments) -> Result<Self, Failure> {
        if let Some(file) = &arguments.config {
            return Ok(Self::of_config(&Config::load(file)?));
        }
        let Some(data) = arguments.data.clone() else {
            let file = Path::new(CONFIGURATION);
            if !file.exists() {
                return Err(Failure::said(format!(
                    "there is no {CONFIGURATION} here; give --config FILE or --data DIR"
                )));
            }
            return Ok(Self::of_config(&Config::load(file)?));
        };
        let root_key = arguments.root_key.clone().unwrap_or_else(|| data.join(ROOT_KEY));
        // Commands on the store alone make nothing that names the origin.
        let origin = "https://localhost".to_owned();
        let records = Some(Bounds::default());
        let outside = Outside::default();
        Ok(Self { data, root_key, origin, rehearsal_allowed: false, records, outside })
    }

    /// The store of a configuration.
    pub(crate) fn of_config(config: &Config) -> Self {
        Self {
            data: config.data.value.clone(),
            root_key: config.root_key_file.value.clone(),
            origin: config.origin.as_str().to_owned(),
            rehearsal_allowed: config.allow_rehearsal,
            records: config.records.bounds(),
            outside: Outside::default(),
        }
    }

    /// Opens the store. The root key is read first: without it nothing is made.
    pub(crate) fn open(&self) -> Result<Arc<Service>, Failure> {
        let keyring = root_key::keyring(&self.root_key, &self.data)?;
        let store = Arc::new(opened(&self.data, Sqlite::open)?);
        let history = history(&self.data, SqliteHistory::open);
        // Weak, so that watching does not keep the store from being closed.
        let watched = Arc::downgrade(&store);
        let cached = Arc::new(Cached::new(store));
        let service = Service::new(self.settings(), cached, history, keyring);
        watch(watched, &service);
        Ok(service)
    }

    fn settings(&self) -> Settings {
        let (rehearsal_allowed, records) = (self.rehearsal_allowed, self.records);
        let Outside { mail, fetcher } = self.outside.clone();
        let advised = Settings::new(self.origin.clone());
        Settings { rehearsal_allowed, records, mail, fetcher, ..advised }
    }

    /// Opens the store that there are, and makes none.
    pub(crate) fn find(&self) -> Result<Arc<Service>, Failure> {
        self.are_there()?;
        self.open()
    }

    /// Opens the store that there are to look at them only.
    pub(crate) fn find_to_look(&self) -> Result<Arc<Service>, Failure> {
        self.are_there()?;
        self.look()
    }

    fn are_there(&self) -> Result<(), Failure> {
        if exist(&self.data) {
            return Ok(());
        }
        Err(Failure::said(format!("there are no store in {}", self.data.display())))
    }

    /// Whether the root key is the one that the store were made with, as far as there are any.
    /// Nothing is made to find that out.
    pub(crate) async fn check(&self) -> Result<(), Failure> {
        if !exist(&self.data) {
            return Ok(());
        }
        self.fits(&*self.look()?).await
    }

    /// Refuses a root key that does not open what is there, before anything is sealed under it.
    pub(crate) async fn fits(&self, service: &Service) -> Result<(), Failure> {
        let Err(fault) = service.unseals().await else { return Ok(()) };
        if fault.kind() != FaultKind::KeyMissing {
            return Err(fault.into());
        }
        Err(Failure::said(format!(
            "the root key {} does not open {}: it is not the one that the store in {} were made \
             with; restore that one from your copy",
            self.root_key.display(),
            fault.cause(),
            self.data.display()
        )))
    }

    /// Opens the store to look at them only: nothing is made or changed, and where there are
    /// none yet, they are empty.
    pub(crate) fn look(&self) -> Result<Arc<Service>, Failure> {
        let store = Arc::new(opened(&self.data, Sqlite::look)?);
        self.beside(Cached::new(store))
    }

    /// Opens the history to look at it, beside the store as far as they can be read: what happened
    /// is asked for above all where they cannot.
    pub(crate) fn open_history_read_only(&self) -> Result<Arc<Service>, Failure> {
        self.are_there()?;
        match opened(&self.data, Sqlite::look) {
            Ok(store) => self.beside(Cached::new(Arc::new(store))),
            Err(failure) => {
                failure.warn();
                self.beside(Cached::new(Arc::new(Memory::new())))
            }
        }
    }

    fn beside(&self, store: Cached) -> Result<Arc<Service>, Failure> {
        let keyring = root_key::keyring(&self.root_key, &self.data)?;
        let history = history(&self.data, SqliteHistory::look);
        Ok(Service::new(self.settings(), Arc::new(store), history, keyring))
    }
}

fn opened(
    data: &Path,
    open: impl FnOnce(&Path) -> Result<Sqlite, OpenError>,
) -> Result<Sqlite, Failure> {
    open(data).map_err(|error| {
        Failure::said(format!("the store in {} cannot be opened: {error}", data.display()))
    })
}

/// The history, or what says at each use why there is none: nothing is decided by it, so that
/// nobody has to wait for it to be mended before tokens are given.
fn history(
    data: &Path,
    open: impl FnOnce(&Path) -> Result<SqliteHistory, OpenError>,
) -> Arc<dyn History> {
    match open(data) {
        Ok(history) => Arc::new(history),
        Err(error) => {
            tracing::error!(%error, "the history cannot be opened: nothing is recorded");
            Arc::new(UnavailableHistory::because(&error))
        }
    }
}

/// Whether there are store in a data directory.
pub(crate) fn exist(data: &Path) -> bool {
    data.join(DIRECTORY).exists()
}

fn watch(store: Weak<Sqlite>, service: &Arc<Service>) {
    metrics().watch(
        "commits_waiting",
        "Changes of the ledger that are being written or wait for it",
        move || store.upgrade().map_or(0, |store| store.commits_waiting()),
    );
    let service = Arc::downgrade(service);
    metrics().watch(
        "password_checks",
        "Passwords that are being checked or wait for it",
        move || service.upgrade().map_or(0, |service| service.password_checks_in_work() as u64),
    );
}
