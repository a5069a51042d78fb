//! Why a command ended without doing what it was asked to.

use std::fmt;
use std::io::Write;
use std::path::Path;

use crate::document::Refused;

/// What a command says before it ends with a status other than 0.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file was refused.
    Refused(Refused),
    /// A sentence.
    Said(String),
}

impl Failure {
    /// A sentence.
    pub(crate) fn said(sentence: impl Into<String>) -> Self {
        Self::Said(sentence.into())
    }

    /// What it says, without saying whose sentence it is.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Refused(refused) => refused.to_string(),
            Self::Said(sentence) => sentence.clone(),
        }
    }

    /// Says it where it keeps nobody from going on.
    pub(crate) fn warn(&self) {
        // Where nobody can be told, nobody waits to be.
        writeln!(std::io::stderr(), "{self}").unwrap_or_default();
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::Said(format!("{} cannot be read: {error}", file.display()))
    }

    /// A file that cannot be written.
    pub(crate) fn unwritable(file: &Path, error: &std::io::Error) -> Self {
        Self::Said(format!("{} cannot be written: {error}", file.display()))
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<model::Fault> for Failure {
    fn from(fault: model::Fault) -> Self {
        Self::Said(format!("the store failed: {}", fault.cause()))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Said(format!("output failed: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(formatter),
            Self::Said(sentence) => write!(formatter, "admit: {sentence}"),
        }
    }
}
