//! The secrets of `admit dev`, which are printed at every start.
//!
//! The store contains only their digests. A file in the data directory contains them in plain text,
//! so that the developer can see them again. They protect no real data.

use std::collections::BTreeMap;
use std::path::Path;

use crate::apply::GeneratedSecret;
use crate::atomic_file;
use crate::error::CommandError;
use crate::private_file;

/// The secrets by their names in the declaration.
pub(super) type Secrets = BTreeMap<String, String>;

const FILE: &str = "dev-secrets.json";
const CLIENT_SECRETS: [&str; 3] = ["WEB_SECRET", "DAEMON_SECRET", "DEMO_APP_SECRET"];
const PASSWORDS: [&str; 3] = ["ANA_PASSWORD", "BUDI_PASSWORD", "ADMIN_PASSWORD"];

/// Loads the secrets and creates the missing ones. They are written to the disk before they are
/// used.
pub(super) fn load_or_create(data_dir: &Path) -> Result<Secrets, CommandError> {
    let file = data_dir.join(FILE);
    let mut secrets = Secrets::new();
    if file.exists() {
        let text = private_file::read_text(&file)
            .map_err(|error| CommandError::message(error.to_string()))?;
        secrets = serde_json::from_str(&text)
            .map_err(|error| CommandError::message(format!("{}: {error}", file.display())))?;
    }
    let loaded = secrets.len();
    for name in CLIENT_SECRETS {
        if !secrets.contains_key(name) {
            secrets
                .insert(name.to_owned(), GeneratedSecret::new(String::new())?.secret.to_string());
        }
    }
    for name in PASSWORDS {
        if !secrets.contains_key(name) {
            secrets.insert(
                name.to_owned(),
                GeneratedSecret::password(String::new())?.secret.to_string(),
            );
        }
    }
    if secrets.len() > loaded {
        let text = serde_json::to_string_pretty(&secrets)
            .map_err(|error| CommandError::message(error.to_string()))?;
        atomic_file::write(data_dir, FILE, 0o600, &text)?;
    }
    Ok(secrets)
}
