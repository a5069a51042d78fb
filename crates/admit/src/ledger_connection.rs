//! Connects directory and ledger, before a command changes the store.

use jose::seal::key_id_text;
use model::{Continuity, Discontinuity};
use service::Service;

use crate::data_lock::{DataLock, served_root_keys};
use crate::error::CommandError;
use crate::storage::{DIRECTORY_FILE, DataLocation, StoreLocation};

impl StoreLocation {
    /// Checks the root key, and connects directory and ledger. Every command that changes the store
    /// does this before.
    pub(crate) async fn connect(&self, service: &Service) -> Result<Continuity, CommandError> {
        self.check_root_key(service).await?;
        self.check_served_root_keys(service)?;
        self.connect_ledger(service).await
    }

    /// Does the same before the store is served. Then no other process serves it.
    pub(crate) async fn connect_locked(
        &self,
        service: &Service,
        _lock: &DataLock,
    ) -> Result<Continuity, CommandError> {
        self.check_root_key(service).await?;
        self.connect_ledger(service).await
    }

    async fn connect_ledger(&self, service: &Service) -> Result<Continuity, CommandError> {
        service.connect_ledger().await?.map_err(|reason| self.not_restored(reason))
    }

    /// Refuses a root key that the running service does not know: it could not open what a command
    /// seals with it.
    fn check_served_root_keys(&self, service: &Service) -> Result<(), CommandError> {
        // The nodes of a database are not known here.
        let Some(data_dir) = self.data.directory() else { return Ok(()) };
        let Some(served) = served_root_keys(data_dir)? else { return Ok(()) };
        let current = service.root_keys().first().copied().map(key_id_text);
        if current.is_none_or(|current| served.contains(&current)) {
            return Ok(());
        }
        Err(CommandError::message(format!(
            "the running service does not know the root key {}, and could not read what this \
             command encrypts with it; restart the service with this root key first; nothing was \
             changed",
            self.root_keys.current.display()
        )))
    }

    /// Creates the error of a directory that must be restored first.
    pub(crate) fn not_restored(&self, reason: Discontinuity) -> CommandError {
        let data_dir = match &self.data {
            DataLocation::Files(data_dir) => data_dir.display(),
            DataLocation::Postgres(_) => return self.database_not_restored(reason),
        };
        CommandError::message(match reason {
            Discontinuity::OlderDirectory { found, known } => format!(
                "{data_dir}/{DIRECTORY_FILE} is older than the ledger knows (generation {found}, \
                 not {known}): what was removed since would be valid again; put the newest one \
                 back, or accept this one with `admit restore`"
            ),
            Discontinuity::OtherLedger => format!(
                "{data_dir}/{DIRECTORY_FILE} and ledger.db are not of one time: one of them is of \
                 before a restore, or of another installation; put the files that belong together \
                 back, or accept this directory with `admit restore`"
            ),
            Discontinuity::Backup => format!(
                "{data_dir}/{DIRECTORY_FILE} is a copy of a backup: restore the backup with `admit \
                 restore`"
            ),
            Discontinuity::MissingLedger => format!("{data_dir} has no ledger"),
        })
    }

    fn database_not_restored(&self, reason: Discontinuity) -> CommandError {
        let database = self.data.name();
        CommandError::message(match reason {
            Discontinuity::OlderDirectory { found, known } => format!(
                "the directory in {database} is older than the ledger knows (generation {found}, \
                 not {known}): what was removed since would be valid again; restore the newest \
                 one, or accept this one with `admit restore`"
            ),
            Discontinuity::OtherLedger => format!(
                "the directory in {database} and the ledger are not of one time: one of them is of \
                 before a restore, or of another installation; name the databases that belong \
                 together, or accept this directory with `admit restore`"
            ),
            Discontinuity::Backup => format!(
                "the directory in {database} is a copy of a backup: accept it with `admit restore`"
            ),
            Discontinuity::MissingLedger => format!(
                "the directory in {database} belongs to a ledger that is not in the database of \
                 `ledger`: name that database, or if the ledger is lost, begin a new one with \
                 `admit restore`, which ends everything that was given"
            ),
        })
    }
}
