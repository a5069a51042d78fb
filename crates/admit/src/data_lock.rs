//! The lock of a data directory: one process serves it. Each process caches rows and signing keys,
//! and would not see what the other one changes.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jose::seal::{KeyId, key_id_text};
use rustix::fs::FlockOperation::{self, NonBlockingLockExclusive, NonBlockingLockShared};
use rustix::io::Errno;

use crate::error::CommandError;
use crate::random;

const FILE: &str = "serve.lock";
/// The longest content: a process id, and the ids of the root keys.
const BYTES_MAX: usize = 4_096;
/// The number of attempts to lock. Another command holds the lock for a moment to see whether it is
/// free.
const ATTEMPTS_MAX: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);
/// The time for which a command waits until a service that starts has recorded its root keys.
const START_TIMEOUT: Duration = Duration::from_secs(5);

/// The lock. It ends with the process, also after a crash.
///
/// It is exclusive while the service starts, and shared as soon as the file holds the root keys of
/// this service. So what a crash has left in the file is never read as that of the next service,
/// however long that one takes to start.
#[derive(Debug)]
pub(crate) struct DataLock {
    file: File,
    data_dir: PathBuf,
    /// The first line of the file: the process id for messages, and a random number.
    owner: String,
}

impl DataLock {
    /// Locks a data directory if it exists. One that does not exist has nothing to protect, and
    /// must not be created before the root key was read.
    pub(crate) fn acquire_if_exists(data_dir: &Path) -> Result<Option<Self>, CommandError> {
        data_dir.exists().then(|| Self::acquire(data_dir)).transpose()
    }

    /// Locks an existing data directory for `serve` or `dev`. Other commands do not need the lock.
    pub(crate) fn acquire(data_dir: &Path) -> Result<Self, CommandError> {
        let number = u64::from_be_bytes(random::bytes()?);
        let owner = format!("{} {number:016x}", std::process::id());
        let path = data_dir.join(FILE);
        let unwritable = |error: &std::io::Error| CommandError::unwritable(&path, error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(|error| unwritable(&error))?;
        if !lock(&file, NonBlockingLockExclusive).map_err(|error| unwritable(&error))? {
            return Err(in_use(data_dir, &file));
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{owner}"))
            .map_err(|error| unwritable(&error))?;
        Ok(Self { file, data_dir: data_dir.to_owned(), owner })
    }

    /// Records the root keys of the service, so that a command does not seal with one that the
    /// service does not know.
    pub(crate) fn record_root_keys(&mut self, keys: &[KeyId]) -> Result<(), CommandError> {
        // The kind of a lock changes in two steps. If another service has locked the file in
        // between, the first line is that of the other one.
        let is_shared = lock(&self.file, NonBlockingLockShared)?;
        let is_own = |text: String| text.lines().next() == Some(self.owner.as_str());
        if !is_shared || !content(&self.file).is_some_and(is_own) {
            return Err(in_use(&self.data_dir, &self.file));
        }
        let keys: Vec<String> = keys.iter().copied().map(key_id_text).collect();
        Ok(writeln!(self.file, "{}", keys.join(" "))?)
    }
}

/// Returns the root keys of the process that serves a data directory. `None` if none does.
///
/// # Errors
/// A service that starts has not recorded its root keys in time.
pub(crate) fn served_root_keys(data_dir: &Path) -> Result<Option<Vec<String>>, CommandError> {
    root_keys_within(data_dir, START_TIMEOUT)
}

fn root_keys_within(data_dir: &Path, wait: Duration) -> Result<Option<Vec<String>>, CommandError> {
    let mut earlier = None;
    for _ in 0..=wait.as_millis() / PAUSE.as_millis() {
        let served = match served(data_dir) {
            Served::No => return Ok(None),
            Served::Starting => None,
            Served::With(keys) => Some(keys),
        };
        // Seen twice: another command that asks shares the lock for a moment.
        if served.is_some() && served == earlier {
            return Ok(served);
        }
        earlier = served;
        std::thread::sleep(PAUSE);
    }
    Err(CommandError::message(format!(
        "a service is starting in the data directory {}, and its root keys are not known yet; wait \
         until it has started; nothing was changed",
        data_dir.display()
    )))
}

/// The state of a data directory.
enum Served {
    /// No process serves it.
    No,
    /// A process has locked it, and has not recorded its root keys.
    Starting,
    /// A process with these root keys serves it.
    With(Vec<String>),
}

fn served(data_dir: &Path) -> Served {
    let Ok(file) = File::open(data_dir.join(FILE)) else { return Served::No };
    match try_lock(&file, NonBlockingLockExclusive) {
        Ok(false) => {}
        Ok(true) | Err(_) => return Served::No,
    }
    // While this lock is shared, no other service can begin to start.
    let is_shared = try_lock(&file, NonBlockingLockShared).is_ok_and(|is_locked| is_locked);
    let text = content(&file).filter(|text| is_shared && text.matches('\n').count() >= 2);
    let keys = text.as_deref().and_then(|text| text.lines().nth(1));
    keys.map_or(Served::Starting, |keys| {
        Served::With(keys.split_whitespace().map(str::to_owned).collect())
    })
}

/// Locks a file, or changes the kind of its lock. Returns whether no other process has excluded it
/// at some attempts.
fn lock(file: &File, kind: FlockOperation) -> std::io::Result<bool> {
    for _ in 1..ATTEMPTS_MAX {
        if try_lock(file, kind)? {
            return Ok(true);
        }
        std::thread::sleep(PAUSE);
    }
    try_lock(file, kind)
}

fn try_lock(file: &File, kind: FlockOperation) -> std::io::Result<bool> {
    match rustix::fs::flock(file, kind) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn content(file: &File) -> Option<String> {
    let mut bytes = vec![0; BYTES_MAX];
    let length = file.read_at(&mut bytes, 0).ok()?;
    bytes.truncate(length);
    String::from_utf8(bytes).ok()
}

fn in_use(data_dir: &Path, file: &File) -> CommandError {
    let pid = content(file).and_then(|text| text.split_whitespace().next()?.parse().ok());
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

    /// Returns the root keys that a command finds within some milliseconds.
    fn found(directory: &Path, milliseconds: u64) -> Result<Option<Vec<String>>, String> {
        let wait = Duration::from_millis(milliseconds);
        root_keys_within(directory, wait).map_err(|error| error.to_string())
    }

    #[test]
    fn root_keys_of_a_service_that_starts_are_awaited_or_refused() {
        // Locks a directory as a service does, which records its keys after a moment, or not. Ends
        // it then.
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(found(directory.path(), 100), Ok(None));
        let mut lock = DataLock::acquire(directory.path()).unwrap();
        let refused = found(directory.path(), 100).unwrap_err();
        assert!(refused.contains("a service is starting"), "{refused}");
        let recording = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            lock.record_root_keys(&[[1; 4], [2; 4]]).unwrap();
            lock
        });
        let keys = [[1; 4], [2; 4]].map(key_id_text).to_vec();
        assert_eq!(found(directory.path(), 60_000), Ok(Some(keys)));
        drop(recording.join().unwrap());
        assert_eq!(found(directory.path(), 100), Ok(None));
    }

    #[test]
    fn keys_left_by_a_crash_are_not_those_of_a_service_that_stalls() {
        // Hostile input RK8: records keys and ends as a crash does, without a change of the file.
        // The next service locks the file, and stalls before it changes it.
        let directory = tempfile::tempdir().unwrap();
        let mut crashed = DataLock::acquire(directory.path()).unwrap();
        crashed.record_root_keys(&[[1; 4]]).unwrap();
        drop(crashed);
        let file = File::open(directory.path().join(FILE)).unwrap();
        assert_eq!(content(&file).unwrap().lines().count(), 2, "the keys are still in the file");
        assert_eq!(found(directory.path(), 100), Ok(None));
        assert!(try_lock(&file, NonBlockingLockExclusive).unwrap());
        let refused = found(directory.path(), 100).unwrap_err();
        assert!(refused.contains("a service is starting"), "{refused}");
    }

    #[test]
    fn service_that_lost_its_lock_records_no_keys() {
        // Lets another service lock the file in the moment in which the kind of the lock changes:
        // while it has the lock, and after it has ended.
        let directory = tempfile::tempdir().unwrap();
        let mut first = DataLock::acquire(directory.path()).unwrap();
        rustix::fs::flock(&first.file, FlockOperation::Unlock).unwrap();
        let second = DataLock::acquire(directory.path()).unwrap();
        let refused = first.record_root_keys(&[[1; 4]]).unwrap_err().to_string();
        assert!(refused.contains("already serves the data directory"), "{refused}");
        drop(second);
        assert!(first.record_root_keys(&[[1; 4]]).is_err());
    }

    #[test]
    fn directory_that_is_served_is_locked_before_and_after_its_keys() {
        // Locks a directory twice: while the first service starts, and while it serves.
        let directory = tempfile::tempdir().unwrap();
        let mut first = DataLock::acquire(directory.path()).unwrap();
        assert!(DataLock::acquire(directory.path()).is_err());
        first.record_root_keys(&[]).unwrap();
        let refused = DataLock::acquire(directory.path()).unwrap_err().to_string();
        let process = format!("process {} already serves", std::process::id());
        assert!(refused.contains(&process), "{refused}");
    }
}
