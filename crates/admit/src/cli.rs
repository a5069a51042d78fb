//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A sign-in service and OAuth 2.0 / OpenID Connect authorization server.
#[derive(Debug, Parser)]
#[command(name = "admit", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Starts a complete service on this machine, for development: a tenant, clients and users
    /// to try things out with, and a certificate of its own
    Dev(DevArguments),
    /// Starts the service as a configuration file says
    Serve(ConfigArgument),
    /// Says everything that is wrong with a configuration file, and starts nothing
    Check(ConfigArgument),
    /// Makes tenants, resources, clients, users and keys as a file declares them
    ///
    /// Prints what differs: `+` is made, `~` is changed, `-` is taken away, `=` is as it should
    /// be. What the file does not name stays as it is. It may be run while the service runs.
    Apply(ApplyArguments),
    /// Looks at signing keys and replaces them
    #[command(subcommand)]
    Key(KeyCommand),
    /// Explains a refusal: what happened, who can mend it, and how
    Explain(ExplainArguments),
}

/// Arguments of `admit dev`.
#[derive(Debug, Args)]
pub(crate) struct DevArguments {
    /// The directory that everything is kept in
    #[arg(long, value_name = "DIR", default_value = "./admit-data")]
    pub(crate) data: PathBuf,
    /// The port to listen at on this machine; 0 takes a free one
    #[arg(long, default_value_t = 8443)]
    pub(crate) port: u16,
    /// Prints what there is as one JSON object on the first line, then the line `ready`
    #[arg(long)]
    pub(crate) json: bool,
}

/// The configuration file.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgument {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "admit.toml")]
    pub(crate) config: PathBuf,
}

/// Where the books are: a configuration file, or the directory that it would name.
#[derive(Debug, Args)]
pub(crate) struct BooksArguments {
    /// The configuration file of the service; without it and without `--data`, `admit.toml`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "root_key"])]
    pub(crate) config: Option<PathBuf>,
    /// The data directory, in place of a configuration file
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The root key file; without it, `root.key` in the data directory
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(crate) root_key: Option<PathBuf>,
}

/// Arguments of `admit apply`.
#[derive(Debug, Args)]
pub(crate) struct ApplyArguments {
    /// The file that declares what there should be
    pub(crate) file: PathBuf,
    /// Prints what would change, and changes nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Writes generated secrets into this new file, which only its owner may read, before
    /// anything is changed; without it they are printed
    #[arg(long, value_name = "FILE")]
    pub(crate) secrets_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) books: BooksArguments,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Lists the signing keys of every tenant, or of one
    List(KeyArguments),
    /// Makes new signing keys, which take over a day later
    ///
    /// The day is for others to see the new key before they meet a token that it signed: they
    /// keep key sets for up to an hour, some longer.
    Rotate(RotateArguments),
}

/// Which keys.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    /// Only the tenant of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    #[command(flatten)]
    pub(crate) books: BooksArguments,
}

/// How to replace keys.
#[derive(Debug, Args)]
pub(crate) struct RotateArguments {
    /// The new keys take over at once: for when the present ones are no longer to be trusted. What
    /// they signed stays good until it is over, two days at most
    #[arg(long)]
    pub(crate) now: bool,
    /// The present keys are gone from the key set at once, and what they signed is good nowhere
    /// that looks at the key set again: for when somebody else may hold them
    #[arg(long, requires = "now")]
    pub(crate) withdraw: bool,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,
}

/// Arguments of `admit explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// A number (50011, AADSTS50011, ADMIT88000001), an error as JSON, a line of the log, the
    /// address of an error page, or any text with a number in it; `-` reads from standard input
    #[arg(value_name = "WHAT", allow_hyphen_values = true)]
    pub(crate) what: String,
    /// The language to explain in: en, id
    #[arg(long, default_value = "en")]
    pub(crate) language: String,
}
