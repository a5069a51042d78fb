//! The UNIX socket of a listener.

use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;

use tokio::net::UnixListener;

use crate::error::CommandError;

/// Only the service and its group may connect.
const MODE: u32 = 0o660;

/// Binds a UNIX socket. Replaces the socket of a process that has ended, and no other file.
pub(super) fn bind(file: &Path) -> Result<UnixListener, CommandError> {
    let failed =
        |error| CommandError::message(format!("cannot listen on {}: {error}", file.display()));
    let is_socket =
        std::fs::symlink_metadata(file).is_ok_and(|found| found.file_type().is_socket());
    if is_socket {
        match UnixStream::connect(file) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                std::fs::remove_file(file).map_err(failed)?;
            }
            _ => {
                let file = file.display();
                return Err(CommandError::message(format!("{file} is in use by another process")));
            }
        }
    }
    let socket = UnixListener::bind(file).map_err(failed)?;
    std::fs::set_permissions(file, Permissions::from_mode(MODE)).map_err(failed)?;
    Ok(socket)
}
