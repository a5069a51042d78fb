//! Disk failures of one process: shim/disk.c in the process, and the loss of what it did not sync.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::random::Random;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/shim/disk.c");
/// The size of the head of an entry in the log.
const HEAD_BYTES: usize = 48;

/// A failure of every write or sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DiskFailure {
    NoSpace,
    WriteError,
    SyncError,
}

/// The compiled shim and its files.
pub(crate) struct DiskShim {
    folder: tempfile::TempDir,
    data: PathBuf,
}

/// A write, and what it replaced.
struct Write {
    /// The place of its entry in the log.
    place: u64,
    inode: u64,
    offset: u64,
    length: u64,
    old_size: u64,
    replaced: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unsynced,
    Synced,
    /// A sync failed: no later one writes these pages.
    Lost,
}

impl DiskShim {
    /// Compiles the shim for the databases in a data directory.
    pub(crate) fn compile(data: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let status = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-o"])
            .arg(folder.path().join("disk.so"))
            .arg(SOURCE)
            .status()?;
        if !status.success() {
            return Err("the C compiler failed".into());
        }
        fs::write(folder.path().join("mode"), "0")?;
        Ok(Self { folder, data: data.canonicalize()? })
    }

    /// Returns the environment of the process.
    pub(crate) fn environment(&self) -> Vec<(String, OsString)> {
        let file = |name: &str| self.folder.path().join(name).into_os_string();
        vec![
            ("LD_PRELOAD".to_owned(), file("disk.so")),
            ("DISK_DIRECTORY".to_owned(), self.data.clone().into_os_string()),
            ("DISK_LOG".to_owned(), file("log")),
            ("DISK_MODE".to_owned(), file("mode")),
        ]
    }

    /// Lets the disk of the running process fail, or work again.
    pub(crate) fn set(&self, failure: Option<DiskFailure>) -> Result<()> {
        let mode = match failure {
            None => b"0",
            Some(DiskFailure::NoSpace) => b"S",
            Some(DiskFailure::WriteError) => b"E",
            Some(DiskFailure::SyncError) => b"F",
        };
        // The process has mapped the file: it is changed in place.
        let file = OpenOptions::new().write(true).open(self.folder.path().join("mode"))?;
        Ok(file.write_all_at(mode, 0)?)
    }

    /// Takes back writes that were not synced, as a power failure does, and returns their number.
    /// The process must have ended. Without random numbers all are lost, else any of them: a disk
    /// writes in any order.
    pub(crate) fn lose_unsynced(&self, mut random: Option<&mut Random>) -> Result<usize> {
        let writes = read_log(&fs::read(self.folder.path().join("log"))?)?;
        let files = self.files()?;
        let mut lost = 0;
        let mut stored: HashMap<u64, Vec<(u64, u64)>> = HashMap::new();
        for write in writes.iter().rev() {
            let Some(file) = files.get(&write.inode) else { continue };
            let reached = |random: &mut Random| random.below(2) == 0;
            let is_stored = write.state == State::Synced
                || write.state == State::Unsynced && random.as_deref_mut().is_some_and(reached);
            let later = stored.entry(write.inode).or_default();
            if is_stored {
                later.push((write.offset, write.offset + write.length));
            } else {
                lost += 1;
                write.take_back(file, later)?;
            }
        }
        Ok(lost)
    }

    /// Opens the files of the databases. The index of a WAL is not durable: it is removed.
    fn files(&self) -> Result<HashMap<u64, File>> {
        let mut files = HashMap::new();
        for entry in fs::read_dir(&self.data)? {
            let path = entry?.path();
            match path.extension().and_then(|it| it.to_str()) {
                Some("db-shm") => fs::remove_file(&path)?,
                Some("db" | "db-wal") => {
                    let file = OpenOptions::new().read(true).write(true).open(&path)?;
                    files.insert(file.metadata()?.ino(), file);
                }
                _ => {}
            }
        }
        Ok(files)
    }
}

impl Write {
    /// Restores what the write replaced, apart from what later writes stored there.
    fn take_back(&self, file: &File, later: &[(u64, u64)]) -> Result<()> {
        let is_free = |first: u64, end: u64| {
            later.iter().all(|(start, stop)| *start >= end || *stop <= first)
        };
        if is_free(self.offset, self.offset + self.length) {
            file.write_all_at(&self.replaced, self.offset)?;
        } else {
            for (place, byte) in (self.offset..).zip(&self.replaced) {
                if is_free(place, place + 1) {
                    file.write_all_at(&[*byte], place)?;
                }
            }
        }
        let size = file.metadata()?.len();
        let needed = later.iter().map(|(_, end)| *end).max().unwrap_or_default();
        if size > self.old_size {
            file.set_len(self.old_size.max(needed))?;
        }
        Ok(())
    }
}

fn read_log(log: &[u8]) -> Result<Vec<Write>> {
    let mut writes: Vec<Write> = Vec::new();
    let mut rest = log;
    while let Some((head, after)) = rest.split_at_checked(HEAD_BYTES) {
        let place = u64::try_from(log.len() - rest.len())?;
        let number = |index: usize| -> Result<u64> {
            let bytes = head.get(index * 8..index * 8 + 8).ok_or("a short entry")?;
            Ok(u64::from_le_bytes(bytes.try_into()?))
        };
        let (inode, offset) = (number(1)?, number(2)?);
        let replaced = usize::try_from(number(5)?)?;
        // The process was killed while it appended this entry, before it wrote.
        let Some((replaced, after)) = after.split_at_checked(replaced) else { break };
        match head.first() {
            Some(b'W') => writes.push(Write {
                place,
                inode,
                offset,
                length: number(3)?,
                old_size: number(4)?,
                replaced: replaced.to_vec(),
                state: State::Unsynced,
            }),
            Some(kind) => {
                let state = if *kind == b'S' { State::Synced } else { State::Lost };
                let before = |write: &&mut Write| write.inode == inode && write.place < offset;
                for write in writes.iter_mut().filter(before) {
                    if write.state == State::Unsynced {
                        write.state = state;
                    }
                }
            }
            None => break,
        }
        rest = after;
    }
    Ok(writes)
}
