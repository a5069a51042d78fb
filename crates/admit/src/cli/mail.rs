//! Arguments of `admit mail`.

use clap::{Args, Subcommand};

use super::ConfigArgument;

/// Subcommands of `admit mail`.
#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// Send a test e-mail to an address
    Test(MailTestArguments),
}

/// Arguments of `admit mail test`.
#[derive(Debug, Args)]
pub(crate) struct MailTestArguments {
    /// The recipient
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) config: ConfigArgument,
}
