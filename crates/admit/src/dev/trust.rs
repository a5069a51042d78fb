//! `admit dev trust`: makes the system and the browsers of this user trust the certificate
//! authority of `admit dev`, and undoes it. It changes only the stores that it is asked to change.

mod nss;
mod system;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::certificate_authority::{CA_CERTIFICATE, EARLIER_CA_KEY};
use super::certificate_profile::authority_name;
use super::found_authority::FoundAuthority;

use crate::cli::TrustArguments;
use crate::development_marker::DevelopmentMarker;
use crate::error::CommandError;
use crate::shell_quote::shell_quote;

/// The certificate authority of a data directory.
struct Authority {
    /// The id of the data directory.
    id: String,
    /// The CA certificate file.
    file: PathBuf,
    /// The checked CA certificate. The stores get it and not the file, which may change meanwhile.
    certificate: FoundAuthority,
}

/// Adds the authority to the named stores, or removes it from them. Returns the text to print.
pub(crate) fn trust(arguments: &TrustArguments) -> Result<String, CommandError> {
    let authority = Authority::of(&arguments.data)?;
    if !arguments.nss && !arguments.system {
        return Ok(options(&authority));
    }
    let mut lines = Vec::new();
    if arguments.nss {
        lines.extend(nss::change(&authority, arguments.remove)?);
    }
    if arguments.system {
        let root = arguments.root.as_deref().unwrap_or(Path::new("/"));
        lines.push(if cfg!(target_os = "linux") {
            system::change(&authority, arguments.remove, root)?
        } else {
            format!("run this command:\n  {}", macos_command(&authority, arguments.remove))
        });
    }
    if arguments.nss {
        lines.push("Restart a browser that is running.".to_owned());
    }
    Ok(lines.join("\n") + "\n")
}

impl Authority {
    fn of(data_dir: &Path) -> Result<Self, CommandError> {
        let missing = |reason: &str| {
            CommandError::message(format!(
                "{} {reason}; start `admit dev` once with this directory and without --http",
                data_dir.display()
            ))
        };
        let Some(marker) = DevelopmentMarker::read(data_dir)? else {
            return Err(missing("is not a data directory of this build of `admit dev`"));
        };
        if data_dir.join(EARLIER_CA_KEY).exists() {
            return Err(missing("has an authority of an earlier build, which is valid everywhere"));
        }
        let file = data_dir.join(CA_CERTIFICATE);
        let file = file.canonicalize().map_err(|_| missing("has no certificate authority"))?;
        let certificate = FoundAuthority::read(&file, &marker.id).map_err(|reason| {
            CommandError::message(format!(
                "{} must not be trusted: {reason}; `admit dev` with this directory creates another \
                 one",
                file.display()
            ))
        })?;
        Ok(Self { id: marker.id, file, certificate })
    }

    /// Returns the common name of the CA, which is its name in the stores.
    fn name(&self) -> String {
        authority_name(&self.id)
    }
}

/// Returns the text for a command without options.
fn options(authority: &Authority) -> String {
    let stores: Vec<String> =
        nss::stores().iter().map(|store| format!("               {}", store.display())).collect();
    let lines = [
        format!("{}: {}", authority.name(), authority.file.display()),
        "Nothing was changed. These options make programs trust it, and --remove undoes that:"
            .to_owned(),
        "  --nss      Chromium and Firefox of this user:".to_owned(),
        stores.join("\n"),
        "  --system   every program that uses the certificates of this system (as root)".to_owned(),
        "On macOS, for the system and its browsers:".to_owned(),
        format!("  {}", macos_command(authority, false)),
        "On Windows, for this user:".to_owned(),
        format!("  certutil.exe -user -addstore Root {}", file_of(authority)),
    ];
    lines.join("\n") + "\n"
}

fn macos_command(authority: &Authority, remove: bool) -> String {
    let file = file_of(authority);
    if remove {
        return format!("sudo security remove-trusted-cert -d {file}");
    }
    let keychain = "/Library/Keychains/System.keychain";
    format!("sudo security add-trusted-cert -d -r trustRoot -k {keychain} {file}")
}

fn file_of(authority: &Authority) -> String {
    shell_quote(&authority.file.display().to_string())
}

/// Runs a program with this input. The error has what the program printed.
fn run(program: &str, arguments: &[&str], input: &[u8]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{program}: {error}");
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    // A program that does not read its input says why in its output.
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input).unwrap_or_default();
    }
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let printed = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program}: {}", printed.trim()))
}
