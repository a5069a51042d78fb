//! Reading a file without leaving a trace: no log is made, no lock is taken where nobody writes.
//!
//! A log beside the file means that a process writes, or was killed while it did: then we read
//! as every reader does. Without a log the file is whole, but SQLite would make a log before it
//! read, and cannot where the directory is not ours; so it is told that nothing changes. Should
//! a writer come, the next read finds its log and opens the file anew.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
    time::SystemTime,
};

use rusqlite::{Connection, OpenFlags};

use super::schema::{self, Refusal, Schema};

/// How a file is looked at.
pub(super) struct Glance {
    file: PathBuf,
    schema: &'static Schema,
}

/// What a file looks like while nobody writes it; `None` where it is not there.
#[derive(PartialEq, Eq)]
pub(super) struct Still {
    log: bool,
    file: Option<(u64, SystemTime)>,
}

impl Glance {
    /// A way to look at this file.
    pub(super) fn new(file: &Path, schema: &'static Schema) -> Self {
        Self { file: file.to_owned(), schema }
    }

    /// Opens the file; with it comes what must stay as it is for the connection to be good.
    pub(super) fn connect(&self) -> Result<(Connection, Option<Still>), Refusal> {
        let still = self.still();
        if still.log {
            let connection = Connection::open_with_flags(&self.file, flags())?;
            schema::check(&connection, self.schema)?;
            return Ok((connection, None));
        }
        if still.file.is_none_or(|(length, _)| length == 0) {
            return Ok((schema::empty(self.schema)?, Some(still)));
        }
        let uri = flags() | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(unchanging(&self.file), uri)?;
        schema::check(&connection, self.schema)?;
        Ok((connection, Some(still)))
    }

    /// Whether the file is no longer what it was.
    pub(super) fn has_changed(&self, still: &Still) -> bool {
        self.still() != *still
    }

    fn still(&self) -> Still {
        let mut log = self.file.clone().into_os_string();
        log.push("-wal");
        let found = fs::metadata(&self.file);
        let file = found.and_then(|found| Ok((found.len(), found.modified()?)));
        Still { log: fs::exists(PathBuf::from(log)).unwrap_or(true), file: or_none(file) }
    }
}

/// Any other error is met again by SQLite, who says it.
fn or_none<T>(result: io::Result<T>) -> Option<T> {
    result.ok()
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// The file as a URI (RFC 3986 §2.1) that says that it does not change.
fn unchanging(file: &Path) -> PathBuf {
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
