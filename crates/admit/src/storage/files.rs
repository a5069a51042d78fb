//! Opening of the databases in a data directory.

use std::path::Path;
use std::sync::Arc;

use model::History;
use store::{OpenError, SqliteHistory, SqliteStore, UnavailableHistory};

use crate::error::CommandError;

/// The name of the root key file in the data directory, if only the data directory is named.
pub(crate) const ROOT_KEY_FILE: &str = "root.key";
/// The file that makes a directory an Admit data directory.
pub(crate) const DIRECTORY_FILE: &str = "directory.db";

/// Returns whether a directory is an Admit data directory.
pub(crate) fn exists(data_dir: &Path) -> bool {
    data_dir.join(DIRECTORY_FILE).exists()
}

/// Refuses a directory that is no Admit data directory.
pub(super) fn check_exists(data_dir: &Path) -> Result<(), CommandError> {
    if exists(data_dir) {
        return Ok(());
    }
    Err(CommandError::message(format!(
        "{} is not an Admit data directory ({DIRECTORY_FILE} not found)",
        data_dir.display()
    )))
}

/// Refuses a data directory of an earlier build. Creates nothing.
pub(crate) fn refuse_earlier_build(data_dir: &Path) -> Result<(), CommandError> {
    match SqliteStore::open_read_only(data_dir) {
        Err(error @ OpenError::EarlierBuild { .. }) => Err(cannot_open(data_dir, &error)),
        _ => Ok(()),
    }
}

/// Opens the store.
pub(super) fn open(
    data_dir: &Path,
    open: impl FnOnce(&Path) -> Result<SqliteStore, OpenError>,
) -> Result<SqliteStore, CommandError> {
    open(data_dir).map_err(|error| cannot_open(data_dir, &error))
}

/// Opens the store read-only. Returns `None` if there is none, or one of an earlier release.
pub(super) fn open_for_checks(data_dir: &Path) -> Result<Option<Arc<SqliteStore>>, CommandError> {
    if !exists(data_dir) {
        return Ok(None);
    }
    match SqliteStore::open_read_only(data_dir) {
        Ok(store) => Ok(Some(Arc::new(store))),
        Err(OpenError::TooOld { .. }) => Ok(None),
        Err(error) => Err(cannot_open(data_dir, &error)),
    }
}

/// Opens the history. If that fails, returns a history that reports the error at each use: no rule
/// depends on the history, so the service issues tokens without it.
pub(super) fn open_history(
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

/// Creates the error of a store that cannot be opened.
pub(crate) fn cannot_open(data_dir: &Path, error: &OpenError) -> CommandError {
    let data_dir = data_dir.display();
    CommandError::message(format!("the store in {data_dir} cannot be opened: {error}"))
}
