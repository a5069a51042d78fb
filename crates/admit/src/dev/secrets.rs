//! The secrets of the development directory, which are printed at every start.
//!
//! The store keep secrets as digests, as everywhere. Here they stand in plain text beside the
//! store as well, because a developer wants to see them again, and nothing real is behind them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::apply::Made;
use crate::failure::Failure;

use super::authority::write;

/// The secrets by the names that the declaration knows them by.
pub(super) type Secrets = BTreeMap<String, String>;

const FILE: &str = "dev-secrets.json";
const CLIENT_SECRETS: [&str; 2] = ["WEB_SECRET", "DAEMON_SECRET"];
const PASSWORDS: [&str; 3] = ["ANA_PASSWORD", "BUDI_PASSWORD", "ADMIN_PASSWORD"];

/// The secrets in the directory; those that are missing are made, and kept before anything uses
/// them.
pub(super) fn load_or_make(data: &Path) -> Result<Secrets, Failure> {
    let file = data.join(FILE);
    let mut secrets: Secrets = match std::fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text)
            .map_err(|error| Failure::said(format!("{}: {error}", file.display())))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Secrets::new(),
        Err(error) => return Err(Failure::unreadable(&file, &error)),
    };
    let known = secrets.len();
    for name in CLIENT_SECRETS {
        if !secrets.contains_key(name) {
            secrets.insert(name.to_owned(), Made::new(String::new())?.secret.to_string());
        }
    }
    for name in PASSWORDS {
        if !secrets.contains_key(name) {
            secrets.insert(name.to_owned(), Made::password(String::new())?.secret.to_string());
        }
    }
    if secrets.len() > known {
        let text = serde_json::to_string_pretty(&secrets)
            .map_err(|error| Failure::said(error.to_string()))?;
        write(data, FILE, 0o600, &text)?;
    }
    Ok(secrets)
}
