//! `admit restore`: restores a backup into an empty data directory, or accepts an older directory.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use catalogue::Language;
use diagnostics::explanation::describe_event;
use model::{ChangeEvent, ClientCredential, Fault, Timestamp, User, parse_rfc3339};
use service::{Service, undone_since};
use store::{OpenError, SqliteHistory, SqliteStore};

use super::print;
use crate::backup_manifest::{BackupFile, Manifest};
use crate::cli::RestoreArguments;
use crate::data_lock::DataLock;
use crate::error::CommandError;
use crate::root_key::Data;
use crate::server;
use crate::storage::{DataLocation, ROOT_KEY_FILE, StoreLocation};

/// The means of a restore of data that are not in files.
const INSTEAD: &str = "restore the database with the tools of PostgreSQL; if it is then older than \
                       its ledger, accept it with `admit restore` without a backup";

/// Maximum number of users of a tenant that are read.
const USERS_MAX: u32 = 100_000;
/// Maximum number of listed things of each kind.
const LISTED_MAX: usize = 200;

/// Restores the backup, or accepts the directory.
pub(super) fn run(arguments: &RestoreArguments) -> Result<(), CommandError> {
    let location = StoreLocation::from_arguments(&arguments.store)?;
    let Some(backup) = &arguments.backup else { return accept_in_place(&location) };
    let data_dir = location.data.require_directory(INSTEAD)?;
    let keyring = location.root_keys.keyring(Data::None)?;
    let manifest = Manifest::verify(backup, &keyring)?;
    check_schemas(backup)?;
    check_empty(data_dir)?;
    copy(backup, data_dir, &manifest)?;
    let _lock = DataLock::acquire(data_dir)?;
    let since = parse_rfc3339(&manifest.created_at).unwrap_or_default();
    server::runtime()?.block_on(async {
        let service = location.open_existing().await?;
        location.check_root_key(&service).await?;
        let undone = match &arguments.earlier {
            Some(earlier) => Some(undone_since(&open_history(earlier)?, since).await?),
            None => None,
        };
        accept(&service, (since, undone)).await
    })
}

/// Accepts a directory whose ledger knows a newer one.
fn accept_in_place(location: &StoreLocation) -> Result<(), CommandError> {
    // Opening migrates the store, which another process may serve.
    let _lock = location.data.directory().map(DataLock::acquire_if_exists).transpose()?;
    server::runtime()?.block_on(async {
        let service = location.open_existing().await?;
        location.check_root_key(&service).await?;
        let seen = service.store.directory_state().await?.ledger.map(|ledger| ledger.seen_at);
        if service.connect_ledger().await?.is_ok() {
            return Err(CommandError::message(format!(
                "the directory in {} is the newest one that the ledger knows; {}",
                location.data.name(),
                match location.data {
                    DataLocation::Files(_) => {
                        "to restore a backup, name it: `admit restore BACKUP`"
                    }
                    DataLocation::Postgres(_) => {
                        "if the ledger was restored as well, run `admit revoke --tenant NAME \
                         --yes` and `admit key rotate --tenant NAME --now --revoke-old` for every \
                         tenant; nothing was changed"
                    }
                }
            )));
        }
        let since = seen.unwrap_or_default();
        let undone = undone_since(&*service.history, since).await?;
        accept(&service, (since, Some(undone))).await
    })
}

async fn accept(
    service: &Service,
    (since, undone): (Timestamp, Option<Vec<ChangeEvent>>),
) -> Result<(), CommandError> {
    service.accept_restored_directory().await?;
    let mut text = format!(
        "The directory is that of {}. Every session has ended, every grant and token is revoked, \
         and every tenant has new signing keys: all users sign in again.\n",
        model::format_utc(since)
    );
    text += &describe_undone(undone.as_deref());
    text += &inventory(service).await?;
    print(&text)
}

/// Describes what was removed or changed since, and is valid again.
fn describe_undone(undone: Option<&[ChangeEvent]>) -> String {
    let Some(undone) = undone else {
        return "What was removed or changed since the backup is as it was. Pass --earlier with the \
                earlier data directory to list it from its history.\n"
            .to_owned();
    };
    let mut lines =
        vec![format!("The history names {} changes since that are undone:", undone.len())];
    lines.extend(undone.iter().take(LISTED_MAX).map(|event| {
        let time = model::format_utc(event.at);
        format!("  {time} {}", describe_event(event, Language::ENGLISH))
    }));
    if undone.len() > LISTED_MAX {
        lines.push(format!("  and {} more", undone.len() - LISTED_MAX));
    }
    lines.join("\n") + "\n"
}

/// Lists what can sign in: check whether each should still be valid.
async fn inventory(service: &Service) -> Result<String, Fault> {
    let mut lines = vec!["What can sign in again; remove what should not:".to_owned()];
    for tenant in service.store.tenants().await? {
        let users = service.store.users(tenant.id, USERS_MAX).await?;
        let enabled = users.iter().filter(|user| user.enabled).count();
        let is_cut = users.len() >= usize::try_from(USERS_MAX).unwrap_or(usize::MAX);
        let at_least = if is_cut { "at least " } else { "" };
        let is_administrator = |user: &&User| user.enabled && user.administrator;
        let administrators = users.iter().filter(is_administrator);
        let administrators: Vec<&str> =
            administrators.take(LISTED_MAX).map(|user| user.username.as_str()).collect();
        lines.push(format!(
            "  tenant {}: {at_least}{enabled} enabled users with their passwords; \
             administrators: {}",
            tenant.name,
            if administrators.is_empty() { "none".to_owned() } else { administrators.join(", ") },
        ));
        for client in service.store.clients(tenant.id).await? {
            let credentials = client.credentials.iter().map(credential);
            let credentials: Vec<String> = credentials.take(LISTED_MAX).collect();
            if client.enabled && !credentials.is_empty() {
                let (name, id) = (&client.name, &client.id);
                lines.push(format!("  app {name} ({id}): {}", credentials.join(", ")));
            }
        }
    }
    Ok(lines.join("\n") + "\n")
}

fn credential(credential: &ClientCredential) -> String {
    match credential {
        ClientCredential::Secret { id, .. } => format!("secret {id}"),
        ClientCredential::PublicKey { id, .. } => format!("key {id}"),
    }
}

fn open_history(data_dir: &Path) -> Result<SqliteHistory, CommandError> {
    SqliteHistory::open_read_only(data_dir).map_err(|error| {
        CommandError::message(format!("the earlier history cannot be read: {error}"))
    })
}

/// Refuses a backup of a newer schema.
fn check_schemas(backup: &Path) -> Result<(), CommandError> {
    let store = SqliteStore::open_read_only(backup).map(drop);
    let history = SqliteHistory::open_read_only(backup).map(drop);
    for opened in [store, history] {
        match opened {
            // An older one is migrated when it is opened.
            Ok(()) | Err(OpenError::TooOld { .. }) => {}
            Err(error) => {
                return Err(CommandError::message(format!("the backup cannot be read: {error}")));
            }
        }
    }
    Ok(())
}

/// Refuses a target with other files than a root key.
fn check_empty(data_dir: &Path) -> Result<(), CommandError> {
    let entries = match std::fs::read_dir(data_dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(CommandError::unreadable(data_dir, &error)),
    };
    for entry in entries {
        let name = entry?.file_name();
        if name != ROOT_KEY_FILE {
            return Err(CommandError::message(format!(
                "{} is not empty: it contains {}; restore into an empty data directory",
                data_dir.display(),
                name.display()
            )));
        }
    }
    Ok(())
}

/// Copies the files, and compares each copy with the manifest before it gets its name.
fn copy(backup: &Path, data_dir: &Path, manifest: &Manifest) -> Result<(), CommandError> {
    let unwritable = |error: std::io::Error| CommandError::unwritable(data_dir, &error);
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(unwritable)?;
    for described in &manifest.files {
        let new = data_dir.join(format!(".{}.new", described.name));
        let options = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new);
        let mut file = options.map_err(unwritable)?;
        let copied = BackupFile::copy(backup, &described.name, &mut file)?;
        file.sync_all().map_err(unwritable)?;
        if copied != *described {
            std::fs::remove_file(&new).unwrap_or_default();
            return Err(CommandError::message("the backup changed while it was restored"));
        }
        std::fs::rename(&new, data_dir.join(&described.name)).map_err(unwritable)?;
    }
    File::open(data_dir).and_then(|opened| opened.sync_all()).map_err(unwritable)
}
