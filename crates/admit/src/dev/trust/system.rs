//! The certificates that a Linux system trusts.

use std::path::Path;

use super::{Authority, run};
use crate::atomic_file;
use crate::error::CommandError;

/// The directory and the command of one family of systems.
struct SystemStore {
    directory: &'static str,
    command: &'static str,
    arguments: &'static [&'static str],
    /// The arguments after a certificate was removed.
    arguments_to_remove: &'static [&'static str],
}

/// The first whose directory exists counts: Fedora, Debian, Arch, openSUSE.
const STORES: [SystemStore; 4] = [
    SystemStore {
        directory: "etc/pki/ca-trust/source/anchors",
        command: "update-ca-trust",
        arguments: &["extract"],
        arguments_to_remove: &["extract"],
    },
    SystemStore {
        directory: DEBIAN,
        command: "update-ca-certificates",
        arguments: &[],
        arguments_to_remove: &["--fresh"],
    },
    SystemStore {
        directory: "etc/ca-certificates/trust-source/anchors",
        command: "trust",
        arguments: &["extract-compat"],
        arguments_to_remove: &["extract-compat"],
    },
    SystemStore {
        directory: "usr/share/pki/trust/anchors",
        command: "update-ca-certificates",
        arguments: &[],
        arguments_to_remove: &[],
    },
];
const DEBIAN: &str = "usr/local/share/ca-certificates";

/// Adds the authority to the system below a root directory, or removes it. Returns a line to print.
pub(super) fn change(
    authority: &Authority,
    remove: bool,
    root: &Path,
) -> Result<String, CommandError> {
    let store = STORES.iter().find(|store| root.join(store.directory).is_dir());
    let Some(store) = store else {
        let known = STORES.map(|store| format!("{}", root.join(store.directory).display()));
        return Err(CommandError::message(format!(
            "this system has none of the known directories of certificates: {}; install the \
             package ca-certificates, or add {} as your system describes",
            known.join(", "),
            authority.file.display()
        )));
    };
    let directory = root.join(store.directory);
    let name = format!("admit-dev-{}.crt", authority.id);
    let file = directory.join(&name);
    let changed = if remove {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(format!("not in {}", file.display()));
            }
            removed => removed.map_err(|error| CommandError::unwritable(&file, &error)),
        }
    } else {
        atomic_file::write(&directory, &name, 0o644, &authority.certificate.pem())
    };
    changed.map_err(|error| {
        CommandError::message(format!("{}; run this command as root", error.text()))
    })?;
    let arguments = if remove { store.arguments_to_remove } else { store.arguments };
    let mut arguments: Vec<String> =
        arguments.iter().map(|&argument| argument.to_owned()).collect();
    arguments.extend(below(root, store));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run(store.command, &arguments, &[]).map_err(CommandError::message)?;
    Ok(format!("{} {}", if remove { "removed" } else { "added" }, file.display()))
}

/// Returns the arguments that make the command of Debian work below another root.
fn below(root: &Path, store: &SystemStore) -> Vec<String> {
    if root == Path::new("/") || store.directory != DEBIAN {
        return Vec::new();
    }
    let directories = [
        ("--localcertsdir", DEBIAN),
        ("--etccertsdir", "etc/ssl/certs"),
        ("--hooksdir", "etc/ca-certificates/update.d"),
    ];
    let pair = |(option, directory): (&str, &str)| {
        [option.to_owned(), root.join(directory).display().to_string()]
    };
    directories.into_iter().flat_map(pair).collect()
}
