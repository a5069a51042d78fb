//! `admit backup`: copies the directory and the history while the service runs.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;

use super::print;
use crate::backup_manifest::Manifest;
use crate::cli::BackupArguments;
use crate::error::CommandError;
use crate::server;
use crate::storage::StoreLocation;

/// The means of a backup of data that are not in files.
const INSTEAD: &str = "back up the database with the tools of PostgreSQL (pg_basebackup with WAL \
                       archiving, or pg_dump), and keep the root key apart";

/// Makes the backup. Only reads the data directory.
pub(super) fn run(arguments: &BackupArguments) -> Result<(), CommandError> {
    let location = StoreLocation::from_arguments(&arguments.store)?;
    let data_dir = location.data.require_directory(INSTEAD)?;
    server::runtime()?.block_on(async {
        let service = location.open_existing_read_only().await?;
        location.check_root_key(&service).await
    })?;
    let keyring = location.root_keys.keyring(location.data.for_root_key())?;
    let target = &arguments.target;
    DirBuilder::new()
        .mode(0o700)
        .create(target)
        .map_err(|error| CommandError::unwritable(target, &error))?;
    let state = store::back_up(data_dir, target)
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
