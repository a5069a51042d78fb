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
const BYTES_MAX: u64 = 4_096;
/// The number of attempts to lock. Another command holds the lock for a moment to see whether it is
/// free.
const ATTEMPTS_MAX: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);
/// The time for which a command waits until a service that starts has recorded its root keys.
const START_TIMEOUT: Duration = Duration::from_secs(5);

/// The lock. It ends with the process, also after a crash.
#[derive(Debug)]
pub(crate) struct DataLock(File);

impl Drop for DataLock {
    /// Empties the file before it is unlocked, so that the next service never holds the lock of a
    /// file with the root keys of this one. After a crash they stay until the next service starts.
    fn drop(&mut self) {
        self.0.set_len(0).ok();
    }
}

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

/// Returns the root keys of the other process that serves a data directory. `None` if none does.
///
/// # Errors
/// A service that starts has not recorded its root keys in time.
pub(crate) fn served_root_keys(data_dir: &Path) -> Result<Option<Vec<String>>, CommandError> {
    root_keys_within(data_dir, START_TIMEOUT)
}

fn root_keys_within(data_dir: &Path, wait: Duration) -> Result<Option<Vec<String>>, CommandError> {
    let mut earlier = None;
    for _ in 0..=wait.as_millis() / PAUSE.as_millis() {
        let Some(text) = served_content(data_dir) else { return Ok(None) };
        let mut lines = text.lines();
        if lines.next() == Some(&std::process::id().to_string()) {
            return Ok(None);
        }
        // Read twice: a service that has just locked the file replaces what one that crashed has
        // left. It does so at once, but nothing proves that it took no longer than the pause.
        let is_complete = text.matches('\n').count() >= 2;
        if is_complete && earlier.as_ref() == Some(&text) {
            let keys = lines.next().unwrap_or_default();
            return Ok(Some(keys.split_whitespace().map(str::to_owned).collect()));
        }
        earlier = Some(text);
        std::thread::sleep(PAUSE);
    }
    Err(CommandError::message(format!(
        "a service is starting in the data directory {}, and its root keys are not known yet; wait \
         until it has started; nothing was changed",
        data_dir.display()
    )))
}

/// Returns the content of the lock if a process holds it.
fn served_content(data_dir: &Path) -> Option<String> {
    let file = File::open(data_dir.join(FILE)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => content(&file),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_keys_of_a_service_that_starts_are_awaited_or_refused() {
        // Locks a directory as another process does, which records its keys after a moment, or not.
        let directory = tempfile::tempdir().unwrap();
        let wait =
            |milliseconds| root_keys_within(directory.path(), Duration::from_millis(milliseconds));
        assert_eq!(wait(100).unwrap(), None);
        let mut file = File::create(directory.path().join(FILE)).unwrap();
        assert_eq!(wait(100).unwrap(), None, "no process holds the lock");
        file.lock().unwrap();
        file.write_all(b"1\n").unwrap();
        let refused = wait(100).unwrap_err().to_string();
        assert!(refused.contains("a service is starting"), "{refused}");
        let recording = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            file.write_all(b"one").unwrap();
            std::thread::sleep(Duration::from_millis(100));
            file.write_all(b" two\n").unwrap();
            file
        });
        assert_eq!(wait(60_000).unwrap(), Some(vec!["one".to_owned(), "two".to_owned()]));
        drop(recording.join().unwrap());
        assert_eq!(wait(100).unwrap(), None);
    }

    #[test]
    fn process_that_holds_the_lock_does_not_wait_for_itself() {
        // Asks while this process has the lock, before and after it records its keys.
        let directory = tempfile::tempdir().unwrap();
        let mut lock = DataLock::acquire(directory.path()).unwrap();
        assert_eq!(served_root_keys(directory.path()).unwrap(), None);
        lock.record_root_keys(&[]).unwrap();
        assert_eq!(served_root_keys(directory.path()).unwrap(), None);
    }

    #[test]
    fn lock_that_ends_leaves_no_root_keys_to_the_next_service() {
        // Records keys and drops the lock: the file is empty. Another process that locks it, and
        // has not written yet, counts as a service that starts.
        let directory = tempfile::tempdir().unwrap();
        let mut lock = DataLock::acquire(directory.path()).unwrap();
        lock.record_root_keys(&[]).unwrap();
        drop(lock);
        let file = File::open(directory.path().join(FILE)).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 0);
        file.lock().unwrap();
        let refused = root_keys_within(directory.path(), Duration::from_millis(100));
        assert!(refused.unwrap_err().to_string().contains("a service is starting"));
    }
}
