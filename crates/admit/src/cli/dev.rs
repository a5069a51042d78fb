//! The arguments of `admit dev`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The data directory of `admit dev` if none is named.
pub(crate) const DEV_DATA: &str = "./admit-data";

/// Arguments of `admit dev`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DevArguments {
    #[command(subcommand)]
    pub(crate) command: Option<DevCommand>,
    /// The data directory
    #[arg(long, value_name = "DIR", default_value = DEV_DATA)]
    pub(crate) data: PathBuf,
    /// The port on the loopback addresses; 0 chooses a free one; without it, 8443, or 8080 with
    /// `--http`
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Serve `http://localhost` without a certificate. MSAL accepts only `https`; every other
    /// library accepts this
    #[arg(long)]
    pub(crate) http: bool,
    /// Store the data in this empty PostgreSQL database on this machine, and only keys and
    /// certificates in the data directory. The database is then for development only
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,
    /// Print the summary as one JSON object on the first line, then the line `ready`
    #[arg(long)]
    pub(crate) json: bool,
}

/// Subcommands of `admit dev`.
#[derive(Debug, Subcommand)]
pub(crate) enum DevCommand {
    /// Make browsers and this system trust the certificate authority of `admit dev`
    ///
    /// Without `--nss` or `--system`, nothing is changed. The authority is valid for localhost,
    /// 127.0.0.1 and ::1 only, and its private key no longer exists.
    Trust(TrustArguments),
}

/// Arguments of `admit dev trust`.
#[derive(Debug, Args)]
pub(crate) struct TrustArguments {
    /// The data directory
    #[arg(long, value_name = "DIR", default_value = DEV_DATA)]
    pub(crate) data: PathBuf,
    /// Change the stores of NSS: Chromium and Firefox of this user on Linux
    #[arg(long)]
    pub(crate) nss: bool,
    /// Change the certificates that this system trusts; needs root. On macOS, prints the command
    #[arg(long)]
    pub(crate) system: bool,
    /// Remove the authority instead of adding it
    #[arg(long)]
    pub(crate) remove: bool,
    /// The root directory of the system to change, such as that of an image
    #[arg(long, value_name = "DIR", requires = "system")]
    pub(crate) root: Option<PathBuf>,
}
