//! The certificate stores of NSS, which Chromium and Firefox use on Linux.

use std::path::{Path, PathBuf};

use super::{Authority, run};
use crate::error::CommandError;

/// The store of Chromium, which this command creates if it does not exist.
const CHROMIUM: &str = ".pki/nssdb";
/// The store of Chromium in a snap.
const CHROMIUM_SNAP: &str = "snap/chromium/current/.pki/nssdb";
/// The directories of the profiles of Firefox: each profile has a store.
const FIREFOX: [&str; 4] = [
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    "Library/Application Support/Firefox/Profiles",
];
/// The file that makes a directory a store.
const STORE_FILE: &str = "cert9.db";
/// The most certificates of one name that are removed.
const REMOVED_MAX: usize = 16;

/// Returns the stores of this user, the one of Chromium first. It need not exist.
pub(super) fn stores() -> Vec<PathBuf> {
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    let profiles = FIREFOX
        .iter()
        .filter_map(|directory| std::fs::read_dir(home.join(directory)).ok())
        .flat_map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()));
    let mut found: Vec<PathBuf> = std::iter::once(home.join(CHROMIUM_SNAP))
        .chain(profiles)
        .filter(|store| store.join(STORE_FILE).exists())
        .collect();
    found.sort();
    found.insert(0, home.join(CHROMIUM));
    found
}

/// Adds the authority to every store, or removes it. An authority of the same name is replaced.
/// Returns a line for each store.
pub(super) fn change(authority: &Authority, remove: bool) -> Result<Vec<String>, CommandError> {
    stores()
        .iter()
        .map(|store| {
            let changed = change_store(store, authority, remove).map_err(|reason| {
                let store = store.display();
                CommandError::message(format!(
                    "{store} cannot be changed: {reason} (`certutil` is in the package \
                     libnss3-tools or nss-tools)"
                ))
            })?;
            Ok(format!("{changed} {}", store.display()))
        })
        .collect()
}

fn change_store(store: &Path, authority: &Authority, remove: bool) -> Result<&'static str, String> {
    let database = format!("sql:{}", store.display());
    let name = authority.name();
    let exists = store.join(STORE_FILE).exists();
    if !exists && remove {
        return Ok("not in");
    }
    if !exists {
        std::fs::create_dir_all(store).map_err(|error| error.to_string())?;
        run("certutil", &["-N", "-d", &database, "--empty-password"], &[])?;
    }
    let has = || run("certutil", &["-L", "-d", &database, "-n", &name], &[]).is_ok();
    let had = has();
    for _ in 0..REMOVED_MAX {
        if !has() {
            break;
        }
        run("certutil", &["-D", "-d", &database, "-n", &name], &[])?;
    }
    if remove {
        // Without `certutil`, nothing would be found either.
        run("certutil", &["-L", "-d", &database], &[])?;
        return Ok(if had { "removed from" } else { "not in" });
    }
    // `C`: an authority for servers, and for nothing else.
    let arguments = ["-A", "-d", &database, "-t", "C,,", "-n", &name];
    run("certutil", &arguments, authority.certificate.der())?;
    Ok("added to")
}
