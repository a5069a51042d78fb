//! The place and the size of the data of one service.

use std::path::Path;

use crate::database_servers::Database;
use crate::dataset::{Dataset, GrantIds};

/// The data of one service: keys and configuration in a directory, and the rows in files beside
/// them or in a database.
#[derive(Clone)]
pub(crate) struct Installation<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) dataset: Dataset,
    pub(crate) grant_ids: GrantIds,
    /// `None` if the data is in files.
    pub(crate) database: Option<Database>,
}

impl<'a> From<(&'a Path, Dataset)> for Installation<'a> {
    fn from((directory, dataset): (&'a Path, Dataset)) -> Self {
        Self { directory, dataset, grant_ids: GrantIds::Random, database: None }
    }
}
