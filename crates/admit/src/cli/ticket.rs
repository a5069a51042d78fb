//! Arguments of `admit ticket`.

use clap::{Args, Subcommand};

use super::StoreArguments;

/// Subcommands of `admit ticket`. They may run while the service runs.
#[derive(Debug, Subcommand)]
pub(crate) enum TicketCommand {
    /// List tickets, the newest first
    List(TicketListArguments),
    /// Show a ticket and its request
    Show(TicketArguments),
    /// Answer the user
    ///
    /// The answer is added to the ticket. If the user gave an e-mail address, the running service
    /// sends it there.
    Answer(TicketEntryArguments),
    /// Close a ticket
    Close(TicketEntryArguments),
    /// Reopen a closed ticket
    Reopen(TicketEntryArguments),
}

/// Arguments of `admit ticket list`.
#[derive(Debug, Args)]
pub(crate) struct TicketListArguments {
    /// Only tickets of the tenant with this name
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Only tickets in this state: open, answered, closed
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<String>,
    /// Only tickets about this error number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Option<String>,
    /// The maximum number of tickets
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: u32,
    /// Print JSON, one object per line
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// The selection of a ticket.
#[derive(Debug, Args)]
pub(crate) struct TicketArguments {
    /// The ticket id, such as T-4QXK-0Z7D-N2M8-91HC
    pub(crate) ticket: String,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// The language of the output: en, id
    #[arg(long, default_value = "en")]
    pub(crate) language: String,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Arguments of the commands that add an entry to a ticket.
#[derive(Debug, Args)]
pub(crate) struct TicketEntryArguments {
    #[command(flatten)]
    pub(crate) ticket: TicketArguments,
    /// The text of the entry; `-` reads standard input. Required for an answer
    #[arg(value_name = "TEXT", default_value = "", allow_hyphen_values = true)]
    pub(crate) text: String,
}
