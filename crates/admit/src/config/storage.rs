//! The options of the configuration file that say where the data are.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{Postgres, path};
use crate::toml_document::{Problem, Spanned, TableReader};

/// The location of the data: exactly one of these two options is set.
#[derive(Debug)]
pub(crate) struct StorageOptions {
    /// The data directory, which holds the databases of SQLite. It is created if it does not exist,
    /// readable by its owner only. It must be on a local disk, and one process serves it.
    ///
    /// Example: `data_dir = "/var/lib/admit"`
    pub(crate) data_dir: Option<Spanned<PathBuf>>,
    /// A database server in place of a data directory, in the table `[store.postgres]`. Several
    /// nodes can share it.
    pub(crate) store: Option<Postgres>,
}

/// The location of the data that a configuration names.
#[derive(Debug)]
pub(crate) enum Storage {
    /// Databases of SQLite in a data directory.
    Files(Spanned<PathBuf>),
    /// Databases on PostgreSQL.
    Postgres(Box<Postgres>),
}

impl Storage {
    /// Returns the position of the option that names the data directory or the database.
    pub(crate) fn span(&self) -> Range<usize> {
        match self {
            Self::Files(data_dir) => data_dir.span.clone(),
            Self::Postgres(postgres) => postgres.url.span.clone(),
        }
    }

    pub(super) fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        match StorageOptions::read(reader, directory) {
            StorageOptions { data_dir: Some(data_dir), store: Some(_) } => {
                let message = "`data_dir` and `[store.postgres]` are both set";
                let problem = Problem::new(data_dir.span, message, "the data are in one of them");
                reader.problems().add(problem.allowed(
                    "remove `data_dir` to use PostgreSQL, or `[store.postgres]` to use files",
                ));
                None
            }
            StorageOptions { data_dir: Some(data_dir), store: None } => Some(Self::Files(data_dir)),
            StorageOptions { data_dir: None, store } => Some(Self::Postgres(Box::new(store?))),
        }
    }
}

impl StorageOptions {
    fn read(reader: &mut TableReader<'_>, directory: &Path) -> Self {
        let has_store = reader.has("store");
        let store = reader.optional_table("store", |reader| {
            if !reader.has("postgres") {
                reader.missing("postgres", "expected the table [store.postgres] with a `url`");
            }
            reader.optional_table("postgres", |reader| Postgres::read(reader, directory))
        });
        let data_dir =
            if has_store { reader.optional("data_dir") } else { reader.required("data_dir") };
        Self { data_dir: path(data_dir, directory), store }
    }
}
