//! The root key's file: 32 bytes that nobody but the owner may read.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use jose::seal::{Keyring, RootKey};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::storage;

const LENGTH: usize = 32;

/// Why a root key cannot be used, and the command that mends it, if there is one.
#[derive(Debug)]
pub(crate) struct Unusable {
    /// Why, and what to do.
    pub(crate) reason: String,
    /// To be pasted as it is.
    pub(crate) command: Option<String>,
}

impl Unusable {
    /// The advice for a key that is missing or broken. Where there are store under it, another
    /// key would be of no use.
    fn lost(found: &str, file: &Path, data: &Path, may_make: bool) -> Self {
        let shown = file.display();
        if storage::exist(data) {
            let store = data.display();
            let advice = format!("the store in {store} need it: restore it from your copy");
            return Self { reason: format!("{found}; {advice}"), command: None };
        }
        let reason = format!("{found}; make one, and keep a copy of it in a safe place");
        let command = format!("(umask 077; head -c {LENGTH} /dev/urandom > {shown})");
        Self { reason, command: may_make.then_some(command) }
    }
}

impl From<String> for Unusable {
    fn from(reason: String) -> Self {
        Self { reason, command: None }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)?;
        match &self.command {
            Some(command) => write!(formatter, ":\n  {command}"),
            None => Ok(()),
        }
    }
}

/// Reads the root key of the store in a data directory, or says why it cannot be used.
pub(crate) fn read(file: &Path, data: &Path) -> Result<RootKey, Unusable> {
    let shown = file.display();
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let found = format!("the root key file {shown} is missing");
            return Err(Unusable::lost(&found, file, data, true));
        }
        Err(error) => {
            return Err(format!("the root key file {shown} cannot be read: {error}").into());
        }
    };
    let mode = opened.metadata().map_err(|error| format!("{shown}: {error}"))?.mode() & 0o777;
    if mode & 0o077 != 0 {
        let reason = format!(
            "the root key file {shown} has mode {mode:04o}: others than its owner may use it; \
             mend it with"
        );
        return Err(Unusable { reason, command: Some(format!("chmod 600 {shown}")) });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
    let limit = u64::try_from(LENGTH + 1).unwrap_or(u64::MAX);
    opened
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("the root key file {shown} cannot be read: {error}"))?;
    let found = bytes.len();
    <[u8; LENGTH]>::try_from(bytes.as_slice()).map(RootKey::from_bytes).map_err(|_| {
        let size = if found > LENGTH { "more than 32".to_owned() } else { found.to_string() };
        let found = format!("the root key file {shown} has {size} bytes, not {LENGTH}");
        Unusable::lost(&found, file, data, false)
    })
}

/// The root key of the store in a data directory, as a ring to open and seal with.
pub(crate) fn keyring(file: &Path, data: &Path) -> Result<Keyring, Failure> {
    let key = read(file, data).map_err(|unusable| Failure::said(unusable.to_string()))?;
    Keyring::new(key, Vec::new()).map_err(|error| Failure::said(error.to_string()))
}

/// Makes a root key where there is none yet; one that exists stays.
pub(crate) fn make_if_missing(file: &Path) -> Result<(), Failure> {
    let unwritable = |error| Failure::unwritable(file, &error);
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut made = match made {
        Ok(made) => made,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(unwritable(error)),
    };
    let key = RootKey::generate().map_err(|error| Failure::said(error.to_string()))?;
    made.write_all(key.as_bytes()).and_then(|()| made.sync_all()).map_err(unwritable)
}
