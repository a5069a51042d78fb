//! Opens a SQLite file read-only, without creating a WAL and, if no process writes it, without
//! locking.
//!
//! A WAL beside the file means that a process writes the file or was killed while writing. Then
//! the file is opened like for any reader. Without a WAL the file is complete. SQLite would still
//! create a WAL before reading, and cannot if the directory belongs to another user. So it opens
//! the file as immutable. If a writer starts later, the next read finds its WAL and reopens the
//! file.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
    time::SystemTime,
};

use rusqlite::{Connection, OpenFlags};

use super::{
    files,
    schema::{self, Schema, SchemaError},
};

/// A file that is opened read-only.
pub(super) struct ReadOnlyFile {
    file: PathBuf,
    schema: &'static Schema,
}

/// The state of a file, for detecting changes.
#[derive(PartialEq, Eq)]
pub(super) struct FileState {
    has_wal: bool,
    /// The length and the modification time, or `None` if the file does not exist.
    file: Option<(u64, SystemTime)>,
}

impl ReadOnlyFile {
    /// Describes a file. Does not open it.
    pub(super) fn new(file: &Path, schema: &'static Schema) -> Self {
        Self { file: file.to_owned(), schema }
    }

    /// Opens the file. A connection to an immutable file comes with the state that the file must
    /// keep for the connection to stay valid. A file that does not exist is opened as an empty
    /// one.
    pub(super) fn connect(&self) -> Result<(Connection, Option<FileState>), SchemaError> {
        let state = self.state();
        if state.has_wal {
            let connection = Connection::open_with_flags(&self.file, flags())?;
            schema::check(&connection, self.schema, None)?;
            return Ok((connection, None));
        }
        if state.file.is_none_or(|(length, _)| length == 0) {
            return Ok((schema::empty(self.schema)?, Some(state)));
        }
        let flags = flags() | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(immutable_uri(&self.file), flags)?;
        schema::check(&connection, self.schema, files::length_if_closed(&self.file))?;
        Ok((connection, Some(state)))
    }

    /// Reads the number of the newest migration that the file has. 0 if it does not exist.
    pub(super) fn schema_number(&self) -> Result<u32, SchemaError> {
        match self.connect() {
            Err(SchemaError::TooOld { found, .. }) => Ok(found),
            Ok(_) if self.state().file.is_none_or(|(length, _)| length == 0) => Ok(0),
            Ok((connection, _)) => schema::found_number(&connection),
            Err(error) => Err(error),
        }
    }

    /// Returns whether the file has changed since this state.
    pub(super) fn has_changed(&self, since: &FileState) -> bool {
        self.state() != *since
    }

    fn state(&self) -> FileState {
        let mut wal = self.file.clone().into_os_string();
        wal.push("-wal");
        let metadata = fs::metadata(&self.file);
        let file = metadata.and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
        FileState { has_wal: fs::exists(PathBuf::from(wal)).unwrap_or(true), file: or_none(file) }
    }
}

/// Discards an error. SQLite meets the same error again and reports it.
fn or_none<T>(result: io::Result<T>) -> Option<T> {
    result.ok()
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Formats a path as a URI (RFC 3986 §2.1) that declares the file immutable.
fn immutable_uri(file: &Path) -> PathBuf {
    let mut uri = b"file:".to_vec();
    for byte in file.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            uri.push(*byte);
        } else {
            uri.extend(format!("%{byte:02X}").bytes());
        }
    }
    uri.extend(b"?immutable=1");
    PathBuf::from(OsString::from_vec(uri))
}
