//! Connects directory and ledger, before a command changes the store.

use model::{Continuity, Discontinuity};
use service::Service;

use crate::error::CommandError;
use crate::storage::{DIRECTORY_FILE, StoreLocation};

impl StoreLocation {
    /// Checks the root key, and connects directory and ledger. Every command that changes the store
    /// does this before.
    pub(crate) async fn connect(&self, service: &Service) -> Result<Continuity, CommandError> {
        self.check_root_key(service).await?;
        service.connect_ledger().await?.map_err(|reason| self.not_restored(reason))
    }

    /// Creates the error of a directory that must be restored first.
    pub(crate) fn not_restored(&self, reason: Discontinuity) -> CommandError {
        let data_dir = self.data_dir.display();
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
        })
    }
}
