//! The lock of a data directory: one process serves it. Each process caches rows and signing keys,
//! and would not see what the other one changes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use jose::seal::{KeyId, key_id_text};

use crate::error::CommandError;

const FILE: &str = "serve.lock";
/// The longest content: a process id, and the ids of the root keys.
const BYTES_MAX: u64 = 256;
/// The number of attempts to lock. Another command holds the lock for a moment to see whether it is
/// free.
const ATTEMPTS_MAX: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);

/// The lock. It ends with the process, also after a crash.
#[derive(Debug)]
pub(crate) struct DataLock(File);

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
        let mut attempt = 1;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempt < ATTEMPTS_MAX => attempt += 1,
                Err(TryLockError::WouldBlock) => return Err(in_use(data_dir, &file)),
                Err(TryLockError::Error(error)) => {
                    return Err(CommandError::unwritable(&path, &error));
                }
            }
            std::thread::sleep(PAUSE);
        }
        // The process id is only for the message to a second process.
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(|error| CommandError::unwritable(&path, &error))?;
        Ok(Self(file))
    }

    /// Records the root keys of the service, so that a command does not seal with one that the
    /// service does not know.
    pub(crate) fn record_root_keys(&mut self, keys: &[KeyId]) -> Result<(), CommandError> {
        let keys: Vec<String> = keys.iter().copied().map(key_id_text).collect();
        Ok(writeln!(self.0, "{}", keys.join(" "))?)
    }
}

/// Returns the root keys of the service that serves a data directory. `None` if none does, or if it
/// has recorded none.
pub(crate) fn served_root_keys(data_dir: &Path) -> Option<Vec<String>> {
    let file = File::open(data_dir.join(FILE)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {}
        Ok(()) | Err(TryLockError::Error(_)) => return None,
    }
    let text = content(&file)?;
    Some(text.lines().nth(1)?.split_whitespace().map(str::to_owned).collect())
}

fn content(file: &File) -> Option<String> {
    let mut text = String::new();
    file.take(BYTES_MAX).read_to_string(&mut text).ok().map(|_| text)
}

fn in_use(data_dir: &Path, file: &File) -> CommandError {
    let pid = content(file).and_then(|text| text.lines().next()?.parse().ok());
    let process =
        pid.map_or_else(|| "another process".to_owned(), |pid: u32| format!("process {pid}"));
    CommandError::message(format!(
        "{process} already serves the data directory {}; one process serves a data directory, so \
         stop it first, or use another directory",
        data_dir.display()
    ))
}
