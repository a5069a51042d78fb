//! The marker of a data directory that `admit dev` created. Such a directory has looser rules,
//! which must never reach production: `admit serve` refuses it.

use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::atomic_file;
use crate::bounded_input::{InputError, InputKind, read_text_file};
use crate::error::CommandError;
use crate::random;

const FILE: &str = "development.json";
/// The file that earlier builds of `admit dev` created, without a marker.
const SECRETS_FILE: &str = "dev-secrets.json";
const NOTE: &str = "created by `admit dev`; `admit serve` refuses this directory";

/// The marker of a data directory.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DevelopmentMarker {
    /// The random id of the directory: 8 hexadecimal digits. The certificate authority of the
    /// directory is named by it.
    pub(crate) id: String,
    note: String,
}

impl DevelopmentMarker {
    /// Reads the marker of a data directory. Returns `None` if `admit dev` did not create the
    /// directory.
    pub(crate) fn read(data_dir: &Path) -> Result<Option<Self>, CommandError> {
        let file = data_dir.join(FILE);
        let text = match read_text_file(&file, InputKind::State) {
            Ok(text) => text,
            Err(InputError::Unreadable(error)) if error.kind() == ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(error.of_file(&file)),
        };
        let marker: Self = serde_json::from_str(&text)
            .map_err(|error| CommandError::message(format!("{}: {error}", file.display())))?;
        let is_id = marker.id.len() == 8 && marker.id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id {
            let file = file.display();
            return Err(CommandError::message(format!("{file}: `id` has not 8 hex digits")));
        }
        Ok(Some(marker))
    }

    /// Reads the marker of a data directory of `admit dev`, and creates it if the directory is new.
    /// Refuses a directory that has data without a marker: `admit serve` or `admit apply` created
    /// them.
    pub(crate) fn read_or_create(data_dir: &Path, has_data: bool) -> Result<Self, CommandError> {
        if let Some(marker) = Self::read(data_dir)? {
            return Ok(marker);
        }
        if has_data && !data_dir.join(SECRETS_FILE).exists() {
            return Err(CommandError::message(format!(
                "{} has data that `admit dev` did not create: it would weaken them; pass another \
                 directory with --data DIR",
                data_dir.display()
            )));
        }
        let id = random::bytes::<4>()?.map(|byte| format!("{byte:02x}")).concat();
        let marker = Self { id, note: NOTE.to_owned() };
        let text = serde_json::to_string_pretty(&marker)
            .map_err(|error| CommandError::message(error.to_string()))?;
        atomic_file::write(data_dir, FILE, 0o600, &(text + "\n"))?;
        Ok(marker)
    }

    /// Refuses a data directory of `admit dev`: its secrets are printed, and its clients take any
    /// loopback redirect URI.
    pub(crate) fn refuse(data_dir: &Path) -> Result<(), CommandError> {
        // A marker that cannot be read is a marker.
        let is_marked = Self::read(data_dir).is_ok_and(|marker| marker.is_none());
        if is_marked && !data_dir.join(SECRETS_FILE).exists() {
            return Ok(());
        }
        Err(CommandError::message(format!(
            "{} was created by `admit dev`: its passwords and secrets are on a page, and its \
             clients take any redirect URI of this machine; use another `data_dir`, and declare \
             what you need with `admit apply`",
            data_dir.display()
        )))
    }
}
