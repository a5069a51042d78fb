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
    /// Explains whatever is at hand: a number, an error, the id of a request, a ticket, a token, an
    /// address, a request, a key
    ///
    /// It says what the thing is, which checks it would pass or fail, and what to do. Nothing is
    /// ever sent anywhere. With `--config` or `--data` it looks things up in the store of the
    /// service, and changes nothing in them. Secrets and tokens are not shown again.
    Explain(ExplainArguments),
    /// Looks at what people reported, answers it and closes it
    #[command(subcommand)]
    Ticket(TicketCommand),
    /// Tries a request out on the store: says what would be given or refused, and does nothing
    Try(TryArguments),
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

/// Where the store are: a configuration file, or the directory that it would name.
#[derive(Clone, Debug, Args)]
pub(crate) struct StoreArguments {
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
    pub(crate) store: StoreArguments,
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
    pub(crate) store: StoreArguments,
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
    /// A number (50011, AADSTS50011, ADMIT88000001), an error as JSON, a line of the log, an error
    /// page or its address, a trace id, a ticket's number, a token, a code, an address with its
    /// parameters, a body, a key, a certificate, or a curl command line; `-` reads from standard
    /// input
    #[arg(value_name = "WHAT", allow_hyphen_values = true)]
    pub(crate) what: String,
    /// The method of the request that a DPoP proof is for
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// The URL of the request that a DPoP proof is for
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The PKCE verifier, to be held against the challenge
    #[arg(long, value_name = "VERIFIER", allow_hyphen_values = true)]
    pub(crate) verifier: Option<String>,
    #[command(flatten)]
    pub(crate) judging: JudgingArguments,
}

/// What things are judged by, and how that is said.
#[derive(Clone, Debug, Args)]
pub(crate) struct JudgingArguments {
    /// The tenant, where the thing itself names none: its name or id
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// The time to judge by: 2026-11-22T18:00:00Z, or seconds since 1970; without it, now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) at: Option<String>,
    /// The language to explain in: en, id
    #[arg(long, default_value = "en")]
    pub(crate) language: String,
    /// Prints JSON, one object on each line
    #[arg(long)]
    pub(crate) json: bool,
    /// The public origin of the service, where `--data` stands in place of a configuration file;
    /// without it, the one that a token names, else that of `admit dev`
    #[arg(long, value_name = "URL", requires = "data")]
    pub(crate) origin: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Arguments of `admit try`.
#[derive(Debug, Args)]
pub(crate) struct TryArguments {
    /// A curl command line, the address of an authorization request, or the body of a token
    /// request; `-` reads from standard input
    #[arg(value_name = "REQUEST", allow_hyphen_values = true)]
    pub(crate) request: String,
    #[command(flatten)]
    pub(crate) judging: JudgingArguments,
}

/// What to do with tickets. It may be done while the service runs.
#[derive(Debug, Subcommand)]
pub(crate) enum TicketCommand {
    /// Lists tickets, the newest first
    List(TicketListArguments),
    /// Shows a ticket with all that is known of its request
    Show(TicketArguments),
    /// Answers the reporter
    ///
    /// The answer is kept in the ticket, and sent by the running service if the reporter left an
    /// address.
    Answer(TicketStepArguments),
    /// Closes a ticket
    Close(TicketStepArguments),
    /// Opens a closed ticket again
    Reopen(TicketStepArguments),
}

/// Which tickets.
#[derive(Debug, Args)]
pub(crate) struct TicketListArguments {
    /// Only of the tenant of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Only in this state: open, answered, closed
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<String>,
    /// Only about this error number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: u32,
    /// Prints JSON, one object on each line
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Which ticket.
#[derive(Debug, Args)]
pub(crate) struct TicketArguments {
    /// The ticket's number: T-4QXK-0Z7D-N2M8-91HC
    pub(crate) ticket: String,
    /// Prints JSON, one object
    #[arg(long)]
    pub(crate) json: bool,
    /// The language to explain in: en, id
    #[arg(long, default_value = "en")]
    pub(crate) language: String,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// What to do about a ticket.
#[derive(Debug, Args)]
pub(crate) struct TicketStepArguments {
    #[command(flatten)]
    pub(crate) which: TicketArguments,
    /// What is written into the ticket; `-` reads from standard input. An answer needs it
    #[arg(value_name = "TEXT", default_value = "", allow_hyphen_values = true)]
    pub(crate) text: String,
}
