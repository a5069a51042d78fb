//! Creates the data directory and the files, readable by their owner only.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::OpenError;

const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// The file in which earlier builds stored the history.
const EARLIER_HISTORY_FILE: &str = "journal.db";

/// Refuses a data directory with a file of an earlier build.
pub(crate) fn refuse_earlier_build(directory: &Path) -> Result<(), OpenError> {
    let path = directory.join(EARLIER_HISTORY_FILE);
    if path.is_file() { Err(OpenError::EarlierBuild { path }) } else { Ok(()) }
}

/// Creates the directory if it does not exist.
pub(crate) fn create_directory(path: &Path) -> Result<(), OpenError> {
    if path.is_dir() {
        return Ok(());
    }
    let created = DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path);
    created.map_err(|source| OpenError::Io { path: path.to_owned(), source })?;
    path.parent().map_or(Ok(()), sync)
}

/// Creates the file if it does not exist, and returns whether it did not. SQLite gives its WAL the
/// same mode, and makes the name of a new WAL durable itself.
pub(crate) fn create_file(path: &Path) -> Result<bool, OpenError> {
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(FILE_MODE).open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(source) => Err(OpenError::Io { path: path.to_owned(), source }),
    }
}

/// Returns the length of a database that was closed in order. Otherwise, or while it is in use, it
/// has a WAL or a rollback journal, from which SQLite completes it.
pub(crate) fn length_if_closed(path: &Path) -> Option<u64> {
    let is_absent = |suffix: &str| {
        let mut log = path.as_os_str().to_owned();
        log.push(suffix);
        fs::exists(log).is_ok_and(|exists| !exists)
    };
    // The length comes first: a process that opens the file meanwhile creates a log before it
    // writes.
    let length = fs::metadata(path).ok()?.len();
    (is_absent("-wal") && is_absent("-journal")).then_some(length)
}

/// Makes the names in a directory durable. A file that was synced can still lose its name.
pub(crate) fn sync(directory: &Path) -> Result<(), OpenError> {
    let is_named = !directory.as_os_str().is_empty();
    let path = if is_named { directory.to_owned() } else { PathBuf::from(".") };
    let synced = File::open(&path).and_then(|directory| directory.sync_all());
    synced.map_err(|source| OpenError::Io { path, source })
}
