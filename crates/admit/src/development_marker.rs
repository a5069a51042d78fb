//! The marker of a data directory that `admit dev` created. Such a directory has looser rules,
//! which must never reach production: `admit serve` refuses it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::atomic_file;
use crate::bounded_input::{InputError, InputKind, read_text_file};
use crate::cli::DEV_DATA;
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
    /// The origin of the last start. Commands print addresses with it. `None` before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    /// The URL of the database that has the data. `None` if they are in the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    database: Option<String>,
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
        if marker.origin.as_deref().is_some_and(|origin| !is_origin_of_dev(origin)) {
            let file = file.display();
            return Err(CommandError::message(format!(
                "{file}: `origin` is not like `https://localhost:8443`"
            )));
        }
        Ok(Some(marker))
    }

    /// Returns the data directory that `admit dev` created in this directory.
    pub(crate) fn data_dir_here() -> Result<PathBuf, CommandError> {
        let data_dir = PathBuf::from(DEV_DATA);
        if Self::read(&data_dir)?.is_some() {
            return Ok(data_dir);
        }
        Err(CommandError::message(
            "there is neither admit.toml nor the data of `admit dev` here; pass --config FILE or \
             --data DIR",
        ))
    }

    /// Reads the marker of a data directory of `admit dev`, and creates it if the directory is new.
    /// Refuses a directory that has data without a marker: `admit serve` or `admit apply` created
    /// them.
    pub(crate) fn read_or_create(data_dir: &Path, has_data: bool) -> Result<Self, CommandError> {
        if let Some(marker) = Self::read(data_dir)? {
            return Ok(marker);
        }
        let is_earlier_build = data_dir.join(SECRETS_FILE).exists();
        if !is_earlier_build && !has_data && !is_empty(data_dir)? {
            return Err(CommandError::message(format!(
                "{0} has files that `admit dev` did not create: it would put secrets and a \
                 .gitignore among them; pass an empty or a new directory with --data DIR, such as \
                 {0}/admit-data",
                data_dir.display()
            )));
        }
        if has_data && !is_earlier_build {
            return Err(CommandError::message(format!(
                "{} has data that `admit dev` did not create: it would weaken them; pass another \
                 directory with --data DIR",
                data_dir.display()
            )));
        }
        let id = random::bytes::<4>()?.map(|byte| format!("{byte:02x}")).concat();
        let marker = Self { id, origin: None, database: None, note: NOTE.to_owned() };
        marker.write(data_dir)?;
        Ok(marker)
    }

    /// Stores the origin of this start.
    pub(crate) fn set_origin(&mut self, data_dir: &Path, origin: &str) -> Result<(), CommandError> {
        if self.origin.as_deref() == Some(origin) {
            return Ok(());
        }
        self.origin = Some(origin.to_owned());
        self.write(data_dir)
    }

    /// Stores the URL of the database that a start names. Without one, the data stay where they
    /// are.
    pub(crate) fn set_database(
        &mut self,
        data_dir: &Path,
        database: Option<&str>,
        has_data: bool,
    ) -> Result<(), CommandError> {
        let Some(database) = database.filter(|name| self.database.as_deref() != Some(name)) else {
            return Ok(());
        };
        if self.database.is_some() || has_data {
            return Err(CommandError::message(format!(
                "the data of {} are elsewhere; pass another directory with --data DIR",
                data_dir.display()
            )));
        }
        self.database = Some(database.to_owned());
        self.write(data_dir)
    }

    /// Returns the URL of the database that has the data, if they are not in the directory.
    pub(crate) fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// Returns the origin of the last start of `admit dev`.
    pub(crate) fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    fn write(&self, data_dir: &Path) -> Result<(), CommandError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| CommandError::message(error.to_string()))?;
        atomic_file::write(data_dir, FILE, 0o600, &(text + "\n"))
    }

    /// Refuses a data directory of `admit dev`: its secrets are printed, and its clients take any
    /// loopback redirect URI.
    pub(crate) fn refuse(data_dir: &Path) -> Result<(), CommandError> {
        // A marker that cannot be read is a marker.
        let is_unmarked = Self::read(data_dir).is_ok_and(|marker| marker.is_none());
        if is_unmarked && !data_dir.join(SECRETS_FILE).exists() {
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

/// Returns whether a text is an origin at which `admit dev` can serve.
fn is_origin_of_dev(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix("localhost")) else { return false };
    rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
}
/// Returns whether a directory has no entry.
fn is_empty(dir: &Path) -> Result<bool, CommandError> {
    let mut entries =
        std::fs::read_dir(dir).map_err(|error| CommandError::unreadable(dir, &error))?;
    Ok(entries.next().is_none())
}
