//! The error of a command.

use std::fmt;
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::toml_document::DocumentErrors;

/// The error that ends a command with an exit status other than 0.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// A file has errors.
    Document(DocumentErrors),
    /// A message.
    Message(String),
}

impl CommandError {
    /// Creates an error from a message.
    pub(crate) fn message(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }

    /// Returns the message without the prefix `admit: `.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Document(errors) => errors.to_string(),
            Self::Message(message) => message.clone(),
        }
    }

    /// Prints the error as a warning; the command continues.
    pub(crate) fn print_warning(&self) {
        // A closed standard error leaves no place to report to.
        writeln!(std::io::stderr(), "{self}").unwrap_or_default();
    }

    /// Creates the error of a file that cannot be read.
    pub(crate) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::Message(format!("{} cannot be read: {error}{}", file.display(), remedy(error)))
    }

    /// Creates the error of a file that cannot be written.
    pub(crate) fn unwritable(file: &Path, error: &std::io::Error) -> Self {
        Self::Message(format!("{} cannot be written: {error}{}", file.display(), remedy(error)))
    }
}

/// Returns what to do about the error of a file, with a separator before it.
pub(crate) fn remedy(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "; check the path, which is relative to this directory",
        ErrorKind::PermissionDenied => {
            "; run the command as the user of the service, or change the permissions"
        }
        ErrorKind::AlreadyExists => "; move the file away, or pass another name or folder",
        ErrorKind::StorageFull => "; free space on this disk",
        ErrorKind::ReadOnlyFilesystem => "; pass a place that can be written",
        ErrorKind::IsADirectory => "; pass a file instead of a directory",
        _ => "",
    }
}

impl From<DocumentErrors> for CommandError {
    fn from(errors: DocumentErrors) -> Self {
        Self::Document(errors)
    }
}

impl From<model::Fault> for CommandError {
    fn from(fault: model::Fault) -> Self {
        Self::Message(format!("the store failed: {}", fault.cause()))
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        Self::Message(format!("output failed: {error}"))
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(errors) => errors.fmt(formatter),
            Self::Message(message) => write!(formatter, "admit: {message}"),
        }
    }
}
