//! The service's binary: the one that was named, or the release build of this checkout.

use std::path::PathBuf;
use std::process::Command;

use crate::{Outcome, Settings};

/// Where the binary is; built first unless it was named, so that no old one is measured.
pub(crate) fn of(settings: &Settings) -> Outcome<PathBuf> {
    if let Some(named) = &settings.binary {
        return Ok(named.clone());
    }
    // This binary lies in `<target>/<profile>`.
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(2).ok_or("no target directory")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "admit", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !built.success() {
        return Err("the service could not be built; --binary names one that is".into());
    }
    Ok(target.join("release/admit"))
}
