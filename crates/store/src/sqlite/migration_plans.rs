//! The migrations that the files of a data directory lack.

use std::path::Path;

use super::{
    DIRECTORY_FILE, LEDGER_FILE, OpenError, files, history,
    read_only::ReadOnlyFile,
    schema::{DIRECTORY, HISTORY, LEDGER},
};
use crate::MigrationPlan;

/// Reads which migrations the files of a data directory lack. Changes nothing. A file that does not
/// exist has none.
///
/// # Errors
/// A file cannot be read, or its schema is newer than this release can use.
pub fn file_migration_plans(directory: &Path) -> Result<Vec<MigrationPlan>, OpenError> {
    files::refuse_earlier_build(directory)?;
    let components = [
        ("directory", DIRECTORY_FILE, &DIRECTORY),
        ("ledger", LEDGER_FILE, &LEDGER),
        ("history", history::FILE, &HISTORY),
    ];
    let plan = |(component, name, schema)| {
        let file = directory.join(name);
        let found = ReadOnlyFile::new(&file, schema).schema_number();
        let found = found.map_err(|error| error.into_open_error(&file))?;
        let has_step = |number| schema.has_step(number);
        Ok(MigrationPlan::new(component, found, schema.migrations, has_step))
    };
    components.into_iter().map(plan).collect()
}
