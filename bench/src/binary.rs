//! The binary of the service: the one in `--binary`, or the release build of this checkout.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

/// Returns the path of the binary. Builds it first unless `--binary` names it, so that no outdated
/// one is measured.
pub(crate) fn path(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    // This binary is in `<target>/<profile>`.
    let executable = std::env::current_exe()?;
    let target = executable.ancestors().nth(2).ok_or("no target directory")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "admit", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !status.success() {
        return Err("the build of the service failed; use --binary with an existing one".into());
    }
    Ok(target.join("release/admit"))
}
