//! The command line.

mod dev;
mod directory;
mod mail;
mod migration;
mod ticket;
mod user;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use dev::{DEV_DATA, DevArguments, DevCommand, TrustArguments};
pub(crate) use mail::{MailCommand, MailTestArguments};
pub(crate) use migration::{CopyArguments, MigrateArguments, StoreCommand};
pub(crate) use ticket::{
    TicketArguments, TicketCommand, TicketEntryArguments, TicketListArguments,
};

pub(crate) use directory::*;
pub(crate) use user::*;

/// A sign-in service and OAuth 2.0 / OpenID Connect authorization server.
#[derive(Debug, Parser)]
#[command(name = "admit", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a complete service for development on this machine, with a tenant, clients, users and
    /// a TLS certificate
    Dev(DevArguments),
    /// Start the service with a configuration file
    Serve(ConfigArgument),
    /// Check a configuration file; nothing is started
    Check(ConfigArgument),
    /// Create and change tenants, resources, clients and users as a file declares them
    ///
    /// Prints the differences: `+` is created, `~` is changed, `-` is removed, `=` is as declared.
    /// Whatever the file does not name stays unchanged. The command may run while the service runs.
    Apply(ApplyArguments),
    /// Write the directory as a declaration, without credentials
    ///
    /// Applying the declaration to the same directory changes nothing. Consents, sessions, grants
    /// and signing keys are not part of it.
    Export(ExportArguments),
    /// Add apps and their secrets
    #[command(subcommand)]
    App(AppCommand),
    /// Add, change, disable and unlock users
    #[command(subcommand)]
    User(UserCommand),
    /// End sessions, and revoke grants and consents: of a user, an app, an API or a tenant, or one
    /// of them
    Revoke(RevokeArguments),
    /// List and rotate signing keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Copy the directory and the history into a new directory, while the service runs
    ///
    /// The root key is never copied: keep it apart. The ledger is not copied either, because an
    /// older one does not know what was used and revoked since.
    Backup(BackupArguments),
    /// Restore a backup into an empty data directory, or accept an older `directory.db`
    ///
    /// Ends every session, revokes every grant and replaces every signing key, because those of the
    /// time of the backup must not come back. Prints what came back that was removed since.
    Restore(RestoreArguments),
    /// Show or apply the migrations that the tables of the store lack
    ///
    /// Without `--apply`, prints the schema number of each component and the statements that are
    /// missing, and changes nothing. `admit serve` applies them at its start by itself.
    Migrate(MigrateArguments),
    /// Copy a store to another place
    #[command(subcommand)]
    Store(StoreCommand),
    /// Explain an error number, an error, the id of a request, a ticket, a token, a URL, a request,
    /// a key or the response of a passkey
    ///
    /// Prints the kind of the input, the checks that it passes or fails, and what to do. Nothing is
    /// sent anywhere. With `--config` or `--data`, the store of the service is read as well; it is
    /// never changed. Secrets and tokens are not printed.
    Explain(ExplainArguments),
    /// Try the SMTP server of a configuration file
    #[command(subcommand)]
    Mail(MailCommand),
    /// List, answer and close the reports of users
    #[command(subcommand)]
    Ticket(TicketCommand),
    /// Dry-run a request; nothing is issued
    Try(TryArguments),
}

/// The configuration file.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgument {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "admit.toml")]
    pub(crate) config: PathBuf,
}

/// The location of the store: a configuration file or a data directory.
#[derive(Clone, Debug, Args)]
pub(crate) struct StoreArguments {
    /// The configuration file of the service; without it and without `--data`, `admit.toml`, or the
    /// data of `admit dev` here
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "root_key", "earlier_root_key"])]
    pub(crate) config: Option<PathBuf>,
    /// The data directory, in place of a configuration file
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The root key file; without it, `root.key` in the data directory
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(crate) root_key: Option<PathBuf>,
    /// The file of an earlier root key; may be repeated
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(crate) earlier_root_key: Vec<PathBuf>,
}

/// Arguments of `admit apply`.
#[derive(Debug, Args)]
pub(crate) struct ApplyArguments {
    /// The declaration
    pub(crate) file: PathBuf,
    /// Print the differences and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Remove resources, clients, users, credentials and permissions that the file does not name,
    /// inside the tenants that it names. A tenant, its last administrator and signing keys always
    /// stay
    #[arg(long)]
    pub(crate) prune: bool,
    /// Remove more than three things with `--prune`; without it, they are only listed
    #[arg(long, requires = "prune")]
    pub(crate) yes: bool,
    /// Write generated secrets to this new file, readable by its owner only, before anything is
    /// changed; without it they are printed
    #[arg(long, value_name = "FILE")]
    pub(crate) secrets_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Arguments of `admit export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// Only the tenant with this name
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Write the declaration to this new file, readable by its owner only, with digests of client
    /// secrets, hashes of passwords, secrets of webhooks, and all ids. This is a change event
    #[arg(long, value_name = "FILE")]
    pub(crate) with_credentials: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Arguments of `admit backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// The directory to create
    #[arg(value_name = "DIR")]
    pub(crate) target: PathBuf,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Arguments of `admit restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// The backup; without it, the data directory is accepted with the `directory.db` that it has
    #[arg(value_name = "DIR")]
    pub(crate) backup: Option<PathBuf>,
    /// The earlier data directory, whose history says what was removed since the backup
    #[arg(long, value_name = "DIR", requires = "backup")]
    pub(crate) earlier: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Subcommands of `admit key`.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// List the signing keys of all tenants, or of one
    List(KeyArguments),
    /// Create new signing keys, which become active one day later
    ///
    /// During this day, clients and resource servers load the new key before they receive a token
    /// that it signed: they cache key sets, most of them for up to an hour.
    Rotate(RotateArguments),
    /// Encrypt what is stored with the current root key, after the root key was changed
    ///
    /// The command runs in small steps while the service runs, and can be repeated. Restart the
    /// service with the new root key before.
    Reseal(ResealArguments),
}

/// The selection of keys.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    /// Only the keys of the tenant with this name
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Arguments of `admit key reseal`.
#[derive(Debug, Args)]
pub(crate) struct ResealArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Arguments of `admit key rotate`.
#[derive(Debug, Args)]
pub(crate) struct RotateArguments {
    /// Activate the new keys at once, for example if the old ones are no longer trusted. Tokens
    /// that the old keys signed stay valid until they expire, at most two days
    #[arg(long)]
    pub(crate) now: bool,
    /// Remove the old keys from the key set at once, for example after a leak. Tokens that they
    /// signed become invalid as soon as the verifier reloads the key set
    #[arg(long, requires = "now")]
    pub(crate) revoke_old: bool,
    /// The old name of `--revoke-old`
    #[arg(long, hide = true)]
    pub(crate) withdraw: bool,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,
}

/// Arguments of `admit explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// An error number (50011, AADSTS50011, ADMIT88000001), a JSON error, a log line, an error page
    /// or its URL, a trace ID, a ticket id, a token, a code, a URL with its parameters, a request
    /// body, a key, a certificate or a curl command line; `-` reads standard input
    #[arg(value_name = "INPUT", allow_hyphen_values = true)]
    pub(crate) input: String,
    /// The method of the request that a DPoP proof is for
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// The URL of the request that a DPoP proof is for
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The PKCE `code_verifier` to compare with the `code_challenge`
    #[arg(long, value_name = "VERIFIER", allow_hyphen_values = true)]
    pub(crate) verifier: Option<String>,
    #[command(flatten)]
    pub(crate) context: ContextArguments,
}

/// Options of `admit explain` and `admit try`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ContextArguments {
    /// The name or id of the tenant, if the input names none
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Evaluate as of this time: 2026-11-22T18:00:00Z, or seconds since 1970; without it, now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) at: Option<String>,
    /// The language of the output: en, id
    #[arg(long, default_value = "en")]
    pub(crate) language: String,
    /// Print JSON, one object per line
    #[arg(long)]
    pub(crate) json: bool,
    /// The public origin of the service, with `--data`; without it, the origin in the token, or the
    /// one of `admit dev`
    #[arg(long, value_name = "URL", requires = "data")]
    pub(crate) origin: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Arguments of `admit try`.
#[derive(Debug, Args)]
pub(crate) struct TryArguments {
    /// A curl command line, the URL of an authorization request, or the body of a token request;
    /// `-` reads standard input
    #[arg(value_name = "REQUEST", allow_hyphen_values = true)]
    pub(crate) request: String,
    #[command(flatten)]
    pub(crate) context: ContextArguments,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;

    const GUIDE: &str = include_str!("../../../docs/guides/commands.md");
    const README: &str = include_str!("../../../README.md");

    /// Adds the names of the commands that can be run: those without subcommands, and those that
    /// need none.
    fn add_names(command: &clap::Command, prefix: &str, names: &mut BTreeSet<String>) {
        let name = format!("{prefix}{}", command.get_name());
        for subcommand in command.get_subcommands().filter(|it| it.get_name() != "help") {
            add_names(subcommand, &format!("{name} "), names);
        }
        if !command.is_subcommand_required_set() {
            names.insert(name);
        }
    }

    #[test]
    fn the_guide_lists_every_command_and_no_other() {
        // Compares the commands with the first column of the table in the guide.
        let mut commands = BTreeSet::new();
        add_names(&Cli::command(), "", &mut commands);
        let (_, table) = GUIDE.split_once("## All commands").expect("a table");
        let cells = table.lines().filter_map(|line| line.strip_prefix("| `"));
        let listed = cells.filter_map(|line| Some(line.split_once('`')?.0.to_owned()));
        assert_eq!(listed.collect::<BTreeSet<_>>(), commands);
        assert!(README.contains("(docs/guides/commands.md)"), "the README names the guide");
    }
}
