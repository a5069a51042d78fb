//! The books of an installation, opened.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use facts::FaultKind;
use service::signals::metrics;
use service::{Service, Settings};
use store::{Cached, OpenError, Sqlite, SqliteJournal};

use crate::cli::BooksArguments;
use crate::config::Config;
use crate::failure::Failure;
use crate::root_key;

/// The root key's file where the data directory is all that is named.
pub(crate) const ROOT_KEY: &str = "root.key";

/// The configuration file where none is named.
const CONFIGURATION: &str = "admit.toml";
/// The file that there is as soon as there are books.
const DIRECTORY: &str = "directory.db";

/// Where the books of an installation are.
pub(crate) struct Location {
    /// The data directory.
    pub(crate) data: PathBuf,
    /// The root key's file.
    pub(crate) root_key: PathBuf,
    /// The public origin, as far as it is known.
    pub(crate) origin: String,
    /// Whether marked clients may ask for any error.
    pub(crate) rehearsal_allowed: bool,
}

impl Location {
    /// The books that the arguments of a command name, or the configuration file that lies here.
    pub(crate) fn of(arguments: &BooksArguments) -> Result<Self, Failure> {
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
        // Commands on the books alone make nothing that names the origin.
        let origin = "https://localhost".to_owned();
        Ok(Self { data, root_key, origin, rehearsal_allowed: false })
    }

    /// The books of a configuration.
    pub(crate) fn of_config(config: &Config) -> Self {
        Self {
            data: config.data.value.clone(),
            root_key: config.root_key_file.value.clone(),
            origin: config.origin.as_str().to_owned(),
            rehearsal_allowed: config.allow_rehearsal,
        }
    }

    /// Opens the books. The root key is read first: without it nothing is made.
    pub(crate) fn open(&self) -> Result<Arc<Service>, Failure> {
        let keyring = root_key::keyring(&self.root_key, &self.data)?;
        let (books, journal) = self.opened(Sqlite::open, SqliteJournal::open)?;
        let books = Arc::new(books);
        // Weak, so that watching does not keep the books from being closed.
        let watched = Arc::downgrade(&books);
        let cached = Arc::new(Cached::new(books));
        let service = Service::new(self.settings(), cached, Arc::new(journal), keyring);
        watch(watched, &service);
        Ok(service)
    }

    fn settings(&self) -> Settings {
        let rehearsal_allowed = self.rehearsal_allowed;
        Settings { rehearsal_allowed, ..Settings::new(self.origin.clone()) }
    }

    /// Opens the books that there are, and makes none.
    pub(crate) fn find(&self) -> Result<Arc<Service>, Failure> {
        self.are_there()?;
        self.open()
    }

    /// Opens the books that there are to look at them only.
    pub(crate) fn find_to_look(&self) -> Result<Arc<Service>, Failure> {
        self.are_there()?;
        self.look()
    }

    fn are_there(&self) -> Result<(), Failure> {
        if exist(&self.data) {
            return Ok(());
        }
        Err(Failure::said(format!("there are no books in {}", self.data.display())))
    }

    /// Whether the root key is the one that the books were made with, as far as there are any.
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
            "the root key {} does not open {}: it is not the one that the books in {} were made \
             with; restore that one from your copy",
            self.root_key.display(),
            fault.cause(),
            self.data.display()
        )))
    }

    /// Opens the books to look at them only: nothing is made or changed, and where there are
    /// none yet, they are empty.
    pub(crate) fn look(&self) -> Result<Arc<Service>, Failure> {
        let keyring = root_key::keyring(&self.root_key, &self.data)?;
        let (books, journal) = self.opened(Sqlite::look, SqliteJournal::look)?;
        let cached = Arc::new(Cached::new(Arc::new(books)));
        Ok(Service::new(self.settings(), cached, Arc::new(journal), keyring))
    }

    fn opened(
        &self,
        books: impl FnOnce(&Path) -> Result<Sqlite, OpenError>,
        journal: impl FnOnce(&Path) -> Result<SqliteJournal, OpenError>,
    ) -> Result<(Sqlite, SqliteJournal), Failure> {
        let opened = books(&self.data).and_then(|books| Ok((books, journal(&self.data)?)));
        opened.map_err(|error| {
            let data = self.data.display();
            Failure::said(format!("the books in {data} cannot be opened: {error}"))
        })
    }
}

/// Whether there are books in a data directory.
pub(crate) fn exist(data: &Path) -> bool {
    data.join(DIRECTORY).exists()
}

fn watch(books: Weak<Sqlite>, service: &Arc<Service>) {
    metrics().watch(
        "commits_waiting",
        "Changes of the ledger that are being written or wait for it",
        move || books.upgrade().map_or(0, |books| books.commits_waiting()),
    );
    let service = Arc::downgrade(service);
    metrics().watch(
        "password_checks",
        "Passwords that are being checked or wait for it",
        move || service.upgrade().map_or(0, |service| service.password_checks_in_work() as u64),
    );
}
