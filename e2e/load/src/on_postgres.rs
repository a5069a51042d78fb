//! Runs a command beside a PostgreSQL server with an empty database.

use std::process::Stdio;

use clap::Args;
use postgres_server::{Durability, Server};
use tokio::process::Command;

use crate::Result;

/// The variable of the environment that has the URL of the database.
const URL: &str = "ADMIT_POSTGRES_URL";

/// The command.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Runs the command. Returns whether it succeeded.
pub(crate) async fn run(arguments: &Arguments) -> Result<bool> {
    let server = Server::start(Durability::Synced)?;
    let url = server.create_database().await?;
    let [program, rest @ ..] = &arguments.command[..] else { return Err("no command".into()) };
    let mut command = Command::new(program);
    command.args(rest).env(URL, &url).stdin(Stdio::null()).kill_on_drop(true);
    Ok(command.status().await?.success())
}
