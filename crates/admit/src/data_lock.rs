//! The lock of a data directory: one process serves it. Each process caches rows and signing keys,
//! and would not see what the other one changes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::CommandError;

const FILE: &str = "serve.lock";
/// The longest process id, with a line break.
const PID_BYTES_MAX: u64 = 16;

/// The lock. It ends with the process, also after a crash.
#[derive(Debug)]
pub(crate) struct DataLock(#[expect(dead_code, reason = "holds the lock")] File);

impl DataLock {
    /// Locks a data directory if it exists. One that does not exist has nothing to protect, and
    /// must not be created before the root key was read.
    pub(crate) fn acquire_if_exists(data_dir: &Path) -> Result<Option<Self>, CommandError> {
        data_dir.exists().then(|| Self::acquire(data_dir)).transpose()
    }

    /// Locks an existing data directory for `serve` or `dev`. Other commands do not need the lock.
    pub(crate) fn acquire(data_dir: &Path) -> Result<Self, CommandError> {
        let path = data_dir.join(FILE);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file =
            options.open(&path).map_err(|error| CommandError::unwritable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(data_dir, file)),
            Err(TryLockError::Error(error)) => return Err(CommandError::unwritable(&path, &error)),
        }
        // The process id is only for the message to a second process.
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(|error| CommandError::unwritable(&path, &error))?;
        Ok(Self(file))
    }
}

fn in_use(data_dir: &Path, file: File) -> CommandError {
    let mut text = String::new();
    let pid = file.take(PID_BYTES_MAX).read_to_string(&mut text).ok().and(text.trim().parse().ok());
    let process =
        pid.map_or_else(|| "another process".to_owned(), |pid: u32| format!("process {pid}"));
    CommandError::message(format!(
        "{process} already serves the data directory {}; one process serves a data directory, so \
         stop it first, or use another directory",
        data_dir.display()
    ))
}
