//! Consistent copies of the directory and the history, while other processes write them.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use model::DirectoryState;
use rusqlite::{Connection, OpenFlags};

use super::{
    DIRECTORY_FILE, OpenError, directory, files, history,
    read_only::ReadOnlyFile,
    schema::{self, Schema},
};
use crate::sql::directory as sql;

/// The files that a backup may have. The ledger is not one of them: an older ledger does not know
/// what was used and revoked since.
pub const BACKUP_FILES: [&str; 2] = [DIRECTORY_FILE, history::FILE];

/// Copies the directory and the history of a data directory into an existing, empty directory.
/// Returns the state of the copied directory, which is marked as a backup.
///
/// Only reads the data directory. A writer does not wait, but its WAL grows meanwhile.
///
/// # Errors
/// A file cannot be read or copied.
pub fn back_up(data_dir: &Path, target: &Path) -> Result<DirectoryState, OpenError> {
    files::refuse_earlier_build(data_dir)?;
    copy(data_dir, target, (DIRECTORY_FILE, &schema::DIRECTORY))?;
    let file = target.join(DIRECTORY_FILE);
    let database = |source| OpenError::Database { path: file.clone(), source };
    let state = mark_as_backup(&file).map_err(database)?;
    if data_dir.join(history::FILE).exists() {
        copy(data_dir, target, (history::FILE, &schema::HISTORY))?;
    }
    for name in BACKUP_FILES {
        sync(&target.join(name))?;
    }
    files::sync(target)?;
    Ok(state)
}

/// Copies one file. `VACUUM INTO` reads one snapshot, and does not block writers.
fn copy(
    data_dir: &Path,
    target: &Path,
    (name, schema): (&str, &'static Schema),
) -> Result<(), OpenError> {
    let (source, file) = (data_dir.join(name), target.join(name));
    let opened = ReadOnlyFile::new(&source, schema).connect();
    let (connection, _) = opened.map_err(|error| error.into_open_error(&source))?;
    files::create_file(&file)?;
    let text = file.to_str().ok_or_else(|| not_utf8(&file))?;
    let copied = connection.execute("VACUUM INTO $1", [text]);
    copied.map(drop).map_err(|error| OpenError::Database { path: source, source: error })
}

/// Marks a copy, so that no service starts on it before it is restored.
fn mark_as_backup(file: &Path) -> rusqlite::Result<DirectoryState> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.execute(sql::MARK_AS_BACKUP, [])?;
    directory::read_state(&connection)
}

/// Makes the content of a file durable. A file that does not exist is none of this backup.
fn sync(file: &Path) -> Result<(), OpenError> {
    let io_error = |source| OpenError::Io { path: file.to_owned(), source };
    match File::open(file) {
        Ok(opened) => opened.sync_all().map_err(io_error),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io_error(error)),
    }
}

fn not_utf8(path: &Path) -> OpenError {
    let source = io::Error::new(io::ErrorKind::InvalidInput, "the path is not UTF-8");
    OpenError::Io { path: PathBuf::from(path), source }
}
