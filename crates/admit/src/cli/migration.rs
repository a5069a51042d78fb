//! The arguments of `admit migrate` and `admit store`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::StoreArguments;

/// Arguments of `admit migrate`.
#[derive(Debug, Args)]
pub(crate) struct MigrateArguments {
    /// Print what is missing and change nothing. This is the default
    #[arg(long, conflicts_with = "apply")]
    pub(crate) plan: bool,
    /// Apply what is missing. On PostgreSQL, nodes may run meanwhile; files must not be served
    #[arg(long)]
    pub(crate) apply: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Subcommands of `admit store`.
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Copy directory, ledger and history between data directories and databases of PostgreSQL
    ///
    /// Run it once while the service runs on the source: it copies what there is. Then stop the
    /// service and run it again: it copies what changed since, compares both sides, and completes
    /// the target. The source is never changed.
    Copy(CopyArguments),
}

/// Arguments of `admit store copy`.
#[derive(Debug, Args)]
pub(crate) struct CopyArguments {
    /// The configuration file of the store to copy
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,
    /// The configuration file of the store to create, with the same root key
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Leave out the history: request records, change events and tickets
    #[arg(long)]
    pub(crate) without_history: bool,
}
