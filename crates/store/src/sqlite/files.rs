//! The directory and the files, readable by their owner alone.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::OpenError;

const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Makes the directory, unless it is there.
pub(crate) fn make_directory(path: &Path) -> Result<(), OpenError> {
    if path.is_dir() {
        return Ok(());
    }
    let made = DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path);
    made.map_err(|source| OpenError::Io { path: path.to_owned(), source })?;
    path.parent().map_or(Ok(()), sync)
}

/// Makes the file, unless it is there. SQLite gives its log the same mode.
pub(crate) fn make_file(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(FILE_MODE).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(OpenError::Io { path: path.to_owned(), source }),
    }
}

/// Makes the names in a directory durable: a file that was synced can still lose its name.
pub(crate) fn sync(directory: &Path) -> Result<(), OpenError> {
    let named = !directory.as_os_str().is_empty();
    let path = if named { directory.to_owned() } else { PathBuf::from(".") };
    let synced = File::open(&path).and_then(|directory| directory.sync_all());
    synced.map_err(|source| OpenError::Io { path, source })
}
