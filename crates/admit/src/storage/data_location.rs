//! The location of the data of a store.

use std::path::{Path, PathBuf};

use crate::config::{Config, Postgres, Storage};
use crate::development_marker::DevelopmentMarker;
use crate::error::CommandError;
use crate::root_key::Data;
use crate::storage::exists;

/// The location of the data of a store.
#[derive(Clone, Debug)]
pub(crate) enum DataLocation {
    /// Databases of SQLite in a data directory.
    Files(PathBuf),
    /// Databases on PostgreSQL.
    Postgres(Box<Postgres>),
}

impl DataLocation {
    /// Returns the location that a configuration names.
    pub(crate) fn from_config(config: &Config) -> Self {
        match &config.storage {
            Storage::Files(data_dir) => Self::Files(data_dir.value.clone()),
            Storage::Postgres(postgres) => Self::Postgres(postgres.clone()),
        }
    }

    /// Returns the location of the data of `admit dev`.
    pub(crate) fn of_development(
        marker: &DevelopmentMarker,
        data_dir: &Path,
    ) -> Result<Self, CommandError> {
        let Some(database) = marker.database() else { return Ok(Self::Files(data_dir.to_owned())) };
        let postgres = Postgres::for_development(database).map_err(CommandError::message)?;
        Ok(Self::Postgres(Box::new(postgres)))
    }

    /// Returns the data directory, if the data are in one.
    pub(crate) fn directory(&self) -> Option<&Path> {
        match self {
            Self::Files(data_dir) => Some(data_dir),
            Self::Postgres(_) => None,
        }
    }

    /// Returns the data directory of a command that works on files only.
    ///
    /// # Errors
    /// The data are on PostgreSQL. The message ends with what to use instead.
    pub(crate) fn require_directory(&self, instead: &str) -> Result<&Path, CommandError> {
        self.directory().ok_or_else(|| {
            let name = self.name();
            CommandError::message(format!("the data are in {name}, not in files: {instead}"))
        })
    }

    /// Returns the name for messages: the path of the data directory, or the database.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Files(data_dir) => data_dir.display().to_string(),
            Self::Postgres(postgres) => format!("the database {}", postgres.name()),
        }
    }

    /// Returns what is known about data that exist, for the message about a missing root key.
    pub(crate) fn for_root_key(&self) -> Data<'_> {
        match self {
            Self::Files(data_dir) if exists(data_dir) => Data::Directory(data_dir),
            Self::Files(_) => Data::None,
            Self::Postgres(_) => Data::Database,
        }
    }
}
