//! New files with secrets, which only their owner may read.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::CommandError;

/// A created file without content.
pub(crate) struct NewFile<'p> {
    path: &'p Path,
    file: File,
}

impl<'p> NewFile<'p> {
    /// Creates a file. An existing one is refused.
    pub(crate) fn create(path: &'p Path) -> Result<Self, CommandError> {
        let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = created.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => CommandError::message(format!(
                "{} cannot be written: it exists, and secrets go to a new file; pass another name",
                path.display()
            )),
            _ => CommandError::unwritable(path, &error),
        })?;
        Ok(Self { path, file })
    }

    /// Writes the content and syncs it to the disk.
    pub(crate) fn write(mut self, text: &str) -> Result<(), CommandError> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| {
            self.file.sync_all()?;
            let directory = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
        });
        written.map_err(|error| CommandError::unwritable(self.path, &error))
    }

    /// Removes the file without content.
    pub(crate) fn remove(self) {
        // Without content, a file that stays is harmless.
        std::fs::remove_file(self.path).unwrap_or_default();
    }
}
