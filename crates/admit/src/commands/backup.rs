//! `admit backup`: copies the directory and the history while the service runs.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;

use super::print;
use crate::backup_manifest::Manifest;
use crate::cli::BackupArguments;
use crate::error::CommandError;
use crate::server;
use crate::storage::{StoreLocation, existing};

/// Makes the backup. Only reads the data directory.
pub(super) fn run(arguments: &BackupArguments) -> Result<(), CommandError> {
    let location = StoreLocation::from_arguments(&arguments.store)?;
    let service = location.open_existing_read_only()?;
    server::runtime()?.block_on(location.check_root_key(&service))?;
    drop(service);
    let keyring = location.root_keys.keyring(existing(&location.data_dir))?;
    let target = &arguments.target;
    DirBuilder::new()
        .mode(0o700)
        .create(target)
        .map_err(|error| CommandError::unwritable(target, &error))?;
    let state = store::back_up(&location.data_dir, target)
        .map_err(|error| CommandError::message(format!("the backup failed: {error}")))?;
    let manifest = Manifest::describe(target, &state)?;
    let files: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    let text = format!(
        "{}: {} of {}, generation {}. The root key {} is not part of it: keep it apart\n",
        target.display(),
        files.join(" and "),
        manifest.created_at,
        manifest.generation,
        location.root_keys.current.display(),
    );
    manifest.write(target, &keyring)?;
    print(&text)
}
