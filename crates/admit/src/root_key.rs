//! The root key's file: 32 bytes that nobody but the owner may read.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use jose::seal::{Keyring, RootKey};
use zeroize::Zeroizing;

use crate::failure::Failure;

const LENGTH: usize = 32;

/// Reads the root key, or says why it cannot be used.
pub(crate) fn read(file: &Path) -> Result<RootKey, String> {
    let shown = file.display();
    let advice = format!(
        "make one with: (umask 077; head -c {LENGTH} /dev/urandom > {shown}) \
         and keep a copy of it in a safe place"
    );
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(format!("the root key file {shown} is missing; {advice}"));
        }
        Err(error) => return Err(format!("the root key file {shown} cannot be read: {error}")),
    };
    let mode = opened.metadata().map_err(|error| format!("{shown}: {error}"))?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(format!(
            "the root key file {shown} has mode {mode:04o}: others than its owner may use it; \
             mend it with: chmod 600 {shown}"
        ));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
    let limit = u64::try_from(LENGTH + 1).unwrap_or(u64::MAX);
    opened
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("the root key file {shown} cannot be read: {error}"))?;
    let found = bytes.len();
    match <[u8; LENGTH]>::try_from(bytes.as_slice()) {
        Ok(key) => Ok(RootKey::from_bytes(key)),
        Err(_) if found > LENGTH => {
            Err(format!("the root key file {shown} is longer than {LENGTH} bytes; {advice}"))
        }
        Err(_) => {
            Err(format!("the root key file {shown} has {found} bytes, not {LENGTH}; {advice}"))
        }
    }
}

/// The root key as a ring to open and seal with.
pub(crate) fn keyring(file: &Path) -> Result<Keyring, Failure> {
    let key = read(file).map_err(Failure::Said)?;
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
