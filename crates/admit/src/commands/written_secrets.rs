//! Generated secrets on their way to the administrator: to a new file, or to the terminal.

use std::fmt::Write as _;
use std::path::Path;

use zeroize::Zeroizing;

use super::print;
use crate::apply::GeneratedSecret;
use crate::error::CommandError;
use crate::new_file::NewFile;

/// Generated secrets that are in their file, or will be printed.
///
/// The file is written before the change: if it cannot be written, nothing is changed. The terminal
/// shows secrets after the change, because a secret that is not in use must not be passed on.
#[must_use]
pub(super) struct WrittenSecrets<'a> {
    secrets: &'a [GeneratedSecret],
    file: Option<&'a Path>,
}

impl<'a> WrittenSecrets<'a> {
    /// Writes secrets to a new file, if one is named and there are any.
    pub(super) fn write(
        secrets: &'a [GeneratedSecret],
        file: Option<&'a Path>,
    ) -> Result<Self, CommandError> {
        if let Some(file) = file.filter(|_| !secrets.is_empty()) {
            NewFile::create(file)?.write(&listed(secrets))?;
        }
        Ok(Self { secrets, file })
    }

    /// Names the file, or prints the secrets: they are in use, or may be.
    pub(super) fn show(&self) -> Result<(), CommandError> {
        match self.file {
            _ if self.secrets.is_empty() => Ok(()),
            Some(file) => print(&format!("\nThe generated secrets are in {}\n", file.display())),
            None => {
                print("\nGenerated secrets. They are shown only this once:\n")?;
                print(&listed(self.secrets))
            }
        }
    }

    /// Removes the file: nothing was changed, and the secrets are not in use.
    pub(super) fn discard(&self) {
        if let Some(file) = self.file.filter(|_| !self.secrets.is_empty()) {
            // The next run refuses to replace a file that stays.
            std::fs::remove_file(file).unwrap_or_default();
        }
    }
}

/// Returns a line for each secret, with its owner.
fn listed(secrets: &[GeneratedSecret]) -> Zeroizing<String> {
    // Full capacity at once, so that no reallocation leaves a copy of a secret in memory.
    let length =
        secrets.iter().map(|generated| generated.owner.len() + generated.secret.len() + 8).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for generated in secrets {
        // Writing to a String cannot fail.
        writeln!(text, "  {}: {}", generated.owner, *generated.secret).unwrap_or_default();
    }
    text
}
