//! The root key files: 32 bytes each, which only the service may read.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jose::seal::{Keyring, RootKey, SealError, key_id_text};
use zeroize::Zeroizing;

use crate::error::CommandError;
use crate::private_file;

/// The length of a root key, in bytes.
const LENGTH: usize = 32;

/// The number of earlier root keys.
pub(crate) const EARLIER_MAX: usize = 4;

/// The files of the root keys.
#[derive(Clone, Debug)]
pub(crate) struct RootKeyFiles {
    /// The file of the current key, which encrypts.
    pub(crate) current: PathBuf,
    /// The files of earlier keys, which only decrypt.
    pub(crate) earlier: Vec<PathBuf>,
}

/// The data that may have been created with the root key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Data<'a> {
    /// There are none.
    None,
    /// An existing data directory was created with it.
    Directory(&'a Path),
    /// A database may have been created with it, by this or another node.
    Database,
}

/// The reason why a root key cannot be used, and the command that fixes it, if there is one.
#[derive(Debug)]
pub(crate) struct RootKeyError {
    /// The reason, and what to do.
    pub(crate) reason: String,
    /// The command, to be pasted unchanged.
    pub(crate) command: Option<String>,
}

impl RootKeyError {
    /// Creates the error of a missing or malformed root key. It suggests a new key only if there is
    /// no data directory: existing data are encrypted with the old key.
    fn missing_or_malformed(
        found: &str,
        is_missing: bool,
        (file, data): (&Path, Data<'_>),
    ) -> Self {
        let path = file.display();
        let advice = match data {
            Data::None => "create one, and keep a backup of it in a safe place",
            Data::Database => {
                "copy the one of the other nodes, or restore it from your backup; for a new \
                 database, create one, and keep a backup of it in a safe place"
            }
            Data::Directory(data_dir) => {
                let data_dir = data_dir.display();
                let advice = format!("{data_dir} was created with it: restore it from your backup");
                return Self { reason: format!("{found}; {advice}"), command: None };
            }
        };
        let reason = format!("{found}; {advice}");
        let command = format!("(umask 077; head -c {LENGTH} /dev/urandom > {path})");
        Self { reason, command: is_missing.then_some(command) }
    }
}

impl From<String> for RootKeyError {
    fn from(reason: String) -> Self {
        Self { reason, command: None }
    }
}

impl fmt::Display for RootKeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)?;
        match &self.command {
            Some(command) => write!(formatter, ":\n  {command}"),
            None => Ok(()),
        }
    }
}

/// Reads a root key.
pub(crate) fn read(file: &Path, data: Data<'_>) -> Result<RootKey, RootKeyError> {
    let path = file.display();
    if !file.exists() {
        let found = format!("the root key file {path} is missing");
        return Err(RootKeyError::missing_or_malformed(&found, true, (file, data)));
    }
    let opened = private_file::open(file).map_err(|error| {
        let end = if error.command.is_some() { "; fix it with" } else { "" };
        let reason = format!("the root key file {}{end}", error.reason);
        RootKeyError { reason, command: error.command }
    })?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
    let limit = u64::try_from(LENGTH + 1).unwrap_or(u64::MAX);
    opened
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("the root key file {path} cannot be read: {error}"))?;
    let found = bytes.len();
    <[u8; LENGTH]>::try_from(bytes.as_slice()).map(RootKey::from_bytes).map_err(|_| {
        let size = if found > LENGTH { "more than 32".to_owned() } else { found.to_string() };
        let found = format!("the root key file {path} has {size} bytes, not {LENGTH}");
        RootKeyError::missing_or_malformed(&found, false, (file, data))
    })
}

/// Reads an earlier root key.
pub(crate) fn read_earlier(file: &Path) -> Result<RootKey, RootKeyError> {
    if file.exists() {
        // The advice to generate a key would be wrong: it would open nothing.
        return read(file, Data::None).map_err(|error| match error.command {
            Some(_) => error,
            None => RootKeyError::from(error.reason),
        });
    }
    Err(RootKeyError::from(format!(
        "the earlier root key file {} is missing: restore it from your backup, or remove it from \
         the configuration if `admit check` says so",
        file.display()
    )))
}

impl RootKeyFiles {
    /// Reads the root keys into a keyring.
    pub(crate) fn keyring(&self, data: Data<'_>) -> Result<Keyring, CommandError> {
        let message = |error: RootKeyError| CommandError::message(error.to_string());
        if self.earlier.len() > EARLIER_MAX {
            let text = format!("at most {EARLIER_MAX} earlier root keys can be named");
            return Err(CommandError::message(text));
        }
        let current = read(&self.current, data).map_err(message)?;
        let earlier = self.earlier.iter().map(|file| read_earlier(file).map_err(message));
        let earlier = earlier.collect::<Result<_, _>>()?;
        Keyring::new(current, earlier).map_err(|error| {
            CommandError::message(match error {
                SealError::SameKeyId(id) => format!(
                    "two root key files hold the same key ({}); name each key once",
                    key_id_text(id)
                ),
                error => error.to_string(),
            })
        })
    }
}

/// Creates a root key file if there is none.
pub(crate) fn create_if_missing(file: &Path) -> Result<(), CommandError> {
    let unwritable = |error| CommandError::unwritable(file, &error);
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut created = match created {
        Ok(created) => created,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(unwritable(error)),
    };
    let key = RootKey::generate().map_err(|error| CommandError::message(error.to_string()))?;
    created.write_all(key.as_bytes()).and_then(|()| created.sync_all()).map_err(unwritable)
}
