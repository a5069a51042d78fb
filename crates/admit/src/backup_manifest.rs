//! The manifest of a backup: what it contains, sealed with the root key.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use jose::digest::sha256;
use jose::seal::{Keyring, OpenError, Purpose, Sealer, key_id_text};
use model::DirectoryState;
use serde::{Deserialize, Serialize};
use store::BACKUP_FILES;

use crate::error::CommandError;

/// The file of the manifest.
const FILE: &str = "manifest.json";
/// The format of a backup that this Admit writes, and the newest one that it reads.
const FORMAT: u32 = 1;
/// The longest manifest, in bytes.
const BYTES_MAX: u64 = 64 * 1024;
/// The part of a file that is read at once, in bytes.
const BLOCK: usize = 1 << 20;

/// The description of a backup.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The format.
    format: u32,
    /// The version of Admit that made the backup.
    admit: String,
    /// When the backup was made (RFC 3339).
    pub(crate) created_at: String,
    /// The generation of the directory.
    pub(crate) generation: u64,
    /// The id of the ledger that the directory knows.
    ledger: Option<String>,
    /// The files.
    pub(crate) files: Vec<BackupFile>,
    /// The SHA-256 digest of the other members, sealed with the root key.
    #[serde(default)]
    seal: String,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BackupFile {
    /// The name.
    pub(crate) name: String,
    /// The length.
    bytes: u64,
    /// The SHA-256 digest, in hexadecimal.
    sha256: String,
}

impl Manifest {
    /// Describes the files that a backup has copied.
    pub(crate) fn describe(directory: &Path, state: &DirectoryState) -> Result<Self, CommandError> {
        let existing = BACKUP_FILES.iter().filter(|name| directory.join(name).exists());
        let files: Result<_, _> = existing.map(|name| BackupFile::of(directory, name)).collect();
        Ok(Self {
            format: FORMAT,
            admit: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: model::format_rfc3339_seconds(service::now()),
            generation: state.generation,
            ledger: state.ledger.map(|ledger| ledger.identity.id.to_string()),
            files: files?,
            seal: String::new(),
        })
    }

    /// Seals the manifest and writes it.
    pub(crate) fn write(mut self, directory: &Path, keyring: &Keyring) -> Result<(), CommandError> {
        let sealed = sealer(keyring)?.seal(&self.digest()?);
        self.seal = sealed.map_err(|error| CommandError::message(error.to_string()))?;
        let text = serde_json::to_string_pretty(&self)
            .map_err(|error| CommandError::message(error.to_string()))?;
        let file = directory.join(FILE);
        let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file);
        created
            .and_then(|mut created| {
                created.write_all(text.as_bytes())?;
                created.write_all(b"\n")?;
                created.sync_all()
            })
            .and_then(|()| File::open(directory)?.sync_all())
            .map_err(|error| CommandError::unwritable(&file, &error))
    }

    /// Reads the manifest of a backup, and checks it and every file. Changes nothing.
    pub(crate) fn verify(directory: &Path, keyring: &Keyring) -> Result<Self, CommandError> {
        let file = directory.join(FILE);
        let refused = |reason: &str| {
            CommandError::message(format!("{} is no backup: {FILE} {reason}", directory.display()))
        };
        let mut text = String::new();
        let read = File::open(&file)
            .and_then(|opened| opened.take(BYTES_MAX + 1).read_to_string(&mut text));
        read.map_err(|error| CommandError::unreadable(&file, &error))?;
        let manifest: Self =
            serde_json::from_str(&text).map_err(|_| refused("is incomplete or malformed"))?;
        if manifest.format > FORMAT {
            let version = manifest.admit.chars().filter(char::is_ascii_graphic);
            let version: String = version.take(40).collect();
            return Err(CommandError::message(format!(
                "{} was made by Admit {version}, in a newer format than this Admit reads",
                directory.display()
            )));
        }
        let sealed =
            sealer(keyring)?.open(&manifest.seal).map_err(|error| not_opened(&file, error))?;
        if sealed != manifest.digest()? {
            return Err(refused("was changed after the backup was made"));
        }
        let is_known = |file: &BackupFile| BACKUP_FILES.contains(&&*file.name);
        let names_directory = manifest.files.iter().any(|file| file.name == BACKUP_FILES[0]);
        if !names_directory || !manifest.files.iter().all(is_known) {
            return Err(refused("names other files than those of a backup"));
        }
        for described in &manifest.files {
            if BackupFile::of(directory, &described.name)? != *described {
                return Err(CommandError::message(format!(
                    "{} is damaged or incomplete: it is not the file of the backup",
                    directory.join(&described.name).display()
                )));
            }
        }
        Ok(manifest)
    }

    fn digest(&self) -> Result<[u8; 32], CommandError> {
        let Self { format, admit, created_at, generation, ledger, files, seal: _ } = self;
        let members = (format, admit, created_at, generation, ledger, files);
        let members = serde_json::to_vec(&members);
        members
            .map(|members| sha256(&members))
            .map_err(|error| CommandError::message(error.to_string()))
    }
}

impl BackupFile {
    fn of(directory: &Path, name: &str) -> Result<Self, CommandError> {
        let mut nowhere = std::io::sink();
        Self::copy(directory, name, &mut nowhere)
    }

    /// Copies a file of a directory, and describes what was copied.
    pub(crate) fn copy(
        directory: &Path,
        name: &str,
        to: &mut dyn Write,
    ) -> Result<Self, CommandError> {
        let path = directory.join(name);
        let unreadable = |error: std::io::Error| CommandError::unreadable(&path, &error);
        let mut file = File::open(&path).map_err(unreadable)?;
        let (mut context, mut bytes) = (Context::new(&SHA256), 0_u64);
        let mut block = vec![0; BLOCK];
        loop {
            let length = file.read(&mut block).map_err(unreadable)?;
            let Some(read @ [_, ..]) = block.get(..length) else { break };
            context.update(read);
            to.write_all(read)?;
            bytes += u64::try_from(length).unwrap_or_default();
        }
        let digest = context.finish();
        let digits: Vec<String> = digest.as_ref().iter().map(|it| format!("{it:02x}")).collect();
        Ok(Self { name: name.to_owned(), bytes, sha256: digits.concat() })
    }
}

/// Creates the error of a manifest whose seal cannot be opened.
fn not_opened(file: &Path, error: OpenError) -> CommandError {
    let file = file.display();
    CommandError::message(match error {
        OpenError::OtherKey(id) => format!(
            "no root key opens {file}: the backup was made with another root key ({}); name its \
             file in `earlier_root_key_files`",
            key_id_text(id)
        ),
        OpenError::Malformed | OpenError::NotAuthentic => {
            format!("the root key does not open {file}: the manifest was changed")
        }
    })
}

/// Creates the sealer of manifests. The seal shows that manifest and root key belong together.
fn sealer(keyring: &Keyring) -> Result<Sealer, CommandError> {
    let sealer = keyring.sealer([0; 16], Purpose::BackupManifest);
    sealer.map_err(|error| CommandError::message(error.to_string()))
}
