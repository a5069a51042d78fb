//! Files with secrets: keys, client secrets and passwords. Only the service may read them.

use std::{
    fmt,
    fs::{File, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::Path,
};

use zeroize::Zeroizing;

use crate::bounded_input::{InputKind, read_secret_text};
use crate::error::remedy;
use crate::shell_quote::shell_quote;

/// Bits of a mode that let the group write or execute.
const GROUP_MORE_THAN_READ: u32 = 0o030;
const OTHERS: u32 = 0o007;
const GROUP_AND_OTHERS: u32 = 0o077;
const ROOT: u32 = 0;

/// The reason why a file with a secret cannot be used, and the command that fixes it.
#[derive(Debug)]
pub(crate) struct PrivateFileError {
    /// The reason.
    pub(crate) reason: String,
    /// The command, to be pasted unchanged.
    pub(crate) command: Option<String>,
}

impl fmt::Display for PrivateFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)?;
        match &self.command {
            Some(command) => write!(formatter, "; fix it with:\n  {command}"),
            None => Ok(()),
        }
    }
}

/// Opens a file and checks who may read it.
///
/// Accepts a file of one user (mode 0600 or 0400). Accepts also a file of root that a group of this
/// process may read (0640 or 0440), as PostgreSQL does: Kubernetes mounts secrets so, and systemd
/// passes credentials so.
pub(crate) fn open(path: &Path) -> Result<File, PrivateFileError> {
    let unreadable = |error: io::Error| PrivateFileError {
        reason: format!("{} cannot be read: {error}{}", path.display(), remedy(&error)),
        command: None,
    };
    let file = File::open(path).map_err(unreadable)?;
    check(path, &file.metadata().map_err(unreadable)?)?;
    Ok(file)
}

/// Reads a text file with a secret.
pub(crate) fn read_text(path: &Path) -> Result<Zeroizing<String>, PrivateFileError> {
    read_secret_text(open(path)?, InputKind::Secret).map_err(|error| {
        let reason = format!("{} {error}", path.display());
        PrivateFileError { reason, command: None }
    })
}

/// Reads the private key of a listener. The error is the reason, with the command that fixes it.
pub(crate) fn read_key(path: &Path) -> Result<Zeroizing<String>, String> {
    read_text(path).map_err(|error| error.to_string())
}

/// The user and the groups of a process.
struct Identity {
    user: u32,
    groups: Vec<u32>,
}

impl Identity {
    fn of_this_process() -> Self {
        let own = rustix::process::getegid().as_raw();
        let more = rustix::process::getgroups().unwrap_or_default();
        let groups = std::iter::once(own).chain(more.iter().map(|group| group.as_raw()));
        Self { user: rustix::process::geteuid().as_raw(), groups: groups.collect() }
    }

    /// Returns whether the members of a group count as this process. Those of the group of root do.
    fn is_in(&self, group: u32) -> bool {
        group == ROOT || self.groups.contains(&group)
    }
}

/// Owner, group and mode of a file.
#[derive(Clone, Copy)]
struct Permissions {
    user: u32,
    group: u32,
    mode: u32,
}

fn check(path: &Path, metadata: &Metadata) -> Result<(), PrivateFileError> {
    let permissions =
        Permissions { user: metadata.uid(), group: metadata.gid(), mode: metadata.mode() & 0o777 };
    let identity = Identity::of_this_process();
    if is_private(permissions, &identity) {
        return Ok(());
    }
    Err(refuse(path, permissions, &identity))
}

fn is_private(file: Permissions, process: &Identity) -> bool {
    let is_of_group = file.user == ROOT
        && file.mode & (GROUP_MORE_THAN_READ | OTHERS) == 0
        && process.is_in(file.group);
    file.mode & GROUP_AND_OTHERS == 0 || is_of_group
}

fn refuse(path: &Path, file: Permissions, process: &Identity) -> PrivateFileError {
    let (quoted, path) = (shell_quote(&path.display().to_string()), path.display());
    let mode = file.mode;
    if file.user == ROOT && process.user != ROOT {
        let group = process.groups.first().copied().unwrap_or_default();
        return PrivateFileError {
            reason: format!(
                "{path} has mode {mode:04o}, owner root and group {}: other users may access it \
                 (in Kubernetes: defaultMode 0440 of the volume, fsGroup of the pod)",
                file.group
            ),
            command: Some(format!("sudo chgrp {group} {quoted} && sudo chmod 640 {quoted}")),
        };
    }
    PrivateFileError {
        reason: format!("{path} has mode {mode:04o}: other users may access it"),
        command: Some(format!("chmod 600 {quoted}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: u32 = 998;

    #[test]
    fn only_the_owner_or_a_group_of_root_may_read_a_secret() {
        // Checks owners, groups and modes as a service user in two groups.
        let process = Identity { user: SERVICE, groups: vec![SERVICE, 2_000] };
        let is_allowed =
            |user, group, mode| is_private(Permissions { user, group, mode }, &process);
        for (user, group, mode) in [
            (SERVICE, SERVICE, 0o400),
            (SERVICE, SERVICE, 0o600),
            // Kubernetes with fsGroup 2000; an administrator with the group of the service.
            (ROOT, 2_000, 0o440),
            (ROOT, SERVICE, 0o640),
            // Credentials of systemd: the mask of an ACL shows as permission of the group of root.
            (ROOT, ROOT, 0o440),
        ] {
            assert!(is_allowed(user, group, mode), "{user} {group} {mode:o}");
        }
        for (user, group, mode) in [
            (SERVICE, SERVICE, 0o644),
            (SERVICE, SERVICE, 0o640),
            (SERVICE, SERVICE, 0o604),
            (ROOT, 2_000, 0o444),
            (ROOT, 2_000, 0o660),
            (ROOT, 2_000, 0o450),
            (ROOT, 3_000, 0o440),
            (1_000, 2_000, 0o440),
        ] {
            assert!(!is_allowed(user, group, mode), "{user} {group} {mode:o}");
        }
    }

    #[test]
    fn a_refused_file_names_the_command_that_fixes_it() {
        // Refuses a file of the service, and one of root that Kubernetes mounted for all.
        let process = Identity { user: SERVICE, groups: vec![2_000] };
        let refused = |user| {
            let file = Permissions { user, group: 0, mode: 0o644 };
            refuse(Path::new("/etc/admit/root.key"), file, &process).to_string()
        };
        assert!(refused(SERVICE).ends_with("fix it with:\n  chmod 600 /etc/admit/root.key"));
        let of_root = refused(ROOT);
        assert!(of_root.contains("defaultMode 0440"), "{of_root}");
        assert!(of_root.contains("sudo chgrp 2000 /etc/admit/root.key && sudo chmod 640"));
        let file = Permissions { user: SERVICE, group: 0, mode: 0o644 };
        let refused = refuse(Path::new("/etc/my keys/root.key; id"), file, &process);
        assert_eq!(refused.command.as_deref(), Some("chmod 600 '/etc/my keys/root.key; id'"));
    }
}
