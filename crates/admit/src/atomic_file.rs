//! Files that are replaced atomically.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::CommandError;

/// Writes a file of a directory and syncs it to the disk. A reader finds the old file or the new
/// one, never a part.
pub(crate) fn write(
    directory: &Path,
    name: &str,
    mode: u32,
    text: &str,
) -> Result<(), CommandError> {
    let file = directory.join(name);
    let new = directory.join(format!(".{name}.new"));
    let created = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&new);
    created
        .and_then(|mut created| {
            created.write_all(text.as_bytes())?;
            created.sync_all()
        })
        .and_then(|()| std::fs::rename(&new, &file))
        .map_err(|error| CommandError::unwritable(&file, &error))
}
